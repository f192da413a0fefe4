"""Statements of accomplishment: by a course, or checked too little; how they read, and how an exam upgrades them."""

from __future__ import annotations

import html
import json
from decimal import Decimal
from itertools import product
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from opaque_keys.edx.keys import CourseKey
from openedx_events.learning.data import CourseData, CoursePassingStatusData, UserData, UserPersonalData
from openedx_events.learning.signals import COURSE_PASSING_STATUS_UPDATED

from openedx_bridge.backend import get_backend
from paid_certificate import api
from paid_certificate.data import CredentialForm, CredentialState
from paid_certificate.errors import AchievementRefused, NothingToBuy, RenewalRefused
from paid_certificate.formats import certificate_pdf
from paid_certificate.models import AuditEntry, Credential
from paid_certificate.services.next_award import form_of
from paid_certificate.services.sharing import linkedin_url
from paid_certificate.services.verify_credential import Answer

pytestmark = pytest.mark.django_db
COURSE = "course-v1:Mastery+STAT+1"


@pytest.fixture
def course(exam, operator: User) -> str:
    """A course that leads to the exam's achievement, by a statement of accomplishment."""
    get_backend().add_course(COURSE, title="Statistics, the course")
    achievement = api.find_achievement(exam_key=exam.key)
    api.add_route(achievement.uuid, kind="course", reference=COURSE, actor_id=operator.pk)
    return COURSE


@pytest.fixture
def pass_course(django_capture_on_commit_callbacks):
    """A function by which a person passes the course, as the platform tells it."""

    def go(user: User, *, passed: bool = True) -> None:
        get_backend().grade(user.pk, COURSE, percent=Decimal(80), passed=passed)
        personal = UserPersonalData(username=user.username, email=user.email)
        person = UserData(pii=personal, id=user.pk, is_active=True)
        course = CourseData(course_key=CourseKey.from_string(COURSE))
        status = CoursePassingStatusData(is_passing=passed, course=course, user=person)
        with django_capture_on_commit_callbacks(execute=True):
            COURSE_PASSING_STATUS_UPDATED.send_event(course_passing_status=status)

    return go


@pytest.fixture
def statement(course, learner, pass_course):
    """The learner's statement of accomplishment, signed."""
    pass_course(learner)
    (found,) = api.list_credentials(learner.pk)
    assert found.state is CredentialState.ISSUED, found.failure
    return found


@pytest.fixture
def upgrade(statement, exam, learner, pass_exam, django_capture_on_commit_callbacks):
    """A function by which the learner passes the exam too; returns the new credential."""

    def go(**values):
        with django_capture_on_commit_callbacks(execute=True):
            pass_exam(learner, exam, **values)
        return api.list_credentials(learner.pk)[-1]

    return go


def page_of(client, credential) -> str:
    return html.unescape(client.get(reverse("paid_certificate:verification", args=[credential.uuid])).content.decode())


@pytest.mark.parametrize(
    ("identity", "supervision", "below", "form"),
    [
        ("checked", "onsite", False, CredentialForm.CREDENTIAL),
        ("checked", "online", False, CredentialForm.CREDENTIAL),
        ("none", "onsite", False, None),
        ("checked", "none", False, None),
        ("none", "none", True, CredentialForm.STATEMENT),
        ("checked", "online", True, CredentialForm.CREDENTIAL),
    ],
)
def test_form_of_depends_on_what_the_route_asks_at_least(identity, supervision, below, form) -> None:
    route = SimpleNamespace(
        least_identity="checked", least_supervision="online", form="credential", below_gives_statement=below
    )
    assert form_of(route, identity, supervision) is form


def test_form_of_a_route_to_a_statement_is_never_a_credential() -> None:
    for identity, supervision in product(("none", "checked"), ("none", "online", "onsite")):
        route = SimpleNamespace(
            least_identity="none", least_supervision="none", form="statement", below_gives_statement=False
        )
        assert form_of(route, identity, supervision) is CredentialForm.STATEMENT


