"""The plots: round ticks inside the scale, every number in its place, nothing unescaped."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mastery_exam.pages.plots import Marker, Scale, Series, bar_plot, facing_plot, line_plot, shares_by_class

LABELS = {"title": "A title", "x_label": "ability (logits)", "y_label": "people (%)"}
NUMBERS = st.floats(-1e6, 1e6)


@given(low=NUMBERS, width=st.floats(1e-3, 1e6))
def test_ticks_lie_inside_the_scale_and_are_evenly_spaced(low, width):
    ticks = Scale(low, low + width, 0, 100).ticks()
    assert 1 <= len(ticks) <= 8
    assert all(low - 1e-6 * width - 1e-9 <= tick <= low + width * (1 + 1e-6) + 1e-9 for tick in ticks)


def test_line_plot_places_points_by_the_scale_and_breaks_where_a_value_is_missing():
    svg = line_plot([Series("one", [(0, 0), (1, 50), (2, None), (3, 100), (4, 0)])], **LABELS, y_limit=(0, 100))
    lines = [node.get("points") for node in ElementTree.fromstring(svg).iter("polyline")]
    assert lines == ["64.0,288.0 204.0,158.0", "484.0,28.0 624.0,288.0"]
    assert "ability (logits)" in svg and "people (%)" in svg


def test_line_plot_series_differ_by_dash_and_not_by_colour_alone():
    svg = line_plot([Series(str(n), [(0, n), (1, n)]) for n in range(4)], **LABELS)
    dashes = [node.get("stroke-dasharray") for node in ElementTree.fromstring(svg).iter("polyline")]
    assert len(set(dashes)) == 4


@pytest.mark.parametrize("values", [[3.0], [2.0, 2.0, 2.0], [-1.0, 0.0, 4.0]])
def test_facing_plot_draws_people_up_and_items_down(values):
    svg = facing_plot(values, [0.1], **{k: v for k, v in LABELS.items() if k != "y_label"}, upper_name="people",
                      lower_name="items", markers=[Marker("pass mark", 0)])  # fmt: skip
    root = ElementTree.fromstring(svg)
    middle = 158.0
    up = [n for n in root.iter("rect") if "mp-1" in n.get("class")]
    down = [n for n in root.iter("rect") if "mp-2" in n.get("class")]
    assert all(float(n.get("y")) + float(n.get("height")) == pytest.approx(middle, abs=0.2) for n in up)
    assert all(float(n.get("y")) == pytest.approx(middle, abs=0.2) for n in down) and len(down) == 1


@given(st.lists(st.floats(-8, 8), min_size=1))
def test_shares_by_class_add_up_to_all(values):
    assert sum(shares_by_class(values, 0.5).values()) == pytest.approx(100)


def test_names_are_escaped_and_nothing_is_drawn_of_nothing():
    assert "<b>" not in bar_plot([("<b>", 1.0)], **LABELS)
    assert line_plot([], **LABELS) == bar_plot([], **LABELS) == ""
    assert facing_plot([], [], title="", x_label="", upper_name="", lower_name="") == ""
    assert "nan" not in bar_plot([("a", 0.0)], **LABELS)
