"""The page of the standalone command line: every command's own help, and the one table of exit codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click

from generating.markdown import code, page, table
from ivs_provider.cli.exit_codes import MEANINGS
from ivs_provider.cli.main import ivs

__all__ = ["command_line_page"]

_WIDTH: Final = 100


def command_line_page() -> str:
    """What `--help` says of each command."""
    return page("Command line", "provider/ivs_provider/cli/", _parts())


def _parts() -> Iterator[str]:
    yield (
        "`ivs` reads the same programs as Pulumi does, and needs neither its engine nor a backend: what a stack owns,"
        " it finds by its tags. What follows is what `--help` says of each command."
    )
    yield "## Exit codes"
    yield table(["code", "meaning"], [[code(str(number.value)), meaning] for number, meaning in MEANINGS.items()])
    yield "Commands that judge something (`ivs invoke verifyToken`) answer 1 where it does not hold."
    yield from _help(click.Context(ivs, info_name="ivs", terminal_width=_WIDTH, **ivs.context_settings))


def _help(context: click.Context) -> Iterator[str]:
    command = context.command
    yield f"## {context.command_path}"
    yield f"```text\n{command.get_help(context)}\n```"
    if not isinstance(command, click.Group):
        return
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        if below is not None:
            yield from _help(click.Context(below, parent=context, info_name=name))
