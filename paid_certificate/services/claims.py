"""A person claims an achievement by evidence: begins, sends with consent, withdraws. Pieces are in claim_pieces.py."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from paid_certificate.claim_data import ClaimData, ClaimState, TurnKind
from paid_certificate.data import CredentialForm
from paid_certificate.errors import AchievementNotFound, ClaimInvalid, ClaimStateConflict
from paid_certificate.models import Achievement, ClaimTurn, Credential, EvidenceClaim, EvidencePiece, Route
from paid_certificate.models.audit import record
from paid_certificate.proofs.foreign import ForeignOutcome
from paid_certificate.proofs.text import clean_text
from paid_certificate.services.claim_keep import delete_all
from paid_certificate.services.claim_records import (
    claim_data,
    claim_row,
    claim_rows,
    evidence_route,
    move_claim,
    outcome_names,
    own_claim_row,
    require_current_version,
)
from paid_certificate.services.next_award import replaced_why

# Raise it when the words of consent change; a claim keeps the version that its holder agreed to.
CONSENT_VERSION = "1"
MAX_ANSWER = 10_000  # characters


def start_claim(user_id: int, *, achievement_uuid: UUID) -> ClaimData:
    """Begin a claim, or return the one that is open: there is one for a person and an achievement.

    Raises AchievementNotFound where evidence does not lead to the achievement, ClaimStateConflict for whoever holds it.
    """
    achievement = Achievement.objects.filter(uuid=achievement_uuid).first()
    route = evidence_route(achievement.pk) if achievement else None
    if achievement is None or route is None:
        raise AchievementNotFound(_("This cannot be shown with evidence. Its page says what leads to it."))
    _require_nothing_held(user_id, route)
    open_claims = EvidenceClaim.objects.filter(user_id=user_id, achievement=achievement, live=1)
    row = open_claims.first()
    if row is None:
        try:
            with transaction.atomic():
                row = EvidenceClaim.objects.create(
                    user_id=user_id,
                    achievement=achievement,
                    achievement_version=achievement.versions.order_by("-num")[0],
                    state=ClaimState.DRAFT,
                )
                record("start_claim", actor_id=user_id, object_type="evidence_claim", object_uuid=row.uuid)
        except IntegrityError:
            row = open_claims.get()
    return get_claim(row.uuid)


def get_claim(uuid: UUID) -> ClaimData:
    """The claim in any state; raises ClaimNotFound."""
    return claim_data(claim_row(uuid))


def get_own_claim(user_id: int, uuid: UUID) -> ClaimData:
    """The person's own claim; raises ClaimNotFound for somebody else's."""
    return claim_data(own_claim_row(user_id, uuid))


def list_claims(user_id: int) -> list[ClaimData]:
    """All claims of a person, oldest first."""
    return [claim_data(row) for row in claim_rows().filter(user_id=user_id)]


def find_open_claim(user_id: int, *, achievement_uuid: UUID) -> ClaimData | None:
    """The person's open claim to an achievement, or None."""
    row = claim_rows().filter(user_id=user_id, achievement__uuid=achievement_uuid, live=1).first()
    return claim_data(row) if row else None


def submit_claim(user_id: int, claim_uuid: UUID, *, holder_name: str, consent: bool, answer: str = "") -> ClaimData:
    """Send a draft, or a claim that came back with a question, to the assessors.

    Raises ClaimInvalid while something is missing, and names it.
    """
    with transaction.atomic():
        row = own_claim_row(user_id, claim_uuid, lock=True)
        require_current_version(row)
        was_returned = row.state == ClaimState.RETURNED
        pieces = list(row.pieces.all())
        name, said = " ".join(clean_text(holder_name).split()), clean_text(answer)
        _require_complete(row, pieces, name, consent)
        if was_returned and not said and all(piece.submitted_at for piece in pieces):
            message = _("Answer the question, or add a piece of evidence.")
            raise ClaimInvalid(message, fields={"answer": message})
        if len(said) > MAX_ANSWER:
            message = _("The answer is too long. Add the rest as a note.")
            raise ClaimInvalid(message, fields={"answer": message})
        now = timezone.now()
        move_claim(
            row,
            ClaimState.SUBMITTED,
            actor_id=user_id,
            holder_name=name,
            consent_version=CONSENT_VERSION,
            keep_days=settings.PAID_CERTIFICATE_EVIDENCE_KEEP_DAYS,
            submitted_at=now,
        )
        EvidencePiece.objects.filter(claim=row, submitted_at__isnull=True).update(submitted_at=now)
        if said:
            ClaimTurn.objects.create(claim=row, kind=TurnKind.ANSWER, text=said)
    return get_claim(claim_uuid)


def withdraw_claim(user_id: int, claim_uuid: UUID) -> ClaimData:
    """End one's own open claim; all that was handed in and said is deleted at once. Safe to repeat."""
    with transaction.atomic():
        row = own_claim_row(user_id, claim_uuid, lock=True)
        if row.state != ClaimState.WITHDRAWN:
            move_claim(row, ClaimState.WITHDRAWN, actor_id=user_id)
            delete_all(row)
    return get_claim(claim_uuid)


def _require_nothing_held(user_id: int, route: Route) -> None:
    """Refuse whoever holds an award whose place a new one would not take."""
    held = Credential.objects.filter(user_id=user_id, achievement_id=route.achievement_id, live=1).first()
    now = timezone.now()
    if held is not None and replaced_why(held, CredentialForm(route.form), now, now) is None:
        raise ClaimStateConflict(_("You hold this credential already. It is listed under “My exams”."))


def _require_complete(row: EvidenceClaim, pieces: list[EvidencePiece], name: str, consent: bool) -> None:
    """Raise ClaimInvalid, which names every field that is missing."""
    fields = {}
    if not name or len(name) > 255:
        fields["holder_name"] = _("Write your name as it stands on your identity document.")
    if not consent:
        fields["consent"] = _("Agree to who sees your evidence; without it nobody can assess it.")
    if not pieces:
        fields["pieces"] = _("Add at least one piece of evidence.")
    altered = [piece.title for piece in pieces if piece.outcome == ForeignOutcome.ALTERED]
    if altered:
        message = _("“{title}” was altered after it was signed. Remove it, or add the file as its issuer gave it.")
        fields["pieces"] = message.format(title=altered[0])
    for num, outcome in enumerate(outcome_names(row.achievement_version), start=1):
        if pieces and not altered and not any(num in piece.outcomes for piece in pieces):
            message = _("Nothing shows “{outcome}” yet. Add a piece for it, or say that one you have shows it.")
            fields.setdefault("pieces", message.format(outcome=outcome))
    if fields:
        raise ClaimInvalid(next(iter(fields.values())), fields=fields)
