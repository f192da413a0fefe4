"""What paid_certificate tells on the exams' pages: price, what to pay next, and the credential."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from mastery_exam import panels
from mastery_exam.data import DecisionData, ExamSummary, RegistrationData
from micromasters_pathway import panels as pathway_panels
from openedx_bridge.switches import when_enabled
from paid_certificate import api
from paid_certificate.data import OrderState
from paid_certificate.rules import is_assessor
from paid_certificate.services.catalogue_jsonld import exam_properties

APP = "paid_certificate"


def register_panels() -> None:
    """Fill the slots; called once when the app is ready."""
    fillings: dict[str, Callable[..., Any]] = {
        "catalogue.card": card_price,
        "exam.price": exam_price,
        "author.price": author_price,
        "register.fee": register_fee,
        "register.button": register_button,
        "registration.next_url": next_url,
        "my_exams.card": my_exam_payment,
        "my_exams.below": my_credentials,
        "exam.issuer": exam_issuer,
        "exam.passed": exam_renewal,
        "result.next": result_next,
        "exams.jsonld": exams_jsonld,
        "catalogue.wider_url": wider_url,
    }
    for slot, provider in fillings.items():
        panels.register(slot, when_enabled(APP)(provider))
    panels.register("my_exams.below", when_enabled(APP)(my_claims))
    panels.register("my_exams.card", when_enabled(APP)(my_exam_renewal))
    pathway_panels.register("programme.credential", when_enabled(APP)(programme_credential))
    pathway_panels.register("programmes.wider_url", when_enabled(APP)(wider_url))


def card_price(*, request: Any, exam: ExamSummary) -> str | None:
    """The issuing body and the total price, on a card of the catalogue."""
    quote = api.find_quote(None, exam)
    achievement = api.find_achievement(exam_key=exam.key)
    price = "" if quote is None else _("Free") if quote.when == "none" else str(quote.total)
    return " · ".join(part for part in (achievement.body.name if achievement else "", price) if part) or None


def exam_price(*, request: Any, exam: ExamSummary) -> str | None:
    """Total price, when it is paid, and the price of another try."""
    quote = api.find_quote(None, exam)
    if quote is None:
        return _("The price is not set yet, so nobody can register now.")
    return render_to_string("paid_certificate/panel_price.html", {"quote": quote})


def author_price(*, request: Any, exam_key: str) -> str | None:
    """Where the price is set."""
    label = _("Set the price")
    return format_html('<a href="{}">{}</a>', reverse("paid_certificate:fee", args=[exam_key]), label)


def register_fee(*, request: Any, exam: ExamSummary, user_id: int) -> str | None:
    """The summary with the total, and the way to aid before it."""
    quote = api.find_quote(user_id, exam)
    if quote is None:
        return None
    context = {"quote": quote, "aid_url": settings.PAID_CERTIFICATE_AID_URL}
    return render_to_string("paid_certificate/panel_register_fee.html", context)


def register_button(*, request: Any, exam: ExamSummary) -> str | None:
    """“Pay EUR 40” or “Register, nothing to pay now”."""
    user_id = request.user.pk if request is not None and request.user.is_authenticated else None
    quote = api.find_quote(user_id, exam)
    if quote is None or quote.when != "sitting" or quote.total.is_zero:
        return _("Register, nothing to pay now")
    return _("Pay {total}").format(total=quote.total)


def next_url(*, request: Any, registration: RegistrationData) -> str | None:
    """The checkout, while the payment is what the registration waits for."""
    if "payment" not in registration.missing_grants:
        return None
    return reverse("paid_certificate:checkout", args=[registration.uuid])


def my_exam_payment(*, request: Any, registration: RegistrationData, decision: DecisionData | None) -> str | None:
    """What is awaited for a registration, in the exact words that spare a second payment."""
    order = api.find_order(registration.user_id, registration_uuid=registration.uuid)
    if order is None or order.state is not OrderState.AWAITING_PAYMENT:
        return None
    text = _("We have not received your payment yet. You do not need to pay again.")
    return format_html(
        '<p class="ms-state ms-state--warn">{} <a href="{}">{}</a></p>', text, order.url, _("See the order")
    )


def exam_renewal(*, request: Any, exam: ExamSummary) -> str | None:
    """The way to sit a passed exam again, for whoever holds what a new pass renews or betters."""
    if request is None or not request.user.is_authenticated:
        return None
    return _renewal(request, exam.key, "ms-button")


def my_exam_renewal(*, request: Any, registration: RegistrationData, decision: DecisionData | None) -> str | None:
    """The same on the card of a passed exam, until the person has registered again."""
    if request is None or registration.state == "open" or decision is None or not decision.passed:
        return None
    return _renewal(request, registration.exam_key, "ms-button ms-button--quiet")


def exam_issuer(*, request: Any, exam: ExamSummary) -> str:
    """Who issues, and its accreditation status in its own words."""
    achievement = api.find_achievement(exam_key=exam.key)
    if achievement is None:
        return _("Nobody issues a credential for this exam yet. You get a result.")
    return render_to_string(
        "paid_certificate/panel_issuer.html", {"achievement": achievement, "body": achievement.body}
    )


def exams_jsonld(*, request: Any, exams: Sequence[ExamSummary]) -> dict[str, dict[str, Any]]:
    """Price and credential of each exam, for the exams' public catalogue."""
    return exam_properties(exams)


