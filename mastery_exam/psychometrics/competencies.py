"""Several competencies decided at once, each by its own adaptive test with its own cut; all must be passed.

For authors whose simulation shows that it holds: the tests are short in each competency, and every one adds a way to
fail. The sittings take turns, so that a person meets all competencies from the start.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from .adaptive import AdaptiveTest, Sitting
from .exposure import draw_index
from .plans import Choice

SEED_RANGE = 2**62


class CompetencyTests:
    """An adaptive test for each competency; no item belongs to two of them."""

    def __init__(self, tests: Mapping[str, AdaptiveTest]) -> None:
        self.tests = dict(tests)
        keys = [key for test in self.tests.values() for key in test.bank.keys]
        if not keys or len(set(keys)) < len(keys):
            raise ValueError("Each competency needs a test, and no item may belong to two of them.")

    def begin(
        self, *, seed: int, eligible: Iterable[Hashable] | None = None, excluded: Iterable[Hashable] = ()
    ) -> "CompetencySitting":
        """Start a sitting; `eligible` (all by default) and `excluded` are item keys. Raises QuotaError as one test."""
        never = set(excluded)
        allowed = None if eligible is None else set(eligible)
        sittings = {}
        for number, (name, test) in enumerate(self.tests.items()):
            mask = None if allowed is None else test.mask(allowed)
            sittings[name] = test.begin(seed=draw_index(seed, number, SEED_RANGE), eligible=mask, excluded=never)
        return CompetencySitting(seed, sittings)

    def replay(
        self,
        answers: Sequence[tuple[Hashable, bool]],
        *,
        seed: int,
        eligible: Iterable[Hashable] | None = None,
        excluded: Iterable[Hashable] = (),
    ) -> "CompetencySitting":
        """Return the sitting of a record of (key, right) in order; ValueError where the record departs from it."""
        sitting = self.begin(seed=seed, eligible=eligible, excluded=excluded)
        for number, (key, right) in enumerate(answers, start=1):
            choice = sitting.choose()
            if choice.key != key:
                raise ValueError(f"Item {number} of the record is {key!r}, but {choice.key!r} was due.")
            sitting.record(right)
        return sitting


class CompetencySitting:
    """One attempt: a sitting per competency, in turns until each has its decision."""

    def __init__(self, seed: int, sittings: Mapping[str, Sitting]) -> None:
        self.seed = seed
        self.sittings = dict(sittings)

    @property
    def passed(self) -> bool | None:
        """True when every competency is passed, False when all are decided and one is not, None until then."""
        decisions = [sitting.decision for sitting in self.sittings.values()]
        if any(decision is None for decision in decisions):
            return None
        return all(decision.passed for decision in decisions if decision is not None)

    @property
    def missed(self) -> tuple[str, ...]:
        """The competencies decided as not passed so far."""
        return tuple(
            name
            for name, sitting in self.sittings.items()
            if sitting.decision is not None and not sitting.decision.passed
        )

    @property
    def p_wrong(self) -> float:
        """The chance, by the posteriors taken as independent, that the decision about all of them together is wrong."""
        all_able = 1.0
        for sitting in self.sittings.values():
            all_able *= sitting.p_above
        return 1 - all_able if self.passed else all_able

    def choose(self) -> Choice:
        """Return the next item, of the undecided competency with the fewest answers; ValueError after the decision."""
        return self._turn().choose()

    def record(self, right: bool) -> bool | None:
        """Take the answer to the chosen item and return `passed`."""
        self._turn().record(right)
        return self.passed

    def evidence(self) -> dict[str, Any]:
        """Return each competency's evidence, as JSON where the item keys are."""
        return {"seed": self.seed, "competencies": {name: part.evidence() for name, part in self.sittings.items()}}

    def _turn(self) -> Sitting:
        undecided = [sitting for sitting in self.sittings.values() if sitting.decision is None]
        if not undecided:
            raise ValueError("The test is over: every competency has been decided.")
        return min(undecided, key=lambda sitting: len(sitting.given))
