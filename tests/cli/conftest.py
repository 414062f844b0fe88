"""Commands against accounts of an emulator, as a person would run them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ivs_provider.cli.main import ivs
from tests.cli.projects import Project
from tests.rpc.world import ACCOUNTS, NUMBERS, REGION, World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Run = Callable[..., Result]


@pytest.fixture
def world(url: str) -> World:
    """An account that no other test uses."""
    return World(url, ACCOUNTS[next(NUMBERS)])


@pytest.fixture
def run(world: World, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `ivs` with the test's account behind it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", world.account)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")

    def reach(*arguments: str, endpoint: bool = True, typed: str = "") -> Result:
        there = ["--region", REGION, *(["--endpoint", world.url] if endpoint else [])]
        return CliRunner().invoke(ivs, [*arguments, *there], prog_name="ivs", input=typed)

    return reach


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with one stack, in whose directory the commands are run."""
    directory = tmp_path / "shop"
    directory.mkdir()
    monkeypatch.chdir(directory)
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    there = Project(directory)
    there.write()
    return there
