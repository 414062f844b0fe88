"""One plugin process for all tests of this folder, and an account of its own for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.rpc.plugin import NO_ENGINE, Plugin, running
from tests.rpc.world import ACCOUNTS, NUMBERS, REGION, World, write_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shared credentials file in which each account is a profile."""
    path = tmp_path_factory.mktemp("aws") / "credentials"
    write_credentials(path)
    return path


@pytest.fixture(scope="session")
def process(url: str, credentials: Path) -> Iterator[Plugin]:
    """One plugin for all tests, as an attached one serves many runs."""
    with running(NO_ENGINE, AWS_SHARED_CREDENTIALS_FILE=str(credentials), AWS_ENDPOINT_URL_IVS_REALTIME=url) as plugin:
        plugin.handshake()
        yield plugin


@pytest.fixture
def world(url: str) -> World:
    """An account that no other test uses."""
    return World(url, ACCOUNTS[next(NUMBERS)])


@pytest.fixture
def settings(world: World) -> dict[str, object]:
    """Provider configuration that reaches this test's account, fast."""
    fast = (
        "CreateStage",
        "GetStage",
        "UpdateStage",
        "DeleteStage",
        "ListStages",
        "TagResource",
        "UntagResource",
        "GetIngestConfiguration",
    )
    return {"profile": world.account, "region": REGION, "rateLimits": dict.fromkeys(fast, 1000)}


@pytest.fixture
def plugin(process: Plugin, settings: dict[str, object]) -> Plugin:
    """The plugin, configured for this test's account."""
    process.configure(settings)
    return process
