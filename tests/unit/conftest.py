"""An account for tests that need one, and a reconciler that reaches it without waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ivs_provider.cloud import Account, Clock
from ivs_provider.config import Settings
from ivs_provider.reconcile.configuration import _operations
from ivs_provider.reconcile.reconciler import Reconciler
from tests.rpc.world import ACCOUNTS, NUMBERS, REGION, World, write_credentials

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def world(url: str) -> World:
    """An account that no other test uses."""
    return World(url, ACCOUNTS[next(NUMBERS)])


@pytest.fixture
def reaching(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Reconciler]:
    """Makes a reconciler of the test's account, under settings of the test's."""
    credentials = tmp_path / "credentials"
    write_credentials(credentials)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))

    def reach(clock: Clock | None = None, **settings: Any) -> Reconciler:
        rates = dict.fromkeys(_operations(), 1_000_000.0)
        all_settings = Settings(region=REGION, profile=world.account, endpoint=world.url, rate_limits=rates, **settings)
        return Reconciler(Account(all_settings, clock or Clock()), "provider-1", iter(lambda: "nonce", ""))

    return reach
