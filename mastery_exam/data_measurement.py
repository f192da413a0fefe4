"""What measuring an exam answers with: a simulation of its delivery, and what people's responses say about its items.

As `data`: frozen records of plain values, importing nothing but attrs and the standard library.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import attrs

from mastery_exam.data import Refusal


class SimulationState(StrEnum):
    """Where a simulation stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@attrs.frozen
class SimulationAssumptions:
    """What a simulation takes for granted, in logits from the pass mark.

    `mean` and `sd` describe the candidates; `judges_error` is the standard deviation of the error of each item's
    difficulty as the judges' ratings, or a calibration, give it; `max_attempts` the tries a borderline person has, no
    more than there are fixed forms.
    """

    mean: float = 0.0
    sd: float = 1.0
    judges_error: float = 0.4
    max_attempts: int = 1


@attrs.frozen
class SimulationData:
    """A simulation as its exam's authors see it.

    `report` has the fields of `psychometrics.SimulationReport` as JSON (null for nan and infinity) and is empty until
    it is done; `refusals` says why the draft cannot be published; `is_current` whether the draft is still the one
    that was simulated; `version_num` the version that it was published with.
    """

    uuid: UUID
    exam_key: str
    version_num: int | None
    state: str
    done: int
    total: int
    assumptions: SimulationAssumptions
    report: dict[str, Any]
    refusals: tuple[Refusal, ...]
    is_current: bool
    created: datetime
    finished_at: datetime | None


@attrs.frozen
class MeasuredItem:
    """A scored item: `rating` is the judges' mean, `difficulty` in logits from the pass mark.

    The difficulty is the one that the version froze, or the one that the rating implies.
    """

    key: str
    title: str
    area_key: str
    rating: Decimal | None
    difficulty: float | None


@attrs.frozen
class ItemRow:
    """An item as people answered it: how many, share right `p`, corrected point-biserial, and DIF's letter if any.

    `form_num` is None where the version has no forms; `use` tells a scored item from one that is tried out. `exposure`
    counts the sittings in which it was given, decided or not, and `exposure_share` is their share of all of the
    version's. Values are None where nothing can be said; `dif` is empty where it does not apply.
    """

    key: str
    title: str
    area_key: str
    use: str
    form_num: int | None
    rating: Decimal | None
    exposure: int
    exposure_share: float | None
    n: int
    p: float | None
    point_biserial: float | None
    dif: str


@attrs.frozen
class OptionRow:
    """One option of an item: who chose it, by quarter of the total (lowest first), and its point-biserial."""

    item_key: str
    option: str
    is_key: bool
    n: int
    share: float
    rest_point_biserial: float | None
    quartiles: tuple[float, float, float, float]


@attrs.frozen
class CutRow:
    """The judges' cut of one form, or without forms of the whole bank, in marks.

    `impact` is (steps of one SE, cut, share that would pass or None), empty for a whole bank, which nobody sits.
    """

    form_num: int | None
    marks_needed: int | None
    cut: float
    sd: float | None
    se: float | None
    se_generalised: float | None
    icc: float | None
    judges: tuple[tuple[str, float, bool], ...]
    impact: tuple[tuple[int, float, float | None], ...]
    n_results: int


@attrs.frozen
class InformationCurve:
    """Test information and standard error over theta, in logits from the pass mark: of one form, or a mean sitting.

    A mean sitting has of each item's information the share of sittings in which the item is given.
    """

    form_num: int | None
    theta: tuple[float, ...]
    information: tuple[float, ...]
    standard_error: tuple[float | None, ...]


@attrs.frozen
class DecisionQuality:
    """How often decisions without a common form are right, from people's responses.

    `posterior_accuracy` is the mean of max(P, 1 - P) over the stored posteriors of being at or above the cut, None
    where no decision kept one. `accuracy` and `consistency` are Rudner's (2001), with `kappa`.
    """

    n: int
    posterior_accuracy: float | None
    accuracy: float | None
    consistency: float | None
    kappa: float | None


@attrs.frozen
class Measurement:
    """Everything that is measured of one published version; `source` says where the difficulties come from.

    `abilities` are the people's EAP estimates in logits from the pass mark, one a decided sitting. `alphas` are those
    of fixed forms, and `quality` stands in their place without them, with `overlap`, the mean share of items that two
    sittings have in common. `n_sittings` counts all that began.
    """

    exam_key: str
    exam_title: str
    version_num: int
    source: str
    delivery_rule: str
    n_sittings: int
    n_results: int
    pass_rate: float | None
    alphas: tuple[tuple[int, int, float | None], ...]
    information: tuple[InformationCurve, ...]
    difficulties: tuple[MeasuredItem, ...]
    abilities: tuple[float, ...]
    items: tuple[ItemRow, ...]
    options: tuple[OptionRow, ...]
    cuts: tuple[CutRow, ...]
    dif_groups: tuple[int, int]
    quality: DecisionQuality | None = None
    overlap: float | None = None

    @property
    def has_dif(self) -> bool:
        """Whether any item has an ETS letter."""
        return any(row.dif in ("A", "B", "C") for row in self.items)


@attrs.frozen
class CalibratedItemData:
    """An item's parameters in one calibration, in logits with D = 1; None for an error that is not known.

    `use` is `scored`, or `pilot` where its answers came from sittings that only tried it out.
    """

    key: str
    version_num: int
    use: str
    state: str
    n: int
    a: float
    b: float
    c: float
    se_a: float | None
    se_b: float | None
    infit: float | None
    outfit: float | None


@attrs.frozen
class CalibrationData:
    """One version of a bank's parameters; candidates have mean 0 and standard deviation `population_sd` on its scale.

    `left_out` are keys of items that cannot be estimated: answered by nobody, or all right or all wrong.
    """

    uuid: UUID
    num: int
    exam_key: str
    model: str
    n_persons: int
    population_sd: float
    log_likelihood: float
    converged: bool
    created: datetime
    items: tuple[CalibratedItemData, ...]
    left_out: tuple[str, ...] = ()
