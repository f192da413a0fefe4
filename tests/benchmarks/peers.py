"""Environments of their own for the programs we are compared with, so that they never meet the suite's packages."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = ["PEERS", "python", "run"]

PEERS = Path(__file__).resolve().parents[2] / ".peers"


def python(name: str, requirements: Sequence[str]) -> Path:
    """Return the Python of the environment `.peers/<name>`, made and filled with `requirements` when it is not there.

    Raises RuntimeError, with what the installer said, when they cannot be installed on this machine.
    """
    folder = PEERS / name
    executable, stamp = folder / "bin" / "python", folder / "requirements.txt"
    wanted = "".join(f"{requirement}\n" for requirement in requirements)
    if executable.exists() and stamp.exists() and stamp.read_text() == wanted:
        return executable
    shutil.rmtree(folder, ignore_errors=True)
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(executable), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{name} cannot be installed here: {done.stderr.strip()[-500:]}")
    stamp.write_text(wanted)
    return executable


def run(executable: Path, script: str, *arguments: str, timeout: float = 1800) -> dict[str, Any]:
    """Run Python source with a peer's interpreter and return the JSON object on the last line that it prints.

    It is isolated from this repository and from the user's settings. Raises RuntimeError with its last words.
    """
    command = [str(executable), "-I", "-c", script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout)
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-500:])
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer
