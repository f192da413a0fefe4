"""What is signed: canonical N-Quads from our own term map, and nothing left out."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proof_samples import AWARD, KINDS_OF_AWARD, RESULT, awards, official_contexts, signed_list
from pyld import jsonld

from paid_certificate.proofs.canonical import canonicalise
from paid_certificate.proofs.data import StatusPurpose
from paid_certificate.proofs.data_integrity import proof_options
from paid_certificate.proofs.errors import MalformedDocument, UnknownContext, UnsignedContent, WorkLimitExceeded
from paid_certificate.proofs.open_badges import credential
from paid_certificate.proofs.rdfc import canonical_nquads, escape_literal
from paid_certificate.proofs.result_statement import result_statement
from paid_certificate.proofs.terms import PINNED_CONTEXTS

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def official(shared: Path) -> dict[str, Any]:
    return official_contexts(shared)


def pyld_nquads(document: dict[str, Any], contexts: dict[str, Any]) -> str:
    """Canonicalise with PyLD alone, none of our own code in between."""

    def load(url: str, options: Any) -> dict[str, Any]:
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": contexts[url]}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    return str(jsonld.normalize(document, options))


@SLOW
@given(award=awards)
def test_our_terms_give_the_nquads_of_the_official_contexts(official: dict[str, Any], award: Any) -> None:
    document = credential(award)
    ours = canonicalise(document)
    assert ours == canonicalise(document, contexts=official)
    assert ours == pyld_nquads(document, official)


@pytest.mark.parametrize("kind", [*KINDS_OF_AWARD, "result statement", "status list", "proof"])
def test_every_kind_of_document_has_the_nquads_of_the_official_contexts(official: dict[str, Any], kind: str) -> None:
    if kind == "result statement":
        document = result_statement(RESULT)
    elif kind == "status list":
        document = signed_list(StatusPurpose.REVOCATION)
        del document["proof"]
    elif kind == "proof":
        document = {"@context": list(PINNED_CONTEXTS)[:2], **proof_options("did:web:a#b", AWARD.awarded)}
    else:
        document = credential(KINDS_OF_AWARD[kind])
    assert canonicalise(document) == pyld_nquads(document, official)


def _definitions(context: dict[str, Any], path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Return every term of a context, those scoped to a type included, in one notation."""
    found: dict[tuple[str, ...], Any] = {}
    for name, value in context.items():
        if name.startswith("@") or name in ("id", "type"):
            continue
        definition = {"@id": value} if isinstance(value, str) else value
        found[(*path, name)] = {key: definition[key] for key in ("@id", "@type", "@container") if key in definition}
        found |= _definitions(definition.get("@context") or {}, (*path, name))
    return found


@pytest.mark.parametrize("address", PINNED_CONTEXTS)
def test_our_terms_are_defined_as_the_official_ones(official: dict[str, Any], address: str) -> None:
    ours = _definitions(PINNED_CONTEXTS[address]["@context"])
    published = _definitions(official[address]["@context"])
    published.get(("AchievementCredential",), {}).update(published.get(("OpenBadgeCredential",), {}))
    assert ours == {name: published.get(name) for name in ours}


def test_open_badges_terms_are_complete(official: dict[str, Any]) -> None:
    address = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
    assert (
        _definitions(PINNED_CONTEXTS[address]["@context"]).keys() == _definitions(official[address]["@context"]).keys()
    )


