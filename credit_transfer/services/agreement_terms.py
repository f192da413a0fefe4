"""The terms of an agreement as somebody wrote them: checked, and brought into the form in which they are stored."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from credit_transfer.articulation import IDENTITY_LEVELS, SUPERVISION_LEVELS
from credit_transfer.errors import AgreementInvalid
from openedx_bridge.errors import SuiteError
from paid_certificate import api as certificates
from paid_certificate.data import AchievementData

TERM_FIELDS = (
    "achievement_version_uuids",
    "equivalent_course",
    "credits",
    "unit",
    "levels",
    "least_identity",
    "least_supervision",
    "least_score",
    "cap",
    "residency",
    "conditions",
    "valid_from",
    "valid_to",
    "teach_out_until",
)
# What the reporting scale of an exam can be.
LEAST_SCORE, MOST_SCORE = 0, 100


def checked_terms(terms: dict[str, Any], achievement: AchievementData) -> dict[str, Any]:
    """`terms` as they are stored, all fields present; raises AgreementInvalid naming each that cannot be right."""
    unknown = set(terms) - set(TERM_FIELDS)
    if unknown:
        raise AgreementInvalid(_("An agreement has no term “{name}”.").format(name=sorted(unknown)[0]))
    values = _defaults(achievement) | {
        name: value.strip() if isinstance(value, str) else value for name, value in terms.items()
    }
    values["levels"] = [_level(level) for level in values["levels"]]
    values["achievement_version_uuids"] = [str(value) for value in values["achievement_version_uuids"]]
    problems = _grant_problems(values) | _checking_problems(values) | _date_problems(values)
    if not _are_versions_of(values["achievement_version_uuids"], achievement):
        problems["achievement_version_uuids"] = _("Name one or more versions of this achievement.")
    if problems:
        raise AgreementInvalid(_("Correct what is marked. Nothing was saved."), fields=problems)
    return values


def _defaults(achievement: AchievementData) -> dict[str, Any]:
    empty: dict[str, Any] = dict.fromkeys(TERM_FIELDS, "")
    unset = ("credits", "least_score", "valid_from", "valid_to", "teach_out_until")
    return (
        empty
        | dict.fromkeys(unset)
        | {
            "achievement_version_uuids": [achievement.version_uuid],
            "levels": [],
            "least_identity": IDENTITY_LEVELS[0],
            "least_supervision": SUPERVISION_LEVELS[0],
        }
    )


def _level(level: Any) -> dict[str, str]:
    scheme, value = (level["scheme"], level["value"]) if isinstance(level, dict) else level
    return {"scheme": scheme.strip(), "value": value.strip()}


def _grant_problems(values: dict[str, Any]) -> dict[str, str]:
    problems = {}
    credits: Decimal | None = values["credits"]
    if credits is None and not values["equivalent_course"]:
        problems["equivalent_course"] = _("Say what the institution gives: a course, credits, or both.")
    if credits is not None and (not credits.is_finite() or not 0 < credits < 100_000 or credits != round(credits, 2)):
        problems["credits"] = _("Write how much credit: more than 0, with two decimals at most.")
    if credits is not None and not values["unit"]:
        problems["unit"] = _("Name the unit of the credits, such as ECTS.")
    if any(not level["scheme"] or not level["value"] for level in values["levels"]):
        problems["levels"] = _("Write each level as its scheme and its value, such as EQF 6.")
    return problems


def _checking_problems(values: dict[str, Any]) -> dict[str, str]:
    problems = {}
    if values["least_identity"] not in IDENTITY_LEVELS:
        problems["least_identity"] = _("Choose one of the levels on the page.")
    if values["least_supervision"] not in SUPERVISION_LEVELS:
        problems["least_supervision"] = _("Choose one of the levels on the page.")
    score = values["least_score"]
    if score is not None and not LEAST_SCORE <= score <= MOST_SCORE:
        problems["least_score"] = _("A score lies between 0 and 100.")
    return problems


def _date_problems(values: dict[str, Any]) -> dict[str, str]:
    problems = {}
    begin, end, teach_out = values["valid_from"], values["valid_to"], values["teach_out_until"]
    if begin is None:
        problems["valid_from"] = _("Say from when the agreement holds.")
    elif end is not None and end <= begin:
        problems["valid_to"] = _("The end must come after the beginning.")
    elif teach_out is not None and teach_out <= (end or begin):
        problems["teach_out_until"] = _("The teach-out must end after the agreement.")
    return problems


def _are_versions_of(version_uuids: list[str], achievement: AchievementData) -> bool:
    try:
        found = [certificates.get_achievement_version(UUID(value)) for value in version_uuids]
    except (SuiteError, ValueError):
        return False
    return bool(found) and all(version.uuid == achievement.uuid for version in found)
