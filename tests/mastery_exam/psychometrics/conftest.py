"""The published anchors, which lie beside the repository and not in it."""

import json
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("busy machine", deadline=None)
settings.load_profile("busy machine")

REFERENCE = Path(__file__).parents[3] / ".." / "shared" / "data" / "psychometrics"


@pytest.fixture
def reference():
    """Return a loader of one anchor file by its name."""

    def load(name):
        path = REFERENCE / f"{name}.json"
        if not path.is_file():
            pytest.skip("skipped: reference data not present")
        return json.loads(path.read_text(encoding="utf-8"))

    return load
