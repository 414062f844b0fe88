"""Options that commands share, so that they are called and mean the same everywhere.

Each decorator adds its options and hands the command one value made of them.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import click
from click.core import ParameterSource

__all__ = ["Reach", "Where", "as_json", "in_a_project", "one_format", "reaching", "setting"]

_Command: TypeAlias = "Callable[..., Any]"


@dataclass(frozen=True, slots=True)
class Where:
    """Which program a command is about.

    Args:
        directory: Where its ``Pulumi.yaml`` lies.
        stack: Name of the stack; ``None`` where nothing is said.
    """

    directory: Path
    stack: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How AWS is reached, as the command line says; ``None`` where it says nothing.

    Args:
        region: The region.
        profile: The profile of the shared AWS configuration.
        endpoint: A URL to call instead of the service's own.
        log_calls: Whether every call is told on stderr, as JSON.
    """

    region: str | None = None
    profile: str | None = None
    endpoint: str | None = None
    log_calls: bool = False


def in_a_project(command: _Command) -> _Command:
    """Adds ``--cwd`` and ``--stack``; the command takes ``where``."""

    @functools.wraps(command)
    def run(*arguments: Any, cwd: Path, stack: str | None, **others: Any) -> Any:  # noqa: ANN401 -- any command's own
        # As Pulumi's own -C: what the program names relatively lies in its directory.
        with contextlib.chdir(cwd):
            return command(*arguments, where=Where(Path(), stack), **others)

    directory = click.Path(exists=True, file_okay=False, path_type=Path)
    cwd = click.option("-C", "--cwd", metavar="DIR", default=".", type=directory, help="Directory of the program.")
    stack = click.option(
        "-s",
        "--stack",
        metavar="STACK",
        help="Stack; otherwise PULUMI_STACK, or the only one with a Pulumi.STACK.yaml.",
    )
    return cwd(stack(run))


def setting(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """An option that stands for a setting of the provider, checked by the pattern of that setting.

    Raises:
        click.BadParameter: It does not fit.
    """
    from ivs_provider.model import schema

    shape = schema.load("provider").member(parameter.name or "")
    # `$` of JSON Schema is the very end of the text; Python's would let a last line break pass.
    if value is not None and shape and not re.search(shape.text("pattern").replace("$", r"\Z"), value):
        reason = f"must be {shape.text('hint')}, not {value!r}"
        raise click.BadParameter(reason, context, parameter)
    return value


def reaching(command: _Command) -> _Command:
    """Adds ``--region``, ``--profile``, ``--endpoint`` and ``--log-format``; the command takes ``reach``."""

    @functools.wraps(command)
    def run(*arguments: Any, log_format: str, **others: Any) -> Any:  # noqa: ANN401 -- any command's own
        said = {name: others.pop(name) for name in ("region", "profile", "endpoint")}
        return command(*arguments, reach=Reach(**said, log_calls=log_format == "json"), **others)

    options = (
        click.option(
            "--region", callback=setting, help="AWS region; otherwise the program's, AWS_REGION or the profile's."
        ),
        click.option("--profile", help="AWS profile; otherwise the program's or AWS_PROFILE."),
        click.option(
            "--endpoint", metavar="URL", callback=setting, help="Call this instead of the service: the emulator, say."
        ),
        click.option(
            "--log-format",
            type=click.Choice(["text", "json"]),
            default="text",
            show_default=True,
            help="json: tell every call on stderr, one JSON object a line.",
        ),
    )
    return functools.reduce(lambda decorated, option: option(decorated), reversed(options), run)


def as_json(command: _Command) -> _Command:
    """Adds ``--json``; the command takes ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs to read.")(command)


def one_format(option: str, said: str, json_is: str, *, as_json: bool) -> str:
    """What ``--format`` and ``--json`` mean together.

    Args:
        option: Name of the parameter that ``--format`` gives.
        said: Its value.
        json_is: The value that ``--json`` stands for.
        as_json: Whether ``--json`` is said.

    Raises:
        click.UsageError: Both are said, and contradict each other.
    """
    source = click.get_current_context().get_parameter_source(option)
    if as_json and said != json_is and source is not ParameterSource.DEFAULT:
        raise click.UsageError(f"--json and --format {said} contradict each other: give one of them")
    return json_is if as_json else said
