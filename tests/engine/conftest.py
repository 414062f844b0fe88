"""The real engine, and an account and a stack of its own for each test."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING

import pytest

import engine as engine_finder
from tests.engine.account import Account
from tests.engine.plugin import Plugin
from tests.engine.stack import Engine, Stack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NUMBERS = itertools.count(400_000_000_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs on the engine: whatever asks for it."""
    for item in items:
        if "engine" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.engine)


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Find the engine: without it, CI fails and a person's machine skips."""
    try:
        environment = engine_finder.environment()
    except engine_finder.EngineError as missing:
        if os.environ.get("CI"):
            pytest.fail(f"no Pulumi engine, and CI must have one: {missing}")
        pytest.skip(f"no Pulumi engine (make engine finds or builds one): {missing}")
    found = Engine(environment, tmp_path_factory.mktemp("engine"))
    found.prepare()
    return found


@pytest.fixture
def account(url: str) -> Iterator[Account]:
    """Give an account that no other test uses."""
    with Account(url, str(next(NUMBERS))) as own:
        yield own


@pytest.fixture
def stack(engine: Engine, account: Account, tmp_path: Path) -> Stack:
    """Give a stack in that account, without resources."""
    return Stack(engine, tmp_path, account.environment())


@pytest.fixture(scope="session")
def plugin(url: str) -> Iterator[Plugin]:
    """Run the plugin alone, without an engine: its protocol is spoken by the test."""
    with Plugin(Account(url, str(next(NUMBERS))).environment()) as running:
        yield running
