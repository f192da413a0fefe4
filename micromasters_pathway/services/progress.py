"""Join a programme, bring a member's facts up to date, complete or withdraw the completion."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery_exam import api as exams
from micromasters_pathway.data import CompletionData, CompletionEventData, ProgrammeStatus, RequirementEventData
from micromasters_pathway.errors import CompletionNotFound, ProgrammeNotFound, ProgrammeNotOpen
from micromasters_pathway.models import Completion, Membership, Programme, RequirementMet
from micromasters_pathway.models.audit import record
from micromasters_pathway.requirements import Slot, evaluate, iter_slots, parse_rules
from micromasters_pathway.services.evidence import Evidence, find_evidence
from micromasters_pathway.signals.signals import PATHWAY_COMPLETED, PATHWAY_COMPLETION_WITHDRAWN, REQUIREMENT_MET

MAX_ROUTES_TRIED = 200


def join_programme(user_id: int, *, programme_key: str) -> None:
    """Make `user_id` a member under the newest rules; joining again changes nothing."""
    with transaction.atomic():
        programme = Programme.objects.select_for_update().filter(key=programme_key).first()
        if programme is None or programme.status == ProgrammeStatus.DRAFT:
            raise ProgrammeNotFound(_("There is no programme “{key}”.").format(key=programme_key))
        if Membership.objects.filter(user_id=user_id, programme=programme).exists():
            return
        if programme.status != ProgrammeStatus.PUBLISHED:
            raise ProgrammeNotOpen(_("This programme takes nobody new in. Look for its successor in the list."))
        version = programme.versions.order_by("-num")[0]
        membership = Membership.objects.create(user_id=user_id, programme=programme, version=version)
        record("join_programme", actor_id=user_id, object_type="membership", object_uuid=membership.uuid)
    refresh_progress(user_id, programme_key=programme_key)


def refresh_progress(user_id: int, *, programme_key: str | None = None) -> None:
    """Record what `user_id` has met since last time, and complete or withdraw; safe to repeat."""
    memberships = Membership.objects.filter(user_id=user_id)
    if programme_key is not None:
        memberships = memberships.filter(programme__key=programme_key)
    for membership_id in memberships.values_list("id", flat=True):
        _refresh(membership_id)


def refresh_all() -> int:
    """Bring every membership up to date, whatever news was lost; returns how many were looked at."""
    ids = Membership.objects.order_by("id").values_list("id", flat=True)
    for membership_id in ids.iterator():
        _refresh(membership_id)
    return len(ids)


def get_completion(completion_uuid: UUID) -> CompletionData:
    """The completion, standing or withdrawn; raises CompletionNotFound."""
    query = Completion.objects.select_related("membership__programme", "membership__version")
    completion = query.filter(uuid=completion_uuid).first()
    if completion is None:
        raise CompletionNotFound(_("There is no such completion."))
    return completion_data(completion)


def list_completions(user_id: int) -> list[CompletionData]:
    """All completions of `user_id`, oldest first."""
    query = Completion.objects.select_related("membership__programme", "membership__version")
    return [completion_data(completion) for completion in query.filter(membership__user_id=user_id)]


def completion_data(completion: Completion) -> CompletionData:
    """The record of `completion`; it was checked as well as the least checked fact that it rests on."""
    facts = completion.snapshot
    membership = completion.membership
    return CompletionData(
        uuid=completion.uuid,
        programme_key=membership.programme.key,
        programme_title=membership.programme.title,
        version_num=membership.version.num,
        user_id=membership.user_id,
        completed_at=completion.completed_at,
        withdrawn_at=completion.withdrawn_at,
        identity=min((fact["identity"] for fact in facts), key=("none", "checked").index),
        supervision=min((fact["supervision"] for fact in facts), key=("none", "online", "onsite").index),
        is_demonstration=any(fact["is_demonstration"] for fact in facts),
        snapshot=facts,
    )


def _refresh(membership_id: int) -> None:
    membership = Membership.objects.select_related("version").get(pk=membership_id)
    tree = parse_rules(membership.version.rules)
    # Grades and decisions are looked up before the lock is taken: a slow host must not hold it.
    found = [(slot, evidence) for slot in iter_slots(tree) for evidence in [_first_evidence(membership.user_id, slot)]]
    with transaction.atomic():
        membership = Membership.objects.select_for_update().select_related("programme", "version").get(pk=membership_id)
        _withdraw_lost_facts(membership)
        for slot, evidence in found:
            if evidence is not None:
                _record_fact(membership, slot, evidence)
        met = set(_standing_facts(membership).values_list("slot_key", flat=True))
        _complete_or_withdraw(membership, satisfied=evaluate(tree, met).satisfied)


def _first_evidence(user_id: int, slot: Slot) -> Evidence | None:
    for route in slot.routes[:MAX_ROUTES_TRIED]:
        finding = find_evidence(user_id, route)
        if finding.evidence:
            return finding.evidence
    return None


def _standing_facts(membership: Membership):  # type: ignore[no-untyped-def]
    return RequirementMet.objects.filter(membership=membership, withdrawn_at__isnull=True)


def _withdraw_lost_facts(membership: Membership) -> None:
    """Mark exam facts whose decision was withdrawn. A course once passed stays passed: grades flip, facts do not."""
    standing = {
        str(decision.uuid)
        for decision in exams.list_decisions(membership.user_id)
        if decision.state == "released" and decision.passed
    }
    for fact in _standing_facts(membership).filter(route_kind="exam"):
        if fact.reference not in standing:
            fact.withdrawn_at = timezone.now()
            fact.save(update_fields=["withdrawn_at"])


def _record_fact(membership: Membership, slot: Slot, evidence: Evidence) -> None:
    if _standing_facts(membership).filter(slot_key=slot.key).exists():
        return
    fact, created = RequirementMet.objects.get_or_create(
        membership=membership,
        slot_key=slot.key,
        reference=evidence.reference,
        defaults={"route_kind": evidence.kind, "evidence": evidence.to_json(), "met_at": evidence.met_at},
    )
    if created:
        event = RequirementEventData(
            membership_uuid=str(membership.uuid),
            programme_key=membership.programme.key,
            slot_key=slot.key,
            user_id=membership.user_id,
        )
        transaction.on_commit(lambda: REQUIREMENT_MET.send_event(requirement=event))
    elif fact.withdrawn_at is not None:
        fact.withdrawn_at = None
        fact.save(update_fields=["withdrawn_at"])


def _complete_or_withdraw(membership: Membership, *, satisfied: bool) -> None:
    completion = Completion.objects.filter(membership=membership, withdrawn_at__isnull=True).first()
    if satisfied and completion is None:
        facts = list(_standing_facts(membership))
        completion = Completion.objects.create(
            membership=membership,
            completed_at=max((fact.met_at for fact in facts), default=timezone.now()),
            snapshot=[fact.evidence | {"slot": fact.slot_key} for fact in facts],
        )
        record("complete_programme", actor_id=None, object_type="completion", object_uuid=completion.uuid)
        _announce(PATHWAY_COMPLETED, completion)
    elif completion is not None and not satisfied:
        _withdraw(completion, timezone.now())


def _withdraw(completion: Completion, now: datetime) -> None:
    completion.withdrawn_at = now
    completion.save(update_fields=["withdrawn_at"])
    record("withdraw_completion", actor_id=None, object_type="completion", object_uuid=completion.uuid)
    _announce(PATHWAY_COMPLETION_WITHDRAWN, completion)


def _announce(signal, completion: Completion) -> None:  # type: ignore[no-untyped-def]
    event = CompletionEventData(
        completion_uuid=str(completion.uuid),
        programme_key=completion.membership.programme.key,
        user_id=completion.membership.user_id,
    )
    transaction.on_commit(lambda: signal.send_event(completion=event))
