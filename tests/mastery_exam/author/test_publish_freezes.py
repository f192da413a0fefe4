"""Publishing draws parallel forms and freezes everything that a sitting and its decision need."""

from __future__ import annotations

import pytest
from small_bank import JUDGES, build_exam, choice, keys, rate, write_library

from mastery_exam import api
from mastery_exam.errors import WrongState
from mastery_exam.models import AuditEntry, ExamVersion, FormItem, StoredFile, VersionItem

pytestmark = pytest.mark.django_db


def version_of(key: str, num: int = 1) -> ExamVersion:
    return ExamVersion.objects.get(exam__key=key, num=num)


def test_publish_exam_draws_disjoint_forms_with_the_same_marks_needed(exam_key, exam_author):
    published = api.publish_exam(exam_key, actor_id=exam_author.pk)
    version = version_of(exam_key)
    forms = list(version.forms.all())
    items = [set(form.items.values_list("version_item__item_version__item__key", flat=True)) for form in forms]
    assert len(forms) == 2 and not items[0] & items[1]
    # Four items rated .6: a cut of 2.4 marks, so 3 of 4.
    assert {form.marks_needed for form in forms} == {3} == {version.marks_needed, published.marks_needed}
    for form in forms:
        areas = form.items.values_list("version_item__competency_key", flat=True)
        assert sorted(areas) == ["adding", "adding", "times", "times"]
        assert list(form.items.values_list("position", flat=True)) == [1, 2, 3, 4]


def test_publish_exam_floors_are_the_area_cut_less_one_lord_sem_in_whole_marks(bank, exam_author):
    """Six items rated .9: the cut is 5.4, Lord's SEM at it sqrt(5.4 x .6 / 5) = .805, so at least 5 (4.595 up)."""
    key = build_exam(bank, exam_author.pk, n_forms=1, blueprint={"adding": 4, "times": 1})
    rate(bank, exam_author.pk, {name: "0.9" for name in keys()["adding"]})
    published = api.publish_exam(key, actor_id=exam_author.pk)
    least = {area.key: area.least_marks for area in published.competencies}
    # Four rated .9: cut 3.6, SEM sqrt(3.6 x .4 / 3) = .693, floor 2.907 up: 3. An area of one item has no floor.
    assert least == {"adding": 3, "times": 0}


def test_publish_exam_area_without_floor_rule_has_no_floor(bank, exam_author):
    key = build_exam(bank, exam_author.pk, floor_rules={"adding": "none"})
    api.publish_exam(key, actor_id=exam_author.pk)
    assert "adding" not in version_of(key).floors


def test_publish_exam_same_seed_draws_the_same_forms(bank, exam_author):
    drawn = []
    for key in ("one", "two"):
        build_exam(bank, exam_author.pk, key=key)
        api.publish_exam(key, actor_id=exam_author.pk, seed=7)
        rows = FormItem.objects.filter(form__exam_version__exam__key=key).order_by("form__num", "position")
        drawn.append(list(rows.values_list("version_item__item_version__item__key", flat=True)))
        assert version_of(key).seed == 7
    assert drawn[0] == drawn[1]


def test_publish_exam_later_changes_leave_the_version_as_it_was(exam_key, exam_author, bank, tmp_path):
    api.publish_exam(exam_key, actor_id=exam_author.pk)
    before = api.get_exam(exam_key)
    frozen = list(
        VersionItem.objects.filter(exam_version=version_of(exam_key)).values_list("item_version__olx", "rating")
    )

    changed = write_library(tmp_path / "again", {"adding_1": choice("Asked in another way")})
    report = api.import_items(bank.uuid, source=changed, actor_id=exam_author.pk)
    api.set_competency(bank.framework_key, key="adding", title="Sums", actor_id=exam_author.pk)
    api.open_panel(bank.uuid, actor_id=exam_author.pk)
    rate(bank, exam_author.pk, {"adding_1": "0.1"})
    api.update_exam(exam_key, actor_id=exam_author.pk, minutes=5, title="Renamed")

    assert report.updated == ("adding_1",)
    assert api.get_exam(exam_key) == before
    now = VersionItem.objects.filter(exam_version=version_of(exam_key)).values_list("item_version__olx", "rating")
    assert list(now) == frozen


def test_publish_exam_again_makes_the_next_version_and_keeps_the_first(exam_key, exam_author):
    api.publish_exam(exam_key, actor_id=exam_author.pk)
    api.update_exam(exam_key, actor_id=exam_author.pk, minutes=90)
    second = api.publish_exam(exam_key, actor_id=exam_author.pk)
    assert second.version_num == 2 and second.minutes == 90
    assert version_of(exam_key, 1).minutes == 60


