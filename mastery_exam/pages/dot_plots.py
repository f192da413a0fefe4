"""Plots of single values as inline SVG: a row of dots for each name, and bands of error around a cut. No data access.

Equal values of a row stand on top of each other, so that each one is seen.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from mastery_exam.pages.plots import WIDTH, Scale

LEFT, RIGHT, TOP, BOTTOM = 176, 24, 44, 52
ROW, STACK, RADIUS = 30, 11, 5
LONGEST_NAME = 26


@attrs.frozen
class Band:
    """A stretch of the axis around the cut, such as one standard error to either side, and its name."""

    name: str
    low: float
    high: float


def dot_plot(
    rows: Sequence[tuple[str, Sequence[float]]],
    *,
    title: str,
    x_label: str,
    x_limit: tuple[float, float],
    cut: tuple[str, float] | None = None,
    bands: Sequence[Band] = (),
) -> SafeString:
    """Draw each row's values as dots over a common axis; bands, the widest first, lie beneath them."""
    if not any(values for _name, values in rows):
        return SafeString("")
    x = Scale(*x_limit, LEFT, WIDTH - RIGHT)
    heights = [ROW + STACK * (_tallest(values, x) - 1) for _name, values in rows]
    floor = TOP + sum(heights)
    lines = [floor - sum(heights[num + 1 :]) - ROW // 2 for num in range(len(rows))]
    parts = [
        _bands(bands, x, x_limit, floor),
        _axis(x, floor, x_label),
        _cut(cut, x, floor),
        *(_row(name, values, x, line) for (name, values), line in zip(rows, lines, strict=True)),
    ]
    return format_html(
        '<svg class="mp-plot" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>{}</svg>',
        WIDTH, floor + BOTTOM, title, title, format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def _levels(values: Sequence[float], x: Scale) -> list[tuple[float, int]]:
    """Return each value's place and how many dots already stand where it would lie."""
    placed: list[tuple[float, int]] = []
    for value in sorted(values):
        at = x.place(value)
        placed.append((at, sum(abs(other - at) < RADIUS for other, _level in placed)))
    return placed


def _tallest(values: Sequence[float], x: Scale) -> int:
    return max((level for _at, level in _levels(values, x)), default=0) + 1


def _row(name: str, values: Sequence[float], x: Scale, line: float) -> SafeString:
    dots = format_html_join(
        "",
        '<circle class="mp-dot mp-1" cx="{}" cy="{}" r="{}"/>',
        ((at, line - STACK * level, RADIUS) for at, level in _levels(values, x)),
    )
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    return format_html(
        '<line class="mp-grid" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="mp-tick" x="{}" y="{}" text-anchor="end">{}</text>{}',
        LEFT, WIDTH - RIGHT, line, line, LEFT - 10, line + 4, short, dots,
    )  # fmt: skip


def _axis(x: Scale, floor: float, label: str) -> SafeString:
    ticks = format_html_join(
        "",
        '<line class="mp-grid" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>'
        '<text class="mp-tick" x="{0}" y="{3}" text-anchor="middle">{4}</text>',
        ((x.place(tick), floor, floor + 4, floor + 17, f"{tick:g}") for tick in x.ticks(10)),
    )
    return format_html(
        '{}<line class="mp-axis" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="mp-label" x="{}" y="{}" text-anchor="middle">{}</text>',
        ticks, LEFT, WIDTH - RIGHT, floor, floor, (LEFT + WIDTH - RIGHT) / 2, floor + 40, label,
    )  # fmt: skip


def _bands(bands: Sequence[Band], x: Scale, limit: tuple[float, float], floor: float) -> SafeString:
    inside = [(band.name, x.place(max(band.low, limit[0])), x.place(min(band.high, limit[1]))) for band in bands]
    top = TOP - 8
    return format_html_join(
        "",
        '<rect class="mp-band mp-band-{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>',
        (
            (num, low, top, round(high - low, 1), floor - top, name)
            for num, (name, low, high) in enumerate(inside, start=1)
        ),
    )


def _cut(cut: tuple[str, float] | None, x: Scale, floor: float) -> SafeString:
    if cut is None:
        return SafeString("")
    name, value = cut
    at = x.place(value)
    return format_html(
        '<line class="mp-marker" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>'
        '<text class="mp-tick" x="{0}" y="{3}" text-anchor="middle">{4}</text>',
        at, TOP - 8, floor, TOP - 14, name,
    )  # fmt: skip