def wider_url(*, request: Any) -> str:
    """The catalogue that tells machines of achievements, exams and programmes."""
    return reverse("paid_certificate:catalogue-jsonld")


def my_credentials(*, request: Any, user_id: int) -> str | None:
    """The person's credentials, below their exams."""
    credentials = [entry for entry in api.list_credentials(user_id) if entry.state != "cancelled"]
    if not credentials:
        return None
    return render_to_string("paid_certificate/panel_credentials.html", {"credentials": credentials})


def my_claims(*, request: Any, user_id: int) -> str | None:
    """The person's claims by evidence until a credential stands for them, and the way to the desk for who assesses."""
    claims = [claim for claim in api.list_claims(user_id) if claim.state != "withdrawn" and not claim.credential_uuid]
    assesses = request is not None and is_assessor(request.user)
    if not claims and not assesses:
        return None
    return render_to_string("paid_certificate/panel_claims.html", {"claims": claims, "assesses": assesses})


def result_next(*, request: Any, decision: DecisionData) -> str | None:
    """After a pass: the credential, or what is due for it."""
    credential = api.find_credential_for_decision(decision.uuid)
    if credential is None:
        return None
    order = api.find_order(decision.user_id, decision_uuid=decision.uuid)
    exam = exams.find_exam(decision.exam_key)
    quote = api.find_quote(decision.user_id, exam) if exam else None
    context = {"decision": decision, "credential": credential, "order": order, "total": quote.total if quote else ""}
    return render_to_string("paid_certificate/panel_result.html", context)


def programme_credential(*, request: Any, programme: Any, completion_uuid: UUID | None) -> str | None:
    """What a programme's completion gives, and to whoever completed it the credential itself."""
    achievement = api.find_achievement(programme_key=programme.key)
    if achievement is None:
        return None
    credential = None
    if completion_uuid is not None and request is not None and request.user.is_authenticated:
        credential = api.find_credential(request.user.pk, achievement_uuid=achievement.uuid)
    context = {"achievement": achievement, "credential": credential}
    return render_to_string("paid_certificate/panel_programme.html", context)


def _renewal(request: Any, exam_key: str, button: str) -> str | None:
    credential = api.find_renewable(request.user.pk, exam_key=exam_key)
    if credential is None:
        return None
    is_over = credential.valid_until is not None and credential.valid_until <= timezone.now()
    context = {"credential": credential, "button": button, "is_over": is_over}
    return render_to_string("paid_certificate/panel_renewal.html", context, request=request)
