"""What stands beside a request on the registrar's desk: the agreement that matches, what was sent before, the files."""

from __future__ import annotations

import json
from uuid import UUID

import attrs
from django.utils import timezone

from credit_transfer.articulation import counted_twice
from credit_transfer.data import AgreementData, Condition, RequestData
from credit_transfer.models import TransferRequest
from credit_transfer.services.agreements import agreement_data
from credit_transfer.services.parts import part_of, parts_sent_before
from credit_transfer.services.recognitions import conditions_of, evidence_of
from paid_certificate import api as certificates

STATEMENT_FILE, MAP_FILE = "result-statement.json", "map.json"


def matching_agreement(asked: RequestData) -> tuple[AgreementData, tuple[Condition, ...]] | None:
    """The agreement that the request was matched with, and how its conditions stand; the score only if it was sent."""
    row = TransferRequest.objects.select_related("agreement__institution").get(uuid=asked.uuid).agreement
    if row is None:
        return None
    evidence = evidence_of(certificates.get_credential(asked.credential_uuid), timezone.now())
    if not asked.include_statement:
        evidence = attrs.evolve(evidence, score=None)
    return agreement_data(row), conditions_of(row, evidence, is_known=True)


def overlaps_of(request_uuid: UUID) -> tuple[str, ...]:
    """Titles of what the same person sent to the same institution and that shares exams with this: it counts once."""
    row = TransferRequest.objects.select_related("institution").get(uuid=request_uuid)
    part = part_of(certificates.get_credential(row.credential_uuid))
    return counted_twice(part, parts_sent_before(row.user_id, row.institution, but=row))


def bundle_to_send(asked: RequestData) -> dict[str, bytes]:
    """The files that anybody needs to check the credential; the result statement only where it was consented to."""
    files = certificates.bundle_of(asked.credential_uuid)
    if asked.include_statement or STATEMENT_FILE not in files:
        return files
    names = {address: name for address, name in json.loads(files[MAP_FILE]).items() if name != STATEMENT_FILE}
    kept = {name: content for name, content in files.items() if name != STATEMENT_FILE}
    return kept | {MAP_FILE: json.dumps(names, indent=2).encode()}