def test_passed_course_gives_a_statement_in_the_name_of_the_account(statement, learner) -> None:
    assert statement.form is CredentialForm.STATEMENT
    assert statement.holder_name == "Test Learner"
    assert (statement.identity, statement.supervision, statement.route_kind) == ("none", "none", "course")
    document = json.loads(api.get_document(statement.uuid))
    assert document["name"].startswith("Statement of accomplishment: ")
    assert "not endorsed by Example Institute of Mastery" in document["description"]
    assert "identity was not checked" in document["description"]
    assert "Course “Statistics, the course”" in json.dumps(document, ensure_ascii=False)
    assert "creditsAvailable" not in json.dumps(document)
    assert "EQF" not in json.dumps(document)
    assert api.get_statement(statement.uuid) == ""
    assert api.verify_issued(statement.uuid).answer is Answer.VALID


def test_statement_names_no_signatories(course, learner, operator, pass_course) -> None:
    from datetime import date

    api.add_signatory("institute", name="Head A", title="Head", first_day=date(2020, 1, 1), actor_id=operator.pk)
    pass_course(learner)
    (found,) = api.list_credentials(learner.pk)
    assert found.signatories == ()


def test_course_not_passed_or_of_no_route_gives_nothing(course, learner, pass_course) -> None:
    pass_course(learner, passed=False)
    assert api.award_for_course(learner.pk, course_key=COURSE) is None
    assert api.award_for_course(learner.pk, course_key="course-v1:Mastery+OTHER+1") is None
    assert api.list_credentials(learner.pk) == []


def test_course_passed_again_changes_nothing(statement, learner, pass_course) -> None:
    pass_course(learner)
    assert [entry.uuid for entry in api.list_credentials(learner.pk)] == [statement.uuid]


def test_add_route_unknown_course_is_refused_by_name(exam, operator) -> None:
    achievement = api.find_achievement(exam_key=exam.key)
    for reference in ("course-v1:No+SUCH+1", "no key at all"):
        with pytest.raises(AchievementRefused, match=reference.replace("+", r"\+")):
            api.add_route(achievement.uuid, kind="course", reference=reference, actor_id=operator.pk)


FORM = {
    "title": "By a course",
    "key": "by-course",
    "body_slug": "institute",
    "route": "course:",
    "course_key": COURSE,
    "description": "Describes data.",
    "criteria": "Pass the course.",
    "outcomes": "Describes data",
    "valid_months": "24",
}


def create(client_of, operator, **values: str):
    return client_of(operator).post(reverse("paid_certificate:author-achievements"), FORM | values)


def test_author_creates_an_achievement_that_a_course_shows(body, client_of, operator) -> None:
    get_backend().add_course(COURSE, title="Statistics, the course")
    assert create(client_of, operator).status_code == 302
    (made,) = api.list_achievements()
    (way,) = made.ways
    assert (way.kind, way.reference, way.form) == ("course", COURSE, "statement")
    assert made.valid_months == 24


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"course_key": ""}, "Write the key of the course."),
        ({"course_key": "course-v1:No+SUCH+1"}, "There is no course “course-v1:No+SUCH+1”."),
        ({"valid_months": "0"}, "greater than or equal to 1"),
        ({"form": "diploma"}, "Select a valid choice"),
    ],
)
def test_author_is_told_what_is_wrong_and_nothing_is_created(body, client_of, operator, values, said) -> None:
    get_backend().add_course(COURSE, title="Statistics, the course")
    response = create(client_of, operator, **values)
    assert response.status_code == 400
    assert said in html.unescape(response.content.decode())
    assert api.list_achievements() == []


def test_reconcile_passed_course_without_credential_is_found_and_repaired(
    course, learner, operator, django_capture_on_commit_callbacks
) -> None:
    get_backend().grade(learner.pk, COURSE, percent=Decimal(80), passed=True)
    assert [outcome.finding.kind for outcome in api.reconcile()] == ["course_without_credential"]
    with django_capture_on_commit_callbacks(execute=True):
        api.reconcile(dry_run=False, actor_id=operator.pk)
    (found,) = api.list_credentials(learner.pk)
    assert found.state is CredentialState.ISSUED
    assert api.reconcile() == []


