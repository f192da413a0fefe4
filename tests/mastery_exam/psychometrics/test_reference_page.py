"""The reference page names every public function as it is."""

import enum
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mastery_exam import psychometrics

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "psychometrics.md").read_text(encoding="utf-8")
SECTIONS = {
    match[1]: match[0] for match in re.finditer(r"^### `(\w+).*?(?=^##|\Z)", PAGE, flags=re.MULTILINE | re.DOTALL)
}
CLASSES = [name for name in psychometrics.__all__ if inspect.isclass(getattr(psychometrics, name))]
WITHOUT_CONSTRUCTOR = (enum.Enum, Exception)


def names_of(function: Callable[..., Any]) -> set[str]:
    """The parameters that a caller gives."""
    return set(inspect.signature(function).parameters) - {"self", "cls"}


def members_of(public: type) -> Iterator[tuple[str, set[str]]]:
    """The public methods and properties that the class itself defines, with their parameters."""
    for name, member in vars(public).items():
        if name.startswith("_"):
            continue
        if isinstance(member, property):
            yield name, set()
        elif inspect.isfunction(function := getattr(member, "__func__", member)):
            yield name, names_of(function)


def test_reference_page_documents_what_is_public_and_nothing_else():
    assert set(SECTIONS) == set(psychometrics.__all__)


@pytest.mark.parametrize("name", psychometrics.__all__)
def test_reference_page_documents_the_name_with_its_parameters(name):
    heading, public = SECTIONS[name].splitlines()[0], getattr(psychometrics, name)
    if inspect.isfunction(public):
        assert names_of(public) <= set(re.findall(r"\w+", heading))
        assert inspect.getdoc(public).splitlines()[0][:40] in SECTIONS[name]


@pytest.mark.parametrize("name", CLASSES)
def test_reference_page_documents_the_class_with_its_constructor_and_methods(name):
    public, section = getattr(psychometrics, name), SECTIONS[name]
    if not (issubclass(public, WITHOUT_CONSTRUCTOR) or getattr(public, "_is_protocol", False)):
        assert names_of(public) <= set(re.findall(r"\w+", section.splitlines()[0]))
    for member, parameters in members_of(public):
        line = next((line for line in section.splitlines() if re.match(rf"- `\.{member}\b", line)), None)
        assert line is not None, member
        assert parameters <= set(re.findall(r"\w+", line)), member
