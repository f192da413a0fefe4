"""One chunk of a bulk issue: claimed, awarded together, signed, stored. Safe to kill anywhere, and to run at once.

Each step commits whole, and the next one starts from the tables: an item knows its credential as soon as there is one,
so that a chunk that was killed is signed and noted, and never awarded again. Claims only keep workers out of each
other's way; that nobody gets two credentials and no place is used twice is held by the constraints and locks of
awarding and signing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DataError, IntegrityError, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from mastery_exam.data import DecisionData
from paid_certificate.data import BulkOutcome, BulkState, CredentialForm, CredentialState, RouteKind
from paid_certificate.models import AchievementVersion, AuditEntry, BulkItem, BulkRun, Credential
from paid_certificate.services.award_gaps import published_routes
from paid_certificate.services.award_values import decision_values, is_standing_pass
from paid_certificate.services.awards import award_for_decision, unsaved_award
from paid_certificate.services.fulfil import paid_credentials
from paid_certificate.services.next_award import form_of
from paid_certificate.services.render_data import freeze
from paid_certificate.services.signing import FAILURES, begin_signing, sign_awards, store_signed

CHUNK = 500
BATCH = 100  # awards that one statement inserts
LEASE = timedelta(minutes=10)  # after which another worker takes over what a worker claimed
UNSIGNED = (CredentialState.READY, CredentialState.SIGNING, CredentialState.FAILED)


class _Stopped(Exception):
    """The bulk issue was undone while this chunk was at work."""


def run_bulk_chunk(uuid: UUID) -> bool:
    """Settle the next decisions of a running bulk issue; tells whether some are left that nobody is at work on."""
    run = BulkRun.objects.filter(uuid=uuid, state=BulkState.RUNNING).first()
    if run is None:
        return False
    items = _claim(run)
    try:
        if items:
            _award(run, items)
            _sign(items)
    except _Stopped:
        return False
    finally:
        _waiting(items).update(claimed_at=None)
    return _is_some_left(run)


def claimable(run: BulkRun) -> QuerySet[BulkItem]:
    """The items that wait, and that no worker is at work on."""
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=timezone.now() - LEASE)
    return run.items.filter(free, outcome=BulkOutcome.WAITING)


def _claim(run: BulkRun) -> list[BulkItem]:
    with transaction.atomic():
        features = transaction.get_connection().features
        rows = claimable(run).select_for_update(skip_locked=features.has_select_for_update_skip_locked)
        items = list(rows.order_by("pk")[:CHUNK])
        _waiting(items).update(claimed_at=timezone.now())
    return items


def _is_some_left(run: BulkRun) -> bool:
    """Whether items wait that nobody is at work on; a run of which none wait at all is done."""
    if run.items.filter(outcome=BulkOutcome.WAITING).exists():
        return claimable(run).exists()
    BulkRun.objects.filter(pk=run.pk, state=BulkState.RUNNING).update(state=BulkState.DONE)
    return False


def _award(run: BulkRun, items: list[BulkItem]) -> None:
    """Award for all that have no credential yet: together where that is a new one, the others one by one."""
    fresh = [item for item in items if item.credential_id is None]
    decisions = exams.find_decisions(item.decision_uuid for item in fresh)
    known = [decisions[item.decision_uuid] for item in fresh if item.decision_uuid in decisions]
    rows = _new_awards(run.exam_key, known)
    try:
        with transaction.atomic():
            Credential.objects.bulk_create(rows, batch_size=BATCH)
            uuids = [row.uuid for row in rows]
            AuditEntry.record_all("award", actor_id=None, object_type="credential", object_uuids=uuids)
            _link(fresh, Credential.objects.filter(uuid__in=uuids))
            _require_running(run)
    except (IntegrityError, DataError):
        rows = []  # somebody gets the same award at this moment, or one of them does not fit its table
    together = {row.decision_uuid for row in rows}
    for item in fresh:
        if item.decision_uuid not in together:
            _award_alone(run, item)


def _new_awards(exam_key: str, decisions: list[DecisionData]) -> list[Credential]:
    """The awards of those who never had one of this achievement: nothing stands in the way of a new one."""
    route = published_routes(RouteKind.EXAM).get(exam_key)
    if route is None:
        return []
    people: dict[int, DecisionData] = {}
    for decision in filter(is_standing_pass, decisions):
        people.setdefault(decision.user_id, decision)
    held = Credential.objects.filter(achievement=route.achievement, user_id__in=people)
    for user_id in held.values_list("user_id", flat=True):
        people.pop(user_id, None)
    needs_fee = exams.get_exam(exam_key).fee_policy == "credential"
    paid = paid_credentials([decision.uuid for decision in people.values()]) if needs_fee else set()
    values = {user_id: decision_values(decision) for user_id, decision in people.items()}
    version = route.achievement.versions.order_by("-num")[0]
    frozen = _freeze_all(version, {entry["awarded_at"] for entry in values.values()})
    rows = []
    for user_id in sorted(people):  # in the same order everywhere, so that two workers never wait for each other
        decision = people[user_id]
        form = form_of(route, decision.identity, decision.supervision)
        if form is None:
            continue
        owed = needs_fee and form is CredentialForm.CREDENTIAL and (user_id, decision.uuid) not in paid
        state = CredentialState.AWAITING_PAYMENT if owed else CredentialState.READY
        awarded_at = values[user_id]["awarded_at"]
        rows.append(unsaved_award(user_id, route, state, values[user_id], version=version, frozen=frozen[awarded_at]))
    return rows


def _freeze_all(version: AchievementVersion, moments: Iterable[datetime]) -> dict[datetime, dict[str, Any]]:
    """What `freeze` gives at each moment, asked for twice a day (UTC) where both answers are the same.

    A credit that is recommended for less than the time between two awards of one day would be missed.
    """
    days: dict[date, list[datetime]] = {}
    for moment in sorted(moments):
        days.setdefault(moment.date(), []).append(moment)
    found: dict[datetime, dict[str, Any]] = {}
    for of_day in days.values():
        first, last = freeze(version, of_day[0]), freeze(version, of_day[-1])
        found |= {moment: first if first == last else freeze(version, moment) for moment in of_day}
    return found


def _award_alone(run: BulkRun, item: BulkItem) -> None:
    """Award for one decision; what goes wrong stays with it and stops no other."""
    try:
        with transaction.atomic():
            award = award_for_decision(item.decision_uuid, sign_later=False)
            if award is None:
                _note([item], BulkOutcome.SKIPPED, _("The pass no longer stands, or was checked too little."))
            elif award.decision_uuid != item.decision_uuid:
                _note([item], BulkOutcome.SKIPPED, _("The person holds this achievement already."))
            else:
                _link([item], Credential.objects.filter(uuid=award.uuid))
            _require_running(run)
    except (*FAILURES, IntegrityError, DataError) as error:
        _note([item], BulkOutcome.FAILED, str(error))


def _sign(items: list[BulkItem]) -> None:
    """Sign the credentials of the items that are not signed yet, and note what became of each."""
    linked = BulkItem.objects.filter(pk__in=_pks(items), outcome=BulkOutcome.WAITING, credential__isnull=False)
    by_credential = dict(linked.values_list("credential_id", "pk"))
    with transaction.atomic():
        # Locked, as for one: of two workers, the second finds the places that the first has given.
        unsigned = Credential.objects.select_for_update().filter(pk__in=by_credential, state__in=UNSIGNED)
        shared = ("achievement", "achievement_version__achievement__body")
        rows = list(unsigned.order_by("pk").prefetch_related(*shared))
        places = begin_signing(rows)
    signed = sign_awards(rows, places)
    with transaction.atomic():
        store_signed(rows, signed)
        _note_outcomes(by_credential)


def _note_outcomes(by_credential: dict[int, int]) -> None:
    """Note on each item where its credential stands now; one that another worker is signing is left to that worker."""
    found: dict[tuple[BulkOutcome, str], list[int]] = {}
    credentials = Credential.objects.filter(pk__in=by_credential)
    for pk, state, issued_at, failure in credentials.values_list("pk", "state", "issued_at", "failure"):
        if issued_at is not None:
            found.setdefault((BulkOutcome.ISSUED, ""), []).append(pk)
        elif state == CredentialState.AWAITING_PAYMENT:
            found.setdefault((BulkOutcome.FEE_DUE, ""), []).append(pk)
        elif state == CredentialState.FAILED:
            found.setdefault((BulkOutcome.FAILED, failure), []).append(pk)
        elif state == CredentialState.CANCELLED:
            why = _("The pass no longer stands, or was checked too little.")
            found.setdefault((BulkOutcome.SKIPPED, why), []).append(pk)
    for (outcome, why), pks in found.items():
        BulkItem.objects.filter(pk__in=[by_credential[pk] for pk in pks]).update(outcome=outcome, why=why)


def _link(items: list[BulkItem], credentials: QuerySet[Credential]) -> None:
    """Tie each item to that of `credentials` which rests on its decision."""
    own = credentials.filter(decision_uuid=OuterRef("decision_uuid")).order_by().values("pk")[:1]
    BulkItem.objects.filter(pk__in=_pks(items)).update(credential=Subquery(own))


def _require_running(run: BulkRun) -> None:
    """Raise _Stopped, and so take back what this transaction wrote, unless nobody undoes the run before it commits."""
    if BulkRun.objects.select_for_update().get(pk=run.pk).state != BulkState.RUNNING:
        raise _Stopped


def _note(items: list[BulkItem], outcome: BulkOutcome, why: str) -> None:
    BulkItem.objects.filter(pk__in=_pks(items)).update(outcome=outcome, why=why)


def _waiting(items: list[BulkItem]) -> QuerySet[BulkItem]:
    return BulkItem.objects.filter(pk__in=_pks(items), outcome=BulkOutcome.WAITING)


def _pks(items: list[BulkItem]) -> list[int]:
    return [item.pk for item in items]