def test_pass_upgrades_the_statement_and_the_old_link_says_replaced(statement, upgrade, client) -> None:
    new = upgrade(legal_name="Test Learner")
    old = api.get_credential(statement.uuid)
    assert (new.form, new.state) == (CredentialForm.CREDENTIAL, CredentialState.ISSUED)
    assert (old.state, old.ended_reason, old.successor_uuid) == (CredentialState.SUPERSEDED, "replaced", new.uuid)
    assert AuditEntry.objects.get(action="supersede").detail == {"reason": "upgraded"}
    page = page_of(client, statement)
    assert "Replaced" in page
    assert new.verify_url in page


def test_upgrade_in_another_name_is_not_linked_to_strangers(statement, upgrade, client) -> None:
    new = upgrade()
    assert new.holder_name != statement.holder_name
    assert new.verify_url not in page_of(client, statement)


def test_upgrade_in_another_name_is_linked_where_the_holder_agreed(statement, upgrade, learner, client) -> None:
    api.set_sharing(learner.pk, credential_uuid=statement.uuid, shares_statement=False, links_successor=True)
    new = upgrade()
    assert new.verify_url in page_of(client, statement)


def test_statement_never_replaces_a_full_credential(issued, course, learner, pass_course) -> None:
    pass_course(learner)
    assert [entry.uuid for entry in api.list_credentials(learner.pk)] == [issued.uuid]
    assert api.get_credential(issued.uuid).state is CredentialState.ISSUED
    assert api.reconcile() == []


def test_reconcile_lost_upgrade_is_found_and_repaired(
    statement, exam, learner, operator, pass_exam, django_capture_on_commit_callbacks
) -> None:
    pass_exam(learner, exam)
    assert [outcome.finding.kind for outcome in api.reconcile()] == ["decided_without_credential"]
    with django_capture_on_commit_callbacks(execute=True):
        api.reconcile(dry_run=False, actor_id=operator.pk)
    assert api.list_credentials(learner.pk)[-1].form is CredentialForm.CREDENTIAL
    assert api.reconcile() == []


def test_statement_on_hold_is_not_upgraded_until_the_hold_ends(statement, upgrade, operator) -> None:
    api.suspend_credential(statement.uuid, actor_id=operator.pk)
    upgrade()
    assert Credential.objects.count() == 1
    api.resume_credential(statement.uuid, actor_id=operator.pk)
    api.reconcile(dry_run=False, actor_id=operator.pk)
    assert Credential.objects.count() == 2


def test_statement_that_is_being_signed_is_cancelled_by_the_upgrade(statement, upgrade) -> None:
    Credential.objects.update(state="signing", issued_at=None, document="")
    new = upgrade()
    assert api.get_credential(statement.uuid).state is CredentialState.CANCELLED
    assert new.state is CredentialState.ISSUED


def test_upgrade_with_a_fee_leaves_the_statement_until_it_is_paid(
    credential_exam, operator, learner, pass_exam, pass_course, django_capture_on_commit_callbacks
) -> None:
    get_backend().add_course(COURSE, title="Statistics, the course")
    achievement = api.find_achievement(exam_key=credential_exam.key)
    api.add_route(achievement.uuid, kind="course", reference=COURSE, actor_id=operator.pk)
    pass_course(learner)
    with django_capture_on_commit_callbacks(execute=True):
        decision = pass_exam(learner, credential_exam)
    old, waiting = api.list_credentials(learner.pk)
    assert (old.state, waiting.state) == (CredentialState.ISSUED, CredentialState.AWAITING_PAYMENT)
    assert api.find_credential(learner.pk, achievement_uuid=achievement.uuid).uuid == old.uuid
    assert api.award_for_decision(decision.uuid).uuid == waiting.uuid
    order = api.place_order(learner.pk, decision_uuid=decision.uuid, gateway="invoice", idempotency_key="k")
    with django_capture_on_commit_callbacks(execute=True):
        api.mark_invoice_paid(order.uuid, actor_id=operator.pk, reference="BANK-9")
    old, new = api.list_credentials(learner.pk)
    assert (old.state, new.state, new.uuid) == (CredentialState.SUPERSEDED, CredentialState.ISSUED, waiting.uuid)


