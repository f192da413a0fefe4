"""The way to renew an award, or to better a statement, on the pages of the exam that was passed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from mastery_exam import api as exams
from openedx_bridge.backend import get_backend
from paid_certificate import api
from paid_certificate.data import CredentialForm
from paid_certificate.models import Credential

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)
MINE = "/mastery/my/"
COURSE = "course-v1:Mastery+STAT+1"


@pytest.fixture
def ending(exam, operator, learner, pass_exam, django_capture_on_commit_callbacks):
    """The learner's award, made and signed now, valid for 24 months."""
    api.add_achievement_version(
        api.find_achievement(exam_key=exam.key).uuid,
        actor_id=operator.pk,
        title="Introductory statistics",
        description="Describes data.",
        criteria="Pass the exam.",
        valid_months=24,
    )
    with django_capture_on_commit_callbacks(execute=True):
        pass_exam(learner, exam)
    (found,) = api.list_credentials(learner.pk)
    return found


def let_pass(credential, time: timedelta) -> None:
    row = Credential.objects.get(uuid=credential.uuid)
    Credential.objects.filter(pk=row.pk).update(awarded_at=row.awarded_at - time, valid_until=row.valid_until - time)


def pages(client, exam) -> list[str]:
    return [client.get(path).content.decode() for path in (f"/mastery/exams/{exam.key}/", MINE)]


def renewal_of(credential) -> str:
    return f'action="{reverse("paid_certificate:renew", args=[credential.uuid])}"'


@pytest.mark.parametrize(("time", "said"), [(2 * YEAR - timedelta(days=10), "ends on"), (3 * YEAR, "expired on")])
def test_renewal_is_offered_where_the_exam_says_passed(ending, exam, learner, client_of, time, said) -> None:
    let_pass(ending, time)
    found = api.get_credential(ending.uuid)
    for page in pages(client_of(learner), exam):
        assert "You passed" in page
        assert f"Your credential {said} {found.valid_until:%-d %B %Y}" in page
        assert renewal_of(ending) in page
    exam_page, _mine = pages(client_of(learner), exam)
    assert exam_page.count('class="ms-button"') == 1


def test_renewal_leads_from_the_exams_page_to_registration_and_is_gone_then(ending, exam, learner, client_of) -> None:
    let_pass(ending, 3 * YEAR)
    client = client_of(learner)
    register = client.post(reverse("paid_certificate:renew", args=[ending.uuid]))
    assert register.url == f"/mastery/exams/{exam.key}/register/"
    exams.register(learner.pk, exam_key=exam.key, legal_name="Ana Ćosić", terms_version="1")
    assert not any(renewal_of(ending) in page for page in pages(client, exam))


def test_renewal_is_not_offered_too_early_nor_to_anybody_else(
    ending, exam, learner, other_learner, client, client_of, pass_exam
) -> None:
    assert not any(renewal_of(ending) in page for page in pages(client_of(learner), exam))
    let_pass(ending, 3 * YEAR)
    pass_exam(other_learner, exam)
    for other in (client, client_of(other_learner)):
        assert not any("renewal/" in page for page in pages(other, exam))


def test_renewal_is_not_offered_by_an_exam_that_is_withdrawn(ending, exam, learner, staff, client_of) -> None:
    let_pass(ending, 3 * YEAR)
    exams.withdraw_exam(exam.key, actor_id=staff.pk, reason="outdated")
    assert not any(renewal_of(ending) in page for page in pages(client_of(learner), exam))
    assert api.find_renewal(ending.uuid) == ""


def test_statement_is_bettered_from_the_exams_page(
    make_exam, make_achievement, learner, pass_exam, client_of, django_capture_on_commit_callbacks
) -> None:
    exam = make_exam()
    make_achievement(exam, least_identity="checked", below_gives_statement=True)
    with django_capture_on_commit_callbacks(execute=True):
        pass_exam(learner, exam)
    (statement,) = api.list_credentials(learner.pk)
    assert statement.form is CredentialForm.STATEMENT
    for page in pages(client_of(learner), exam):
        assert "the full credential takes its place" in page
        assert renewal_of(statement) in page


def test_statement_by_a_course_offers_nothing_where_the_exam_is_not_passed(
    exam, operator, learner, client_of, django_capture_on_commit_callbacks
) -> None:
    get_backend().add_course(COURSE, title="Statistics, the course")
    api.add_route(api.find_achievement(exam_key=exam.key).uuid, kind="course", reference=COURSE, actor_id=operator.pk)
    get_backend().grade(learner.pk, COURSE, percent=Decimal(80), passed=True)
    with django_capture_on_commit_callbacks(execute=True):
        api.award_for_course(learner.pk, course_key=COURSE)
    exam_page, _mine = pages(client_of(learner), exam)
    assert "renewal/" not in exam_page
    assert f"/mastery/exams/{exam.key}/register/" in exam_page


def test_exam_page_without_the_app_offers_no_renewal(ending, exam, learner, client_of, settings) -> None:
    let_pass(ending, 3 * YEAR)
    settings.PAID_CERTIFICATE_ENABLED = False
    exam_page, mine = pages(client_of(learner), exam)
    assert "You passed" in exam_page
    assert renewal_of(ending) not in exam_page + mine
