"""What credit_transfer tells on the pages of lower apps: who accepts, who recommends, where to ask."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credit_transfer import api
from credit_transfer.services.credit_values import recommended_credit
from mastery_exam import panels as exam_panels
from mastery_exam.data import ExamSummary
from micromasters_pathway import panels as pathway_panels
from openedx_bridge.switches import when_enabled
from paid_certificate import panels as certificate_panels
from paid_certificate.data import AchievementData, CredentialData, CredentialState

APP = "credit_transfer"


def register_panels() -> None:
    """Fill the slots; called once when the app is ready."""
    fillings = [
        (exam_panels, "catalogue.card", card_accepted),
        (exam_panels, "exam.recognition", exam_recognition),
        (pathway_panels, "programme.offers", programme_offers),
        (certificate_panels, "credential.below", credential_below),
        (certificate_panels, "achievement.below", achievement_below),
        (certificate_panels, "verification.credit", verification_credit),
    ]
    for panels, slot, provider in fillings:
        panels.register(slot, when_enabled(APP)(provider), order=200)


def card_accepted(*, request: Any, exam: ExamSummary) -> str | None:
    """“Accepted by n”, on a card of the catalogue; nothing where nobody has signed."""
    n = api.count_accepting(exam.key)
    return ngettext("accepted by {n} institution", "accepted by {n} institutions", n).format(n=n) if n else None


def exam_recognition(*, request: Any, exam: ExamSummary) -> str | None:
    """Where the exam counts, on its page; None lets the page say that nobody has agreed yet."""
    found = api.list_recognitions(exam_key=exam.key, user_id=_user_id(request))
    if not (found.agreed or found.recommended or found.offers):
        return None
    return render_to_string("credit_transfer/panel_recognition.html", {"found": found, "exam": exam}, request)


def programme_offers(*, request: Any, programme: Any, user_id: int | None) -> str | None:
    """The open admission offers on a programme."""
    offers = api.list_offers(programme_key=programme.key)
    return render_to_string("credit_transfer/offers.html", {"offers": offers}, request) if offers else None


def credential_below(*, request: Any, credential: CredentialData) -> str | None:
    """Below a credential: where it counts, the way to ask, and what was asked so far."""
    if request is None or credential.user_id != request.user.pk or credential.issued_at is None:
        return None
    asked = [entry for entry in api.list_requests(credential.user_id) if entry.credential_uuid == credential.uuid]
    context = {
        "credential": credential,
        "may_send": credential.state is CredentialState.ISSUED and credential.carries_credit,
        "asked": asked,
    }
    return render_to_string("credit_transfer/panel_credential.html", context, request)


def achievement_below(*, request: Any, achievement: AchievementData) -> str:
    """Below an achievement: where it counts."""
    found = api.list_recognitions(achievement_uuid=achievement.uuid, user_id=_user_id(request))
    return render_to_string("credit_transfer/panel_recognition.html", {"found": found}, request)


def verification_credit(*, request: Any, credential: CredentialData) -> str | None:
    """Credit as recommended by whom at the award; neither a demonstration nor a statement carries any."""
    if credential.is_demonstration:
        return _("None: a demonstration carries no credit.")
    if not credential.carries_credit:
        return _("None: a statement of accomplishment carries no credit.")
    credits = recommended_credit(credential.achievement.uuid, credential.awarded_at)
    return render_to_string("credit_transfer/panel_credit.html", {"credits": credits}) if credits else None


def _user_id(request: Any) -> int | None:
    return request.user.pk if request is not None and request.user.is_authenticated else None
