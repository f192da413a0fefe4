"""What people answered to the items of a published version, as arrays for the core: never who answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from lxml import etree, html
from numpy.typing import NDArray

from mastery_exam.data import ItemUse
from mastery_exam.models import Attempt, Decision, ExamVersion, Form, FormItem

LIVE = (Decision.State.PENDING_CHECK, Decision.State.RELEASED)
LONGEST_OPTION = 80


@attrs.frozen(eq=False)
class FormResponses:
    """The decided sittings of one form, P of them, by its I items in their order.

    `correct` is (P, I) of 0 and 1; `chosen` the option taken, by its lasting name, (P rows of I), None where there is
    none or several; `adjusted` (P,) tells who had extra time.
    """

    form: Form
    items: tuple[FormItem, ...]
    correct: NDArray[np.float64]
    chosen: tuple[tuple[str | None, ...], ...]
    adjusted: NDArray[np.bool_]

    @property
    def totals(self) -> NDArray[np.float64]:
        """Marks of each sitting, (P,)."""
        return self.correct.sum(axis=1)


def responses_of(version: ExamVersion) -> list[FormResponses]:
    """Return the responses of each form of the version, from decisions that stand; voided sittings are out."""
    return [_of_form(form) for form in version.forms.order_by("num")]


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


def _of_form(form: Form) -> FormResponses:
    rows = form.items.select_related("version_item__item_version__item").filter(version_item__use=ItemUse.SCORED)
    items = tuple(rows.order_by("position"))
    keys = [item.version_item.item_version.item.key for item in items]
    decisions = Decision.objects.filter(state__in=LIVE, attempt__form=form, attempt__state__in=Attempt.ENDED)
    evidence, extra = [], []
    stored_rows = decisions.order_by("id").values_list("evidence", "attempt__authorisation__extra_time_percent")
    for stored, percent in stored_rows:
        by_key = {item["item"]: item for item in stored["items"]}
        if all(key in by_key for key in keys):
            evidence.append([by_key[key] for key in keys])
            extra.append(percent > 0)
    return FormResponses(
        form=form,
        items=items,
        correct=np.array([[float(i["correct"]) for i in row] for row in evidence]).reshape(len(evidence), len(keys)),
        chosen=tuple(tuple(_chosen(item) for item in row) for row in evidence),
        adjusted=np.array(extra, dtype=bool),
    )


def _chosen(evidence: Mapping[str, Any]) -> str | None:
    parts = evidence["parts"]
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
