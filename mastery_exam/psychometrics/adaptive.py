"""The adaptive classification test: what to ask next, when to stop, what to decide.

The exam, the simulation and the benchmarks run this one engine. An `AdaptiveTest` is built once for a bank and a plan
(its tables are what makes a step fast) and is shared; a `Sitting` is one attempt. Everything a sitting does follows
from the plan, its seed, its eligible and excluded items and the answers, so that a record can be replayed.
"""

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .classification import FinalDecision, Grid, final_decision, pass_threshold, posterior_of
from .decision import floor_marks
from .enemies import EnemyGroups
from .errors import QuotaError
from .exact import as_fraction
from .exposure import draw_index
from .models import FloatArray, information, log_probabilities, probability
from .plans import AdaptiveBank, AdaptivePlan, Choice, Criterion, Quota, plan_to_dict
from .shadow import ShadowLimits, best_shadow_test


class AdaptiveTest:
    """A bank with a plan, and the tables that every sitting of it shares."""

    def __init__(self, bank: AdaptiveBank, plan: AdaptivePlan) -> None:
        self.bank = bank
        self.plan = plan
        self.grid = Grid.around(plan.cut, mean=plan.prior_mean, sd=plan.prior_sd)
        right, wrong = log_probabilities(self.grid.nodes, bank.items)
        self.log_right: FloatArray = np.ascontiguousarray(right.T)
        self.log_wrong: FloatArray = np.ascontiguousarray(wrong.T)
        self.information_at_cut: FloatArray = information(plan.cut, bank.items)
        self.information_on_grid: FloatArray = information(self.grid.nodes, bank.items)
        self.index = {key: number for number, key in enumerate(bank.keys)}
        self.areas: tuple[str, ...] = tuple(dict.fromkeys(bank.competencies))
        names = np.array(bank.competencies, dtype=object)
        self.members: dict[str, NDArray[np.intp]] = {area: np.flatnonzero(names == area) for area in self.areas}
        self.quotas = {area: plan.quotas.get(area, Quota()) for area in self.areas}
        self.shares = self._shares()
        self.enemies: dict[int, tuple[int, ...]] = self._enemies()
        # A shadow test looks ahead, and may count enemies as if they could all be given.
        kept_apart = {} if plan.shadow else self.enemies
        self.groups = EnemyGroups.of(kept_apart, self.members, bank.competencies)
        self.shadow_limits = self._shadow_limits()
        if missing := [area for area, quota in plan.quotas.items() if quota.minimum and area not in self.members]:
            raise QuotaError(f"The bank has no item of {missing[0]}. Add items, or change the blueprint.")
        if sum(quota.minimum for quota in self.quotas.values()) > plan.max_items:
            raise QuotaError("The competencies' minimums add up to more than the largest number of items.")

    def mask(self, keys: Collection[Hashable]) -> NDArray[np.bool_]:
        """Return which items of the bank are among `keys`, (I,)."""
        return np.array([key in keys for key in self.bank.keys], dtype=bool)

    def begin(
        self,
        *,
        seed: int,
        eligible: NDArray[np.bool_] | None = None,
        excluded: Iterable[Hashable] = (),
    ) -> "Sitting":
        """Start a sitting.

        Args:
            seed: of the attempt; all draws come from it.
            eligible: (I,) items that exposure control allows this time; all by default.
            excluded: keys never to be given, such as those the person has seen.

        Raises QuotaError, saying which competency is short of what, when the plan might not be met without them: what
        begins comes to a decision, whatever enemies keep out. (A shadow test finds out at its first item.)
        """
        never = tuple(excluded)
        self._refuse_impossible(self._allowed(never))
        return self.resume((), seed=seed, eligible=eligible, excluded=never)

    def replay(
        self,
        answers: Sequence[tuple[Hashable, bool]],
        *,
        seed: int,
        eligible: NDArray[np.bool_] | None = None,
        excluded: Iterable[Hashable] = (),
    ) -> "Sitting":
        """Return the sitting of a record of (key, right) in order; ValueError where the record departs from it."""
        sitting = self.resume((), seed=seed, eligible=eligible, excluded=excluded)
        for key, right in answers:
            choice = sitting.choose()
            if choice.key != key:
                raise ValueError(f"Item {choice.position + 1} of the record is {key!r}, but {choice.key!r} was due.")
            sitting.record(right)
        return sitting

    def resume(
        self,
        record: Iterable[tuple[Choice, bool]],
        *,
        seed: int,
        eligible: NDArray[np.bool_] | None = None,
        excluded: Iterable[Hashable] = (),
    ) -> "Sitting":
        """Return the sitting of a record of (choice, right) with its items as given, whatever would be chosen now.

        To go on with a sitting, or to decide it again with other marks; it is `replay` that checks a record. What
        `begin` would refuse today goes on, too.
        """
        allowed = self._allowed(excluded)
        sitting = Sitting(self, seed, allowed, allowed if eligible is None else allowed & eligible)
        for choice, right in record:
            sitting.take(choice, right)
        return sitting

    def missed_floors(self, given: Sequence[int], answers: Sequence[bool]) -> tuple[str, ...]:
        """Return the competencies whose marks lie under their floor, checked at the end of a sitting.

        An area's cut is the marks expected at the cut on the items given; its floor is one Lord SEM under that.
        `given` are item numbers, `answers` whether each was right.
        """
        at_cut = probability(self.plan.cut, self.bank.items)
        missed = []
        for area in self.areas:
            own = [number for number, index in enumerate(given) if self.bank.competencies[index] == area]
            marks = sum(answers[number] for number in own)
            expected = sum((as_fraction(float(at_cut[given[number]])) for number in own), Fraction(0))
            if marks < floor_marks(expected, len(own)):
                missed.append(area)
        return tuple(missed)

    def _allowed(self, excluded: Iterable[Hashable]) -> NDArray[np.bool_]:
        allowed = np.ones(len(self.bank.keys), dtype=bool)
        allowed[[self.index[key] for key in excluded if key in self.index]] = False
        return allowed

    def _shares(self) -> dict[str, float]:
        stated = {area: quota.share for area, quota in self.quotas.items() if quota.share is not None}
        minimums = {area: float(quota.minimum) for area, quota in self.quotas.items()}
        sizes = {area: float(len(members)) for area, members in self.members.items()}
        raw = stated or (minimums if any(minimums.values()) else sizes)
        total = sum(raw.values())
        return {area: raw.get(area, 0.0) / total for area in self.areas}

    def _enemies(self) -> dict[int, tuple[int, ...]]:
        foes: dict[int, set[int]] = {}
        for pair in self.bank.enemies:
            numbers = [self.index[key] for key in pair if key in self.index]
            for number in numbers:
                foes.setdefault(number, set()).update(other for other in numbers if other != number)
        return {number: tuple(sorted(others)) for number, others in foes.items()}

    def _shadow_limits(self) -> ShadowLimits:
        pairs = {(min(one, other), max(one, other)) for one, others in self.enemies.items() for other in others}
        most = self.plan.max_items
        return ShadowLimits(
            length=most,
            members=self.members,
            bounds={a: (q.minimum, most if q.maximum is None else q.maximum) for a, q in self.quotas.items()},
            enemies=tuple(sorted(pairs)),
            seconds=self.bank.seconds,
            max_seconds=self.plan.max_seconds,
        )

    def _refuse_impossible(self, allowed: NDArray[np.bool_]) -> None:
        most = self.plan.max_items
        reach = 0
        for area, quota in self.quotas.items():
            # Each competency's minimum is kept free, so that no more than the rest goes to the others.
            left = self.groups.sure_in(area, allowed, elsewhere=most - quota.minimum)
            if left < quota.minimum:
                raise QuotaError(self._shortage(area, allowed, left))
            reach += left if quota.maximum is None else min(left, quota.maximum)
        if all(quota.maximum is None for quota in self.quotas.values()):
            reach = self.groups.sure_in_all(allowed)
        if reach < most:
            raise QuotaError(f"The test may take {most} items and the blueprint allows {reach}.")

    def _shortage(self, area: str, allowed: NDArray[np.bool_], left: int) -> str:
        minimum = self.quotas[area].minimum
        alone = self.groups.sure_in(area, allowed, elsewhere=0)
        if alone < minimum:
            return f"{area} needs {minimum} items and {alone} may be given."
        return f"{area} needs {minimum} items, and items of other competencies can exclude all but {left} of them."


