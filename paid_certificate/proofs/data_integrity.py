"""The cryptosuite eddsa-rdfc-2022 (W3C Data Integrity EdDSA Cryptosuites 1.0, 3.2)."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from paid_certificate.proofs.canonical import canonicalise
from paid_certificate.proofs.errors import MalformedDocument
from paid_certificate.proofs.keys import Signer, is_signature_valid
from paid_certificate.proofs.multibase import decode_base58btc, encode_base58btc
from paid_certificate.proofs.terms import PINNED_CONTEXTS
from paid_certificate.proofs.text import format_datetime

__all__ = ["CRYPTOSUITE", "add_proof", "is_proof_valid", "proof_options", "signed_bytes"]

CRYPTOSUITE = "eddsa-rdfc-2022"


def proof_options(verification_method: str, created: datetime) -> dict[str, Any]:
    """Return the members of a proof before it is made."""
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": format_datetime(created),
        "verificationMethod": verification_method,
        "proofPurpose": "assertionMethod",
    }


def signed_bytes(
    document: Mapping[str, Any], options: Mapping[str, Any], *, contexts: Mapping[str, Any] = PINNED_CONTEXTS
) -> bytes:
    """Return the 64 bytes that are signed: SHA-256 of the canonical proof options, then of the canonical document.

    The options are read with the document's contexts; `proof` and `proofValue` take no part.
    """
    bare = {key: value for key, value in document.items() if key != "proof"}
    unsigned = {key: value for key, value in options.items() if key != "proofValue"}
    config = {"@context": document.get("@context")} | unsigned
    canonical = (canonicalise(part, contexts=contexts) for part in (config, bare))
    return b"".join(hashlib.sha256(text.encode()).digest() for text in canonical)


def add_proof(
    document: Mapping[str, Any], signer: Signer, created: datetime, *, contexts: Mapping[str, Any] = PINNED_CONTEXTS
) -> dict[str, Any]:
    """Return `document` with one proof; raise UnsignedContent if the signature would not cover all of it."""
    if "proof" in document:
        raise MalformedDocument("The document is signed already.")
    options = proof_options(signer.verification_method, created)
    signature = signer.sign(signed_bytes(document, options, contexts=contexts))
    return dict(document) | {"proof": [options | {"proofValue": encode_base58btc(signature)}]}


def is_proof_valid(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    public_multikey: str,
    *,
    contexts: Mapping[str, Any] = PINNED_CONTEXTS,
) -> bool:
    """Tell whether `proof` signs `document` with the given key; raise if the document cannot be read as signed."""
    if proof.get("type") != "DataIntegrityProof" or proof.get("cryptosuite") != CRYPTOSUITE:
        raise MalformedDocument(f"Only proofs of the suite {CRYPTOSUITE} are checked here.")
    value = proof.get("proofValue")
    signature = decode_base58btc(value if isinstance(value, str) else "")
    if len(signature) != 64:
        raise MalformedDocument("An Ed25519 signature has 64 bytes.")
    return is_signature_valid(public_multikey, signature, signed_bytes(document, proof, contexts=contexts))
