"""The way to a new award for a holder: sit the exam again, to renew an award that ends or to better a statement."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from mastery_exam.data import ExamStatus
from paid_certificate.data import CredentialData, CredentialForm, CredentialState, RouteKind, SupersedeReason
from paid_certificate.errors import CredentialNotFound, RenewalRefused
from paid_certificate.models import Credential, Route
from paid_certificate.services.awards import credential_data, credential_row
from paid_certificate.services.next_award import renewable_from


def open_renewal(user_id: int, *, credential_uuid: UUID) -> str:
    """Let the holder sit the exam again, and return where they register for it. Safe to repeat. Raises RenewalRefused.

    The award stays as it is until the exam is passed again.
    """
    row = credential_row(credential_uuid)
    if row.user_id != user_id:
        raise CredentialNotFound(_("There is no such credential of yours."))
    if not can_renew(row, timezone.now()):
        raise RenewalRefused(_("This credential needs no renewal now. Its page says from when it can be renewed."))
    exam_key = renewal_exam(row)
    if not exam_key:
        raise RenewalRefused(_("No exam leads to this credential now. Ask the issuer how to renew it."))
    exams.allow_resit(user_id, exam_key=exam_key, actor_id=user_id)
    return reverse("mastery_exam:register", args=[exam_key])


def find_renewal(uuid: UUID) -> str:
    """What a new pass would do for the award now, `renewed` or `upgraded`; empty where nothing or by no exam."""
    row = credential_row(uuid)
    if not can_renew(row, timezone.now()) or not renewal_exam(row):
        return ""
    is_upgrade = row.form == CredentialForm.STATEMENT
    return (SupersedeReason.UPGRADED if is_upgrade else SupersedeReason.RENEWED).value


def find_renewable(user_id: int, *, exam_key: str) -> CredentialData | None:
    """The person's newest award that passing this exam again would renew or better now, or None."""
    routes = {"achievement__routes__kind": RouteKind.EXAM, "achievement__routes__reference": exam_key}
    rows = Credential.objects.filter(user_id=user_id, **routes).defer("document", "statement").order_by("-created")
    now = timezone.now()
    row = next((row for row in rows if can_renew(row, now) and renewal_exam(row) == exam_key), None)
    return credential_data(credential_row(row.uuid)) if row else None


def can_renew(row: Credential, now: datetime) -> bool:
    """Whether a later pass would bring its holder a new award in the place of this one."""
    if row.successor is not None:
        return False
    if row.state == CredentialState.EXPIRED:
        return True
    if row.state != CredentialState.ISSUED:
        return False
    ends_soon = row.valid_until is not None and now >= renewable_from(row.valid_until)
    return ends_soon or row.form == CredentialForm.STATEMENT


def renewal_exam(row: Credential) -> str:
    """The key of an exam that leads to the award's achievement, or an empty text.

    For a statement of accomplishment one that leads to the full credential; else the exam that was sat comes first.
    """
    routes = Route.objects.filter(achievement=row.achievement, kind=RouteKind.EXAM, form=CredentialForm.CREDENTIAL)
    keys = [route.reference for route in routes if _can_be_sat(route.reference)]
    sat = row.evidence.get("key", "") if row.route_kind == RouteKind.EXAM else ""
    return sat if sat in keys else next(iter(keys), "")


def _can_be_sat(exam_key: str) -> bool:
    exam = exams.find_exam(exam_key)
    return exam is not None and exam.status != ExamStatus.WITHDRAWN
