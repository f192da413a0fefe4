"""The fast path: one template per achievement version, filled in and signed for each holder.

Expanding JSON-LD takes most of the time of a signature, and gives the same statements for every holder but for a few
texts. So a document is expanded once with placeholders in its slots; for a holder the placeholders are replaced, the
few nodes without an address are labelled as RDFC-1.0 does, and the lines are sorted. A template is checked against the
slow path when it is made and refuses to exist on any difference.
"""

import hashlib
import itertools
import json
import os
import re
import secrets
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

import attrs

from paid_certificate.proofs.canonical import canonicalise, dataset
from paid_certificate.proofs.data import AwardData, ResultData
from paid_certificate.proofs.data_integrity import add_proof, proof_options
from paid_certificate.proofs.errors import SlotUnfit, TemplateMismatch
from paid_certificate.proofs.keys import Signer
from paid_certificate.proofs.multibase import encode_base58btc
from paid_certificate.proofs.open_badges import award_shape, award_slots, credential_from_slots
from paid_certificate.proofs.rdfc import Quad, escape_literal
from paid_certificate.proofs.result_statement import result_shape, result_slots, statement_from_slots
from paid_certificate.proofs.terms import CREDENTIALS_V2, OPEN_BADGES_V3
from paid_certificate.proofs.text import format_datetime

__all__ = ["DocumentTemplate", "compile_credential_template", "compile_statement_template"]

T = TypeVar("T")

_ADDRESS_SLOTS = ("id", "holder_did")
_ADDRESS = re.compile(r"(https?|urn|did):[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+\Z")
_INDEX_SLOT = re.compile(r"status\d+\Z")
_PROBES = 4  # each has another order of its nodes without an address
_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]')  # what JSON or canonical N-Quads escape; all else stands as it is
_BLOCK_END = b"\0"  # never part of N-Quads, whose controls are escaped
# What a probe puts into every free text: all that is escaped anywhere, and characters beyond the basic plane.
_HOSTILE = '"quoted" back\\slash %s %(id)s {0} line\nbreak \u2028 \U0001f600 \u0416 \u540d'


@attrs.frozen
class _Kind(Generic[T]):
    """How a kind of document is built from its data."""

    slots: Callable[[T], dict[str, str]]
    shape: Callable[[T], Hashable]
    build: Callable[[T, Mapping[str, str]], dict[str, Any]]


_CREDENTIAL: _Kind[AwardData] = _Kind(award_slots, award_shape, credential_from_slots)
_STATEMENT: _Kind[ResultData] = _Kind(result_slots, result_shape, statement_from_slots)


def compile_credential_template(award: AwardData) -> "DocumentTemplate[AwardData]":
    """Return the template for credentials of the shape of `award`, checked against the slow path."""
    return DocumentTemplate(_CREDENTIAL, award)


def compile_statement_template(result: ResultData) -> "DocumentTemplate[ResultData]":
    """Return the template for result statements of the shape of `result`, checked against the slow path."""
    return DocumentTemplate(_STATEMENT, result)


