"""Sign an award once. What is stored is what was signed; a failure is kept where people see it, and retried."""

from __future__ import annotations

import json
from collections.abc import Hashable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from openedx_bridge.errors import SuiteError
from paid_certificate.data import CredentialData, CredentialEventData, CredentialState
from paid_certificate.errors import CredentialErased
from paid_certificate.models import BodyKey, Credential, CredentialToken
from paid_certificate.models.audit import record
from paid_certificate.proofs import data as proofs
from paid_certificate.proofs.errors import ProofsError
from paid_certificate.proofs.keys import SigningKey
from paid_certificate.proofs.open_badges import award_shape
from paid_certificate.proofs.result_statement import result_shape
from paid_certificate.proofs.templates import (
    DocumentTemplate,
    compile_credential_template,
    compile_statement_template,
)
from paid_certificate.services.award_data import award_data, result_data
from paid_certificate.services.awards import credential_data, credential_row, move_credential
from paid_certificate.services.bodies import live_key, open_body_key
from paid_certificate.services.status import allocate_status
from paid_certificate.services.tokens import token_signer
from paid_certificate.signals.signals import CREDENTIAL_ISSUED

# Templates hold no key and no holder. An achievement version has few shapes, so a small table suffices.
_templates: dict[Hashable, DocumentTemplate] = {}
MAX_TEMPLATES = 256


def issue_credential(uuid: UUID) -> CredentialData:
    """Sign the award's credential and result statement, once; one that is issued is returned as it is.

    Raises what stopped it, after noting it on the award, so that the task is tried again.
    """
    with transaction.atomic():
        row = credential_row(uuid)
        Credential.objects.select_for_update().get(pk=row.pk)
        row.refresh_from_db()
        if row.issued_at is not None or row.state in (CredentialState.AWAITING_PAYMENT, CredentialState.CANCELLED):
            return credential_data(row)
        if row.state != CredentialState.SIGNING:
            move_credential(row, CredentialState.SIGNING, failure="")
        status = allocate_status([row])[row.pk]
    try:
        key_row = live_key(row.achievement_version.achievement.body)
        document, statement, token = _sign(row, status, key_row)
    except (SuiteError, ProofsError, OSError) as error:
        move_credential(row, CredentialState.FAILED, failure=str(error))
        raise
    return _store(row, document, statement, key_row, token)


def get_document(uuid: UUID) -> str:
    """The signed credential as JSON text; empty before it is signed. Raises CredentialErased."""
    row = credential_row(uuid)
    if row.erased_at is not None:
        raise CredentialErased(
            _("This file was erased at its holder's request. The check page still tells its status.")
        )
    return row.document


def get_statement(uuid: UUID) -> str:
    """The signed result statement as JSON text; empty where there is none."""
    return credential_row(uuid).statement


def _sign(
    row: Credential, status: tuple[proofs.StatusEntry, ...], key_row: BodyKey
) -> tuple[str, str, CredentialToken | None]:
    now = timezone.now()
    award = award_data(row, status)
    key = open_body_key(key_row)
    document = _credential_template(award).sign(award, key, now)
    result = result_data(row, award)
    tokens = token_signer(key_row.body)
    token = tokens.sign(row, award, result, now) if tokens else None
    return document, _sign_statement(result, key) if result else "", token


def _sign_statement(result: proofs.ResultData, key: SigningKey) -> str:
    shape = ("statement", result_shape(result))
    if shape not in _templates:
        _remember(shape, compile_statement_template(result))
    return _templates[shape].sign(result, key, timezone.now())


def _credential_template(award: proofs.AwardData) -> DocumentTemplate:
    """The template for awards of this shape; making one checks it against the slow path."""
    shape = ("credential", award_shape(award))
    if shape not in _templates:
        _remember(shape, compile_credential_template(award))
    return _templates[shape]


def _remember(shape: Hashable, template: DocumentTemplate) -> None:
    while len(_templates) >= MAX_TEMPLATES:
        _templates.pop(next(iter(_templates)))
    _templates[shape] = template


def _store(
    row: Credential, document: str, statement: str, key: BodyKey, token: CredentialToken | None
) -> CredentialData:
    with transaction.atomic():
        values = {"document": document, "statement": statement, "signing_key": key}
        values |= {"issued_at": timezone.now(), "failure": ""}
        if move_credential(row, CredentialState.ISSUED, **values):
            if token:
                token.save()
            record("issue", actor_id=None, object_type="credential", object_uuid=row.uuid)
            event = CredentialEventData(row.uuid, row.achievement.uuid, row.user_id)
            transaction.on_commit(lambda: CREDENTIAL_ISSUED.send_event(credential=event))
    return credential_data(row)


def document_of(uuid: UUID) -> dict[str, Any]:
    """The signed credential, parsed; empty before it is signed."""
    text = get_document(uuid)
    return json.loads(text) if text else {}


def unsigned_note(state: CredentialState) -> str:
    """What a page says while a credential is not signed."""
    return {
        CredentialState.READY: _("Being signed. Usually under a minute."),
        CredentialState.SIGNING: _("Being signed. Usually under a minute."),
        CredentialState.FAILED: _("Not signed yet. We have been told and will retry."),
    }.get(state, "")
