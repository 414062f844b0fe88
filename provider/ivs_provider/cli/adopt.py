"""`ivs adopt`: takes existing resources over for the stack, by writing its tags onto them."""

from __future__ import annotations

import json
import sys

import click

from ivs_provider.cli.apply import agree, can_be_asked
from ivs_provider.cli.exit_codes import ExitCode
from ivs_provider.cli.failing import telling_failures
from ivs_provider.cli.options import Reach, Where, as_json, in_a_project, reaching
from ivs_provider.cli.session import opened
from ivs_provider.cli.stopping import stopping

__all__ = ["adopt"]

EPILOG = """
\b
  ivs import arn:aws:ivs:… --out hall.yaml    writes what the program must say
  ivs adopt                                   takes over what the program names by options.import,
                                              what alone has its type and name, what an alias knows
  ivs adopt hall=arn:aws:ivs:…                takes over exactly this

Only tags are written (ivs:TagResource). What belongs to another stack is refused.
"""


@click.command(epilog=EPILOG)
@click.argument("named", nargs=-1, metavar="[NAME=ARN]...")
@in_a_project
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@as_json
@reaching
def adopt(named: tuple[str, ...], where: Where, reach: Reach, *, yes: bool, as_json: bool) -> None:
    """Write the ownership tags onto resources that the program declares and nobody owns.

    `ivs plan` names them. Afterwards plan, drift, apply and destroy know them as the stack's own.
    """
    pairs = dict(_pair(each) for each in named)
    can_be_asked(yes=yes)
    with telling_failures(as_json=as_json):
        from ivs_provider.planning.adoption import adopt as take_over
        from ivs_provider.planning.adoption import adoptions

        session = opened(where, reach)
        planner = session.planner()
        planner.plan(session.invoke)
        found = adoptions(planner, pairs)
        told = [
            {
                "name": each.proposal.resource.name,
                "type": each.listed.kind.token,
                "arn": each.listed.arn,
                "why": each.why,
            }
            for each in found
        ]
        for each in told:
            click.echo(f"{each['name']}  {each['arn']}  ({each['why']})", err=as_json)
        if found and not yes:
            agree("Take these over", losing=False)
        with stopping(session.clock):
            for done, adoption in enumerate(found):
                if session.clock.cancelled.is_set():
                    told = told[:done]
                    break
                take_over(adoption)
        if as_json:
            click.echo(json.dumps({"format": "pulumi-ivs/adopted/1", "adopted": told}, indent=2, ensure_ascii=False))
        else:
            click.echo(f"Adopted: {len(told)}." if found else "Nothing to adopt.")
    if len(told) < len(found):
        click.echo(f"Left: {len(found) - len(told)}. Run again: what is adopted already is seen.", err=True)
        sys.exit(ExitCode.STOPPED)


def _pair(text: str) -> tuple[str, str]:
    name, equals, arn = text.partition("=")
    if not name or not equals or not arn.startswith("arn:"):
        raise click.UsageError(f"{text!r} is no NAME=ARN")
    return name, arn
