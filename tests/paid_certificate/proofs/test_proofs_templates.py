"""The fast path signs the very bytes of the slow path, or refuses."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proof_samples import ACHIEVEMENT, AWARD, KINDS_OF_AWARD, NOW, RESULT, awards, moments, signed, signing_key, texts

from paid_certificate.proofs import templates
from paid_certificate.proofs.data import EvidenceData, StatusEntry, hash_identity
from paid_certificate.proofs.errors import TemplateMismatch, UnsignedContent
from paid_certificate.proofs.open_badges import credential
from paid_certificate.proofs.result_statement import result_statement
from paid_certificate.proofs.templates import compile_credential_template, compile_statement_template

QUICK = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
TEMPLATE = compile_credential_template(AWARD)


@pytest.mark.parametrize("kind", KINDS_OF_AWARD)
def test_template_of_every_kind_signs_the_bytes_of_the_slow_path(kind: str) -> None:
    award = KINDS_OF_AWARD[kind]
    template = compile_credential_template(award)
    assert json.loads(template.sign(award, signing_key(), NOW)) == signed(credential(award))


@pytest.mark.slow
@QUICK
@given(award=awards)
def test_template_of_any_award_signs_the_bytes_of_the_slow_path(award: Any) -> None:
    template = compile_credential_template(award)
    assert json.loads(template.sign(award, signing_key(), NOW)) == signed(credential(award))


@QUICK
@given(
    name=texts(),
    uuid=st.uuids(),
    moment=moments,
    email=st.emails(),
    indices=st.tuples(st.integers(0, 131_071), st.integers(0, 131_071)),
    evidence=st.tuples(texts(), texts()),
    created=moments,
)
def test_one_template_signs_every_holder_as_the_slow_path_does(
    name: str, uuid: Any, moment: Any, email: str, indices: Any, evidence: Any, created: Any
) -> None:
    status = [StatusEntry(e.purpose, e.list_url, i) for e, i in zip(AWARD.status, indices, strict=True)]
    award = attrs.evolve(
        AWARD,
        credential_url=f"https://mastery.example.org/credentials/{uuid}",
        holder_name=name,
        awarded=moment,
        valid_until=moment + timedelta(days=30),
        holder_identity=hash_identity(email),
        status=tuple(status),
        evidence=(EvidenceData("assessment", *evidence, "Exam"),),
    )
    assert json.loads(TEMPLATE.sign(award, signing_key(), created)) == signed(credential(award), created)


def test_statement_template_signs_the_bytes_of_the_slow_path() -> None:
    template = compile_statement_template(RESULT)
    other = attrs.evolve(
        RESULT,
        statement_url="https://mastery.example.org/credentials/other/statement",
        score=attrs.evolve(RESULT.score, value=RESULT.score.value + 1),
        areas=tuple(attrs.evolve(area, band="Below") for area in RESULT.areas),
    )
    for result in (RESULT, other):
        assert json.loads(template.sign(result, signing_key(), NOW)) == signed(result_statement(result))


@pytest.mark.parametrize(
    "changes",
    [
        {"achievement": attrs.evolve(ACHIEVEMENT, name="Another")},
        {"issuer": attrs.evolve(AWARD.issuer, name="Another")},
        {"demonstration": True},
        {"valid_until": None},
        {"holder_did": "did:example:1"},
        {"holder_identity": None},
        {"status": AWARD.status[:1]},
        {"status": tuple(attrs.evolve(entry, list_url=entry.list_url + "0") for entry in AWARD.status)},
        {"evidence": ()},
        {"evidence": (EvidenceData("other", "Exam", "Sat", "Exam"),)},
    ],
    ids=str,
)
def test_award_that_the_template_was_not_made_for_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(TemplateMismatch):
        TEMPLATE.sign(attrs.evolve(AWARD, **changes), signing_key(), NOW)


def test_award_with_two_entries_in_one_list_gets_no_template() -> None:
    entry = AWARD.status[0]
    with pytest.raises(TemplateMismatch):
        compile_credential_template(attrs.evolve(AWARD, status=(entry, attrs.evolve(entry, index=1))))


@pytest.mark.parametrize(
    "changes",
    [
        {"evidence": (EvidenceData("assessment", "Exam", "", "Exam"),)},
        {"credential_url": "https://bücher.example.org/credentials/1"},
        {"credential_url": ACHIEVEMENT.url},
        {"credential_url": AWARD.issuer.did},
        {"credential_url": AWARD.status[0].list_url},
        {"credential_url": f"{AWARD.status[0].list_url}#{AWARD.status[0].index}"},
        {"holder_identity": attrs.evolve(AWARD.holder_identity, identity_hash="", salt="")},
    ],
    ids=str,
)
def test_award_that_no_template_takes_is_signed_on_the_slow_path(changes: dict[str, Any]) -> None:
    award = attrs.evolve(AWARD, **changes)
    assert json.loads(TEMPLATE.sign(award, signing_key(), NOW)) == signed(credential(award))


def test_wallet_that_is_the_credential_itself_is_signed_on_the_slow_path() -> None:
    award = KINDS_OF_AWARD["wallet"]
    odd = attrs.evolve(award, holder_did=award.credential_url)
    template = compile_credential_template(award)
    assert json.loads(template.sign(odd, signing_key(), NOW)) == signed(credential(odd))


@pytest.mark.parametrize("address", ["credentials/1", "https://example.org/a b", 'https://example.org/"><urn:x>'])
def test_address_that_cannot_be_signed_is_refused(address: str) -> None:
    with pytest.raises(UnsignedContent):
        TEMPLATE.sign(attrs.evolve(AWARD, credential_url=address), signing_key(), NOW)


def test_template_that_differs_from_the_slow_path_refuses_to_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "escape_literal", lambda text: text)
    with pytest.raises(TemplateMismatch, match="slow path"):
        compile_credential_template(AWARD)


def test_template_whose_json_differs_from_what_is_signed_refuses_to_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "_escape_json", lambda text: json.dumps(text.upper())[1:-1])
    with pytest.raises(TemplateMismatch, match="slow path"):
        compile_credential_template(AWARD)
