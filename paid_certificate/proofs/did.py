"""Decentralised identifiers: did:web addresses and DID documents of issuing bodies, did:key for foreign documents."""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import attrs

from paid_certificate.proofs.errors import MalformedKey
from paid_certificate.proofs.jose import jwk_thumbprint
from paid_certificate.proofs.keys import decode_multikey
from paid_certificate.proofs.text import format_datetime

__all__ = [
    "VerificationMethodData",
    "did_document",
    "did_key_document",
    "did_web_from_url",
    "find_verification_method",
    "url_from_did_web",
]

_DID_CONTEXT = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
_JWK_CONTEXT = "https://w3id.org/security/jwk/v1"
_SEGMENT = re.compile(r"[A-Za-z0-9._-]+\Z")
_LOCAL_HOSTS = {"localhost", "127.0.0.1"}


@attrs.frozen
class VerificationMethodData:
    """One public key of an issuing body, for ever.

    A rotated key stays as it was: what it signed remains good. A compromised key gets `revoked`: what it signed from
    then on is refused. `withdrawn` takes it out of assertionMethod, so that nothing it ever signed is accepted.
    """

    public_multikey: str = ""
    revoked: datetime | None = None
    withdrawn: bool = False
    public_jwk: Mapping[str, str] | None = None  # of an RSA key for tokens, in place of a Multikey

    def address(self, did: str) -> str:
        """Return the DID URL of this key."""
        return f"{did}#{jwk_thumbprint(self.public_jwk) if self.public_jwk else self.public_multikey}"


def did_web_from_url(base_url: str) -> str:
    """Return the did:web of an https base URL (http for localhost): https://a.org:8443/b -> did:web:a.org%3A8443:b."""
    parts = urlsplit(base_url)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    local = host in _LOCAL_HOSTS
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise MalformedKey(f"did:web needs an https address, not {base_url!r}.")
    if not host or parts.query or parts.fragment or parts.username or (_is_ip(host) and not local):
        raise MalformedKey(f"did:web needs a plain address of a host name and a path, not {base_url!r}.")
    segments = [segment for segment in parts.path.split("/") if segment]
    if not all(_SEGMENT.match(segment) for segment in segments):
        raise MalformedKey("A did:web path may hold only letters, digits, dot, hyphen and underscore.")
    authority = quote(f"{host}:{parts.port}", safe="") if parts.port else host
    return ":".join(["did", "web", authority, *segments])


def url_from_did_web(did: str) -> str:
    """Return where the DID document of a did:web lies (did:web method, 2.5.2): .../did.json or .well-known/did.json."""
    prefix, _, rest = did.partition("did:web:")
    segments = [unquote(segment) for segment in rest.split(":")]
    if prefix or not all(segments) or any("/" in segment for segment in segments):
        raise MalformedKey(f"Not a did:web: {did!r}.")
    scheme = "http" if segments[0].split(":")[0] in _LOCAL_HOSTS else "https"
    path = "/".join(segments[1:]) or ".well-known"
    return f"{scheme}://{segments[0]}/{path}/did.json"


def did_document(
    did: str, methods: Iterable[VerificationMethodData], *, also_known_as: Iterable[str] = ()
) -> dict[str, Any]:
    """Return the DID document of an issuing body with every public key it ever had, oldest first."""
    methods = tuple(methods)
    contexts = _DID_CONTEXT + [_JWK_CONTEXT] * any(method.public_jwk for method in methods)
    document: dict[str, Any] = {"@context": contexts, "id": did}
    if aliases := list(also_known_as):
        document["alsoKnownAs"] = aliases
    document["verificationMethod"] = [_method(did, method) for method in methods]
    document["assertionMethod"] = [method.address(did) for method in methods if not method.withdrawn]
    return document


def did_key_document(did: str) -> dict[str, Any]:
    """Return the document that a did:key stands for; raise MalformedKey unless it is an Ed25519 key."""
    multikey = did.removeprefix("did:key:")
    decode_multikey(multikey)
    return did_document(did, [VerificationMethodData(multikey)])


def find_verification_method(document: Mapping[str, Any], method_id: str) -> tuple[dict[str, Any] | None, bool]:
    """Return the method named `method_id` in a DID document, and whether assertionMethod lists it.

    Relative references (`#key-1`) are resolved against the document's id, as DID Core 3.2.1 says.
    """
    did = document.get("id")
    if not isinstance(did, str):
        return None, False
    embedded = [entry for entry in _entries(document, "assertionMethod") if isinstance(entry, dict)]
    references = {_absolute(did, entry) for entry in _entries(document, "assertionMethod") if isinstance(entry, str)}
    for method in embedded:
        if _absolute(did, method.get("id")) == method_id:
            return method, True
    for method in _entries(document, "verificationMethod"):
        if isinstance(method, dict) and _absolute(did, method.get("id")) == method_id:
            return method, method_id in references
    return None, False


def _method(did: str, method: VerificationMethodData) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": method.address(did), "type": "Multikey", "controller": did}
    if method.public_jwk:
        entry |= {"type": "JsonWebKey", "publicKeyJwk": dict(method.public_jwk)}
    else:
        decode_multikey(method.public_multikey)
        entry["publicKeyMultibase"] = method.public_multikey
    if method.revoked:
        entry["revoked"] = format_datetime(method.revoked)
    return entry


def _entries(document: Mapping[str, Any], key: str) -> list[Any]:
    value = document.get(key, [])
    return value if isinstance(value, list) else [value]


def _absolute(did: str, reference: Any) -> str | None:
    if not isinstance(reference, str):
        return None
    return did + reference if reference.startswith("#") else reference


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
