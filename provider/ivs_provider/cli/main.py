"""The `ivs` command: a group that loads a command's module only when that command is asked for.

Start-up time is felt at every call, and most commands need libraries that `ivs --help` does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Final

import click


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command is found (module and attribute), and its one line in the list of commands."""

    module: str
    attribute: str
    summary: str


COMMANDS: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "comment": Entry("ivs_provider.cli.comment", "comment", "Write a plan as a pull-request comment."),
        "emulator": Entry("ivs_provider.cli.emulator", "emulator", "Run an Amazon IVS Real-Time on this machine."),
        "invoke": Entry("ivs_provider.cli.invoke", "invoke", "Run one function: tokens, compositions, look-ups."),
        "key": Entry("ivs_provider.cli.key", "key", "Make keys for signing tokens, and tell them apart."),
    },
)
"""Every command of the group; a new one is a module and a line here."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are run, and listed without being imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands that there are."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command, or answer None if there is none of that name."""
        del ctx
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command = getattr(import_module(entry.module), entry.attribute)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, so that `--help` imports none of them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].summary) for name in sorted(COMMANDS)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def ivs() -> None:
    """Amazon IVS declared in Pulumi programs, and an IVS on this machine to try them on."""


def main() -> None:
    """Run the command; what the installed script `ivs` calls."""
    ivs(prog_name="ivs")
