"""Runs openbadgeslib, in an environment of its own, over documents from standard input.

Input and output are those of verify.mjs; a credential may also be a token.
"""

import json
import sys
from urllib.parse import unquote

from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3 import OB3Verifier
from openbadgeslib.ob3.ldp import OB3LdpVerifier


def did_url(did):
    host, *path = map(unquote, did.removeprefix("did:web:").split(":"))
    return f"https://{host}/{'/'.join(path) or '.well-known'}/did.json"


def check(credential, documents):
    at_hand = {did_url(name) if name.startswith("did:web:") else name: value for name, value in documents.items()}

    def download(url):
        return json.dumps(at_hand[url]).encode()

    # It reads the proofs of status lists only as tokens, so ours are read as plain lists here.
    options = {"download": download, "check_status": True, "verify_status_list": False}
    if isinstance(credential, str):
        issuer = next(name for name in documents if name.startswith("did:web:"))
        OB3Verifier.for_issuer_did(issuer, download=download).verify(credential, **options)
    else:
        OB3LdpVerifier().verify(json.dumps(credential), **options)


answers = []
task = json.load(sys.stdin)
for case in task["cases"]:
    try:
        check(case["credential"], task["documents"] | case.get("documents", {}))
        answers.append({"name": case["name"], "accepted": True, "reason": ""})
    except (LibOpenBadgesException, KeyError) as error:
        answers.append({"name": case["name"], "accepted": False, "reason": f"{type(error).__name__}: {error}"})
json.dump(answers, sys.stdout)
