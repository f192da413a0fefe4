"""The built wheel: what it holds, and that it loads in an environment where there is nothing else of ours."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[1]
PACKAGES = {
    "credit_transfer",
    "mastery_exam",
    "micromasters_pathway",
    "openedx_bridge",
    "paid_certificate",
    "xblocks",
}
LOAD = """
import importlib.metadata as metadata
for group in ("lms.djangoapp", "cms.djangoapp", "xblock.v1"):
    points = [point for point in metadata.entry_points(group=group) if point.dist.name == "openedx-mastery-suite"]
    print(group, len([point.load() for point in points]))
from xblocks.base import loader
print("template", "msb" in loader.load_unicode("templates/xblocks/mastery_exam.html"))
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(REPO)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return next(folder.glob("*.whl"))


def test_wheel_holds_our_six_packages_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names if ".dist-info" not in name}
    assert tops == PACKAGES
    assert not [name for name in names if name.endswith(".pyc") or "/tests/" in name]


@pytest.mark.parametrize(
    "name",
    [
        "openedx_bridge/static/openedx_bridge/suite.css",
        "openedx_bridge/templates/openedx_bridge/frame.html",
        "xblocks/public/block.css",
        "mastery_exam/migrations/0001_initial.py",
        "paid_certificate/templates/paid_certificate/verification.html",
    ],
)
def test_wheel_holds_the_files_that_pages_need(wheel: Path, name: str) -> None:
    assert name in zipfile.ZipFile(wheel).namelist()


def test_wheel_installs_and_loads_in_a_clean_environment(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheel)], check=True, timeout=600)
    script = f"import django\nfrom django.conf import settings\nsettings.configure()\n{LOAD}"
    done = subprocess.run([python, "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stdout.split() == "lms.djangoapp 5 cms.djangoapp 5 xblock.v1 4 template True".split(), done.stderr
