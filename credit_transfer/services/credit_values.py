"""Credit as recommended: who says so, on what evidence, until when. It feeds the credential that is signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from credit_transfer.data import CreditInfo, CreditValueData
from credit_transfer.errors import CreditValueInvalid, CreditValueNotFound
from credit_transfer.models import CreditValue
from credit_transfer.models.audit import record
from credit_transfer.services.wording import number
from openedx_bridge.switches import is_enabled
from paid_certificate import api as certificates


def create_credit_value(
    *,
    achievement_uuid: UUID,
    amount: Decimal,
    unit: str,
    recommender: str,
    evidence: str,
    valid_from: datetime,
    actor_id: int,
    valid_to: datetime | None = None,
    levels: Sequence[tuple[str, str]] = (),
    isced_f: str = "",
    hours: int | None = None,
    evidence_url: str = "",
) -> CreditValueData:
    """Record a recommendation; raises CreditValueInvalid naming each field that cannot be right."""
    certificates.get_achievement(achievement_uuid)
    row = CreditValue(
        achievement_uuid=achievement_uuid,
        amount=amount,
        unit=unit.strip(),
        levels=checked_levels(levels, CreditValueInvalid),
        isced_f=isced_f.strip(),
        hours=hours,
        recommender=recommender.strip(),
        evidence=evidence.strip(),
        evidence_url=evidence_url.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    _check(row)
    with transaction.atomic():
        row.save()
        record("create_credit_value", actor_id=actor_id, object_type="credit_value", object_uuid=row.uuid)
    return credit_value_data(row)


def end_credit_value(uuid: UUID, *, actor_id: int, at: datetime | None = None) -> CreditValueData:
    """Let a recommendation end now, or at `at`; what was signed while it held keeps it."""
    with transaction.atomic():
        row = CreditValue.objects.select_for_update().filter(uuid=uuid).first()
        if row is None:
            raise CreditValueNotFound(_("There is no such credit value."))
        row.valid_to = max(at or timezone.now(), row.valid_from)
        row.save()
        record("end_credit_value", actor_id=actor_id, object_type="credit_value", object_uuid=row.uuid)
    return credit_value_data(row)


def list_credit_values(*, achievement_uuid: UUID | None = None) -> list[CreditValueData]:
    """All recommendations, ended ones included, by when they began."""
    rows = CreditValue.objects.all()
    if achievement_uuid is not None:
        rows = rows.filter(achievement_uuid=achievement_uuid)
    return [credit_value_data(row) for row in rows]


def recommended_credit(achievement_uuid: UUID, at: datetime) -> list[CreditInfo]:
    """What is recommended at `at`, for the credential to carry; nothing while the app is switched off."""
    if not is_enabled("credit_transfer"):
        return []
    open_end = models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=at)
    rows = CreditValue.objects.filter(open_end, achievement_uuid=achievement_uuid, valid_from__lte=at)
    return [
        CreditInfo(
            amount=number(row.amount),
            unit=row.unit,
            levels=tuple((level["scheme"], level["value"]) for level in row.levels),
            recommender=row.recommender,
            evidence_url=row.evidence_url,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in rows
    ]


def credit_value_data(row: CreditValue) -> CreditValueData:
    """The record of `row`."""
    names = ("uuid", "achievement_uuid", "amount", "unit", "isced_f", "hours", "recommender", "evidence")
    return CreditValueData(
        **{name: getattr(row, name) for name in (*names, "evidence_url", "valid_from", "valid_to")},
        levels=tuple((level["scheme"], level["value"]) for level in row.levels),
    )


def checked_levels(levels: Sequence[tuple[str, str]], refusal: type[CreditValueInvalid]) -> list[dict[str, str]]:
    """Levels as they are stored: a list, since no one scheme serves everybody. Raises `refusal`."""
    checked = [{"scheme": scheme.strip(), "value": value.strip()} for scheme, value in levels]
    if any(not level["scheme"] or not level["value"] for level in checked):
        message = _("Write each level as its scheme and its value, such as EQF 6.")
        raise refusal(message, fields={"levels": message})
    return checked


def _check(row: CreditValue) -> None:
    problems: dict[str, str] = {}
    if not row.amount.is_finite() or not 0 < row.amount < 100_000 or row.amount != round(row.amount, 2):
        problems["amount"] = _("Write how much credit: more than 0, with two decimals at most.")
    for name in ("unit", "recommender", "evidence"):
        if not getattr(row, name):
            problems[name] = _("This is needed: credit is worth what stands behind it.")
    if row.isced_f and not (row.isced_f.isdigit() and row.isced_f.isascii() and len(row.isced_f) in (2, 3, 4)):
        problems["isced_f"] = _("Write the two, three or four digits of the ISCED-F field, such as 0542.")
    if row.valid_to is not None and row.valid_to <= row.valid_from:
        problems["valid_to"] = _("The end must come after the beginning.")
    if problems:
        raise CreditValueInvalid(_("Correct what is marked. Nothing was saved."), fields=problems)
