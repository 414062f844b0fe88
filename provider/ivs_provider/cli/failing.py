"""The one place where what stops a command is told: plainly on stderr, or as JSON on stdout, and exit code 1."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from ivs_provider.cli.exit_codes import ExitCode
from ivs_provider.errors import Cancelled, IvsError, Misconfigured
from ivs_provider.planning.declaration import BadProgram, Flaw
from ivs_provider.values import format_path

__all__ = ["Refused", "telling_failures"]


class Refused(click.ClickException):
    """What a command does not do, whatever the account holds.

    Args:
        what: What is wrong, without the final stop.
        todo: What to do about it; empty where ``what`` says all.
        flaws: What is wrong in particular.
    """

    def __init__(self, what: str, todo: str = "", flaws: Iterable[Flaw] = ()) -> None:
        """Make the text of its parts."""
        self.what, self.todo, self.flaws = what, todo, tuple(flaws)
        listed = [f"{what}:", *(f"  {flaw}" for flaw in self.flaws), *filter(None, [todo])]
        super().__init__("\n".join(listed) if self.flaws else ". ".join(filter(None, [what, todo])))


@contextmanager
def telling_failures(*, as_json: bool = False) -> Iterator[None]:
    """Tell what stops the command, and end it.

    Args:
        as_json: Whether stdout is read by a program (``schemas/cli/error.json``).
    """
    try:
        yield
    except Cancelled as cancelled:
        raise click.Abort from cancelled
    except (IvsError, BadProgram, Refused) as error:
        if as_json:
            click.echo(json.dumps(_document(error), indent=2, ensure_ascii=False))
        else:
            click.echo(f"Error: {_text(error)}", err=True)
        sys.exit(ExitCode.FAILED)


def _text(error: IvsError | BadProgram | Refused) -> str:
    if isinstance(error, IvsError):
        return f"{error.what}. {_todo(error)}".rstrip()
    if isinstance(error, Refused):
        return str(error)
    count = len(error.flaws)
    lines = [f"{error.what}, {count} problem{'s'[: count != 1]}:", *map(str, error.flaws)]
    return "\n  ".join(lines)


def _todo(error: IvsError | BadProgram | Refused) -> str:
    if isinstance(error, BadProgram):
        return "Correct the problems."
    if isinstance(error, Misconfigured) and error.setting:
        return f"{error.todo} On the command line, --{error.setting} says it."
    return error.todo


def _document(error: IvsError | BadProgram | Refused) -> dict[str, Any]:
    flaws = () if isinstance(error, IvsError) else error.flaws
    return {
        "error": {"name": type(error).__name__, "what": error.what, "todo": _todo(error)},
        "problems": [_problem(flaw) for flaw in flaws],
    }


def _problem(flaw: Flaw) -> dict[str, Any]:
    place = flaw.place
    where = {"file": place.file, "line": place.line, "column": place.column} if place else None
    return {"place": where, "subject": flaw.subject, "path": format_path(flaw.path), "reason": flaw.reason}
