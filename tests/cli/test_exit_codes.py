"""How commands end: one table of numbers, whatever click would have answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from ivs_provider.cli.exit_codes import MEANINGS, ExitCode
from ivs_provider.cli.main import LazyGroup, ivs

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--nonsense"],
        ["nonsense"],
        ["emulator", "--port", "many"],
        ["key"],
        ["key", "create", "--nonsense"],
        ["key", "fingerprint", "missing.pem"],
        ["invoke", "nothing"],
    ],
)
def test_wrong_usage_ends_with_64(arguments: list[str]) -> None:
    assert CliRunner().invoke(ivs, arguments).exit_code == 64


@pytest.mark.parametrize("stop", [KeyboardInterrupt, click.Abort])
def test_a_stop_by_the_user_ends_with_130_and_no_traceback(
    stop: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command()
    def waits() -> None:
        raise stop

    monkeypatch.setattr(LazyGroup, "get_command", lambda *_: waits)
    ended = CliRunner().invoke(ivs, ["waits"])
    assert (ended.exit_code, ended.stdout, ended.stderr) == (130, "", "\nStopped.\n")


def test_help_ends_with_0() -> None:
    assert CliRunner().invoke(ivs, ["--help"]).exit_code == 0


def test_every_command_speaks_json() -> None:
    assert {name: command for name, command in _commands(ivs) if "--json" not in _options(command)} == {}


def _commands(group: click.Group, *above: str) -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from _commands(command, *above, name)
        elif command:
            yield " ".join((*above, name)), command


def _options(command: click.Command) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts}


def test_every_code_has_its_meaning() -> None:
    assert {code.value for code in MEANINGS} == {0, 1, 2, 64, 130} == {code.value for code in ExitCode}
