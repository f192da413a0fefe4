"""Status lists: a random place for each credential, bits set and cleared, and the signed lists that strangers read."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from paid_certificate.errors import CredentialNotFound
from paid_certificate.models import Credential, IssuingBody, StatusEntry, StatusList
from paid_certificate.proofs.bundle import dump_json
from paid_certificate.proofs.data import StatusEntry as ProofStatusEntry
from paid_certificate.proofs.data import StatusPurpose
from paid_certificate.proofs.data_integrity import add_proof
from paid_certificate.proofs.status_list import MINIMUM_BITS, StatusBits, encode_status_list, status_list_credential
from paid_certificate.services.addresses import body_did, status_list_url
from paid_certificate.services.bodies import signing_key

# Past this share a list is closed: random places stay quick to find, and a hidden holder stays hidden.
FULL = MINIMUM_BITS // 2


def allocate_status(row: Credential) -> tuple[ProofStatusEntry, ...]:
    """Give `row` its place in one list of each purpose, or return those it has; needs a transaction."""
    body = row.achievement_version.achievement.body
    held = {entry.status_list.purpose: entry for entry in row.status_entries.select_related("status_list__body")}
    for purpose in StatusPurpose:
        if purpose.value not in held:
            held[purpose.value] = _allocate(row, body, purpose)
    return tuple(_proof_entry(held[purpose.value]) for purpose in StatusPurpose)


def set_status(rows: Iterable[Credential], purpose: StatusPurpose, value: bool) -> None:
    """Set or clear the bits of `rows` for `purpose`, each list once; needs a transaction."""
    entries = StatusEntry.objects.filter(credential__in=rows, status_list__purpose=purpose.value)
    by_list: dict[int, list[int]] = {}
    for list_id, index in entries.values_list("status_list_id", "index"):
        by_list.setdefault(list_id, []).append(index)
    for status_list in StatusList.objects.select_for_update().filter(pk__in=by_list).order_by("pk"):
        bits = StatusBits(status_list.size, bytes(status_list.bits))
        bits.set_all(by_list[status_list.pk], value)
        status_list.bits, status_list.document = bytes(bits.data), ""
        status_list.save(update_fields=["bits", "document", "modified"])


def signed_status_list(slug: str, purpose: str, num: int) -> str:
    """The signed list as JSON text, signed anew after a change; raises CredentialNotFound."""
    query = StatusList.objects.select_related("body").filter(body__slug=slug, purpose=purpose, num=num)
    found = query.first()
    if found is None:
        raise CredentialNotFound(_("There is no such status list."))
    if found.document:
        return found.document
    with transaction.atomic():
        locked = query.select_for_update(of=("self",)).get()
        if not locked.document:
            locked.document = _sign(locked)
            locked.save(update_fields=["document"])
        return locked.document


def _sign(status_list: StatusList) -> str:
    body, now = status_list.body, timezone.now()
    document = status_list_credential(
        url=status_list_url(body.slug, status_list.purpose, status_list.num),
        issuer=body_did(body.slug),
        purpose=StatusPurpose(status_list.purpose),
        encoded_list=encode_status_list(StatusBits(status_list.size, bytes(status_list.bits))),
        valid_from=now,
    )
    return dump_json(add_proof(document, signing_key(body), now)).decode()


def _allocate(row: Credential, body: IssuingBody, purpose: StatusPurpose) -> StatusEntry:
    # The body's row is the lock: two workers must not open the same next list, nor take the same place.
    IssuingBody.objects.select_for_update().get(pk=body.pk)
    status_list = StatusList.objects.filter(body=body, purpose=purpose.value, used__lt=FULL).order_by("num").first()
    if status_list is None:
        num = StatusList.objects.filter(body=body, purpose=purpose.value).count() + 1
        bits = bytes(StatusBits().data)
        status_list = StatusList.objects.create(body=body, purpose=purpose.value, num=num, bits=bits, size=MINIMUM_BITS)
    index = secrets.randbelow(status_list.size)
    while status_list.entries.filter(index=index).exists():
        index = secrets.randbelow(status_list.size)
    status_list.used += 1
    status_list.save(update_fields=["used", "modified"])
    return StatusEntry.objects.create(credential=row, status_list=status_list, index=index)


def _proof_entry(entry: StatusEntry) -> ProofStatusEntry:
    status_list = entry.status_list
    url = status_list_url(status_list.body.slug, status_list.purpose, status_list.num)
    return ProofStatusEntry(StatusPurpose(status_list.purpose), url, entry.index)
