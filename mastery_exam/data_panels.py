"""What a standard setting answers with: the facilitator's report of a panel, and a judge's own view of it.

As `data`: frozen records of plain values, importing nothing but attrs and the standard library. Ratings and cuts that
people read are in percent; `marks` are of the items that were rated, one mark each.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs

from mastery_exam.data import PanelData


@attrs.frozen
class PanelJudgeData:
    """A judge as the facilitator sees him: `rated` counts his ratings in each round, the first first.

    `username` is empty for a judge whose account was retired, and for one whose ratings were imported.
    """

    uuid: UUID | None
    label: str
    username: str
    rated: tuple[int, ...]
    bookmark: int | None = None
    has_limits: bool = False


@attrs.frozen
class RoundData:
    """A round of a panel: who opened and closed it, and when."""

    num: int
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str


@attrs.frozen
class JudgeCut:
    """One judge's cut: marks, percent, and whether it lies far from the others."""

    label: str
    cut: float
    percent: float
    outlying: bool


@attrs.frozen
class RatedItemRow:
    """An item as the judges rated it, in percent; `p` is the share of `n` sittings that had it right, if any."""

    key: str
    title: str
    area_key: str
    mean: float
    sd: float | None
    least: float
    most: float
    n: int
    p: float | None


@attrs.frozen
class RoundSummary:
    """What the judges said up to a round, over the items that each of them has rated.

    `unfinished` are judges who have not rated all of these items and are not counted. `change` is the mean change of a
    rating since the round before, in percent; None for the first.
    """

    num: int
    n_items: int
    judges: tuple[JudgeCut, ...]
    unfinished: tuple[str, ...]
    cut: float
    percent: float
    sd: float | None
    se: float | None
    se_generalised: float | None
    icc: float | None
    items: tuple[RatedItemRow, ...]
    change: float | None = None


@attrs.frozen
class CutImpact:
    """The share of decided sittings at or above the cut moved by `steps` standard errors; by the total alone."""

    steps: int
    percent: float
    pass_rate: float


@attrs.frozen
class HofsteeReport:
    """Hofstee's compromise in percent of the marks, from the judges' mean limits; None without enough sittings."""

    judges: int
    cuts: tuple[float, float]
    fail_rates: tuple[float, float]
    cut: float | None = None
    fail_rate: float | None = None
    crosses: bool = False


@attrs.frozen
class CutOnTheta:
    """The cut on a calibration's scale, in logits, from the items that the calibration has."""

    calibration_num: int
    n_items: int
    theta: float
    se: float | None


@attrs.frozen
class PanelReport:
    """Everything that the facilitator sees of a panel; `least_sittings` are needed for the impact and Hofstee."""

    panel: PanelData
    bank_title: str
    n_items: int
    judges: tuple[PanelJudgeData, ...]
    rounds: tuple[RoundData, ...]
    summaries: tuple[RoundSummary, ...]
    n_sittings: int
    least_sittings: int
    impact: tuple[CutImpact, ...]
    hofstee: HofsteeReport | None
    theta: CutOnTheta | None
    released_by: tuple[str, ...]
    released_record: dict[str, Any]
    used_by: tuple[str, ...]


@attrs.frozen
class JudgePanelData:
    """A panel as one of its judges sees it: nothing of any other judge. `open_round` is None while he cannot rate."""

    uuid: UUID
    title: str
    num: int
    method: str
    label: str
    open_round: int | None
    rated: int
    n_items: int
    held_on: date | None
    bookmark: int | None = None
    limits: dict[str, Decimal] | None = None


@attrs.frozen
class RatingSpread:
    """What all judges said of an item in the round before, in percent, lowest first, with no name on any value.

    `p` is the share of `n` sittings that had it right; None where there were none when the round was opened.
    """

    values: tuple[float, ...]
    mean: float
    n: int
    p: float | None


@attrs.frozen
class JudgeItem:
    """An item for a judge: his own rating in percent, if any, and whether he gave it in the round that is open."""

    uuid: UUID
    position: int
    title: str
    area_title: str
    percent: Decimal | None
    rated_now: bool


@attrs.frozen
class RatingReceipt:
    """What the server has stored of a judge's rating, and when."""

    item_uuid: UUID
    panel_round: int
    percent: Decimal
    saved_at: datetime
