"""One emulator for all tests of this folder, and for each test an account in which an example can be prepared."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from ivs_emulator.emulator import Emulator
from tests.clients.examples import SetUp
from tests.emulator.talking import Admin, connect

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBERS = itertools.count(300_000_000_000)


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    """Run an emulator on a thread for as long as the tests run."""
    with Emulator() as emulator:
        yield emulator.url


@pytest.fixture
def account() -> str:
    """Answer an account that no other test uses."""
    return str(next(NUMBERS))


@pytest.fixture
def set_up(url: str, account: str) -> Iterator[SetUp]:
    """Answer an account to prepare an example in."""
    ivs, channels = connect(url, account), connect(url, account, service="ivs")
    yield SetUp(ivs, channels, Admin(url, account))
    ivs.close()
    channels.close()
