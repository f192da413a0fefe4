"""Publishing refuses, names the item and the remedy, and writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import attrs
import pytest
from small_bank import build_bank, build_exam, choice, keys, rate, write_library

from mastery_exam import api
from mastery_exam.data import BankData
from mastery_exam.errors import PublishRefused, WrongState
from mastery_exam.models import ExamVersion, Item

pytestmark = pytest.mark.django_db


@attrs.frozen
class Stage:
    """What a case may spoil before publishing is tried."""

    bank: BankData
    key: str
    actor_id: int
    folder: Path

    def change(self, **draft: object) -> None:
        api.update_exam(self.key, actor_id=self.actor_id, **draft)

    def reimport(self, **problems: str) -> None:
        folder = write_library(self.folder / "again", problems)
        api.import_items(self.bank.uuid, source=folder, actor_id=self.actor_id)

    def item(self, key: str, **changes: object) -> None:
        item = Item.objects.get(bank__uuid=self.bank.uuid, key=key)
        api.set_item(item.uuid, actor_id=self.actor_id, **changes)


@pytest.fixture
def stage(bank, exam_key, exam_author, tmp_path) -> Stage:
    return Stage(bank, exam_key, exam_author.pk, tmp_path)


def _retire_area(stage: Stage) -> None:
    for key in keys()["times"]:
        stage.item(key, retired=True)


def _unequal(stage: Stage) -> None:
    wild = ["0.95", "0.05", "0.9", "0.9"]
    rate(stage.bank, stage.actor_id, dict(zip(keys()["adding"], wild, strict=True)))
    stage.change(blueprint={"adding": 1, "times": 0}, n_forms=4)


def _new_judge(stage: Stage) -> None:
    rate(stage.bank, stage.actor_id, {"adding_1": "0.5"}, judges=("A fourth judge",))


def _drop_ratings(stage: Stage) -> None:
    stage.reimport(new_one=choice("Never rated"))
    stage.item("new_one", competency_key="adding")


def _published_then_practice(stage: Stage) -> None:
    api.publish_exam(stage.key, actor_id=stage.actor_id)
    stage.reimport(spare=choice("Spare"))
    stage.item("spare", competency_key="adding")
    api.open_panel(stage.bank.uuid, actor_id=stage.actor_id)
    rate(stage.bank, stage.actor_id, {"spare": "0.6"})
    stage.item("adding_1", is_practice=True)


def _practised_then_scored(stage: Stage) -> None:
    api.publish_exam(stage.key, actor_id=stage.actor_id)
    api.open_panel(stage.bank.uuid, actor_id=stage.actor_id)
    rate(stage.bank, stage.actor_id, {"practice_1": "0.6"})
    stage.item("practice_1", is_practice=False)


def _terms_changed(stage: Stage) -> None:
    api.publish_exam(stage.key, actor_id=stage.actor_id)
    stage.change(terms_text="Other terms under the old version.")


CASES: list[tuple[str, Callable[[Stage], None], str | None, str]] = [
    ("area_empty", _retire_area, None, "Map items"),
    ("bank_too_small", lambda s: s.change(n_forms=3), None, "Add items"),
    ("no_areas", lambda s: s.change(blueprint={}), None, "Add your first area."),
    ("area_unknown", lambda s: s.change(blueprint={"geometry": 2}), None, "Add the area"),
    ("minutes_missing", lambda s: s.change(minutes=None), None, "Set the minutes"),
    ("terms_missing", lambda s: s.change(terms_text=""), None, "Write the terms"),
    ("terms_missing", lambda s: s.change(terms_version=""), None, "Write the terms"),
    ("terms_changed", _terms_changed, None, "new version"),
    ("purpose_missing", lambda s: s.change(what_passing_shows=""), None, "sentence"),
    ("rating_missing", _drop_ratings, "new_one", "retire"),
    ("rating_incomplete", _new_judge, "adding_2", "missing ratings"),
    ("forms_not_parallel", _unequal, None, "similar difficulty"),
    (
        "image_without_text",
        lambda s: s.reimport(adding_1=choice("Look", extra='<img src="/static/a.png"/>')),
        "adding_1",
        "alt",
    ),
    (
        "file_missing",
        lambda s: s.reimport(adding_1=choice("Look", extra='<img src="/static/a.png" alt="A"/>')),
        "adding_1",
        "Upload",
    ),
    (
        "external_grader",
        lambda s: s.reimport(
            adding_1="<problem><coderesponse><textbox/><codeparam><answer_display>x</answer_display></codeparam>"
            "</coderesponse></problem>"
        ),
        "adding_1",
        "",
    ),
    ("no_response", lambda s: s.reimport(adding_1="<problem><p>Only text</p></problem>"), "adding_1", "question"),
    ("no_response", lambda s: s.reimport(practice_1="<problem><p>Only text</p></problem>"), "practice_1", "question"),
    ("was_scored", _published_then_practice, "adding_1", "Keep it scored"),
    ("was_practice", _practised_then_scored, "practice_1", "retire"),
]


@pytest.mark.parametrize(
    ("code", "spoil", "item_key", "remedy"), CASES, ids=[f"{c[0]}-{n}" for n, c in enumerate(CASES)]
)
def test_publish_exam_refuses_with_item_and_remedy_and_writes_nothing(stage, code, spoil, item_key, remedy):
    spoil(stage)
    before = ExamVersion.objects.count()
    with pytest.raises(PublishRefused) as raised:
        api.publish_exam(stage.key, actor_id=stage.actor_id)
    found = [refusal for refusal in raised.value.refusals if refusal.code == code]
    assert found, [refusal.code for refusal in raised.value.refusals]
    assert found[0].item_key == item_key or item_key in {refusal.item_key for refusal in found}
    assert remedy in found[0].remedy and found[0].message
    assert ExamVersion.objects.count() == before


def test_publish_exam_item_that_became_undeliverable_since_the_import_is_refused(stage, monkeypatch):
    """The installation may have changed since: publishing tries each item again instead of trusting the import."""
    from mastery_exam.services import publish_exam
    from openedx_bridge.capa import ItemInspection, Refusal

    broken = ItemInspection(refusals=(Refusal("script_without_sandbox", "It runs a script.", "Configure a sandbox."),))
    monkeypatch.setattr(publish_exam, "inspect_item", lambda olx, **_rest: broken)
    assert not api.check_exam(stage.key).refusals
    with pytest.raises(PublishRefused) as raised:
        api.publish_exam(stage.key, actor_id=stage.actor_id)
    assert {r.code for r in raised.value.refusals} == {"script_without_sandbox"}
    assert "adding_1" in {r.item_key for r in raised.value.refusals}


def test_publish_exam_all_obstacles_are_named_at_once(stage):
    stage.change(minutes=None, terms_text="", what_passing_shows="")
    codes = {refusal.code for refusal in api.check_exam(stage.key).refusals}
    assert codes == {"minutes_missing", "terms_missing", "purpose_missing"}


def test_publish_exam_enemies_never_share_a_form(tmp_path, exam_author):
    bank = build_bank(tmp_path, exam_author.pk)
    key = build_exam(bank, exam_author.pk, n_forms=2)
    table = "item,enemies\nadding_1,adding_2;adding_3\n"
    api.import_item_table(bank.uuid, source=table, actor_id=exam_author.pk)
    api.publish_exam(key, actor_id=exam_author.pk)
    forms = ExamVersion.objects.get(exam__key=key).forms.all()
    for form in forms:
        names = set(form.items.values_list("version_item__item_version__item__key", flat=True))
        assert "adding_1" not in names or not names & {"adding_2", "adding_3"}


def test_publish_exam_items_without_area_do_not_block(stage):
    stage.reimport(stray="<problem><p>Only text</p></problem>")
    assert api.publish_exam(stage.key, actor_id=stage.actor_id).version_num == 1


def test_publish_exam_withdrawn_or_demonstration_is_refused(stage, exam_author, tmp_path):
    api.publish_exam(stage.key, actor_id=stage.actor_id)
    api.withdraw_exam(stage.key, actor_id=stage.actor_id, reason="Replaced.")
    with pytest.raises(WrongState):
        api.publish_exam(stage.key, actor_id=stage.actor_id)
    with pytest.raises(WrongState):
        api.update_exam(stage.key, actor_id=stage.actor_id, minutes=3)
    other = build_bank(tmp_path / "other", exam_author.pk)
    api.publish_demonstration(other.uuid, key="demo", title="Demo", actor_id=exam_author.pk)
    with pytest.raises(WrongState, match="demonstration"):
        api.publish_exam("demo", actor_id=exam_author.pk)


def test_ready_draft_has_nothing_in_the_way(stage):
    assert api.check_exam(stage.key).refusals == ()
