"""Credentials as tokens (JWT), beside their documents: the RSA keys that sign them, and what was signed."""

from __future__ import annotations

from django.db import models

from openedx_bridge.live import live_when
from paid_certificate.models.body import IssuingBody
from paid_certificate.models.credential import Credential


class TokenKey(models.Model):
    """An RSA key of a body: the public part for everybody and for ever, the private part wrapped.

    .. no_pii:
    """

    body = models.ForeignKey(IssuingBody, on_delete=models.PROTECT, related_name="token_keys")
    thumbprint = models.CharField(max_length=64, unique=True)
    public_jwk = models.JSONField()
    wrapped_private = models.BinaryField()
    created = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True)
    compromised_at = models.DateTimeField(null=True)
    live = live_when(retired_at__isnull=True, compromised_at__isnull=True)

    class Meta:
        ordering = ["created", "id"]
        constraints = [models.UniqueConstraint(fields=["body", "live"], name="paid_certificate_tokenkey_one_signing")]

    def __str__(self) -> str:
        return f"{self.body.slug}#{self.thumbprint}"


class CredentialToken(models.Model):
    """The tokens of one award: the credential's and, where it has a result statement, the statement's.

    .. pii: The signed documents, which carry the holder's name.
    .. pii_types: name
    .. pii_retirement: local_api
    """

    credential = models.OneToOneField(Credential, on_delete=models.PROTECT, related_name="token")
    signing_key = models.ForeignKey(TokenKey, on_delete=models.PROTECT, related_name="tokens")
    document = models.TextField(blank=True)
    statement = models.TextField(blank=True)
    signed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"token of {self.credential_id}"
