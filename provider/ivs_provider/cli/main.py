"""The `ivs` command: a group that loads a command's module only when that command is asked for.

Start-up time is felt at every call, and most commands need libraries that `ivs --help` does not.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import click

from ivs_provider import __version__
from ivs_provider.cli.exit_codes import ExitCode
from ivs_provider.cli.stopping import watch_for_stops

_TRACEBACK: Final = "PULUMI_IVS_TRACEBACK"
"""Set to anything, it lets a fault of the program itself be seen whole."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command is found (module and attribute), and its one line in the list of commands."""

    module: str
    attribute: str
    summary: str


COMMANDS: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "adopt": Entry("ivs_provider.cli.adopt", "adopt", "Take existing resources over for the stack."),
        "apply": Entry("ivs_provider.cli.apply", "apply", "Bring the account to what the program declares."),
        "comment": Entry("ivs_provider.cli.comment", "comment", "Write a plan as a pull-request comment."),
        "declare": Entry(
            "ivs_provider.cli.declare", "declare", "Write what the program declares as JSON, with no call."
        ),
        "destroy": Entry("ivs_provider.cli.destroy", "destroy", "Delete everything that the stack owns."),
        "drift": Entry("ivs_provider.cli.drift", "drift", "Show what moved in the account since the last apply."),
        "emulator": Entry("ivs_provider.cli.emulator", "emulator", "Run an Amazon IVS Real-Time on this machine."),
        "import": Entry("ivs_provider.cli.import_", "import_", "Write the program for what exists and is nobody's."),
        "invoke": Entry("ivs_provider.cli.invoke", "invoke", "Run one function: tokens, compositions, look-ups."),
        "key": Entry("ivs_provider.cli.key", "key", "Make keys for signing tokens, and tell them apart."),
        "plan": Entry("ivs_provider.cli.plan", "plan", "Show what would change. Nothing is changed."),
        "policy": Entry("ivs_provider.cli.policy", "policies", "Print the least IAM policy for a program."),
        "stacks": Entry("ivs_provider.cli.stacks", "stacks", "Show which stacks own what in an account and region."),
    },
)
"""Every command of the group; a new one is a module and a line here."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are run, and listed without being imported.

    What click itself would end with is put into our own exit codes here: its 2 for wrong usage means changes to us.
    """

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 -- click's own signature
    ) -> click.Context:
        """Read the group's own options."""
        with _our_exit_codes():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        """Read the command's options, and run it."""
        with _our_exit_codes():
            return super().invoke(ctx)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is asked for, or say which may be meant."""
        if args[0] not in COMMANDS:
            from difflib import get_close_matches

            near = get_close_matches(args[0].lower(), COMMANDS, n=1)
            if near:
                ctx.fail(f"No such command {args[0]!r}. Did you mean {near[0]}?")
        return super().resolve_command(ctx, args)

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


@contextmanager
def _our_exit_codes() -> Iterator[None]:
    try:
        yield
    except click.UsageError as error:
        error.show()
        raise click.exceptions.Exit(ExitCode.USAGE) from error
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nStopped.", err=True)
        raise click.exceptions.Exit(ExitCode.STOPPED) from None


_COLLECT_AFTER: Final = 20_000
"""Objects: plans are large and live to the end; looking through them every 700 costs a tenth of a large apply."""
_EPILOG: Final = """
\b
  ivs plan      in the directory of a Pulumi.yaml: what would change
  ivs apply     do it
  ivs drift     what somebody changed since

COMMAND --help shows examples of each.
"""


@click.group(cls=LazyGroup, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ivs")
def ivs() -> None:
    """Amazon IVS declared in Pulumi programs, and an IVS on this machine to try them on."""


def main() -> None:
    """Run the command; what the installed script `ivs` calls."""
    gc.set_threshold(_COLLECT_AFTER)
    watch_for_stops()
    try:
        ivs(prog_name="ivs")
    except Exception as fault:
        if os.environ.get(_TRACEBACK):
            raise
        import traceback

        last = traceback.extract_tb(fault.__traceback__)[-1]
        where = f"{type(fault).__name__} at {Path(last.filename).name}:{last.lineno}"
        todo = f"Please report it; {_TRACEBACK}=1 shows more, and may show secrets."
        click.echo(f"Error: a fault of this program itself ({where}). {todo}", err=True)
        sys.exit(ExitCode.FAILED)


if __name__ == "__main__":
    main()
