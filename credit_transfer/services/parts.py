"""What a credential is made of, so that credit is not counted in a programme and in its parts."""

from __future__ import annotations

from credit_transfer.articulation import Part
from credit_transfer.data import VISIBLE_STATES
from credit_transfer.models import Institution, TransferRequest
from mastery_exam import api as exams
from micromasters_pathway import api as pathways
from openedx_bridge.errors import NotFoundError
from paid_certificate import api as certificates
from paid_certificate.data import CredentialData


def part_of(credential: CredentialData) -> Part:
    """The credential with the exams and courses that it rests on, by their keys."""
    title, reference = credential.achievement.title, str(credential.uuid)
    if credential.completion_uuid is not None:
        facts = pathways.get_completion(credential.completion_uuid).snapshot
        return Part(title, reference, frozenset(str(fact["reference"]) for fact in facts))
    if credential.decision_uuid is not None:
        try:
            return Part(title, reference, frozenset({exams.get_decision(credential.decision_uuid).exam_key}))
        except NotFoundError:
            return Part(title, reference)
    return Part(title, reference)


def parts_sent_before(user_id: int, institution: Institution, *, but: TransferRequest | None = None) -> list[Part]:
    """What the same institution has of the same person: open requests and answered ones."""
    rows = TransferRequest.objects.filter(user_id=user_id, institution=institution, state__in=VISIBLE_STATES)
    if but is not None:
        rows = rows.exclude(pk=but.pk).exclude(credential_uuid=but.credential_uuid)
    found = []
    for row in rows:
        try:
            found.append(part_of(certificates.get_credential(row.credential_uuid)))
        except NotFoundError:
            continue
    return found