class Sitting:
    """One attempt at an adaptive test."""

    def __init__(self, test: AdaptiveTest, seed: int, allowed: NDArray[np.bool_], eligible: NDArray[np.bool_]) -> None:
        self.test = test
        self.seed = seed
        self.choices: list[Choice] = []
        self.given: list[int] = []
        self.answers: list[bool] = []
        self.counts = dict.fromkeys(test.areas, 0)
        self.p_above = posterior_of(np.zeros(len(test.grid.nodes)), test.grid)
        self.decision: FinalDecision | None = None
        self._allowed = allowed.copy()
        self._eligible = eligible.copy()
        self._log_likelihood: FloatArray = np.zeros(len(test.grid.nodes))
        self._pending: Choice | None = None

    def choose(self) -> Choice:
        """Return the next item; the same one until it is answered. Raises ValueError after the decision."""
        if self.decision is not None:
            raise ValueError("The test is over: it has been decided.")
        if self._pending is None:
            self._pending = self._select()
        return self._pending

    def record(self, right: bool) -> FinalDecision | None:
        """Take the answer to the chosen item and return the decision, if there is one now."""
        return self.take(self.choose(), right)

    def take(self, choice: Choice, right: bool) -> FinalDecision | None:
        """Take an item as given, chosen here or not, with its answer; return the decision, if there is one now."""
        index = choice.index
        self._log_likelihood += self.test.log_right[index] if right else self.test.log_wrong[index]
        self._block(index)
        self.choices.append(choice)
        self.given.append(index)
        self.answers.append(bool(right))
        self.counts[choice.competency] += 1
        self._pending = None
        self.p_above = posterior_of(self._log_likelihood, self.test.grid)
        self.decision = self._decide()
        return self.decision

    @property
    def is_too_short(self) -> bool:
        """Whether the least number of items, or a competency's minimum, has not been reached."""
        quotas = self.test.quotas.items()
        return len(self.given) < self.test.plan.min_items or any(self.counts[a] < q.minimum for a, q in quotas)

    @property
    def theta(self) -> float:
        """The posterior mean in logits."""
        logs = self._log_likelihood + self.test.grid.log_prior
        weights = np.exp(logs - logs.max())
        return float(weights @ self.test.grid.nodes / weights.sum())

    @property
    def log_likelihood(self) -> FloatArray:
        """The log-likelihood on the nodes of the test's grid, (nodes,)."""
        return self._log_likelihood.copy()

    def evidence(self) -> dict[str, Any]:
        """Return what the decision stands on, as JSON where the item keys are: for the record, not for people."""
        steps = [{**asdict(choice), "right": right} for choice, right in zip(self.choices, self.answers, strict=True)]
        return {
            "plan": plan_to_dict(self.test.plan),
            "seed": self.seed,
            "steps": steps,
            "theta": self.theta,
            "p_above": self.p_above,
            "decision": None if self.decision is None else asdict(self.decision),
        }

    def _block(self, index: int) -> None:
        for number in (index, *self.test.enemies.get(index, ())):
            self._allowed[number] = self._eligible[number] = False

    def _decide(self) -> FinalDecision | None:
        plan = self.test.plan
        if self.is_too_short:
            return None
        verdict = plan.rule.verdict(self._log_likelihood, self.test.grid, self.p_above)
        if verdict is not None:
            return final_decision(self.p_above, verdict, by_rule=True)
        if len(self.given) < plan.max_items:
            return None
        return final_decision(self.p_above, self.p_above >= pass_threshold(plan.loss_ratio), by_rule=False)

    def _select(self) -> Choice:
        test, plan = self.test, self.test.plan
        theta = plan.cut if plan.criterion is Criterion.CUT else self.theta
        value = test.information_at_cut if plan.criterion is Criterion.CUT else self._information_at(theta)
        pool, relaxed = self._shadow_pool(value) if plan.shadow else self._quota_pool()
        worth = value[pool]
        if len(pool) > plan.randomesque:
            best = pool[np.argpartition(worth, -plan.randomesque)[-plan.randomesque :]]
            # In the order of the bank, so that the draw does not hang on how the partition left them.
            best.sort()
        else:
            best = pool
        index = int(best[draw_index(self.seed, len(self.given), len(best))])
        area = test.bank.competencies[index]
        key = test.bank.keys[index]
        return Choice(len(self.given), index, key, area, theta, float(value[index]), len(best), relaxed)

    def _information_at(self, theta: float) -> FloatArray:
        nodes = self.test.grid.nodes
        nearest = round((theta - nodes[0]) / (nodes[1] - nodes[0]))
        return self.test.information_on_grid[min(max(nearest, 0), len(nodes) - 1)]

    def _quota_pool(self) -> tuple[NDArray[np.intp], bool]:
        """Return the items of the competency that lags most behind its share (Kingsbury & Zara 1989)."""
        for area in self._areas_by_lag():
            members = self.test.members[area]
            pool = members[self._eligible[members]]
            if len(pool):
                return pool, False
            pool = members[self._allowed[members]]
            if len(pool):
                return pool, True
        raise QuotaError("The blueprint cannot be met: no item is left that may be given.")

    def _areas_by_lag(self) -> Collection[str]:
        quotas, counts, n = self.test.quotas, self.counts, len(self.given)
        owed = {area: max(0, quota.minimum - counts[area]) for area, quota in quotas.items()}
        must_have = sum(owed.values()) >= self.test.plan.max_items - n
        open_areas = [
            area
            for area, quota in quotas.items()
            if (owed[area] if must_have else quota.maximum is None or counts[area] < quota.maximum)
        ]
        shares = self.test.shares
        return sorted(open_areas, key=lambda area: counts[area] - shares[area] * (n + 1))

    def _shadow_pool(self, value: FloatArray) -> tuple[NDArray[np.intp], bool]:
        limits = self.test.shadow_limits
        try:
            whole = best_shadow_test(value, limits, given=self.given, allowed=self._eligible)
            relaxed = False
        except QuotaError:
            whole = best_shadow_test(value, limits, given=self.given, allowed=self._allowed)
            relaxed = True
        return np.setdiff1d(whole, self.given), relaxed
