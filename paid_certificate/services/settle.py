"""Write what `next_award` decides: a new award, or one in the place of another, in one transaction under a lock."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from paid_certificate.data import CredentialForm, CredentialState, SupersedeReason
from paid_certificate.errors import CredentialStateConflict
from paid_certificate.models import Credential
from paid_certificate.models.audit import record
from paid_certificate.services.awards import move_credential, unsaved_award
from paid_certificate.services.expire import expire_row
from paid_certificate.services.next_award import NewAward, Step, next_step
from paid_certificate.services.orders import drop_unpaid_order
from paid_certificate.services.render_data import freeze
from paid_certificate.services.supersede import supersede_row

TRIES = 3


class _Overtaken(Exception):
    """Another worker moved a row between our read and our write."""


def settle_award(user_id: int, new: NewAward) -> Credential:
    """Give the person what `new` brings, and return the award that answers it. Safe to repeat, and at the same time.

    The rows that the person has are locked, and the constraints of the table decide between two workers where there is
    none to lock; whoever comes second looks again and finds what the first has made.
    """
    for _try in range(TRIES):
        try:
            with transaction.atomic():
                return _settle(user_id, new, timezone.now())
        except (IntegrityError, _Overtaken):
            continue
    raise CredentialStateConflict(_("This award is being made elsewhere at this moment. Try again in a minute."))


def _settle(user_id: int, new: NewAward, now: datetime) -> Credential:
    held = list(
        Credential.objects.select_for_update()
        .filter(user_id=user_id, achievement=new.route.achievement)
        .order_by("created", "id")
    )
    for row in held:
        expire_row(row, now)
    step = next_step(held, new, now)
    if step.old is not None and step.reason is not None:
        _end(step.old, step.reason)
    if step.keep is None:
        row = _store(user_id, new)
    elif step.is_paid:
        row = step.keep
        _move(row, CredentialState.READY)
    else:
        return step.keep
    if row.state == CredentialState.READY:
        _clear_waiting(held, row)
        _point_to(row, _predecessor(held, step, row))
    return row


def _store(user_id: int, new: NewAward) -> Credential:
    version = new.route.achievement.versions.order_by("-num")[0]
    frozen = freeze(version, new.values["awarded_at"])
    state = CredentialState.AWAITING_PAYMENT if new.owed else CredentialState.READY
    row = unsaved_award(user_id, new.route, state, new.values, version=version, frozen=frozen)
    row.save(force_insert=True)
    record("award", actor_id=None, object_type="credential", object_uuid=row.uuid)
    return row


def _end(old: Credential, reason: SupersedeReason) -> None:
    """End the standing award before the new one stands; one that nobody was shown yet is cancelled."""
    if old.issued_at is None:
        _move(old, CredentialState.CANCELLED, ended_at=timezone.now())
    elif not supersede_row(old, actor_id=None, reason=reason.value, links_successor=old.links_successor):
        raise _Overtaken


def _clear_waiting(held: list[Credential], row: Credential) -> None:
    """Another award that waits for its fee is owed no more, once a full credential stands; nor is its order."""
    for other in held:
        is_waiting = other.state == CredentialState.AWAITING_PAYMENT and other.pk != row.pk
        if is_waiting and row.form == CredentialForm.CREDENTIAL:
            _move(other, CredentialState.CANCELLED, ended_at=timezone.now())
            if other.decision_uuid is not None:
                drop_unpaid_order(other.decision_uuid)


def _predecessor(held: list[Credential], step: Step, row: Credential) -> Credential | None:
    """The award that `row` follows: the one that ended for it, else the newest that expired in the same form."""
    if step.old is not None:
        return step.old
    expired = [old for old in held if old.state == CredentialState.EXPIRED and old.form == row.form]
    return expired[-1] if expired and expired[-1].successor is None else None


def _point_to(row: Credential, old: Credential | None) -> None:
    """Tie the old award to the new; strangers are led on where the name is the same, which reveals nothing."""
    if old is None:
        return
    links = old.links_successor or old.holder_name == row.holder_name
    Credential.objects.filter(pk=old.pk).update(successor=row, links_successor=links)


def _move(row: Credential, target: CredentialState, **values: object) -> None:
    if not move_credential(row, target, **values):
        raise _Overtaken
