"""The demo's issuing body, what it issues by which routes, and what the exams cost."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from paid_certificate import api
from paid_certificate.errors import BodyNotFound
from paid_certificate.money import Money
from sandbox.loading.plan import BODY, CREDENTIAL_EXAM, PROGRAMME, SITTING_EXAM, Actors, course_key, exam_plan

FACE = {
    "legal_name": "Example Institute of Mastery, a fictional foundation",
    "legal_statement": (
        "A demonstration: the Example Institute of Mastery does not exist, and nothing it issues has any effect."
    ),
    "registration_number": "No. 0000, register of fictional foundations",
    "street": "1 Example Street",
    "postal_code": "28000",
    "locality": "Madrid",
    "country_code": "ES",
    "country": "Spain",
    "website": "https://institute.example.org",
    "email": "office@institute.example.org",
    "complaints_contact": "Appeals office, appeals@institute.example.org; it answers within 20 working days.",
    "privacy_contact": "privacy@institute.example.org",
    "refund_terms": "All of the fee until the exam starts; afterwards if the fault was ours.",
    "accreditation_status": "None: the institute is fictional and no agency has accredited it.",
    "quality_assurance": "Item analysis after each sitting and a yearly review of the pass mark by three judges.",
    "awarding_authority": "Its own statutes; it is no university and awards no degree.",
}
LEVELS = [
    {"scheme": "EQF", "value": "5", "url": "https://europa.eu/europass/en/description-eight-eqf-levels"},
    {"scheme": "QF-EHEA", "value": "first cycle", "url": ""},
]


@transaction.atomic
def load_credentials(actors: Actors) -> None:
    """Create the body, the two achievements and the fees where they are missing."""
    load_body(actors)
    if api.find_achievement(exam_key=SITTING_EXAM) is None:
        _load_exam_achievement(actors)
    if api.find_achievement(programme_key=PROGRAMME) is None:
        _load_programme_achievement(actors)


@transaction.atomic
def load_body(actors: Actors) -> None:
    """Create the issuing body where it is missing, and let it issue."""
    try:
        api.get_body(BODY)
    except BodyNotFound:
        api.create_body(slug=BODY, name="Example Institute of Mastery", actor_id=actors.operator, **FACE)
    api.publish_body(BODY, actor_id=actors.operator)


def _load_exam_achievement(actors: Actors) -> None:
    outcomes = [{"name": area["outcome"]} for area in exam_plan()["competencies"]]
    achievement = api.create_achievement(
        key="introductory-statistics",
        body_slug=BODY,
        title="Mastery of Introductory Statistics",
        actor_id=actors.operator,
        description=exam_plan()["exam"]["summary"],
        criteria="A pass in an exam of 24 questions over four areas, with the least that each area asks for.",
        field_of_study="Statistics (ISCED-F 0542)",
        outcomes=outcomes,
        levels=LEVELS,
        workload="About 150 hours of study",
        assessment_type="Written exam with automatic marking and human review",
        participation="On site with identity checked, or online without; the credential says which",
        prerequisites="School mathematics",
        stackability="Counts towards the programme Statistics for Decisions",
    )
    for exam_key, retake in ((SITTING_EXAM, Money(2000, "EUR")), (CREDENTIAL_EXAM, None)):
        api.add_route(achievement.uuid, kind="exam", reference=exam_key, actor_id=actors.operator)
        _set_fee(exam_key, actors, retake_amount=retake)
    # Whoever passes the course alone gets a statement of accomplishment, which the exam upgrades.
    api.add_route(achievement.uuid, kind="course", reference=course_key(), actor_id=actors.operator)
    # Whoever learnt it elsewhere shows it with evidence, which a person assesses.
    api.add_route(achievement.uuid, kind="evidence", reference=achievement.key, actor_id=actors.operator)


def _set_fee(exam_key: str, actors: Actors, **other: Any) -> None:
    api.set_fee(
        exam_key,
        amount=Money(4000, "EUR"),
        actor_id=actors.operator,
        refund_rule=FACE["refund_terms"],
        **other,
    )


def _load_programme_achievement(actors: Actors) -> None:
    achievement = api.create_achievement(
        key="statistics-for-decisions",
        body_slug=BODY,
        title="Statistics for Decisions",
        actor_id=actors.operator,
        description="The holder passed an exam in introductory statistics and the coursework that goes with it.",
        criteria="All requirements of the programme, each at the level of checking that it asks for.",
        field_of_study="Statistics (ISCED-F 0542)",
        levels=LEVELS,
        workload="About 300 hours of study",
    )
    api.add_route(achievement.uuid, kind="programme", reference=PROGRAMME, actor_id=actors.operator)
