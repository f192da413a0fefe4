"""What may be handed in, how it comes out again, how long it is kept, and what is left of a person who is erased."""

from __future__ import annotations

import json
import struct
import time
import zlib
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import serializers
from django.utils import timezone
from strangers import INDEX, png_of

from openedx_bridge.backend import get_backend
from paid_certificate import api
from paid_certificate.claim_data import ClaimState, Supplier
from paid_certificate.errors import ClaimInvalid, ClaimNotFound, ClaimStateConflict
from paid_certificate.models import Credential, EvidenceClaim, EvidenceFile
from paid_certificate.proofs.baking import bake_svg
from paid_certificate.proofs.foreign import ForeignOutcome
from paid_certificate.services.claim_files import MAX_PIXELS, safe_name
from tests.paid_certificate.claim_stage import (
    NAME,
    PDF,
    approve,
    assessor,
    by_key,
    by_web,
    evidence,
    filled,
    sent,
)

__all__ = ["assessor", "by_key", "by_web", "evidence", "filled", "sent"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(evidence, learner):
    """An empty claim."""
    return api.start_claim(learner.pk, achievement_uuid=evidence().uuid)


@pytest.fixture
def hand_in(draft, learner):
    """A function that hands in a file."""

    def go(content: bytes, file_name: str = "file.pdf", **values):
        return api.add_file_piece(learner.pk, draft.uuid, content=content, file_name=file_name, outcomes=[1], **values)

    return go


def jpeg() -> bytes:
    from io import BytesIO

    from PIL import Image

    buffer = BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type", "suffix"),
    [(PDF, "application/pdf", ".pdf"), (png_of(4, 4), "image/png", ".png"), (jpeg(), "image/jpeg", ".jpg")],
)
def test_file_is_what_its_bytes_are_whatever_its_name_says(hand_in, content, media_type, suffix) -> None:
    piece = hand_in(content, "../../etc/Мой отчёт.html")
    assert (piece.media_type, piece.size) == (media_type, len(content))
    assert piece.file_name == f"Мой-отчёт{suffix}"
    assert api.get_original(piece.uuid).content == content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"GIF89a<script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"PK\x03\x04" + b"\0" * 100,
        b"MZ\x90\0",
        b"\x89PNG\r\n\x1a\n<script>",
        png_of(4, 4)[:-20],
        b"\xff\xd8\xff\xe0 no picture",
        b"%PDF-1.4 cut off",
        b"#!/bin/sh\nrm -rf /\n",
    ],
)
def test_anything_but_a_whole_pdf_png_or_jpeg_is_refused_in_words(hand_in, content) -> None:
    with pytest.raises(ClaimInvalid) as refused:
        hand_in(content)
    assert refused.value.fields["file"].endswith(".")
    assert EvidenceFile.objects.count() == 0


def test_file_over_the_limit_is_refused_and_the_limit_named(hand_in, settings) -> None:
    settings.PAID_CERTIFICATE_EVIDENCE_MB = 1
    hand_in(PDF.ljust(1_000_000 - 10, b" ") + b"%%EOF")
    with pytest.raises(ClaimInvalid, match="larger than 1 MB"):
        hand_in(PDF + b" " * 1_000_000 + b"%%EOF")


def test_files_of_a_claim_together_have_a_limit(hand_in, settings) -> None:
    settings.PAID_CERTIFICATE_EVIDENCE_MB = 0.001
    content = PDF.ljust(900, b" ") + b"%%EOF"
    for _number in range(5):
        hand_in(content)
    with pytest.raises(ClaimInvalid, match="too large together"):
        hand_in(content)


def test_claim_holds_so_many_pieces(draft, learner) -> None:
    for number in range(20):
        api.add_note_piece(learner.pk, draft.uuid, text="I did.", title=f"Note {number}", outcomes=[1])
    with pytest.raises(ClaimStateConflict, match="up to 20"):
        api.add_note_piece(learner.pk, draft.uuid, text="I did.", title="One more", outcomes=[1])


@pytest.mark.parametrize(("side", "words"), [(8_000, "too many pixels"), (40_000, "too many pixels|Only PDF")])
def test_picture_made_to_burst_is_refused_without_unpacking_it(hand_in, side, words) -> None:
    bomb = png_of(side, side, data=b"\0" * (1 << 20))
    assert len(bomb) < 10_000
    assert side * side > MAX_PIXELS
    started = time.monotonic()
    with pytest.raises(ClaimInvalid, match=words):
        hand_in(bomb)
    assert time.monotonic() - started < 2


