"""Environments of their own for the programs we are compared with, so that they never meet the suite's packages."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["PEERS", "python"]

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