def test_publish_exam_files_are_kept_by_their_content(exam_author, tmp_path, bank):
    picture = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    image = '<img src="/static/plot.svg" alt="A plot of the sum"/>'
    folder = write_library(
        tmp_path / "pictures", {"adding_1": choice("With a plot", extra=image)}, files={"plot.svg": picture}
    )
    api.import_items(bank.uuid, source=folder, actor_id=exam_author.pk)
    key = build_exam(bank, exam_author.pk)
    api.publish_exam(key, actor_id=exam_author.pk)
    row = VersionItem.objects.get(exam_version=version_of(key), item_version__item__key="adding_1")
    stored = StoredFile.objects.get(sha256=row.item_version.files["plot.svg"])
    assert bytes(stored.content) == picture and stored.media_type == "image/svg+xml"


def test_publish_exam_pass_mark_record_is_frozen_with_judges_rounds_and_error(bank, exam_author, second_author):
    names = [key for members in keys().values() for key in members]
    rows = [
        f"{key},{judge},{value},2" for key in names for judge, value in zip(JUDGES, ("0.5", "0.6", "0.7"), strict=True)
    ]
    api.import_ratings(bank.uuid, source="item,judge,rating,round\n" + "\n".join(rows), actor_id=exam_author.pk)
    api.release_panel(bank.uuid, actor_id=exam_author.pk)
    api.release_panel(bank.uuid, actor_id=second_author.pk)
    key = build_exam(bank, exam_author.pk)
    record = api.publish_exam(key, actor_id=exam_author.pk).pass_mark
    assert record.judges == tuple(sorted(JUDGES)) and record.rounds == 2 and record.releases == 2
    assert str(record.cut) == "2.4000"
    # Judges' cuts 2, 2.4 and 2.8: sd .4, over the root of three judges.
    assert str(record.standard_error) == "0.2309"
    assert record.provisional is False and record.released_on
    stored = version_of(key).pass_mark_record
    assert stored["released_by"] == [exam_author.pk, second_author.pk]


def test_publish_exam_two_judges_only_is_provisional_and_says_so(tmp_path, exam_author, client):
    from small_bank import build_bank

    bank = build_bank(tmp_path, exam_author.pk, judges=JUDGES[:2])
    key = build_exam(bank, exam_author.pk)
    assert "provisional_judges" in {note.code for note in api.check_exam(key).notes}
    assert api.publish_exam(key, actor_id=exam_author.pk).pass_mark.provisional
    assert "provisional pass mark" in client.get(f"/mastery/exams/{key}/").content.decode()


def test_publish_exam_required_grants_follow_fee_identity_and_approval(bank, exam_author):
    key = build_exam(bank, exam_author.pk, fee_policy="sitting", identity_policy="in_person", approval_required=True)
    api.publish_exam(key, actor_id=exam_author.pk)
    assert version_of(key).required_grants == ["payment", "identity", "approval"]
    other = build_exam(bank, exam_author.pk, key="free", fee_policy="credential")
    api.publish_exam(other, actor_id=exam_author.pk)
    assert version_of(other).required_grants == []


def test_publish_exam_is_audited_with_version_and_seed(exam_key, exam_author):
    api.publish_exam(exam_key, actor_id=exam_author.pk, seed=3)
    entry = AuditEntry.objects.get(action="publish")
    assert entry.actor_id == exam_author.pk and entry.object_uuid == version_of(exam_key).uuid
    assert entry.detail == {"exam": exam_key, "num": 1, "seed": 3}


def test_publish_exam_changed_while_forms_are_drawn_writes_nothing(exam_key, exam_author, monkeypatch):
    """The draw is slow and outside the transaction: whatever another author does meanwhile must not be lost."""
    from mastery_exam.services import publish_exam

    drawn = publish_exam.draw_delivery

    def draw_while_somebody_edits(plan, *, seed):
        api.update_exam(exam_key, actor_id=exam_author.pk, minutes=45)
        return drawn(plan, seed=seed)

    monkeypatch.setattr(publish_exam, "draw_delivery", draw_while_somebody_edits)
    with pytest.raises(WrongState, match="changed"):
        api.publish_exam(exam_key, actor_id=exam_author.pk)
    assert not ExamVersion.objects.exists()


def test_publish_exam_twice_at_once_makes_one_version(exam_key, exam_author, monkeypatch):
    from mastery_exam.services import publish_exam

    drawn, again = publish_exam.draw_delivery, []

    def draw_while_published(plan, *, seed):
        monkeypatch.setattr(publish_exam, "draw_delivery", drawn)
        again.append(api.publish_exam(exam_key, actor_id=exam_author.pk))
        return drawn(plan, seed=seed)

    monkeypatch.setattr(publish_exam, "draw_delivery", draw_while_published)
    with pytest.raises(WrongState):
        api.publish_exam(exam_key, actor_id=exam_author.pk)
    assert len(again) == 1 and ExamVersion.objects.count() == 1
