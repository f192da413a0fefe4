"""A credential, an institution that may be asked, an agreement, and the mail that an office gets."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.utils import timezone

from credit_transfer import api
from credit_transfer.data import AgreementData, CreditValueData, InstitutionData, RequestData
from credit_transfer.services.consent import VERSION
from mastery_exam.models import Exam
from paid_certificate import api as certificates
from paid_certificate.data import AchievementData, CredentialData
from tests.credit_transfer import factories
from tests.paid_certificate.conftest import body, make_achievement, public_address

__all__ = ["body", "make_achievement", "public_address"]

OFFICE = "registry@north.example.org"
SECOND = "dean@north.example.org"


@pytest.fixture(autouse=True)
def no_throttle() -> None:
    """Each test starts with all its looks of the minute."""
    cache.clear()


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Callable[[], Any]:
    """What is done inside it reaches the mails and events, as after a commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def exam(author: User) -> Exam:
    """An exam that was published once."""
    return factories.make_exam(author)


@pytest.fixture
def achievement(exam: Exam, make_achievement: Callable[..., AchievementData]) -> AchievementData:
    """What the exam leads to."""
    return make_achievement(exam)


@pytest.fixture
def credential(learner: User, exam: Exam, achievement: AchievementData) -> CredentialData:
    """The learner's signed credential: identity not checked, nobody watched, 73 points."""
    return factories.make_credential(learner, exam)


@pytest.fixture
def make_institution(operator: User) -> Callable[..., InstitutionData]:
    """A function that enters an institution and verifies it."""

    def make(name: str = "North University", *, email: str = OFFICE, **fields: Any) -> InstitutionData:
        made = api.create_institution(
            name=name,
            country_code="ES",
            office_name="Registry",
            office_email=email,
            appeals_contact="Appeals board, appeals@north.example.org",
            actor_id=operator.pk,
            **fields,
        )
        return api.verify_institution(made.uuid, how="Called the number on its website.", actor_id=operator.pk)

    return make


@pytest.fixture
def institution(make_institution: Callable[..., InstitutionData]) -> InstitutionData:
    """A verified institution with one address that needs neither ID nor birth date."""
    return make_institution()


@pytest.fixture
def draft_agreement(
    institution: InstitutionData, achievement: AchievementData, operator: User
) -> Callable[..., AgreementData]:
    """A function that drafts an agreement: 6 ECTS for a course."""

    def make(**terms: Any) -> AgreementData:
        values = {
            "equivalent_course": "STAT 101",
            "credits": Decimal(6),
            "unit": "ECTS",
            "levels": [("EQF", "6"), ("QF-EHEA", "1")],
            "valid_from": timezone.now() - timedelta(days=30),
        }
        return api.create_agreement(
            institution_uuid=institution.uuid, achievement_uuid=achievement.uuid, actor_id=operator.pk, **values | terms
        )

    return make


@pytest.fixture
def sign(operator: User) -> Callable[..., AgreementData]:
    """A function by which both sides sign."""

    def both(agreement: AgreementData, at: datetime | None = None) -> AgreementData:
        for side in ("body", "institution"):
            agreement = api.sign_agreement(
                agreement.uuid,
                side=side,
                name="Rector A",
                role="Rector",
                signed_at=at or timezone.now(),
                reference="file 12",
                actor_id=operator.pk,
            )
        return agreement

    return both


@pytest.fixture
def agreement(draft_agreement: Callable[..., AgreementData], sign: Callable[..., AgreementData]) -> AgreementData:
    """A signed agreement without further conditions."""
    return sign(draft_agreement())


@pytest.fixture
def credit_value(achievement: AchievementData, operator: User) -> CreditValueData:
    """6 ECTS at two levels, recommended since last month."""
    return api.create_credit_value(
        achievement_uuid=achievement.uuid,
        amount=Decimal(6),
        unit="ECTS",
        recommender="Council A",
        evidence="Review of the blueprint and the pass mark",
        evidence_url="https://council.example.org/report",
        levels=[("EQF", "6"), ("QF-EHEA", "1")],
        isced_f="0542",
        hours=150,
        valid_from=timezone.now() - timedelta(days=30),
        actor_id=operator.pk,
    )


@pytest.fixture
def ask(committed: Callable[[], Any]) -> Callable[..., RequestData]:
    """A function that sends a request with consent, mail and all."""

    def send(credential: CredentialData, institution: InstitutionData, **more: Any) -> RequestData:
        with committed():
            sent = api.send_request(
                credential.user_id,
                credential_uuid=credential.uuid,
                institution_uuid=institution.uuid,
                consent=True,
                consent_version=VERSION,
                **more,
            )
        return api.get_request(credential.user_id, request_uuid=sent.uuid)

    return send


@pytest.fixture
def asked(ask: Callable[..., RequestData], credential: CredentialData, institution: InstitutionData) -> RequestData:
    """The learner's request to the institution, mailed."""
    return ask(credential, institution)


@pytest.fixture
def token(asked: RequestData, mailoutbox: list[Any]) -> str:
    """The link's token from the mail about the request."""
    return token_in(mailoutbox[-1])


@pytest.fixture
def code_for(committed: Callable[[], Any], mailoutbox: list[Any]) -> Callable[..., str]:
    """A function that asks for a one-time code and reads it from the office's mail."""

    def read(token: str, request: RequestData) -> str:
        with committed():
            api.request_code(token, request_uuid=request.uuid)
        return code_in(mailoutbox[-1])

    return read


@pytest.fixture
def answer(code_for: Callable[..., str], committed: Callable[[], Any]) -> Callable[..., Any]:
    """A function that answers a request through a link, with a fresh code."""

    def give(token: str, request: RequestData, **fields: Any) -> Any:
        values = {"kind": "full", "course": "STAT 101", "by_name": "Registrar A", "by_role": "Registrar"} | fields
        code = code_for(token, request)
        with committed():
            return api.answer_request(token, request_uuid=request.uuid, code=code, **values)

    return give


def token_in(mail: Any) -> str:
    """The token of the link in a mail to an office."""
    found = re.search(r"/transfer/desk/([^/\s]+)/", mail.body)
    assert found is not None, mail.body
    return found.group(1)


def code_in(mail: Any) -> str:
    """The code in a mail to an office."""
    found = re.search(r"^\d{6}$", mail.body, re.MULTILINE)
    assert found is not None, mail.body
    return found.group()


def newest(user: User) -> CredentialData:
    """The person's newest credential."""
    return certificates.list_credentials(user.pk)[-1]
