"""An exam, the body that issues for it, the achievement it leads to, and its fee."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from mastery_sittings import decided

from mastery_exam import api as exams
from mastery_exam.data import DecisionData
from mastery_exam.models import Exam
from paid_certificate import api
from paid_certificate.data import AchievementData, BodyData, CredentialData, CredentialState, Money
from tests.mastery_exam.learner.conftest import make_exam, staff

__all__ = ["make_exam", "staff"]

FACE = {
    "legal_name": "Example Institute of Mastery e.V.",
    "legal_statement": "Awarded by the Example Institute of Mastery; not a degree of any university",
    "registration_number": "VR 12345",
    "street": "1 Example Street",
    "postal_code": "10000",
    "locality": "Exampletown",
    "country_code": "DE",
    "country": "Germany",
    "complaints_contact": "complaints@institute.example.org",
    "privacy_contact": "privacy@institute.example.org",
    "refund_terms": "Full refund before the sitting starts.",
    "accreditation_status": "none",
    "quality_assurance": "Internal review each year",
}


@pytest.fixture(autouse=True)
def public_address(settings: Any) -> None:
    """A public address, so that what is signed is no demonstration, and a secret for the keys."""
    settings.PAID_CERTIFICATE_PUBLIC_BASE_URL = "https://mastery.example.org"
    settings.PAID_CERTIFICATE_KEY_SECRET = "a secret of at least thirty-two characters"
    settings.PAID_CERTIFICATE_INVOICE_ACCOUNT = "DE00 0000 0000 0000 0000 00"


@pytest.fixture
def body(operator: User) -> BodyData:
    """A body that may issue."""
    api.create_body(slug="institute", name="Example Institute of Mastery", actor_id=operator.pk, **FACE)
    return api.publish_body("institute", actor_id=operator.pk)


@pytest.fixture
def make_achievement(body: BodyData, operator: User) -> Callable[..., AchievementData]:
    """A function that creates an achievement to which an exam leads."""

    def make(exam: Exam, **route: str) -> AchievementData:
        made = api.create_achievement(
            key=f"{exam.key}-shown",
            body_slug=body.slug,
            title="Introductory statistics",
            actor_id=operator.pk,
            description="Describes data and draws conclusions.",
            criteria="Pass the mastery exam.",
            outcomes=[{"name": "Describes data"}, {"name": "Tests a hypothesis"}],
            levels=[{"scheme": "EQF", "value": "6"}],
            workload="125 hours",
        )
        return api.add_route(made.uuid, kind="exam", reference=exam.key, actor_id=operator.pk, **route)

    return make


@pytest.fixture
def exam(make_exam: Callable[..., Exam], make_achievement: Callable[..., AchievementData]) -> Exam:
    """An exam without a fee that leads to an achievement."""
    made = make_exam()
    make_achievement(made)
    return made


@pytest.fixture
def paid_exam(make_exam: Callable[..., Exam], make_achievement: Callable[..., AchievementData], operator: User) -> Exam:
    """An exam whose fee of EUR 40 is due before the sitting; another try costs EUR 20."""
    made = make_exam("paid", fee_policy="sitting", required_grants=["payment"])
    make_achievement(made)
    price(made, operator)
    return made


@pytest.fixture
def credential_exam(
    make_exam: Callable[..., Exam], make_achievement: Callable[..., AchievementData], operator: User
) -> Exam:
    """An exam that is free to sit; the credential costs EUR 40 once mastery is shown."""
    made = make_exam("later", fee_policy="credential")
    make_achievement(made)
    price(made, operator)
    return made


def price(exam: Exam, operator: User) -> None:
    """Set the fee that the fixtures speak of."""
    api.set_fee(
        exam.key,
        amount=Money(4000, "EUR"),
        retake_amount=Money(2000, "EUR"),
        refund_rule="Full refund before the start.",
        actor_id=operator.pk,
    )


@pytest.fixture
def pass_exam() -> Callable[..., DecisionData]:
    """A function by which a person passes an exam and sees the result."""

    def go(user: User, exam: Exam, **values: Any) -> DecisionData:
        decision = decided(user, exam, right=4, **values)
        return exams.get_decision(decision.uuid)

    return go


@pytest.fixture
def issued(
    exam: Exam, learner: User, pass_exam: Callable[..., DecisionData], django_capture_on_commit_callbacks: Any
) -> CredentialData:
    """A credential that was awarded and signed by what a released pass sets in motion."""
    with django_capture_on_commit_callbacks(execute=True):
        pass_exam(learner, exam)
    (credential,) = api.list_credentials(learner.pk)
    assert credential.state is CredentialState.ISSUED, credential.failure
    return credential
