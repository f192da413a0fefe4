"""The pieces of a claim: a credential of somebody else, checked at once; a file; a link; a note."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import attrs
from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from openedx_bridge import api as bridge
from paid_certificate.claim_data import ClaimState, PieceData, PieceKind, Supplier
from paid_certificate.errors import ClaimInvalid, ClaimNotFound, ClaimStateConflict
from paid_certificate.models import EvidenceClaim, EvidenceFile, EvidencePiece
from paid_certificate.models.audit import record
from paid_certificate.proofs.errors import ProofsError
from paid_certificate.proofs.foreign import credential_text
from paid_certificate.proofs.text import clean_text
from paid_certificate.services.claim_check import check_credential, read_support
from paid_certificate.services.claim_files import media_type_of, most_bytes, require_small, safe_name
from paid_certificate.services.claim_records import claim_row, outcome_names, own_claim_row, piece_data

MAX_PIECES = 20
MAX_FILES = 5  # of the largest size, in one claim
MAX_TITLE = 255
MAX_TEXT = 10_000  # characters of a note
MAX_LINK = 2_000


@attrs.frozen
class Original:
    """What was handed in: its bytes and how it may be downloaded again."""

    content: bytes
    file_name: str
    media_type: str


def add_credential_piece(
    user_id: int,
    claim_uuid: UUID,
    *,
    credential: bytes,
    title: str = "",
    outcomes: Iterable[int] = (),
    support: Sequence[bytes] = (),
    file_name: str = "",
) -> PieceData:
    """Add somebody else's credential, as JSON or token text or inside a PNG or SVG, and check it at once.

    `support` holds the issuer's DID document and status lists. Raises ClaimInvalid if there is no credential in it;
    a credential that cannot be checked, or does not hold, is kept with what was found.
    """
    row = _editable(user_id, claim_uuid)
    require_small(credential)
    email = bridge.get_user(user_id).email
    try:
        found = check_credential(credential_text(credential), support, email=email, supplier=Supplier.HOLDER)
    except ProofsError as error:
        raise _invalid("credential", _("There is no credential in this that we can read. {why}"), error) from error
    return _store(
        row,
        user_id,
        PieceKind.CREDENTIAL,
        title=_title(title or found["summary"]["title"] or _("Credential")),
        outcomes=outcomes,
        original=_credential_file(credential, file_name),
        support=support,
        **found,
    )


def add_file_piece(
    user_id: int, claim_uuid: UUID, *, content: bytes, file_name: str, title: str = "", outcomes: Iterable[int] = ()
) -> PieceData:
    """Add a PDF, PNG or JPEG; what it is, is judged by its bytes."""
    row = _editable(user_id, claim_uuid)
    media_type = media_type_of(content)
    name = safe_name(file_name, media_type)
    original = Original(content, name, media_type)
    return _store(row, user_id, PieceKind.FILE, title=_title(title or name), outcomes=outcomes, original=original)


def add_link_piece(user_id: int, claim_uuid: UUID, *, url: str, title: str, outcomes: Iterable[int] = ()) -> PieceData:
    """Add an address as text; nothing is ever fetched from it."""
    row = _editable(user_id, claim_uuid)
    text = clean_text(url)
    parts = _split(text)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or len(text) > MAX_LINK:
        raise _invalid("url", _("Write the whole address, as in https://example.org/my-work."))
    return _store(row, user_id, PieceKind.LINK, title=_title(title), outcomes=outcomes, text=text)


def add_note_piece(user_id: int, claim_uuid: UUID, *, text: str, title: str, outcomes: Iterable[int] = ()) -> PieceData:
    """Add what the person says in their own words."""
    row = _editable(user_id, claim_uuid)
    said = clean_text(text)
    if not said or len(said) > MAX_TEXT:
        raise _invalid("text", _("Write what you did, in up to 10,000 characters."))
    return _store(row, user_id, PieceKind.NOTE, title=_title(title), outcomes=outcomes, text=said)


def remove_piece(user_id: int, piece_uuid: UUID) -> None:
    """Take out a piece that was not sent yet, with its file. What an assessor has seen stays."""
    with transaction.atomic():
        piece = piece_row(piece_uuid)
        row = own_claim_row(user_id, piece.claim.uuid, lock=True)
        _require_editable(row)
        if piece.submitted_at is not None:
            raise ClaimStateConflict(_("The assessor has seen this piece. Add another, and say what is wrong with it."))
        piece.delete()
        record("remove_piece", actor_id=user_id, object_type="evidence_claim", object_uuid=row.uuid)


def recheck_credential(piece_uuid: UUID, *, support: Sequence[bytes], actor_id: int) -> PieceData:
    """Check a credential again with documents that the assessor fetched from the issuer: these can be relied on."""
    piece = piece_row(piece_uuid)
    if piece.claim.user_id == actor_id:
        raise ClaimStateConflict(_("Nobody assesses their own evidence."))
    if piece.claim.state != ClaimState.SUBMITTED or piece.kind != PieceKind.CREDENTIAL:
        raise ClaimStateConflict(_("Only a credential of a claim that waits for its decision is checked again."))
    if not support:
        raise _invalid("support", _("Choose the issuer's key document, and its status lists where it has them."))
    found = check_credential(
        credential_text(get_original(piece_uuid).content),
        support,
        email=bridge.get_user(piece.claim.user_id).email,
        supplier=Supplier.ASSESSOR,
    )
    with transaction.atomic():
        claim_row(piece.claim.uuid, lock=True)
        EvidencePiece.objects.filter(pk=piece.pk).update(**found)
        piece.files.exclude(role=EvidenceFile.ORIGINAL).delete()
        _store_support(piece, support)
        record(
            "recheck_credential",
            actor_id=actor_id,
            object_type="evidence_claim",
            object_uuid=piece.claim.uuid,
            piece=str(piece.uuid),
            outcome=found["outcome"],
        )
    return piece_data(piece_row(piece_uuid))


def piece_row(uuid: UUID) -> EvidencePiece:
    """The row of a piece with its claim; raises ClaimNotFound."""
    # What a file is, without its megabytes.
    files = Prefetch("files", queryset=EvidenceFile.objects.only("id", "piece_id", "role"))
    rows = EvidencePiece.objects.select_related("claim__achievement__body").prefetch_related(files)
    piece = rows.filter(uuid=uuid).first()
    if piece is None:
        raise ClaimNotFound(_("There is no such piece of evidence. Reload the page."))
    return piece


def get_original(piece_uuid: UUID) -> Original:
    """What was handed in, byte for byte; raises ClaimNotFound once it is deleted, or where there was no file."""
    piece = piece_row(piece_uuid)
    stored = piece.files.filter(role=EvidenceFile.ORIGINAL).first()
    if stored is None:
        raise ClaimNotFound(_("The file is deleted. What was found in it stands on the claim's page."))
    return Original(bytes(stored.content), piece.file_name, piece.media_type)


def _store(
    row: EvidenceClaim,
    user_id: int,
    kind: PieceKind,
    *,
    outcomes: Iterable[int],
    original: Original | None = None,
    support: Sequence[bytes] = (),
    **values: Any,
) -> PieceData:
    """Write a piece under the claim's lock, within the claim's limits."""
    with transaction.atomic():
        locked = claim_row(row.uuid, lock=True)
        _require_editable(locked)
        known = list(locked.pieces.all())
        size = len(original.content) if original else 0
        if len(known) >= MAX_PIECES:
            raise ClaimStateConflict(_("A claim holds up to 20 pieces. Remove one, or put two into one PDF."))
        if sum(piece.size for piece in known) + size > MAX_FILES * most_bytes():
            raise _invalid("file", _("The files of this claim are too large together. Remove one, or make it smaller."))
        piece = EvidencePiece.objects.create(
            claim=locked, kind=kind, outcomes=_outcomes(row, outcomes), size=size, **_file_values(original), **values
        )
        if original:
            EvidenceFile.objects.create(piece=piece, role=EvidenceFile.ORIGINAL, content=original.content)
        _store_support(piece, support)
        # A draft that is worked on is not a stale one.
        locked.save(update_fields=["modified"])
        record(
            "add_piece", actor_id=user_id, object_type="evidence_claim", object_uuid=locked.uuid, piece=str(piece.uuid)
        )
    return piece_data(piece_row(piece.uuid))


def _store_support(piece: EvidencePiece, support: Sequence[bytes]) -> None:
    for raw, document in zip(support, read_support(support), strict=True):
        is_list = "credentialSubject" in document
        role = EvidenceFile.STATUS_LIST if is_list else EvidenceFile.ISSUER_DOCUMENT
        EvidenceFile.objects.create(piece=piece, role=role, content=raw)


def _file_values(original: Original | None) -> dict[str, str]:
    if original is None:
        return {}
    digest = hashlib.sha256(original.content).hexdigest()
    return {"sha256": digest, "file_name": original.file_name, "media_type": original.media_type}


def _editable(user_id: int, claim_uuid: UUID) -> EvidenceClaim:
    row = own_claim_row(user_id, claim_uuid)
    _require_editable(row)
    return row


def _require_editable(row: EvidenceClaim) -> None:
    if row.state not in (ClaimState.DRAFT, ClaimState.RETURNED):
        raise ClaimStateConflict(_("The claim is with the assessors or decided, so its evidence stays as it is."))


def _outcomes(row: EvidenceClaim, outcomes: Iterable[int]) -> list[int]:
    names = outcome_names(row.achievement_version)
    chosen = sorted(set(outcomes))
    if (names and not chosen) or any(num not in range(1, len(names) + 1) for num in chosen):
        raise _invalid("outcomes", _("Say which of the outcomes this piece shows."))
    return chosen


def _title(text: str) -> str:
    title = " ".join(clean_text(text).split())
    if not title or len(title) > MAX_TITLE:
        raise _invalid("title", _("Give this piece a short title."))
    return title


def _credential_file(content: bytes, file_name: str) -> Original:
    """How a credential is downloaded again: an SVG may hold scripts, so it has no type that a browser would open."""
    if content.startswith(b"\x89PNG"):
        return Original(content, safe_name(file_name, "image/png"), "image/png")
    if content.lstrip().startswith(b"<"):
        return Original(content, safe_name(file_name, "image/svg+xml"), "application/octet-stream")
    return Original(content, safe_name(file_name, "application/json"), "application/json")


def _split(text: str) -> Any:
    try:
        return urlsplit(text)
    except ValueError:
        return None


def _invalid(field: str, message: str, why: Exception | None = None) -> ClaimInvalid:
    said = message.format(why=why) if why else message
    return ClaimInvalid(said, fields={field: said})
