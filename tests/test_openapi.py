"""The OpenAPI schema: made without a warning, valid, and naming every endpoint; the reference pages are complete."""

from __future__ import annotations

import re
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from tests.conftest import REPO

APPS = ("openedx_bridge", "mastery_exam", "micromasters_pathway", "paid_certificate", "credit_transfer")
REFERENCE = REPO / "docs" / "reference"
METHODS = ("get", "post", "put", "patch", "delete")


def our_paths() -> dict[str, set[str]]:
    """Every path of ours under /api/ as OpenAPI writes it, with its methods in lower case."""
    found: dict[str, set[str]] = {}

    def walk(patterns: list[URLPattern | URLResolver], route: str) -> None:
        for entry in patterns:
            here = route + str(entry.pattern)
            if isinstance(entry, URLResolver):
                walk(entry.url_patterns, here)
            elif re.match(rf"api/({'|'.join(APPS)})/", here):
                path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", here)
                found[path] = {method for method in METHODS if hasattr(entry.callback.view_class, method)}

    walk(get_resolver().url_patterns, "")
    return found


@pytest.fixture(scope="module")
def schema() -> dict:
    """The schema, with what the generator complained about under "complaints"."""
    GENERATOR_STATS.reset()
    with GENERATOR_STATS.silence():
        made = SchemaGenerator().get_schema(request=None, public=True)
    return {"schema": made, "complaints": [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]}


def test_schema_is_made_without_a_warning(schema: dict) -> None:
    assert schema["complaints"] == []


def test_schema_is_valid(schema: dict) -> None:
    validate_schema(schema["schema"])


def test_schema_names_every_endpoint_and_method(schema: dict) -> None:
    paths = {path: set(entry) & set(METHODS) for path, entry in schema["schema"]["paths"].items()}
    assert len(our_paths()) > 80
    assert {path: paths.get(path) for path in our_paths()} == our_paths()


def test_schema_says_of_every_operation_what_it_does_and_answers(schema: dict) -> None:
    for path in our_paths():
        for method in our_paths()[path]:
            operation = schema["schema"]["paths"][path][method]
            assert operation.get("description"), (method, path)
            assert set(operation["responses"]) & {"200", "201", "202", "204"}, (method, path)


def test_rest_page_lists_every_endpoint_once_and_no_other() -> None:
    text = (REFERENCE / "rest.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(GET|POST|PUT|PATCH|DELETE)` \| `(/api/[^`]+)` \| \S.+ \|", text, re.MULTILINE)
    expected = {(method.upper(), path) for path, methods in our_paths().items() for method in methods}
    assert len(listed) == len(set(listed))
    assert set(listed) == expected


def defaults_of(app: str) -> dict[str, object]:
    """The settings that an app sets in a host that has set none, in LMS and Studio."""
    settings = SimpleNamespace(TEMPLATES=[], INSTALLED_APPS=[], LOCALE_PATHS=[])
    before = set(vars(settings))
    import_module(f"{app}.settings.common").plugin_settings(settings)
    return {name: value for name, value in vars(settings).items() if name not in before}


@pytest.mark.parametrize("app", APPS)
def test_settings_page_lists_every_setting_with_its_default(app: str) -> None:
    text = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `([A-Z_]+)` \| `([^`]*)` \| \S.+ \|", text, re.MULTILINE))
    own = {name: value for name, value in listed.items() if name.startswith(app.upper())}
    expected = {name: repr(value) for name, value in defaults_of(app).items() if name.startswith(app.upper())}
    assert own == expected
    assert expected
