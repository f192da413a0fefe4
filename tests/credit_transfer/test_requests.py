"""A learner asks: what is sent, with which consent, what is refused; and withdraws."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone
from freezegun import freeze_time

from credit_transfer import api
from credit_transfer.articulation import canonical_json, digest
from credit_transfer.data import RequestState
from credit_transfer.errors import (
    ConsentMissing,
    InstitutionNotFound,
    RequestInvalid,
    RequestNotFound,
    RequestRefused,
    RequestStateConflict,
)
from credit_transfer.filters import TransferPackageRequested
from credit_transfer.models import AuditEntry, Delivery, TransferRequest
from credit_transfer.services.consent import VERSION
from openedx_bridge.backend import get_backend
from openedx_bridge.errors import NotFoundError
from paid_certificate import api as certificates
from tests.credit_transfer import factories

pytestmark = pytest.mark.django_db


def values(credential, institution, **more):
    base = {
        "credential_uuid": credential.uuid,
        "institution_uuid": institution.uuid,
        "consent": True,
        "consent_version": VERSION,
    }
    return base | more


def test_send_request_sends_the_credential_and_no_score(asked, credential, institution) -> None:
    package = asked.package
    assert package["credential"] == certificates.get_document(credential.uuid)
    assert "result_statement" not in package
    assert "score" not in package["result"]
    assert package["holder"] == {"name": factories.HOLDER}
    assert package["achievement"]["levels"] == [{"scheme": "EQF", "value": "6"}]
    assert package["issuer"]["accreditation_status"] == "none"
    assert not asked.include_statement
    assert asked.state is RequestState.SENT


def test_send_request_with_the_second_consent_sends_score_and_scale(ask, credential, institution) -> None:
    package = ask(credential, institution, include_statement=True).package
    assert package["result"]["score"] == "73"
    assert package["result"]["scale"] == {"minimum": "0", "maximum": "100", "pass_mark": "60"}
    assert package["result_statement"] == certificates.get_statement(credential.uuid)


def test_send_request_stores_a_canonical_snapshot_with_its_digest(asked) -> None:
    row = TransferRequest.objects.get()
    assert row.package == canonical_json(json.loads(row.package))
    assert row.package_sha256 == digest(json.loads(row.package)) == asked.package_sha256
    assert AuditEntry.objects.get(action="send_request").detail["package_sha256"] == row.package_sha256


def test_send_request_snapshot_outlives_changes_below(asked, learner: User, operator: User) -> None:
    certificates.update_body("institute", actor_id=operator.pk, legal_name="Somebody else")
    held = api.get_request(learner.pk, request_uuid=asked.uuid)
    assert held.package["issuer"]["legal_name"] == "Example Institute of Mastery e.V."


def test_send_request_stores_who_consented_to_what_until_when(asked) -> None:
    assert "North University (Registry)" in asked.consent_text
    assert "Introductory statistics" in asked.consent_text
    assert "withdraw" in asked.consent_text
    assert asked.consent_version == VERSION
    assert asked.consent_until - asked.consented_at == timedelta(days=180)
    assert asked.answer_by - asked.consented_at == timedelta(days=28)


def test_send_request_without_consent_sends_nothing(credential, institution) -> None:
    for change in ({"consent": False}, {"consent_version": "2020-01"}):
        with pytest.raises(ConsentMissing):
            api.send_request(credential.user_id, **values(credential, institution, **change))
    assert not TransferRequest.objects.exists()
    assert not Delivery.objects.exists()


def test_send_request_of_a_demonstration_is_refused(learner, author, achievement, make_achievement, institution):
    exam = factories.make_exam(author, "sample", is_demonstration=True)
    make_achievement(exam)
    sample = factories.make_credential(learner, exam)
    assert sample.is_demonstration
    with pytest.raises(RequestRefused, match="demonstration"):
        api.send_request(learner.pk, **values(sample, institution))
    with pytest.raises(RequestRefused, match="demonstration"):
        api.preview_package(learner.pk, credential_uuid=sample.uuid, institution_uuid=institution.uuid)


@pytest.mark.parametrize("end", ["revoke", "suspend"])
def test_send_request_of_what_does_not_stand_is_refused(credential, institution, operator: User, end: str) -> None:
    if end == "revoke":
        certificates.revoke_credential(credential.uuid, actor_id=operator.pk, reason="result_withdrawn")
    else:
        certificates.suspend_credential(credential.uuid, actor_id=operator.pk)
    with pytest.raises(RequestRefused, match="stands"):
        api.send_request(credential.user_id, **values(credential, institution))


def test_send_request_of_somebody_elses_credential_sounds_like_none(credential, institution, other_learner) -> None:
    with pytest.raises(NotFoundError) as theirs:
        api.send_request(other_learner.pk, **values(credential, institution))
    assert theirs.value.status == 404
    assert not TransferRequest.objects.exists()


def test_send_request_to_an_institution_outside_the_directory_is_refused(credential, operator: User) -> None:
    made = api.create_institution(
        name="South",
        country_code="ES",
        office_name="Registry",
        office_email="r@south.example.org",
        appeals_contact="a",
        actor_id=operator.pk,
    )
    for uuid in (made.uuid, uuid4()):
        with pytest.raises(InstitutionNotFound):
            api.send_request(credential.user_id, **values(credential, made, institution_uuid=uuid))


def test_send_request_twice_is_refused_and_the_database_would_refuse_too(asked, credential, institution) -> None:
    with pytest.raises(RequestRefused, match="already"):
        api.send_request(credential.user_id, **values(credential, institution))
    assert TransferRequest.objects.count() == 1


def test_send_request_to_a_second_institution_or_after_withdrawal_is_fine(
    asked, ask, credential, institution, make_institution
) -> None:
    ask(credential, make_institution("South University", email="r@south.example.org"))
    api.withdraw_request(credential.user_id, request_uuid=asked.uuid)
    again = ask(credential, institution)
    assert again.uuid != asked.uuid
    assert TransferRequest.objects.count() == 3


BORN = date(1990, 2, 28)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"birth_date": BORN}, "student_id_there"),
        ({"birth_date": BORN, "student_id_there": "  "}, "student_id_there"),
        ({"birth_date": BORN, "student_id_there": "x" * 65}, "student_id_there"),
        ({"student_id_there": "123"}, "birth_date"),
        ({"student_id_there": "123", "birth_date": date(1899, 12, 31)}, "birth_date"),
        ({"student_id_there": "123", "birth_date": date(9999, 1, 1)}, "birth_date"),
        ({"student_id_there": "1", "birth_date": BORN, "programme_there": "x" * 256}, "programme_there"),
    ],
)
def test_send_request_what_the_institution_needs_is_obligatory(credential, make_institution, more, field) -> None:
    strict = make_institution("Strict", needs_student_id=True, needs_birth_date=True)
    with pytest.raises(RequestInvalid) as refused:
        api.send_request(credential.user_id, **values(credential, strict, **more))
    assert list(refused.value.fields) == [field]
    assert not TransferRequest.objects.exists()


def test_send_request_what_the_institution_does_not_need_is_not_taken(ask, credential, institution) -> None:
    sent = ask(credential, institution, student_id_there="123", birth_date=BORN)
    assert (sent.student_id_there, sent.birth_date) == ("", None)
    assert "birth_date" not in sent.package["holder"]


def test_send_request_matches_the_agreement_and_the_credit(ask, credit_value, agreement, credential, institution):
    package = ask(credential, institution).package
    assert package["agreement"]["uuid"] == str(agreement.uuid)
    (credit,) = package["credit"]
    assert (credit["amount"], credit["unit"], credit["recommender"]) == ("6", "ECTS", "Council A")


def test_send_request_recommendation_made_after_the_award_is_not_backdated(
    credential, institution, achievement, operator: User
) -> None:
    from decimal import Decimal

    api.create_credit_value(
        achievement_uuid=achievement.uuid,
        amount=Decimal(6),
        unit="ECTS",
        recommender="Council A",
        evidence="Review",
        valid_from=timezone.now(),
        actor_id=operator.pk,
    )
    preview = api.preview_package(
        credential.user_id, credential_uuid=credential.uuid, institution_uuid=institution.uuid
    )
    assert preview.package["credit"] == []


def test_preview_package_is_what_is_sent_and_stores_nothing(ask, credential, institution) -> None:
    with freeze_time(timezone.now()):
        preview = api.preview_package(
            credential.user_id, credential_uuid=credential.uuid, institution_uuid=institution.uuid
        )
        assert not TransferRequest.objects.exists()
        assert ask(credential, institution).package == preview.package
    assert ("Name", factories.HOLDER) in preview.always
    assert not any("73" in value for _label, value in preview.always)
    assert "73" in dict(preview.with_statement)["Score"]


def test_preview_package_warns_of_what_would_count_twice(asked, learner, author, body, institution, operator) -> None:
    """Two achievements that one exam's pass leads to would be the same work; the second is told."""
    first = certificates.list_credentials(learner.pk)[0]
    other = certificates.create_achievement(
        key="twin", body_slug=body.slug, title="Twin", actor_id=operator.pk, description="d", criteria="c"
    )
    from paid_certificate.models import Achievement, AchievementVersion, Credential

    row = Credential.objects.get(uuid=first.uuid)
    row.pk, row.uuid = None, uuid4()
    row._state.adding = True
    row.achievement = Achievement.objects.get(uuid=other.uuid)
    row.achievement_version = AchievementVersion.objects.get(uuid=other.version_uuid)
    row.save()
    preview = api.preview_package(learner.pk, credential_uuid=row.uuid, institution_uuid=institution.uuid)
    assert preview.overlaps == ("Introductory statistics",)


