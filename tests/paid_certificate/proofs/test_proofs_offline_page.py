"""The single-file verifier, opened from disk in a real browser."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from document_mutations import LIST_MUTATIONS, MUTATIONS, mutations_of
from proof_samples import (
    AWARD,
    DID,
    KINDS_OF_AWARD,
    NOW,
    RESULT,
    REVOCATION_INDEX,
    REVOCATION_LIST,
    SUSPENSION_INDEX,
    SUSPENSION_LIST,
    awards,
    documents,
    issuer_document,
    signed_credential,
    signed_list,
    signed_statement,
    wrapped_key,
)

from paid_certificate.proofs.canonical import canonicalise
from paid_certificate.proofs.data import StatusPurpose
from paid_certificate.proofs.did import VerificationMethodData
from paid_certificate.proofs.offline import verifier_page
from paid_certificate.proofs.open_badges import credential
from paid_certificate.proofs.result_statement import result_statement

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def open_page(page: Page, folder: Path, document: dict[str, Any], at_hand: dict[str, dict[str, Any]]) -> str:
    """Write the page, open it from disk, and return its verdict."""
    lists = [value for key, value in at_hand.items() if key != DID]
    html = verifier_page(credential=document, did_document=at_hand[DID], status_lists=lists)
    (folder / "verifier.html").write_text(html, encoding="utf-8")
    page.goto((folder / "verifier.html").as_uri())
    return verdict_of(page)


def verdict_of(page: Page) -> str:
    # The page forbids eval, which a polled function would need; a locator is waited for without it.
    page.locator("body[data-verdict]:not([data-verdict=''])").wait_for()
    return str(page.locator("body").get_attribute("data-verdict"))


@pytest.mark.parametrize("kind", KINDS_OF_AWARD)
def test_page_of_every_kind_says_valid_and_shows_the_holder(page: Page, tmp_path: Path, kind: str) -> None:
    document = signed_credential(KINDS_OF_AWARD[kind])
    assert open_page(page, tmp_path, document, documents()) == "valid"
    assert page.locator("h1").inner_text() == "Valid"
    holder = document["credentialSubject"]["identifier"][0]["identityHash"]
    assert holder in page.locator("#facts").inner_text()


def test_page_shows_what_stands_behind_a_credential(page: Page, tmp_path: Path) -> None:
    open_page(page, tmp_path, signed_credential(), documents())
    shown = page.locator("#facts").inner_text()
    for text in (
        "Introductory statistics",
        "Institute of Statistics",
        "not a degree",
        "Identity: checked",
        "125 hours",
    ):
        assert text in shown
    assert f"compare them with those published under {DID}" in page.locator("#limits").inner_text()


def test_page_of_a_result_statement_shows_its_results(page: Page, tmp_path: Path) -> None:
    assert open_page(page, tmp_path, signed_statement(), documents()) == "valid"
    assert "Scaled score: 540" in page.locator("#facts").inner_text()
    assert "Probability: Above" in page.locator("#facts").inner_text()


@pytest.mark.parametrize(
    ("at_hand", "verdict"),
    [
        (documents(revoked=(REVOCATION_INDEX,)), "revoked"),
        (documents(suspended=(SUSPENSION_INDEX,)), "suspended"),
        (documents(revoked=(SUSPENSION_INDEX, 0, 47), suspended=(REVOCATION_INDEX,)), "valid"),
        ({DID: issuer_document()}, "undetermined"),
        (documents() | {DID: issuer_document() | {"assertionMethod": []}}, "invalid"),
        (documents() | {DID: issuer_document(VerificationMethodData(wrapped_key().public_multikey, NOW))}, "invalid"),
    ],
    ids=["revoked", "suspended", "others revoked", "no lists", "key not for assertions", "key revoked"],
)
def test_page_reads_status_and_keys(page: Page, tmp_path: Path, at_hand: Any, verdict: str) -> None:
    assert open_page(page, tmp_path, signed_credential(), at_hand) == verdict


def test_page_reads_dates(page: Page, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    expired = attrs.evolve(AWARD, valid_until=now - timedelta(days=1))
    early = attrs.evolve(AWARD, valid_from=now + timedelta(days=1))
    assert open_page(page, tmp_path, signed_credential(expired), documents()) == "expired"
    assert open_page(page, tmp_path, signed_credential(early), documents()) == "not_yet_valid"


def test_page_of_tampered_credential_says_so_and_shows_none_of_it(page: Page, tmp_path: Path) -> None:
    document = copy.deepcopy(signed_credential())
    document["name"] = "Master of statistics"
    assert open_page(page, tmp_path, document, documents()) == "invalid"
    assert page.locator("h1").inner_text() == "Not valid"
    assert page.locator("#facts").is_hidden()


def test_page_refuses_every_mutation(page: Page, tmp_path: Path) -> None:
    open_page(page, tmp_path, signed_credential(), documents())
    verdicts = "async documents => Promise.all(documents.map(async document => (await verify(document)).verdict))"
    for document in (signed_credential(), signed_statement()):
        changed = mutations_of(document)
        assert page.evaluate(verdicts, list(changed.values())) == ["invalid"] * len(changed)
        assert len(changed) >= len(MUTATIONS) - 1


def test_page_believes_no_mutated_status_list(page: Page, tmp_path: Path) -> None:
    document = signed_credential()
    open_page(page, tmp_path, document, documents())
    script = """async ([credential, lists]) => {
      const verdicts = []
      for (const list of lists) {
        BUNDLE[credential.credentialStatus[0].statusListCredential] = list
        verdicts.push((await verify(credential)).verdict)
      }
      return verdicts
    }"""
    lists = list(mutations_of(signed_list(StatusPurpose.REVOCATION)).values())
    lists.append(documents()[SUSPENSION_LIST])
    assert page.evaluate(script, [document, lists]) == ["undetermined"] * len(lists)
    assert len(lists) > len(LIST_MUTATIONS) - 1
    assert page.evaluate(script, [document, [documents()[REVOCATION_LIST]]]) == ["valid"]


def test_page_signs_off_the_same_statements_as_the_server(page: Page, tmp_path: Path) -> None:
    open_page(page, tmp_path, signed_credential(), documents())
    from hypothesis import HealthCheck, given, settings

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(award=awards)
    def same(award: Any) -> None:
        document = credential(award)
        assert page.evaluate("document => canonicalise(document)", document) == canonicalise(document)

    same()
    statement = result_statement(RESULT)
    assert page.evaluate("document => canonicalise(document)", statement) == canonicalise(statement)


def test_page_checks_another_file_of_the_same_issuer(page: Page, tmp_path: Path) -> None:
    open_page(page, tmp_path, signed_credential(), documents())
    other = signed_credential(attrs.evolve(AWARD, holder_name="Another Learner"))
    for name, text, headline in (
        ("other.json", json.dumps(other), "Valid"),
        ("tampered.json", json.dumps(other | {"name": "X"}), "Not valid"),
        ("broken.json", "{", "We could not read this file"),
        ("odd.json", "null", "We could not read this file"),
    ):
        (tmp_path / name).write_text(text)
        page.set_input_files("#file", tmp_path / name)
        page.get_by_role("heading", level=1, name=headline, exact=True).wait_for()


def test_page_loads_nothing_and_no_text_becomes_markup(page: Page, tmp_path: Path) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    hostile = attrs.evolve(AWARD, holder_name="</script><img src=x onerror=alert(1)><b>Ann</b>")
    assert open_page(page, tmp_path, signed_credential(hostile), documents()) == "valid"
    assert page.locator("img, b").count() == 0
    assert "<b>Ann</b>" in page.locator("#facts").inner_text()
    assert requests == [(tmp_path / "verifier.html").as_uri()]
