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


REGION = "must be a region such as us-west-2, not 'moon'"
ACCOUNT = "must be the 12 digits of an AWS account, not "


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["policy", "plan", "--region", "moon"], f"Invalid value for '--region': {REGION}"),
        (["policy", "apply", "--region", "moon"], f"Invalid value for '--region': {REGION}"),
        (["policy", "plan", "--account", "abc"], f"Invalid value for '--account': {ACCOUNT}'abc'"),
        (["policy", "apply", "--account", "1" * 13], f"Invalid value for '--account': {ACCOUNT}'{'1' * 13}'"),
        (["plan", "--region", "moon"], f"Invalid value for '--region': {REGION}"),
        (
            ["stacks", "--region", "eu-west-1\n"],
            "Invalid value for '--region': must be a region such as us-west-2, not ",
        ),
        (
            ["invoke", "getStage", "--endpoint", "localhost:4577"],
            "Invalid value for '--endpoint': must be a URL that begins with http:// or https://, not 'localhost:4577'",
        ),
        (
            ["plan", "--json", "--format", "markdown"],
            "--json and --format markdown contradict each other: give one of them",
        ),
        (
            ["import", "--all", "--json", "--format", "yaml"],
            "--json and --format yaml contradict each other: give one of them",
        ),
        (["pln"], "No such command 'pln'. Did you mean plan?"),
        (["Plan"], "No such command 'Plan'. Did you mean plan?"),
        (["xyzzy"], "No such command 'xyzzy'."),
        (["emulator", "--deny", "foo"], "--deny takes actions such as ivs:DeleteStage or ivs:Delete* (not foo)"),
    ],
)
def test_a_value_that_cannot_be_meant_is_told_as_wrong_usage(arguments: list[str], told: str) -> None:
    ended = CliRunner().invoke(ivs, arguments)
    assert (ended.exit_code, ended.stdout) == (64, "")
    assert f"Error: {told}" in ended.stderr


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