def test_png_whose_text_bursts_is_refused_or_kept_without_unpacking_it(hand_in) -> None:
    text = b"Comment\0\0" + zlib.compress(b"x" * (64 << 20), 9)
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    plain = png_of(4, 4)
    started = time.monotonic()
    try:
        hand_in(plain[:33] + chunk + plain[33:])
    except ClaimInvalid:
        pass
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a.pdf", "a.pdf"),
        ("a.pdf.exe", "a.pdf"),
        ("C:\\Users\\me\\a.pdf", "a.pdf"),
        ('a"; filename="b.html', "a-filename-b.pdf"),
        ("\u202egnp.exe", "gnp.pdf"),
        ("", "evidence.pdf"),
        ("...", "evidence.pdf"),
        ("x" * 500, "x" * 80 + ".pdf"),
        ("a\r\nSet-Cookie: b", "a-Set-Cookie-b.pdf"),
    ],
)
def test_file_name_is_made_harmless(given, kept) -> None:
    assert safe_name(given, "application/pdf") == kept


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "work.example.org", "https://", "http://[", ""]
)
def test_link_is_a_whole_web_address(draft, learner, url) -> None:
    with pytest.raises(ClaimInvalid, match="whole address"):
        api.add_link_piece(learner.pk, draft.uuid, url=url, title="Work", outcomes=[1])


@pytest.mark.parametrize(
    ("outcomes", "title", "text", "field"),
    [([], "T", "x", "outcomes"), ([3], "T", "x", "outcomes"), ([0], "T", "x", "outcomes"), ([1], " ", "x", "title")]
    + [([1], "T", " ", "text"), ([1], "T", "x" * 10_001, "text"), ([1], "x" * 256, "x", "title")],
)
def test_piece_says_what_it_shows_and_has_a_title(draft, learner, outcomes, title, text, field) -> None:
    with pytest.raises(ClaimInvalid) as refused:
        api.add_note_piece(learner.pk, draft.uuid, text=text, title=title, outcomes=outcomes)
    assert list(refused.value.fields) == [field]


def test_credential_is_checked_at_once_and_the_outcome_kept(draft, learner, by_web) -> None:
    def add(*support):
        raw = [json.dumps(entry).encode() for entry in support]
        text = by_web.text(revocable=True).encode()
        return api.add_credential_piece(learner.pk, draft.uuid, credential=text, outcomes=[1], support=raw)

    alone = add()
    assert (alone.outcome, alone.supplier) == (ForeignOutcome.KEY_NOT_SUPPLIED, Supplier.NOBODY)
    with_key = add(by_web.document())
    assert (with_key.outcome, with_key.supplier) == (ForeignOutcome.STATUS_NOT_CHECKED, Supplier.HOLDER)
    assert add(by_web.document(), by_web.status_list()).outcome is ForeignOutcome.VALID
    assert add(by_web.document(), by_web.status_list(INDEX)).outcome is ForeignOutcome.REVOKED
    assert with_key.title == with_key.summary.title == "Applied statistics, two terms"
    assert [row["name"] for row in with_key.checks] == [
        "structure",
        "key",
        "proof",
        "revocation",
        "suspension",
        "validity",
    ]
    assert EvidenceFile.objects.filter(role=EvidenceFile.STATUS_LIST).count() == 2


def test_badge_is_taken_as_svg_and_comes_back_as_no_page(draft, learner, by_key) -> None:
    image = bake_svg(b'<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>', by_key.text())
    hostile = image.replace(b"<rect/>", b"<script>alert(1)</script>")
    piece = api.add_credential_piece(learner.pk, draft.uuid, credential=hostile, outcomes=[1], file_name="b.svg")
    assert piece.outcome is ForeignOutcome.VALID
    assert (piece.media_type, piece.file_name) == ("application/octet-stream", "b.svg")


@pytest.mark.parametrize("support", [[b"x"], [b"[]"], [b"{}"], [b'{"id": 5}'], [b"{" * 100_000], [b'{"id":"a"}'] * 6])
def test_unreadable_or_too_many_documents_of_the_issuer_are_refused(draft, learner, by_key, support) -> None:
    with pytest.raises(ClaimInvalid) as refused:
        api.add_credential_piece(
            learner.pk, draft.uuid, credential=by_key.text().encode(), outcomes=[1], support=support
        )
    assert list(refused.value.fields) == ["support"]
    assert api.get_claim(draft.uuid).pieces == ()


