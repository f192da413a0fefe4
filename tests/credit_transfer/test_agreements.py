"""Agreements: both sides sign, terms freeze, versions follow, and every step that is not in the table is refused."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from credit_transfer import api
from credit_transfer.data import (
    AGREEMENT_TRANSITIONS,
    DELIVERY_TRANSITIONS,
    INSTITUTION_TRANSITIONS,
    OFFER_TRANSITIONS,
    REQUEST_TRANSITIONS,
    AgreementState,
)
from credit_transfer.errors import AgreementInvalid, AgreementStateConflict, InstitutionNotFound, TransferError
from credit_transfer.models import Agreement, AuditEntry
from credit_transfer.services.transitions import move

pytestmark = pytest.mark.django_db

TABLES = [
    INSTITUTION_TRANSITIONS,
    AGREEMENT_TRANSITIONS,
    OFFER_TRANSITIONS,
    REQUEST_TRANSITIONS,
    DELIVERY_TRANSITIONS,
]


class FakeRow:
    """A row that must not be written."""

    def __init__(self, state: str) -> None:
        self.state = state


@pytest.mark.parametrize(
    ("table", "before", "after"),
    [
        (table, before, after)
        for table in TABLES
        for before, after in product(table, table)
        if after not in table[before]
    ],
    ids=lambda value: None if isinstance(value, dict) else str(value),
)
def test_move_step_that_is_not_in_the_table_is_refused(table, before, after) -> None:
    with pytest.raises(TransferError):
        move(FakeRow(before), after, table=table, refusal=TransferError)


def test_move_somebody_else_was_faster_is_refused(draft_agreement) -> None:
    row = Agreement.objects.get(uuid=draft_agreement().uuid)
    Agreement.objects.update(state=AgreementState.ENDED)
    with pytest.raises(AgreementStateConflict):
        move(row, AgreementState.SIGNED, table=AGREEMENT_TRANSITIONS, refusal=AgreementStateConflict)
    assert Agreement.objects.get().state == AgreementState.ENDED


def test_sign_agreement_needs_both_sides(draft_agreement, operator: User) -> None:
    draft = draft_agreement()
    values = {"name": "Rector A", "role": "Rector", "signed_at": timezone.now(), "reference": "file 12"}
    half = api.sign_agreement(draft.uuid, side="body", actor_id=operator.pk, **values)
    assert half.state is AgreementState.DRAFT
    with pytest.raises(AgreementStateConflict):
        api.sign_agreement(draft.uuid, side="body", actor_id=operator.pk, **values)
    whole = api.sign_agreement(draft.uuid, side="institution", actor_id=operator.pk, **values)
    assert whole.state is AgreementState.SIGNED
    assert whole.institution_signed_by == "Rector A, Rector"
    assert AuditEntry.objects.filter(action="sign_agreement", object_uuid=draft.uuid).count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"side": "nobody"}, "side"),
        ({"name": " "}, "name"),
        ({"role": ""}, "role"),
        ({"reference": ""}, "reference"),
        ({"signed_at": timezone.now() + timedelta(days=3650)}, "signed_at"),
    ],
)
def test_sign_agreement_bad_signature_names_the_field(draft_agreement, operator: User, change, field) -> None:
    values = {"side": "body", "name": "Rector A", "role": "Rector", "signed_at": timezone.now(), "reference": "12"}
    with pytest.raises(AgreementInvalid) as refused:
        api.sign_agreement(draft_agreement().uuid, actor_id=operator.pk, **values | change)
    assert list(refused.value.fields) == [field]


def test_sign_agreement_of_an_institution_that_was_closed_is_refused(draft_agreement, sign, operator: User) -> None:
    draft = draft_agreement()
    api.close_institution(draft.institution.uuid, actor_id=operator.pk)
    with pytest.raises(InstitutionNotFound):
        sign(draft)


def test_update_agreement_after_one_signature_is_refused(draft_agreement, operator: User) -> None:
    draft = api.update_agreement(draft_agreement().uuid, actor_id=operator.pk, credits=Decimal(5))
    assert draft.credits == Decimal(5)
    assert draft.equivalent_course == "STAT 101"
    values = {"name": "Rector A", "role": "Rector", "signed_at": timezone.now(), "reference": "file 12"}
    api.sign_agreement(draft.uuid, side="institution", actor_id=operator.pk, **values)
    with pytest.raises(AgreementStateConflict):
        api.update_agreement(draft.uuid, actor_id=operator.pk, credits=Decimal(30))
    assert api.get_agreement(draft.uuid).credits == Decimal(5)


def test_add_agreement_version_counts_only_when_signed_and_then_replaces(agreement, sign, operator: User) -> None:
    second = api.add_agreement_version(agreement.uuid, actor_id=operator.pk, credits=Decimal(5))
    assert (second.num, second.series_uuid, second.state) == (2, agreement.series_uuid, AgreementState.DRAFT)
    assert api.get_agreement(agreement.uuid).state is AgreementState.SIGNED
    with pytest.raises(AgreementStateConflict):
        api.add_agreement_version(agreement.uuid, actor_id=operator.pk)
    sign(second)
    first = api.get_agreement(agreement.uuid)
    assert (first.state, first.reason) == (AgreementState.ENDED, "Replaced by version 2.")
    assert first.credits == Decimal(6)


def test_suspend_resume_end_walk_and_need_reasons(agreement, operator: User) -> None:
    with pytest.raises(AgreementInvalid):
        api.suspend_agreement(agreement.uuid, reason=" ", actor_id=operator.pk)
    held = api.suspend_agreement(agreement.uuid, reason="Curriculum changed", actor_id=operator.pk)
    assert (held.state, held.reason) == (AgreementState.SUSPENDED, "Curriculum changed")
    assert api.resume_agreement(agreement.uuid, actor_id=operator.pk).state is AgreementState.SIGNED
    with pytest.raises(AgreementStateConflict):
        api.resume_agreement(agreement.uuid, actor_id=operator.pk)
    ended = api.end_agreement(agreement.uuid, reason="Course closed", actor_id=operator.pk)
    assert ended.state is AgreementState.ENDED
    with pytest.raises(AgreementStateConflict):
        api.end_agreement(agreement.uuid, reason="Again", actor_id=operator.pk)


def test_end_agreement_teach_out_in_the_past_is_refused(agreement, operator: User) -> None:
    with pytest.raises(AgreementInvalid):
        api.end_agreement(
            agreement.uuid, reason="Closed", teach_out_until=timezone.now() - timedelta(1), actor_id=operator.pk
        )


NOW = timezone.now()


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"equivalent_course": "", "credits": None}, "equivalent_course"),
        ({"credits": Decimal(0)}, "credits"),
        ({"credits": Decimal("6.005")}, "credits"),
        ({"credits": Decimal("NaN")}, "credits"),
        ({"unit": ""}, "unit"),
        ({"levels": [("EQF", "")]}, "levels"),
        ({"least_identity": "retina"}, "least_identity"),
        ({"least_supervision": "a lot"}, "least_supervision"),
        ({"least_score": 101}, "least_score"),
        ({"least_score": -1}, "least_score"),
        ({"valid_from": None}, "valid_from"),
        ({"valid_to": NOW - timedelta(days=31)}, "valid_to"),
        ({"valid_to": NOW, "teach_out_until": NOW}, "teach_out_until"),
        ({"achievement_version_uuids": []}, "achievement_version_uuids"),
        ({"achievement_version_uuids": ["not a uuid"]}, "achievement_version_uuids"),
        ({"achievement_version_uuids": ["00000000-0000-0000-0000-000000000001"]}, "achievement_version_uuids"),
    ],
)
def test_create_agreement_bad_terms_name_the_field(draft_agreement, terms, field) -> None:
    with pytest.raises(AgreementInvalid) as refused:
        draft_agreement(**terms)
    assert list(refused.value.fields) == [field]
    assert not Agreement.objects.exists()


def test_create_agreement_unknown_term_is_refused(draft_agreement) -> None:
    with pytest.raises(AgreementInvalid):
        draft_agreement(free_beer=True)


def test_agreement_keeps_its_own_copies_when_the_achievement_changes(agreement, achievement, operator: User) -> None:
    from paid_certificate import api as certificates

    certificates.add_achievement_version(
        achievement.uuid, actor_id=operator.pk, title="Another title", description="d", criteria="c"
    )
    held = api.get_agreement(agreement.uuid)
    assert held.achievement_title == "Introductory statistics"
    assert held.achievement_version_uuids == (achievement.version_uuid,)
