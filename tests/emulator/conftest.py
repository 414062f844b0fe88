"""Clients for an account of each test's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator.rooms import Room
from tests.emulator.talking import Admin, connect

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def admin(url: str, account: str) -> Admin:
    """Answer the admin interface, confined to this test's account."""
    return Admin(url, account)


@pytest.fixture
def ivs(url: str, account: str) -> Iterator[Any]:
    """Answer a client for this test's account that holds every answer to the model."""
    client = connect(url, account)
    yield client
    client.close()


@pytest.fixture
def unchecked(url: str, account: str) -> Iterator[Any]:
    """Answer a client for this test's account that takes answers as they come, broken ones too."""
    client = connect(url, account, is_checked=False)
    yield client
    client.close()


@pytest.fixture
def channels(url: str, account: str) -> Iterator[Any]:
    """Answer a client of the low-latency API for this test's account."""
    client = connect(url, account, service="ivs")
    yield client
    client.close()


@pytest.fixture
def room(ivs: Any, admin: Admin) -> Room:
    """Answer a new stage with a door for participants."""
    return Room.made(ivs, admin)
