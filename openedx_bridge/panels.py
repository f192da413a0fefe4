"""Places on a lower app's pages that upper apps fill with what only they know.

A provider is called with `request` and the subject of its slot, and returns HTML (a SafeString), a plain value where
the slot says so, or None for nothing. Providers are registered in an app's ready() and are asked on every page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

Provider = Callable[..., object]


class Panels:
    """The slots of one app's pages, each described in words, and who fills them."""

    def __init__(self, slots: Mapping[str, str]) -> None:
        self._providers: dict[str, list[tuple[int, Provider]]] = {slot: [] for slot in slots}

    def register(self, slot: str, provider: Provider, *, order: int = 100) -> None:
        """Let `provider` fill `slot`, lower `order` first. Registering the same provider again changes nothing.

        Raises KeyError for a slot that no page has.
        """
        held = self._providers[slot]
        if all(known is not provider for _order, known in held):
            held.append((order, provider))
            held.sort(key=lambda entry: entry[0])

    def unregister(self, slot: str, provider: Provider) -> None:
        """Take `provider` out of `slot` again."""
        self._providers[slot] = [entry for entry in self._providers[slot] if entry[1] is not provider]

    def render(self, slot: str, *, request: HttpRequest | None, **subject: Any) -> list[SafeString]:
        """Return the HTML of every provider that has something to say; plain text is escaped."""
        answers: list[Any] = [provider(request=request, **subject) for _order, provider in self._providers[slot]]
        return [conditional_escape(answer) for answer in answers if answer]

    def first(self, slot: str, *, request: HttpRequest | None, **subject: Any) -> Any:
        """Return the first answer that is not None, or None."""
        for _order, provider in self._providers[slot]:
            answer = provider(request=request, **subject)
            if answer is not None:
                return answer
        return None
