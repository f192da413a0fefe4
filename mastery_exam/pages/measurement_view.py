"""What the report pages show of a simulation and a measurement: their plots, and the rows of the tables beneath."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from mastery_exam.data import ItemUse
from mastery_exam.data_measurement import Measurement, SimulationData
from mastery_exam.pages.plots import Marker, Series, bar_plot, facing_plot, line_plot

LEEWAY = 0.05  # of the sittings, above the limit of exposure
EVERY = 5  # of the 81 points of an information curve, so many are one row of its table


def simulation_view(run: SimulationData) -> dict[str, Any]:
    """Return the plots and rows of a finished simulation."""
    report = run.report
    rows = [row | {"name": _theta_class(row["low"], row["high"])} for row in report["by_theta"]]
    middles = [(_middle(row["low"], row["high"]), row) for row in rows]
    mark = Marker(_("pass mark"), 0.0)
    exposure = sorted(report["exposure"].items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        "report": report,
        "rows": rows,
        "pass_plot": line_plot(
            [
                Series(_("pass"), [(x, 100 * row["pass_rate"]) for x, row in middles]),
                Series(_("decided rightly"), [(x, 100 * row["accuracy"]) for x, row in middles]),
            ],
            title=_("Candidates who pass, and who are decided rightly, by true ability"),
            x_label=_("true ability (logits from the pass mark)"),
            y_label=_("candidates (%)"),
            y_limit=(0.0, 100.0),
            markers=[mark],
        ),
        "form_plot": bar_plot(
            [(str(num), 100 * rate) for num, rate in enumerate(report["form_pass_rates"], start=1)],
            title=_("A borderline person's chance on each form"),
            x_label=_("form"),
            y_label=_("chance to reach the marks needed (%)"),
        ),
        "forms": list(enumerate(report["form_pass_rates"], start=1)),
        "exposure": exposure,
        "over_limit": _is_over(report["max_exposure"], report.get("exposure_cap")),
        "exposure_plot": _exposure_plot([share for _key, share in exposure], report.get("exposure_cap")),
        **_length_view(report, middles, mark),
    }


def _is_over(share: float, cap: float | None) -> bool:
    """Tell whether an item comes up clearly more often than the limit, which holds on average only."""
    return cap is not None and share > cap + LEEWAY


def _length_view(report: dict[str, Any], middles: list[tuple[float, dict[str, Any]]], mark: Marker) -> dict[str, Any]:
    """Return the plot of the number of questions, where it depends on the answers."""
    low, middle, high = report["length_quantiles"]
    if low == high == report["mean_items"]:
        return {}
    return {
        "lengths": (low, middle, high),
        "length_plot": line_plot(
            [Series(_("questions"), [(x, row["mean_items"]) for x, row in middles])],
            title=_("Mean number of questions by true ability"),
            x_label=_("true ability (logits from the pass mark)"),
            y_label=_("questions"),
            markers=[mark],
        ),
    }


def _exposure_plot(shares: list[float], cap: float | None) -> SafeString:
    """Return each item's share of sittings, the most given first, and the limit where there is one."""
    lines = [Series(_("items"), [(num, 100 * share) for num, share in enumerate(shares, start=1)])]
    if cap is not None:
        lines.append(Series(_("limit"), [(1, 100 * cap), (len(shares), 100 * cap)]))
    return line_plot(
        lines,
        title=_("Share of sittings in which each item comes up"),
        x_label=_("items, the most given first"),
        y_label=_("sittings (%)"),
        y_limit=(0.0, 100.0),
    )


def measurement_view(found: Measurement) -> dict[str, Any]:
    """Return the plots and rows of a measurement."""
    curves = found.information
    mark = Marker(_("pass mark"), 0.0)
    theta = _("ability (logits from the pass mark)")
    names = [_("Form %s") % curve.form_num if curve.form_num else _("Mean sitting") for curve in curves]
    lines = [Series(n, list(zip(c.theta, c.information, strict=True))) for n, c in zip(names, curves, strict=True)]
    errors = [Series(n, list(zip(c.theta, c.standard_error, strict=True))) for n, c in zip(names, curves, strict=True)]
    difficulties = [item.difficulty for item in found.difficulties if item.difficulty is not None]
    return {
        "found": found,
        "information_plot": line_plot(
            lines,
            title=_("Test information of each form") if found.alphas else _("Test information of a mean sitting"),
            x_label=theta,
            y_label=_("information (1/logit²)"),
            markers=[mark],
        ),
        "error_plot": line_plot(
            errors,
            title=_("Standard error of measurement of each form")
            if found.alphas
            else _("Standard error of measurement of a mean sitting"),
            x_label=theta,
            y_label=_("standard error (logits)"),
            markers=[mark],
        ),
        "information_names": names,
        "information_rows": [
            (curves[0].theta[n], [(curve.information[n], curve.standard_error[n]) for curve in curves])
            for n in range(0, len(curves[0].theta), EVERY)
        ]
        if curves
        else [],
        "map_plot": facing_plot(
            found.abilities,
            difficulties,
            title=_("People and items on one scale"),
            x_label=_("logits from the pass mark"),
            upper_name=_("people (estimated ability)"),
            lower_name=_("items (difficulty)"),
            markers=[mark],
        ),
        "map_rows": map_rows(found.abilities, difficulties),
        "given_plot": _given_plot(found),
    }


def _given_plot(found: Measurement) -> SafeString | None:
    """Return how often each scored item came up, where sittings have no fixed forms and there were any."""
    shares = [row.exposure_share for row in found.items if row.use == ItemUse.SCORED]
    if found.alphas or not found.n_sittings:
        return None
    return _exposure_plot(sorted((share or 0.0 for share in shares), reverse=True), None)


def map_rows(abilities: tuple[float, ...], difficulties: list[float]) -> list[tuple[str, int, int]]:
    """Return, by half logits, how many people and items lie in each class: (its name, people, items)."""
    values = [*abilities, *difficulties]
    if not values:
        return []
    starts = range(int(min(values) // 0.5), int(max(values) // 0.5) + 1)
    return [
        (_theta_class(k / 2, (k + 1) / 2), *(sum(v // 0.5 == k for v in group) for group in (abilities, difficulties)))
        for k in starts
    ]


def _theta_class(low: float | None, high: float | None) -> str:
    if low is None:
        return _("under %s") % high
    return _("%s and over") % low if high is None else _("%(low)s to %(high)s") % {"low": low, "high": high}


def _middle(low: float | None, high: float | None) -> float:
    if low is None:
        return (high or 0.0) - 0.25
    return low + 0.25
