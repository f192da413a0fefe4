"""Sign an award once. What is stored is what was signed; a failure is kept where people see it, and retried."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from paid_certificate.data import CredentialData, CredentialState
from paid_certificate.errors import CredentialErased
from paid_certificate.models import Credential
from paid_certificate.services.awards import credential_data, credential_row
from paid_certificate.services.signing import begin_signing, sign_awards, store_signed


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
        places = begin_signing([row])
    outcomes = sign_awards([row], places)
    store_signed([row], outcomes)
    error = outcomes[row.pk]
    if isinstance(error, Exception):
        raise error
    row.refresh_from_db()
    return credential_data(row)


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
