"""`ivs destroy`: takes away what the stack's tags own."""

from __future__ import annotations

import click

from ivs_provider.cli.apply import agree, can_be_asked, carried_out, report
from ivs_provider.cli.failing import telling_failures
from ivs_provider.cli.options import Reach, Where, as_json, in_a_project, reaching
from ivs_provider.cli.plan import dated, show
from ivs_provider.cli.session import opened_or_bare
from ivs_provider.planning.holdings import stack_of
from ivs_provider.planning.planner import Planner
from ivs_provider.planning.showing import plain

__all__ = ["destroy"]


EPILOG = """
\b
  ivs plan --stack pr-17              what the stack has now
  ivs destroy --stack pr-17           show what goes, ask, delete
  ivs destroy --stack pr-17 --yes     in a pipeline
  ivs destroy --stack shop/pr-17      where the program is gone: by the tags alone, with PROJECT/STACK

What has left the program goes, too, and what an interrupted run left behind. What other stacks own, and what is
nobody's, is never touched.
"""


@click.command(epilog=EPILOG)
@in_a_project
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@as_json
@reaching
def destroy(where: Where, reach: Reach, *, yes: bool, as_json: bool) -> None:
    """Delete everything that carries the stack's tags, in reverse order, and nothing else.

    Resources that the program protects stop it before anything is deleted; what it retains (retainOnDelete) stays.
    """
    can_be_asked(yes=yes)
    with telling_failures(as_json=as_json):
        from ivs_provider.planning.destruction import destruction
        from ivs_provider.planning.explain import explained

        session = opened_or_bare(where, reach)
        planner = session.planner()
        planned = dated(explained(destruction(planner, session.invoke), planner), session)
        click.echo(show(planned, "text"), err=as_json, nl=False)
        _tell_of_others(planner)
        if planned.changing and not yes:
            agree("Delete these", losing=True)
        report(carried_out(session, planner, planned), session, as_json=as_json)


def _tell_of_others(planner: Planner) -> None:
    """Where nothing is the stack's, its name may be misspelt: tell which stacks there are."""
    from ivs_provider.program.reading import listed

    found = {stack_of(each) for sight in planner.sights for each in sight.everything} - {""}
    if not found & {sight.stack for sight in planner.sights}:
        name = f"{planner.program.project}/{planner.program.stack}"
        others = f"Stacks that own something here: {plain(listed(found))}" if found else "No stack owns anything here"
        click.echo(f"No resource in this account and region carries the tags of {name}. {others}.", err=True)
