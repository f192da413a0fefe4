"""Credentials as RS256 tokens (Open Badges 3.0, 8.2) beside the signed document, where the setting asks for them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from paid_certificate.errors import CredentialErased
from paid_certificate.models import Credential, CredentialToken, IssuingBody, TokenKey
from paid_certificate.proofs import data as proofs
from paid_certificate.proofs.jose import (
    RsaSigningKey,
    WrappedRsaKey,
    generate_rsa_key,
    jwk_thumbprint,
    open_rsa_key,
    sign_token,
)
from paid_certificate.proofs.open_badges import credential
from paid_certificate.proofs.result_statement import result_statement
from paid_certificate.services.addresses import body_did
from paid_certificate.services.awards import credential_row
from paid_certificate.services.bodies import key_vault


class TokenSigner:
    """Signs tokens for awards of one body; its key is opened once, however many are signed."""

    def __init__(self, body: IssuingBody):
        self._key_row = live_token_key(body)
        self._key = open_token_key(self._key_row)

    def sign(
        self, row: Credential, award: proofs.AwardData, result: proofs.ResultData | None, at: datetime
    ) -> CredentialToken:
        """Return the award's tokens, not stored yet."""
        return CredentialToken(
            credential=row,
            signing_key=self._key_row,
            document=sign_token(credential(award), self._key, signed_at=at),
            statement=sign_token(result_statement(result), self._key, signed_at=at) if result else "",
            signed_at=at,
        )


def token_signer(body: IssuingBody) -> TokenSigner | None:
    """What signs tokens for `body`; None where the setting does not ask for tokens. Needs no transaction."""
    return TokenSigner(body) if settings.PAID_CERTIFICATE_JWT else None


def get_token(uuid: UUID) -> str:
    """The credential as a compact token; empty where none was signed. Raises CredentialErased."""
    row = credential_row(uuid)
    if row.erased_at is not None:
        raise CredentialErased(
            _("This file was erased at its holder's request. The check page still tells its status.")
        )
    found = find_token(row)
    return found.document if found else ""


def get_statement_token(uuid: UUID) -> str:
    """The result statement as a compact token; empty where there is none."""
    found = find_token(credential_row(uuid))
    return found.statement if found else ""


def find_token(row: Credential) -> CredentialToken | None:
    """The stored tokens of `row`, or None."""
    return CredentialToken.objects.filter(credential=row).first()


def live_token_key(body: IssuingBody) -> TokenKey:
    """The RSA key that signs for the body now, made at first need; the body's row is the lock."""
    with transaction.atomic():
        IssuingBody.objects.select_for_update().get(pk=body.pk)
        return body.token_keys.filter(live=1).first() or add_token_key(body)


def add_token_key(body: IssuingBody) -> TokenKey:
    """Make an RSA key for `body`; the private part leaves this function wrapped only."""
    made = generate_rsa_key(key_vault(), body_did(body.slug))
    return TokenKey.objects.create(
        body=body,
        thumbprint=jwk_thumbprint(made.public_jwk),
        public_jwk=made.public_jwk,
        wrapped_private=made.wrapped_private,
    )


def open_token_key(key: TokenKey) -> RsaSigningKey:
    """Open a stored key; raises KeySecretMissing."""
    wrapped = WrappedRsaKey(key.public_jwk, bytes(key.wrapped_private))
    return open_rsa_key(key_vault(), body_did(key.body.slug), wrapped)
