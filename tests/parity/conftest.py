"""The engine's fixtures, and a pair of front ends over one stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engine.conftest import account, engine, pytest_collection_modifyitems, stack
from tests.parity.pair import Pair

if TYPE_CHECKING:
    from tests.engine.account import Account
    from tests.engine.stack import Stack

__all__ = ["account", "engine", "pytest_collection_modifyitems", "stack"]


@pytest.fixture
def pair(stack: Stack, account: Account) -> Pair:
    """Give both a stack in an account without quotas."""
    account.settings(quotas=False)
    return Pair(stack, account)
