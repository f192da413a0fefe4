"""Claims by evidence: begun once, sent with consent, looked at twice, decided by a person, awarded by the one way."""

from __future__ import annotations

import json

import pytest

from paid_certificate import api
from paid_certificate.claim_data import CLAIM_TRANSITIONS, ClaimState, TurnKind
from paid_certificate.data import CredentialState
from paid_certificate.errors import AchievementNotFound, ClaimInvalid, ClaimNotFound, ClaimStateConflict
from paid_certificate.models import AuditEntry, Credential, EvidenceClaim
from paid_certificate.services.claim_records import claim_row, move_claim
from paid_certificate.services.verify_credential import Answer
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
    stranger_of_nothing,
)

__all__ = ["assessor", "by_key", "by_web", "evidence", "filled", "sent", "stranger_of_nothing"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    """A context at whose end commits happen."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_claim_needs_a_route_by_evidence(exam, learner) -> None:
    other = api.find_achievement(exam_key=exam.key)
    with pytest.raises(AchievementNotFound):
        api.start_claim(learner.pk, achievement_uuid=other.uuid)


def test_begun_claim_is_returned_and_not_begun_again(evidence, learner) -> None:
    uuid = evidence().uuid
    first = api.start_claim(learner.pk, achievement_uuid=uuid)
    assert first.state is ClaimState.DRAFT
    assert api.start_claim(learner.pk, achievement_uuid=uuid).uuid == first.uuid
    assert EvidenceClaim.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"holder_name": " ", "consent": True}, "holder_name"),
        ({"holder_name": "x" * 256, "consent": True}, "holder_name"),
        ({"holder_name": NAME, "consent": False}, "consent"),
    ],
)
def test_claim_is_sent_with_a_name_and_consent_only(filled, learner, values, field) -> None:
    claim = filled()
    with pytest.raises(ClaimInvalid) as refused:
        api.submit_claim(learner.pk, claim.uuid, **values)
    assert list(refused.value.fields) == [field]
    assert api.get_claim(claim.uuid).state is ClaimState.DRAFT


def test_claim_is_sent_only_when_each_outcome_has_a_piece(evidence, learner) -> None:
    claim = api.start_claim(learner.pk, achievement_uuid=evidence().uuid)
    with pytest.raises(ClaimInvalid, match="at least one piece"):
        api.submit_claim(learner.pk, claim.uuid, holder_name=NAME, consent=True)
    api.add_note_piece(learner.pk, claim.uuid, text="I did.", title="Note", outcomes=[1])
    with pytest.raises(ClaimInvalid, match="Tests a hypothesis"):
        api.submit_claim(learner.pk, claim.uuid, holder_name=NAME, consent=True)
    api.add_note_piece(learner.pk, claim.uuid, text="I did.", title="Note", outcomes=[2])
    assert api.submit_claim(learner.pk, claim.uuid, holder_name=NAME, consent=True).state is ClaimState.SUBMITTED


def test_altered_credential_stops_the_claim_and_a_failed_check_does_not(evidence, learner, by_key, by_web) -> None:
    claim = api.start_claim(learner.pk, achievement_uuid=evidence().uuid)
    document = by_key.signed()
    document["credentialSubject"]["achievement"]["name"] = "Doctor of everything"
    bad = api.add_credential_piece(
        learner.pk, claim.uuid, credential=json.dumps(document).encode(), outcomes=[1, 2], title="Doctor"
    )
    api.add_credential_piece(learner.pk, claim.uuid, credential=by_web.text().encode(), outcomes=[1, 2])
    with pytest.raises(ClaimInvalid, match=r"“Doctor” was altered"):
        api.submit_claim(learner.pk, claim.uuid, holder_name=NAME, consent=True)
    api.remove_piece(learner.pk, bad.uuid)
    assert api.submit_claim(learner.pk, claim.uuid, holder_name=NAME, consent=True).state is ClaimState.SUBMITTED


def test_approval_awards_and_signs_what_strangers_can_check(sent, assessor, learner, commits) -> None:
    claim = sent()
    with commits():
        approve(claim, assessor, supervision="online")
    (credential,) = api.list_credentials(learner.pk)
    assert (credential.state, credential.route_kind) == (CredentialState.ISSUED, "evidence"), credential.failure
    assert (credential.holder_name, credential.identity, credential.supervision) == (NAME, "checked", "online")
    found = api.get_claim(claim.uuid)
    assert (found.state, found.credential_uuid) == (ClaimState.APPROVED, credential.uuid)
    assert all(entry.is_covered for entry in found.outcomes)
    assert api.verify_text(api.get_document(credential.uuid)).answer is Answer.VALID


def test_signed_evidence_says_how_much_of_which_kind_and_nothing_of_what_stood_in_it(
    sent, assessor, learner, commits
) -> None:
    claim = sent()
    with commits():
        approve(claim, assessor)
    (credential,) = api.list_credentials(learner.pk)
    text = api.get_document(credential.uuid)
    rows = {row["name"]: row["description"] for row in json.loads(text)["evidence"]}
    assert "found each of 2 outcomes shown" in rows["Assessment of evidence by a person"]
    assert "Signature and status found valid: 1." in rows["Credential of another issuer"]
    for private in ("survey", "report", "work.example.org", "College of Example", "Passport", "two terms"):
        assert private not in text


def test_approval_twice_makes_one_award_and_one_decision(sent, assessor, operator, learner, commits) -> None:
    claim = sent()
    with commits():
        first = approve(claim, assessor)
    with commits():
        again = approve(claim, operator)
    assert again.decided_at == first.decided_at
    assert Credential.objects.filter(user=learner).count() == 1
    assert claim_row(claim.uuid).decided_by_id == assessor.pk
    assert api.award_for_evidence(claim.uuid).uuid == again.credential_uuid


def test_approval_records_who_and_when_and_every_step_is_audited(sent, assessor, learner, commits) -> None:
    claim = sent()
    with commits():
        approve(claim, assessor)
    steps = AuditEntry.objects.filter(object_uuid=claim.uuid).values_list("action", "actor_id")
    assert [step for step in steps if step[0] != "add_piece"] == [
        ("start_claim", learner.pk),
        ("claim_submitted", learner.pk),
        ("claim_approved", assessor.pk),
    ]
    assert sum(action == "add_piece" for action, _actor in steps) == 4


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"covered": [1]}, "covered"),
        ({"covered": []}, "covered"),
        ({"covered": [1, 2, 3]}, "covered"),
        ({"identity": "perhaps"}, "identity"),
        ({"supervision": "perhaps"}, "identity"),
        ({"identity_how": " "}, "identity_how"),
    ],
)
def test_approval_that_says_too_little_is_refused(sent, assessor, values, field) -> None:
    claim = sent()
    with pytest.raises(ClaimInvalid) as refused:
        approve(claim, assessor, **values)
    assert list(refused.value.fields) == [field]
    assert api.get_claim(claim.uuid).state is ClaimState.SUBMITTED


def test_approval_below_the_routes_checking_is_refused_and_names_it(sent, assessor) -> None:
    claim = sent(least_identity="checked", least_supervision="online")
    with pytest.raises(ClaimInvalid, match="Sitting: watched online"):
        approve(claim, assessor)
    with pytest.raises(ClaimInvalid, match="Identity: checked"):
        approve(claim, assessor, identity="none", supervision="online")
    assert approve(claim, assessor, supervision="onsite").state is ClaimState.APPROVED


def test_unchecked_identity_stands_plainly_on_the_credential(sent, assessor, learner, commits) -> None:
    claim = sent()
    with commits():
        approve(claim, assessor, identity="none", identity_how="not kept")
    (credential,) = api.list_credentials(learner.pk)
    assert credential.identity == "none"
    assert api.get_claim(claim.uuid).identity_how == ""


def test_refusal_says_why_and_how_to_appeal_and_the_person_may_claim_again(sent, assessor, learner) -> None:
    claim = sent()
    with pytest.raises(ClaimInvalid, match="Say why"):
        api.refuse_claim(claim.uuid, reason=" ", actor_id=assessor.pk)
    refused = api.refuse_claim(claim.uuid, reason="The report is not yours.", actor_id=assessor.pk)
    assert (refused.state, refused.reason) == (ClaimState.REFUSED, "The report is not yours.")
    assert refused.appeal == "complaints@institute.example.org"
    assert api.award_for_evidence(claim.uuid) is None
    again = api.start_claim(learner.pk, achievement_uuid=claim.achievement.uuid)
    assert again.uuid != claim.uuid
    assert again.pieces == ()


def test_question_gives_the_claim_back_and_the_answer_sends_it_again(sent, assessor, learner) -> None:
    claim = sent()
    asked = api.return_claim(claim.uuid, question="Which survey?", actor_id=assessor.pk)
    assert asked.state is ClaimState.RETURNED
    with pytest.raises(ClaimInvalid, match="Answer the question"):
        api.submit_claim(learner.pk, claim.uuid, holder_name=NAME, consent=True)
    with pytest.raises(ClaimStateConflict, match="has seen"):
        api.remove_piece(learner.pk, claim.pieces[0].uuid)
    api.add_note_piece(learner.pk, claim.uuid, text="That of 2024.", title="More", outcomes=[2])
    back = api.submit_claim(learner.pk, claim.uuid, holder_name=NAME, consent=True, answer="The one of 2024.")
    assert [turn.kind for turn in back.turns] == [TurnKind.QUESTION, TurnKind.ANSWER]
    assert [each.uuid for each in api.list_open_claims()] == [claim.uuid]


def test_returned_claim_may_be_refused_when_no_answer_comes(sent, assessor) -> None:
    claim = sent()
    api.return_claim(claim.uuid, question="Which survey?", actor_id=assessor.pk)
    assert api.refuse_claim(claim.uuid, reason="No answer.", actor_id=assessor.pk).state is ClaimState.REFUSED


def test_nobody_decides_on_their_own_evidence(sent, learner, operator, make_user) -> None:
    claim = sent()
    learner.is_staff = learner.is_superuser = True
    learner.save()
    for decide in (
        lambda: approve(claim, learner),
        lambda: api.refuse_claim(claim.uuid, reason="x", actor_id=learner.pk),
        lambda: api.return_claim(claim.uuid, question="x", actor_id=learner.pk),
        lambda: api.recheck_credential(claim.pieces[0].uuid, support=[b"{}"], actor_id=learner.pk),
    ):
        with pytest.raises(ClaimStateConflict, match="Nobody assesses their own"):
            decide()
    assert api.list_open_claims(without_user=learner.pk) == []


@pytest.mark.parametrize("state", list(ClaimState))
def test_every_step_that_is_not_in_the_table_is_refused(filled, state) -> None:
    row = claim_row(filled().uuid)
    EvidenceClaim.objects.filter(pk=row.pk).update(state=state)
    row.refresh_from_db()
    for target in set(ClaimState) - CLAIM_TRANSITIONS[state]:
        with pytest.raises(ClaimStateConflict):
            move_claim(row, target, actor_id=None)
        row.refresh_from_db()
        assert row.state == state


def test_decided_claim_takes_no_more_evidence(sent, assessor, learner) -> None:
    claim = sent()
    for _state in range(2):
        with pytest.raises(ClaimStateConflict, match="stays as it is"):
            api.add_note_piece(learner.pk, claim.uuid, text="More.", title="More", outcomes=[1])
        approve(claim, assessor)
    with pytest.raises(ClaimStateConflict):
        api.withdraw_claim(learner.pk, claim.uuid)


def test_somebody_elses_claim_is_not_there(filled, other_learner) -> None:
    claim = filled()
    for touch in (
        lambda: api.get_own_claim(other_learner.pk, claim.uuid),
        lambda: api.submit_claim(other_learner.pk, claim.uuid, holder_name=NAME, consent=True),
        lambda: api.withdraw_claim(other_learner.pk, claim.uuid),
        lambda: api.remove_piece(other_learner.pk, claim.pieces[0].uuid),
        lambda: api.add_note_piece(other_learner.pk, claim.uuid, text="x", title="x", outcomes=[1]),
        lambda: api.add_link_piece(other_learner.pk, claim.uuid, url="https://x.org", title="x", outcomes=[1]),
        lambda: api.add_file_piece(other_learner.pk, claim.uuid, content=PDF, file_name="x.pdf", outcomes=[1]),
        lambda: api.add_credential_piece(other_learner.pk, claim.uuid, credential=b"{}", outcomes=[1]),
    ):
        with pytest.raises(ClaimNotFound):
            touch()
    assert len(api.get_claim(claim.uuid).pieces) == 4


def test_whoever_holds_the_credential_needs_no_claim(sent, assessor, learner, commits) -> None:
    claim = sent()
    with commits():
        approve(claim, assessor)
    with pytest.raises(ClaimStateConflict, match="hold this credential already"):
        api.start_claim(learner.pk, achievement_uuid=claim.achievement.uuid)


def test_outcomes_that_changed_meanwhile_stop_the_claim(sent, assessor, operator, learner) -> None:
    claim = sent()
    version = {"description": "D.", "criteria": "C."}
    same = [{"name": "Describes data"}, {"name": "Tests a hypothesis"}]
    uuid = claim.achievement.uuid
    api.add_achievement_version(uuid, actor_id=operator.pk, title="Applied statistics", outcomes=same, **version)
    api.return_claim(claim.uuid, question="Which?", actor_id=assessor.pk)
    claim = api.submit_claim(learner.pk, claim.uuid, holder_name=NAME, consent=True, answer="This.")
    other = [{"name": "Something else"}]
    api.add_achievement_version(uuid, actor_id=operator.pk, title="Applied statistics", outcomes=other, **version)
    with pytest.raises(ClaimStateConflict, match="outcomes have changed"):
        approve(claim, assessor)
    assert api.refuse_claim(claim.uuid, reason="New outcomes.", actor_id=assessor.pk).state is ClaimState.REFUSED


def test_desk_lists_what_waits_oldest_first_and_of_its_bodies_only(sent, make_user, by_key, learner) -> None:
    first = sent()
    second_person = make_user("second")
    second = api.start_claim(second_person.pk, achievement_uuid=first.achievement.uuid)
    api.add_note_piece(second_person.pk, second.uuid, text="I did.", title="Note", outcomes=[1, 2])
    api.submit_claim(second_person.pk, second.uuid, holder_name="Second", consent=True)
    assert [claim.uuid for claim in api.list_open_claims()] == [first.uuid, second.uuid]
    assert api.list_open_claims(body_slugs=["another"]) == []
    assert [claim.uuid for claim in api.list_open_claims(without_user=learner.pk)] == [second.uuid]


def test_person_is_told_by_mail_and_the_mail_holds_no_decision(sent, assessor, mailoutbox, commits) -> None:
    claim = sent()
    with commits():
        api.return_claim(claim.uuid, question="A secret question?", actor_id=assessor.pk)
    with commits():
        api.refuse_claim(claim.uuid, reason="A secret reason.", actor_id=assessor.pk)
    assert [mail.to for mail in mailoutbox] == [["learner@example.org"]] * 2
    for mail in mailoutbox:
        assert claim.url in mail.body
        assert "secret" not in mail.body
        assert "refused" not in (mail.body + mail.subject).lower()


def test_assessors_come_and_go(body, operator, assessor) -> None:
    assert [entry.username for entry in api.list_assessors(body.slug)] == ["assessor"]
    api.add_assessor(body.slug, username="assessor", actor_id=operator.pk)
    api.remove_assessor(body.slug, username="assessor", actor_id=operator.pk)
    api.remove_assessor(body.slug, username="assessor", actor_id=operator.pk)
    assert api.list_assessors(body.slug) == []
    assert AuditEntry.objects.filter(action__in=["add_assessor", "remove_assessor"]).count() == 2
    with pytest.raises(ClaimInvalid, match="no user “nobody-here”"):
        api.add_assessor(body.slug, username="nobody-here", actor_id=operator.pk)


def test_route_by_evidence_may_carry_any_reference(body, operator, learner, assessor, commits) -> None:
    made = api.create_achievement(
        key="plain", body_slug=body.slug, title="Plain", actor_id=operator.pk, description="D.", criteria="C."
    )
    api.add_route(made.uuid, kind="evidence", reference="portfolio-2026", actor_id=operator.pk)
    claim = api.start_claim(learner.pk, achievement_uuid=made.uuid)
    api.add_note_piece(learner.pk, claim.uuid, text="I did.", title="Note")
    api.submit_claim(learner.pk, claim.uuid, holder_name=NAME, consent=True)
    with commits():
        approve(claim, assessor, covered=[])
    assert [entry.state for entry in api.list_credentials(learner.pk)] == [CredentialState.ISSUED]


def test_desk_asks_the_database_as_often_for_many_claims_as_for_one(
    sent, make_user, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    first = sent()
    with django_assert_max_num_queries(12) as one:
        api.list_open_claims()
    for number in range(4):
        person = make_user(f"person-{number}")
        claim = api.start_claim(person.pk, achievement_uuid=first.achievement.uuid)
        api.add_file_piece(person.pk, claim.uuid, content=PDF, file_name="a.pdf", outcomes=[1, 2])
        api.submit_claim(person.pk, claim.uuid, holder_name="P", consent=True)
    with django_assert_num_queries(len(one.captured_queries)):
        assert len(api.list_open_claims()) == 5