class DocumentTemplate(Generic[T]):
    """Signs documents of one shape; safe to share between threads, holds no key and no holder's data."""

    def __init__(self, kind: _Kind[T], sample: T):
        self._kind = kind
        self._shape = kind.shape(sample)
        slots = kind.slots(sample)
        marks = _Marks(slots)
        document = kind.build(sample, marks.placeholders)
        quads = dataset(document)
        blanks = {term for quad in quads for term in quad if term.startswith("_:")}
        labels = marks.add(blanks)
        # In bytes: a name in another script would make every copy of a long text twice as wide.
        self._blocks = _join_blocks(map(marks.template, marks.blocks(sorted(_lines(quads, labels)))))
        self._blanks = {
            blank.encode(): _join_blocks(map(marks.template, _first_degree_lines(quads, blank))) for blank in blanks
        }
        self._json = marks.template(json.dumps(document, ensure_ascii=False, separators=(",", ":"))[:-1])
        self._proof_config = _proof_config_template()
        self._slot_names = frozenset(slots)
        self._taken = marks.static_addresses(quads)
        self._require_same(sample, slots)
        for number in range(_PROBES):
            self._require_same(sample, {name: _probe(name, text, number) for name, text in slots.items()})

    def fits(self, data: T) -> bool:
        """Tell whether `data` differs from the sample only in its slots."""
        return self._kind.shape(data) == self._shape

    def sign(self, data: T, signer: Signer, created: datetime) -> str:
        """Return the signed document as JSON text; raise TemplateMismatch if `data` has another shape.

        A text that no template takes, such as an address with an umlaut, is signed on the slow path.
        """
        if not self.fits(data):
            raise TemplateMismatch("This award has another shape than the template; make a template for it.")
        slots = self._kind.slots(data)
        try:
            canonical = self._canonical(slots)
        except SlotUnfit:
            return json.dumps(add_proof(self._kind.build(data, slots), signer, created), ensure_ascii=False)
        moment = format_datetime(created)
        method = signer.verification_method
        config = self._proof_config % {"created": moment, "method": method}
        digest = hashlib.sha256(config.encode()).digest() + hashlib.sha256(canonical).digest()
        proof = (
            f',"proof":[{{"type":"DataIntegrityProof","cryptosuite":"eddsa-rdfc-2022","created":"{moment}",'
            f'"verificationMethod":"{method}","proofPurpose":"assertionMethod",'
            f'"proofValue":"{encode_base58btc(signer.sign(digest))}"}}]}}'
        )
        return self._json % _escaped(slots, _escape_json) + proof

    def nquads(self, slots: Mapping[str, str]) -> str:
        """Return the canonical N-Quads of the document with the given texts in its slots."""
        return self._canonical(slots).decode()

    def _canonical(self, slots: Mapping[str, str]) -> bytes:
        self._require_slots(slots)
        values = {name.encode(): text.encode() for name, text in _escaped(slots, escape_literal).items()}
        return _sorted_blocks(self._blocks, values | self._labels(values))

    def _labels(self, values: Mapping[bytes, bytes]) -> dict[bytes, bytes]:
        """Return the canonical label of each blank node, in the order of first degree hashes (RDFC-1.0, 4.4.3)."""
        hashes = {
            hashlib.sha256(_sorted_blocks(about, values)).digest(): blank for blank, about in self._blanks.items()
        }
        if len(hashes) != len(self._blanks):
            raise SlotUnfit("Two nodes without an address say the same; sign this one on the slow path.")
        return {hashes[digest]: b"_:c14n%d" % number for number, digest in enumerate(sorted(hashes))}

    def _require_slots(self, slots: Mapping[str, str]) -> None:
        if slots.keys() != self._slot_names:
            raise SlotUnfit("The award fills other slots than the template has.")
        if not all(slots.values()):
            raise SlotUnfit("The award leaves a slot empty.")
        addresses = [slots[name] for name in _ADDRESS_SLOTS if name in slots]
        bases = {address.partition("#")[0] for address in addresses}
        if len(bases) < len(addresses) or not bases.isdisjoint(self._taken) or not all(map(_ADDRESS.match, addresses)):
            raise SlotUnfit("The template cannot take the address of this credential or its holder.")

    def _require_same(self, sample: T, slots: Mapping[str, str]) -> None:
        """Refuse to exist unless N-Quads and JSON are those of the slow path."""
        document = self._kind.build(sample, slots)
        text = self._json % _escaped(slots, _escape_json) + "}"
        if self.nquads(slots) != canonicalise(document) or json.loads(text) != document:
            raise TemplateMismatch("The template does not give what the slow path gives.")
        options = proof_options("did:web:example.org#key", datetime.fromisoformat("2027-01-09T12:00:00+00:00"))
        values = {"created": options["created"], "method": options["verificationMethod"]}
        if self._proof_config % values != canonicalise({"@context": document["@context"]} | options):
            raise TemplateMismatch("The template's proof options are not those of the slow path.")


