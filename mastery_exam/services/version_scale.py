"""The scale on which a version's items and people are measured: its frozen parameters, or what the ratings imply."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from mastery_exam.models import ExamVersion, VersionItem
from mastery_exam.psychometrics import ItemParameters, plan_from_dict


@attrs.frozen
class VersionScale:
    """Where the cut lies in logits, the prior of abilities, and where the difficulties come from.

    `calibration` is the number of the calibration whose scale it is; None: the judges' ratings, with the cut at 0.
    """

    cut: float = 0.0
    prior_mean: float = 0.0
    prior_sd: float = 1.0
    calibration: int | None = None

    @property
    def source(self) -> str:
        """`ratings` or `calibration`."""
        return "ratings" if self.calibration is None else "calibration"


def scale_of(version: ExamVersion) -> VersionScale:
    """Return the scale that the version froze with its plan, or that of the ratings."""
    if "plan" not in version.delivery_plan:
        return VersionScale()
    plan = plan_from_dict(version.delivery_plan["plan"])
    return VersionScale(plan.cut, plan.prior_mean, plan.prior_sd, version.delivery_plan["calibration"])


def parameters_of(items: Sequence[VersionItem], scale: VersionScale) -> ItemParameters | None:
    """Return the items' parameters on the scale: the frozen ones, else from ratings; None if any has neither."""
    rows = [_parameters(item, scale) for item in items]
    known = [row for row in rows if row is not None]
    if not known or len(known) < len(rows):
        return None
    a, b, c = zip(*known, strict=True)
    return ItemParameters(a, b, c)


def _parameters(item: VersionItem, scale: VersionScale) -> tuple[float, float, float] | None:
    if item.a is not None and item.b is not None and item.c is not None:
        return item.a, item.b, item.c
    if item.rating is None:
        return None
    return 1.0, float(ItemParameters.from_ratings([float(item.rating)], cut=scale.cut).b[0]), 0.0
