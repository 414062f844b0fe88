"""The one place where what stops a command is told: plainly on stderr, or as JSON on stdout, and exit code 1."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from ivs_provider.cli.exit_codes import ExitCode
from ivs_provider.errors import Cancelled, IvsError
from ivs_provider.reconcile.declaration import BadProgram, Flaw
from ivs_provider.values import format_path

__all__ = ["telling_failures"]


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
    except (IvsError, BadProgram) as error:
        if as_json:
            click.echo(json.dumps(_document(error), indent=2, ensure_ascii=False))
        else:
            click.echo(f"Error: {_text(error)}", err=True)
        sys.exit(ExitCode.FAILED)


def _text(error: IvsError | BadProgram) -> str:
    if isinstance(error, IvsError):
        return str(error)
    count = len(error.flaws)
    lines = [f"the program cannot be used, {count} problem{'s'[: count != 1]}:", *map(str, error.flaws)]
    return "\n  ".join(lines)


def _document(error: IvsError | BadProgram) -> dict[str, Any]:
    flaws = error.flaws if isinstance(error, BadProgram) else ()
    what = error.what if isinstance(error, IvsError) else "the program cannot be used"
    todo = error.todo if isinstance(error, IvsError) else "Correct the problems."
    return {
        "error": {"name": type(error).__name__, "what": what, "todo": todo},
        "problems": [_problem(flaw) for flaw in flaws],
    }


def _problem(flaw: Flaw) -> dict[str, Any]:
    place = flaw.place
    where = {"file": place.file, "line": place.line, "column": place.column} if place else None
    return {"place": where, "subject": flaw.subject, "path": format_path(flaw.path), "reason": flaw.reason}
