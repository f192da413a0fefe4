"""Candidates through the code that decides about people, so that an author sees an exam's errors before anyone sits it.

A delivery wraps the shipped forms, selection, stopping and decision; the simulation only answers for candidates whose
true ability it knows. What it assumes (mean and spread of candidates, error of the judged or calibrated parameters) is
stored with its report.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from .adaptive import AdaptiveTest
from .competencies import CompetencyTests
from .decision import decide
from .errors import AssemblyError, QuotaError
from .exact import Number
from .exposure import draw_eligible, eligibility_probabilities, overlap_rate
from .forms import Form, RatedItem, draw_form
from .models import FloatArray, ItemParameters, probability
from .scores import score_distribution

Answer = Callable[[int], bool]
Progress = Callable[[int, int], None]

SEED_BITS = 63
THETA_BINS = np.arange(-3.0, 3.01, 0.5)  # from the cut


@dataclass(frozen=True, slots=True)
class SimulatedSitting:
    """What one sitting came to: item numbers in order, which were right, passed, and which form where there are forms.

    `p_wrong` is the decision's own posterior of being wrong, nan for a fixed form. `repeated` counts items that the
    person had seen.
    """

    items: tuple[int, ...]
    answers: tuple[bool, ...]
    passed: bool
    form: int | None = None
    p_wrong: float = float("nan")
    repeated: int = 0


class Delivery(Protocol):
    """A way to deliver an exam, with items numbered as in the simulation's true parameters."""

    def sit(self, answer: Answer, *, seed: int, seen: Collection[int]) -> SimulatedSitting:
        """Run one sitting; `answer` tells whether an item is answered right, `seen` holds earlier attempts' items."""
        ...


@dataclass(frozen=True, eq=False)
class FixedForms:
    """Parallel forms, given in turn by the seed; a repeat candidate gets one with the fewest items seen before.

    `index` maps the forms' item keys to item numbers, `competencies` names each item's competency, (I,). With
    `floors` False only the total decides.
    """

    forms: Sequence[Form]
    index: dict[object, int]
    competencies: Sequence[str]
    floors: bool = True

    def sit(self, answer: Answer, *, seed: int, seen: Collection[int]) -> SimulatedSitting:
        """Run one sitting of one form."""
        order = [(seed + shift) % len(self.forms) for shift in range(len(self.forms))]
        numbers = [[self.index[key] for key in self.forms[form].items] for form in order]
        repeats = [sum(number in seen for number in form) for form in numbers]
        best = int(np.argmin(repeats))
        return _sit_form(self, order[best], self.forms[order[best]], numbers[best], answer, repeats[best])


@dataclass(frozen=True, eq=False)
class FormsOnTheFly:
    """A form drawn for each sitting at the target cut, in marks; seen items come again only in a small bank.

    `floors`: those that hold on every form; True gives each form its own, False none. A form is drawn once for a seed,
    so that a delivery may be simulated again with other candidates at little cost.
    """

    bank: Sequence[RatedItem]
    blueprint: dict[str, int]
    target: Number | str
    floors: bool | Mapping[str, int] = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {item.key: number for number, item in enumerate(self.bank)})
        object.__setattr__(self, "competencies", [item.competency for item in self.bank])
        object.__setattr__(self, "drawn", {})

    index: dict[object, int] = field(init=False)
    competencies: Sequence[str] = field(init=False)
    drawn: dict[tuple[int, frozenset[int]], Form] = field(init=False)

    def sit(self, answer: Answer, *, seed: int, seen: Collection[int]) -> SimulatedSitting:
        """Run one sitting of a form of its own."""
        place = (seed, frozenset(seen))
        if place not in self.drawn:
            self.drawn[place] = self._draw(seed, {self.bank[number].key for number in seen})
        form = self.drawn[place]
        numbers = [self.index[key] for key in form.items]
        return _sit_form(self, None, form, numbers, answer, sum(number in seen for number in numbers))

    def _draw(self, seed: int, known: Collection[Hashable]) -> Form:
        try:
            return draw_form(self.bank, blueprint=self.blueprint, target=self.target, excluded=known, seed=seed)
        except AssemblyError:
            if not known:
                raise
            return draw_form(self.bank, blueprint=self.blueprint, target=self.target, seed=seed)


