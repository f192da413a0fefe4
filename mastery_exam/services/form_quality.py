"""Decision accuracy and consistency of a version's forms, after the first cohort: for its technical report alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mastery_exam.data_quality import Agreement, FormQuality
from mastery_exam.models import Decision, ExamVersion
from mastery_exam.psychometrics import (
    Classification,
    NotEnoughDataError,
    alpha,
    hanson_brennan,
    huynh,
    livingston_lewis,
    posterior_accuracy,
    subkoviak,
)
from mastery_exam.services.item_evidence import LIVE, Responses
from mastery_exam.services.simulated_forms import plain

LEAST_RESULTS = 30


def forms_quality(version: ExamVersion, groups: list[Responses]) -> tuple[FormQuality, ...]:
    """Return a row for each form; what is said of few decisions could be said of one person, so it is not said."""
    return tuple(_quality(version, group) for group in groups if group.form)


def _quality(version: ExamVersion, group: Responses) -> FormQuality:
    if group.form is None:
        raise ValueError("Without a form there are no marks that pass.")
    n, needed = len(group.correct), group.form.marks_needed
    stored = _newest_posterior(group.form.pk)
    known = group.p_above[~np.isnan(group.p_above)]
    enough = n >= LEAST_RESULTS
    return FormQuality(
        form_num=group.form.num,
        n=n,
        marks_needed=needed,
        cut=stored.get("cut"),
        cut_se=stored.get("cut_se"),
        prior=tuple(stored["prior"]) if stored else None,
        posterior_accuracy=posterior_accuracy(known) if enough and len(known) >= LEAST_RESULTS else None,
        methods=tuple(_methods(group.correct, needed)) if enough else (),
    )


def _newest_posterior(form_id: int) -> dict[str, Any]:
    """Return what the form's newest decision keeps of its posterior: cut, error and prior are the form's, not his."""
    rows = Decision.objects.filter(state__in=LIVE, attempt__form=form_id).order_by("-id")
    evidence = rows.values_list("evidence", flat=True).first() or {}
    return evidence.get("posterior", {})


def _methods(table: NDArray[np.float64], needed: int) -> list[Agreement]:
    """Return what each method expects of (P, I) responses of 0 and 1 at the marks needed, those that can say it."""
    n_items = table.shape[1]
    marks = table.sum(axis=1)
    counts = np.bincount(marks.astype(int), minlength=n_items + 1)

    def pair(found: tuple[float, float], name: str) -> Agreement:
        return Agreement(name, None, plain(found[0]), plain(found[1]))

    return [
        found
        for found in (
            _tried("Livingston-Lewis", lambda: livingston_lewis(counts, reliability=alpha(table), cuts=[needed])),
            _tried("Hanson-Brennan", lambda: hanson_brennan(counts, cuts=[needed])),
            _tried(
                "Huynh", lambda: pair(huynh(float(marks.mean()), float(marks.var(ddof=1)), n_items, needed), "Huynh")
            ),
            _tried("Subkoviak", lambda: pair(subkoviak(counts, cut=needed, reliability=alpha(table)), "Subkoviak")),
        )
        if found is not None
    ]


def _tried(name: str, method: Callable[[], Classification | Agreement]) -> Agreement | None:
    """Return what a method says, or None where these marks do not vary enough for it."""
    try:
        with np.errstate(divide="ignore", invalid="ignore"):
            found = method()
    except NotEnoughDataError:
        return None
    if isinstance(found, Agreement):
        return found
    return Agreement(
        name, plain(found.accuracy), plain(found.consistency), plain(found.kappa), plain(found.false_positive),
        plain(found.false_negative),
    )  # fmt: skip
