"""The host loads the suite as the platform does: through the entry points, for the LMS and for Studio."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import get_resolver
from edx_django_utils.plugins import add_plugins

import sandbox.settings

REPO = Path(__file__).resolve().parents[2]
APPS = ("openedx_bridge", "mastery_exam", "micromasters_pathway", "paid_certificate", "credit_transfer")
NAMES = "import django; django.setup(); from django.apps import apps; from django.urls import get_resolver as r; "
PRINT = "print(sorted(a.name for a in apps.get_app_configs())); print(sorted(r().namespace_dict))"


def plain_settings() -> dict[str, object]:
    """A copy of the settings module's values."""
    return {name: copy.deepcopy(value) for name, value in vars(sandbox.settings).items() if name.isupper()}


@pytest.mark.parametrize("app", APPS)
def test_settings_lms_installs_the_app_through_its_entry_point(app: str) -> None:
    assert apps.get_app_config(app).name == app
    assert app in get_resolver().namespace_dict
    assert not any(name in sandbox.settings.INSTALLED_APPS for name in APPS), "named by hand instead of by a plugin"


@pytest.mark.parametrize("project", ["lms.djangoapp", "cms.djangoapp"])
def test_settings_of_each_project_type_load_every_app_and_its_urls(project: str, tmp_path: Path) -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "sandbox.settings",
        "SUITE_PROJECT_TYPE": project,
        "SUITE_VAR": str(tmp_path),
    }
    run = subprocess.run(
        [sys.executable, "-c", NAMES + PRINT], cwd=REPO, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
    installed, namespaces = run.stdout.strip().splitlines()[-2:]
    for app in APPS:
        assert f"'{app}'" in installed
        assert f"'{app}'" in namespaces


@pytest.mark.parametrize("kind", ["common", "production", "test"])
@pytest.mark.parametrize("project", ["lms.djangoapp", "cms.djangoapp"])
def test_plugin_settings_applied_again_change_nothing(project: str, kind: str) -> None:
    before = plain_settings()
    add_plugins("sandbox.settings", project, kind)
    assert plain_settings() == before


@pytest.mark.parametrize("app", [app for app in APPS if app != "openedx_bridge"])
def test_plugin_settings_keep_what_the_operator_switched_off(app: str, monkeypatch: pytest.MonkeyPatch) -> None:
    switch = f"{app.upper()}_ENABLED"
    monkeypatch.setattr(sandbox.settings, switch, False)
    for kind in ("common", "production"):
        add_plugins("sandbox.settings", "lms.djangoapp", kind)
    assert getattr(sandbox.settings, switch) is False
    assert getattr(settings, switch) is True
