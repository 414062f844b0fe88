"""A Plan, or the drift that it found, as plain text like Pulumi's own display."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import click

from ivs_provider.cli.render import words
from ivs_provider.planning.plan import Action, Plan, Step
from ivs_provider.planning.showing import called, plain, shown
from ivs_provider.reconcile.compare import Change, Consequence
from ivs_provider.values import format_path

__all__ = ["drift", "plan"]

_COLOURS: Final = {"+": "green", "~": "yellow", "+-": "magenta", "-": "red", "!": "red"}
_Paint = Callable[[str, str], str]
"""A symbol, and the text that gets its colour."""


def plan(planned: Plan, *, colour: bool, verbose: bool = False) -> str:
    """All that is planned, ending with a line break.

    Args:
        planned: What to show.
        colour: Whether whoever reads it sees colours.
        verbose: Whether to show resources that stay as they are, and values in full.
    """
    return _joined(_plan_lines(planned, _painter(colour=colour), verbose=verbose))


def drift(planned: Plan, *, colour: bool, verbose: bool = False) -> str:
    """Only what moved in the account, and what is there or gone although the program says otherwise.

    Args:
        planned: The plan in which it was found.
        colour: Whether whoever reads it sees colours.
        verbose: Whether to show values in full.
    """
    return _joined(_drift_lines(planned, _painter(colour=colour), verbose=verbose))


def _painter(*, colour: bool) -> _Paint:
    if not colour:
        return lambda _, text: text
    return lambda symbol, text: click.style(text, fg=_COLOURS.get(symbol))


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _title(what: str, planned: Plan) -> str:
    where = f" in {plain(planned.region)}" if planned.region else ""
    return f"{what} {plain(planned.project)}/{plain(planned.stack)}{where}"


def _plan_lines(planned: Plan, paint: _Paint, *, verbose: bool) -> Iterator[str]:
    yield _title("Plan for", planned)
    for step in planned.steps if verbose else planned.changing:
        yield ""
        yield from _step_lines(step, paint, verbose=verbose)
    yield from _extras(planned)
    yield from _listed("Not of this provider, left alone:", (f"{each.type} {each.name}" for each in planned.foreign))
    if planned.changing and planned.outputs:
        outputs = (f"{name}: {shown(value, None if verbose else 80)}" for name, value in planned.outputs.items())
        yield from _listed("Outputs:", outputs)
    yield from _listed("Notes:", planned.notes)
    yield from _listed("Warnings:", planned.warnings)
    yield ""
    yield from _summary(planned, paint)


def _step_lines(step: Step, paint: _Paint, *, verbose: bool) -> Iterator[str]:
    symbol = words.SYMBOLS[step.action]
    drifted = "  [drift]" if step.drifted else ""
    name = plain(step.name)
    through = f" (provider {plain(step.provider)})" if step.provider else ""
    yield paint(symbol, f'{symbol:>2} {step.token} "{name}": {step.action.value}') + through + drifted
    if step.arn:
        yield f"     [arn={plain(step.arn)}]"
    for change in words.changes_of(step):
        yield _change_line(step, change, paint, verbose=verbose)
    for note in step.notes:
        yield paint("!", f"     ! {plain(note)}")


def _change_line(step: Step, change: Change, paint: _Paint, *, verbose: bool) -> str:
    symbol = words.KIND_SYMBOLS[change.kind]
    difference = words.difference(change, None if verbose else 80)
    marks = ["[replaces]"] if change.consequence is Consequence.REPLACE and step.action is Action.REPLACE else []
    marks += ["[drift]"] if change.drifted else []
    line = paint(symbol, f"     {symbol} {plain(format_path(change.path))}: {difference}")
    return "  ".join([line, *marks])


def _extras(planned: Plan) -> Iterator[str]:
    extras = (f"{called(extra)}: {words.advice(extra)}" for extra in words.open_extras(planned))
    yield from _listed("In the account besides:", extras)


def _listed(heading: str, lines: Iterable[str]) -> Iterator[str]:
    told = [plain(line) for line in lines]
    if told:
        yield ""
        yield heading
        yield from (f"   - {line}" for line in told)


def _summary(planned: Plan, paint: _Paint) -> Iterator[str]:
    numbers = planned.summary
    if not planned.changing:
        yield f"{': '.join(filter(None, ['Nothing to do', words.nothing(planned)]))}."
        return
    yield "Resources:"
    for action in words.ORDER:
        if numbers[action.value]:
            symbol = words.SYMBOLS[action]
            yield paint(symbol, f"    {symbol} {numbers[action.value]:,} to {action.value}")
    if numbers[Action.KEEP.value]:
        yield f"    {numbers[Action.KEEP.value]:,} unchanged"
    if numbers["drifted"]:
        yield f"    {numbers['drifted']:,} drifted: moved in the account since the last apply"
    yield f"Cost: {words.calls_and_time(planned)}"


def _drift_lines(planned: Plan, paint: _Paint, *, verbose: bool) -> Iterator[str]:
    yield _title("Drift of", planned)
    drifted = [step for step in planned.steps if step.drifted and step.action is not Action.CREATE]
    for step in drifted:
        yield ""
        yield paint("~", f" ~ {called(step)}")
        for change in words.changes_of(step):
            if change.drifted:
                yield f"     {plain(format_path(change.path))}: {_is_and_should(change, verbose=verbose)}"
    gone = [step for step in planned.steps if step.action is Action.CREATE]
    yield from _listed("Declared, and not in the account:", map(called, gone))
    yield from _extras(planned)
    yield from _listed("Notes:", planned.notes)
    yield ""
    if not drifted and not gone and not words.open_extras(planned):
        yield "No drift: the account holds what was applied."
    else:
        besides = len(words.open_extras(planned))
        yield f"{len(drifted):,} drifted, {len(gone):,} declared and not there, {besides:,} there besides."


def _is_and_should(change: Change, *, verbose: bool) -> str:
    longest = None if verbose else 80
    return f"is {shown(change.old, longest)}, declared {shown(change.new, longest)}{words.shared(change)}"
