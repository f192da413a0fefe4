"""Awards with an end: until when, what strangers read then, and how a later pass renews them."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mastery_exam import api as exams
from mastery_exam.errors import AlreadyPassed
from paid_certificate import api
from paid_certificate.data import CredentialState
from paid_certificate.errors import CredentialNotFound, RenewalRefused
from paid_certificate.formats import certificate_pdf
from paid_certificate.models import AuditEntry, Credential
from paid_certificate.proofs.bundle import resolver_from_files
from paid_certificate.proofs.verify import Verdict, verify_document
from paid_certificate.services.verify_credential import Answer
from paid_certificate.validity import add_months

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)


@pytest.fixture
def ending_exam(exam, operator):
    """The exam, whose achievement is valid for 24 months from now on."""
    achievement = api.find_achievement(exam_key=exam.key)
    api.add_achievement_version(
        achievement.uuid,
        actor_id=operator.pk,
        title="Introductory statistics",
        description="Describes data.",
        criteria="Pass the exam.",
        valid_months=24,
    )
    return exam


@pytest.fixture
def ending(ending_exam, learner, pass_exam, django_capture_on_commit_callbacks):
    """The learner's award, made and signed now."""
    with django_capture_on_commit_callbacks(execute=True):
        pass_exam(learner, ending_exam)
    (found,) = api.list_credentials(learner.pk)
    return found


@pytest.fixture
def renew(ending_exam, learner, pass_exam, django_capture_on_commit_callbacks):
    """A function by which the learner sits the exam again from the page of an award; returns the newest award."""

    def go(credential, **values):
        api.open_renewal(learner.pk, credential_uuid=credential.uuid)
        with django_capture_on_commit_callbacks(execute=True):
            pass_exam(learner, ending_exam, **values)
        return api.list_credentials(learner.pk)[-1]

    return go


def let_pass(credential, time: timedelta):
    """Move the award back in time, and return it."""
    row = Credential.objects.get(uuid=credential.uuid)
    Credential.objects.filter(pk=row.pk).update(awarded_at=row.awarded_at - time, valid_until=row.valid_until - time)
    return api.get_credential(credential.uuid)


def page_of(client, credential) -> str:
    return html.unescape(client.get(reverse("paid_certificate:verification", args=[credential.uuid])).content.decode())


@pytest.mark.parametrize(
    ("at", "months", "then"),
    [
        (datetime(2027, 1, 31, 12, tzinfo=UTC), 1, datetime(2027, 2, 28, 12, tzinfo=UTC)),
        (datetime(2028, 1, 31, 12, tzinfo=UTC), 1, datetime(2028, 2, 29, 12, tzinfo=UTC)),
        (datetime(2028, 2, 29, tzinfo=UTC), 12, datetime(2029, 2, 28, tzinfo=UTC)),
        (datetime(2027, 12, 15, tzinfo=UTC), 1, datetime(2028, 1, 15, tzinfo=UTC)),
        (datetime(2027, 11, 30, tzinfo=UTC), 24, datetime(2029, 11, 30, tzinfo=UTC)),
        (datetime(2027, 3, 31, tzinfo=UTC), -1, datetime(2027, 2, 28, tzinfo=UTC)),
        (datetime(2027, 1, 15, tzinfo=UTC), -13, datetime(2025, 12, 15, tzinfo=UTC)),
    ],
)
def test_add_months_keeps_the_day_or_ends_the_month(at, months, then) -> None:
    assert add_months(at, months) == then


def test_award_is_valid_for_the_months_of_its_version(ending, ending_exam, operator) -> None:
    assert ending.valid_until == add_months(ending.awarded_at, 24)
    assert ending.renewable_from == add_months(ending.awarded_at, 18)
    document = json.loads(api.get_document(ending.uuid))
    assert datetime.fromisoformat(document["validUntil"]) == ending.valid_until.replace(microsecond=0)
    achievement = api.add_achievement_version(
        ending.achievement.uuid, actor_id=operator.pk, title="New", description="d", criteria="c", valid_months=1
    )
    assert achievement.valid_months == 1
    assert api.get_credential(ending.uuid).valid_until == ending.valid_until


def test_award_without_months_has_no_end(issued) -> None:
    assert issued.valid_until is None
    assert "validUntil" not in json.loads(api.get_document(issued.uuid))


