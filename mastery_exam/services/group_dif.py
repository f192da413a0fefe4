"""DIF between groups of people whom the operator names in a file; the file is read, used and not kept."""

from __future__ import annotations

from collections import Counter

import numpy as np
from django.utils.translation import gettext as _

from mastery_exam.data import ItemUse
from mastery_exam.data_quality import GroupDif
from mastery_exam.models import Attempt, Decision, ExamVersion, Form
from mastery_exam.psychometrics import EtsClass, mantel_haenszel_dif
from mastery_exam.services.item_evidence import LIVE
from mastery_exam.services.measured_items import LEAST_GROUP
from mastery_exam.services.simulated_forms import plain
from mastery_exam.services.tables import Row, read_table, take_rows


def read_groups(source: bytes | str) -> dict[str, str]:
    """Return username -> group from CSV with the columns user and group; raises ImportRefused."""
    groups: dict[str, str] = {}

    def take(row: Row) -> None:
        if row["user"] in groups:
            raise ValueError(_("“%s” stands in two lines.") % row["user"])
        groups[row["user"]] = row["group"]

    take_rows(read_table(source, required=("user", "group")), take)
    return groups


def group_dif(version: ExamVersion, groups: dict[str, str]) -> tuple[GroupDif, ...]:
    """Return DIF of each item of each form: every smaller group against the largest, by each person's first sitting.

    With fewer than 200 of either group on a form the letter is “not enough data”. None without forms: matching people
    by their marks needs the same questions for all of them.
    """
    return tuple(row for form in version.forms.order_by("num") for row in _of_form(form, groups))


def _of_form(form: Form, groups: dict[str, str]) -> list[GroupDif]:
    rows = form.items.filter(version_item__use=ItemUse.SCORED).order_by("position")
    keys = list(rows.values_list("version_item__item_version__item__key", flat=True))
    people = _first_sittings(form, keys)
    known = {name: marks for name, marks in people.items() if name in groups}
    sizes = Counter(groups[name] for name in known)
    if len(sizes) < 2:
        return []
    (reference, n_reference), *others = sizes.most_common()
    found: list[GroupDif] = []
    for focal, n_focal in others:
        names = [name for name in known if groups[name] in (reference, focal)]
        table = np.array([known[name] for name in names])
        result = mantel_haenszel_dif(
            table, np.array([groups[name] == focal for name in names]), purify=True, least_group=LEAST_GROUP
        )
        for key, test, letter in zip(keys, result.tests, result.classes, strict=True):
            enough = letter != EtsClass.NOT_ENOUGH_DATA
            found.append(
                GroupDif(
                    form.num, key, reference, focal, n_reference, n_focal, plain(test.delta) if enough else None,
                    letter.value,
                )
            )  # fmt: skip
    return found


def _first_sittings(form: Form, keys: list[str]) -> dict[str, list[float]]:
    rows = Decision.objects.filter(state__in=LIVE, attempt__form=form, attempt__state__in=Attempt.ENDED)
    people: dict[str, list[float]] = {}
    for name, evidence in rows.order_by("attempt__started_at").values_list("attempt__user__username", "evidence"):
        given = {item["item"]: float(item["correct"]) for item in evidence["items"] if item["use"] == ItemUse.SCORED}
        if all(key in given for key in keys):
            people.setdefault(name, [given[key] for key in keys])
    return people
