"""An issuing body, its key, and awards of every kind, for the tests of proofs and verifiers."""

from __future__ import annotations

import functools
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
from hypothesis import strategies as st

from paid_certificate.proofs.data import (
    AchievementData,
    AddressData,
    AlignmentData,
    AreaResult,
    Assurance,
    AwardData,
    CredentialForm,
    CreditData,
    EvidenceData,
    IdentityAssurance,
    IssuerData,
    ResultData,
    ScaleScore,
    StatusEntry,
    StatusPurpose,
    SupervisionAssurance,
    hash_identity,
)
from paid_certificate.proofs.data_integrity import add_proof
from paid_certificate.proofs.did import VerificationMethodData, did_document
from paid_certificate.proofs.keys import LocalKeyVault, SigningKey, generate_key, open_key
from paid_certificate.proofs.open_badges import credential
from paid_certificate.proofs.result_statement import result_statement
from paid_certificate.proofs.status_list import StatusBits, encode_status_list, status_list_credential

NOW = datetime(2026, 1, 9, 12, 0, tzinfo=UTC)
DID = "did:web:mastery.example.org:credentials:bodies:statistics"
REVOCATION_LIST = "https://mastery.example.org/credentials/status/statistics/revocation/1"
SUSPENSION_LIST = "https://mastery.example.org/credentials/status/statistics/suspension/1"
REVOCATION_INDEX, SUSPENSION_INDEX = 94_567, 5
VAULT = LocalKeyVault(b"only for tests, never in settings")
REFERENCE = Path(__file__).resolve().parents[3] / ".." / "shared" / "data" / "credentials"

