"""The assessors' desk: who may assess, what waits, a second look, and the decision of a person."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from paid_certificate.claim_data import ClaimData, ClaimState, TurnKind
from paid_certificate.errors import ClaimInvalid, ClaimStateConflict
from paid_certificate.models import ClaimTurn, EvidenceClaim
from paid_certificate.proofs.text import clean_text
from paid_certificate.services.claim_records import (
    claim_data,
    claim_row,
    claim_rows,
    evidence_route,
    move_claim,
    outcome_names,
    require_current_version,
)
from paid_certificate.services.next_award import IDENTITY_ORDER, SUPERVISION_ORDER, form_of
from paid_certificate.wording import assurance_words

MAX_WORDS = 10_000  # characters of a question or a reason


def list_open_claims(*, body_slugs: Iterable[str] | None = None, without_user: int | None = None) -> list[ClaimData]:
    """The claims that wait for an assessor, the one sent first on top; of some bodies, or of all with None.

    `without_user` leaves out somebody's own claims: nobody assesses their own evidence.
    """
    rows = claim_rows().filter(state=ClaimState.SUBMITTED).exclude(user_id=without_user)
    if body_slugs is not None:
        rows = rows.filter(achievement__body__slug__in=list(body_slugs))
    return [claim_data(row) for row in rows.order_by("submitted_at", "id")]


def return_claim(claim_uuid: UUID, *, question: str, actor_id: int) -> ClaimData:
    """Give a claim back with a question; the person adds to it and sends it again."""
    asked = _words("question", question, _("Write your question, so that the person knows what to add."))
    with transaction.atomic():
        row = _locked(claim_uuid, actor_id)
        move_claim(row, ClaimState.RETURNED, actor_id=actor_id)
        ClaimTurn.objects.create(claim=row, kind=TurnKind.QUESTION, text=asked)
        _tell(row)
    return claim_data(claim_row(claim_uuid))


def approve_claim(
    claim_uuid: UUID,
    *,
    covered: Iterable[int],
    identity: str,
    supervision: str,
    actor_id: int,
    identity_how: str = "",
) -> ClaimData:
    """Find every outcome shown, and let the award be made. Approving again changes nothing.

    `covered` are the numbers, from 1, of the outcomes shown. Raises ClaimInvalid while one is missing, or where
    identity or sitting were checked less than the route asks.
    """
    shown = sorted(set(covered))
    with transaction.atomic():
        row = _locked(claim_uuid, actor_id)
        if row.state == ClaimState.APPROVED:
            return claim_data(claim_row(claim_uuid))
        require_current_version(row)
        how = _assurance(row, identity, supervision, identity_how)
        _require_all_shown(row, shown)
        move_claim(
            row,
            ClaimState.APPROVED,
            actor_id=actor_id,
            covered=shown,
            identity=identity,
            identity_how=how,
            supervision=supervision,
            decided_by_id=actor_id,
            decided_at=timezone.now(),
        )
        _award_and_tell(row)
    return claim_data(claim_row(claim_uuid))


def refuse_claim(claim_uuid: UUID, *, reason: str, actor_id: int, appeal: str = "") -> ClaimData:
    """Refuse with a reason and how to appeal, by default the body's contact for complaints."""
    why = _words("reason", reason, _("Say why, so that the person knows what to show next time."))
    with transaction.atomic():
        row = _locked(claim_uuid, actor_id)
        body = row.achievement.body
        move_claim(
            row,
            ClaimState.REFUSED,
            actor_id=actor_id,
            reason=why,
            appeal=(" ".join(clean_text(appeal).split()) or body.complaints_contact)[:255],
            decided_by_id=actor_id,
            decided_at=timezone.now(),
        )
        ClaimTurn.objects.create(claim=row, kind=TurnKind.REFUSAL, text=why)
        _tell(row)
    return claim_data(claim_row(claim_uuid))


def _locked(claim_uuid: UUID, actor_id: int) -> EvidenceClaim:
    row = claim_row(claim_uuid, lock=True)
    if row.user_id == actor_id:
        raise ClaimStateConflict(_("Nobody assesses their own evidence. Ask another assessor."))
    return row


def _assurance(row: EvidenceClaim, identity: str, supervision: str, identity_how: str) -> str:
    """How identity was checked, in words; raises ClaimInvalid for too little or an unknown level."""
    if identity not in IDENTITY_ORDER or supervision not in SUPERVISION_ORDER:
        message = _("Say how the person's identity was checked, and whether the work was watched.")
        raise ClaimInvalid(message, fields={"identity": message})
    how = " ".join(clean_text(identity_how).split())[:255]
    if identity == "checked" and not how:
        message = _("Say how you checked the person's identity, as in: passport seen in a video call on 3 May.")
        raise ClaimInvalid(message, fields={"identity_how": message})
    route = evidence_route(row.achievement_id)
    if route is None:
        raise ClaimStateConflict(_("Evidence does not lead to this achievement any more. Refuse, and say so."))
    if form_of(route, identity, supervision) is None:
        least = assurance_words(route.least_identity, route.least_supervision)
        message = _("This route asks for more: {least} Check that first, or refuse.").format(least=least)
        raise ClaimInvalid(message, fields={"identity": message})
    return how if identity == "checked" else ""


def _require_all_shown(row: EvidenceClaim, shown: list[int]) -> None:
    names = outcome_names(row.achievement_version)
    missing = [name for num, name in enumerate(names, start=1) if num not in shown]
    if missing:
        message = _("“{outcome}” is not shown yet. Ask for more, or refuse: a credential says that all was shown.")
        message = message.format(outcome=missing[0])
        raise ClaimInvalid(message, fields={"covered": message})
    if any(num not in range(1, len(names) + 1) for num in shown):
        message = _("There is no such outcome. Reload the page.")
        raise ClaimInvalid(message, fields={"covered": message})


def _words(field: str, text: str, message: str) -> str:
    said = clean_text(text)
    if not said:
        raise ClaimInvalid(message, fields={field: message})
    if len(said) > MAX_WORDS:
        message = _("This is too long. Write at most 10,000 characters.")
        raise ClaimInvalid(message, fields={field: message})
    return said


def _tell(row: EvidenceClaim) -> None:
    from paid_certificate.tasks import tell_claimant

    transaction.on_commit(lambda: tell_claimant.delay(str(row.uuid)))


def _award_and_tell(row: EvidenceClaim) -> None:
    from paid_certificate.tasks import award_claim

    transaction.on_commit(lambda: award_claim.delay(str(row.uuid)))
    _tell(row)
