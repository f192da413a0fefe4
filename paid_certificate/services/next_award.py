"""Which award a new pass, course or completion brings to somebody who may hold some already. Decides; writes nothing.

One award of an achievement stands at a time. A full credential takes the place of a statement of accomplishment
(upgraded); a later pass takes the place of an award that ends soon (renewed); nothing else replaces anything, and a
statement never replaces a full credential. An award that waits for its fee stands beside the one whose place it takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import attrs
from django.conf import settings

from paid_certificate.data import CredentialForm, CredentialState, SupersedeReason
from paid_certificate.models import Credential, Route
from paid_certificate.validity import add_months

IDENTITY_ORDER = ("none", "checked")
SUPERVISION_ORDER = ("none", "online", "onsite")
STANDING = frozenset({"ready", "signing", "failed", "issued", "suspended"})  # the states of `Credential.live`


@attrs.frozen
class NewAward:
    """What is to be awarded: by which route, in which form, is its fee owed; `values` are fields of Credential."""

    route: Route
    form: CredentialForm
    owed: bool
    values: dict[str, Any]


@attrs.frozen
class Step:
    """What to do. With `keep`, that award is the answer, and `is_paid` lets it be signed; without it, make a new one.

    `old` is the standing award that ends for it, for `reason`.
    """

    keep: Credential | None = None
    is_paid: bool = False
    old: Credential | None = None
    reason: SupersedeReason | None = None


def form_of(route: Route, identity: str, supervision: str) -> CredentialForm | None:
    """The form to which a route leads whoever was checked like this; None where it leads to nothing."""
    enough = IDENTITY_ORDER.index(identity) >= IDENTITY_ORDER.index(route.least_identity)
    watched = SUPERVISION_ORDER.index(supervision) >= SUPERVISION_ORDER.index(route.least_supervision)
    if enough and watched:
        return CredentialForm(route.form)
    return CredentialForm.STATEMENT if route.below_gives_statement else None


def next_step(held: Sequence[Credential], new: NewAward, now: datetime) -> Step:
    """Decide, from all awards of the achievement that the person ever had; those that have expired are marked so."""
    standing = next((row for row in held if row.state in STANDING), None)
    waiting = next((row for row in held if row.state == CredentialState.AWAITING_PAYMENT), None)
    known = [row for row in held if _rests_on(row, new)]
    if waiting is not None and waiting in known and not new.owed:
        return _take_place(standing, NewAward(new.route, CredentialForm(waiting.form), False, new.values), now, waiting)
    if known:
        return Step(keep=waiting if waiting in known else standing or known[-1])
    later = [row for row in held if row.state == CredentialState.EXPIRED and row.awarded_at >= new.values["awarded_at"]]
    if later and standing is None and waiting is None:
        return Step(keep=later[-1])  # what was shown before it cannot outlive it
    if new.owed and waiting is not None:
        return Step(keep=waiting)
    if new.owed and (standing is None or replaced_why(standing, new.form, new.values["awarded_at"], now)):
        return Step()
    return _take_place(standing, new, now, None)


def replaced_why(
    standing: Credential, form: CredentialForm, awarded_at: datetime, now: datetime
) -> SupersedeReason | None:
    """Why an award of `form`, shown at `awarded_at`, takes the place of `standing`; None where it does not."""
    if standing.state == CredentialState.SUSPENDED:
        return None  # the body is checking something: the hold ends first
    if standing.form == CredentialForm.STATEMENT and form is CredentialForm.CREDENTIAL:
        return SupersedeReason.UPGRADED
    if standing.form != form or standing.valid_until is None or awarded_at <= standing.awarded_at:
        return None
    return SupersedeReason.RENEWED if now >= renewable_from(standing.valid_until) else None


def renewable_from(valid_until: datetime) -> datetime:
    """From when an award that is valid until then may be renewed."""
    return add_months(valid_until, -settings.PAID_CERTIFICATE_RENEWAL_MONTHS)


def _take_place(standing: Credential | None, new: NewAward, now: datetime, waiting: Credential | None) -> Step:
    if standing is None:
        return Step(keep=waiting, is_paid=waiting is not None)
    reason = replaced_why(standing, new.form, new.values["awarded_at"], now)
    if reason is None:
        return Step(keep=standing)
    return Step(keep=waiting, is_paid=waiting is not None, old=standing, reason=reason)


def _rests_on(row: Credential, new: NewAward) -> bool:
    """Whether `row` was made for the very same pass, completion or course; one that was taken back does not count."""
    if row.state in (CredentialState.CANCELLED, CredentialState.REVOKED) or row.route_kind != new.route.kind:
        return False
    for name in ("decision_uuid", "completion_uuid"):
        if new.values.get(name) is not None:
            return bool(getattr(row, name) == new.values[name])
    return bool(row.evidence.get("key") == new.values["evidence"]["key"])
