"""Fail if installing the suite, as an operator does it, would move a package that the platform pins.

    python requirements/check_pins.py requirements/platform/ulmo.txt

Two questions to pip, with this Python: can everything that the suite needs be had at the platform's pins; and, with
those installed, does a plain `pip install` of the suite (no constraints, as Tutor does) leave every one where it is?
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def read_pins(path: Path) -> dict[str, str]:
    """The pinned version by package name, lower case with hyphens."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    pairs = [line.partition("==") for line in lines if "==" in line and not line.startswith("#")]
    return {name.lower().replace("_", "-"): version for name, _equals, version in pairs}


def resolve(python: str, *arguments: str) -> dict[str, str]:
    """What pip would install for `arguments`, by name; ends the programme with pip's words where it cannot."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [python, "-m", "pip", "install", "--quiet", "--dry-run", "--report", str(report), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"The suite cannot be installed beside these pins:\n{done.stdout}{done.stderr}")
        entries = json.loads(report.read_text(encoding="utf-8"))["install"]
    names = [(entry["metadata"]["name"].lower().replace("_", "-"), entry["metadata"]["version"]) for entry in entries]
    return dict(names)


def main(pins_file: str) -> None:
    """Ask both questions and say what would move."""
    pins = read_pins(Path(pins_file))
    wanted = resolve(sys.executable, "--ignore-installed", "-c", pins_file, str(ROOT))
    held = {name: version for name, version in wanted.items() if name in pins}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = str(Path(folder, "bin", "python"))
        exact = [f"{name}=={version}" for name, version in held.items()]
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-c", pins_file, *exact], check=True)
        after = resolve(python, str(ROOT))
    moved = {name: version for name, version in after.items() if name in pins and version != pins[name]}
    for name, version in sorted(moved.items()):
        print(f"{name}: the platform pins {pins[name]}, the suite would install {version}")
    if moved:
        sys.exit(f"The suite would move {len(moved)} of the platform's packages. Lower the bounds in setup.py.")
    print(f"{pins_file}: {len(held)} shared packages stay at the platform's pins.")


if __name__ == "__main__":
    main(sys.argv[1])
