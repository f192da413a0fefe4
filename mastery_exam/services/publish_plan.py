"""What would be published now, read from the tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import attrs

from mastery_exam.data import DeliveryRule, FloorRule
from mastery_exam.models import (
    BankCalibration,
    CalibratedItem,
    Competency,
    Exam,
    ExamVersion,
    ItemVersion,
    RatingPanel,
)
from mastery_exam.psychometrics import as_fraction
from mastery_exam.services.authoring import current_panel, final_ratings, latest_versions
from mastery_exam.services.exam_settings import ExamSettings, read_settings

JUDGES_FOR_A_FIRM_MARK = 3


@attrs.frozen
class ScoredItem:
    """An item that may come up in the exam, with its judges' last ratings by role."""

    version: ItemVersion
    area_key: str
    ratings: dict[str, Decimal]

    @property
    def key(self) -> str:
        """The item's key."""
        return self.version.item.key

    @property
    def rating(self) -> Fraction:
        """The exact mean of the ratings."""
        return sum(map(as_fraction, self.ratings.values()), Fraction(0)) / len(self.ratings)


@attrs.frozen
class PublishPlan:
    """The draft with all that it refers to; `areas` are those of the blueprint, in the framework's order.

    `pilots` are the items that may be tried out, empty where none are asked for; `calibrated` holds the parameters of
    the calibration that the author chose, by item version.
    """

    exam: Exam
    settings: ExamSettings
    areas: tuple[Competency, ...]
    scored: tuple[ScoredItem, ...]
    practice: tuple[ItemVersion, ...]
    panel: RatingPanel | None
    last_version: ExamVersion | None
    pilots: tuple[ItemVersion, ...] = ()
    calibration: BankCalibration | None = None
    calibrated: Mapping[int, CalibratedItem] = attrs.field(factory=dict)

    @property
    def blueprint(self) -> dict[str, int]:
        """Items per form of each area that has any, in order."""
        return {area.key: self.settings.blueprint[area.key] for area in self.areas}

    @property
    def floor_rules(self) -> dict[str, str]:
        """The floor rule of each area."""
        return {area.key: self.settings.floor_rules.get(area.key, FloorRule.DEFAULT.value) for area in self.areas}

    @property
    def delivered(self) -> tuple[ItemVersion, ...]:
        """Every item version that a person may be shown."""
        return (*(item.version for item in self.scored), *self.pilots, *self.practice)

    def is_calibrated(self, item: ScoredItem) -> bool:
        """Tell whether the chosen calibration has enough answers to this version of the item."""
        row = self.calibrated.get(item.version.pk)
        return row is not None and row.state == CalibratedItem.State.CALIBRATED

    def fingerprint(self) -> str:
        """Return a digest of everything that a version would freeze, to notice a change while forms are drawn."""
        panel = self.panel
        content = {
            "exam": [self.exam.key, self.exam.title, self.exam.status, self.settings.as_json()],
            "areas": [[a.key, a.title, a.outcome, a.case_url, a.study_links] for a in self.areas],
            "scored": [[i.key, i.version.pk, i.area_key, i.version.item.enemies, i.ratings] for i in self.scored],
            "practice": [version.pk for version in self.practice],
            "pilots": [[version.pk, _area_key(version), version.item.enemies] for version in self.pilots],
            "calibration": self.calibration.pk if self.calibration else None,
            "panel": [panel.pk, panel.released_at, panel.judges] if panel else None,
            "last": self.last_version.num if self.last_version else 0,
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def load_plan(exam: Exam) -> PublishPlan:
    """Return what publishing the exam would freeze, without drawing forms."""
    settings = read_settings(exam.draft)
    wanted = {key for key, count in settings.blueprint.items() if count > 0}
    areas = tuple(exam.bank.framework.competencies.filter(key__in=wanted))
    panel = current_panel(exam.bank)
    ratings = final_ratings(panel)
    versions = sorted(latest_versions(exam.bank).values(), key=lambda version: version.item.key)
    live = [version for version in versions if not version.item.retired]
    scored = [
        ScoredItem(version, _area_key(version), ratings.get(version.item_id, {}))
        for version in live
        if not (version.item.is_practice or version.item.is_pilot) and _area_key(version) in wanted
    ]
    practice = [version for version in live if version.item.is_practice]
    pilots = [version for version in live if version.item.is_pilot and _area_key(version) in wanted]
    calibration = _calibration(exam, settings)
    return PublishPlan(
        exam=exam,
        settings=settings,
        areas=areas,
        scored=tuple(scored),
        practice=tuple(practice),
        panel=panel,
        last_version=exam.versions.order_by("-num").first(),
        pilots=tuple(pilots) if settings.pilot_items else (),
        calibration=calibration,
        calibrated={row.item_version_id: row for row in calibration.items.all()} if calibration else {},
    )


def _area_key(version: ItemVersion) -> str:
    return version.item.competency.key if version.item.competency else ""


def _calibration(exam: Exam, settings: ExamSettings) -> BankCalibration | None:
    """Return the calibration that the author named, for a rule that uses one; never the newest by itself."""
    if settings.calibration_num is None or settings.delivery_rule == DeliveryRule.FIXED:
        return None
    return BankCalibration.objects.filter(bank=exam.bank, num=settings.calibration_num).first()
