"""Words for people about claims by evidence; pages, mails and papers share them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from paid_certificate.claim_data import ClaimState, PieceData, PieceKind, Supplier
from paid_certificate.proofs.foreign import ForeignOutcome


def claim_words(state: str) -> str:
    """Where a claim stands, in one or two words."""
    return {
        ClaimState.DRAFT: _("Not sent yet"),
        ClaimState.SUBMITTED: _("Waiting for an assessor"),
        ClaimState.RETURNED: _("An assessor has a question"),
        ClaimState.APPROVED: _("Approved"),
        ClaimState.REFUSED: _("Not approved"),
        ClaimState.WITHDRAWN: _("Withdrawn"),
    }[ClaimState(state)]


def kind_words(kind: str) -> str:
    """What a piece of evidence is."""
    return {
        PieceKind.CREDENTIAL: _("Credential of another issuer"),
        PieceKind.FILE: _("File"),
        PieceKind.LINK: _("Link"),
        PieceKind.NOTE: _("Note"),
    }[PieceKind(kind)]


def found_words(piece: PieceData) -> str:
    """What the check of a credential found, as a heading."""
    if piece.outcome is None:
        return ""
    is_listed = any(row["name"] == "revocation" and row["outcome"] == "passed" for row in piece.checks)
    return {
        ForeignOutcome.VALID: _("Signature valid, not revoked")
        if is_listed
        else _("Signature valid; its issuer names no list of revoked ones"),
        ForeignOutcome.STATUS_NOT_CHECKED: _("Signature valid, status not checked"),
        ForeignOutcome.KEY_NOT_SUPPLIED: _("Not checked: the issuer's key is missing"),
        ForeignOutcome.KEY_NOT_ACCEPTED: _("Signed with a key that is not the issuer's, or not any more"),
        ForeignOutcome.EXPIRED: _("Signature valid, expired"),
        ForeignOutcome.NOT_YET_VALID: _("Signature valid, not valid yet"),
        ForeignOutcome.REVOKED: _("Revoked by its issuer"),
        ForeignOutcome.SUSPENDED: _("On hold by its issuer"),
        ForeignOutcome.NOT_SIGNED: _("Not signed"),
        ForeignOutcome.NOT_COVERED: _("The signature does not cover all that the file says"),
        ForeignOutcome.NOT_READ_HERE: _("Not checked: a kind of credential that is not read here"),
        ForeignOutcome.ALTERED: _("Altered after it was signed"),
    }[piece.outcome]


def found_tone(piece: PieceData) -> str:
    """Which look goes with the words: good, warn or bad; the words say it all without it."""
    good = {ForeignOutcome.VALID}
    bad = {ForeignOutcome.ALTERED, ForeignOutcome.REVOKED}
    return "good" if piece.outcome in good else "bad" if piece.outcome in bad else "warn"


def next_words(piece: PieceData) -> str:
    """What the person can do about what was found."""
    return {
        ForeignOutcome.STATUS_NOT_CHECKED: _("Add the issuer's status lists, or send it as it is."),
        ForeignOutcome.KEY_NOT_SUPPLIED: _("Add it again with the issuer's key document, or send it as it is."),
        ForeignOutcome.KEY_NOT_ACCEPTED: _("Ask the issuer which key signed it. You can send it as it is."),
        ForeignOutcome.EXPIRED: _("It still says what you learnt. You can send it as it is."),
        ForeignOutcome.NOT_YET_VALID: _("You can send it as it is."),
        ForeignOutcome.REVOKED: _("Say in a note why it counts all the same, or remove it."),
        ForeignOutcome.SUSPENDED: _("Ask the issuer what they are checking. You can send it as it is."),
        ForeignOutcome.NOT_SIGNED: _("Nobody can check it without its issuer. You can send it as it is."),
        ForeignOutcome.NOT_COVERED: _("Ask the issuer for one that is signed as a whole, or send it as it is."),
        ForeignOutcome.NOT_READ_HERE: _("An assessor can still look at it. You can send it as it is."),
        ForeignOutcome.ALTERED: _("It cannot be sent. Remove it, and add the file as its issuer gave it to you."),
    }.get(piece.outcome or ForeignOutcome.VALID, "")


def basis_words(piece: PieceData) -> str:
    """On whose word the check of the signature rests."""
    if piece.outcome is None or piece.outcome in (ForeignOutcome.NOT_READ_HERE, ForeignOutcome.NOT_SIGNED):
        return ""
    is_self_contained = piece.summary is not None and piece.summary.issuer_id.startswith("did:key:")
    if piece.supplier is Supplier.OURS:
        return _("Issued by this site and checked with our own records.")
    if is_self_contained:
        return _("The issuer is known by its key alone: whoever holds that key may call themselves anything.")
    return {
        Supplier.HOLDER: _("Checked with a key document that the person handed in. Compare it with the original."),
        Supplier.ASSESSOR: _("Checked with a key document that an assessor fetched from the issuer."),
    }.get(piece.supplier, "")


def check_words(row: dict[str, str]) -> str:
    """One check and its outcome, for the assessor."""
    name = {
        "structure": _("Form of the document"),
        "key": _("Key of the issuer"),
        "proof": _("Signature"),
        "revocation": _("Revocation"),
        "suspension": _("Hold"),
        "validity": _("Dates"),
    }.get(row["name"], row["name"])
    outcome = {
        "passed": _("in order"),
        "failed": _("not in order"),
        "not_checked": _("not checked"),
        "not_applicable": _("nothing to check"),
    }.get(row["outcome"], row["outcome"])
    return f"{name}: {outcome}"
