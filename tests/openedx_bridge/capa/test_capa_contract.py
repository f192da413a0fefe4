"""The adapter's contract: every response type is inspected, shown without its key, graded, and graded again."""

from __future__ import annotations

from decimal import Decimal

import pytest
from lxml import html
from specimens import SPECIMENS, Specimen, answers_to, render

from openedx_bridge.capa import PartState, check_answers, grade_item, inspect_item

every_type = pytest.mark.parametrize("specimen", SPECIMENS.values(), ids=SPECIMENS)


@every_type
def test_inspection_finds_the_item_deliverable_with_its_parts_and_points(specimen: Specimen):
    inspection = inspect_item(specimen.olx, files={})
    assert inspection.refusals == ()
    assert (inspection.parts, inspection.max_points) == (len(specimen.right), Decimal(specimen.points))
    assert inspection.has_script is specimen.has_script
    assert "SECRET" not in inspection.text


@every_type
def test_page_holds_no_secret_whatever_was_answered(specimen: Specimen):
    blank = render(specimen.olx)
    for given in ({}, specimen.right, specimen.wrong):
        rendered = render(specimen.olx, answers=answers_to(blank, given))
        assert "SECRET" not in rendered.html + str(rendered.inputs)
        assert "choice_" not in rendered.html  # the engine's names number the choices as the author wrote them


@every_type
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_page_is_the_same_for_any_key(specimen: Specimen, seed: int):
    rekeyed = specimen.olx.replace(*specimen.rekey)
    assert rekeyed != specimen.olx
    assert render(rekeyed, seed=seed) == render(specimen.olx, seed=seed)


@every_type
def test_page_has_only_inputs_that_are_named_and_labelled(specimen: Specimen):
    rendered = render(specimen.olx)
    page = html.fromstring(rendered.html)
    controls = page.xpath("//input|//select|//textarea")
    assert list(dict.fromkeys(control.get("name") for control in controls)) == [i.name for i in rendered.inputs]
    ids = [element.get("id") for element in page.xpath("//*[@id]")]
    assert len(ids) == len(set(ids))
    for reference in page.xpath("//@for|//@aria-labelledby|//@aria-describedby"):
        assert set(reference.split()) <= set(ids)
    assert all(field.label for field in rendered.inputs)
    for control in controls:
        group = next(control.iterancestors("fieldset"), control)
        legend = group.xpath("./legend[normalize-space()]") if group is not control else []
        assert legend or group.get("aria-label") or group.get("aria-labelledby") or _has_label(page, control)
        if control.get("type") in ("radio", "checkbox"):
            assert _has_label(page, control)


def _has_label(page: html.HtmlElement, control: html.HtmlElement) -> bool:
    return bool(page.xpath("//label[@for=$id][normalize-space()]", id=control.get("id")))


@every_type
def test_right_answers_earn_all_points_and_wrong_ones_less(specimen: Specimen):
    rendered = render(specimen.olx)
    right = grade_item(specimen.olx, seed=5, answers=answers_to(rendered, specimen.right), item_key="k")
    assert right.correct and right.earned == right.possible == specimen.points
    assert {part.state for part in right.parts} == {PartState.CORRECT}
    wrong = grade_item(specimen.olx, seed=5, answers=answers_to(rendered, specimen.wrong), item_key="k")
    assert not wrong.correct and wrong.earned == 0
    assert {part.state for part in wrong.parts} == {PartState.INCORRECT}
    assert [part.input for part in wrong.parts] == [field.name for field in rendered.inputs]


@every_type
def test_no_answer_is_unanswered_and_earns_nothing(specimen: Specimen):
    for answers in ({}, {field.name: "" for field in render(specimen.olx).inputs}, {"input_other_2_1": "2"}):
        grade = grade_item(specimen.olx, seed=5, answers=answers, item_key="k")
        assert {part.state for part in grade.parts} == {PartState.UNANSWERED}
        assert (grade.earned, grade.possible, grade.correct) == (0, specimen.points, False)


@every_type
def test_answers_are_shown_again_as_they_were_given(specimen: Specimen):
    answers = answers_to(render(specimen.olx), specimen.wrong)
    page = html.fromstring(render(specimen.olx, answers=answers).html)
    shown: dict[str, list[str]] = {}
    for control in page.xpath("//input[@checked]|//option[@selected]|//input[@type='text']"):
        name = control.get("name") or control.getparent().get("name")
        shown.setdefault(name, []).append(control.get("value"))
    assert shown == {name: value if isinstance(value, list) else [value] for name, value in answers.items()}


@every_type
def test_stored_answers_graded_again_after_a_change_of_key_give_the_new_result(specimen: Specimen):
    answers = answers_to(render(specimen.olx), specimen.right)
    before = grade_item(specimen.olx, seed=5, answers=answers, item_key="k")
    after = grade_item(specimen.olx.replace(*specimen.rekey), seed=5, answers=answers, item_key="k")
    assert before.correct and not after.correct
    assert after.earned < before.earned
    assert [part.response for part in after.parts] == [part.response for part in before.parts]


@every_type
def test_grading_again_gives_the_same_grade(specimen: Specimen):
    answers = answers_to(render(specimen.olx), specimen.right)
    grades = [grade_item(specimen.olx, seed=5, answers=answers, item_key="k") for _ in range(3)]
    assert grades[0] == grades[1] == grades[2]


@every_type
def test_checking_names_nothing_for_answers_that_can_be_read(specimen: Specimen):
    rendered = render(specimen.olx)
    for given in ({}, specimen.right, specimen.wrong):
        assert check_answers(specimen.olx, seed=5, answers=answers_to(rendered, given), item_key="k") == {}


@every_type
def test_another_item_key_or_seed_gives_other_names_or_values(specimen: Specimen):
    one, other, again = (render(specimen.olx, key=key) for key in ("k", "l", "k"))
    assert one == again
    assert not {field.name for field in one.inputs} & {field.name for field in other.inputs}