@pytest.mark.parametrize(
    "raw", [b"hello", b"{}{}", b'{"a":' * 100 + b"1" + b"}" * 100, b"PK\x03\x04", b"<html></html>"]
)
def test_file_without_a_credential_is_refused_and_nothing_kept(draft, learner, raw) -> None:
    with pytest.raises(ClaimInvalid, match="no credential in this"):
        api.add_credential_piece(learner.pk, draft.uuid, credential=raw, outcomes=[1])
    assert EvidenceFile.objects.count() == 0


def test_forged_documents_of_our_own_bodies_are_not_taken(issued, draft, learner, body) -> None:
    """Somebody signs with a key of their own in our name, and brings a key document that says so."""
    from strangers import stranger_by_web

    forger = stranger_by_web(body.did)
    add = api.add_credential_piece
    raw = [json.dumps(forger.document()).encode()]
    forged = add(learner.pk, draft.uuid, credential=forger.text().encode(), outcomes=[1], support=raw)
    assert (forged.outcome, forged.supplier) == (ForeignOutcome.KEY_NOT_ACCEPTED, Supplier.OURS)
    real = add(learner.pk, draft.uuid, credential=api.get_document(issued.uuid).encode(), outcomes=[1])
    assert (real.outcome, real.supplier) == (ForeignOutcome.VALID, Supplier.OURS)


def test_our_own_revoked_credential_is_called_revoked(issued, draft, learner, operator) -> None:
    text = api.get_document(issued.uuid).encode()
    api.revoke_credential(issued.uuid, actor_id=operator.pk, reason="issued_in_error")
    piece = api.add_credential_piece(learner.pk, draft.uuid, credential=text, outcomes=[1])
    assert piece.outcome is ForeignOutcome.REVOKED


def test_assessor_checks_again_with_documents_of_their_own(sent, assessor, by_web, learner) -> None:
    claim = sent()
    api.return_claim(claim.uuid, question="Which?", actor_id=assessor.pk)
    forger = type(by_web)(by_web.did, by_web.key, by_web.multikey)
    piece = api.add_credential_piece(
        learner.pk,
        claim.uuid,
        credential=by_web.text().encode(),
        outcomes=[1],
        support=[json.dumps(forger.document()).encode()],
    )
    raw = [json.dumps(by_web.document(assertionMethod=[])).encode()]
    with pytest.raises(ClaimStateConflict, match="waits for its decision"):
        api.recheck_credential(piece.uuid, support=raw, actor_id=assessor.pk)
    api.submit_claim(learner.pk, claim.uuid, holder_name=NAME, consent=True)
    with pytest.raises(ClaimInvalid, match="Choose the issuer's key document"):
        api.recheck_credential(piece.uuid, support=[], actor_id=assessor.pk)
    again = api.recheck_credential(piece.uuid, support=raw, actor_id=assessor.pk)
    assert piece.outcome is ForeignOutcome.VALID
    assert (again.outcome, again.supplier) == (ForeignOutcome.KEY_NOT_ACCEPTED, Supplier.ASSESSOR)


def test_files_go_after_the_stated_days_and_what_was_found_stays(sent, assessor, settings) -> None:
    settings.PAID_CERTIFICATE_EVIDENCE_KEEP_DAYS = 30
    claim = sent()
    settings.PAID_CERTIFICATE_EVIDENCE_KEEP_DAYS = 90  # a later change does not lengthen what was promised
    api.refuse_claim(claim.uuid, reason="Not enough.", actor_id=assessor.pk)
    kinds = {outcome.finding.kind for outcome in api.reconcile(dry_run=True)}
    assert "evidence_kept_too_long" not in kinds
    EvidenceClaim.objects.update(decided_at=timezone.now() - timedelta(days=30, minutes=1))
    (found,) = [outcome for outcome in api.reconcile(dry_run=False) if outcome.finding.object_uuid == claim.uuid]
    assert found.repaired
    assert EvidenceFile.objects.count() == 0
    after = api.get_claim(claim.uuid)
    assert after.files_deleted_at is not None
    assert [piece.sha256 for piece in after.pieces] == [piece.sha256 for piece in claim.pieces]
    assert after.pieces[0].outcome is ForeignOutcome.VALID
    with pytest.raises(ClaimNotFound, match="deleted"):
        api.get_original(after.pieces[0].uuid)
    assert not [outcome for outcome in api.reconcile() if outcome.finding.object_uuid == claim.uuid]


