"""A messy course becomes the items that can be delivered; each of the others is named with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from openedx_bridge.capa import inspect_item
from openedx_bridge.olx import OlxExport, read_export

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "olx"
DELIVERABLE = {
    "good_choice": "Which of these numbers is even?",
    "with_bom": "Which of these numbers is odd?",
    "latin_one": "Which of these is the French word for summer?",
    "named_entities": "Which number is\xa0≥\xa05?",
    "inline_definition": "What is 3 times 4?",
    "inline_definition~": "What is 4 times 5?",
    "week_one:nested_path": "Which number is prime?",
    "old_style": "Which number is a square?",
    "image_with_space": "How many bars does the chart have?",
    "after_unknown_blocks": "Which of these numbers is even?",
    "in_library_content": "Which number is negative?",
    "in_itembank": "Which number is the largest?",
    "in_conditional": "Which number is the smallest?",
    "in_split_test": "Which number is between 2 and 5?",
    "beside_the_loop": "Which number is a multiple of 10?",
}
REFUSED = {
    "image_without_alt": "image_without_text",
    "image_missing": "file_missing",
    "image_elsewhere": "outside_file",
    "python_script": "script_without_sandbox",
    "external_grader": "external_grader",
    "no_response": "no_response",
    "no_right_answer": "key_not_accepted",
    "page_script": "page_script",
}
LEFT_OUT = (
    "problem/broken_xml.xml",
    "problem/empty_problem.xml",
    "problem/problem_without_file.xml",
    "problem/outside_entity.xml",
    "problem/not_in_any_unit.xml",
    "one_item_library/problem/only_item",
    "chapter/chapter_without_file.xml",
    "sequential/sequential_without_file.xml",
    "vertical/vertical_without_file.xml",
    "vertical/loop.xml",
    "drafts/problem/draft_item.xml",
    "drafts/vertical/draft_unit.xml",
)


@pytest.fixture(scope="module")
def messy() -> Iterator[OlxExport]:
    with read_export(FIXTURES / "messy_course") as export:
        yield export


def test_messy_course_gives_exactly_its_readable_items(messy: OlxExport):
    assert messy.identity.title == "A messy course"
    assert sorted(problem.key for problem in messy.problems) == sorted([*DELIVERABLE, *REFUSED])


def test_messy_course_items_are_delivered_or_refused_for_their_own_reason(messy: OlxExport):
    texts, codes = {}, {}
    for problem in messy.problems:
        files, _ = messy.files_for(problem)
        inspection = inspect_item(problem.olx, files=files)
        if inspection.is_deliverable:
            texts[problem.key] = inspection.text
        else:
            codes[problem.key] = [refusal.code for refusal in inspection.refusals]
    assert {key: " ".join(text.split()) for key, text in texts.items()} == {
        key: " ".join(text.split()) for key, text in DELIVERABLE.items()
    }
    assert codes == {key: [code] for key, code in REFUSED.items()}


@pytest.mark.parametrize("place", LEFT_OUT)
def test_messy_course_names_what_it_leaves_out(messy: OlxExport, place: str):
    reasons = [entry.reason for entry in messy.left_out if place in entry.where]
    assert len(reasons) == 1 and reasons[0].endswith(".")


def test_messy_course_list_of_what_is_left_out_stays_short(messy: OlxExport):
    assert len(messy.left_out) <= 25


def test_messy_course_items_for_staff_only_were_not_seen_before(messy: OlxExport):
    unseen = {problem.key for problem in messy.problems if not problem.seen_before}
    assert unseen == {
        "in_library_content", "in_itembank", "in_conditional", "in_split_test", "inline_definition~",
        "beside_the_loop", "page_script",
    }  # fmt: skip


def test_messy_course_keeps_the_published_item_and_the_file_with_a_space(messy: OlxExport):
    by_key = {problem.key: problem for problem in messy.problems}
    assert "in the draft" not in by_key["good_choice"].olx
    assert "été" in by_key["latin_one"].olx
    (content,) = messy.files_for(by_key["image_with_space"])[0].values()
    assert content == (FIXTURES / "messy_course" / "static" / "bar chart.svg").read_bytes()


def test_one_item_library_gives_one_item_that_can_be_delivered():
    with read_export(FIXTURES / "one_item_library") as export:
        (problem,) = export.problems
        assert export.left_out == () and not problem.seen_before
        files, missing = export.files_for(problem)
        assert missing == () and inspect_item(problem.olx, files=files).is_deliverable
