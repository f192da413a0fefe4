"""Published test vectors, reproduced byte for byte from their published keys."""

from __future__ import annotations

import hashlib
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from proof_samples import official_contexts

from paid_certificate.proofs.canonical import canonicalise
from paid_certificate.proofs.data_integrity import is_proof_valid, signed_bytes
from paid_certificate.proofs.keys import SigningKey, decode_multikey, encode_multikey
from paid_certificate.proofs.multibase import decode_base58btc, encode_base58btc
from paid_certificate.proofs.terms import CREDENTIALS_V2


@pytest.fixture(scope="module")
def vectors(shared: Path) -> Path:
    return shared / "data" / "credentials" / "testvectors"


@pytest.fixture(scope="module")
def w3c_key(vectors: Path) -> SigningKey:
    pair = json.loads((vectors / "w3c-vc-di-eddsa" / "keyPair.json").read_text())
    private = decode_base58btc(pair["privateKeyMultibase"])
    assert private[:2] == b"\x80\x26"
    return SigningKey(private[2:], f"did:key:{pair['publicKeyMultibase']}#{pair['publicKeyMultibase']}")


def test_w3c_vector_is_reproduced_from_the_unsigned_document(vectors: Path, shared: Path, w3c_key: SigningKey) -> None:
    folder = vectors / "w3c-vc-di-eddsa" / "eddsa-rdfc-2022"
    contexts = official_contexts(shared)
    document = json.loads((vectors / "w3c-vc-di-eddsa" / "unsigned.json").read_text())
    config = json.loads((folder / "proofConfigDataInt.json").read_text())
    signed = json.loads((folder / "signedDataInt.json").read_text())
    assert canonicalise(document, contexts=contexts) == (folder / "canonDocDataInt.txt").read_text()
    assert canonicalise(config, contexts=contexts) == (folder / "proofCanonDataInt.txt").read_text()
    data = signed_bytes(document, config, contexts=contexts)
    assert data.hex() == (folder / "combinedHashDataInt.txt").read_text().strip()
    signature = w3c_key.sign(data)
    assert signature.hex() == (folder / "sigHexDataInt.txt").read_text().strip()
    assert encode_base58btc(signature) == signed["proof"]["proofValue"]
    key = signed["proof"]["verificationMethod"].partition("#")[2]
    assert is_proof_valid(signed, signed["proof"], key, contexts=contexts)


def test_w3c_employment_vector_is_reproduced_from_its_canonical_document(vectors: Path, w3c_key: SigningKey) -> None:
    # The document's own context is not published beside the vector; its canonical form is.
    folder = vectors / "w3c-vc-di-eddsa" / "eddsa-rdfc-2022" / "employ"
    config = json.loads((folder / "proofConfigDataInt.json").read_text()) | {"@context": [CREDENTIALS_V2]}
    proof = canonicalise(config)
    assert proof == (folder / "proofCanonDataInt.txt").read_text()
    document = (folder / "canonDocDataInt.txt").read_bytes()
    data = hashlib.sha256(proof.encode()).digest() + hashlib.sha256(document).digest()
    assert data.hex() == (folder / "combinedHashDataInt.txt").read_text().strip()
    assert w3c_key.sign(data).hex() == (folder / "sigHexDataInt.txt").read_text().strip()


def _published(page: Path) -> tuple[dict[str, str], str]:
    """Return the values of a 1EdTech vector page by heading, and the text of its credential."""
    text = html.unescape(page.read_text())
    values = re.findall(r"<h3[^>]*>([^<]+)</h3>\s*<code\s*>([^<]+)</code", text)
    key = re.findall(r"Private key \(hex\):\s*<code\s*>([0-9a-f]+)</code", text)[0]
    credential = re.search(r'title="Credential">(.*?)</pre', text, re.DOTALL)
    return {"key": key} | {name.strip(): value.strip() for name, value in values}, credential[1] if credential else ""


@pytest.mark.parametrize(("page", "folder"), [("ob", "obv3p0"), ("clr", "clrv2p0")])
def test_1edtech_vector_is_reproduced_from_its_canonical_document(vectors: Path, page: str, folder: str) -> None:
    implementation = vectors / "1edtech-ob3" / "impl"
    published, _ = _published(implementation / f"linked-data-proof-{page}.html")
    hashes = [
        hashlib.sha256((implementation / "test-vectors" / folder / name).read_bytes()).digest()
        for name in ("proof-canon.txt", "document-canon.txt")
    ]
    assert hashes[1].hex() == published["Document hash (hex)"]
    assert hashes[0].hex() == published["Proof hash (hex)"]
    signature = SigningKey(bytes.fromhex(published["key"])[:32], "urn:x").sign(b"".join(hashes))
    assert signature.hex() == published["Signature (hex)"]
    assert encode_base58btc(signature) == published["Proof value (hex)"]


@pytest.mark.parametrize("terms", ["ours", "official"])
def test_1edtech_badge_is_reproduced_from_its_document(vectors: Path, shared: Path, terms: str) -> None:
    implementation = vectors / "1edtech-ob3" / "impl"
    published, text = _published(implementation / "linked-data-proof-ob.html")
    credential = json.loads(text)
    options: dict[str, Any] = {"contexts": official_contexts(shared)} if terms == "official" else {}
    expected = (implementation / "test-vectors" / "obv3p0" / "document-canon.txt").read_text()
    assert canonicalise(credential, **options) == expected
    key = SigningKey(bytes.fromhex(published["key"])[:32], "urn:x")
    public = encode_multikey(bytes.fromhex(published["key"])[32:])
    assert len(decode_multikey(public)) == 32
    proof = {
        "type": "DataIntegrityProof",
        "created": "2010-01-01T19:23:24Z",
        "verificationMethod": f"https://example.edu/issuers/565049#{public}",
        "cryptosuite": "eddsa-rdfc-2022",
        "proofPurpose": "assertionMethod",
    }
    signature = encode_base58btc(key.sign(signed_bytes(credential, proof, **options)))
    assert signature == published["Proof value (hex)"]
    assert is_proof_valid(credential, proof | {"proofValue": signature}, public, **options)
