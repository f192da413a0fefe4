"""The facilitator's report of a panel: progress, each round, impact, Hofstee's check, and the cut on theta."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

import numpy as np
from django.contrib.auth import get_user_model

from mastery_exam.data_panels import (
    CutImpact,
    CutOnTheta,
    HofsteeReport,
    PanelJudgeData,
    PanelReport,
    RoundData,
    RoundSummary,
)
from mastery_exam.models import Item, JudgeLimits, PanelJudge, RatingPanel
from mastery_exam.psychometrics import hofstee, impact, raw_cut_to_theta
from mastery_exam.services.authoring import find_bank_row
from mastery_exam.services.bank_sittings import iter_sittings
from mastery_exam.services.judging_panels import find_panel_row, panel_data, versions_of
from mastery_exam.services.panel_items import calibrated, panel_items, parameters
from mastery_exam.services.panel_summary import exact_means, ratings_up_to, summary_of
from mastery_exam.services.simulated_forms import plain

LEAST_SITTINGS = 30


def get_panel_report(bank_uuid: UUID, *, num: int) -> PanelReport:
    """Return everything that the facilitator sees of a panel; raises BankNotFound, PanelNotFound."""
    panel = find_panel_row(find_bank_row(bank_uuid), num)
    rounds = list(panel.rounds.select_related("opened_by", "closed_by"))
    nums = {row.num for row in rounds} | set(panel.ratings.values_list("panel_round", flat=True))
    sittings = list(iter_sittings(panel.bank))
    responses = _shares(sittings)
    summaries = [summary_of(panel, r, responses=responses) for r in range(1, max(nums, default=0) + 1)]
    found = [summary for summary in summaries if summary]
    last = found[-1] if found else None
    return PanelReport(
        panel=panel_data(panel),
        bank_title=panel.bank.title,
        n_items=len(panel_items(panel)),
        judges=tuple(_judges(panel, len(nums) and max(nums))),
        rounds=tuple(
            RoundData(
                row.num, row.opened_at, row.opened_by.username, row.closed_at,
                row.closed_by.username if row.closed_by else "",
            )
            for row in rounds
        ),
        summaries=tuple(found),
        n_sittings=len(sittings),
        least_sittings=LEAST_SITTINGS,
        impact=_impact(panel, last, sittings) if last else (),
        hofstee=_hofstee(panel, sittings),
        theta=_on_theta(panel, last) if last else None,
        released_by=_releasers(panel),
        released_record=panel.released_record,
        used_by=tuple(
            f"{version.exam.title} ({version.num})" for version in versions_of(panel).select_related("exam")
        ),
    )  # fmt: skip


def _shares(sittings: Iterable[dict[str, bool]]) -> dict[str, tuple[int, float]]:
    given, right = Counter[str](), Counter[str]()
    for sitting in sittings:
        given.update(sitting.keys())
        right.update(key for key, is_right in sitting.items() if is_right)
    return {key: (n, right[key] / n) for key, n in given.items()}


def _judges(panel: RatingPanel, rounds: int) -> list[PanelJudgeData]:
    counts = Counter(panel.ratings.values_list("judge_role", "panel_round"))
    invited = list(panel.invited.select_related("user", "limits"))
    rows = [_judge(judge, counts, rounds) for judge in invited]
    labels = {judge.label for judge in invited}
    imported = sorted({label for label, _num in counts} - labels)
    return [
        *rows,
        *(PanelJudgeData(None, label, "", _per_round(counts, label, rounds)) for label in imported),
    ]


def _judge(judge: PanelJudge, counts: Counter[tuple[str, int]], rounds: int) -> PanelJudgeData:
    last = judge.bookmarks.order_by("-panel_round").first()
    return PanelJudgeData(
        uuid=judge.uuid,
        label=judge.label,
        username=judge.user.username if judge.user else "",
        rated=_per_round(counts, judge.label, rounds),
        bookmark=last.place if last else None,
        has_limits=hasattr(judge, "limits"),
    )


def _per_round(counts: Counter[tuple[str, int]], label: str, rounds: int) -> tuple[int, ...]:
    return tuple(counts[label, num] for num in range(1, rounds + 1))


def _impact(panel: RatingPanel, last: RoundSummary, sittings: Sequence[dict[str, bool]]) -> tuple[CutImpact, ...]:
    """Return who would pass, each sitting against the cut of its own questions, so that forms may differ."""
    means = _means_by_key(panel, last)
    gaps = [
        (sum(sitting.values()) - sum(means[key] for key in sitting)) / len(sitting)
        for sitting in sittings
        if sitting and all(key in means for key in sitting)
    ]
    if len(gaps) < LEAST_SITTINGS:
        return ()
    error = (last.se_generalised or 0.0) / last.n_items
    # A whole mark is far more than this: it only keeps sums that are equal on paper from differing in their last digit.
    moved = impact(np.array(gaps) + 1e-9, 0.0, error)
    return tuple(CutImpact(row.steps, last.percent + 100 * row.cut, row.pass_rate) for row in moved)


def _means_by_key(panel: RatingPanel, last: RoundSummary) -> dict[str, float]:
    means = exact_means(ratings_up_to(panel, last.num))
    keys = dict(Item.objects.filter(pk__in=means).values_list("pk", "key"))
    return {keys[pk]: float(mean) for pk, mean in means.items()}


def _hofstee(panel: RatingPanel, sittings: Sequence[dict[str, bool]]) -> HofsteeReport | None:
    limits = list(JudgeLimits.objects.filter(judge__panel=panel))
    if not limits:
        return None
    mean = {
        name: float(sum(getattr(row, name) for row in limits) / len(limits))
        for name in ("least_cut", "most_cut", "least_fail", "most_fail")
    }
    cuts, fail_rates = (mean["least_cut"], mean["most_cut"]), (mean["least_fail"], mean["most_fail"])
    scores = [100 * sum(sitting.values()) / len(sitting) for sitting in sittings if sitting]
    if len(scores) < LEAST_SITTINGS:
        return HofsteeReport(len(limits), cuts, fail_rates)
    found = hofstee(scores, cuts=cuts, fail_rates=(fail_rates[0] / 100, fail_rates[1] / 100))
    return HofsteeReport(len(limits), cuts, fail_rates, found.cut, 100 * found.fail_rate, found.crosses)


def _on_theta(panel: RatingPanel, last: RoundSummary) -> CutOnTheta | None:
    """Return the cut on the panel's calibration or else the bank's newest; None without one or a common item."""
    calibration = panel.calibration or panel.bank.calibrations.order_by("-num").first()
    if calibration is None:
        return None
    known, means = calibrated(calibration), exact_means(ratings_up_to(panel, last.num))
    common = [pk for pk in means if pk in known]
    error = (last.se or 0.0) * len(common) / last.n_items
    try:
        theta, se = raw_cut_to_theta(
            float(sum(means[pk] for pk in common)), parameters([known[pk] for pk in common]), se=error
        )
    except ValueError:
        return None
    return CutOnTheta(calibration.num, len(common), theta, plain(se) if last.se is not None else None)


def _releasers(panel: RatingPanel) -> tuple[str, ...]:
    people = [panel.released_by_first_id, panel.released_by_second_id]
    names = dict(get_user_model().objects.filter(pk__in=[p for p in people if p]).values_list("pk", "username"))
    return tuple(names[person] for person in people if person)
