"""Credentials that others signed with their own software, checked by ours."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from document_mutations import mutations_of
from proof_samples import KINDS_OF_AWARD, NOW, official_contexts

from paid_certificate.proofs.open_badges import credential
from paid_certificate.proofs.verify import Verdict, verify_document

pytestmark = pytest.mark.node
HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def foreign(shared: Path) -> dict[str, Any]:
    """An Open Badge of a stranger, unlike ours: nodes without addresses, numbers, and a single proof as an object."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if not (HERE / "node_modules").is_dir():
        pytest.skip("the verifiers' packages are not installed: npm install in tests/verifiers")
    badge = credential(KINDS_OF_AWARD["no status, no expiry"])
    achievement = badge["credentialSubject"]["achievement"]
    for node in (*achievement["alignment"], *badge["evidence"], achievement["criteria"]):
        del node["id"]
    achievement |= {"creditsAvailable": 2.25, "otherIdentifier": [IDENTIFIER], "related": [RELATED]}
    task = json.dumps({"contexts": official_contexts(shared), "credential": badge})
    command = ["node", str(HERE / "sign.mjs")]
    done = subprocess.run(command, input=task, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    signed: dict[str, Any] = json.loads(done.stdout)
    return signed


IDENTIFIER = {"type": "IdentifierEntry", "identifier": "STAT-101", "identifierType": "identifier"}
RELATED = {"id": "https://example.org/achievements/0", "type": ["Related"], "inLanguage": "es"}


def test_foreign_badge_with_a_did_key_is_valid(foreign: dict[str, Any]) -> None:
    assert foreign["issuer"]["id"].startswith("did:key:")
    assert verify_document(json.dumps(foreign), {}, NOW.replace(year=2030)).verdict is Verdict.VALID


def test_foreign_badge_changed_in_any_way_is_refused(foreign: dict[str, Any]) -> None:
    listed = foreign | {"proof": [foreign["proof"]]}
    changed = mutations_of(listed)
    verdicts = {
        name: verify_document(document, {}, NOW.replace(year=2030)).verdict for name, document in changed.items()
    }
    assert {name for name, verdict in verdicts.items() if verdict is not Verdict.INVALID} == set()
    assert len(changed) >= 25
