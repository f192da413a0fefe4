"""Runs the verifiers that others wrote, each in its own environment, over documents that lie here."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import peers
import pytest
from proof_samples import documents

__all__ = ["Answer", "Case", "run_jose", "run_node", "run_openbadgeslib"]

HERE = Path(__file__).resolve().parent
OPENBADGESLIB = ("openbadgeslib[ldp]==4.6.3",)

Case = dict[str, Any]
Answer = dict[str, Any]


def run_node(verifier: str, loadable: dict[str, Any], cases: list[Case]) -> dict[str, Answer]:
    """What Digital Bazaar's (`digitalbazaar`) or the DCC's verifier (`core`) answers, by the name of the case."""
    task = {"verifier": verifier, "contexts": loadable, "documents": documents(), "cases": cases}
    return _run(["node", str(_script("verify.mjs", "@digitalbazaar"))], task)


def run_jose(cases: list[Case], at_hand: dict[str, Any]) -> dict[str, Answer]:
    """What jose answers about tokens."""
    return _run(["node", str(_script("verify_tokens.mjs", "jose"))], {"documents": at_hand, "cases": cases})


def run_openbadgeslib(cases: list[Case]) -> dict[str, Answer]:
    """What openbadgeslib answers about documents and tokens."""
    try:
        executable = peers.python("openbadgeslib", OPENBADGESLIB)
    except RuntimeError as error:
        pytest.skip(str(error))
    return _run([str(executable), str(HERE / "openbadgeslib_check.py")], {"documents": documents(), "cases": cases})


def _script(name: str, package: str) -> Path:
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if not (HERE / "node_modules" / package).is_dir():
        pytest.skip("the verifiers' packages are not installed: npm install in tests/verifiers")
    return HERE / name


def _run(command: list[str], task: dict[str, Any]) -> dict[str, Answer]:
    done = subprocess.run(command, input=json.dumps(task), capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return {answer["name"]: answer for answer in json.loads(done.stdout)}
