"""The offline bundle: a credential with all that is needed to check it, and map.json from address or DID to file.

A token has its document's address with `.jwt` in the place of `.json`.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from paid_certificate.proofs.document import issuer_id, parse_document
from paid_certificate.proofs.errors import MalformedDocument

__all__ = ["MAP_NAME", "bundle_files", "dump_json", "resolver_from_files"]

MAP_NAME = "map.json"
JWT_SUFFIX = ".jwt"


def bundle_files(
    *,
    credential: Mapping[str, Any],
    did_document: Mapping[str, Any],
    status_lists: Iterable[Mapping[str, Any]] = (),
    result_statement: Mapping[str, Any] | None = None,
    credential_jwt: str = "",
    statement_jwt: str = "",
    verifier_page: str = "",
) -> dict[str, bytes]:
    """Return the files of a bundle by name, map.json included.

    Raises MalformedDocument if the DID document is not the issuer's, since nobody could check such a bundle.
    """
    if did_document.get("id") != issuer_id(dict(credential)):
        raise MalformedDocument("The DID document in a bundle must be that of the credential's issuer.")
    documents = {"credential.json": credential, "did.json": did_document}
    if result_statement is not None:
        documents["result-statement.json"] = result_statement
    for number, status_list in enumerate(status_lists, 1):
        documents[f"status-{status_list['credentialSubject']['statusPurpose']}-{number}.json"] = status_list
    files = {name: dump_json(document) for name, document in documents.items()}
    names = {document["id"]: name for name, document in documents.items()}
    for name, token in (("credential.json", credential_jwt), ("result-statement.json", statement_jwt)):
        if token:
            token_name = name.replace(".json", JWT_SUFFIX)
            files[token_name] = token.encode("ascii")
            names[documents[name]["id"].removesuffix(".json") + JWT_SUFFIX] = token_name
    files[MAP_NAME] = dump_json(names)
    if verifier_page:
        files["verifier.html"] = verifier_page.encode()
    return files


def resolver_from_files(files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Return the documents of a bundle by address or DID, as `verify_document` wants them; tokens are none."""
    if MAP_NAME not in files:
        raise MalformedDocument("The bundle has no map.json.")
    names = parse_document(files[MAP_NAME])
    missing = [name for name in names.values() if name not in files]
    if missing:
        raise MalformedDocument(f"The bundle's map names a file that is not there: {missing[0]!r}.")
    return {address: parse_document(files[name]) for address, name in names.items() if not name.endswith(JWT_SUFFIX)}


def dump_json(document: Mapping[str, Any]) -> bytes:
    """Return a document as readable UTF-8 JSON in its own order, ending in a newline."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
