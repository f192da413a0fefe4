"""The right to sit: grants are rows and a missing one means no; names, adjustments, codes, tries and forms."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from freezegun import freeze_time
from mastery_sittings import DEVICE, START, decided, make_version, registered, sat, started

from mastery_exam import api
from mastery_exam.errors import (
    AlreadyPassed,
    GrantMissing,
    InvalidInput,
    NoFormLeft,
    NoTriesLeft,
    RegistrationClosed,
    RegistrationNotFound,
    RegistrationNotOpen,
    ResultPending,
    StaffNotAllowed,
    StartCodeNeeded,
    StartCodeWrong,
    StartRefused,
    TermsChanged,
    TooEarly,
)
from mastery_exam.filters import AttemptAuthorizationRequested
from mastery_exam.models import Attempt, AuditEntry, Grant, Registration, StartCode

pytestmark = pytest.mark.django_db


def start(user, registration, code=None):
    return api.start_attempt(user.pk, registration_uuid=registration.uuid, start_code=code, device_token=DEVICE)


# Registering


@pytest.mark.parametrize(
    "name", ["Ana Ćosić", "Ольга Ильина", "小林 さくら", "محمد العربي", "Ngũgĩ", "O’Neil-d’Àvila", "𝒜 𠮷野", "ഗോപാൽ"]
)
def test_register_takes_a_name_in_any_script(learner, exam, name):
    assert registered(learner, exam, legal_name=f"  {name}\t ").legal_name == name
    assert Registration.objects.get().legal_name == name


@pytest.mark.parametrize("name", ["", "   ", "123", "-", "A\x00B", "A\u202eB\x07", "x" * 256])
def test_register_without_a_usable_name_is_refused_with_the_field(learner, exam, name):
    with pytest.raises(InvalidInput) as refusal:
        registered(learner, exam, legal_name=name)

    assert set(refusal.value.fields) == {"legal_name"}


def test_register_twice_is_one_registration(learner, exam):
    assert registered(learner, exam) == registered(learner, exam, legal_name="Somebody Else")


def test_register_keeps_the_version_of_the_terms_and_refuses_an_old_one(learner, exam):
    with pytest.raises(TermsChanged):
        registered(learner, exam, terms_version="0")
    registered(learner, exam)

    assert Registration.objects.get().terms_version == "1"


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_register_for_an_exam_that_is_not_open_is_refused(learner, exam, status):
    type(exam).objects.update(status=status)

    with pytest.raises(RegistrationNotOpen):
        registered(learner, exam)


def test_register_before_the_opening_is_refused(learner, exam):
    type(exam).objects.update(registration_opens_at=timezone.now() + timedelta(days=1))

    with pytest.raises(RegistrationNotOpen):
        registered(learner, exam)


def test_register_after_a_pass_or_before_a_result_is_refused(learner, other_learner, make_exam):
    exam = make_exam(release_policy="after_check")
    sat(learner, exam, right=4)
    with pytest.raises(ResultPending):
        registered(learner, exam)
    exam.versions.update(release_policy="immediate")
    decided(other_learner, exam, right=4)

    with pytest.raises(AlreadyPassed):
        registered(other_learner, exam)


# Grants


def test_start_without_the_payment_is_refused_and_uses_no_try(learner, make_exam):
    registration = registered(learner, make_exam(fee_policy="sitting", required_grants=["payment"]))

    assert registration.missing_grants == ("payment",)
    with pytest.raises(GrantMissing):
        start(learner, registration)
    assert not Attempt.objects.exists()


def test_fee_before_sitting_needs_the_payment_even_if_the_version_forgot_to_say_so(learner, make_exam):
    assert registered(learner, make_exam(fee_policy="sitting")).missing_grants == ("payment",)


def test_grant_twice_is_one_row_and_lets_the_person_start(learner, make_exam):
    registration = registered(learner, make_exam(fee_policy="sitting"))
    for _time in range(2):
        api.add_grant(registration.uuid, kind="payment", reference="entitlement-1")

    assert Grant.objects.count() == 1
    assert start(learner, registration).state == "in_progress"


def test_grant_of_another_kind_does_not_pay(learner, make_exam):
    registration = registered(learner, make_exam(fee_policy="sitting"))
    api.add_grant(registration.uuid, kind="approval", reference="somebody")

    with pytest.raises(GrantMissing):
        start(learner, registration)


def test_refund_before_the_start_takes_the_right_away(learner, make_exam):
    registration = registered(learner, make_exam(fee_policy="sitting"))
    api.add_grant(registration.uuid, kind="payment", reference="e1")
    api.revoke_grant(registration.uuid, kind="payment", reference="e1", reason="refunded")

    with pytest.raises(GrantMissing):
        start(learner, registration)
    assert Grant.objects.get().revoked_reason == "refunded"


def test_revoked_reference_does_not_come_back_by_a_repeated_message(learner, make_exam):
    registration = registered(learner, make_exam(fee_policy="sitting"))
    api.add_grant(registration.uuid, kind="payment", reference="e1")
    api.revoke_grant(registration.uuid, kind="payment", reference="e1", reason="refunded")

    assert api.add_grant(registration.uuid, kind="payment", reference="e1").missing_grants == ("payment",)
    assert api.add_grant(registration.uuid, kind="payment", reference="e2").missing_grants == ()


def test_refund_after_the_start_touches_neither_attempt_nor_decision(learner, make_exam):
    exam = make_exam(fee_policy="sitting")
    registration = registered(learner, exam)
    api.add_grant(registration.uuid, kind="payment", reference="e1")
    attempt = start(learner, registration)
    api.revoke_grant(registration.uuid, kind="payment", reference="e1", reason="chargeback")
    api.submit_attempt(learner.pk, attempt_uuid=attempt.uuid)

    assert api.decide_attempt(attempt.uuid).state == "released"


def test_filter_can_only_add_a_refusal(learner, exam, monkeypatch):
    def refuse(**_kwargs):
        raise AttemptAuthorizationRequested.PreventAttempt("Not from this network.")

    monkeypatch.setattr(AttemptAuthorizationRequested, "run_filter", refuse)

    with pytest.raises(StartRefused) as refusal:
        started(learner, exam)
    assert refusal.value.user_message == "Not from this network."


# Adjustments


def test_adjustments_asked_for_are_answered_before_the_start(learner, exam, staff):
    registration = registered(learner, exam, adjustments_requested="I read slowly.")
    with pytest.raises(GrantMissing, match="adjustments"):
        start(learner, registration)

    answered = api.approve_adjustments(registration.uuid, extra_time_percent=50, actor_id=staff.pk, answer="Agreed.")

    assert (answered.extra_time_percent, answered.adjustments_answer) == (50, "Agreed.")
    assert start(learner, registration).state == "in_progress"


def test_adjustments_can_be_given_up_to_sit_at_once(learner, exam):
    registration = registered(learner, exam, adjustments_requested="A quiet room.")
    api.drop_adjustments(learner.pk, registration_uuid=registration.uuid)

    assert start(learner, registration).state == "in_progress"


@pytest.mark.parametrize("percent", [-1, 301])
def test_adjustments_out_of_range_are_refused(learner, exam, staff, percent):
    registration = registered(learner, exam)

    with pytest.raises(InvalidInput):
        api.approve_adjustments(registration.uuid, extra_time_percent=percent, actor_id=staff.pk)


def test_name_and_adjustments_are_fixed_by_the_start(learner, exam, staff):
    attempt = started(learner, exam)

    with pytest.raises(RegistrationClosed):
        api.change_legal_name(learner.pk, registration_uuid=attempt.registration_uuid, legal_name="Somebody")
    with pytest.raises(RegistrationClosed):
        api.approve_adjustments(attempt.registration_uuid, extra_time_percent=50, actor_id=staff.pk)
    with pytest.raises(RegistrationClosed):
        api.cancel_registration(learner.pk, registration_uuid=attempt.registration_uuid)


def test_cancelled_registration_cannot_start_and_leaves_room_for_another(learner, exam):
    registration = registered(learner, exam)
    api.cancel_registration(learner.pk, registration_uuid=registration.uuid)

    with pytest.raises(RegistrationClosed):
        start(learner, registration)
    assert registered(learner, exam).uuid != registration.uuid


# Start codes


@pytest.fixture
def hall(make_exam):
    """An exam on site, with identity checked by an invigilator."""
    return make_exam(identity_policy="in_person", supervision="onsite", required_grants=["identity"])


def test_start_in_a_hall_needs_the_code_and_says_how_it_was_checked(learner, hall, staff):
    registration = registered(learner, hall)
    with pytest.raises(StartCodeNeeded, match="Waiting for the invigilator to let you in."):
        start(learner, registration)
    code = api.issue_start_code(registration.uuid, actor_id=staff.pk, seat="B4")
    with pytest.raises(StartCodeNeeded):
        start(learner, registration)

    attempt = start(learner, registration, code.lower())

    assert (attempt.identity, attempt.supervision) == ("checked", "onsite")
    assert code.replace("-", "") not in StartCode.objects.get().code_hash


def test_attempt_without_a_check_says_that_nobody_checked(learner, exam):
    attempt = started(learner, exam)

    assert (attempt.identity, attempt.supervision) == ("none", "none")


def test_code_works_once_and_only_until_it_expires(learner, hall, staff, settings):
    settings.MASTERY_EXAM_START_CODE_MINUTES = 30
    registration = registered(learner, hall)
    with freeze_time(START):
        code = api.issue_start_code(registration.uuid, actor_id=staff.pk)
    with freeze_time(START + timedelta(minutes=31)), pytest.raises(StartCodeWrong):
        start(learner, registration, code)
    with freeze_time(START + timedelta(minutes=29)):
        start(learner, registration, code)

    assert StartCode.objects.get().used_at is not None


def test_newer_code_ends_the_older_one(learner, hall, staff):
    registration = registered(learner, hall)
    older = api.issue_start_code(registration.uuid, actor_id=staff.pk)
    newer = api.issue_start_code(registration.uuid, actor_id=staff.pk)

    with pytest.raises(StartCodeWrong):
        start(learner, registration, older)
    assert start(learner, registration, newer).state == "in_progress"


def test_code_of_somebody_else_does_not_let_in(learner, other_learner, hall, staff):
    mine, theirs = registered(learner, hall), registered(other_learner, hall)
    api.issue_start_code(mine.uuid, actor_id=staff.pk)
    code = api.issue_start_code(theirs.uuid, actor_id=staff.pk)

    with pytest.raises(StartCodeWrong):
        start(learner, mine, code)


def test_code_stops_working_after_five_wrong_tries(learner, hall, staff):
    registration = registered(learner, hall)
    code = api.issue_start_code(registration.uuid, actor_id=staff.pk)
    for _time in range(5):
        with pytest.raises(StartCodeWrong):
            start(learner, registration, "AAAA-AAAA")

    with pytest.raises(StartCodeWrong):
        start(learner, registration, code)


@pytest.mark.parametrize("who", ["other_learner", "learner", "operator_of_nothing"])
def test_code_is_given_by_an_invigilator_of_this_exam_only(request, learner, hall, make_user, who):
    actor = make_user(who) if who == "operator_of_nothing" else request.getfixturevalue(who)

    with pytest.raises(StaffNotAllowed):
        api.issue_start_code(registered(learner, hall).uuid, actor_id=actor.pk)


def test_invigilator_may_let_in_others_but_not_themselves(other_learner, learner, hall, staff):
    api.add_invigilator(hall.key, username=other_learner.username, actor_id=staff.pk)

    assert api.issue_start_code(registered(learner, hall).uuid, actor_id=other_learner.pk)
    with pytest.raises(StaffNotAllowed):
        api.issue_start_code(registered(other_learner, hall).uuid, actor_id=other_learner.pk)


# Tries and forms


def test_retake_gets_another_form_and_never_an_item_again(learner, exam):
    decided(learner, exam, right=1)
    decided(learner, exam, right=1, legal_name="Ana Ćosić")

    first, second = Attempt.objects.order_by("num")
    items = [set(row.items.values_list("version_item__item_version__item", flat=True)) for row in (first, second)]
    assert first.form != second.form and not items[0] & items[1]


def test_retake_without_an_unseen_form_is_refused_and_says_so(learner, make_exam):
    exam = make_exam(forms=1)
    decided(learner, exam, right=1)

    with pytest.raises(NoFormLeft, match="no set of questions left that you have not seen"):
        registered(learner, exam)


def test_retake_never_gives_an_item_again_under_a_new_version(learner, staff, make_exam):
    exam = make_exam(forms=1)
    decided(learner, exam, right=1)
    old = exam.versions.get()
    new = make_version(exam, staff, num=2)
    form = new.forms.create(num=1, marks_needed=3)
    for position, item in enumerate(old.items.all(), start=1):
        again = new.items.create(item_version=item.item_version, competency_key=item.competency_key, use="scored")
        form.items.create(version_item=again, position=position)

    with pytest.raises(NoFormLeft):
        registered(learner, exam)


def test_retake_waits_from_the_end_of_the_last_try(learner, make_exam):
    exam = make_exam(wait_days=14)
    with freeze_time(START):
        decided(learner, exam, right=1)
        registration = registered(learner, exam)
    with freeze_time(START + timedelta(days=14, seconds=-1)), pytest.raises(TooEarly, match="23 Jan 2027, 09:00"):
        start(learner, registration)
    with freeze_time(START + timedelta(days=14)):
        assert start(learner, registration).num == 2


def test_retake_after_the_last_try_is_refused(learner, make_exam):
    exam = make_exam(forms=3, max_attempts=2)
    decided(learner, exam, right=1)
    decided(learner, exam, right=1)

    with pytest.raises(NoTriesLeft):
        registered(learner, exam)


def test_retake_policy_is_that_of_the_version_registered_for(learner, make_exam, staff):
    exam = make_exam(forms=3, max_attempts=3)
    decided(learner, exam, right=1)
    registration = registered(learner, exam)
    make_version(exam, staff, num=2, max_attempts=1)

    assert start(learner, registration).num == 2


def test_start_again_returns_the_attempt_in_progress(learner, exam):
    registration = registered(learner, exam)

    assert start(learner, registration).uuid == start(learner, registration).uuid
    assert AuditEntry.objects.filter(action="attempt_started").count() == 1


def test_start_of_somebody_elses_registration_finds_nothing(learner, other_learner, exam):
    with pytest.raises(RegistrationNotFound):
        start(other_learner, registered(learner, exam))


def test_start_of_a_withdrawn_exam_is_refused(learner, exam):
    registration = registered(learner, exam)
    type(exam).objects.update(status="withdrawn")

    with pytest.raises(RegistrationNotOpen):
        start(learner, registration)


# What the database itself refuses


def test_database_refuses_a_second_live_row_and_allows_any_number_of_past_ones(learner, make_exam):
    exam = make_exam(forms=3, max_attempts=3)
    sat(learner, exam, right=1)
    attempt = Attempt.objects.get()
    copies = {field.attname: getattr(attempt, field.attname) for field in Attempt._meta.concrete_fields}
    values = {name: value for name, value in copies.items() if name not in ("id", "uuid", "num", "live", "state")}

    Attempt.objects.create(num=2, state="submitted", **values)
    Attempt.objects.create(num=3, state="in_progress", **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(num=4, state="in_progress", **values)

    assert Attempt.objects.count() == 3
