"""Our own map from the terms of Open Badges 3.0.3 and VC 2.0 to RDF, written in a compact notation.

It gives the same N-Quads as the published contexts for the terms it knows (the tests prove it) and, since nothing is
ever fetched, decides what can be signed and checked: a term that is not here is refused, never dropped.

Notation of a term: `name` `=iri` `:datatype` or `@` (the value is a reference) then `[]` (a set) or `<>` (a list) or
`{}` (a graph). Without `=iri` the term is its own suffix in the vocabulary of its table.
"""

import re
from typing import Any

__all__ = [
    "CREDENTIALS_V2",
    "DATA_INTEGRITY_V2",
    "OPEN_BADGES_V3",
    "PINNED_CONTEXTS",
    "STATUS_V1",
]

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
DATA_INTEGRITY_V2 = "https://w3id.org/security/data-integrity/v2"
OPEN_BADGES_V3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
STATUS_V1 = "https://www.w3.org/ns/credentials/status/v1"

_PREFIXES = {
    "cred": "https://www.w3.org/2018/credentials#",
    "dcterms": "http://purl.org/dc/terms/",
    "ob": "https://purl.imsglobal.org/spec/vc/ob/vocab.html#",
    "schema": "https://schema.org/",
    "sec": "https://w3id.org/security#",
    "status": "https://www.w3.org/ns/credentials/status#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "xsds": "https://www.w3.org/2001/XMLSchema#",  # Open Badges writes its datatypes with https
}
_DATATYPES = {
    "anyURI": "xsds:anyURI",
    "boolean": "xsds:boolean",
    "cryptosuite": "sec:cryptosuiteString",
    "date": "xsds:date",
    "dateTime": "xsd:dateTime",
    "float": "xsds:float",
    "integer": "xsds:integer",
    "multibase": "sec:multibase",
    "sri": "cred:sriString",
    "undeclared": "undeclared",  # see awardedDate
}
_TERM = re.compile(r"(?P<name>\w+)(=(?P<iri>\w+:\w+))?(?P<type>@|:\w+)?(?P<container>\[\]|<>|\{\})?\Z")
_CONTAINERS = {"[]": "@set", "<>": "@list", "{}": "@graph"}

_CREDENTIAL_TERMS = (
    "confidenceMethod@ credentialSchema@ credentialStatus@ credentialSubject@ description=schema:description "
    "evidence@ issuer@ name=schema:name proof=sec:proof@{} refreshService@ relatedResource@ renderMethod@ termsOfUse@ "
    "validFrom:dateTime validUntil:dateTime"
)
_STATUS_TYPES = {
    "BitstringStatusListCredential": None,
    "BitstringStatusList": "encodedList:multibase statusPurpose ttl",
    "BitstringStatusListEntry": (
        "statusListCredential@ statusListIndex statusPurpose statusReference@ statusSize:integer"
    ),
}
_PROOF_TERMS = (
    "challenge created=dcterms:created:dateTime cryptosuite:cryptosuite domain expires=sec:expiration:dateTime nonce "
    "previousProof@ proofValue:multibase verificationMethod@"
)
_PROOF_PURPOSES = (
    "assertionMethod@[] authentication=sec:authenticationMethod@[] "
    "capabilityDelegation=sec:capabilityDelegationMethod@[] capabilityInvocation=sec:capabilityInvocationMethod@[] "
    "keyAgreement=sec:keyAgreementMethod@[]"
)
_BADGE_TERMS = (
    "alignment[] description=schema:description endorsement[] image@ inLanguage=schema:inLanguage name=schema:name "
    "narrative url=schema:url:anyURI awardedDate:undeclared"
)
_BADGE_TYPES: dict[str, str | None] = {
    "OpenBadgeCredential": None,
    "Achievement": (
        "achievementType alignment[] creator creditsAvailable:float criteria=ob:Criteria@ fieldOfStudy humanCode "
        "image@ otherIdentifier[] related[] resultDescription[] specialization tag=schema:keywords[] version "
        "inLanguage=schema:inLanguage"
    ),
    "AchievementSubject": (
        "achievement activityEndDate:date activityStartDate:date creditsEarned:float identifier[] image@ "
        "licenseNumber result[] role source@ term"
    ),
    "Address": (
        "addressCountry=schema:addressCountry addressCountryCode=ob:CountryCode "
        "addressLocality=schema:addressLocality addressRegion=schema:addressRegion geo=ob:GeoCoordinates "
        "postOfficeBoxNumber=schema:postOfficeBoxNumber postalCode=schema:postalCode "
        "streetAddress=schema:streetAddress"
    ),
    "Alignment=schema:AlignmentObject": (
        "targetCode targetDescription=schema:targetDescription targetFramework=schema:targetFramework "
        "targetName=schema:targetName targetType targetUrl=schema:targetUrl:anyURI"
    ),
    "Criteria": None,
    "EndorsementCredential": None,
    "EndorsementSubject": "endorsementComment",
    "Evidence": "audience=schema:audience genre=schema:genre",
    "GeoCoordinates": "latitude=schema:latitude longitude=schema:longitude",
    "IdentifierEntry": "identifier identifierType",
    "IdentityObject": "hashed:boolean identityHash identityType salt",
    "Image": "caption=schema:caption",
    "Profile": (
        "additionalName=schema:additionalName address@ dateOfBirth:date email=schema:email "
        "familyName=schema:familyName familyNamePrefix givenName=schema:givenName "
        "honorificPrefix=schema:honorificPrefix honorificSuffix=schema:honorificSuffix image@ otherIdentifier[] "
        "parentOrg@ patronymicName phone official"
    ),
    "Related": "version inLanguage=schema:inLanguage",
    "Result": "achievedLevel:anyURI resultDescription:anyURI status value=schema:value",
    "ResultDescription": (
        "allowedValue<> requiredLevel:anyURI requiredValue resultType rubricCriterionLevel[] valueMax valueMin"
    ),
    "RubricCriterionLevel": "level points",
}


