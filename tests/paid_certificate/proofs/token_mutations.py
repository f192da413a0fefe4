"""Changes to a signed token that no verifier may accept, by name."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from jwt.algorithms import RSAAlgorithm

__all__ = ["encoded", "forged_tokens", "token_mutations", "token_parts"]


def encoded(value: Any) -> str:
    """`value` (JSON, or bytes) as a part of a token."""
    data = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token_parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """Header, payload and signature of `token`."""
    head, body, signature = (base64.urlsafe_b64decode(part + "==") for part in token.split("."))
    return json.loads(head), json.loads(body), signature


def token_mutations(token: str) -> dict[str, str]:
    """`token` with one thing changed, under the old signature or none."""
    header, payload, signature = token_parts(token)
    head, body, sign = token.split(".")
    achievement = payload["credentialSubject"]["achievement"]
    headers = {
        "alg none": {"alg": "none"},
        "alg None": {"alg": "None"},
        "alg HS256": {"alg": "HS256"},
        "alg HS512": {"alg": "HS512"},
        "alg PS256": {"alg": "PS256"},
        "alg RS384": {"alg": "RS384"},
        "alg RS512": {"alg": "RS512"},
        "alg ES256": {"alg": "ES256"},
        "alg EdDSA": {"alg": "EdDSA"},
        "alg of another type": {"alg": 1},
        "alg a list": {"alg": ["RS256"]},
        "kid of another body": {"kid": "did:web:other.example.org#key"},
        "kid unknown": {"kid": header["kid"][:-3] + "AAA"},
        "kid a path": {"kid": "../../../../dev/null"},
        "kid a number": {"kid": 7},
        "crit": {"crit": ["b64"], "b64": False},
        "jku elsewhere": {"jku": "https://other.example.org/keys.json"},
        "x5u elsewhere": {"x5u": "https://other.example.org/cert.pem"},
        "typ changed": {"typ": "vc+jwt"},
    }
    payloads: dict[str, dict[str, Any]] = {
        "name": {"name": "Master of statistics"},
        "issuer": {"issuer": payload["issuer"] | {"name": "Another University"}},
        "valid for longer": {"validUntil": "2099-01-01T00:00:00Z", "exp": 4_070_908_800},
        "begun earlier": {"validFrom": "2001-01-01T00:00:00Z", "nbf": 978_307_200},
        "iss": {"iss": "did:web:other.example.org"},
        "jti": {"jti": "https://other.example.org/credentials/1"},
        "sub": {"sub": "did:example:somebody"},
        "signed earlier": {"iat": 1},
        "status": {"credentialStatus": []},
        "evidence": {"evidence": []},
        "type": {"type": ["VerifiableCredential"]},
        "achievement": {
            "credentialSubject": payload["credentialSubject"] | {"achievement": achievement | {"name": "Doctor"}}
        },
        "holder": {
            "credentialSubject": payload["credentialSubject"]
            | {"identifier": [{"type": ["IdentityObject"], "identityHash": "Somebody Else"}]}
        },
    }
    flipped = bytes([signature[0] ^ 1]) + signature[1:]
    changed = {f"header: {name}": f"{encoded(header | new)}.{body}.{sign}" for name, new in headers.items()}
    changed |= {f"payload: {name}": f"{head}.{encoded(payload | new)}.{sign}" for name, new in payloads.items()}
    return changed | {
        "alg none, no signature": f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        "no alg": f"{encoded({key: header[key] for key in header if key != 'alg'})}.{body}.{sign}",
        "no kid": f"{encoded({key: header[key] for key in header if key != 'kid'})}.{body}.{sign}",
        "no header": f"{encoded({})}.{body}.{sign}",
        "a bit of the signature": f"{head}.{body}.{encoded(flipped)}",
        "short signature": f"{head}.{body}.{encoded(signature[:-1])}",
        "long signature": f"{head}.{body}.{encoded(signature + bytes(1))}",
        "signature of zeros": f"{head}.{body}.{encoded(bytes(len(signature)))}",
        "no signature": f"{head}.{body}.",
        "key twice": f"{encoded(_twice(header))}.{body}.{sign}",
        "payload spaced": f"{head}.{encoded(json.dumps(payload, indent=1).encode())}.{sign}",
    }


def forged_tokens(token: str) -> dict[str, str]:
    """Tokens that somebody without the key made as well as they could."""
    header, payload, _signature = token_parts(token)
    thief = rsa.generate_private_key(65537, 2048)
    own_jwk = {name: RSAAlgorithm.to_jwk(thief.public_key(), as_dict=True)[name] for name in ("kty", "n", "e")}
    public = RSAAlgorithm.from_jwk(json.dumps(header["jwk"]))
    assert isinstance(public, rsa.RSAPublicKey)
    secrets = {
        "the modulus": public.public_numbers().n.to_bytes(384),
        "the key as JSON": json.dumps(header["jwk"]).encode(),
        "nothing": b"",
    }

    def signed(head: dict[str, Any], hashing: Any = SHA256) -> str:
        text = f"{encoded(head)}.{encoded(payload)}"
        return f"{text}.{encoded(thief.sign(text.encode(), padding.PKCS1v15(), hashing()))}"

    def keyed(secret: bytes) -> str:
        text = f"{encoded(header | {'alg': 'HS256'})}.{encoded(payload)}"
        return f"{text}.{encoded(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"

    forged = {f"HS256 under {name}": keyed(secret) for name, secret in secrets.items()}
    return forged | {
        "another key, our kid": signed(header),
        "another key inside, our kid": signed(header | {"jwk": own_jwk}),
        "another key inside, no kid": signed({"alg": "RS256", "typ": "JWT", "jwk": own_jwk}),
        "another key, kid elsewhere": signed(header | {"jwk": own_jwk, "kid": "https://other.example.org/key.json"}),
        "another hash": signed(header, SHA512),
    }


def _twice(header: dict[str, Any]) -> bytes:
    return ('{"alg": "none", ' + json.dumps(header)[1:]).encode()
