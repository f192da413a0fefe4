"""Words for people that several pages, mails and papers share."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _


def number(amount: Decimal) -> str:
    """A number of credits without needless zeros: 6, or 7.5."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def gives_words(equivalent_course: str, credits: Decimal | None, unit: str, levels: Iterable[tuple[str, str]]) -> str:
    """What an institution grants, in one line."""
    parts = [equivalent_course, f"{number(credits)} {unit}" if credits is not None else "", level_words(levels)]
    return ", ".join(part for part in parts if part)


def level_words(levels: Iterable[tuple[str, str]]) -> str:
    """“EQF 6, QF-EHEA 1”."""
    return ", ".join(f"{scheme} {value}" for scheme, value in levels)


def assurance_words(identity: str, supervision: str) -> str:
    """How identity and sitting were checked, “not checked, not watched” included."""
    return f"{identity_words(identity)} {supervision_words(supervision)}"


def identity_words(identity: str) -> str:
    """How identity was checked."""
    return {
        "none": _("Identity: not checked."),
        "checked": _("Identity: checked against an identity document."),
    }.get(identity, identity)


def supervision_words(supervision: str) -> str:
    """How the sitting was watched."""
    return {
        "none": _("Sitting: not watched."),
        "online": _("Sitting: watched online."),
        "onsite": _("Sitting: watched on site."),
    }.get(supervision, supervision)


def verdict_words(answer: str) -> str:
    """The one line on a credential that everybody gets."""
    return {
        "valid": _("Valid."),
        "revoked": _("Revoked. Do not rely on it."),
        "suspended": _("Suspended. Do not rely on it today."),
        "replaced": _("Replaced by another credential."),
        "expired": _("Expired."),
    }.get(answer, _("Not issued."))


def answer_words(kind: str) -> str:
    """An institution's decision in two words."""
    return {
        "full": _("Full credit"),
        "partial": _("Part of the credit"),
        "none": _("No credit"),
    }[kind]
