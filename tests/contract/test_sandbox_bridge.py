"""The sandbox's host keeps the bridge's contract, with everything in its database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bridge_contract import BridgeContract
from test_fake_bridge import FakeStage

from openedx_bridge.backend import get_backend, load_backend
from sandbox.platform import SandboxBackend


@pytest.mark.django_db
class TestSandboxBridge(BridgeContract):
    """Every test of the contract, against the sandbox."""

    @pytest.fixture(autouse=True)
    def host(self, settings: Any, tmp_path: Path) -> Iterator[SandboxBackend]:
        settings.OPENEDX_BRIDGE_BACKEND = "sandbox.platform.SandboxBackend"
        settings.MEDIA_ROOT = tmp_path / "media"
        load_backend.cache_clear()
        host = get_backend()
        assert isinstance(host, SandboxBackend)
        yield host
        load_backend.cache_clear()

    @pytest.fixture
    def stage(self, db: None, host: SandboxBackend, tmp_path_factory: pytest.TempPathFactory) -> FakeStage:
        return FakeStage(host, tmp_path_factory.mktemp("olx"))
