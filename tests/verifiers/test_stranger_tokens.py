"""The tokens that the suite signs, judged by libraries that others wrote; the keys come from our DID document alone."""

from __future__ import annotations

from functools import cache
from typing import Any

import jwt
import pytest
from proof_samples import (
    AWARD,
    DID,
    KINDS_OF_AWARD,
    NOW,
    RESULT,
    REVOCATION_INDEX,
    VAULT,
    documents,
    issuer_document,
    official_contexts,
    signed_credential,
    wrapped_key,
)
from stranger_runs import Case, run_jose, run_node, run_openbadgeslib
from token_mutations import forged_tokens, token_mutations

from paid_certificate.proofs.did import VerificationMethodData
from paid_certificate.proofs.jose import RsaSigningKey, generate_rsa_key, open_rsa_key, sign_token
from paid_certificate.proofs.open_badges import credential
from paid_certificate.proofs.result_statement import result_statement

pytestmark = pytest.mark.node
SECONDS = int(NOW.timestamp())


@cache
def rsa_pair() -> tuple[RsaSigningKey, dict[str, str]]:
    wrapped = generate_rsa_key(VAULT, DID)
    return open_rsa_key(VAULT, DID, wrapped), wrapped.public_jwk


@cache
def tokens() -> dict[str, str]:
    """A token of every kind that the suite signs."""
    key, _jwk = rsa_pair()
    kinds = {kind: credential(award) for kind, award in KINDS_OF_AWARD.items()}
    kinds["result statement"] = result_statement(RESULT)
    return {kind: sign_token(document, key, signed_at=NOW) for kind, document in kinds.items()}


def at_hand() -> dict[str, Any]:
    """The DID document with both kinds of key."""
    _key, jwk = rsa_pair()
    methods = [VerificationMethodData(wrapped_key().public_multikey), VerificationMethodData(public_jwk=jwk)]
    return {DID: issuer_document(*methods)}


def cases(named: dict[str, str], **fields: Any) -> list[Case]:
    return [{"name": name, "credential": token} | fields for name, token in named.items()]


@cache
def bad_tokens() -> dict[str, str]:
    changed = token_mutations(tokens()["full"]) | forged_tokens(tokens()["full"])
    assert len(changed) >= 25
    return changed


def test_every_token_is_accepted_by_jose_and_says_what_was_signed() -> None:
    answers = run_jose(cases(tokens(), now=SECONDS), at_hand())
    assert {name: answer["reason"] for name, answer in answers.items() if not answer["accepted"]} == {}
    assert answers.keys() == tokens().keys()
    payload = answers["full"]["payload"]
    assert {name: payload[name] for name in credential(AWARD)} == credential(AWARD)


def test_every_bad_token_is_refused_by_jose() -> None:
    answers = run_jose(cases(bad_tokens(), now=SECONDS), at_hand())
    assert [name for name, answer in answers.items() if answer["accepted"]] == []
    assert answers.keys() == bad_tokens().keys()


def test_token_that_expired_or_has_not_begun_is_refused_by_jose() -> None:
    assert AWARD.valid_until
    moments = {"early": int(AWARD.valid_from.timestamp()) - 60, "late": int(AWARD.valid_until.timestamp()) + 60}
    for name, now in moments.items():
        answer = run_jose(cases({name: tokens()["full"]}, now=now), at_hand())[name]
        assert not answer["accepted"]
        assert ("nbf" if name == "early" else "exp") in answer["reason"]


def test_every_bad_token_is_refused_by_pyjwt() -> None:
    _key, jwk = rsa_pair()
    key = jwt.PyJWK(jwk | {"alg": "RS256"})
    options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    assert jwt.decode(tokens()["full"], key, algorithms=["RS256"], options=options)["jti"] == AWARD.credential_url
    # It leaves it to its caller which key a token names, so that those under our key by another name are not its own.
    for name, token in bad_tokens().items():
        with pytest.raises(jwt.InvalidTokenError):
            jwt.decode(token, key, algorithms=["RS256"], options=options)
            pytest.fail(f"accepted: {name}")


def test_tokens_are_read_by_openbadgeslib() -> None:
    revoked = documents(revoked=(REVOCATION_INDEX,)) | at_hand()
    asked = cases(tokens() | bad_tokens(), documents=at_hand())
    asked.append({"name": "revoked", "credential": tokens()["full"], "documents": revoked})
    answers = run_openbadgeslib(asked)
    # It reads achievements alone, and our result statement is one.
    assert {name for name, answer in answers.items() if answer["accepted"]} == tokens().keys()
    assert len(answers) == len(tokens()) + len(bad_tokens()) + 1


@pytest.mark.parametrize("verifier", ["digitalbazaar", "core"])
def test_proofs_are_accepted_beside_a_key_for_tokens_by(verifier: str, shared: Any) -> None:
    asked = [{"name": "full", "credential": signed_credential(), "documents": at_hand()}]
    assert run_node(verifier, official_contexts(shared), asked)["full"]["accepted"]