def test_filter_can_refuse_and_its_words_reach_the_learner(credential, institution, monkeypatch) -> None:
    def refuse(**_kwargs):
        raise TransferPackageRequested.PreventTransfer("Ask your tutor first.")

    monkeypatch.setattr(TransferPackageRequested, "run_filter", refuse)
    with pytest.raises(RequestRefused, match="tutor"):
        api.send_request(credential.user_id, **values(credential, institution))
    assert not TransferRequest.objects.exists()


def test_withdraw_request_ends_it_once(asked, learner: User) -> None:
    gone = api.withdraw_request(learner.pk, request_uuid=asked.uuid)
    assert (gone.state, gone.withdrawn_at is not None) == (RequestState.WITHDRAWN, True)
    with pytest.raises(RequestStateConflict):
        api.withdraw_request(learner.pk, request_uuid=asked.uuid)


def test_request_of_somebody_else_is_not_found(asked, other_learner: User) -> None:
    for step in (api.get_request, api.withdraw_request):
        with pytest.raises(RequestNotFound):
            step(other_learner.pk, request_uuid=asked.uuid)
    assert api.list_requests(other_learner.pk) == []


def test_consent_names_the_learners_own_time_zone_across_summer_time(credential, institution) -> None:
    get_backend().set_profile(credential.user_id, time_zone="Europe/Madrid")
    with freeze_time(datetime(2027, 4, 30, 22, 30, tzinfo=UTC)):
        preview = api.preview_package(
            credential.user_id, credential_uuid=credential.uuid, institution_uuid=institution.uuid
        )
    # 180 days of 24 hours later, the last summer time is two days away and midnight is not passed in UTC.
    assert preview.consent_until == datetime(2027, 10, 27, 22, 30, tzinfo=UTC)
    assert "28 Oct 2027, 00:30 (Madrid)" in preview.consent_text


def test_send_request_mails_after_the_commit_only(credential, institution, committed) -> None:
    with committed():
        api.send_request(credential.user_id, **values(credential, institution))
        assert mail.outbox == []
    assert len(mail.outbox) == 1