def change(path: str, value: Any) -> dict[str, Any]:
    """Return the sample credential with the member at a dotted path set."""
    document = credential(AWARD)
    *parents, last = path.split(".")
    node: Any = document
    for name in parents:
        node = node[int(name)] if name.isdigit() else node[name]
    node[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("grade", "A"),
        ("credentialSubject.grade", "A"),
        ("credentialSubject.achievement.result", "A"),
        ("issuer.identityHash", "A"),
        ("type", ["VerifiableCredential", "OpenBadgeCredential", "Diploma"]),
        ("credentialSubject.type", ["AchievementSubject", "Graduate"]),
        ("id", "credentials/1"),
        ("id", "//example.org/1"),
        ("issuer.id", "statistics"),
        ("credentialSubject.achievement.criteria.id", "#criteria"),
        ("credentialSubject.achievement.image", {"id": "logo.png", "type": "Image"}),
        ("evidence.0.id", "not an address"),
        ("evidence.0.id", "https://example.org/a b"),
        ("credentialStatus.0.id", "_:b0"),
        ("name", None),
        ("credentialSubject.narrative", None),
        ("name", "a\x00b"),
        ("name", "a\x1bb"),
        ("name", "\ud800"),
        ("@graph", []),
        ("credentialSubject.@id", "https://example.org/1"),
        ("credentialSubject.@reverse", {}),
        ("credentialSubject.schema:name", "A"),
        ("credentialSubject.https:name", "A"),
        ("credentialSubject._:name", "A"),
    ],
)
def test_content_that_would_go_unsigned_is_refused(path: str, value: Any) -> None:
    with pytest.raises(UnsignedContent):
        canonicalise(change(path, value))


@pytest.mark.parametrize(
    "context",
    [
        [],
        None,
        "https://example.org/context",
        ["https://www.w3.org/ns/credentials/v2", {"grade": "https://schema.org/name"}],
        ["https://www.w3.org/ns/credentials/v2", {"@vocab": "https://example.org/"}],
        ["https://www.w3.org/ns/credentials/v2", "https://example.org/context"],
    ],
)
def test_context_that_is_not_pinned_is_refused(context: Any) -> None:
    with pytest.raises(UnknownContext):
        canonicalise(change("@context", context))


def test_context_inside_the_document_is_refused() -> None:
    with pytest.raises(UnsignedContent):
        canonicalise(change("credentialSubject.@context", {"name": "https://schema.org/alternateName"}))


def test_deep_nesting_is_refused() -> None:
    document = credential(AWARD)
    node = document["issuer"]
    for _ in range(100):
        node["parentOrg"] = {"id": "https://example.org/1", "type": ["Profile"]}
        node = node["parentOrg"]
    with pytest.raises(MalformedDocument):
        canonicalise(document)


def test_control_characters_are_escaped_as_the_standard_says() -> None:
    text = "".join(map(chr, (*range(0, 0x20), 0x22, 0x5C, 0x7F)))
    literal = f'"{escape_literal(text)}"'
    expected = (
        r'"\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000B\f\r\u000E\u000F\u0010\u0011\u0012\u0013\u0014'
        r'\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\"\\\u007F"'
    )
    assert literal == expected


NODES = [f"_:n{number}" for number in range(5)]
# No quad names a node twice: there PyLD counts it twice, where the standard has a set.
small_graphs = st.lists(
    st.tuples(
        st.sampled_from([*NODES, "<urn:a>"]),
        st.sampled_from(["<urn:p>", "<urn:q>"]),
        st.sampled_from([*NODES, "<urn:b>", '"text"']),
        st.sampled_from(["", "", "<urn:g>", "_:n0"]),
    ).filter(lambda quad: len({term for term in quad if term[:2] == "_:"}) == sum(term[:2] == "_:" for term in quad)),
    max_size=9,
)


@settings(max_examples=150, deadline=None)
@given(quads=small_graphs, order=st.permutations(NODES))
def test_canonical_form_is_that_of_pyld_and_does_not_depend_on_labels(quads: Any, order: list[str]) -> None:
    document = "".join(f"{' '.join(filter(None, quad))} .\n" for quad in quads)
    options = {"algorithm": "URDNA2015", "inputFormat": "application/n-quads", "format": "application/n-quads"}
    expected = jsonld.normalize(document, options) if quads else ""
    assert canonical_nquads(quads) == expected
    relabelled = dict(zip(NODES, (f"_:x{NODES.index(node)}" for node in order), strict=True))
    moved = [tuple(relabelled.get(term, term) for term in quad) for quad in reversed(quads)]
    assert canonical_nquads(moved) == expected  # type: ignore[arg-type]


def test_graph_made_to_be_slow_is_refused() -> None:
    clique = [(f"_:a{one}", "<urn:p>", f"_:a{other}", "") for one, other in itertools.permutations(range(12), 2)]
    with pytest.raises(WorkLimitExceeded):
        canonical_nquads(clique)