def test_expired_file_is_expired_and_not_revoked_for_strangers(ending_exam, learner, pass_exam) -> None:
    award = api.award_for_decision(pass_exam(learner, ending_exam).uuid, sign_later=False)
    let_pass(award, 3 * YEAR)
    api.issue_credential(award.uuid)
    files = api.bundle_of(award.uuid)
    found = verify_document(files["credential.json"], resolver_from_files(files), timezone.now())
    assert found.verdict is Verdict.EXPIRED
    assert api.verify_text(api.get_document(award.uuid)).answer is Answer.EXPIRED


@pytest.mark.parametrize("is_marked", [False, True])
def test_expired_link_says_so_with_the_date_and_what_it_means(ending, client, is_marked: bool) -> None:
    found = let_pass(ending, 3 * YEAR)
    if is_marked:
        api.reconcile(dry_run=False)
        found = api.get_credential(ending.uuid)
        assert (found.state, found.ended_at) == (CredentialState.EXPIRED, found.valid_until)
    assert api.verify_issued(ending.uuid).answer is Answer.EXPIRED
    page = page_of(client, ending)
    assert "<h1>Expired</h1>" in page
    assert f"It was valid until {found.valid_until:%-d %B %Y}" in page
    assert "nothing in it was withdrawn" in page


def test_reconcile_marks_what_has_expired_once(ending) -> None:
    assert api.reconcile() == []
    let_pass(ending, 3 * YEAR)
    assert [outcome.finding.kind for outcome in api.reconcile()] == ["past_its_time"]
    assert [outcome.repaired for outcome in api.reconcile(dry_run=False)] == [True]
    assert api.reconcile() == []
    assert AuditEntry.objects.filter(action="expire").count() == 1


def test_renewal_of_an_expired_award_leaves_the_old_one_expired(ending, renew, client) -> None:
    let_pass(ending, 3 * YEAR)
    new = renew(ending)
    old = api.get_credential(ending.uuid)
    assert (old.state, old.successor_uuid) == (CredentialState.EXPIRED, new.uuid)
    assert new.state is CredentialState.ISSUED
    assert new.valid_until == add_months(new.awarded_at, 24)
    assert api.verify_issued(ending.uuid).answer is Answer.EXPIRED
    assert new.verify_url in page_of(client, ending)
    assert Credential.objects.filter(live=1).count() == 1


def test_renewal_before_the_end_replaces_the_old_one(ending, renew, client) -> None:
    let_pass(ending, 2 * YEAR - timedelta(days=60))
    new = renew(ending)
    old = api.get_credential(ending.uuid)
    assert (old.state, old.successor_uuid, new.state) == (CredentialState.SUPERSEDED, new.uuid, CredentialState.ISSUED)
    assert AuditEntry.objects.get(action="supersede").detail == {"reason": "renewed"}
    assert api.verify_issued(ending.uuid).answer is Answer.REPLACED
    assert new.verify_url in page_of(client, ending)


def test_renewal_in_another_name_is_not_linked_to_strangers(ending, renew, client) -> None:
    let_pass(ending, 3 * YEAR)
    new = renew(ending, legal_name="Ana Nováková")
    assert api.get_credential(ending.uuid).successor_uuid == new.uuid
    assert new.verify_url not in page_of(client, ending)


def test_renewal_too_early_is_refused_and_the_exam_stays_closed(ending, ending_exam, learner, client_of) -> None:
    with pytest.raises(RenewalRefused):
        api.open_renewal(learner.pk, credential_uuid=ending.uuid)
    with pytest.raises(AlreadyPassed):
        exams.register(learner.pk, exam_key=ending_exam.key, legal_name="Ana Ćosić", terms_version="1")
    page = client_of(learner).get(ending.url).content.decode()
    assert "Renew: register for the exam" not in page
    assert f"You can renew it from {ending.renewable_from:%-d %B %Y}" in page


@pytest.mark.parametrize("state", ["revoked", "suspended", "superseded"])
def test_renewal_of_what_does_not_stand_is_refused(ending, learner, state: str) -> None:
    let_pass(ending, 3 * YEAR)
    Credential.objects.update(state=state)
    with pytest.raises(RenewalRefused):
        api.open_renewal(learner.pk, credential_uuid=ending.uuid)


