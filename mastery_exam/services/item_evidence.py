"""What people answered to the items of a published version, as arrays for the core: never who answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from django.db.models import QuerySet
from lxml import etree, html
from numpy.typing import NDArray

from mastery_exam.data import ItemUse
from mastery_exam.models import Attempt, Decision, ExamVersion, Form, VersionItem

LIVE = (Decision.State.PENDING_CHECK, Decision.State.RELEASED)
LONGEST_OPTION = 80


@attrs.frozen(eq=False)
class Responses:
    """Decided sittings, P of them, of I items: those of one form in their order, or a whole bank without forms.

    `correct` is (P, I) of 1, 0 and nan for an item that was not given; `chosen` the option taken, by its lasting name,
    (P rows of I), None where there is none or several; `adjusted` (P,) tells who had extra time; `p_above` (P,) is each
    decision's posterior of being at or above the cut, nan where decisions rest on none.
    """

    form: Form | None
    items: tuple[VersionItem, ...]
    correct: NDArray[np.float64]
    chosen: tuple[tuple[str | None, ...], ...]
    adjusted: NDArray[np.bool_]
    p_above: NDArray[np.float64]

    @property
    def num(self) -> int | None:
        """The form's number."""
        return self.form.num if self.form else None

    @property
    def given(self) -> NDArray[np.bool_]:
        """(P, I): which items each sitting had."""
        return ~np.isnan(self.correct)

    @property
    def totals(self) -> NDArray[np.float64]:
        """Marks of each sitting, (P,)."""
        return np.nansum(self.correct, axis=1)


def responses_of(version: ExamVersion) -> list[Responses]:
    """Return the responses of each form of the version, or to its whole bank where it has no forms.

    From decisions that stand; voided sittings are out, and items that are tried out: see `pilot_responses_of`.
    """
    forms = list(version.forms.order_by("num"))
    return [_of_form(version, form) for form in forms] if forms else [bank_responses_of(version)]


def bank_responses_of(version: ExamVersion) -> Responses:
    """Return the responses of all decided sittings to all scored items of the version, whatever form they were in."""
    return _of_items(None, tuple(_items(version, ItemUse.SCORED).order_by("pk")), _decisions(version))


def pilot_responses_of(version: ExamVersion) -> Responses:
    """Return the responses to the items that the version tries out; what could not be graded counts as not given."""
    return _of_items(None, tuple(_items(version, ItemUse.PILOT).order_by("pk")), _decisions(version))


def _of_form(version: ExamVersion, form: Form) -> Responses:
    items = _items(version, ItemUse.SCORED).filter(form_items__form=form).order_by("form_items__position")
    return _of_items(form, tuple(items), _decisions(version).filter(attempt__form=form))


def _items(version: ExamVersion, use: ItemUse) -> QuerySet[VersionItem]:
    return version.items.select_related("item_version__item").filter(use=use)


def _decisions(version: ExamVersion) -> QuerySet[Decision]:
    return Decision.objects.filter(
        state__in=LIVE, attempt__exam_version=version, attempt__state__in=Attempt.ENDED
    ).order_by("id")


def options_of(olx: str) -> dict[str, tuple[str, bool]]:
    """Return the options of a problem with one single-choice question: lasting name -> (text, is the key).

    Empty for every other problem: there nobody chooses one of several.
    """
    tree = etree.fromstring(olx, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    questions = tree.xpath("//*[contains(local-name(), 'response')]")
    if len(questions) != 1:
        return {}
    if questions[0].tag == "multiplechoiceresponse":
        return _choices(questions[0].xpath(".//choicegroup/choice"))
    if questions[0].tag == "optionresponse":
        return _dropdown(questions[0].xpath(".//optioninput/option"))
    return {}


def _of_items(form: Form | None, items: tuple[VersionItem, ...], decisions: QuerySet[Decision]) -> Responses:
    keys = [item.item_version.item.key for item in items]
    rows: list[list[Mapping[str, Any] | None]] = []
    extra, posteriors = [], []
    for stored, percent in decisions.values_list("evidence", "attempt__authorisation__extra_time_percent"):
        by_key = {item["item"]: item for item in stored["items"]}
        if form is None or all(key in by_key for key in keys):
            rows.append([by_key.get(key) for key in keys])
            extra.append(percent > 0)
            posteriors.append(stored.get("p_above", stored.get("posterior", {}).get("p_above", np.nan)))
    return Responses(
        form=form,
        items=items,
        correct=np.array([[_mark(item) for item in row] for row in rows]).reshape(len(rows), len(keys)),
        chosen=tuple(tuple(_chosen(item) for item in row) for row in rows),
        adjusted=np.array(extra, dtype=bool),
        p_above=np.array(posteriors, dtype=float),
    )


def _mark(evidence: Mapping[str, Any] | None) -> float:
    return np.nan if evidence is None or evidence["correct"] is None else float(evidence["correct"])


def _chosen(evidence: Mapping[str, Any] | None) -> str | None:
    parts = evidence["parts"] if evidence else []
    return parts[0]["response"][0] if len(parts) == 1 and len(parts[0]["response"]) == 1 else None


def _choices(choices: Sequence[Any]) -> dict[str, tuple[str, bool]]:
    # The engine names a choice by its place, or by its name in the OLX where it has one.
    return {
        f"choice_{choice.get('name', num)}": (_text(choice), choice.get("correct", "").lower() == "true")
        for num, choice in enumerate(choices)
    }


def _dropdown(options: Sequence[Any]) -> dict[str, tuple[str, bool]]:
    return {_text(option): (_text(option), option.get("correct", "").lower() == "true") for option in options}


def _text(node: Any) -> str:
    content = html.fromstring(etree.tostring(node, with_tail=False)).text_content()
    return " ".join(content.split())[:LONGEST_OPTION]
