"""Status lists: a random place for each credential, bits set and cleared, and the signed lists that strangers read."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from itertools import islice

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
MOST_NAMED = 1000  # places or credentials that one statement names


def allocate_status(rows: Iterable[Credential]) -> dict[int, tuple[ProofStatusEntry, ...]]:
    """Give each of `rows` its place in one list of each purpose, or find those it has, by primary key.

    Needs a transaction, whose end lets the next worker take places from the same body's lists.
    """
    bodies = {row.pk: row.achievement_version.achievement.body for row in rows}
    entries = StatusEntry.objects.select_related("status_list__body").filter(credential__in=bodies)
    held = {(entry.credential_id, entry.status_list.purpose): entry for entry in entries}
    for body in sorted(set(bodies.values()), key=_pk):
        for purpose in StatusPurpose:
            missing = [pk for pk in bodies if bodies[pk] == body and (pk, purpose.value) not in held]
            held |= {(entry.credential_id, purpose.value): entry for entry in _allocate(missing, body, purpose)}
    urls = _urls(held.values())
    return {
        pk: tuple(_proof_entry(held[pk, purpose.value], urls, purpose) for purpose in StatusPurpose) for pk in bodies
    }


def set_status(rows: Iterable[Credential], purpose: StatusPurpose, value: bool) -> None:
    """Set or clear the bits of `rows` for `purpose`, each list once however many rows; needs a transaction."""
    by_list: dict[int, list[int]] = {}
    pks = iter([row.pk for row in rows])
    while chunk := list(islice(pks, MOST_NAMED)):
        # Not joined to the lists: MariaDB would go through all entries of those with this purpose.
        entries = StatusEntry.objects.filter(credential__in=chunk)
        for list_id, index in entries.values_list("status_list_id", "index"):
            by_list.setdefault(list_id, []).append(index)
    lists = StatusList.objects.select_for_update().filter(pk__in=by_list, purpose=purpose.value)
    for status_list in lists.order_by("pk").defer("document"):
        bits = StatusBits(status_list.size, bytes(status_list.bits))
        bits.set_all(by_list[status_list.pk], value)
        status_list.bits, status_list.document = bytes(bits.data), ""
        status_list.save(update_fields=["bits", "document", "modified"])


def signed_status_list(slug: str, purpose: str, num: int) -> str:
    """The signed list as JSON text, signed anew after a change; raises CredentialNotFound."""
    lists = StatusList.objects.select_related("body")
    found = lists.filter(body__slug=slug, purpose=purpose, num=num).first()
    if found is None:
        raise CredentialNotFound(_("There is no such status list."))
    if found.document:
        return found.document
    with transaction.atomic():
        # Alone: MariaDB would lock the body too, and so all who take a place in its lists.
        locked = StatusList.objects.select_for_update().get(pk=found.pk)
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


def _allocate(credential_pks: list[int], body: IssuingBody, purpose: StatusPurpose) -> list[StatusEntry]:
    """Take a random place for each credential; the list in use first, then as many new ones as it needs."""
    if not credential_pks:
        return []
    # The body's row is the lock: two workers must not open the same next list, nor take the same place.
    IssuingBody.objects.select_for_update().get(pk=body.pk)
    made: list[StatusEntry] = []
    while remaining := credential_pks[len(made) :]:
        status_list = _open_list(body, purpose)
        taking = remaining[: FULL - status_list.used]
        places = zip(taking, _free_places(status_list, len(taking)), strict=True)
        made += StatusEntry.objects.bulk_create(
            StatusEntry(credential_id=pk, status_list=status_list, index=index) for pk, index in places
        )
        status_list.used += len(taking)
        status_list.save(update_fields=["used", "modified"])
    return made


def _open_list(body: IssuingBody, purpose: StatusPurpose) -> StatusList:
    lists = StatusList.objects.filter(body=body, purpose=purpose.value)
    found = lists.filter(used__lt=FULL).order_by("num").defer("bits", "document").first()
    if found is None:
        bits = bytes(StatusBits().data)
        num = lists.count() + 1
        found = StatusList.objects.create(body=body, purpose=purpose.value, num=num, bits=bits, size=MINIMUM_BITS)
    found.body = body
    return found


def _free_places(status_list: StatusList, count: int) -> list[int]:
    """Draw `count` places that nobody has: at least half are free, so that few draws are made again."""
    free: dict[int, None] = {}
    while len(free) < count:
        drawn = secrets.SystemRandom().sample(range(status_list.size), min(2 * (count - len(free)), MOST_NAMED))
        taken = set(status_list.entries.filter(index__in=drawn).values_list("index", flat=True))
        free |= dict.fromkeys(index for index in drawn if index not in taken)
    return list(free)[:count]


def _urls(entries: Iterable[StatusEntry]) -> dict[int, str]:
    """The addresses of the lists in which `entries` lie, by primary key."""
    lists = {entry.status_list_id: entry.status_list for entry in entries}
    return {pk: status_list_url(found.body.slug, found.purpose, found.num) for pk, found in lists.items()}


def _proof_entry(entry: StatusEntry, urls: Mapping[int, str], purpose: StatusPurpose) -> ProofStatusEntry:
    return ProofStatusEntry(purpose, urls[entry.status_list_id], entry.index)


def _pk(body: IssuingBody) -> int:
    return body.pk
