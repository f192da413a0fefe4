"""Calibrating an exam's responses: a new version of the bank's parameters, from the right answers, changing nothing."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from mastery_exam import api
from mastery_exam.errors import InvalidInput, NotEnoughResponses
from mastery_exam.models import (
    Attempt,
    Authorisation,
    BankCalibration,
    CalibratedItem,
    Decision,
    ExamVersion,
    Registration,
)
from mastery_exam.tasks import calibrate_exam_later

pytestmark = pytest.mark.django_db
PEOPLE = 240
DIFFICULTY = (-1.0, -0.3, 0.3, 1.0)


def decided_row(user, version, form, right: list[bool], *, num: int = 1, state: str = "released") -> Decision:
    """A decided sitting with this evidence, as deciding stores it; grading itself is tested elsewhere."""
    now = timezone.now()
    registration = Registration.objects.create(
        user=user, exam=version.exam, exam_version=version, legal_name="A Candidate", state="finished",
        terms_version="1", terms_accepted_at=now,
    )  # fmt: skip
    authorisation = Authorisation.objects.create(registration=registration)
    attempt = Attempt.objects.create(
        authorisation=authorisation, registration=registration, user=user, exam=version.exam, exam_version=version,
        form=form, num=num, seed=1, state="submitted", started_at=now, ends_at=now, device_hash="x",
    )  # fmt: skip
    frozen = [row.version_item for row in form.items.select_related("version_item__item_version__item")]
    items = [
        {
            "item": row.item_version.item.key, "item_version": str(row.item_version.uuid), "use": row.use,
            "correct": is_right, "parts": [],
        }
        for row, is_right in zip(frozen, right, strict=True)
    ]  # fmt: skip
    return Decision.objects.create(
        attempt=attempt, num=1, state=state, passed=False, total=sum(right), marks_needed=3, decided_at=now,
        release_due_at=now, evidence={"items": items},
    )  # fmt: skip


@pytest.fixture
def world(exam_key, exam_author):
    """240 people's first sittings of two forms of four items, whose difficulties are DIFFICULTY on both."""
    api.publish_exam(exam_key, actor_id=exam_author.pk)
    version = ExamVersion.objects.get()
    forms = list(version.forms.order_by("num"))
    rng = np.random.default_rng(11)
    people = [User.objects.create(username=f"candidate_{num}") for num in range(PEOPLE)]
    for num, person in enumerate(people):
        chances = 1 / (1 + np.exp(np.array(DIFFICULTY) - rng.normal(0, 1.2)))
        decided_row(person, version, forms[num % 2], [bool(x) for x in rng.random(4) < chances])
    return SimpleNamespace(key=exam_key, author=exam_author, version=version, forms=forms, people=people)


def test_calibrate_exam_finds_the_difficulties_that_made_the_answers(world):
    found = api.calibrate_exam(world.key, actor_id=world.author.pk)
    assert (found.num, found.model, found.n_persons, found.converged) == (1, "rasch", PEOPLE, True)
    by_key = {item.key: item for item in found.items}
    for form in world.forms:
        keys = [row.version_item.item_version.item.key for row in form.items.all()]
        assert [by_key[key].b for key in keys] == pytest.approx(DIFFICULTY, abs=0.75)
    assert {(item.n, item.state) for item in found.items} == {(PEOPLE // 2, "calibrated")}
    assert all(0 < item.se_b < 0.5 and 0.5 < item.infit < 1.5 for item in found.items)


def test_calibrate_exam_again_adds_a_version_and_leaves_the_first_as_it_was(world):
    first = api.calibrate_exam(world.key, actor_id=world.author.pk)
    frozen = list(world.version.items.order_by("id").values("rating", "item_version_id"))
    decided_row(world.author, world.version, world.forms[0], [True, False, False, True])
    second = api.calibrate_exam(world.key, actor_id=world.author.pk)
    bank = world.version.exam.bank.uuid
    assert second.num == 2 and second.items != first.items and api.find_calibration(bank).uuid == second.uuid
    assert api.find_calibration(bank, num=1).items == first.items
    assert list(world.version.items.order_by("id").values("rating", "item_version_id")) == frozen


def test_calibrate_exam_2pl_with_fewer_than_300_answers_is_refused_and_writes_nothing(world):
    with pytest.raises(NotEnoughResponses):
        api.calibrate_exam(world.key, actor_id=world.author.pk, model="2pl")
    assert not BankCalibration.objects.exists()


def test_calibrate_exam_counts_each_person_once_and_only_what_stands(world, make_user):
    decided_row(world.people[0], world.version, world.forms[1], [True] * 4, num=2)
    decided_row(make_user("withdrawn"), world.version, world.forms[0], [True] * 4, state="withdrawn")
    assert api.calibrate_exam(world.key, actor_id=world.author.pk).n_persons == PEOPLE


def test_calibrate_exam_leaves_out_an_item_that_everybody_had_right(world):
    for row in Decision.objects.filter(attempt__form=world.forms[0]):
        row.evidence["items"][0]["correct"] = True
        row.save()
    found = api.calibrate_exam(world.key, actor_id=world.author.pk)
    assert len(found.items) == 7 and len(found.left_out) == 1
    assert found.left_out[0] not in {item.key for item in found.items}


def test_command_and_task_calibrate_and_the_page_shows_it(world, client_of, capsys):
    call_command("calibrate_exam", world.key, "--by", world.author.username)
    assert "Parameters 1 of the bank: rasch, 240 people" in capsys.readouterr().out
    assert calibrate_exam_later(world.key, world.author.pk, "rasch") == 2
    shown = client_of(world.author).get(f"/mastery/author/exams/{world.key}/measurement/").content.decode()
    assert "Parameters 2 of the bank" in shown and "candidate_" not in shown
    with pytest.raises(CommandError, match="nobody"):
        call_command("calibrate_exam", world.key, "--by", "no_such_person")


def test_calibrate_exam_unknown_model_or_no_answers_is_refused(exam_key, exam_author):
    with pytest.raises(InvalidInput):
        api.calibrate_exam(exam_key, actor_id=exam_author.pk, model="3pl")
    with pytest.raises(NotEnoughResponses):
        api.calibrate_exam(exam_key, actor_id=exam_author.pk)
    assert not CalibratedItem.objects.exists()