def test_renewal_is_for_the_holder_alone(ending, client_of, learner, other_learner, operator) -> None:
    let_pass(ending, 3 * YEAR)
    address = f"/api/paid_certificate/v1/credentials/{ending.uuid}/renewal/"
    with pytest.raises(CredentialNotFound):
        api.open_renewal(other_learner.pk, credential_uuid=ending.uuid)
    assert [client_of(user).post(address).status_code for user in (other_learner, operator, learner)] == [404, 404, 200]


def test_renewal_counts_tries_anew_and_keeps_the_first_pass(ending, ending_exam, renew, learner) -> None:
    let_pass(ending, 3 * YEAR)
    renew(ending)
    passes = [entry for entry in exams.list_decisions(learner.pk) if entry.passed]
    assert [entry.state for entry in passes] == ["released", "released"]
    with pytest.raises(AlreadyPassed):
        exams.register(learner.pk, exam_key=ending_exam.key, legal_name="Ana Ćosić", terms_version="1")


def test_first_pass_again_never_renews_what_it_gave(ending) -> None:
    let_pass(ending, 3 * YEAR)
    again = api.award_for_decision(ending.decision_uuid)
    assert (again.uuid, again.state) == (ending.uuid, CredentialState.EXPIRED)
    assert Credential.objects.count() == 1
    assert api.reconcile() == []


def test_withdrawn_result_revokes_an_expired_award_too(ending, staff, django_capture_on_commit_callbacks) -> None:
    let_pass(ending, 3 * YEAR)
    api.reconcile(dry_run=False)
    with django_capture_on_commit_callbacks(execute=True):
        exams.withdraw_decision(ending.decision_uuid, actor_id=staff.pk, reason="key was wrong")
    assert api.get_credential(ending.uuid).state is CredentialState.REVOKED
    assert api.verify_issued(ending.uuid).answer is Answer.REVOKED


def test_withdrawn_result_cancels_what_is_being_signed(
    ending, ending_exam, staff, django_capture_on_commit_callbacks
) -> None:
    Credential.objects.update(state="signing", issued_at=None, document="")
    with django_capture_on_commit_callbacks(execute=True):
        exams.withdraw_decision(ending.decision_uuid, actor_id=staff.pk, reason="key was wrong")
    assert api.issue_credential(ending.uuid).state is CredentialState.CANCELLED
    assert api.get_document(ending.uuid) == ""


def test_award_on_hold_stays_on_hold_past_its_end(ending, operator) -> None:
    let_pass(ending, 3 * YEAR)
    api.suspend_credential(ending.uuid, actor_id=operator.pk)
    assert api.reconcile() == []
    assert api.verify_issued(ending.uuid).answer is Answer.SUSPENDED


def test_holder_reads_the_end_and_the_way_to_renew(ending, client_of, learner) -> None:
    fresh = client_of(learner).get(ending.url).content.decode()
    assert f"Valid until {ending.valid_until:%-d %B %Y}" in fresh
    found = let_pass(ending, 3 * YEAR)
    page = client_of(learner).get(ending.url).content.decode()
    assert f"Expired on {found.valid_until:%-d %B %Y}" in page
    assert page.count('class="ms-button"') == 1
    assert "Renew: register for the exam" in page


def test_certificate_for_print_says_until_when(ending, monkeypatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(certificate_pdf, "_line", lambda canvas, text, top, size: lines.append(text) or top)
    certificate_pdf.certificate_pdf(ending)
    assert any(line.endswith(f"valid until {ending.valid_until:%-d %B %Y}") for line in lines)


def test_achievement_page_says_for_how_long(ending, client) -> None:
    page = client.get(reverse("paid_certificate:achievement", args=[ending.achievement.version_uuid])).content.decode()
    assert "24 months from the award." in page


@pytest.mark.parametrize("months", [0, -1, 601, "many"])
def test_new_achievement_with_months_that_cannot_be_is_refused(body, client_of, operator, months) -> None:
    data = {
        "key": "short",
        "body_slug": body.slug,
        "title": "Short",
        "description": "d",
        "criteria": "c",
        "valid_months": months,
    }
    response = client_of(operator).post("/api/paid_certificate/v1/achievements/", data, content_type="application/json")
    assert response.status_code == 400
    assert "valid_months" in response.content.decode()
