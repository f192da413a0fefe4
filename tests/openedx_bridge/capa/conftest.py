"""Scripts of the specimens run unconfined: the tests' machine has no Python sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings


@pytest.fixture(autouse=True)
def unconfined_scripts() -> Iterator[None]:
    """Let scripts run, as the operator of a demonstration would."""
    with override_settings(OPENEDX_BRIDGE_UNSAFE_SCRIPTS=True):
        yield