ISSUER = IssuerData(
    did=DID,
    name="Institute of Statistics",
    url="https://mastery.example.org/credentials/bodies/statistics/",
    address=AddressData("ES", "Spain", locality="Madrid"),
    legal_statement="Awarded by the Institute of Statistics; not a degree of any university",
    email="awards@example.org",
)
ACHIEVEMENT = AchievementData(
    url="https://mastery.example.org/credentials/achievements/7d8e1c1a/v1",
    name="Introductory statistics",
    description="Reads, describes and compares data, and says how sure one can be.",
    criteria="Passed an exam of 24 items, with a floor in each of four areas.",
    version="1",
    human_code="STAT-101",
    field_of_study="0542 Statistics",
    tags=("statistics", "probability"),
    outcomes=(
        AlignmentData(
            "Describes a distribution",
            "https://frameworks.example.org/items/1",
            "Statistics framework",
            "ST.1",
            "",
            "CFItem",
        ),
        AlignmentData("Tests a hypothesis", "https://frameworks.example.org/items/2", "Statistics framework", "ST.2"),
    ),
    levels=(
        AlignmentData("Level 5", "https://frameworks.example.org/eqf/5", "European Qualifications Framework", "5"),
    ),
    workload="125 hours (5 ECTS)",
    assessment_type="Written exam, machine scored",
    participation="Online, alone",
    quality_assurance="Internal; standard set by the modified Angoff method",
    prerequisites="None",
    stackability="Counts towards the MicroMasters programme in statistics",
    further_information="https://mastery.example.org/about",
    credit=CreditData(
        Decimal("5"), "ECTS", "Institute of Statistics", "https://example.org/evidence", NOW, NOW + timedelta(days=1095)
    ),
)
AWARD = AwardData(
    credential_url="https://mastery.example.org/credentials/2f1c9d52-8c1e-4a53-9d38-5a3d7a3f0c11",
    achievement=ACHIEVEMENT,
    issuer=ISSUER,
    holder_name="Test Learner",
    awarded=NOW - timedelta(hours=2),
    valid_from=NOW - timedelta(hours=1),
    valid_until=NOW + timedelta(days=3650),
    assurance=Assurance(IdentityAssurance.CHECKED, SupervisionAssurance.ONSITE),
    evidence=(EvidenceData("assessment", "Exam", "Introductory statistics, form A, sat on 2026-01-08.", "Exam"),),
    status=(
        StatusEntry(StatusPurpose.REVOCATION, REVOCATION_LIST, REVOCATION_INDEX),
        StatusEntry(StatusPurpose.SUSPENSION, SUSPENSION_LIST, SUSPENSION_INDEX),
    ),
    holder_identity=hash_identity("learner@example.org", salt="0123456789abcdef"),
)
RESULT = ResultData(
    statement_url=AWARD.credential_url + "/statement",
    award=AWARD,
    score=ScaleScore(Decimal("540"), Decimal("200"), Decimal("800"), Decimal("500"), Decimal("21.5")),
    areas=(AreaResult("probability", "Probability", "Above"), AreaResult("inference", "Inference", "Near")),
    status=AWARD.status,
)
KINDS_OF_AWARD = {
    "full": AWARD,
    "one status list": attrs.evolve(AWARD, status=AWARD.status[:1]),
    "no status, no expiry": attrs.evolve(AWARD, status=(), valid_until=None),
    "wallet": attrs.evolve(AWARD, holder_did="did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"),
    "name only": attrs.evolve(AWARD, holder_identity=None),
    "demonstration": attrs.evolve(AWARD, demonstration=True, assurance=Assurance()),
    "statement of accomplishment": attrs.evolve(AWARD, form=CredentialForm.STATEMENT),
    "by a course": attrs.evolve(
        AWARD,
        assurance=Assurance(),
        evidence=(
            EvidenceData(
                "course", "Statistics", "Course “Statistics” (Mastery, STAT), passed on 2026-01-08.", "Course"
            ),
        ),
    ),
    "by a programme": attrs.evolve(
        AWARD,
        evidence=(
            EvidenceData("part-1", "Exam", "Counted for this programme.", "Exam"),
            EvidenceData("part-2", "Course", "Counted for this programme.", "Course"),
        ),
    ),
    "by evidence": attrs.evolve(
        AWARD,
        assurance=Assurance(IdentityAssurance.CHECKED),
        evidence=(
            EvidenceData("assessment", "Assessment of evidence by a person", "Approved.", "Portfolio assessment"),
            EvidenceData("evidence-credential", "Credential of another issuer", "Pieces of this kind: 2.", "Evidence"),
            EvidenceData("evidence-file", "File", "Pieces of this kind: 1.", "Evidence"),
        ),
    ),
    "earned credit": attrs.evolve(
        AWARD,
        issuer=attrs.evolve(ISSUER, awarding_authority="Royal Decree 1/2027"),
        achievement=attrs.evolve(
            ACHIEVEMENT, credit=attrs.evolve(ACHIEVEMENT.credit, amount=Decimal("4.5"), earned=True)
        ),
    ),
    "every script": attrs.evolve(
        AWARD, holder_name='Ольга 山田 \u0627\u0644\u0639\u0631\u0628\u064a\u0629 \U0001f600 "Ж" \\ %s'
    ),
}


@functools.cache
def signing_key() -> SigningKey:
    """The issuing body's key, made once for a run."""
    return open_key(VAULT, DID, wrapped_key())


@functools.cache
def wrapped_key() -> Any:
    return generate_key(VAULT, DID)


def signed(document: dict[str, Any], created: datetime = NOW) -> dict[str, Any]:
    return add_proof(document, signing_key(), created)


def signed_credential(award: AwardData = AWARD) -> dict[str, Any]:
    return signed(credential(award))


def signed_statement(result: ResultData = RESULT) -> dict[str, Any]:
    return signed(result_statement(result))


def signed_list(purpose: StatusPurpose, indices: tuple[int, ...] = (), **changes: Any) -> dict[str, Any]:
    """A signed status list of the issuing body with some of its entries set."""
    bits = StatusBits()
    bits.set_all(indices)
    url = REVOCATION_LIST if purpose is StatusPurpose.REVOCATION else SUSPENSION_LIST
    document = status_list_credential(
        url=url, issuer=DID, purpose=purpose, encoded_list=encode_status_list(bits), valid_from=NOW
    )
    return signed(document | changes)


