"""The settings of an exam's next version: their names, defaults and limits, and reading them from what people send."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

import attrs
from django.utils.translation import gettext as _

from mastery_exam.data import (
    DeliveryRule,
    FeePolicy,
    FloorRule,
    IdentityPolicy,
    ReleasePolicy,
    StoppingRule,
    Supervision,
)
from mastery_exam.errors import InvalidInput

LONGEST_TEXT = 20_000
LIMITS = {
    "minutes": (1, 24 * 60),
    "n_forms": (1, 20),
    "pilot_items": (0, 20),
    "min_items": (1, 200),
    "max_items": (1, 200),
    "randomesque": (1, 50),
    "max_attempts": (1, 20),
    "wait_days": (0, 730),
    "release_hours": (0, 24 * 90),
}
LARGEST_AREA = 200
LARGEST_CALIBRATION = 10**6
ERROR_LIMITS = ("max_wrong_passes", "max_wrong_fails")
DECIMALS = {
    "confidence": (Decimal("0.8"), Decimal("0.99")),
    "loss_ratio": (Decimal("0.1"), Decimal(10)),
    "exposure_cap": (Decimal("0.05"), Decimal(1)),
}
# What a version keeps in its delivery plan, and not in columns of its own.
PLANNED = ("min_items", "max_items", "stopping_rule", *DECIMALS, "randomesque", "calibration_num")


@attrs.frozen
class ExamSettings:
    """The draft of an exam's next version.

    `blueprint`: area key -> items per form. `floor_rules`: area key -> FloorRule, the default where none is given.
    `minutes` None, or an empty text, is "not decided yet" and blocks publishing. `max_wrong_passes` and
    `max_wrong_fails` are the most people per 100 whom the simulation may decide wrongly, as decimal text; None: no
    limit.

    `n_forms` is for fixed forms alone. `min_items` to `calibration_num` are for a classification test, where the
    blueprint holds the least items of each area: it stops by `stopping_rule` at `confidence`, or decides at `max_items`
    by `loss_ratio`, the loss of a wrong pass over that of a wrong fail. An item is given in about `exposure_cap` of the
    sittings at most, and drawn from the `randomesque` best. `calibration_num` None: difficulties are the judges'.
    Decimals are kept as text.
    """

    what_passing_shows: str = ""
    blueprint: Mapping[str, int] = attrs.field(factory=dict)
    floor_rules: Mapping[str, str] = attrs.field(factory=dict)
    n_forms: int = 2
    minutes: int | None = None
    delivery_rule: str = DeliveryRule.FIXED.value
    pilot_items: int = 0
    min_items: int = 10
    max_items: int = 40
    stopping_rule: str = StoppingRule.POSTERIOR.value
    confidence: str = "0.95"
    loss_ratio: str = "1"
    exposure_cap: str = "0.25"
    randomesque: int = 5
    calibration_num: int | None = None
    adjustments: tuple[str, ...] = ()
    max_attempts: int = 3
    wait_days: int = 14
    release_policy: str = ReleasePolicy.AFTER_CHECK.value
    release_hours: int = 72
    fee_policy: str = FeePolicy.NONE.value
    identity_policy: str = IdentityPolicy.NONE.value
    supervision: str = Supervision.NONE.value
    approval_required: bool = False
    max_wrong_passes: str | None = None
    max_wrong_fails: str | None = None
    rules: str = ""
    appeals: str = ""
    terms_text: str = ""
    terms_version: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the settings as plain JSON values."""
        values = attrs.asdict(self, recurse=False)
        return values | {
            "blueprint": dict(self.blueprint),
            "floor_rules": dict(self.floor_rules),
            "adjustments": list(self.adjustments),
        }


ENUMS: dict[str, type[StrEnum]] = {
    "delivery_rule": DeliveryRule,
    "stopping_rule": StoppingRule,
    "release_policy": ReleasePolicy,
    "fee_policy": FeePolicy,
    "identity_policy": IdentityPolicy,
    "supervision": Supervision,
}
TEXTS = ("what_passing_shows", "rules", "appeals", "terms_text", "terms_version")
NAMES = tuple(field.name for field in attrs.fields(ExamSettings))


