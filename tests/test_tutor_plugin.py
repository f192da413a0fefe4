"""The Tutor plugin: enabled in a real Tutor, it renders settings that compile and an image that installs the suite."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import peers
import pytest
import yaml

REPO = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tutor's environment folder with the plugin enabled."""
    try:
        python = peers.python("tutor", ["tutor==21.0.9"])
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"Tutor cannot be installed here: {error}")
    root = tmp_path_factory.mktemp("tutor")
    (root / "plugins").mkdir()
    shutil.copy(REPO / "tutor" / "mastery_suite.py", root / "plugins")
    places = {"TUTOR_ROOT": str(root), "TUTOR_PLUGINS_ROOT": str(root / "plugins")}
    for command in (["plugins", "enable", "mastery_suite"], ["config", "save"]):
        call = [str(python.parent / "tutor"), *command]
        subprocess.run(call, env=os.environ | places, check=True, capture_output=True, timeout=300)
    return root / "env"


def test_tutor_plugin_renders_settings_that_compile(rendered: Path) -> None:
    for service in ("lms", "cms"):
        text = (rendered / "apps" / "openedx" / "settings" / service / "production.py").read_text(encoding="utf-8")
        compile(text, service, "exec")
        secret = next(line for line in text.splitlines() if line.startswith("PAID_CERTIFICATE_KEY_SECRET"))
        assert len(secret.partition("=")[2].strip(' "')) >= 32


def test_tutor_plugin_installs_the_suite_into_the_image(rendered: Path) -> None:
    dockerfile = (rendered / "build" / "openedx" / "Dockerfile").read_text(encoding="utf-8")
    assert "install 'openedx-mastery-suite'" in dockerfile


def test_tutor_plugin_runs_the_closer(rendered: Path) -> None:
    compose = yaml.safe_load((rendered / "local" / "docker-compose.yml").read_text(encoding="utf-8"))
    assert "close_due_attempts" in compose["services"]["mastery-suite-closer"]["command"]
