"""What is true in the demo items, computed from the data in each question and not from the answers that they hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import comb, expm1, log1p, sqrt
from statistics import fmean, median, stdev

import numpy as np
from demo_items import demo_items
from scipy.stats import binom, norm

Z95 = 1.96


def alt_numbers(url_name: str) -> list[float]:
    """The numbers in the alternative text of an item's image, in reading order ("minus" before a number counts)."""
    text = demo_items()[url_name].root.find(".//img").get("alt").replace("minus ", "-")
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]


def two_step(url_name: str) -> float:
    """The probability of the first end of both branches in a tree: first branches, then (end, other end) of each."""
    p_a, p_b, end_a, _, end_b, _ = alt_numbers(url_name)
    return p_a * end_a + p_b * end_b


NUMBERS = {
    "dd_books_table": np.average([0, 1, 2, 3, 4], weights=[3, 5, 6, 4, 2]),
    "dd_delivery_boxplot": alt_numbers("dd_delivery_boxplot")[4] - alt_numbers("dd_delivery_boxplot")[3],
    "dd_five_values": stdev([4, 6, 7, 9, 14]),
    "dd_six_values": median([3, 8, 5, 12, 7, 9]),
    "pr_two_dice": fmean(a + b == 7 for a in range(1, 7) for b in range(1, 7)),
    "pr_two_machines": two_step("pr_two_machines"),
    "pr_rare_condition": 0.01 * 0.90 / (0.01 * 0.90 + 0.99 * 0.05),
    "pr_committees": comb(8, 3),
    "pr_two_rolls": fmean(6 in (a, b) for a in range(1, 7) for b in range(1, 7)),
    "ds_two_of_five": binom(5, 0.3).pmf(2),
    "ds_standard_score": (82 - 70) / 8,
    "ds_half_the_error": (1 / 0.5) ** 2,
    "ds_lamp_life": norm(1200, 100).sf(1100),
    "ds_expected_count": binom(40, 0.15).mean(),
    "in_upper_limit": 50 + Z95 * 8 / sqrt(64),
    "in_proportion_statistic": (56 / 100 - 0.5) / sqrt(0.5 * 0.5 / 100),
    "in_sample_size": next(n for n in range(1, 1000) if Z95 * 15 / sqrt(n) <= 3),
    "in_lower_limit": 20 - Z95 * 5 / sqrt(100),
}

FORMULAS: dict[str, Callable[..., float]] = {
    "dd_combined_mean": lambda m, n, a, b: np.average([a, b], weights=[m, n]),
    "pr_at_least_once": lambda p, n: -expm1(n * log1p(-p)),
    "pr_either_of_two": lambda a, b: 1 - (1 - a) * (1 - b),
    "ds_error_of_mean": lambda s, n: (s**2 / n) ** 0.5,
    "ds_binomial_spread": lambda n, p: sqrt(n) * sqrt(p - p**2),
    "in_margin_formula": lambda z, p, n: z * sqrt(p - p**2) / sqrt(n),
}

NEAREST_CHOICE = {
    "dd_practice_scatter": np.corrcoef(np.reshape(alt_numbers("dd_practice_scatter"), (-1, 2)).T)[0, 1],
    "pr_visitors_table": 30 / (30 + 50),
    "pr_spinner": fmean(alt_numbers("pr_spinner")),
    "pr_weather_tree": alt_numbers("pr_weather_tree")[0] * alt_numbers("pr_weather_tree")[2],
    "ds_shaded_tail": norm(50, 5).sf(60),
    "ds_within_one_sd": 100 * (norm(150, 20).cdf(170) - norm(150, 20).cdf(130)),
}


def box_statements() -> list[bool]:
    """Compare the box plots by their five numbers; at most half of a group lies above its own median."""
    low_a, high_a, q1_a, q3_a, median_a, low_b, high_b, q1_b, q3_b, median_b = alt_numbers("dd_two_boxplots")[2:]
    return [median_a > median_b, q3_b - q1_b > q3_a - q1_a, high_a - low_a > high_b - low_b, median_b > median_a]


def scale_statements() -> list[bool]:
    """Change three temperatures to Fahrenheit and compare means, standard deviations and standard scores."""
    celsius = np.array([3.0, 8.0, 21.0])
    fahrenheit = 1.8 * celsius + 32
    m, s = celsius.mean(), celsius.std()
    scores = (fahrenheit - fahrenheit.mean()) / fahrenheit.std()
    return [
        np.isclose(fahrenheit.mean(), 1.8 * m + 32),
        np.isclose(fahrenheit.std(), 1.8 * s + 32),
        np.isclose(fahrenheit.std(), 1.8 * s),
        np.allclose(scores, (celsius - m) / s),
    ]


def venn_statements() -> list[bool]:
    """Judge the four statements about music and sport by counting."""
    total, only_music, both, only_sport, neither = alt_numbers("pr_music_and_sport")
    assert total == only_music + both + only_sport + neither
    music, sport = only_music + both, only_sport + both
    union = (total - neither) / total
    return [music / total == 0.5, both / music == 0.4, union == 0.95, both * total == music * sport]


def study_statements() -> list[bool]:
    """Whether each interval leaves out zero; the axis and the line come first in the description."""
    limits = alt_numbers("in_four_studies")[3:]
    return [not low <= 0 <= high for low, high in zip(limits[0::2], limits[1::2], strict=True)]


STATEMENTS = {
    "dd_two_boxplots": box_statements(),
    "dd_change_of_scale": scale_statements(),
    "pr_music_and_sport": venn_statements(),
    "ds_sum_of_two": [3**2 + 4**2 == 25, sqrt(3**2 + 4**2) == 7, sqrt(3**2 + 4**2) == 5, 2**2 * 3**2 == 18],
    "in_four_studies": study_statements(),
}