def test_checked_less_than_asked_gives_a_free_statement_where_the_route_says_so(
    make_exam, make_achievement, learner, client_of, pass_exam, django_capture_on_commit_callbacks
) -> None:
    exam = make_exam("strict", fee_policy="credential")
    make_achievement(exam, least_identity="checked", below_gives_statement=True)
    with django_capture_on_commit_callbacks(execute=True):
        decision = pass_exam(learner, exam)
    (found,) = api.list_credentials(learner.pk)
    assert (found.form, found.state) == (CredentialForm.STATEMENT, CredentialState.ISSUED)
    result = client_of(learner).get(f"/mastery/attempts/{decision.attempt_uuid}/result/").content.decode()
    assert "See your statement" in result
    with pytest.raises(NothingToBuy, match="statement of accomplishment"):
        api.place_order(learner.pk, decision_uuid=decision.uuid, gateway="invoice", idempotency_key="k")


def test_statement_says_what_it_is_on_every_page(statement, exam, client, client_of, learner) -> None:
    words = "Not endorsed by Example Institute of Mastery as a credential"
    assert words in page_of(client, statement)
    assert "stands by this statement of accomplishment today. It is no credential." in page_of(client, statement)
    assert "EQF" not in page_of(client, statement)
    own = html.unescape(client_of(learner).get(statement.url).content.decode())
    assert words in own
    assert "Register for the exam" in own
    achievement = client.get(statement.achievement.url.removeprefix("https://mastery.example.org")).content.decode()
    assert "Statistics, the course" in achievement
    assert "a statement of accomplishment" in achievement
    rest = client.post(
        "/api/paid_certificate/v1/verify/", {"credential": str(statement.uuid)}, content_type="application/json"
    )
    assert rest.json()["form"] == "statement"


def test_statement_for_print_says_what_it_is(statement, monkeypatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(certificate_pdf, "_line", lambda canvas, text, top, size: lines.append(text) or top)
    certificate_pdf.certificate_pdf(statement)
    assert lines[1] == "Statement of accomplishment: Introductory statistics"
    assert any(line.startswith("Statement of accomplishment. Not endorsed by") for line in lines)


def test_statement_is_shown_elsewhere_as_what_it_is(statement) -> None:
    assert "Statement+of+accomplishment" in linkedin_url(statement)


def test_statement_cannot_be_sent_for_credit(statement, learner) -> None:
    from credit_transfer.errors import RequestRefused
    from credit_transfer.services.recognitions import evidence_of
    from credit_transfer.services.send_request import sendable_credential

    with pytest.raises(RequestRefused, match="statement of accomplishment"):
        sendable_credential(learner.pk, statement.uuid)
    assert not evidence_of(statement, timezone.now()).stands


def test_holder_of_a_statement_is_led_to_the_exam_and_strangers_are_not(
    statement, exam, client_of, learner, other_learner
) -> None:
    address = reverse("paid_certificate:renew", args=[statement.uuid])
    assert client_of(other_learner).post(address).status_code == 404
    assert client_of(learner).get(address).status_code == 405
    response = client_of(learner).post(address)
    assert (response.status_code, response["Location"]) == (302, reverse("mastery_exam:register", args=[exam.key]))


def test_full_credential_without_an_end_needs_no_renewal(issued, learner) -> None:
    with pytest.raises(RenewalRefused):
        api.open_renewal(learner.pk, credential_uuid=issued.uuid)
