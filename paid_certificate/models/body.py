"""Issuing bodies with their legal face and their keys. Neither a body nor a key is ever deleted."""

from __future__ import annotations

import uuid

from django.db import models

from openedx_bridge.live import live_when


class IssuingBody(models.Model):
    """Who issues, under a name of its own; several stand on one platform. Official information, not personal data.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    # The name with look-alike letters folded together, so that no second body can pass for this one.
    name_skeleton = models.CharField(max_length=255, unique=True)
    legal_name = models.CharField(max_length=255, blank=True)
    legal_statement = models.TextField(blank=True)
    registration_number = models.CharField(max_length=255, blank=True)
    street = models.CharField(max_length=255, blank=True)
    postal_code = models.CharField(max_length=32, blank=True)
    locality = models.CharField(max_length=255, blank=True)
    country_code = models.CharField(max_length=2, blank=True)
    country = models.CharField(max_length=255, blank=True)
    website = models.URLField(blank=True)
    email = models.EmailField(blank=True)
    complaints_contact = models.TextField(blank=True)
    privacy_contact = models.TextField(blank=True)
    refund_terms = models.TextField(blank=True)
    accreditation_status = models.TextField(blank=True)
    quality_assurance = models.TextField(blank=True)
    awarding_authority = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "issuing bodies"

    def __str__(self) -> str:
        return self.name


class BodyLogo(models.Model):
    """A mark of a body; the newest is in use, and an older one stays, since its address is signed.

    .. no_pii:
    """

    body = models.ForeignKey(IssuingBody, on_delete=models.PROTECT, related_name="logos")
    sha256 = models.CharField(max_length=64)
    png = models.BinaryField()
    chosen_at = models.DateTimeField()

    class Meta:
        ordering = ["chosen_at", "id"]
        constraints = [models.UniqueConstraint(fields=["body", "sha256"], name="paid_certificate_bodylogo_once")]

    def __str__(self) -> str:
        return f"{self.body.slug} {self.sha256[:8]}"


class Signatory(models.Model):
    """Who signs for a body, and from when until when; a term is ended, never deleted.

    .. pii: The name of an official, published on certificates.
    .. pii_types: name
    .. pii_retirement: retained
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    body = models.ForeignKey(IssuingBody, on_delete=models.PROTECT, related_name="signatories")
    name = models.CharField(max_length=255)
    title = models.CharField(max_length=255)
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["first_day", "id"]
        verbose_name_plural = "signatories"

    def __str__(self) -> str:
        return f"{self.name}, {self.title}"


class BodyKey(models.Model):
    """An Ed25519 key of a body: the public part for everybody and for ever, the private part wrapped.

    .. no_pii:
    """

    body = models.ForeignKey(IssuingBody, on_delete=models.PROTECT, related_name="keys")
    public_multikey = models.CharField(max_length=64, unique=True)
    wrapped_private = models.BinaryField()
    created = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True)
    compromised_at = models.DateTimeField(null=True)
    live = live_when(retired_at__isnull=True, compromised_at__isnull=True)

    class Meta:
        ordering = ["created", "id"]
        constraints = [models.UniqueConstraint(fields=["body", "live"], name="paid_certificate_bodykey_one_signing")]

    def __str__(self) -> str:
        return f"{self.body.slug}#{self.public_multikey}"
