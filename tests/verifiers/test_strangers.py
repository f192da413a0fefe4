"""What the suite signs, judged by verifiers that others wrote; everything they load lies in local files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from document_mutations import mutations_of
from proof_samples import (
    AWARD,
    DID,
    KINDS_OF_AWARD,
    NOW,
    REVOCATION_INDEX,
    REVOCATION_LIST,
    SUSPENSION_INDEX,
    SUSPENSION_LIST,
    documents,
    issuer_document,
    official_contexts,
    signed_credential,
    signed_list,
    signed_statement,
    signing_key,
)
from stranger_runs import Case, run_node, run_openbadgeslib

from paid_certificate.proofs.data import StatusPurpose
from paid_certificate.proofs.templates import compile_credential_template

pytestmark = pytest.mark.node
NODE_VERIFIERS = ["digitalbazaar", "core"]
ACHIEVEMENT_SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"


@pytest.fixture(scope="module")
def loadable(shared: Path) -> dict[str, Any]:
    """The published contexts and the schema that verifiers look up."""
    schema = shared / "data" / "credentials" / "schemas" / "ob_v3p0_achievementcredential_schema.json"
    return official_contexts(shared) | {ACHIEVEMENT_SCHEMA: json.loads(schema.read_text())}


def signed_documents() -> dict[str, dict[str, Any]]:
    """One signed document of every kind the suite makes."""
    kinds = {kind: signed_credential(award) for kind, award in KINDS_OF_AWARD.items()}
    template = compile_credential_template(AWARD)
    return kinds | {
        "from a template": json.loads(template.sign(AWARD, signing_key(), NOW)),
        "result statement": signed_statement(),
        "revocation list": signed_list(StatusPurpose.REVOCATION, (1, 5, 131_071)),
        "suspension list": signed_list(StatusPurpose.SUSPENSION),
    }


SIGNED = signed_documents()
BADGES = {kind: document for kind, document in SIGNED.items() if not kind.endswith("list")}


def mutated_cases(kinds: dict[str, dict[str, Any]]) -> list[Case]:
    cases = [
        {"name": f"{kind}: {name}", "credential": changed}
        for kind, document in kinds.items()
        for name, changed in mutations_of(document).items()
    ]
    for kind in kinds:
        assert sum(case["name"].startswith(f"{kind}: ") for case in cases) >= 25
    return cases


def status_cases(document: dict[str, Any]) -> list[Case]:
    """A credential with each of its bits set, with all the others set, and with lists that are not the issuer's."""
    everything_else = tuple(
        index for index in range(0, 131_072, 7) if index not in (REVOCATION_INDEX, SUSPENSION_INDEX)
    )
    revocation = signed_list(StatusPurpose.REVOCATION)
    forged = [{REVOCATION_LIST: changed} for changed in mutations_of(revocation).values()]
    overrides = {
        "valid": {},
        "valid though all others are revoked": documents(everything_else, everything_else),
        "revoked": documents(revoked=(REVOCATION_INDEX,)),
        "suspended": documents(suspended=(SUSPENSION_INDEX,)),
        "revocation list for suspension": {SUSPENSION_LIST: revocation},
    }
    cases = [{"name": name, "credential": document, "documents": changed} for name, changed in overrides.items()]
    return cases + [
        {"name": f"forged list {number}", "credential": document, "documents": changed}
        for number, changed in enumerate(forged)
    ]


@pytest.mark.parametrize("verifier", NODE_VERIFIERS)
def test_every_kind_of_document_is_accepted_by(verifier: str, loadable: dict[str, Any]) -> None:
    answers = run_node(verifier, loadable, [{"name": kind, "credential": doc} for kind, doc in SIGNED.items()])
    assert {name: answer["reason"] for name, answer in answers.items() if not answer["accepted"]} == {}
    assert answers.keys() == SIGNED.keys()


@pytest.mark.parametrize("verifier", NODE_VERIFIERS)
def test_every_mutation_is_refused_by(verifier: str, loadable: dict[str, Any]) -> None:
    cases = mutated_cases(SIGNED)
    answers = run_node(verifier, loadable, cases)
    assert [name for name, answer in answers.items() if answer["accepted"]] == []
    assert len(answers) == len(cases) > 400


@pytest.mark.parametrize("verifier", NODE_VERIFIERS)
def test_status_is_read_by(verifier: str, loadable: dict[str, Any]) -> None:
    answers = run_node(verifier, loadable, status_cases(SIGNED["full"]))
    accepted = [name for name, answer in answers.items() if answer["accepted"]]
    assert accepted == ["valid", "valid though all others are revoked"]
    assert answers["revoked"]["statuses"] == [True, False]
    assert answers["suspended"]["statuses"] == [False, True]
    assert answers["revoked"]["signature"], "a revoked credential is still the issuer's"
    assert len(answers) > 25


def test_schema_is_judged_as_open_badges_wants_by_verifier_core(loadable: dict[str, Any]) -> None:
    answers = run_node("core", loadable, [{"name": kind, "credential": doc} for kind, doc in BADGES.items()])
    for kind, answer in answers.items():
        found = answer["schema"][0]["result"]
        # Two status lists are an array, which VC 2.0 allows and the Open Badges schema does not know.
        several = isinstance(BADGES[kind].get("credentialStatus"), list)
        assert [error["instancePath"] for error in found.get("errors", [])] == ["/credentialStatus"] * several, kind


@pytest.mark.parametrize(
    "change",
    [
        {"id": "did:web:other.example.org"},
        {"assertionMethod": []},
        {"verificationMethod": []},
    ],
    ids=["another id", "key not for assertions", "no key"],
)
def test_key_that_may_not_sign_is_refused_by_digital_bazaar(loadable: dict[str, Any], change: dict[str, Any]) -> None:
    override = {DID: issuer_document() | change}
    answers = run_node("digitalbazaar", loadable, [{"name": "x", "credential": SIGNED["full"], "documents": override}])
    assert not answers["x"]["accepted"]


def test_every_badge_is_accepted_by_openbadgeslib() -> None:
    answers = run_openbadgeslib([{"name": kind, "credential": document} for kind, document in BADGES.items()])
    assert {name: answer["reason"] for name, answer in answers.items() if not answer["accepted"]} == {}


def test_every_mutation_is_refused_by_openbadgeslib() -> None:
    answers = run_openbadgeslib(mutated_cases(BADGES))
    assert [name for name, answer in answers.items() if answer["accepted"]] == []


def test_status_is_read_by_openbadgeslib() -> None:
    cases = [case for case in status_cases(SIGNED["full"]) if not case["name"].startswith("forged")]
    answers = run_openbadgeslib(cases)
    accepted = [name for name, answer in answers.items() if answer["accepted"]]
    assert accepted == ["valid", "valid though all others are revoked"]
    assert "revocation" in answers["revoked"]["reason"]
    assert "suspension" in answers["suspended"]["reason"]
