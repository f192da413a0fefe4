"""Where does it count: agreed, recommended and none are never mixed, and only signed agreements appear."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from freezegun import freeze_time

from credit_transfer import api
from credit_transfer.data import ConditionState
from tests.credit_transfer import factories

pytestmark = pytest.mark.django_db


def states(achievement, user_id: int | None = None) -> dict[str, str]:
    (found,) = api.list_recognitions(achievement_uuid=achievement.uuid, user_id=user_id).agreed
    return {condition.code: condition.state.value for condition in found.conditions}


def test_list_recognitions_draft_never_appears_as_accepts(draft_agreement, achievement, client: Client) -> None:
    draft_agreement()
    assert api.list_recognitions(achievement_uuid=achievement.uuid).agreed == ()
    assert api.count_accepting("statistics") == 0
    html = client.get(f"/transfer/where/{achievement.uuid}/").content.decode()
    assert "STAT 101" not in html
    assert "No university has agreed to accept this yet. You can still ask one." in html


def test_list_recognitions_signed_by_one_side_does_not_count(draft_agreement, achievement, operator: User) -> None:
    values = {"name": "Rector A", "role": "Rector", "signed_at": timezone.now(), "reference": "file 12"}
    api.sign_agreement(draft_agreement().uuid, side="institution", actor_id=operator.pk, **values)
    assert api.list_recognitions(achievement_uuid=achievement.uuid).agreed == ()


def test_list_recognitions_suspended_and_ended_do_not_count(agreement, achievement, operator: User) -> None:
    assert api.count_accepting("statistics") == 1
    api.suspend_agreement(agreement.uuid, reason="Checking", actor_id=operator.pk)
    assert api.count_accepting("statistics") == 0
    api.resume_agreement(agreement.uuid, actor_id=operator.pk)
    assert api.count_accepting("statistics") == 1
    api.end_agreement(agreement.uuid, reason="Over", actor_id=operator.pk)
    assert api.list_recognitions(achievement_uuid=achievement.uuid).agreed == ()


def test_list_recognitions_closed_institution_is_not_shown(agreement, achievement, operator: User) -> None:
    api.close_institution(agreement.institution.uuid, actor_id=operator.pk)
    assert api.list_recognitions(achievement_uuid=achievement.uuid).agreed == ()


def test_list_recognitions_agreement_over_is_not_shown(draft_agreement, sign, achievement) -> None:
    end = timezone.now() + timedelta(days=5)
    sign(draft_agreement(valid_to=end))
    assert api.count_accepting("statistics") == 1
    with freeze_time(end):
        assert api.count_accepting("statistics") == 0


def test_list_recognitions_visitor_conditions_are_unknown(draft_agreement, sign, achievement) -> None:
    sign(draft_agreement(least_identity="checked", least_score=70, cap="60 ECTS"))
    assert set(states(achievement).values()) == {"unknown"}


def test_list_recognitions_person_without_the_credential_lacks_only_that(agreement, achievement, learner) -> None:
    assert states(achievement, learner.pk) == {"credential": "unmet", "version": "unknown"}


def test_list_recognitions_holder_sees_what_is_met_and_what_is_not(draft_agreement, sign, achievement, credential):
    sign(draft_agreement(least_identity="checked", least_score=73, residency="A semester"))
    assert states(achievement, credential.user_id) == {
        "credential": "met",
        "version": "met",
        "identity": "unmet",
        "score": "met",
        "residency": "unknown",
    }


def test_list_recognitions_score_one_point_below_is_unmet(draft_agreement, sign, achievement, credential) -> None:
    sign(draft_agreement(least_score=74))
    assert states(achievement, credential.user_id)["score"] == "unmet"


def test_list_recognitions_revoked_credential_does_not_meet(agreement, achievement, credential, operator) -> None:
    from paid_certificate import api as certificates

    certificates.revoke_credential(credential.uuid, actor_id=operator.pk, reason="issued_in_error")
    assert states(achievement, credential.user_id)["credential"] == "unmet"


def test_list_recognitions_teach_out_counts_for_whoever_was_awarded_before(
    agreement, achievement, credential, learner, other_learner, operator: User
) -> None:
    until = timezone.now() + timedelta(days=100)
    api.end_agreement(agreement.uuid, reason="Course closes", teach_out_until=until, actor_id=operator.pk)
    (found,) = api.list_recognitions(achievement_uuid=achievement.uuid, user_id=learner.pk).agreed
    assert (found.is_teach_out, found.valid_until) == (True, until)
    assert api.list_recognitions(achievement_uuid=achievement.uuid, user_id=other_learner.pk).agreed == ()
    assert api.list_recognitions(achievement_uuid=achievement.uuid).agreed == ()
    with freeze_time(until):
        assert api.list_recognitions(achievement_uuid=achievement.uuid, user_id=learner.pk).agreed == ()


def test_list_recognitions_discarded_draft_with_a_teach_out_never_counts(
    draft_agreement, achievement, credential, operator: User
) -> None:
    until = timezone.now() + timedelta(days=100)
    api.end_agreement(draft_agreement().uuid, reason="No", teach_out_until=until, actor_id=operator.pk)
    assert api.list_recognitions(achievement_uuid=achievement.uuid, user_id=credential.user_id).agreed == ()


def test_list_recognitions_recommended_is_not_agreed(credit_value, achievement, client: Client) -> None:
    found = api.list_recognitions(exam_key="statistics")
    assert found.agreed == ()
    assert [credit.amount for credit in found.recommended] == ["6"]
    html = client.get("/transfer/where/?exam=statistics").content.decode()
    agreed, recommended = html.index("<h2>Agreed"), html.index("<h2>Recommended")
    assert agreed < recommended < html.index("<h2>No agreement")
    assert "6 ECTS" not in html[agreed:recommended]
    assert "Recommended by Council A." in html[recommended:]


def test_list_recognitions_exam_without_achievement_counts_nowhere(author: User) -> None:
    factories.make_exam(author, "latin")
    found = api.list_recognitions(exam_key="latin")
    assert (found.achievement_uuid, found.title, found.agreed) == (None, "Latin", ())


def test_where_page_unknown_exam_is_404(client: Client) -> None:
    assert client.get("/transfer/where/?exam=nothing").status_code == 404
    assert client.get("/transfer/where/").status_code == 404


def test_where_page_signed_in_shows_conditions_in_words(draft_agreement, sign, achievement, credential, client_of):
    sign(draft_agreement(least_identity="checked"))
    html = client_of(User.objects.get(pk=credential.user_id)).get(f"/transfer/where/{achievement.uuid}/").content
    text = html.decode()
    assert "✓ met" in text
    assert "✗ not met" in text
    assert "The institution decides." in text
    assert text.count("<h1") == 1


def test_condition_state_values_are_the_words_of_the_api() -> None:
    assert [state.value for state in ConditionState] == ["met", "unmet", "unknown"]


def test_catalogue_and_exam_page_say_who_accepts(agreement, credit_value, client: Client) -> None:
    catalogue = client.get("/mastery/exams/").content.decode()
    assert "accepted by 1 institution" in catalogue
    page = client.get("/mastery/exams/statistics/").content.decode()
    assert "North University" in page
    assert "STAT 101, 6 ECTS" in page


def test_exam_page_without_agreement_says_that_one_can_ask(achievement, client: Client) -> None:
    assert "You can still ask one." in client.get("/mastery/exams/statistics/").content.decode()


def test_verification_page_says_recommended_by(credit_value, credential, client: Client) -> None:
    html = client.get(f"/credentials/verify/{credential.uuid}/").content.decode()
    assert "6 ECTS, recommended by Council A (EQF 6, QF-EHEA 1)" in html


def test_credential_page_leads_to_asking(credential, learner: User, client_of) -> None:
    html = client_of(learner).get(f"/credentials/{credential.uuid}/").content.decode()
    assert f"/transfer/request/{credential.uuid}/" in html
