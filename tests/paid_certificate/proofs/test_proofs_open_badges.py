"""What a credential and a result statement say, field by field."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proof_samples import ACHIEVEMENT, AWARD, ISSUER, KINDS_OF_AWARD, NOW, RESULT, SUSPENSION_LIST, awards, signed

from paid_certificate.proofs.data import Assurance, IdentityAssurance, SupervisionAssurance, hash_identity
from paid_certificate.proofs.errors import MalformedDocument
from paid_certificate.proofs.open_badges import credential
from paid_certificate.proofs.result_statement import result_statement
from paid_certificate.proofs.text import clean_text, format_datetime, format_number, parse_datetime


@pytest.fixture(scope="module")
def schema(shared: Path) -> jsonschema.Draft201909Validator:
    folder = shared / "data" / "credentials" / "schemas"
    text = (folder / "ob_v3p0_achievementcredential_schema.json").read_text()
    return jsonschema.Draft201909Validator(json.loads(text), format_checker=jsonschema.FormatChecker())


def schema_errors(schema: jsonschema.Draft201909Validator, document: dict[str, Any]) -> list[str]:
    """Validate; several status entries are judged one by one, since VC 2.0 allows an array and the schema does not."""
    entries = document.get("credentialStatus")
    if not isinstance(entries, list):
        return [error.message for error in schema.iter_errors(document)]
    each = [document | {"credentialStatus": entry} for entry in entries]
    return [error.message for single in each for error in schema.iter_errors(single)]


@pytest.mark.parametrize("kind", KINDS_OF_AWARD)
def test_credential_of_every_kind_fits_the_open_badges_schema(
    schema: jsonschema.Draft201909Validator, kind: str
) -> None:
    assert schema_errors(schema, signed(credential(KINDS_OF_AWARD[kind]))) == []


def test_result_statement_fits_the_open_badges_schema(schema: jsonschema.Draft201909Validator) -> None:
    assert schema_errors(schema, signed(result_statement(RESULT))) == []


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(award=awards)
def test_credential_of_any_award_fits_the_open_badges_schema(
    schema: jsonschema.Draft201909Validator, award: Any
) -> None:
    assert schema_errors(schema, credential(award)) == []


def test_credential_says_every_annex_1_element() -> None:
    document = credential(AWARD)
    subject, achievement = document["credentialSubject"], document["credentialSubject"]["achievement"]
    criteria = achievement["criteria"]["narrative"]
    assert subject["identifier"][0] == {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": "Test Learner",
        "identityType": "name",
    }
    assert achievement["name"] == "Introductory statistics"
    assert document["issuer"]["address"]["addressCountryCode"] == "ES"
    assert document["issuer"]["name"] == "Institute of Statistics"
    assert document["awardedDate"] == "2026-01-09T10:00:00Z"
    outcomes = {entry["targetName"] for entry in achievement["alignment"]}
    assert outcomes == {"Describes a distribution", "Tests a hypothesis", "Level 5"}
    for line in (
        "Notional workload: 125 hours (5 ECTS)",
        "Credit recommended: 5 ECTS, recommended by Institute of Statistics; "
        "evidence: https://example.org/evidence; from 2026-01-09; until 2029-01-08.",
        "Type of assessment: Written exam, machine scored",
        "Form of participation: Online, alone",
        "Quality assurance: Internal; standard set by the modified Angoff method",
        "Prerequisites: None",
        "Stackability: Counts towards the MicroMasters programme in statistics",
        "Further information: https://mastery.example.org/about",
    ):
        assert line in criteria
    assert achievement["alignment"][-1]["targetFramework"] == "European Qualifications Framework"
    assert achievement["alignment"][-1]["targetCode"] == "5"
    evidence = {entry["name"]: entry["description"] for entry in document["evidence"]}
    assert evidence["Identity"].startswith("Identity: checked")
    assert evidence["Supervision"].startswith("Supervision: watched on site")
    assert evidence["Exam"] == "Introductory statistics, form A, sat on 2026-01-08."


@pytest.mark.parametrize("identity", IdentityAssurance)
@pytest.mark.parametrize("supervision", SupervisionAssurance)
def test_credential_says_plainly_how_it_was_checked(
    identity: IdentityAssurance, supervision: SupervisionAssurance
) -> None:
    evidence = credential(attrs.evolve(AWARD, assurance=Assurance(identity, supervision)))["evidence"]
    texts = {entry["id"].partition("#")[2]: entry["description"] for entry in evidence}
    assert ("not checked" in texts["identity-check"]) is (identity is IdentityAssurance.NONE)
    assert ("not watched" in texts["supervision"]) is (supervision is SupervisionAssurance.NONE)


def test_credential_never_shows_score_or_areas() -> None:
    text = json.dumps(credential(AWARD))
    for word in ("540", "ScaledScore", "PerformanceLevel", "Above", "Near"):
        assert word not in text
    statement = json.dumps(result_statement(RESULT))
    for word in ("540", "ScaledScore", "PerformanceLevel", "Above", "Near", "21.5"):
        assert word in statement


def test_result_statement_is_not_the_credential() -> None:
    statement, badge = result_statement(RESULT), credential(AWARD)
    assert statement["id"] != badge["id"]
    assert statement["credentialSubject"]["achievement"]["id"] != badge["credentialSubject"]["achievement"]["id"]
    assert statement["credentialSubject"]["achievement"]["achievementType"] == "Assessment"
    described = {entry["id"] for entry in statement["credentialSubject"]["achievement"]["resultDescription"]}
    assert {entry["resultDescription"] for entry in statement["credentialSubject"]["result"]} == described


def test_recommended_credit_is_available_and_never_earned() -> None:
    subject = credential(AWARD)["credentialSubject"]
    assert subject["achievement"]["creditsAvailable"] == 5
    assert "creditsEarned" not in subject


def test_earned_credit_needs_an_awarding_authority() -> None:
    award = KINDS_OF_AWARD["earned credit"]
    subject = credential(award)["credentialSubject"]
    assert subject["creditsEarned"] == subject["achievement"]["creditsAvailable"] == 4.5
    with pytest.raises(MalformedDocument, match="authority"):
        credential(attrs.evolve(award, issuer=ISSUER))


@pytest.mark.parametrize("kind", ["demonstration", "statement of accomplishment"])
def test_form_without_a_standard_says_so_and_carries_no_credit(kind: str) -> None:
    document = credential(KINDS_OF_AWARD[kind])
    text = json.dumps(document)
    assert document["name"].lower().startswith(kind)
    assert "creditsAvailable" not in text
    assert "creditsEarned" not in text
    assert "Credit recommended" not in text
    assert "carries no credit" in document["description"]


def test_holder_without_wallet_has_a_salted_hash_and_no_id() -> None:
    subject = credential(AWARD)["credentialSubject"]
    hashed = subject["identifier"][1]
    assert "id" not in subject
    digest = hashlib.sha256(b"learner@example.org0123456789abcdef").hexdigest()
    assert hashed["identityHash"] == f"sha256${digest}"
    assert "learner@example.org" not in json.dumps(credential(AWARD))
    assert hash_identity("learner@example.org") != hash_identity("learner@example.org")


def test_holder_with_wallet_is_the_subject() -> None:
    assert credential(KINDS_OF_AWARD["wallet"])["credentialSubject"]["id"].startswith("did:key:")


def test_achievement_address_does_not_depend_on_the_holder() -> None:
    other = attrs.evolve(AWARD, credential_url="https://mastery.example.org/credentials/other", holder_name="Other")
    assert (
        credential(other)["credentialSubject"]["achievement"] == credential(AWARD)["credentialSubject"]["achievement"]
    )
    assert AWARD.credential_url not in json.dumps(credential(other))


def test_status_entries_are_one_per_purpose() -> None:
    entries = credential(AWARD)["credentialStatus"]
    assert [entry["statusPurpose"] for entry in entries] == ["revocation", "suspension"]
    assert entries[1]["statusListCredential"] == SUSPENSION_LIST
    assert entries[1]["statusListIndex"] == "5"
    assert isinstance(credential(KINDS_OF_AWARD["one status list"])["credentialStatus"], dict)


def _members(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [value, *(inner for item in value.values() for inner in _members(item))]
    return [value, *(inner for item in value for inner in _members(item))] if isinstance(value, list) else [value]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(award=awards)
def test_document_of_any_award_has_no_empty_member(award: Any) -> None:
    assert not any(
        value is None or value in ("", [], {}) for value in _members(credential(award)) if value is not False
    )


def test_award_without_a_name_is_refused() -> None:
    with pytest.raises(MalformedDocument):
        credential(attrs.evolve(AWARD, holder_name=" \x00\u202e"))


def test_date_without_zone_is_refused() -> None:
    with pytest.raises(MalformedDocument):
        credential(attrs.evolve(AWARD, awarded=NOW.replace(tzinfo=None)))


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  Ana  ", "Ana"),
        ("A\x00n\x1ba\x7f\x85", "Ana"),
        ("one\ttwo\r\nthree\rfour", "one two\nthree\nfour"),
        ("e\u0301", "\u00e9"),
        ("\u202eanA", "anA"),
        ("山田", "山田"),
        ("\u0645\u062d\u0645\u062f", "\u0645\u062d\u0645\u062f"),
        ("a\u200db", "a\u200db"),
        ("\U0001f600", "\U0001f600"),
        ("\ud800x\uffff", "x"),
    ],
)
def test_text_keeps_every_script_and_loses_controls(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


@given(st.text())
def test_text_once_cleaned_stays_as_it_is(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize(("amount", "number"), [("3", 3), ("3.00", 3), ("2.5", 2.5), ("1.005", 1.01), ("0.1", 0.1)])
def test_number_is_whole_where_it_can_be(amount: str, number: float) -> None:
    value = format_number(Decimal(amount))
    assert value == number
    assert isinstance(value, int) is (number == int(number))


@given(st.datetimes(timezones=st.timezones()))
def test_datetime_round_trip_is_to_the_second(moment: Any) -> None:
    try:
        text = format_datetime(moment)
    except OverflowError:
        return
    assert parse_datetime(text) == moment.astimezone(UTC).replace(microsecond=0)


@pytest.mark.parametrize(
    "text", ["2026-01-09", "2026-01-09T12:00:00", "2027-13-09T12:00:00Z", "2026-01-09T12:00:00Z ", "", None, 5]
)
def test_datetime_that_is_not_full_is_refused(text: Any) -> None:
    with pytest.raises(MalformedDocument):
        parse_datetime(text)


def test_achievement_with_hostile_text_is_cleaned() -> None:
    achievement = attrs.evolve(ACHIEVEMENT, name="Stat\x00istics\u202e", tags=("b", "a", "a"))
    inner = credential(attrs.evolve(AWARD, achievement=achievement))["credentialSubject"]["achievement"]
    assert inner["name"] == "Statistics"
    assert inner["tag"] == ["a", "b"]
