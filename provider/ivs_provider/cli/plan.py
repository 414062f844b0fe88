"""`ivs plan`: what would change, compared with the account as it is now."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from ivs_provider.cli.exit_codes import ExitCode
from ivs_provider.cli.failing import Refused, telling_failures
from ivs_provider.cli.options import Reach, Where, as_json, in_a_project, one_format, reaching
from ivs_provider.cli.session import Session, declared, opened
from ivs_provider.planning.plan import Plan

__all__ = ["FORMATS", "made", "plan", "show"]

FORMATS: Final = ("text", "markdown", "json")
_MOST_DECLARED: Final = 5_000_000

EPILOG = """
\b
  ivs plan                                   what would change
  ivs plan --stack prod --out plan.json      …and keep it for `ivs apply plan.json`
  ivs plan --detailed-exitcode               2 if anything would change
  ivs plan --declared fork.json --format markdown    a fork's pull request, without running its code

Only reads: docs/reference/permissions.md has the policy, `ivs policy plan` the least one.
"""


@click.command(epilog=EPILOG)
@in_a_project
@click.option(
    "--declared",
    "declared_file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, resolve_path=True, path_type=Path),
    metavar="FILE",
    help="Plan what `ivs declare` wrote, instead of the program here; none of its code is run.",
)
@click.option("--prune", is_flag=True, help="Delete what carries the stack's tags and is not declared any more.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, resolve_path=True, path_type=Path),
    metavar="FILE",
    help="Keep the plan in a file.",
)
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True, help="What to print."
)
@click.option("--verbose", is_flag=True, help="List what stays as it is, too.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 where there are changes.")
@as_json
@reaching
def plan(  # noqa: PLR0913 -- one argument for each option
    where: Where,
    reach: Reach,
    declared_file: Path | None,
    out: Path | None,
    format_: str,
    *,
    prune: bool,
    verbose: bool,
    detailed_exitcode: bool,
    as_json: bool,
) -> None:
    """Show what would bring the account to what the program declares. Nothing is changed."""
    format_ = one_format("format_", format_, "json", as_json=as_json)
    with telling_failures(as_json=format_ == "json"):
        session = declared(_hostile(declared_file), where, reach) if declared_file else opened(where, reach)
        planned = made(session, prune=prune)
        if out:
            keep(planned, out)
        click.echo(show(planned, format_, verbose=verbose), nl=False)
    if detailed_exitcode and (planned.changing or planned.unadopted):
        sys.exit(ExitCode.CHANGES)


def made(session: Session, *, prune: bool) -> Plan:
    """The Plan, explained and dated.

    Raises:
        BadProgram: With every flaw of the program.
        IvsError: The account could not be read.
    """
    from ivs_provider.planning.explain import explained

    planner = session.planner(prune=prune)
    return dated(explained(planner.plan(session.invoke), planner), session)


def dated(planned: Plan, session: Session) -> Plan:
    """The same Plan with the time at which it was made."""
    now = datetime.fromtimestamp(session.clock.wall(), UTC)
    return replace(planned, made=now.isoformat(timespec="seconds").replace("+00:00", "Z"))


def show(planned: Plan, format_: str, *, verbose: bool = False) -> str:
    """A Plan for people or programs, ending with a line break."""
    if format_ == "json":
        return json.dumps(document(planned), indent=2, ensure_ascii=False) + "\n"
    if format_ == "markdown":
        from ivs_provider.cli.render.markdown import comment

        return comment(planned)
    from ivs_provider.cli.render import text

    return text.plan(planned, colour=sys.stdout.isatty(), verbose=verbose)


def document(planned: Plan) -> dict[str, Any]:
    """A Plan as it stands in files, secrets as digests."""
    from ivs_provider.planning.serial import to_json

    written: dict[str, Any] = to_json(planned)
    return written


def keep(planned: Plan, out: Path) -> None:
    """Write a Plan to a file, whole or not at all."""
    beside = out.with_name(f"{out.name}.part")
    try:
        beside.write_text(json.dumps(document(planned), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        beside.replace(out)
    except OSError as error:
        raise Refused(f"{out} cannot be written: {error.strerror}", "Choose another --out.") from error


def _hostile(file: Path) -> str:
    """The text of a file that somebody else wrote, of which no more is read than may be there."""
    with click.open_file(str(file), encoding="utf-8", errors="replace") as stream:
        text = str(stream.read(_MOST_DECLARED + 1))
    if len(text) > _MOST_DECLARED:
        raise Refused(f"{file} is longer than {_MOST_DECLARED:,} characters: no program declares so much")
    return text
