"""Credentials by every route and in every form, as the services sign them, judged by verifiers that others wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from document_mutations import mutations_of
from proof_samples import official_contexts
from service_kinds import *  # noqa: F403 - fixtures, and those that they need
from service_kinds import documents_of
from stranger_runs import Answer, Case, run_node, run_openbadgeslib

from paid_certificate.proofs.canonical import canonicalise

pytestmark = [pytest.mark.node, pytest.mark.django_db]
VERIFIERS = ["digitalbazaar", "core", "openbadgeslib"]
GOOD = {
    "exam",
    "checked too little",
    "course, statement",
    "course, with an end",
    "evidence",
    "programme",
    "reissued",
    "exam: result statement",
    "checked too little: result statement",
    "reissued: result statement",
}
REFUSED = {"expired", "replaced", "replaced: result statement"}
ACHIEVEMENT_SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"


@pytest.fixture
def badges(bundles: dict[str, dict[str, bytes]]) -> dict[str, dict[str, Any]]:
    """Every signed credential, and the result statements beside them."""
    found = {kind: json.loads(files["credential.json"]) for kind, files in bundles.items()}
    return found | {
        f"{kind}: result statement": json.loads(files["result-statement.json"])
        for kind, files in bundles.items()
        if "result-statement.json" in files
    }


@pytest.fixture
def ask(bundles: dict[str, dict[str, bytes]], shared: Path) -> Any:
    """A function that has a verifier judge documents with what the bundles hold."""
    schema = shared / "data" / "credentials" / "schemas" / "ob_v3p0_achievementcredential_schema.json"
    loadable = official_contexts(shared) | {ACHIEVEMENT_SCHEMA: json.loads(schema.read_text())}
    at_hand = documents_of(bundles)

    def go(verifier: str, named: dict[str, dict[str, Any]]) -> dict[str, Answer]:
        cases: list[Case] = [
            {"name": name, "credential": document, "documents": at_hand} for name, document in named.items()
        ]
        return run_openbadgeslib(cases) if verifier == "openbadgeslib" else run_node(verifier, loadable, cases)

    return go


def mutated(badges: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        f"{kind}: {name}": changed for kind, badge in badges.items() for name, changed in mutations_of(badge).items()
    }


def test_kinds_are_what_their_names_say(badges: dict[str, dict[str, Any]]) -> None:
    assert badges.keys() == GOOD | REFUSED
    for kind in ("checked too little", "course, statement"):
        assert badges[kind]["name"].startswith("Statement of accomplishment: ")
    for kind in ("course, with an end", "expired"):
        assert "validUntil" in badges[kind]
    genres = {kind: badges[kind]["evidence"][2]["genre"] for kind in ("exam", "course, with an end", "evidence")}
    assert list(genres.values()) == ["Examination", "Course", "Portfolio assessment"]


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_every_route_and_form_is_judged_rightly_by(verifier: str, badges: dict[str, Any], ask: Any) -> None:
    answers = ask(verifier, badges)
    refused = {name: answer.get("reason") for name, answer in answers.items() if not answer["accepted"]}
    assert refused.keys() == REFUSED, refused
    assert answers.keys() == GOOD | REFUSED


def test_what_is_over_or_replaced_is_still_called_the_issuers_own(badges: dict[str, Any], ask: Any) -> None:
    answers = ask("core", {kind: badges[kind] for kind in REFUSED})
    assert all(answer["signature"] for answer in answers.values())
    assert answers["expired"]["statuses"] == [False, False]
    assert answers["replaced"]["statuses"] == [True, False]


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_every_mutation_of_every_route_and_form_is_refused_by(verifier: str, badges: dict[str, Any], ask: Any) -> None:
    changed = mutated(badges)
    for kind in badges:
        assert sum(name.startswith(f"{kind}: ") for name in changed) >= 25
    answers = ask(verifier, changed)
    assert [name for name, answer in answers.items() if answer["accepted"]] == []
    assert answers.keys() == changed.keys()


def test_signed_statements_are_those_of_the_official_contexts(badges: dict[str, Any], shared: Path) -> None:
    official = official_contexts(shared)
    for kind, badge in badges.items():
        unsigned = {name: value for name, value in badge.items() if name != "proof"}
        assert canonicalise(unsigned) == canonicalise(unsigned, contexts=official), kind