def _iri(compact: str) -> str:
    prefix, _, suffix = compact.partition(":")
    return _PREFIXES[prefix] + suffix


def _term(text: str, vocabulary: str) -> tuple[str, dict[str, Any]]:
    match = _TERM.match(text)
    if match is None:
        raise ValueError(f"Not a term: {text!r}")
    definition: dict[str, Any] = {"@id": _iri(match["iri"] or f"{vocabulary}:{match['name']}")}
    if match["type"] == "@":
        definition["@type"] = "@id"
    elif match["type"]:
        datatype = _DATATYPES[match["type"][1:]]
        # The published context says "xsd:dateTime" without declaring xsd, so the literal's type is that very text.
        definition["@type"] = "xsd:dateTime" if datatype == "undeclared" else _iri(datatype)
    if match["container"]:
        definition["@container"] = _CONTAINERS[match["container"]]
    return match["name"], definition


def _context(vocabulary: str, terms: str, types: dict[str, str | None] | None = None) -> dict[str, Any]:
    """Build a protected context: `terms` everywhere, and for each of `types` the terms that its nodes bring along."""
    context: dict[str, Any] = {"@protected": True, "id": "@id", "type": "@type"}
    context.update(_term(text, vocabulary) for text in terms.split())
    for name, scoped in (types or {}).items():
        key, definition = _term(name, vocabulary)
        if scoped is not None:
            definition["@context"] = _context(vocabulary, scoped)
        context[key] = definition
    return context


def _proof_type() -> dict[str, Any]:
    context = _context("sec", _PROOF_TERMS)
    context["proofPurpose"] = {
        "@id": _iri("sec:proofPurpose"),
        "@type": "@vocab",
        "@context": _context("sec", _PROOF_PURPOSES),
    }
    return {"@id": _iri("sec:DataIntegrityProof"), "@context": context}


def _status_types() -> dict[str, Any]:
    types = _context("status", "", _STATUS_TYPES)
    types["BitstringStatusListEntry"]["@context"]["statusMessage"] = {
        "@id": _iri("status:statusMessage"),
        "@context": _context("status", "message status"),
    }
    return types


def _credentials_context() -> dict[str, Any]:
    shared = "description=schema:description digestMultibase=sec:digestMultibase:multibase digestSRI:sri "
    context = _context(
        "cred", shared + "mediaType=schema:encodingFormat name=schema:name", {"VerifiableCredential": _CREDENTIAL_TERMS}
    )
    return context | _status_types() | {"DataIntegrityProof": _proof_type()}


def _badges_context() -> dict[str, Any]:
    context = _context("ob", _BADGE_TERMS, _BADGE_TYPES)
    context["AchievementCredential"] = context["OpenBadgeCredential"]  # the older name of the same class
    return context


PINNED_CONTEXTS: dict[str, dict[str, Any]] = {
    CREDENTIALS_V2: {"@context": _credentials_context()},
    OPEN_BADGES_V3: {"@context": _badges_context()},
    DATA_INTEGRITY_V2: {"@context": _context("sec", "proof@{}") | {"DataIntegrityProof": _proof_type()}},
    STATUS_V1: {"@context": _status_types()},
}
