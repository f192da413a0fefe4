"""The demo's credit: a recommendation, two universities, a signed agreement and an admission offer.

The universities are fictional; mail to them lands in the sandbox's mail folder.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from credit_transfer import api
from paid_certificate import api as credentials
from paid_certificate.data import AchievementData
from paid_certificate.money import Money
from sandbox.loading.plan import PROGRAMME, SITTING_EXAM, Actors

STARTS = datetime(2026, 1, 1, tzinfo=UTC)
ENDS = datetime(2029, 12, 31, 22, 59, 59, tzinfo=UTC)
LEVELS = [("EQF", "5")]
UNIVERSITIES = ("Example University", "Sample College of Technology")


@transaction.atomic
def load_transfer(actors: Actors) -> None:
    """Fill the directory and make the agreement where they are missing."""
    if api.list_institutions(only_verified=False):
        return
    achievement = credentials.find_achievement(exam_key=SITTING_EXAM)
    if achievement is None:
        return
    university, _college = (_add_university(name, actors) for name in UNIVERSITIES)
    _recommend_credit(achievement, actors)
    _agree(university, achievement, actors)
    _offer_admission(university, actors)


def _add_university(name: str, actors: Actors) -> UUID:
    host = name.split()[0].lower()
    institution = api.create_institution(
        name=name,
        country_code="ES",
        office_name="Registrar's office",
        office_email=f"registrar@{host}.example.org",
        appeals_contact=f"appeals@{host}.example.org",
        website=f"https://{host}.example.org",
        needs_student_id=host == "example",
        answers_within_days=20,
        actor_id=actors.operator,
    )
    api.verify_institution(
        institution.uuid, how="Fictional: entered with the demo, nothing to check.", actor_id=actors.operator
    )
    return institution.uuid


def _recommend_credit(achievement: AchievementData, actors: Actors) -> None:
    api.create_credit_value(
        achievement_uuid=achievement.uuid,
        amount=Decimal(6),
        unit="ECTS",
        recommender="Panel of two statistics lecturers, for the demo",
        evidence="Comparison of the four areas and the pass mark with two first-year courses, November 2026.",
        valid_from=STARTS,
        valid_to=ENDS,
        levels=LEVELS,
        isced_f="0542",
        hours=150,
        actor_id=actors.operator,
    )


def _agree(university: UUID, achievement: AchievementData, actors: Actors) -> None:
    agreement = api.create_agreement(
        institution_uuid=university,
        achievement_uuid=achievement.uuid,
        actor_id=actors.operator,
        equivalent_course="STAT 1001, Introduction to Statistics",
        credits=Decimal(6),
        unit="ECTS",
        levels=LEVELS,
        least_identity="checked",
        least_supervision="onsite",
        cap="At most 60 ECTS of a bachelor's degree may be recognised.",
        residency="At least 120 ECTS are earned at the university itself.",
        conditions="The student is admitted to a bachelor's programme and asks within two years.",
        valid_from=STARTS,
        valid_to=ENDS,
    )
    for side, role in (("body", "Director of assessment"), ("institution", "Vice-rector for studies")):
        api.sign_agreement(
            agreement.uuid,
            side=side,
            name=role,
            role=role,
            signed_at=STARTS,
            reference="Demo 2026/1",
            actor_id=actors.operator,
        )


def _offer_admission(university: UUID, actors: Actors) -> None:
    offer = api.create_offer(
        institution_uuid=university,
        programme_key=PROGRAMME,
        degree="Master in Data Analysis",
        standard_months=18,
        reduced_months=12,
        credits_waived=Decimal(18),
        unit="ECTS",
        intake="September 2027",
        deadline=datetime(2027, 5, 31, 21, 59, 59, tzinfo=UTC),
        time_zone="Europe/Madrid",
        fee=Money(6000, "EUR"),
        conditions="A bachelor's degree, and the programme's credential.",
        actor_id=actors.operator,
    )
    api.open_offer(offer.uuid, actor_id=actors.operator)
