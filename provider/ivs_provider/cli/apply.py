"""`ivs apply`: carries out a Plan, exactly the given one or the one that it shows."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivs_provider.cli.documents import read_json
from ivs_provider.cli.exit_codes import ExitCode
from ivs_provider.cli.failing import Refused, telling_failures
from ivs_provider.cli.options import Reach, Where, as_json, in_a_project, reaching
from ivs_provider.cli.plan import dated, show
from ivs_provider.cli.session import Session, opened
from ivs_provider.cli.stopping import stopping
from ivs_provider.planning.declaration import Flaw
from ivs_provider.planning.meaning import loses
from ivs_provider.planning.plan import Action, ExtraKind, Plan, Step
from ivs_provider.planning.planner import Planner
from ivs_provider.values import Tree, concealed, contains_unknown

if TYPE_CHECKING:
    from ivs_provider.errors import IvsError
    from ivs_provider.planning.execute import Executed

__all__ = ["agree", "apply", "can_be_asked", "carried_out", "report"]

EPILOG = """
\b
  ivs apply                   plan, show, ask, apply
  ivs apply plan.json         carry out exactly what `ivs plan --out plan.json` showed
  ivs apply --prune --yes     in a pipeline: delete what is not declared any more, too

A run that failed or was stopped is run again: what is done already is seen in the account, and not done twice.
"""


@click.command(epilog=EPILOG)
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, resolve_path=True, path_type=Path))
@in_a_project
@click.option("--prune", is_flag=True, help="Delete what carries the stack's tags and is not declared any more.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@as_json
@reaching
def apply(  # noqa: PLR0913 -- one argument for each option
    file: Path | None, where: Where, reach: Reach, *, prune: bool, yes: bool, as_json: bool
) -> None:
    """Bring the account to what the program declares.

    FILE is a plan that `ivs plan --out` wrote. It is refused where the account has moved since, or the program says
    something else now; so nothing is done that nobody has seen.
    """
    if file and prune:
        raise click.UsageError("--prune is decided when a plan is made: `ivs plan --prune --out FILE`")
    if file is None:
        can_be_asked(yes=yes)
    with telling_failures(as_json=as_json):
        session = opened(where, reach)
        planner, planned = _planned(session, prune=prune) if file is None else _kept(session, file)
        _refuse_the_impossible(planner)
        if file is None or not planned.changing:
            click.echo(show(planned, "text"), err=as_json, nl=False)
        if file is None and planned.changing and not yes:
            agree("Apply this plan", losing=any(map(loses, planned.steps)))
            # Somebody has thought about it: program and account are looked at anew.
            shown, session = planned, opened(where, reach)
            planner, planned = _planned(session, prune=prune)
            _refuse_if_moved(shown, planned)
        report(carried_out(session, planner, planned), session, as_json=as_json)


def can_be_asked(*, yes: bool) -> None:
    """Who cannot be asked has to say so beforehand.

    Raises:
        click.UsageError: There is no terminal, and the answer was not given.
    """
    if not yes and not sys.stdin.isatty():
        raise click.UsageError("there is no terminal to ask at: add --yes")


def agree(question: str, *, losing: bool) -> None:
    """Ask the user; standard output stays for results.

    Raises:
        click.Abort: The answer is no.
    """
    warning = " What is deleted does not come back." if losing else ""
    click.confirm(f"{question}?{warning}", abort=True, err=True)


def carried_out(session: Session, planner: Planner, planned: Plan) -> Executed:
    """Do what a Plan says, showing how it gets on."""
    from ivs_provider.cli.render.progress import progress
    from ivs_provider.planning.execute import Execution

    with stopping(session.clock), progress(planned, sys.stderr, session.clock.now) as watch:
        return Execution(planner, planned, watch).run(session.invoke)


def report(executed: Executed, session: Session, *, as_json: bool) -> None:
    """Say what came of it, and end with the exit code that tells it."""
    if as_json:
        click.echo(json.dumps(_document(executed), indent=2, ensure_ascii=False))
    else:
        _tell(executed)
    if not executed.complete:
        sys.exit(ExitCode.STOPPED if session.clock.cancelled.is_set() else ExitCode.FAILED)


def _planned(session: Session, *, prune: bool) -> tuple[Planner, Plan]:
    from ivs_provider.planning.explain import explained

    planner = session.planner(prune=prune)
    return planner, dated(explained(planner.plan(session.invoke), planner), session)


def _kept(session: Session, file: Path) -> tuple[Planner, Plan]:
    """The Plan of a file, made anew: what it says is still what would be done.

    Raises:
        Refused: The file holds no plan, one of another stack, or one that does not hold any more.
    """
    from ivs_provider.planning.serial import BadPlan, from_json

    try:
        kept = from_json(read_json(str(file)))
    except BadPlan as error:
        flaws = [Flaw(None, "", problem.path, problem.reason) for problem in error.problems]
        raise Refused(f"{file} is no plan of `ivs plan --out`", "Plan again.", flaws) from error
    program = session.program
    if (kept.project, kept.stack) != (program.project, program.stack):
        told = f"{file} is a plan of {kept.project}/{kept.stack}, this is {program.project}/{program.stack}"
        raise Refused(told, "Give --stack, or the directory of its program by --cwd.")
    planner, fresh = _planned(session, prune=_pruned(kept))
    _refuse_if_moved(kept, fresh)
    return planner, fresh


def _refuse_the_impossible(planner: Planner) -> None:
    """Nothing is begun that cannot be ended here."""
    why = "needs what cannot be known here (see the notes of `ivs plan`)"
    flaws = [
        Flaw(each.resource.place, each.resource.name, (), why)
        for each in planner.proposals.values()
        if each.hopeless and each.step.action is not Action.KEEP
    ]
    if flaws:
        raise Refused("not everything can be applied here, and nothing was changed", "Run `pulumi up`.", flaws)


def _pruned(kept: Plan) -> bool:
    """Whether a Plan was made to delete what is not declared any more."""
    return any(extra.deleted and extra.kind in {ExtraKind.UNDECLARED, ExtraKind.PENDING} for extra in kept.extras)


def _refuse_if_moved(planned: Plan, fresh: Plan) -> None:
    from ivs_provider.planning.serial import moved

    if lines := moved(planned, fresh):
        flaws = [Flaw(None, "", (), line) for line in lines]
        raise Refused("the plan does not hold any more, and nothing was changed", "Plan again, and look at it.", flaws)


def _tell(executed: Executed) -> None:
    from ivs_provider.cli.render import words
    from ivs_provider.planning.execute import Outcome

    for outcome in Outcome:
        steps = [step for step, each in executed.outcomes if each is outcome]
        if steps:
            form = "{number:,} {action}d" if outcome is Outcome.DONE else "{number:,} to {action}"
            click.echo(f"{outcome.value}: {words.counted(steps, form)}")
    for name, value in _shown(executed.outputs).items():
        click.echo(f"  {name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
    for step, error in executed.errors:
        click.echo(f"Error: {_about(step, error)}", err=True)
    for flaw in executed.flaws:
        click.echo(f"Error: {flaw}", err=True)
    if not executed.complete:
        click.echo("Run again: what is done already is seen in the account, and not done twice.", err=True)


def _about(step: Step, error: IvsError) -> str:
    """What went wrong, and with which resource."""
    subject = f'{step.kind.noun} "{step.name}"'
    return str(error) if error.what.startswith(subject) else f"{subject}: {error}"


def _document(executed: Executed) -> dict[str, Any]:
    errors = {id(step): _about(step, error) for step, error in executed.errors}
    return {
        "format": "pulumi-ivs/applied/1",
        "complete": executed.complete,
        "steps": [
            {
                "action": step.action.value,
                "urn": step.urn,
                "type": step.token,
                "name": step.name,
                "outcome": outcome.value,
                **({"error": errors[id(step)]} if id(step) in errors else {}),
            }
            for step, outcome in executed.outcomes
        ],
        "problems": [str(flaw) for flaw in executed.flaws],
        "outputs": _shown(executed.outputs),
    }


def _shown(outputs: Tree) -> dict[str, Any]:
    """The stack's outputs for eyes and logs: what is secret masked, what is not known left out."""
    return {name: concealed(value) for name, value in outputs.items() if not contains_unknown(value)}
