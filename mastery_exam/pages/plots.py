"""Plots as inline SVG, from numbers alone: lines, bars, and people facing items on one scale. No data access here.

Colours come from measurement.css (Okabe & Ito's palette, safe for colour-blind readers); series differ by dash as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 640, 340
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 28, 52
STEPS = (1, 2, 2.5, 5, 10)
DASHES = ("", "8 4", "2 4", "10 4 2 4")


@attrs.frozen
class Series:
    """One line: its name and its points; a y of None breaks the line."""

    name: str
    points: Sequence[tuple[float, float | None]]


@attrs.frozen
class Marker:
    """A vertical line at x with its name, such as the cut."""

    name: str
    x: float


@attrs.frozen
class Scale:
    """A linear scale from data to pixels with round ticks."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Return where a value stands, in pixels."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self, wanted: int = 6) -> list[float]:
        """Return round values inside the scale, about as many as wanted."""
        step = round_step((self.high - self.low) / wanted)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [number * step for number in range(first, last + 1)]


def round_step(rough: float) -> float:
    """Return the least of 1, 2, 2.5, 5 or 10 times a power of ten that is not under `rough`, which is positive."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in STEPS if step * power >= rough * (1 - 1e-9))


def line_plot(
    series: Sequence[Series],
    *,
    title: str,
    x_label: str,
    y_label: str,
    y_limit: tuple[float, float] | None = None,
    markers: Sequence[Marker] = (),
) -> SafeString:
    """Draw lines over a common x; the axes carry the labels with their units."""
    points = [(x, y) for line in series for x, y in line.points if y is not None]
    if not points:
        return SafeString("")
    x = _scale([point[0] for point in points] + [marker.x for marker in markers], LEFT, WIDTH - RIGHT)
    low, high = y_limit or (0.0, max(point[1] for point in points) or 1.0)
    y = Scale(low, high, HEIGHT - BOTTOM, TOP)
    lines = format_html_join(
        "",
        '<polyline class="mp-line mp-{}" points="{}" stroke-dasharray="{}"/>',
        (
            (num % 4 + 1, " ".join(f"{x.place(a)},{y.place(b)}" for a, b in run), DASHES[num % 4])
            for num, line in enumerate(series)
            for run in _runs(line.points)
        ),
    )
    return _figure(title, [_axes(x, y, x_label, y_label), lines, _markers(markers, x), _legend(series)])


def bar_plot(bars: Sequence[tuple[str, float]], *, title: str, x_label: str, y_label: str) -> SafeString:
    """Draw a bar for each (name, value not under 0)."""
    if not bars:
        return SafeString("")
    y = Scale(0.0, max((value for _name, value in bars), default=0) or 1.0, HEIGHT - BOTTOM, TOP)
    slot = (WIDTH - LEFT - RIGHT) / len(bars)
    every = math.ceil(len(bars) / 14)
    boxes = format_html_join(
        "",
        '<rect class="mp-bar mp-1" x="{}" y="{}" width="{}" height="{}"/>',
        (
            (
                round(LEFT + slot * (num + 0.1), 1),
                y.place(value),
                round(slot * 0.8, 1),
                round(HEIGHT - BOTTOM - y.place(value), 1),
            )
            for num, (_name, value) in enumerate(bars)
        ),
    )
    names = format_html_join(
        "",
        '<text class="mp-tick" x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (round(LEFT + slot * (num + 0.5), 1), HEIGHT - BOTTOM + 16, name)
            for num, (name, _value) in enumerate(bars)
            if num % every == 0
        ),
    )
    return _figure(title, [_axes(None, y, x_label, y_label), boxes, names])


def facing_plot(
    upper: Sequence[float],
    lower: Sequence[float],
    *,
    title: str,
    x_label: str,
    upper_name: str,
    lower_name: str,
    markers: Sequence[Marker] = (),
    width: float = 0.5,
) -> SafeString:
    """Draw two histograms on one scale, one upwards and one downwards, as a person-item map lies on its side.

    Each is in percent of its own values, in classes `width` wide.
    """
    if not upper and not lower:
        return SafeString("")
    first, second = shares_by_class(upper, width), shares_by_class(lower, width)
    starts = [number * width for number in {*first, *second}]
    x = _scale([*starts, *(start + width for start in starts), *(m.x for m in markers)], LEFT, WIDTH - RIGHT)
    most = max([*first.values(), *second.values()])
    y = Scale(-most, most, HEIGHT - BOTTOM, TOP)
    boxes = []
    for colour, sign, shares in ((1, 1, first), (2, -1, second)):
        for number, share in sorted(shares.items()):
            top, bottom = sorted((y.place(0), y.place(sign * share)))
            left, right = x.place(number * width), x.place((number + 1) * width)
            boxes.append((colour, left + 1, top, round(right - left - 2, 1), round(bottom - top, 1)))
    bars = format_html_join("", '<rect class="mp-bar mp-{}" x="{}" y="{}" width="{}" height="{}"/>', boxes)
    legend = _legend([Series(f"↑ {upper_name}", ()), Series(f"↓ {lower_name}", ())])
    return _figure(title, [_axes(x, y, x_label, "%", absolute=True), bars, _markers(markers, x), legend])


def shares_by_class(values: Sequence[float], width: float) -> dict[int, float]:
    """Return the percent of values in each class [k width, (k + 1) width), by k; classes without values are absent."""
    counts: dict[int, int] = {}
    for value in values:
        number = math.floor(value / width)
        counts[number] = counts.get(number, 0) + 1
    return {number: 100 * count / len(values) for number, count in counts.items()}


def _scale(values: Sequence[float], start: float, end: float) -> Scale:
    low, high = min(values), max(values)
    return Scale(low, high, start, end) if high > low else Scale(low - 1, low + 1, start, end)


def _runs(points: Sequence[tuple[float, float | None]]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in points:
        if y is None:
            runs.append([])
        else:
            runs[-1].append((x, y))
    return [run for run in runs if run]


def _axes(x: Scale | None, y: Scale, x_label: str, y_label: str, *, absolute: bool = False) -> SafeString:
    floor = HEIGHT - BOTTOM
    rows = format_html_join(
        "",
        '<line class="mp-grid" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="mp-tick" x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (LEFT, WIDTH - RIGHT, y.place(t), y.place(t), LEFT - 6, y.place(t) + 4, f"{abs(t) if absolute else t:g}")
            for t in y.ticks()
        ),
    )
    columns_at = [(t, x.place(t)) for t in x.ticks(10)] if x else []
    columns = format_html_join(
        "",
        '<line class="mp-grid" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="mp-tick" x="{}" y="{}" text-anchor="middle">{}</text>',
        ((at, at, floor, floor + 4, at, floor + 17, f"{t:g}") for t, at in columns_at),
    )
    return format_html(
        '{}{}<line class="mp-axis" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="mp-label" x="{}" y="{}" text-anchor="middle">{}</text>'
        '<text class="mp-label" x="{}" y="{}" text-anchor="middle" transform="rotate(-90 {} {})">{}</text>',
        rows, columns, LEFT, WIDTH - RIGHT, floor, floor, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, x_label,
        16, (TOP + floor) / 2, 16, (TOP + floor) / 2, y_label,
    )  # fmt: skip


def _markers(markers: Sequence[Marker], x: Scale) -> SafeString:
    return format_html_join(
        "",
        '<line class="mp-marker" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/><text class="mp-tick" x="{3}" y="{4}">{5}</text>',
        ((x.place(m.x), TOP, HEIGHT - BOTTOM, x.place(m.x) + 4, HEIGHT - BOTTOM - 6, m.name) for m in markers),
    )


def _legend(series: Sequence[Series]) -> SafeString:
    slot = (WIDTH - LEFT - RIGHT) / max(len(series), 1)
    return format_html_join(
        "",
        '<line class="mp-line mp-{}" x1="{}" x2="{}" y1="12" y2="12" stroke-dasharray="{}"/>'
        '<text class="mp-tick" x="{}" y="16">{}</text>',
        (
            (n % 4 + 1, round(LEFT + n * slot), round(LEFT + n * slot) + 28, DASHES[n % 4], round(LEFT + n * slot) + 34,
             line.name)
            for n, line in enumerate(series)
        ),
    )  # fmt: skip


def _figure(title: str, parts: Sequence[SafeString]) -> SafeString:
    return format_html(
        '<svg class="mp-plot" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title>{}</svg>',
        WIDTH, HEIGHT, title, title, format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip
