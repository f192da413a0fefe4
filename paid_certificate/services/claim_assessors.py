"""Who assesses evidence for a body."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from openedx_bridge import api as bridge
from paid_certificate.claim_data import AssessorData
from paid_certificate.errors import BodyNotFound, ClaimInvalid
from paid_certificate.models import EvidenceAssessor, IssuingBody
from paid_certificate.models.audit import record


def add_assessor(body_slug: str, *, username: str, actor_id: int) -> AssessorData:
    """Let somebody assess evidence for the body; adding them again changes nothing."""
    body = _body(body_slug)
    person = bridge.find_user_by_username(username.strip())
    if person is None:
        message = _("There is no user “{username}”. Write the username, not the name.").format(username=username)
        raise ClaimInvalid(message, fields={"username": message})
    with transaction.atomic():
        row, is_new = EvidenceAssessor.objects.get_or_create(body=body, user_id=person.id)
        if is_new:
            record("add_assessor", actor_id=actor_id, object_type="body", object_uuid=body.uuid, user_id=person.id)
    return AssessorData(body.slug, person.username, row.created)


def remove_assessor(body_slug: str, *, username: str, actor_id: int) -> None:
    """End somebody's right to assess for the body. Safe to repeat."""
    body = _body(body_slug)
    with transaction.atomic():
        row = EvidenceAssessor.objects.filter(body=body, user__username=username).first()
        if row is not None:
            record("remove_assessor", actor_id=actor_id, object_type="body", object_uuid=body.uuid, user_id=row.user_id)
            row.delete()


def list_assessors(body_slug: str) -> list[AssessorData]:
    """Those who assess for the body, by username."""
    rows = EvidenceAssessor.objects.filter(body=_body(body_slug)).select_related("user").order_by("user__username")
    return [AssessorData(body_slug, row.user.get_username(), row.created) for row in rows]


def _body(slug: str) -> IssuingBody:
    body = IssuingBody.objects.filter(slug=slug).first()
    if body is None:
        raise BodyNotFound(_("There is no issuing body “{slug}”.").format(slug=slug))
    return body
