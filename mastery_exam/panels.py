"""Places on our pages that upper apps fill with what only they know: the fee, the issuer, who accepts the result.

A provider is called with `request` and the subject of its slot, and returns HTML (a SafeString), a plain value where
the slot says so, or None for nothing. Providers are registered in an app's ready() and are asked on every page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

Provider = Callable[..., object]

# slot -> what a provider is given; None means HTML, otherwise the plain value that `first` returns.
SLOTS = {
    "catalogue.card": "exam: ExamSummary -> html: total price, issuing body, accepted by n",
    "catalogue.price": "exam: ExamSummary -> str 'free' or 'paid', what the catalogue's price filter compares",
    "exam.issuer": "exam: ExamSummary -> html: who issues, and its accreditation status in its own words",
    "exam.price": "exam: ExamSummary -> html: total price, when it is paid, price of another try",
    "exam.recognition": "exam: ExamSummary -> html: who accepts the result for what, with conditions",
    "exam.jsonld": "exam: ExamSummary -> dict of schema.org properties for the public catalogue",
    "author.price": "exam: ExamSummary | None, exam_key: str -> html: link to where the price is set",
    "register.fee": "exam: ExamSummary, user_id: int -> html: summary with total, aid link",
    "register.button": "exam: ExamSummary -> str: label of the primary button",
    "registration.next_url": "registration: RegistrationData -> str: where to go after registering, or None",
    "my_exams.card": "registration: RegistrationData, decision: DecisionData | None -> html",
    "my_exams.below": "user_id: int -> html: the person's credentials",
    "result.next": "decision: DecisionData -> html: the next step after a pass",
}

_providers: dict[str, list[tuple[int, Provider]]] = {slot: [] for slot in SLOTS}


def register(slot: str, provider: Provider, *, order: int = 100) -> None:
    """Let `provider` fill `slot`, lower `order` first. Registering the same provider again changes nothing.

    Raises KeyError for a slot that no page has.
    """
    held = _providers[slot]
    if all(known is not provider for _order, known in held):
        held.append((order, provider))
        held.sort(key=lambda entry: entry[0])


def unregister(slot: str, provider: Provider) -> None:
    """Take `provider` out of `slot` again."""
    _providers[slot] = [entry for entry in _providers[slot] if entry[1] is not provider]


def render(slot: str, *, request: HttpRequest | None, **subject: Any) -> list[SafeString]:
    """Return the HTML of every provider that has something to say; plain text is escaped."""
    answers = (provider(request=request, **subject) for _order, provider in _providers[slot])
    return [conditional_escape(answer) for answer in answers if answer]


def first(slot: str, *, request: HttpRequest | None, **subject: Any) -> Any:
    """Return the first answer that is not None, or None."""
    for _order, provider in _providers[slot]:
        answer = provider(request=request, **subject)
        if answer is not None:
            return answer
    return None