class AdaptiveDelivery:
    """An adaptive test under an exposure cap, whose counts grow with each sitting as the exam's own do.

    `floors` names the competencies that have one; True: all, False: none.
    """

    def __init__(self, test: AdaptiveTest, *, exposure_cap: float = 1.0, floors: bool | Collection[str] = True) -> None:
        self.test = test
        self.exposure_cap = exposure_cap
        self.floors: Collection[str] = (test.areas if floors else ()) if isinstance(floors, bool) else floors
        n_items = len(test.bank.keys)
        self.times_eligible: NDArray[np.float64] = np.zeros(n_items)
        self.times_given: NDArray[np.float64] = np.zeros(n_items)

    def sit(self, answer: Answer, *, seed: int, seen: Collection[int]) -> SimulatedSitting:
        """Run one sitting; seen items come again only when the plan cannot be met without them."""
        eligible = None
        if self.exposure_cap < 1:
            chances = eligibility_probabilities(self.times_eligible, self.times_given, cap=self.exposure_cap)
            eligible = draw_eligible(chances, seed=seed)
        keys = self.test.bank.keys
        try:
            sitting = self.test.begin(seed=seed, eligible=eligible, excluded=[keys[number] for number in seen])
        except QuotaError:
            sitting = self.test.begin(seed=seed, eligible=eligible)
        while sitting.decision is None:
            sitting.record(answer(sitting.choose().index))
        self.times_eligible += 1 if eligible is None else eligible
        self.times_given[sitting.given] += 1
        missed = set(self.test.missed_floors(sitting.given, sitting.answers)) & set(self.floors)
        return SimulatedSitting(
            items=tuple(sitting.given),
            answers=tuple(sitting.answers),
            passed=sitting.decision.passed and not missed,
            p_wrong=sitting.decision.p_wrong,
            repeated=sum(number in seen for number in sitting.given),
        )


@dataclass(frozen=True, eq=False)
class CompetencyDelivery:
    """Several competencies decided at once; `index` maps item keys to item numbers."""

    tests: CompetencyTests
    index: dict[object, int]

    def sit(self, answer: Answer, *, seed: int, seen: Collection[int]) -> SimulatedSitting:
        """Run one sitting; seen items come again only when the plans cannot be met without them."""
        known = [key for key, number in self.index.items() if number in seen]
        try:
            sitting = self.tests.begin(seed=seed, excluded=known)
        except QuotaError:
            sitting = self.tests.begin(seed=seed)
        items: list[int] = []
        answers: list[bool] = []
        while sitting.passed is None:
            items.append(self.index[sitting.choose().key])
            answers.append(answer(items[-1]))
            sitting.record(answers[-1])
        repeated = sum(number in seen for number in items)
        return SimulatedSitting(
            tuple(items), tuple(answers), bool(sitting.passed), p_wrong=sitting.p_wrong, repeated=repeated
        )


