"""Sign awards: one as many, with keys that are opened once and templates that documents of one shape share."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime

import attrs
from django.db import transaction
from django.utils import timezone

from openedx_bridge.errors import SuiteError
from paid_certificate.data import CredentialEventData, CredentialState
from paid_certificate.models import AuditEntry, BodyKey, Credential, CredentialToken, IssuingBody
from paid_certificate.proofs import data as proofs
from paid_certificate.proofs.errors import ProofsError
from paid_certificate.proofs.open_badges import award_shape
from paid_certificate.proofs.result_statement import result_shape
from paid_certificate.proofs.templates import (
    DocumentTemplate,
    compile_credential_template,
    compile_statement_template,
)
from paid_certificate.services.award_data import SharedData, award_data, result_data, shared_data
from paid_certificate.services.bodies import live_key, open_body_key
from paid_certificate.services.status import allocate_status
from paid_certificate.services.tokens import token_signer
from paid_certificate.signals.signals import CREDENTIAL_ISSUED

# What may stop a signature; it is kept on the award, where people see it.
FAILURES = (SuiteError, ProofsError, OSError)
Failure = SuiteError | ProofsError | OSError
Places = Mapping[int, tuple[proofs.StatusEntry, ...]]

BATCH = 100  # signed documents that one statement stores: some hundred kilobytes

# Templates hold no key and no holder. An achievement version has few shapes, so a small table suffices.
_templates: dict[Hashable, DocumentTemplate] = {}
MAX_TEMPLATES = 256


@attrs.frozen
class SignedAward:
    """What was signed for one award, not stored yet; `statement` is empty and `token` None where there is none."""

    document: str
    statement: str
    token: CredentialToken | None
    key: BodyKey
    at: datetime


class AwardSigner:
    """Signs awards of one body; its keys are opened once, however many are signed."""

    def __init__(self, body: IssuingBody):
        self._key_row = live_key(body)
        self._key = open_body_key(self._key_row)
        self._tokens = token_signer(body)
        self._shared: SharedData | None = None

    def sign(self, row: Credential, status: tuple[proofs.StatusEntry, ...]) -> SignedAward:
        """Return the signed documents of `row`, whose places in the status lists are `status`."""
        now = timezone.now()
        self._shared = shared_data(row, self._shared)
        award = award_data(row, status, self._shared)
        result = result_data(row, award)
        statement = _statement_template(result).sign(result, self._key, now) if result else ""
        return SignedAward(
            document=_credential_template(award).sign(award, self._key, now),
            statement=statement,
            token=self._tokens.sign(row, award, result, now) if self._tokens else None,
            key=self._key_row,
            at=now,
        )


def begin_signing(rows: Iterable[Credential]) -> Places:
    """Mark awards as being signed and give them their places in the status lists; needs a transaction."""
    rows = list(rows)
    waiting = [row.pk for row in rows if row.state != CredentialState.SIGNING]
    Credential.objects.filter(pk__in=waiting, state__in=[CredentialState.READY, CredentialState.FAILED]).update(
        state=CredentialState.SIGNING, failure="", modified=timezone.now()
    )
    return allocate_status(rows)


def sign_awards(rows: Iterable[Credential], places: Places) -> dict[int, SignedAward | Failure]:
    """Sign each award, or find what stopped it, by primary key. Not in a transaction: a key may live elsewhere."""
    signers: dict[int, AwardSigner] = {}
    outcomes: dict[int, SignedAward | Failure] = {}
    for row in rows:
        body = row.achievement_version.achievement.body
        try:
            if body.pk not in signers:
                signers[body.pk] = AwardSigner(body)
            outcomes[row.pk] = signers[body.pk].sign(row, places[row.pk])
        except FAILURES as error:
            outcomes[row.pk] = error
    return outcomes


def store_signed(rows: Iterable[Credential], outcomes: Mapping[int, SignedAward | Failure]) -> None:
    """Store what was signed for each award that is still being signed, and on the others what stopped them.

    An award that was cancelled meanwhile, or that another worker has stored, stays as it is.
    """
    with transaction.atomic():
        being_signed = Credential.objects.select_for_update().filter(
            pk__in=list(outcomes), state=CredentialState.SIGNING
        )
        mine = set(being_signed.order_by("pk").values_list("pk", flat=True))
        signed, failed = [], []
        for row in rows:
            outcome = outcomes[row.pk]
            if row.pk not in mine:
                continue
            if isinstance(outcome, SignedAward):
                signed.append((row, outcome))
            else:
                failed.append((row, outcome))
        _store_issued(signed)
        _store_failures(failed)


def _store_issued(signed: list[tuple[Credential, SignedAward]]) -> None:
    for row, award in signed:
        row.document, row.statement = award.document, award.statement
    rows = [row for row, _award in signed]
    Credential.objects.bulk_update(rows, ["document", "statement"], batch_size=BATCH)
    for key in {award.key for _row, award in signed}:
        by_key = [(row.pk, award.at) for row, award in signed if award.key == key]
        Credential.objects.filter(pk__in=[pk for pk, _at in by_key]).update(
            state=CredentialState.ISSUED,
            signing_key=key,
            issued_at=max(at for _pk, at in by_key),
            failure="",
            modified=timezone.now(),
        )
    CredentialToken.objects.bulk_create([award.token for _row, award in signed if award.token], batch_size=BATCH)
    AuditEntry.record_all("issue", actor_id=None, object_type="credential", object_uuids=[row.uuid for row in rows])
    events = [CredentialEventData(row.uuid, row.achievement.uuid, row.user_id) for row in rows]
    transaction.on_commit(lambda: [CREDENTIAL_ISSUED.send_event(credential=event) for event in events])


def _store_failures(failed: list[tuple[Credential, Failure]]) -> None:
    for row, error in failed:
        row.state, row.failure, row.modified = CredentialState.FAILED, str(error), timezone.now()
    Credential.objects.bulk_update([row for row, _e in failed], ["state", "failure", "modified"], batch_size=BATCH)


def _statement_template(result: proofs.ResultData) -> DocumentTemplate[proofs.ResultData]:
    shape = ("statement", result_shape(result))
    if shape not in _templates:
        _remember(shape, compile_statement_template(result))
    return _templates[shape]


def _credential_template(award: proofs.AwardData) -> DocumentTemplate[proofs.AwardData]:
    """The template for awards of this shape; making one checks it against the slow path."""
    shape = ("credential", award_shape(award))
    if shape not in _templates:
        _remember(shape, compile_credential_template(award))
    return _templates[shape]


def _remember(shape: Hashable, template: DocumentTemplate) -> None:
    while len(_templates) >= MAX_TEMPLATES:
        _templates.pop(next(iter(_templates)))
    _templates[shape] = template
