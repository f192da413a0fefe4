"""The reference page names every public function as it is."""

import inspect
from pathlib import Path

import pytest

from mastery_exam import psychometrics

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "psychometrics.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", psychometrics.__all__)
def test_reference_page_documents_the_name_with_its_parameters(name):
    heading = next((line for line in PAGE.splitlines() if line.startswith((f"### `{name}(", f"### `{name}`"))), None)
    assert heading is not None
    public = getattr(psychometrics, name)
    if inspect.isfunction(public):
        for parameter in inspect.signature(public).parameters:
            assert parameter in heading