def _sit_form(
    delivery: FixedForms | FormsOnTheFly,
    number: int | None,
    form: Form,
    items: list[int],
    answer: Answer,
    repeated: int,
) -> SimulatedSitting:
    answers = tuple(answer(item) for item in items)
    marks: dict[str, int] = {}
    for item, right in zip(items, answers, strict=True):
        marks[delivery.competencies[item]] = marks.get(delivery.competencies[item], 0) + right
    floors = (form.floors if delivery.floors else {}) if isinstance(delivery.floors, bool) else delivery.floors
    outcome = decide(sum(answers), marks, marks_needed=form.marks_needed, floors=floors)
    return SimulatedSitting(tuple(items), answers, outcome.passed, number, repeated=repeated)


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a simulation takes for granted; abilities in logits, with the true cut on their scale.

    `mean` and `sd` describe the candidates; `parameter_error` is the standard deviation of the error of each difficulty
    (judges or calibration), drawn once per simulation; `max_attempts` is what a borderline person may use.
    """

    cut: float = 0.0
    mean: float = 0.0
    sd: float = 1.0
    parameter_error: float = 0.0
    max_attempts: int = 1


@dataclass(frozen=True, slots=True)
class ThetaRow:
    """Candidates whose true ability lies in [low, high): how many, share passed, share decided rightly, mean items."""

    low: float
    high: float
    n: int
    pass_rate: float
    accuracy: float
    mean_items: float


@dataclass(frozen=True, slots=True, eq=False)
class SimulationReport:
    """What a simulation showed. Rates are shares of all candidates unless said otherwise.

    `wrong_passes_per_100` and `wrong_fails_per_100` are people per 100 candidates. `borderline_pass` is the chance of a
    person exactly at the cut in one attempt, `borderline_pass_all` over all allowed ones. `form_pass_rates` gives a
    borderline person's exact chance on the total of each fixed form, and `form_spread` the largest less the smallest.
    `exposure` is the share of sittings in which each item was given, (I,); `overlap` the mean share of items two
    sittings have in common. `mean_minutes` needs the items' times. `repeated_items` is the mean number of items seen
    before that a borderline repeat candidate was given. `expected_accuracy` is the decisions' own estimate, nan for
    fixed forms.
    """

    assumptions: Assumptions
    n_candidates: int
    accuracy: float
    accuracy_se: float
    expected_accuracy: float
    wrong_passes_per_100: float
    wrong_fails_per_100: float
    pass_rate: float
    mean_items: float
    length_quantiles: tuple[float, float, float]
    mean_minutes: float
    exposure: FloatArray
    max_exposure: float
    overlap: float
    by_theta: tuple[ThetaRow, ...]
    form_pass_rates: tuple[float, ...]
    form_spread: float
    borderline_pass: float
    borderline_pass_all: float
    repeated_items: float


def simulate(
    delivery: Delivery,
    items: ItemParameters,
    *,
    assumptions: Assumptions | None = None,
    n_candidates: int = 1000,
    n_borderline: int = 200,
    seconds: FloatArray | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> SimulationReport:
    """Send candidates of known ability through a delivery.

    Args:
        items: the parameters that the delivery believes in; true ones differ by the assumed error of b.
        n_borderline: people exactly at the cut, each with all the allowed attempts until a pass.
        seconds: (I,) expected time of each item.
        progress: called with (candidates done, all); it may raise to cancel, and what it raises comes through.

    The same arguments give the same report.
    """
    given = assumptions or Assumptions()
    rng = np.random.default_rng([seed & (2**SEED_BITS - 1), 1])
    errors = rng.normal(0.0, given.parameter_error, len(items)) if given.parameter_error else np.zeros(len(items))
    true = ItemParameters(items.a, items.b + errors, items.c, D=items.D)
    thetas = rng.normal(given.mean, given.sd, n_candidates)
    sittings = []
    for number, theta in enumerate(thetas):
        sittings.append(_sit(delivery, true, float(theta), rng, ()))
        if progress is not None:
            progress(number + 1, n_candidates + n_borderline)
    tries = []
    for number in range(n_borderline):
        tries.append(_attempts(delivery, true, given, rng))
        if progress is not None:
            progress(n_candidates + number + 1, n_candidates + n_borderline)
    return _report(delivery, true, given, thetas, sittings, tries, seconds)


def _sit(
    delivery: Delivery, true: ItemParameters, theta: float, rng: np.random.Generator, seen: Collection[int]
) -> SimulatedSitting:
    chances = true.c + (1 - true.c) * expit(true.slope * (theta - true.b))
    luck = rng.random(len(true))
    return delivery.sit(lambda item: bool(luck[item] < chances[item]), seed=int(rng.integers(2**SEED_BITS)), seen=seen)


def _attempts(
    delivery: Delivery, true: ItemParameters, given: Assumptions, rng: np.random.Generator
) -> list[SimulatedSitting]:
    seen: set[int] = set()
    sittings: list[SimulatedSitting] = []
    while len(sittings) < given.max_attempts and not (sittings and sittings[-1].passed):
        sittings.append(_sit(delivery, true, given.cut, rng, seen))
        seen.update(sittings[-1].items)
    return sittings


def _report(
    delivery: Delivery,
    true: ItemParameters,
    given: Assumptions,
    thetas: FloatArray,
    sittings: list[SimulatedSitting],
    tries: list[list[SimulatedSitting]],
    seconds: FloatArray | None,
) -> SimulationReport:
    passed = np.array([sitting.passed for sitting in sittings])
    lengths = np.array([len(sitting.items) for sitting in sittings])
    master = thetas >= given.cut
    n = len(thetas)
    accuracy = float(np.mean(passed == master))
    exposure = np.bincount(np.concatenate([sitting.items for sitting in sittings]), minlength=len(true)) / n
    rates = _form_pass_rates(delivery, true, given.cut)
    repeats = [sitting.repeated for attempts in tries for sitting in attempts[1:]]
    low, middle, high = np.quantile(lengths, [0.1, 0.5, 0.9])
    return SimulationReport(
        assumptions=given,
        n_candidates=n,
        accuracy=accuracy,
        accuracy_se=float(np.sqrt(accuracy * (1 - accuracy) / n)),
        expected_accuracy=1 - float(np.mean([sitting.p_wrong for sitting in sittings])),
        wrong_passes_per_100=100 * float(np.mean(passed & ~master)),
        wrong_fails_per_100=100 * float(np.mean(~passed & master)),
        pass_rate=float(passed.mean()),
        mean_items=float(lengths.mean()),
        length_quantiles=(float(low), float(middle), float(high)),
        mean_minutes=float(exposure @ seconds) / 60 if seconds is not None else float("nan"),
        exposure=exposure,
        max_exposure=float(exposure.max()),
        overlap=overlap_rate([sitting.items for sitting in sittings]),
        by_theta=_by_theta(thetas, given.cut, passed, master, lengths),
        form_pass_rates=rates,
        form_spread=max(rates) - min(rates) if rates else 0.0,
        borderline_pass=float(np.mean([attempts[0].passed for attempts in tries])) if tries else float("nan"),
        borderline_pass_all=float(np.mean([attempts[-1].passed for attempts in tries])) if tries else float("nan"),
        repeated_items=float(np.mean(repeats)) if repeats else 0.0,
    )


def _by_theta(
    thetas: FloatArray, cut: float, passed: NDArray[np.bool_], master: NDArray[np.bool_], lengths: NDArray[np.intp]
) -> tuple[ThetaRow, ...]:
    bounds = np.concatenate([[-np.inf], cut + THETA_BINS, [np.inf]])
    place = np.searchsorted(bounds, thetas, side="right") - 1
    rows = []
    for number in range(len(bounds) - 1):
        own = place == number
        if own.any():
            right = float(np.mean(passed[own] == master[own]))
            shares = (float(passed[own].mean()), right, float(lengths[own].mean()))
            rows.append(ThetaRow(float(bounds[number]), float(bounds[number + 1]), int(own.sum()), *shares))
    return tuple(rows)


def _form_pass_rates(delivery: Delivery, true: ItemParameters, cut: float) -> tuple[float, ...]:
    if not isinstance(delivery, FixedForms):
        return ()
    chances = probability(cut, true)
    rates = []
    for form in delivery.forms:
        own = [delivery.index[key] for key in form.items]
        rates.append(float(score_distribution(chances[own])[form.marks_needed :].sum()))
    return tuple(rates)
