"""The offline bundle of a credential: everything that anybody needs to check it without us."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _

from paid_certificate.errors import CredentialErased, CredentialStateConflict
from paid_certificate.proofs.bundle import bundle_files
from paid_certificate.proofs.offline import verifier_page
from paid_certificate.services.awards import credential_row
from paid_certificate.services.bodies import did_document_of
from paid_certificate.services.tokens import find_token
from paid_certificate.services.verify_credential import resolver_for


def bundle_of(uuid: UUID, *, with_statement: bool = True) -> dict[str, bytes]:
    """The bundle's files by name; the result statement, with the score, only where asked for.

    Raises CredentialStateConflict before the credential is signed, CredentialErased after it was erased.
    """
    row = credential_row(uuid)
    if row.erased_at is not None:
        raise CredentialErased(
            _("This file was erased at its holder's request. The check page still tells its status.")
        )
    if not row.document:
        raise CredentialStateConflict(_("This credential is not signed yet. Try again when its page says that it is."))
    slug = row.achievement_version.achievement.body.slug
    status_lists = [document for document in resolver_for(row).values() if "credentialSubject" in document]
    token = find_token(row)
    credential, did_document = json.loads(row.document), did_document_of(slug)
    return bundle_files(
        credential=credential,
        did_document=did_document,
        status_lists=status_lists,
        verifier_page=verifier_page(credential=credential, did_document=did_document, status_lists=status_lists),
        result_statement=json.loads(row.statement) if with_statement and row.statement else None,
        credential_jwt=token.document if token else "",
        statement_jwt=token.statement if token and with_statement else "",
    )


def export_bundle(uuid: UUID, *, directory: Path) -> list[Path]:
    """Write the bundle into `directory`, made if need be; returns the files' paths."""
    files = bundle_of(uuid)
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in files.items():
        path = directory / name
        path.write_bytes(content)
        written.append(path)
    return written