def test_withdrawal_deletes_files_at_once(filled, learner) -> None:
    claim = filled()
    assert EvidenceFile.objects.count() == 2
    for _twice in range(2):
        assert api.withdraw_claim(learner.pk, claim.uuid).state is ClaimState.WITHDRAWN
    assert EvidenceFile.objects.count() == 0


def test_claim_that_nobody_sends_is_withdrawn_in_the_end(filled) -> None:
    claim = filled()
    EvidenceClaim.objects.update(modified=timezone.now() - timedelta(days=179))
    assert not [entry for entry in api.reconcile() if entry.finding.kind == "claim_never_sent"]
    EvidenceClaim.objects.update(modified=timezone.now() - timedelta(days=181))
    api.reconcile(dry_run=False)
    assert api.get_claim(claim.uuid).state is ClaimState.WITHDRAWN
    assert EvidenceFile.objects.count() == 0


def test_approval_whose_award_was_lost_is_found_and_awarded(sent, assessor, learner) -> None:
    claim = approve(sent(), assessor)  # the test's transaction never commits, so no task runs
    assert not Credential.objects.exists()
    (found,) = [entry for entry in api.reconcile(dry_run=False) if entry.finding.kind == "claim_without_credential"]
    assert found.repaired
    assert api.get_claim(claim.uuid).credential_uuid == api.list_credentials(learner.pk)[0].uuid


def dump() -> str:
    rows = [row for model in apps.get_app_config("paid_certificate").get_models() for row in model.objects.all()]
    return json.dumps(json.loads(serializers.serialize("json", rows)), ensure_ascii=False)


@pytest.mark.parametrize("end", ["draft", "submitted", "returned", "approved", "refused"])
def test_retirement_leaves_nothing_of_a_claim_but_its_state(filled, learner, assessor, end) -> None:
    claim = filled()
    if end != "draft":
        api.submit_claim(learner.pk, claim.uuid, holder_name=NAME, consent=True)
    if end == "returned":
        api.return_claim(claim.uuid, question="Which survey of Ana?", actor_id=assessor.pk)
    if end == "approved":
        approve(claim, assessor, identity_how="Passport of Ana seen")
        api.award_for_evidence(claim.uuid)
    if end == "refused":
        api.refuse_claim(claim.uuid, reason="Ana did not do this.", actor_id=assessor.pk)
    pieces = api.get_claim(claim.uuid).pieces
    private = {NAME, "Ana", "survey", "report", "work.example.org", "College of Example", "Passport", "Test Learner"}
    secrets = private | {piece.sha256 for piece in pieces if piece.sha256}
    assert any(word in dump() for word in private)
    get_backend().retire(learner.pk)
    get_backend().retire(learner.pk)
    left = dump()
    assert not [word for word in secrets if word in left]
    assert EvidenceFile.objects.count() == 0
    state = EvidenceClaim.objects.get().state
    assert state == (end if end in ("approved", "refused") else "withdrawn")
    assert not [entry for entry in api.reconcile() if entry.finding.kind.startswith(("claim", "evidence"))]


def test_token_is_taken_and_checked_like_a_document(draft, learner) -> None:
    from proof_samples import VAULT
    from strangers import WEB_DID, stranger_by_web

    from paid_certificate.proofs.did import VerificationMethodData, did_document
    from paid_certificate.proofs.jose import generate_rsa_key, open_rsa_key, sign_token
    from paid_certificate.proofs.open_badges import credential

    wrapped = generate_rsa_key(VAULT, WEB_DID)
    token = sign_token(credential(stranger_by_web().award()), open_rsa_key(VAULT, WEB_DID, wrapped))
    key = json.dumps(did_document(WEB_DID, [VerificationMethodData(public_jwk=wrapped.public_jwk)])).encode()
    head, body, signature = token.split(".")
    wrong = f"{head}.{body}.{signature[::-1]}"

    def outcome(text: str, *support: bytes) -> ForeignOutcome | None:
        return api.add_credential_piece(
            learner.pk, draft.uuid, credential=text.encode(), outcomes=[1], support=support
        ).outcome

    assert outcome(token) is ForeignOutcome.KEY_NOT_SUPPLIED
    assert outcome(token, key) is ForeignOutcome.VALID
    assert outcome(wrong, key) in (ForeignOutcome.ALTERED, ForeignOutcome.NOT_READ_HERE)
