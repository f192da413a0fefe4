"""Nobody but the candidate and the bank's authors gets an item, a key or an answer from any door of LMS or Studio.

The exam is made of a content library that no course uses, and one candidate is sitting it. Then everybody else tries
every address of the suite, and those of the platform that could show the library or the block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from block_cases import CASES
from bridge_contract import COURSE
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from platform_exam import EXAM, LIBRARY, PROGRAMME, offer_credential, publish_from_library
from platform_stage import logged_in
from sitting import Sitter

from mastery_exam import api as exams
from mastery_exam.models import Attempt, Item, Registration, StoredFile
from openedx_bridge import api as bridge

pytestmark = pytest.mark.django_db(databases="__all__")
IS_LMS = settings.ROOT_URLCONF == "lms.urls"
NAMESPACES = ("openedx_bridge", "mastery_exam", "micromasters_pathway", "paid_certificate", "credit_transfer")
PARAMETER = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")


def our_paths(resolver: URLResolver, prefix: str = "", *, ours: bool = False) -> Iterator[str]:
    """Every address pattern of the suite, parameters still in it."""
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from our_paths(entry, path, ours=ours or entry.namespace in NAMESPACES)
        elif isinstance(entry, URLPattern) and ours:
            yield path


def filled(path: str, known: dict[str, list[str]]) -> Iterator[str]:
    """The addresses that a pattern stands for, with every thing that exists put in."""
    names = [(match["name"], match["converter"] or "str") for match in PARAMETER.finditer(path)]
    for values in product(*(known.get(name, known[converter]) for name, converter in names)):
        address = path
        for value in values:
            address = PARAMETER.sub(value, address, count=1)
        yield "/" + address.lstrip("/^").rstrip("$")


@pytest.fixture
def author(stage: Any) -> Any:
    return stage.user("author")


@pytest.fixture
def exam(stage: Any, author: Any) -> Any:
    made = publish_from_library(stage, author)
    offer_credential(stage.user("operator", is_staff=True))
    stage.course(COURSE, "Statistics")
    return made


@pytest.fixture
def running(stage: Any, exam: Any) -> Attempt:
    """Somebody else's attempt, in progress and with answers."""
    candidate = stage.user("candidate")
    registration = exams.register(
        candidate.pk, exam_key=EXAM, legal_name="Can Didate", terms_version=exam.terms_version
    )
    data = exams.start_attempt(candidate.pk, registration_uuid=registration.uuid, device_token="d" * 32)
    return Attempt.objects.get(uuid=data.uuid)


@pytest.fixture
def intruders(stage: Any, exam: Any) -> dict[str, Client]:
    """Everybody who has no business here."""
    enrolled, teacher = stage.user("enrolled"), stage.user("teacher")
    stage.enrol(enrolled, COURSE)
    stage.add_course_staff(teacher, COURSE)
    return {
        "anonymous": Client(raise_request_exception=False),
        "stranger": logged_in(stage.user("stranger")),
        "enrolled": logged_in(enrolled),
        "teacher of another course": logged_in(teacher),
    }


@pytest.fixture
def known(exam: Any, running: Attempt) -> dict[str, list[str]]:
    """What an intruder may have found out: the identifiers of everything."""
    uuids: list[UUID] = [
        exam.bank_uuid,
        running.uuid,
        Registration.objects.get().uuid,
        Item.objects.order_by("pk").first().uuid,
        uuid4(),
    ]
    return {
        "uuid": [str(value) for value in uuids],
        "attempt_uuid": [str(running.uuid)],
        "registration_uuid": [str(running.registration.uuid)],
        "bank_uuid": [str(exam.bank_uuid)],
        "item_uuid": [str(item.uuid) for item in Item.objects.all()[:2]],
        "slug": [EXAM, "institute"],
        "str": [EXAM, PROGRAMME],
        "sha256": [file.sha256 for file in StoredFile.objects.all()],
        "name": ["pixel.png"],
        "path": ["pixel.png"],
        "int": ["1"],
    }


def secrets_in(answer: Any, exam: Any) -> list[str]:
    """Which of the items' own words an answer holds."""
    content = b"".join(answer) if answer.streaming else answer.content
    return [secret for secret in exam.secrets if secret.encode() in content]


def test_no_address_of_the_suite_shows_an_item_to_an_intruder(
    exam: Any, known: dict[str, list[str]], intruders: dict[str, Client]
) -> None:
    tried, leaks, broken = 0, [], []
    for path in sorted(set(our_paths(get_resolver()))):
        for address in filled(path, known):
            for who, client in intruders.items():
                for method in ("get", "post"):
                    answer = getattr(client, method)(address)
                    tried += 1
                    if secrets_in(answer, exam):
                        leaks.append((who, method, address))
                    if answer.status_code >= 500:
                        broken.append((who, method, address))
    assert not leaks, leaks
    assert not broken, sorted({address for _who, _method, address in broken})
    assert tried > 300


def test_candidate_sees_the_question_and_never_the_key(exam: Any, stage: Any) -> None:
    if not IS_LMS:
        pytest.skip("exams are sat in the LMS")
    sitter = Sitter(stage.user("sitter"), exam)
    question, key, why = exam.secrets
    shown = "".join(
        sitter.answer_all(sitter.start(sitter.register()), choose=lambda text: "Wrong" if "Wrong" in text else "0")
    )
    assert question in shown and key not in shown and why not in shown


def library_addresses() -> list[str]:
    """Where the platform itself shows libraries and their blocks."""
    blocks = [found.usage_key for found in bridge.iter_library_problems(LIBRARY)]
    per_block = (
        "/api/libraries/v2/blocks/{0}/",
        "/api/libraries/v2/blocks/{0}/olx/",
        "/api/libraries/v2/blocks/{0}/assets/",
        "/api/xblock/v2/xblocks/{0}/",
        "/api/xblock/v2/xblocks/{0}/fields/",
        "/api/xblock/v2/xblocks/{0}/olx/",
        "/api/xblock/v2/xblocks/{0}/view/student_view/",
        "/api/xblock/v2/xblocks/{0}/handler_url/problem_get/",
        "/xblocks/v2/{0}/embed/student_view/",
        "/xblock/{0}",
    )
    whole = (f"/api/libraries/v2/{LIBRARY}/", f"/api/libraries/v2/{LIBRARY}/blocks/", "/api/libraries/v2/")
    return [*whole, *(form.format(block) for block in blocks for form in per_block)]


def test_no_address_of_the_platform_shows_the_library_to_an_intruder(exam: Any, intruders: dict[str, Client]) -> None:
    for address in library_addresses():
        for who, client in intruders.items():
            with transaction.atomic():
                answer = client.get(address)
            assert not secrets_in(answer, exam), (who, address)


def test_course_with_the_block_holds_no_item(stage: Any, exam: Any, intruders: dict[str, Client]) -> None:
    if not IS_LMS:
        pytest.skip("the course's blocks are shown by the LMS")
    unit = stage.unit(COURSE, "Exam")
    for case in CASES:
        stage.block(unit, case.tag, case.tag, **{case.field: case.value})
    tags = ",".join(case.tag for case in CASES)
    address = f"/api/courses/v2/blocks/?course_id={COURSE.replace('+', '%2B')}&depth=all&requested_fields=all"
    for who in ("enrolled", "teacher of another course"):
        query = f"{address}&username={who.split()[0]}&student_view_data={tags}"
        answer = intruders[who].get(query)
        assert answer.status_code == 200 and "mastery-exam" in answer.content.decode()
        assert not secrets_in(answer, exam), who
