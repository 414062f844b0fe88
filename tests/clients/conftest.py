"""For each test an account in which an example can be prepared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.clients.examples import SetUp
from tests.emulator.talking import Admin, connect

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def set_up(url: str, account: str) -> Iterator[SetUp]:
    """Answer an account to prepare an example in."""
    ivs, channels = connect(url, account), connect(url, account, service="ivs")
    yield SetUp(ivs, channels, Admin(url, account))
    ivs.close()
    channels.close()
