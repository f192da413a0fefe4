"""Changes to a signed document that no verifier may accept, by name."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from paid_certificate.proofs.multibase import decode_base58btc, encode_base58btc

Change = Callable[[dict[str, Any]], Any]


def _proof(document: dict[str, Any]) -> dict[str, Any]:
    proof: dict[str, Any] = document["proof"][0]
    return proof


def _achievement(document: dict[str, Any]) -> dict[str, Any]:
    achievement: dict[str, Any] = document["credentialSubject"]["achievement"]
    return achievement


def _status(document: dict[str, Any]) -> dict[str, Any]:
    entries = document["credentialStatus"]
    entry: dict[str, Any] = entries[0] if isinstance(entries, list) else entries
    return entry


def _flip_signature(document: dict[str, Any]) -> None:
    signature = bytearray(decode_base58btc(_proof(document)["proofValue"]))
    signature[0] ^= 1
    _proof(document)["proofValue"] = encode_base58btc(bytes(signature))


def _swap_names(document: dict[str, Any]) -> None:
    achievement = _achievement(document)
    document["name"], achievement["description"] = achievement["description"], document["name"]


# Changes that apply to credentials and result statements alike.
MUTATIONS: dict[str, Change] = {
    "another id": lambda d: d.update(id="https://mastery.example.org/credentials/other"),
    "no id": lambda d: d.pop("id"),
    "another name": lambda d: d.update(name="Master of statistics"),
    "no description": lambda d: d.pop("description"),
    "names swapped": _swap_names,
    "another type": lambda d: d.update(type=["VerifiableCredential", "EndorsementCredential"]),
    "a type more": lambda d: d["type"].append("EndorsementCredential"),
    "another issuer name": lambda d: d["issuer"].update(name="University"),
    "another legal statement": lambda d: d["issuer"].update(description="A degree."),
    "another issuer": lambda d: d["issuer"].update(id="did:web:other.example.org"),
    "an issuer member more": lambda d: d["issuer"].update(phone="5"),
    "another start": lambda d: d.update(validFrom="2025-01-01T00:00:00Z"),
    "no start": lambda d: d.pop("validFrom"),
    "another end": lambda d: d.update(validUntil="2099-01-01T00:00:00Z"),
    "no end": lambda d: d.pop("validUntil"),
    "another award date": lambda d: d.update(awardedDate="2020-01-01T00:00:00Z"),
    "another holder": lambda d: d["credentialSubject"]["identifier"][0].update(identityHash="Other Learner"),
    "name called hashed": lambda d: d["credentialSubject"]["identifier"][0].update(hashed=True),
    "an identifier less": lambda d: d["credentialSubject"]["identifier"].pop(),
    "a subject id": lambda d: d["credentialSubject"].update(id="did:example:other"),
    "another achievement": lambda d: _achievement(d).update(id="https://mastery.example.org/achievements/other"),
    "another achievement name": lambda d: _achievement(d).update(name="Advanced statistics"),
    "another achievement type": lambda d: _achievement(d).update(achievementType="MasterDegree"),
    "more credit": lambda d: _achievement(d).update(creditsAvailable=60),
    "credit earned": lambda d: d["credentialSubject"].update(creditsEarned=60),
    "another criterion": lambda d: _achievement(d)["criteria"].update(narrative="Paid the fee."),
    "another result": lambda d: d["credentialSubject"]["result"][0].update(status="Enrolled"),
    "a result more": lambda d: d["credentialSubject"]["result"].append(
        {"id": "urn:x:1", "type": ["Result"], "resultDescription": "urn:x:2", "value": "100"}
    ),
    "identity called checked": lambda d: d["evidence"][0].update(description="Identity: checked by a notary."),
    "supervision evidence less": lambda d: d["evidence"].pop(1),
    "another status index": lambda d: _status(d).update(statusListIndex="7"),
    "another status list": lambda d: _status(d).update(statusListCredential="https://other.example.org/list"),
    "another status purpose": lambda d: _status(d).update(statusPurpose="refresh"),
    "no status": lambda d: d.pop("credentialStatus"),
    "a term undefined": lambda d: d.update(grade="A"),
    "a language tag": lambda d: d.update(name={"@value": d["name"], "@language": "en"}),
    "signature changed": _flip_signature,
    "signature cut": lambda d: _proof(d).update(proofValue=_proof(d)["proofValue"][:-2]),
    "signature of another base": lambda d: _proof(d).update(proofValue="u" + _proof(d)["proofValue"][1:]),
    "another proof date": lambda d: _proof(d).update(created="2025-01-01T00:00:00Z"),
    "another proof purpose": lambda d: _proof(d).update(proofPurpose="authentication"),
    "another key": lambda d: _proof(d).update(
        verificationMethod=_proof(d)["verificationMethod"].partition("#")[0] + "#key-1"
    ),
    "another suite": lambda d: _proof(d).update(cryptosuite="eddsa-jcs-2022"),
    "a proof member more": lambda d: _proof(d).update(domain="example.org"),
    "no proof": lambda d: d.pop("proof"),
}


def _list(document: dict[str, Any]) -> dict[str, Any]:
    subject: dict[str, Any] = document["credentialSubject"]
    return subject


# Changes to a status list, beside those of its proof.
LIST_MUTATIONS: dict[str, Change] = {
    "another list": lambda d: _list(d).update(encodedList=_list(d)["encodedList"][:-4] + "AAAA"),
    "a cut list": lambda d: _list(d).update(encodedList=_list(d)["encodedList"][:-4]),
    "an empty list": lambda d: _list(d).update(encodedList=""),
    "no list": lambda d: _list(d).pop("encodedList"),
    "a list of another base": lambda d: _list(d).update(encodedList="z" + _list(d)["encodedList"][1:]),
    "another purpose": lambda d: _list(d).update(statusPurpose="message"),
    "no purpose": lambda d: _list(d).pop("statusPurpose"),
    "two purposes": lambda d: _list(d).update(statusPurpose=["revocation", "suspension"]),
    "another subject type": lambda d: _list(d).update(type="BitstringStatusListEntry"),
    "no subject type": lambda d: _list(d).pop("type"),
    "another subject id": lambda d: _list(d).update(id="https://other.example.org/list#list"),
    "no subject id": lambda d: _list(d).pop("id"),
    "a time to live": lambda d: _list(d).update(ttl="300000"),
    "a list undefined": lambda d: _list(d).update(grade="A"),
    "another list id": lambda d: d.update(id="https://other.example.org/list"),
    "no list id": lambda d: d.pop("id"),
    "another list type": lambda d: d.update(type=["VerifiableCredential"]),
    "another list issuer": lambda d: d.update(issuer="did:web:other.example.org"),
    "another list start": lambda d: d.update(validFrom="2025-01-01T00:00:00Z"),
    "no list start": lambda d: d.pop("validFrom"),
    "a list end": lambda d: d.update(validUntil="2099-01-01T00:00:00Z"),
    "a list name": lambda d: d.update(name="List"),
} | {
    name: MUTATIONS[name]
    for name in MUTATIONS
    if "signature" in name or "proof" in name or name.startswith("another k")
}


def mutations_of(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return every mutation that applies to a document, by name."""
    is_list = "BitstringStatusListCredential" in document["type"]
    changed = {}
    for name, change in (LIST_MUTATIONS if is_list else MUTATIONS).items():
        copied = copy.deepcopy(document)
        try:
            change(copied)
        except (KeyError, IndexError):
            continue  # the document has no such member
        if copied != document:
            changed[name] = copied
    return changed


def mutate(document: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a changed copy of a signed document."""
    changed = copy.deepcopy(document)
    MUTATIONS[name](changed)
    if changed == document:
        raise AssertionError(f"The mutation {name!r} changes nothing.")
    return changed