def issuer_document(*methods: VerificationMethodData) -> dict[str, Any]:
    return did_document(DID, methods or [VerificationMethodData(wrapped_key().public_multikey)])


def documents(revoked: tuple[int, ...] = (), suspended: tuple[int, ...] = ()) -> dict[str, dict[str, Any]]:
    """All that is needed to check a sample credential, by address or DID."""
    return {
        DID: issuer_document(),
        REVOCATION_LIST: signed_list(StatusPurpose.REVOCATION, revoked),
        SUSPENSION_LIST: signed_list(StatusPurpose.SUSPENSION, suspended),
    }


def official_contexts(shared: Path) -> dict[str, Any]:
    """The published JSON-LD contexts by address."""
    folder = shared / "data" / "credentials" / "contexts"
    names = json.loads((folder / "map.json").read_text())
    return {address: json.loads((folder / name).read_text()) for address, name in names.items()}


def texts(least: int = 1) -> st.SearchStrategy[str]:
    """Any text that has something to show once cleaned."""
    from paid_certificate.proofs.text import clean_text

    return st.text(max_size=40).filter(lambda text: len(clean_text(text)) >= least)


addresses = st.from_regex(r"https://[a-z]{1,9}\.example\.org/[a-z0-9-]{1,12}", fullmatch=True)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
alignments = st.builds(
    AlignmentData, texts(), addresses, st.just("") | texts(), st.just("") | texts(), st.just("") | texts()
)
credits_ = st.builds(
    CreditData,
    st.decimals(Decimal("0.01"), Decimal("240"), places=2),
    st.sampled_from(["ECTS", "US semester hours", "UK CATS"]),
    texts(),
    st.just("") | addresses,
    st.none() | moments,
    st.none() | moments,
    st.booleans(),
)
achievements = st.builds(
    AchievementData,
    url=addresses,
    name=texts(),
    description=texts(),
    criteria=texts(),
    human_code=st.just("") | texts(),
    field_of_study=st.just("") | texts(),
    specialization=st.just("") | texts(),
    image_url=st.just("") | addresses,
    tags=st.lists(texts(), max_size=3).map(tuple),
    outcomes=st.lists(alignments, max_size=3).map(tuple),
    levels=st.lists(alignments, max_size=2).map(tuple),
    workload=st.just("") | texts(),
    credit=st.none() | credits_,
)
issuers = st.builds(
    IssuerData,
    did=st.just(DID),
    name=texts(),
    url=addresses,
    address=st.builds(AddressData, st.sampled_from(["ES", "DE"]), st.just("") | texts()),
    legal_statement=texts(),
    email=st.just("") | st.just("awards@example.org"),
    image_url=st.just("") | addresses,
    awarding_authority=texts(),
)
evidence = st.builds(
    EvidenceData,
    st.sampled_from(["exam", "course", "part-1", "part-2", "assessment", "evidence-file"]),
    texts(),
    texts(),
    st.just("") | texts(),
)
awards = st.builds(
    AwardData,
    credential_url=st.uuids().map(lambda uuid: f"https://mastery.example.org/credentials/{uuid}"),
    achievement=achievements,
    issuer=issuers,
    holder_name=texts(),
    awarded=moments,
    valid_from=moments,
    valid_until=st.none() | moments,
    assurance=st.builds(Assurance, st.sampled_from(IdentityAssurance), st.sampled_from(SupervisionAssurance)),
    evidence=st.lists(evidence, max_size=3, unique_by=lambda entry: entry.key).map(tuple),
    status=st.sampled_from([AWARD.status, AWARD.status[:1], ()]),
    holder_did=st.sampled_from(["", KINDS_OF_AWARD["wallet"].holder_did]),
    holder_identity=st.none() | st.emails().map(hash_identity),
    form=st.sampled_from(CredentialForm),
    demonstration=st.booleans(),
)
