"""Credentials without the sitting: a decision written as the exam would write it, then awarded and signed for real."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from mastery_sittings import make_version

from mastery_exam.models import (
    Attempt,
    Authorisation,
    Bank,
    CompetencyFramework,
    Decision,
    Exam,
    Form,
    Registration,
)
from paid_certificate import api as certificates
from paid_certificate.data import CredentialData

HOLDER = "Ana Ćosić"


def make_exam(author: User, key: str = "statistics", **version: Any) -> Exam:
    """A published exam with one form and no items: nobody sits it here."""
    framework = CompetencyFramework.objects.create(key=f"{key}-areas", title="Areas")
    bank = Bank.objects.create(title=f"Bank of {key}", framework=framework, created_by=author)
    exam = Exam.objects.create(key=key, title=key.title(), bank=bank, status="published", created_by=author)
    row = make_version(exam, author, **version)
    Form.objects.create(exam_version=row, num=1, marks_needed=row.marks_needed)
    return exam


def make_pass(user: User, exam: Exam, *, score: int = 73, name: str = HOLDER, **attempt: Any) -> Decision:
    """A released pass of `user` with a scaled score; `attempt` sets assurance_identity and assurance_supervision."""
    now, version = timezone.now(), exam.versions.get()
    registration = Registration.objects.create(
        user=user, exam=exam, exam_version=version, legal_name=name, terms_version="1", terms_accepted_at=now
    )
    values: dict[str, Any] = {
        "authorisation": Authorisation.objects.create(registration=registration),
        "registration": registration,
        "user": user,
        "exam": exam,
        "exam_version": version,
        "form": version.forms.get(),
        "num": 1,
        "seed": 1,
        "state": "submitted",
        "started_at": now - timedelta(hours=2),
        "ends_at": now - timedelta(hours=1),
        "submitted_at": now - timedelta(hours=1),
    }
    return Decision.objects.create(
        attempt=Attempt.objects.create(**(values | attempt)),
        num=1,
        state="released",
        passed=True,
        total=Decimal("3"),
        marks_needed=3,
        scaled_score=score,
        uncertainty_points=10,
        areas=[{"key": "probability", "title": "Probability", "standing": "above"}],
        decided_at=now,
        release_due_at=now,
        released_at=now,
    )


def make_credential(user: User, exam: Exam, **decision: Any) -> CredentialData:
    """A signed credential for a pass in `exam`, which must lead to an achievement."""
    awarded = certificates.award_for_decision(make_pass(user, exam, **decision).uuid)
    assert awarded is not None
    return certificates.issue_credential(awarded.uuid)