def read_settings(stored: Mapping[str, Any]) -> ExamSettings:
    """Return the settings of a stored draft; names of an older or newer version of the suite are left aside."""
    known = {name: stored[name] for name in NAMES if name in stored}
    if "adjustments" in known:
        known["adjustments"] = tuple(known["adjustments"])
    return ExamSettings(**known)


def change_settings(settings: ExamSettings, changes: Mapping[str, Any]) -> ExamSettings:
    """Return `settings` with `changes`, each checked; raises InvalidInput with a message per field."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, value in changes.items():
        try:
            values[name] = _checked(name, value)
        except ValueError as error:
            errors[name] = str(error)
    if errors:
        raise InvalidInput(_("Some settings cannot be saved. Each says what to change."), fields=errors)
    return attrs.evolve(settings, **values)


def _checked(name: str, value: Any) -> Any:
    if name in TEXTS:
        return _text(value)
    if name in ENUMS:
        return _member(ENUMS[name], value)
    if name in ("minutes", "calibration_num") and value in (None, ""):
        return None
    if name == "calibration_num":
        return _whole(value, 1, LARGEST_CALIBRATION)
    if name in DECIMALS:
        return _decimal(value, *DECIMALS[name])
    if name in ERROR_LIMITS:
        return _people_per_100(value)
    if name in LIMITS:
        return _whole(value, *LIMITS[name])
    if name == "approval_required":
        return _flag(value)
    if name == "adjustments":
        return _lines(value)
    if name == "blueprint":
        return {key: _whole(count, 0, LARGEST_AREA) for key, count in _mapping(value).items()}
    if name == "floor_rules":
        return {key: _member(FloorRule, rule) for key, rule in _mapping(value).items()}
    raise ValueError(_("There is no setting with this name."))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(_("Write text here."))
    if len(value) > LONGEST_TEXT:
        raise ValueError(_("Shorten this to %(count)s characters.") % {"count": LONGEST_TEXT})
    return value.replace("\r\n", "\n").replace("\x00", "").strip()


def _member(enum: type[StrEnum], value: Any) -> str:
    try:
        return enum(value).value
    except ValueError as error:
        names = ", ".join(enum)
        raise ValueError(_("Choose one of these: %(names)s.") % {"names": names}) from error


def _whole(value: Any, least: int, most: int) -> int:
    message = _("Write a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError(message)
    try:
        number = int(value)
    except ValueError as error:
        raise ValueError(message) from error
    if not least <= number <= most:
        raise ValueError(message)
    return number


def _people_per_100(value: Any) -> str | None:
    if value in (None, ""):
        return None
    message = _("Write a number of people per 100, from 0 to 100, such as 5 or 7.5; empty for no limit.")
    return _decimal_text(value, Decimal(0), Decimal(100), message)


def _decimal(value: Any, least: Decimal, most: Decimal) -> str:
    message = _("Write a number from %(least)s to %(most)s.") % {"least": least, "most": most}
    return _decimal_text(value, least, most, message)


def _decimal_text(value: Any, least: Decimal, most: Decimal, message: str) -> str:
    try:
        number = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation as error:
        raise ValueError(message) from error
    if isinstance(value, bool) or not number.is_finite() or not least <= number <= most:
        raise ValueError(message)
    return f"{number.normalize():f}"


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(_("Say yes or no here."))
    return value


def _lines(value: Any) -> tuple[str, ...]:
    lines = value.splitlines() if isinstance(value, str) else value
    if not isinstance(lines, (list, tuple)) or not all(isinstance(line, str) for line in lines):
        raise ValueError(_("Write one adjustment per line."))
    return tuple(text for line in lines if (text := _text(line)))


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise ValueError(_("Give a value for each area, by its key."))
    return value
