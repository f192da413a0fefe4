"""Admission offers: what a school gives to whoever completes a programme. Eligible to apply; not admission."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from credit_transfer.data import OFFER_TRANSITIONS, InstitutionState, OfferData, OfferState
from credit_transfer.errors import OfferInvalid, OfferNotFound, OfferStateConflict
from credit_transfer.models import AdmissionOffer
from credit_transfer.models.audit import record
from credit_transfer.services.institutions import institution_data, institution_row, verified_institution
from credit_transfer.services.transitions import move
from micromasters_pathway import api as pathways
from paid_certificate.data import Money


def create_offer(
    *,
    institution_uuid: UUID,
    programme_key: str,
    degree: str,
    standard_months: int,
    reduced_months: int,
    credits_waived: Decimal,
    unit: str,
    intake: str,
    deadline: datetime,
    time_zone: str,
    actor_id: int,
    fee: Money | None = None,
    conditions: str = "",
) -> OfferData:
    """Draft an offer on a public programme; `deadline` is an instant, `time_zone` where it is meant. OfferInvalid."""
    institution = institution_row(institution_uuid)
    programme = pathways.get_programme(programme_key)
    fee = fee or Money(0, "EUR")
    row = AdmissionOffer(
        institution=institution,
        programme_key=programme_key,
        programme_title=programme.title,
        degree=degree.strip(),
        standard_months=standard_months,
        reduced_months=reduced_months,
        credits_waived=credits_waived,
        unit=unit.strip(),
        intake=intake.strip(),
        deadline=deadline,
        time_zone=time_zone,
        fee_minor=fee.amount_minor,
        fee_currency=fee.currency,
        conditions=conditions.strip(),
    )
    _check(row)
    with transaction.atomic():
        row.save()
        record("create_offer", actor_id=actor_id, object_type="offer", object_uuid=row.uuid)
    return offer_data(row)


def open_offer(uuid: UUID, *, actor_id: int) -> OfferData:
    """Show an offer to everybody."""
    return _change(uuid, OfferState.OPEN, "open_offer", actor_id)


def close_offer(uuid: UUID, *, actor_id: int) -> OfferData:
    """Take an offer down for good."""
    return _change(uuid, OfferState.CLOSED, "close_offer", actor_id)


def list_offers(*, programme_key: str | None = None, institution_uuid: UUID | None = None) -> list[OfferData]:
    """The open offers of verified institutions whose deadline has not passed, the next deadline first."""
    rows = AdmissionOffer.objects.select_related("institution").prefetch_related("institution__mailboxes")
    rows = rows.filter(state=OfferState.OPEN, institution__state=InstitutionState.VERIFIED, deadline__gt=timezone.now())
    if programme_key is not None:
        rows = rows.filter(programme_key=programme_key)
    if institution_uuid is not None:
        rows = rows.filter(institution__uuid=institution_uuid)
    return [offer_data(row) for row in rows]


def list_all_offers() -> list[OfferData]:
    """Every offer in any state, for the operator."""
    rows = AdmissionOffer.objects.select_related("institution").prefetch_related("institution__mailboxes")
    return [offer_data(row) for row in rows]


def offer_data(row: AdmissionOffer) -> OfferData:
    """The record of `row`."""
    same = (
        "uuid programme_key programme_title degree standard_months reduced_months credits_waived unit intake "
        "deadline time_zone conditions"
    )
    return OfferData(
        **{name: getattr(row, name) for name in same.split()},
        institution=institution_data(row.institution),
        fee=Money(row.fee_minor, row.fee_currency).display() if row.fee_minor else "",
        state=OfferState(row.state),
        is_past=row.deadline <= timezone.now(),
    )


def _check(row: AdmissionOffer) -> None:
    problems: dict[str, str] = {}
    for name in ("degree", "unit", "intake"):
        if not getattr(row, name):
            problems[name] = _("This is needed.")
    if not 0 < row.reduced_months <= row.standard_months:
        problems["reduced_months"] = _("The reduced time is at least 1 month and no longer than the standard time.")
    if not row.credits_waived.is_finite() or not 0 <= row.credits_waived < 100_000:
        problems["credits_waived"] = _("Write how many credits are waived: 0 or more.")
    if row.time_zone not in available_timezones():
        problems["time_zone"] = _("Name the time zone as Europe/Madrid.")
    if row.deadline <= timezone.now():
        problems["deadline"] = _("The deadline must lie in the future.")
    if problems:
        raise OfferInvalid(_("Correct what is marked. Nothing was saved."), fields=problems)


def _change(uuid: UUID, target: OfferState, action: str, actor_id: int) -> OfferData:
    with transaction.atomic():
        row = AdmissionOffer.objects.select_for_update().filter(uuid=uuid).first()
        if row is None:
            raise OfferNotFound(_("There is no such offer. Look in the list of offers."))
        if target is OfferState.OPEN:
            verified_institution(row.institution.uuid)
        _move(row, target)
        record(action, actor_id=actor_id, object_type="offer", object_uuid=row.uuid)
    return offer_data(row)


def _move(row: AdmissionOffer, target: OfferState, **values: Any) -> None:
    move(row, target, table=OFFER_TRANSITIONS, refusal=OfferStateConflict, **values)
