"""The suite is a well-behaved plugin of the LMS and of Studio."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import reverse

PROJECT = "lms.djangoapp" if settings.ROOT_URLCONF == "lms.urls" else "cms.djangoapp"
APPS = ("openedx_bridge", "mastery_exam", "micromasters_pathway", "paid_certificate", "credit_transfer")
BLOCKS = {"mastery-exam", "paid-certificate", "micromasters-pathway", "credit-transfer"}

# Creates every table of the suite by its real migrations in an empty database. Of the platform's own apps only those
# that hold users take part: some migrations of others need MySQL merely to be read.
MIGRATE = """
import sys
import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_migrate

path, *labels = sys.argv[1:]
settings.DATABASES["default"]["NAME"] = path
django.setup()
settings.MIGRATION_MODULES = {
    config.label: None for config in apps.get_app_configs() if config.label not in {"auth", "contenttypes", *labels}
}
post_migrate.receivers = []  # they fill tables of the platform that are not built here
call_command("makemigrations", *labels, check=True, dry_run=True)
models = [model for label in labels for model in apps.get_app_config(label).get_models() if model._meta.managed]
for label in labels:
    call_command("migrate", label, verbosity=0)
missing = {model._meta.db_table for model in models} - set(connection.introspection.table_names())
assert not missing, missing
print("migrated")
"""


def with_models() -> list[str]:
    """The suite's apps that have tables."""
    return [label for label in APPS if any(apps.get_app_config(label).get_models())]


@pytest.mark.parametrize("label", APPS)
def test_app_is_installed_through_its_entry_point(label: str) -> None:
    assert label in {entry_point.name for entry_point in entry_points(group=PROJECT)}
    assert apps.get_app_config(label).plugin_app


def test_blocks_are_offered_to_the_platform() -> None:
    names = {entry_point.name for entry_point in entry_points(group="xblock.v1")}
    assert BLOCKS <= names


def test_settings_applied_twice_change_nothing() -> None:
    mine = {name: getattr(settings, name) for name in dir(settings) if name.startswith(tuple(a.upper() for a in APPS))}
    assert mine
    namespace = SimpleNamespace(**{name: getattr(settings, name) for name in dir(settings) if name.isupper()})
    before = repr(sorted(vars(namespace).items(), key=lambda item: item[0]))
    for kind in ("common", "test"):
        for label in APPS:
            call_plugin_settings(label, kind, namespace)
    assert repr(sorted(vars(namespace).items(), key=lambda item: item[0])) == before


def call_plugin_settings(label: str, kind: str, namespace: SimpleNamespace) -> None:
    """Apply one app's settings of one kind as the platform does."""
    import_module(f"{label}.settings.{kind}").plugin_settings(namespace)


@pytest.mark.parametrize("name", ["mastery_exam:catalogue", "mastery_exam:my-exams"])
def test_page_has_its_address_here(name: str) -> None:
    assert reverse(name).startswith("/mastery/")


def test_migrations_are_complete_and_build_every_table(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-c", MIGRATE, str(tmp_path / "platform.sqlite3"), *with_models()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.strip().endswith("migrated"), (done.stdout + done.stderr)[-3000:]


@pytest.mark.django_db
def test_page_stands_in_a_frame_of_this_service() -> None:
    page = Client().get(reverse("mastery_exam:catalogue"))
    assert page.status_code == 200
    assert ("lms-base-application" in page.content.decode()) == (PROJECT == "lms.djangoapp")
