"""The check of a credential that somebody hands in, with the issuer's documents as far as they are at hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from django.utils import timezone
from django.utils.translation import gettext as _

from paid_certificate.claim_data import Supplier
from paid_certificate.errors import ClaimInvalid
from paid_certificate.models import IssuingBody, StatusList
from paid_certificate.proofs.document import as_list, issuer_id
from paid_certificate.proofs.errors import ProofsError
from paid_certificate.proofs.foreign import MAX_SUPPORT, check_foreign, read_claimed, summarise, support_document
from paid_certificate.proofs.text import clean_text
from paid_certificate.services.addresses import body_did, status_list_url
from paid_certificate.services.bodies import did_document_of
from paid_certificate.services.status import signed_status_list

MAX_DETAIL = 255


def check_credential(text: str, support: Sequence[bytes], *, email: str, supplier: Supplier) -> dict[str, Any]:
    """Check `text` now, and return what is kept of it, as fields of EvidencePiece.

    `support` are the documents that `supplier` brought; those of our own bodies are never taken from anybody. Raises
    MalformedDocument if `text` holds no credential, ClaimInvalid if one of the documents cannot be read.
    """
    documents, now, claimed = read_support(support), timezone.now(), read_claimed(text)
    ours = documents_of_ours(claimed)
    found = check_foreign(text, documents, now, ours=ours)
    checks = [
        {"name": check.name.value, "outcome": check.outcome.value, "reason": check.reason.value}
        | {"detail": clean_text(check.detail)[:MAX_DETAIL]}
        for check in found.verification.checks
    ]
    source = Supplier.OURS if ours else supplier if documents else Supplier.NOBODY
    return {
        "outcome": found.outcome.value,
        "summary": attrs.asdict(summarise(claimed, email)),
        "checks": checks,
        "supplier": source.value,
        "checked_at": now,
    }


def read_support(support: Sequence[bytes]) -> list[dict[str, Any]]:
    """The issuer's documents as they were handed in; raises ClaimInvalid for too many or an unreadable one."""
    if len(support) > MAX_SUPPORT:
        message = _("At most {n} documents of the issuer are read with a credential.").format(n=MAX_SUPPORT)
        raise ClaimInvalid(message, fields={"support": message})
    documents = []
    for raw in support:
        try:
            documents.append(support_document(raw))
        except ProofsError as error:
            message = _("One of the issuer's documents cannot be read. {why}").format(why=error)
            raise ClaimInvalid(message, fields={"support": message}) from error
    return documents


def documents_of_ours(claimed: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The key document and the status lists that a credential needs, if a body of this site issued it."""
    try:
        issuer = issuer_id(dict(claimed))
    except ProofsError:
        return {}
    slugs = IssuingBody.objects.filter(published_at__isnull=False).values_list("slug", flat=True)
    slug = next((slug for slug in slugs if body_did(slug) == issuer), None)
    if slug is None:
        return {}
    named = {entry.get("statusListCredential") for entry in _entries(claimed)}
    documents = {issuer: did_document_of(slug)}
    for purpose, num in StatusList.objects.filter(body__slug=slug).values_list("purpose", "num"):
        url = status_list_url(slug, purpose, num)
        if url in named:
            documents[url] = json.loads(signed_status_list(slug, purpose, num))
    return documents


def _entries(claimed: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries = [entry for entry in as_list(claimed.get("credentialStatus")) if isinstance(entry, dict)]
    return [entry for entry in entries if isinstance(entry.get("statusListCredential"), str)]
