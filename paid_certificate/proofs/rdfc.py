"""RDF Dataset Canonicalization (RDFC-1.0, W3C Recommendation of May 2024) with SHA-256 and a limit on its work.

Terms are in N-Quads form: `<iri>`, `_:label`, `"literal"`, `"literal"^^<datatype>`; a quad is a tuple of subject,
predicate, object and graph, with the empty string for the default graph.
"""

import hashlib
import itertools
from collections import defaultdict
from collections.abc import Iterable

from paid_certificate.proofs.errors import WorkLimitExceeded

__all__ = ["Quad", "canonical_nquads", "escape_literal", "first_degree_hash"]

Quad = tuple[str, str, str, str]

_SHORT_ESCAPES = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
_ESCAPES = {code: f"\\u{code:04X}" for code in (*range(32), 127)} | _SHORT_ESCAPES


def escape_literal(text: str) -> str:
    """Return `text` escaped as canonical N-Quads want it (RDFC-1.0, 5)."""
    return text.translate(_ESCAPES)


def canonical_nquads(quads: Iterable[Quad], *, work_limit: int = 4_000) -> str:
    """Return the canonical N-Quads document of a dataset.

    `work_limit` bounds the calls of Hash N-Degree Quads, which grow with the factorial of equal-looking blank nodes;
    past it WorkLimitExceeded is raised. Documents whose blank nodes differ need no such call.
    """
    return _Canonicaliser(set(quads), work_limit).run()


def first_degree_hash(lines: Iterable[str]) -> str:
    """Return the hash of a blank node's quads, already serialised with `_:a` for itself and `_:z` for any other."""
    return _sha256("".join(sorted(lines)))


class _Canonicaliser:
    def __init__(self, quads: set[Quad], work_limit: int):
        self.quads = quads
        self.work_left = work_limit
        self.quads_of: dict[str, list[Quad]] = defaultdict(list)
        for quad in quads:
            for node in {term for term in quad if _is_blank(term)}:
                self.quads_of[node].append(quad)
        self.hashes = {node: self._first_degree(node) for node in self.quads_of}
        self.canonical = _Issuer("_:c14n")

    def run(self) -> str:
        by_hash: dict[str, list[str]] = defaultdict(list)
        for node, digest in self.hashes.items():
            by_hash[digest].append(node)
        for _, nodes in sorted(by_hash.items()):
            if len(nodes) == 1:
                self.canonical.issue(nodes[0])
        for _, nodes in sorted(by_hash.items()):
            if len(nodes) > 1:
                self._label_equal_looking(nodes)
        return "".join(sorted(_serialise(quad, self.canonical.issued) for quad in self.quads))

    def _label_equal_looking(self, nodes: list[str]) -> None:
        results = []
        for node in nodes:
            if node in self.canonical.issued:
                continue
            issuer = _Issuer("_:b")
            issuer.issue(node)
            results.append(self._n_degree(node, issuer))
        for _, issuer in sorted(results, key=lambda result: result[0]):
            for node in issuer.issued:
                self.canonical.issue(node)

    def _first_degree(self, node: str) -> str:
        labels = {other: "_:z" for quad in self.quads_of[node] for other in quad if _is_blank(other)} | {node: "_:a"}
        return first_degree_hash(_serialise(quad, labels) for quad in self.quads_of[node])

    def _related_hash(self, related: str, quad: Quad, issuer: "_Issuer", position: str) -> str:
        label = self.canonical.issued.get(related) or issuer.issued.get(related) or self.hashes[related]
        return _sha256(position + ("" if position == "g" else quad[1]) + label)

    def _n_degree(self, node: str, issuer: "_Issuer") -> tuple[str, "_Issuer"]:
        """Hash N-Degree Quads (RDFC-1.0, 4.8.3)."""
        self.work_left -= 1
        if self.work_left < 0:
            raise WorkLimitExceeded("The document's parts look too much alike to be checked in reasonable time.")
        related: dict[str, list[str]] = defaultdict(list)
        for quad in self.quads_of[node]:
            for position, other in (("s", quad[0]), ("o", quad[2]), ("g", quad[3])):
                if _is_blank(other) and other != node:
                    related[self._related_hash(other, quad, issuer, position)].append(other)
        data = ""
        for digest, nodes in sorted(related.items()):
            path, issuer = self._shortest_path(nodes, issuer)
            data += digest + path
        return _sha256(data), issuer

    def _shortest_path(self, nodes: list[str], issuer: "_Issuer") -> tuple[str, "_Issuer"]:
        chosen_path, chosen_issuer = "", issuer
        for permutation in itertools.permutations(nodes):
            self.work_left -= 1
            result = self._path(permutation, issuer.copy(), chosen_path)
            if result is not None and (not chosen_path or result[0] < chosen_path):
                chosen_path, chosen_issuer = result
        return chosen_path, chosen_issuer

    def _path(self, permutation: tuple[str, ...], issuer: "_Issuer", best: str) -> tuple[str, "_Issuer"] | None:
        path, recursion = "", []
        for node in permutation:
            if node in self.canonical.issued:
                path += self.canonical.issued[node]
            else:
                if node not in issuer.issued:
                    recursion.append(node)
                path += issuer.issue(node)
            if best and len(path) >= len(best) and path > best:
                return None
        for node in recursion:
            digest, deeper = self._n_degree(node, issuer)
            path += issuer.issue(node) + f"<{digest}>"
            issuer = deeper
            if best and len(path) >= len(best) and path > best:
                return None
        return path, issuer


class _Issuer:
    """Issues labels in order and remembers them (RDFC-1.0, 4.5)."""

    def __init__(self, prefix: str, issued: dict[str, str] | None = None):
        self.prefix = prefix
        self.issued = issued or {}

    def issue(self, node: str) -> str:
        return self.issued.setdefault(node, f"{self.prefix}{len(self.issued)}")

    def copy(self) -> "_Issuer":
        return _Issuer(self.prefix, dict(self.issued))


def _serialise(quad: Quad, labels: dict[str, str]) -> str:
    subject, predicate, value, graph = (labels.get(term, term) if _is_blank(term) else term for term in quad)
    return f"{subject} {predicate} {value} {graph} .\n" if graph else f"{subject} {predicate} {value} .\n"


def _is_blank(term: str) -> bool:
    return term.startswith("_:")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
