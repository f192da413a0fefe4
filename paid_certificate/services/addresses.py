"""The public addresses that are signed into credentials. They answer for ever, so no request decides them."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from openedx_bridge import api as bridge
from paid_certificate.proofs.did import did_web_from_url

LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


def base_url() -> str:
    """The configured public address without a trailing slash."""
    return (settings.PAID_CERTIFICATE_PUBLIC_BASE_URL or bridge.lms_root_url()).rstrip("/")


def is_local() -> bool:
    """Whether this is a machine that no stranger reaches: what it issues is a demonstration."""
    return (urlsplit(base_url()).hostname or "") in LOCAL_HOSTS


def body_url(slug: str) -> str:
    """The page of an issuing body."""
    return base_url() + reverse("paid_certificate:body", args=[slug])


def body_did(slug: str) -> str:
    """The did:web of an issuing body; its document lies below the body's page."""
    return did_web_from_url(body_url(slug))


def logo_url(slug: str, sha256: str) -> str:
    """A logo of an issuing body; another logo has another address."""
    return base_url() + reverse("paid_certificate:logo", args=[slug, sha256])


def achievement_url(version_uuid: UUID) -> str:
    """The page and JSON-LD of one version of an achievement."""
    return base_url() + reverse("paid_certificate:achievement", args=[version_uuid])


def credential_url(uuid: UUID) -> str:
    """The credential's id, where its JSON can be had."""
    return base_url() + reverse("paid_certificate:document", args=[uuid])


def statement_url(uuid: UUID) -> str:
    """The result statement's id."""
    return base_url() + reverse("paid_certificate:statement", args=[uuid])


def verification_url(uuid: UUID) -> str:
    """The page on which anybody checks a credential."""
    return base_url() + reverse("paid_certificate:verification", args=[uuid])


def wallet_url(uuid: UUID) -> str:
    """Where a wallet fetches a credential."""
    return base_url() + reverse("paid_certificate:wallet", args=[uuid])


def status_list_url(slug: str, purpose: str, num: int) -> str:
    """A status list's id, where the signed list can be had."""
    return base_url() + reverse("paid_certificate:status-list", args=[slug, purpose, num])
