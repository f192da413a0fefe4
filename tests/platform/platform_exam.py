"""An exam published inside the platform from a course that lies in its own store, exported by its own exporter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
from opaque_keys.edx.keys import CourseKey
from xmodule.contentstore.content import StaticContent
from xmodule.contentstore.django import contentstore
from xmodule.modulestore.django import modulestore

from mastery_exam import api as exams
from micromasters_pathway import api as pathways
from openedx_bridge import api as bridge
from paid_certificate import api as certificates

SOURCE = "course-v1:Contract+ITEMS+2026"
LIBRARY = "lib:Contract:items"
EXAM = "platform-exam"
PROGRAMME = "platform-programme"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc33"
    "0000000049454e44ae426082"
)
# Words that only an item holds: its question, its key, its explanation.
QUESTION, KEY, WHY = "Quoxal", "Brendivort", "Zalmique"
OPTION = (
    '<problem display_name="Item {n}"><multiplechoiceresponse><label>{question} number {n}?</label>'
    '<choicegroup type="MultipleChoice"><choice correct="false">Wrong {n}</choice>'
    '<choice correct="true">Right {n}</choice></choicegroup>'
    "<solution><p>{why} {n}</p></solution></multiplechoiceresponse></problem>"
)
TEXT = (
    '<problem display_name="Item {n}"><stringresponse answer="{key}{n}" type="ci"><label>{question} number {n}?</label>'
    '<textline size="20"/></stringresponse><solution><p>{why}</p></solution></problem>'
)
PICTURE = (
    '<problem display_name="Item {n}"><numericalresponse answer="{n}"><label>{question} number {n}?</label>'
    '<formulaequationinput/></numericalresponse><p><img src="/static/pixel.png" alt="One dot"/></p></problem>'
)


@attrs.frozen
class PublishedExam:
    """The exam, its bank, and the item texts that nobody but a candidate may ever see."""

    key: str
    bank_uuid: Any
    terms_version: str
    secrets: tuple[str, ...]


def right_answer(question: str) -> str:
    """What to type or choose for a question, from the number in its text."""
    number = question.split("number ")[1].split("?")[0]
    return {0: f"Right {number}", 1: f"{KEY}{number}", 2: number}[int(number) % 3]


def problems() -> dict[str, str]:
    """Nine problems of three kinds by name."""
    kinds = (OPTION, TEXT, PICTURE)
    return {f"item{n}": kinds[n % 3].format(n=n, question=QUESTION, key=KEY, why=WHY) for n in range(3, 12)}


def build_source_course(stage: Any, author: Any) -> None:
    """A course of nine problems, three kinds, with a picture."""
    stage.course(SOURCE, "Items")
    stage.add_course_staff(author, SOURCE)
    location = StaticContent.compute_location(CourseKey.from_string(SOURCE), "pixel.png")
    contentstore().save(StaticContent(location, "pixel.png", "image/png", PIXEL))
    with modulestore().bulk_operations(CourseKey.from_string(SOURCE)):
        unit = stage.unit(SOURCE, "Items")
        for name, olx in problems().items():
            stage.block(unit, "problem", name, data=olx)


def publish_from_course(stage: Any, author: Any, folder: Path) -> PublishedExam:
    """Export the course through the bridge, fill a bank with its problems, publish."""
    build_source_course(stage, author)
    export = bridge.export_course_olx(SOURCE, target_dir=folder)
    bank = exams.create_bank(title="Bank", actor_id=author.pk)
    return _publish(bank, exams.import_items(bank.uuid, source=export, actor_id=author.pk), author)


def publish_from_library(stage: Any, author: Any) -> PublishedExam:
    """Fill a bank with the problems of a content library that no course uses, publish."""
    stage.filled_library(LIBRARY, problems(), {"pixel.png": PIXEL})
    stage.add_library_author(author, LIBRARY)
    bank = exams.create_bank(title="Bank", actor_id=author.pk)
    return _publish(bank, exams.import_library(bank.uuid, library_key=LIBRARY, actor_id=author.pk), author)


def _publish(bank: Any, report: Any, author: Any) -> PublishedExam:
    assert len(report.added) == 9 and not report.undeliverable, report
    detail = exams.publish_demonstration(bank.uuid, key=EXAM, title="Platform exam", actor_id=author.pk, seed=1)
    return PublishedExam(EXAM, bank.uuid, detail.terms_version, (QUESTION, KEY, WHY))


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


def offer_credential(operator: Any) -> None:
    """A body that issues, an achievement that the exam leads to, and a programme that the exam fills."""
    certificates.create_body(slug="institute", name="Example Institute", actor_id=operator.pk, **FACE)
    certificates.publish_body("institute", actor_id=operator.pk)
    made = certificates.create_achievement(
        key="shown",
        body_slug="institute",
        title="Platform achievement",
        actor_id=operator.pk,
        description="Shows it.",
        criteria="Pass the exam.",
        outcomes=[{"name": "Shows it"}],
        levels=[{"scheme": "EQF", "value": "6"}],
        workload="25 hours",
    )
    certificates.add_route(made.uuid, kind="exam", reference=EXAM, actor_id=operator.pk)
    pathways.create_programme(key=PROGRAMME, title="Platform programme", actor_id=operator.pk)
    slot = {"key": "one", "title": "First part", "routes": [{"kind": "exam", "exam_key": EXAM}]}
    pathways.publish_programme(PROGRAMME, rules={"all_of": [{"slot": slot}]}, actor_id=operator.pk)
