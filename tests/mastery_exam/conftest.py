"""What the tests of authors and learners share."""

from __future__ import annotations

import pytest

from mastery_exam.pages import measurement_pages  # noqa: F401  it reads the number as it is shipped when it is loaded
from mastery_exam.services import simulated_forms, simulating


@pytest.fixture(autouse=True)
def few_candidates(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publishing simulates a hundred people, but a thousand as shipped where a test is marked `thousand`."""
    if request.node.get_closest_marker("thousand") is None:
        monkeypatch.setattr(simulating, "N_CANDIDATES", 100)
        monkeypatch.setattr(simulated_forms, "N_BORDERLINE", 20)
