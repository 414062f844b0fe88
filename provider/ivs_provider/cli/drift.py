"""`ivs drift`: what moved in the account since the last apply."""

from __future__ import annotations

import sys

import click

from ivs_provider.cli.exit_codes import ExitCode
from ivs_provider.cli.failing import telling_failures
from ivs_provider.cli.options import Reach, Where, as_json, in_a_project, reaching
from ivs_provider.cli.plan import made, show
from ivs_provider.cli.session import opened

__all__ = ["drift"]


EPILOG = """
\b
  ivs drift                        what somebody changed since the last apply
  ivs drift --detailed-exitcode    2 if anything moved: for a pipeline that runs every night
  ivs apply                        puts it back as it is declared

A resource that lacks our tags is unknown here: `ivs plan` names it, `ivs adopt` takes it over.
"""


@click.command(epilog=EPILOG)
@in_a_project
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 where anything moved.")
@as_json
@reaching
def drift(where: Where, reach: Reach, *, detailed_exitcode: bool, as_json: bool) -> None:
    """Show only what moved in the account since the last apply, not what the program asks for anew.

    Told apart by the tag pulumi-ivs:applied. Also what carries the stack's tags but is not declared, what is declared
    and not there, and what interrupted runs left.
    """
    with telling_failures(as_json=as_json):
        from ivs_provider.planning.drift import only_drift

        session = opened(where, reach)
        planned = only_drift(made(session, prune=False))
        if as_json:
            click.echo(show(planned, "json"), nl=False)
        else:
            from ivs_provider.cli.render import text

            click.echo(text.drift(planned, colour=sys.stdout.isatty()), nl=False)
    if detailed_exitcode and (planned.steps or planned.extras):
        sys.exit(ExitCode.CHANGES)
