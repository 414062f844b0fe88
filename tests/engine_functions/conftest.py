"""The engine's fixtures, with the low-latency API at the same emulator, and somebody who joins."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ivs_provider.tokens import KeyPair, create_key_pair
from tests.emulator.talking import Admin
from tests.engine.conftest import account, engine, pytest_collection_modifyitems
from tests.engine.stack import PLUGIN_DIRECTORY, Stack

if TYPE_CHECKING:
    from tests.engine.account import Account
    from tests.engine.stack import Engine

__all__ = ["account", "engine", "pytest_collection_modifyitems"]

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@dataclass(frozen=True)
class Door:
    """How clients come in: the emulator judges their tokens as AWS says that it does."""

    admin: Admin

    def join(self, token: str) -> str:
        """Join; the participant's id."""
        return str(self.admin.do("POST", "join", {"token": token})["participant"]["participantId"])

    def refused(self, token: str) -> str:
        """Join in vain; the reason."""
        status, answer = self.admin.ask("POST", "join", {"token": token})
        assert status == 403, answer
        return str(answer["error"])

    def now(self) -> float:
        """The time as the emulator has it, in seconds since 1970."""
        told = self.admin.do("GET", "clock")["now"]
        return told if isinstance(told, int | float) else datetime.fromisoformat(told).timestamp()

    def advance(self, seconds: float) -> None:
        """Let time pass for the emulator."""
        self.admin.do("POST", "clock", {"advance": seconds})


@pytest.fixture
def door(url: str, account: Account) -> Door:
    """Let clients of this account come in."""
    return Door(Admin(url, account.number))


@pytest.fixture
def stack(engine: Engine, account: Account, tmp_path: Path, url: str) -> Stack:
    """Give a stack in that account whose plugin reaches both APIs."""
    return Stack(engine, tmp_path, {**account.environment(), "AWS_ENDPOINT_URL_IVS": url})


@pytest.fixture
def pair(tmp_path: Path) -> KeyPair:
    """A key pair in the files that the examples name."""
    return keys(tmp_path, "private")


def keys(directory: Path, name: str) -> KeyPair:
    """Make a pair as `ivs key create` does."""
    made = create_key_pair()
    (directory / f"{name}.pem").write_text(made.private_pem)
    (directory / f"{name}.pub.pem").write_text(made.public_pem)
    return made


def example(name: str) -> dict[str, Any]:
    """The parts of an example's program that `Stack.program` takes."""
    document: dict[str, Any] = yaml.safe_load((EXAMPLES / name / "Pulumi.yaml").read_text(encoding="utf-8"))
    assert document["plugins"]["providers"] == [{"name": "ivs", "path": "../../.venv/bin"}]
    assert shutil.which("pulumi-resource-ivs", path=str(PLUGIN_DIRECTORY))
    return {part: document[part] for part in ("resources", "variables", "outputs") if part in document}
