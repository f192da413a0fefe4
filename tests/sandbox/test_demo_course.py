"""The demo course is complete and consistent: files, identifiers, coverage, accessibility, ratings."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest
from demo_items import (
    COURSE,
    LIBRARY,
    RESPONSE_TYPES,
    DemoItem,
    demo_items,
    exam_plan,
    final_rating,
    options,
    scored_items,
)
from lxml import etree, html

COMPETENCIES = [competency["key"] for competency in exam_plan()["competencies"]]
OUR_BLOCKS = {"mastery-exam", "paid-certificate", "micromasters-pathway", "credit-transfer"}
POINTERS = ("course", "chapter", "sequential", "vertical", "html", "problem")
DRAWINGS = sorted(chain(COURSE.glob("static/*.svg"), LIBRARY.glob("static/*.svg")))
EVERY_ITEM = pytest.mark.parametrize("item", demo_items().values(), ids=demo_items())


def course_blocks() -> list[tuple[str, str, etree._Element]]:
    """Walk the course from course.xml as an importer does: (tag, url_name, element that defines it)."""
    found: list[tuple[str, str, etree._Element]] = []
    waiting = [etree.parse(COURSE / "course.xml").getroot()]
    while waiting:
        pointer = waiting.pop()
        tag, url_name = pointer.tag, pointer.get("url_name")
        definition = pointer
        if tag in POINTERS:
            definition = etree.parse(COURSE / tag / f"{url_name}.xml").getroot()
        found.append((tag, url_name, definition))
        if tag in POINTERS[:4]:
            waiting.extend(child for child in definition if child.tag != "wiki")
    return found


def test_course_walk_reaches_every_file_and_no_name_twice():
    blocks = course_blocks()
    assert not [name for name, uses in Counter(name for _, name, _ in blocks).items() if uses > 1]
    for tag in POINTERS:
        on_disk = {path.stem for path in (COURSE / tag).glob("*.xml")}
        assert on_disk == {name for kind, name, _ in blocks if kind == tag}
    for kind, _, definition in blocks:
        if kind == "html":
            assert (COURSE / "html" / f"{definition.get('filename')}.html").is_file()


def test_course_holds_each_of_our_blocks_once_and_offers_them_to_authors():
    kinds = Counter(tag for tag, _, _ in course_blocks())
    assert {tag: kinds[tag] for tag in OUR_BLOCKS} == dict.fromkeys(OUR_BLOCKS, 1)
    course = etree.parse(COURSE / "course" / "2026.xml").getroot()
    assert all(f'"{tag}"' in course.get("advanced_modules") for tag in OUR_BLOCKS)


def test_scored_items_lie_in_the_library_and_not_in_the_course():
    listed = [child.get("url_name") for child in etree.parse(LIBRARY / "library.xml").getroot()]
    scored = {item.url_name for item in scored_items()}
    in_course = {name for tag, name, _ in course_blocks() if tag == "problem"}
    assert len(listed) == len(set(listed)) == len(scored) == 48
    assert set(listed) == scored == {path.stem for path in (LIBRARY / "problem").glob("*.xml")}
    assert in_course == set(demo_items()) - scored
    assert len(exam_plan()["items"]) == len(demo_items()) == 64


@pytest.mark.parametrize("competency", COMPETENCIES)
def test_competency_has_its_items_and_all_six_response_types(competency: str):
    mine = [item for item in demo_items().values() if item.plan["competency"] == competency]
    assert Counter(item.plan["use"] for item in mine) == {"scored": 12, "practice": 4}
    scored = [item for item in mine if item.plan["use"] == "scored"]
    assert {response.tag for item in scored for response in item.responses} == set(RESPONSE_TYPES)


def test_competencies_weigh_100_and_point_to_units_of_the_course():
    units = {name for tag, name, _ in course_blocks() if tag == "vertical"}
    competencies = exam_plan()["competencies"]
    assert sum(competency["weight"] for competency in competencies) == 100
    assert sum(c["items_per_form"] for c in competencies) == exam_plan()["exam"]["items_per_form"]
    for link in chain.from_iterable(competency["study"] for competency in competencies):
        prefix, _, unit = link["usage_key"].rpartition("@")
        assert prefix == "block-v1:Mastery+STAT101+2026+type@vertical+block"
        assert unit in units
        assert link["title"] == etree.parse(COURSE / "vertical" / f"{unit}.xml").getroot().get("display_name")


@EVERY_ITEM
def test_item_is_labelled_explained_hinted_and_free_of_scripts(item: DemoItem):
    root = item.root
    assert root.get("display_name")
    assert not list(root.iter("script"))
    assert item.responses
    assert all(len(response.findall("label")) == 1 and response.findtext("label") for response in item.responses)
    assert "".join(root.find(".//solution").itertext()).strip()
    assert all(hint.text for hint in root.findall("demandhint/hint")) and root.find("demandhint/hint") is not None


@EVERY_ITEM
def test_item_choices_have_an_answer_and_a_distractor(item: DemoItem):
    for response in item.responses:
        if choices := options(response):
            texts, correct = [text for text, _ in choices], sum(right for _, right in choices)
            assert len(set(texts)) == len(texts) and all(texts)
            assert 0 < correct < len(choices)
            assert correct == 1 or response.tag == "choiceresponse"


@EVERY_ITEM
def test_item_name_does_not_tell_the_answer(item: DemoItem):
    shown = f"{item.root.get('display_name')} {item.url_name.replace('_', ' ')}".lower()
    for response in item.responses:
        right = [text for text, is_right in options(response) if is_right and len(text) > 2]
        if response.tag == "stringresponse":
            right = [response.get("answer")]
        assert not [text for text in right if text.lower() in shown]


@pytest.mark.parametrize("folder", [COURSE, LIBRARY], ids=["course", "library"])
def test_static_files_are_all_used_and_all_there(folder: Path):
    sources = chain(folder.glob("problem/*.xml"), folder.glob("html/*.html"))
    used = {name for path in sources for name in re.findall(r"/static/([\w.-]+)", path.read_text(encoding="utf-8"))}
    assert used == {path.name for path in (folder / "static").iterdir()}


def test_images_are_at_least_six_and_of_both_kinds():
    names = {name for item in scored_items() for name in item.files}
    assert len(names) >= 6
    assert {Path(name).suffix for name in names} == {".svg", ".png"}


@EVERY_ITEM
def test_image_alternative_text_describes_without_answering(item: DemoItem):
    for image in item.root.iter("img"):
        alternative = image.get("alt", "").lower()
        assert len(alternative) > 60
        for response in item.responses:
            choices = options(response)
            named = {right for text, right in choices if re.search(rf"\b{re.escape(text.lower())}\b", alternative)}
            # A name may stand in the text where wrong choices are named as well (the bars, the curves, the studies).
            assert named != {True}
            if response.tag == "numericalresponse":
                assert response.get("answer") not in re.findall(r"\d+(?:\.\d+)?", alternative)


def test_images_in_the_teaching_text_are_described():
    images = [image for path in COURSE.glob("html/*.html") for image in html.parse(path).iter("img")]
    assert len(images) == 2
    assert all(len(image.get("alt", "")) > 60 for image in images)


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.name)
def test_drawing_is_self_contained_and_safe(path: Path):
    root = etree.parse(path).getroot()
    assert root.get("viewBox") and root.get("width") and root.get("height")
    for element in root.iter():
        assert etree.QName(element).localname in {
            "svg", "title", "rect", "line", "polyline", "polygon", "path", "circle", "text",
        }  # fmt: skip
        assert not [name for name in element.attrib if "href" in name or name.startswith("on")]


def test_ratings_are_complete_in_steps_and_close_to_each_other():
    judges = {judge["key"] for judge in exam_plan()["standard_setting"]["judges"]}
    assert len(judges) == 3
    for item in scored_items():
        ratings = item.plan["ratings"]
        assert set(ratings) == judges and all(len(rounds) == 2 for rounds in ratings.values())
        assert all(math.isclose(value * 20, round(value * 20)) for value in chain(*ratings.values()))
        for number, spread in ((0, 0.2), (1, 0.1)):
            values = [rounds[number] for rounds in ratings.values()]
            assert max(values) - min(values) <= spread + 1e-9
        assert 0.35 <= final_rating(item) <= 0.9
        assert item.plan["minutes"] > 0
    assert not [item for item in demo_items().values() if item.plan["use"] == "practice" and "ratings" in item.plan]


def test_bank_can_be_split_into_parallel_forms_of_equal_marks():
    rng = random.Random(7)
    enemies = [set(pair) for pair in exam_plan()["enemies"]]
    for _ in range(500):
        first: list[DemoItem] = []
        for competency in COMPETENCIES:
            first += rng.sample([item for item in scored_items() if item.plan["competency"] == competency], 6)
        names = {item.url_name for item in first}
        second = [item for item in scored_items() if item.url_name not in names]
        sums = [sum(map(final_rating, form)) for form in (first, second)]
        if abs(sums[0] - sums[1]) <= 0.3 and all(len(pair & names) == 1 for pair in enemies):
            break
    else:
        pytest.fail("500 draws found no parallel forms")
    assert [math.ceil(total) for total in sums] == [15, 15]


def test_forms_can_be_finished_in_the_time():
    minutes = sum(item.plan["minutes"] for item in scored_items()) / exam_plan()["exam"]["forms"]
    assert minutes * 1.25 <= exam_plan()["exam"]["minutes"]
