"""Words: every one goes through the runtime's translations, and the catalogue holds them all."""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import translation
from studio_blocks import SHIPPED, every_block, load, shown

from sandbox.runtime import services

CATALOGUE = SHIPPED / "conf" / "locale" / "en" / "LC_MESSAGES" / "text.po"
HEADER = 'msgid ""\nmsgstr ""\n"Language: en\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
Place = Callable[..., Any]


class Shouting:
    """A translation into capital letters, so that a word that was not asked for stands out."""

    def __init__(self, block: Any) -> None:
        pass

    def gettext(self, text: str) -> str:
        return re.sub(r"(\{\w+\})|([^{}]+)", lambda found: found.group(1) or found.group(2).upper(), text)

    ugettext = gettext


def words_of(source: Path) -> set[str]:
    """The texts of a module that are marked for translation."""
    marked: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in ("_", "ugettext"):
            if isinstance(node.args[0], ast.Constant):
                marked.add(node.args[0].value)
    return marked


def all_words() -> set[str]:
    found = set().union(*(words_of(path) for path in SHIPPED.glob("*.py")))
    for path in (SHIPPED / "templates").rglob("*.html"):
        found |= set(re.findall(r'{% trans "(.+?)" %}', path.read_text(encoding="utf-8")))
    return found


def write_catalogue() -> None:
    """Write the source catalogue anew from the marked texts."""
    entries = (f'msgid {json.dumps(text, ensure_ascii=False)}\nmsgstr ""\n' for text in sorted(all_words()))
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text("\n".join([HEADER, *entries]), encoding="utf-8")


def test_catalogue_holds_every_text_of_the_blocks_and_no_other() -> None:
    """The platform's translation tools read this one file for all blocks; WRITE_GOLDEN=1 writes it anew."""
    if os.environ.get("WRITE_GOLDEN"):
        write_catalogue()
    text = CATALOGUE.read_text(encoding="utf-8")
    entries = re.findall(r"^msgid (.+?)^msgstr", text, re.MULTILINE | re.DOTALL)
    listed = {"".join(ast.literal_eval(line) for line in entry.splitlines()) for entry in entries} - {""}
    assert listed == all_words()
    assert len(listed) > 50


@every_block
def test_templates_mark_all_their_words(case: Any) -> None:
    for path in (SHIPPED / "templates").rglob("*.html"):
        bare = re.sub(r"{[{%].*?[%}]}|<[^>]*>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"[A-Za-z]{2,}", bare), path.name


@every_block
def test_words_of_the_block_come_from_the_i18n_service(
    place: Place, team: User, case: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = place(case, display_name="x")
    monkeypatch.setattr(services, "TranslationService", Shouting)
    assert case.unlinked not in load(row, mode="studio").validate().messages[0].text
    message = load(row, team, "studio").validate().messages[0].text
    assert message == message.upper()
    offered = load(row, team, "studio").fields[case.field].runtime_options["values_provider"](load(row, team, "studio"))
    assert offered[0]["display_name"] == offered[0]["display_name"].upper()


@every_block
def test_block_is_shown_in_a_language_that_has_no_catalogue(place: Place, case: Any) -> None:
    row = place(case)
    with translation.override("ar"):
        assert "msb" in shown(row)
