"""What the workbench shows of a panel beside its numbers: the plots of each round, and the words of a release."""

from __future__ import annotations

import math
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mastery_exam.data_panels import PanelReport, RatingSpread, RoundSummary
from mastery_exam.pages.dot_plots import Band, dot_plot

MARGIN = 5


def panel_view(found: PanelReport) -> dict[str, Any]:
    """Return a panel's rounds with their plots, the last first, and what a release now would say."""
    rounds = [{"summary": summary, "plot": judges_plot(summary)} for summary in reversed(found.summaries)]
    return {"report": found, "rounds": rounds, "last": found.summaries[-1] if found.summaries else None}


def judges_plot(summary: RoundSummary) -> SafeString:
    """Draw the judges' mean ratings around the cut, with one and two standard errors to either side."""
    means = [judge.percent for judge in summary.judges]
    error = 100 * (summary.se_generalised or 0.0) / summary.n_items
    ends = [*means, summary.percent - 2 * error, summary.percent + 2 * error]
    low = max(0, math.floor((min(ends) - MARGIN) / 5) * 5)
    high = min(100, math.ceil((max(ends) + MARGIN) / 5) * 5)
    bands = [
        Band(name, summary.percent - steps * error, summary.percent + steps * error)
        for name, steps in ((_("two standard errors"), 2), (_("one standard error"), 1))
    ]
    return dot_plot(
        [(judge.label, [judge.percent]) for judge in summary.judges],
        title=_("Round %s: each judge's mean rating and the cut") % summary.num,
        x_label=_("mean rating (%)"),
        x_limit=(float(low), float(high)),
        cut=(_("cut %s %%") % f"{summary.percent:.1f}", summary.percent),
        bands=bands if error else (),
    )


def spread_plot(spread: RatingSpread) -> SafeString:
    """Draw all judges' ratings of one item, nobody named."""
    return dot_plot(
        [(_("all judges"), spread.values)],
        title=_("Ratings of this question in the round before"),
        x_label=_("rating (%)"),
        x_limit=(0.0, 100.0),
        cut=(_("mean %s %%") % f"{spread.mean:.1f}", spread.mean),
    )
