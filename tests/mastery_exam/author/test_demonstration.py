"""A demonstration exam of imported items: no standard, which everything says; never from a real exam's bank."""

from __future__ import annotations

import pytest
from small_bank import choice, write_library

from mastery_exam import api
from mastery_exam.errors import PublishRefused, WrongState
from mastery_exam.models import ExamVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstrate(exam_author, tmp_path):
    """A function that imports so many items and publishes a demonstration of them."""

    def make(problems: dict[str, str], key: str = "demo", **draft):
        bank = api.create_bank(title="Imported", actor_id=exam_author.pk)
        api.import_items(bank.uuid, source=write_library(tmp_path / key, problems), actor_id=exam_author.pk)
        return bank, api.publish_demonstration(bank.uuid, key=key, title="Demo", actor_id=exam_author.pk, **draft)

    return make


@pytest.mark.parametrize(
    ("count", "questions", "forms", "needed"),
    [(1, 1, 1, 1), (2, 2, 1, 2), (5, 5, 1, 3), (21, 20, 1, 12), (40, 20, 2, 12)],
)
def test_publish_demonstration_asks_for_a_plain_share_of_the_marks(demonstrate, count, questions, forms, needed):
    _bank, exam = demonstrate({f"q{n}": choice(f"Q{n}") for n in range(count)})
    assert (exam.questions, exam.num_forms, exam.marks_needed) == (questions, forms, needed)
    assert exam.pass_mark.method == "plain_share" and exam.pass_mark.share_percent == 60 and exam.is_demonstration
    version = ExamVersion.objects.get()
    members = [set(form.items.values_list("version_item_id", flat=True)) for form in version.forms.all()]
    assert sum(map(len, members)) == len(set().union(*members)) == questions * forms


def test_publish_demonstration_leaves_out_what_cannot_be_delivered(demonstrate):
    _bank, exam = demonstrate({"good": choice("Good"), "bad": "<problem><p>Only text</p></problem>"})
    assert exam.questions == 1


def test_publish_demonstration_with_nothing_deliverable_is_refused(demonstrate):
    with pytest.raises(PublishRefused) as raised:
        demonstrate({"bad": "<problem><p>Only text</p></problem>"})
    assert raised.value.refusals[0].code == "bank_empty"


def test_publish_demonstration_again_makes_the_next_version(demonstrate, exam_author):
    bank, _exam = demonstrate({"one": choice("One")})
    again = api.publish_demonstration(bank.uuid, key="demo", title="Demo again", actor_id=exam_author.pk)
    assert again.version_num == 2 and again.title == "Demo again"


def test_publish_demonstration_says_so_on_page_catalogue_and_jsonld(demonstrate, client):
    demonstrate({"one": choice("One")})
    page = client.get("/mastery/exams/demo/").content.decode()
    assert "This is a demonstration." in page and "Nobody has judged how hard they are." in page
    assert "demonstration" in client.get("/mastery/exams/").content.decode()
    item = client.get("/mastery/catalogue.jsonld").json()["itemListElement"][0]["item"]
    assert item["creativeWorkStatus"] == "demonstration"


def test_publish_demonstration_chapters_become_areas(exam_author, request):
    bank = api.create_bank(title="Course", actor_id=exam_author.pk)
    course = request.config.rootpath / "sandbox" / "demo" / "course"
    api.import_items(bank.uuid, source=course, actor_id=exam_author.pk)
    exam = api.publish_demonstration(bank.uuid, key="demo", title="Demo", actor_id=exam_author.pk)
    assert len(exam.competencies) > 1 and sum(area.num_items for area in exam.competencies) == exam.questions


def test_publish_demonstration_of_a_real_exams_bank_or_key_is_refused(bank, exam_key, exam_author, demonstrate):
    with pytest.raises(WrongState, match="real exam"):
        api.publish_demonstration(bank.uuid, key="demo", title="Demo", actor_id=exam_author.pk)
    with pytest.raises(WrongState, match="another exam"):
        demonstrate({"one": choice("One")}, key=exam_key)
    assert not ExamVersion.objects.exists()
