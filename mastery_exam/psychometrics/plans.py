"""What an adaptive test is made of: its bank, and the plan that an exam version freezes."""

from collections.abc import Hashable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from .classification import (
    GeneralisedLikelihoodRatio,
    IntervalRule,
    PosteriorRule,
    SequentialProbabilityRatio,
    StoppingRule,
    pass_threshold,
)
from .models import FloatArray, ItemParameters

RULES: dict[str, type[Any]] = {
    "posterior": PosteriorRule,
    "sprt": SequentialProbabilityRatio,
    "glr": GeneralisedLikelihoodRatio,
    "interval": IntervalRule,
}


class Criterion(StrEnum):
    """Where an item's information is taken: at the cut (Spray & Reckase 1994) or at the posterior mean."""

    CUT = "cut"
    THETA = "theta"


@dataclass(frozen=True, slots=True)
class Quota:
    """How much of a test one competency has: at least `minimum` items before a decision, never over `maximum`.

    `share` is the wanted part of the items at every moment; without it the minimums, or else the bank, give it.
    """

    minimum: int = 0
    maximum: int | None = None
    share: float | None = None


@dataclass(frozen=True, eq=False)
class AdaptiveBank:
    """Items that an adaptive test may give, in a fixed order: keys, parameters and competencies, each of length I.

    `enemies` are pairs of keys that may not meet in one sitting; `seconds` is the expected time of each item, (I,).
    """

    keys: tuple[Hashable, ...]
    items: ItemParameters
    competencies: tuple[str, ...]
    enemies: frozenset[frozenset[Hashable]] = frozenset()
    seconds: FloatArray | None = None

    def __post_init__(self) -> None:
        sizes = {len(self.keys), len(self.items), len(self.competencies)}
        if self.seconds is not None:
            sizes.add(len(self.seconds))
        if len(sizes) != 1 or not self.keys:
            raise ValueError("A bank needs one key, competency, time and set of parameters for each item.")
        if len(set(self.keys)) < len(self.keys):
            raise ValueError("Two items of the bank have the same key.")


@dataclass(frozen=True, eq=False)
class AdaptivePlan:
    """The delivery rule that an exam version freezes.

    `cut` is on theta; `loss_ratio` the loss of a wrong pass over that of a wrong fail, used at `max_items`;
    `randomesque` the number of best items of which one is drawn; `shadow` assembles a whole test before each item (for
    enemies, `max_seconds` and quotas at once). The prior N(`prior_mean`, `prior_sd`) is the same for everyone.
    """

    cut: float = 0.0
    rule: StoppingRule = field(default_factory=PosteriorRule)
    loss_ratio: float = 1.0
    min_items: int = 10
    max_items: int = 40
    quotas: Mapping[str, Quota] = field(default_factory=dict)
    criterion: Criterion = Criterion.CUT
    randomesque: int = 5
    shadow: bool = False
    max_seconds: float | None = None
    prior_mean: float = 0.0
    prior_sd: float = 1.0

    def __post_init__(self) -> None:
        if not 1 <= self.min_items <= self.max_items:
            raise ValueError("The least number of items must lie between 1 and the largest.")
        if self.randomesque < 1:
            raise ValueError("At least one item must be in the draw.")
        if self.max_seconds is not None and not self.shadow:
            raise ValueError("A limit on time needs shadow tests.")
        pass_threshold(self.loss_ratio)


@dataclass(frozen=True, slots=True)
class Choice:
    """The next item and why: its information in squared logits at `theta`, out of how many it was drawn.

    `eligibility_relaxed`: no eligible item of the competency was left, so exposure control gave way to the blueprint.
    """

    position: int
    index: int
    key: Hashable
    competency: str
    theta: float
    information: float
    drawn_from: int
    eligibility_relaxed: bool


def plan_to_dict(plan: AdaptivePlan) -> dict[str, Any]:
    """Return a plan as plain values, ready for JSON; `plan_from_dict` gives it back."""
    names = {kind: name for name, kind in RULES.items()}
    plain = {name: value for name, value in vars(plan).items() if name not in ("rule", "quotas", "criterion")}
    return {
        **plain,
        "criterion": plan.criterion.value,
        "rule": {"name": names[type(plan.rule)], **asdict(plan.rule)},  # type: ignore[call-overload]
        "quotas": {area: asdict(quota) for area, quota in plan.quotas.items()},
    }


def plan_from_dict(plain: Mapping[str, Any]) -> AdaptivePlan:
    """Return the plan that `plan_to_dict` wrote; raises ValueError for a rule that is not known."""
    rule = dict(plain["rule"])
    name = rule.pop("name")
    if name not in RULES:
        raise ValueError(f"{name!r} is no stopping rule; choose one of {', '.join(RULES)}.")
    quotas = {area: Quota(**quota) for area, quota in plain["quotas"].items()}
    rest = {key: value for key, value in plain.items() if key not in ("rule", "quotas", "criterion")}
    return AdaptivePlan(**rest, rule=RULES[name](**rule), quotas=quotas, criterion=Criterion(plain["criterion"]))