class _Marks:
    """Placeholders that stand in slots while a document is expanded, and become `%(slot)s` in a template."""

    def __init__(self, slots: Iterable[str]):
        self._token = secrets.token_hex(8)  # cannot occur in the document by accident
        self._pattern = re.compile(f"urn:x{self._token}n\\d+e")
        self._names: dict[str, str] = {}
        self.placeholders = self.add(slots)

    def add(self, names: Iterable[str]) -> dict[str, str]:
        """Return a new placeholder for each name."""
        added = {name: f"urn:x{self._token}n{number}e" for number, name in enumerate(names, len(self._names))}
        self._names |= {text: name for name, text in added.items()}
        return added

    def template(self, text: str) -> str:
        """Return `text` with its placeholders as `%` fields."""
        return self._pattern.sub(lambda match: f"%({self._names[match[0]]})s", text.replace("%", "%%"))

    def blocks(self, lines: Sequence[str]) -> list[str]:
        """Join sorted lines about one subject whose order no filling can change, so that there is less to sort."""
        blocks: list[str] = []
        for _, group in itertools.groupby(lines, lambda line: line.partition(" ")[0]):
            about = list(group)
            fixed = all(self._order_is_fixed(*pair) for pair in itertools.pairwise(about))
            blocks += ["".join(about)] if fixed else about
        return blocks

    def static_addresses(self, quads: Iterable[Quad]) -> set[str]:
        """Return every address that no slot begins, without its fragment: a slot's address must be none of them.

        Raises TemplateMismatch if two slots end the same address, since two nodes could then turn out to be one.
        """
        found = {term[1:-1] for quad in quads for term in quad if term.startswith("<")}
        filled = [address for address in found if self._pattern.search(address, 1)]
        stems = [self._pattern.sub("", address) for address in filled if not self._pattern.match(address)]
        if len(set(stems)) < len(stems):
            raise TemplateMismatch("The award has two entries in one status list.")
        return {address.partition("#")[0] for address in found if not self._pattern.match(address)}

    def _order_is_fixed(self, first: str, second: str) -> bool:
        """Tell whether the lines first differ outside of any placeholder."""
        at = len(os.path.commonprefix([first, second]))
        marks = [*self._pattern.finditer(first), *self._pattern.finditer(second)]
        return not any(mark.start() <= at < mark.end() for mark in marks)


def _join_blocks(blocks: Iterable[str]) -> bytes:
    return _BLOCK_END.join(block.encode() for block in blocks)


def _sorted_blocks(template: bytes, values: Mapping[bytes, bytes]) -> bytes:
    """Fill a template and sort its blocks; the order of UTF-8 bytes is that of code points."""
    blocks = (template % values).split(_BLOCK_END)
    blocks.sort()
    return b"".join(blocks)


def _lines(quads: Iterable[Quad], labels: Mapping[str, str]) -> list[str]:
    return [
        f"{labels.get(subject, subject)} {predicate} {labels.get(value, value)} .\n"
        for subject, predicate, value, _ in set(quads)
    ]


def _first_degree_lines(quads: list[Quad], blank: str) -> list[str]:
    """Return the lines about `blank` as its hash wants them; equal lines about different neighbours stay."""
    labels = {term: "_:z" for quad in quads for term in quad if term.startswith("_:")} | {blank: "_:a"}
    return _lines([quad for quad in quads if blank in quad], labels)


def _proof_config_template() -> str:
    document = {"@context": [CREDENTIALS_V2, OPEN_BADGES_V3]}
    options = proof_options("urn:x:method", datetime.fromisoformat("2027-01-09T12:00:00+00:00"))
    text = canonicalise(document | options).replace("%", "%%")
    return text.replace(options["created"], "%(created)s").replace("urn:x:method", "%(method)s")


def _escaped(slots: Mapping[str, str], escape: Callable[[str], str]) -> dict[str, str]:
    if _ESCAPED.search("".join(slots.values())) is None:
        return dict(slots)
    return {name: escape(text) for name, text in slots.items()}


def _escape_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _probe(name: str, text: str, number: int) -> str:
    if name in _ADDRESS_SLOTS or _INDEX_SLOT.match(name):
        return text
    return f"{_HOSTILE} {text}{number}"
