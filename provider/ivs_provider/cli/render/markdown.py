"""A Plan as the comment of a pull request: what is made, what is lost, who is hit, what changed outside, may I merge?

Short enough for GitHub at any size of plan: what does not fit is counted, and what is lost is named before all else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ivs_provider.cli.render import words
from ivs_provider.cli.render.fitting import Section, fitted
from ivs_provider.cli.render.graph import graph
from ivs_provider.cli.render.safe import code, comment_text, fence, html_code, prose
from ivs_provider.cli.render.verdict import verdict
from ivs_provider.planning.meaning import inhabitants, loses
from ivs_provider.planning.plan import Action, Plan, Step
from ivs_provider.planning.showing import noun, plain, shown
from ivs_provider.reconcile.compare import Change, Consequence, Kind
from ivs_provider.values import format_path

__all__ = ["comment"]

_IN_ROW: Final = 4
_WIDE: Final = 200
_VALUE: Final = 60
_READ: Final = 60
"""Rows of a table that anybody reads; the fold has as many as fit."""
_TOO_MANY: Final = "too many for a comment, so do not merge on it alone; look at the plan itself"


def comment(plan: Plan, *, limit: int = 65_000, failure: str = "") -> str:
    """The comment. Its first line is a marker by which the next one takes its place.

    Args:
        plan: What to show.
        limit: How many characters it may have; GitHub takes 65,536.
        failure: Why the plan is not whole; empty where it is.
    """
    where = f" in {code(plan.region)}" if plan.region else ""
    named = f"{plan.project}/{plan.stack}"
    when = f"\n\nCompared with the account as it was at {prose(plan.made)}." if plan.made else ""
    head = f"<!-- pulumi-ivs:plan {comment_text(named)} -->\n### IVS plan for {code(named)}{where}"
    sections = [Section(0, f"{head}\n\n{verdict(plan, failure)}{when}", ()), *_sections(plan)]
    return fitted(sections, limit - 1) + "\n"


def _sections(plan: Plan) -> Iterator[Section]:
    yield from _lost(plan)
    yield from _changes(plan)
    yield from _drift(plan)
    yield from _extras(plan)
    yield from _listed(2, "#### Warnings", list(map(prose, plan.warnings)), "warning")
    if plan.changing:
        yield Section(1, f"**Cost in calls and time:** {words.calls_and_time(plan)}.{_beside(plan)}{_order(plan)}", ())
    yield from _details(plan)
    lines = graph(plan)
    if lines:
        picture = f"<details><summary>Graph of what changes</summary>\n\n{fence(lines, 'mermaid')}\n\n</details>"
        yield Section(6, "", (picture,))
    yield from _listed(7, "#### Notes", list(map(prose, plan.notes)), "note")
    foreign = [f"{code(each.type)} {code(each.name)}" for each in plan.foreign]
    yield from _listed(8, f"#### Of other providers, not part of this: {len(foreign):,}", foreign, "resource")


def _beside(plan: Plan) -> str:
    return " Each update writes the stack's own tags, too." if plan.calls["TagResource"] else ""


def _order(plan: Plan) -> str:
    """When what is lost goes, which says what a failure on the way leaves."""
    if not any(loses(step) for step in plan.changing):
        return ""
    first = any(step.action is Action.REPLACE and step.delete_first for step in plan.changing)
    but = ", except where the old one has to go first" if first else ""
    return f" What is lost goes last, and not at all where something before it fails{but}."


def _lost(plan: Plan) -> Iterator[Section]:
    """Every resource that goes, in few words: nothing else may push one of them out."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for step in words.by_loss(plan.changing):
        if loses(step):
            deleted = step.action is Action.DELETE
            note = step.kind.deletion_note if deleted else step.kind.replacement_note
            names = groups.setdefault(("deleted" if deleted else "replaced", step.kind.noun, note), [])
            names.append(code(step.name) + _in_it(step, plan))
    rows: list[str] = []
    for (done, what, note), names in groups.items():
        rows.append(f"\n- **{words.plural(len(names), what)} {done}** ({prose(note)}): {names[0]}")
        rows += [f", {name}" for name in names[1:]]
    if rows:
        head = "#### What is lost, and who is hit\n"
        yield Section(1, head, rows, lambda kept: f"\n- **and {len(rows) - kept:,} more: {_TOO_MANY}**", between="")


def _in_it(step: Step, plan: Plan) -> str:
    number = inhabitants(step, plan.participants) if step.kind.holds_participants else None
    if number is None:
        return ""
    return f" (**{words.plural(number, 'participant')} in it now**)" if number else " (nobody in it now)"


def _changes(plan: Plan) -> Iterator[Section]:
    edited = [step for step in words.by_loss(plan.changing) if step.edited]
    if edited:
        head = (
            "#### What this change does\n\n| | resource | what changes | what it means |\n| --- | --- | --- | --- |\n"
        )
        rows = [_row(step) for step in edited]
        yield Section(4, head, rows, lambda kept: f"\n{_cut_off(edited, kept)}", most=_READ)


def _cut_off(steps: Sequence[Step], kept: int) -> str:
    return f"and {len(steps) - kept:,} more: {words.counted(steps[kept:])}"


def _row(step: Step) -> str:
    symbol = code(words.SYMBOLS[step.action])
    changes = [change for change in words.changes_of(step) if change.edited]
    spans = [code(f"{format_path(change.path)}: {words.difference(change, _VALUE)}", _WIDE) for change in changes]
    more = [f"and {len(spans) - _IN_ROW} more"] if len(spans) > _IN_ROW else []
    what = "<br>".join([*spans[:_IN_ROW], *more]) or "all of it"
    return f"| {symbol} {step.action.value} | {_resource(step)} | {what} | {_means(step)} |"


def _resource(step: Step) -> str:
    through = f" (provider {code(step.provider)})" if step.provider else ""
    return f"{step.kind.noun} {code(step.name)}{through}"


def _means(step: Step) -> str:
    if step.notes:
        return "; ".join(map(prose, step.notes))
    if step.action is Action.CREATE:
        return "new, nobody uses it yet"
    only_tags = all(change.consequence is Consequence.TAGS_ONLY for change in step.changes)
    return "tags only, nobody notices" if only_tags else "in place, keeps its ARN"


def _drift(plan: Plan) -> Iterator[Section]:
    drifted = [step for step in words.by_loss(plan.steps) if step.drifted]
    if not drifted:
        return
    head = (
        "#### What changed outside (drift)\n\nChanged in the account since the last apply, not by this change, which"
        " puts it back. To keep a value, declare it, or leave it to others (`ignoreChanges`).\n\n"
        "| resource | what | in the account now | after apply |\n| --- | --- | --- | --- |\n"
    )
    rows = [row for step in drifted for row in _drift_rows(step)]
    yield Section(3, head, rows, lambda kept: f"\nand {len(rows) - kept:,} more", most=_READ)


def _drift_rows(step: Step) -> Iterator[str]:
    if step.action is Action.CREATE:
        yield f"| {_resource(step)} | all of it | is gone | made again, with a new ARN |"
        return
    for change in words.changes_of(step):
        if change.drifted:
            path = code(format_path(change.path))
            yield (
                f"| {_resource(step)} | {path} | {code(shown(change.old, _VALUE), _WIDE)} | {_after(step, change)}"
                f"{words.shared(change)} |"
            )


def _after(step: Step, change: Change) -> str:
    if step.action is Action.KEEP:
        return "stays so"
    put_back = code(shown(change.new, _VALUE), _WIDE)
    return f"{put_back}, by replacing it" if change.consequence is Consequence.REPLACE else put_back


def _extras(plan: Plan) -> Iterator[Section]:
    extras = words.open_extras(plan)
    items = [
        f"{extra.kind.value}: {noun(extra.token)} {code(extra.name)} ({code(extra.arn, _WIDE)}):"
        f" {prose(words.advice(extra))}"
        for extra in extras
    ]
    yield from _listed(5, "#### In the account besides", items, "resource")


def _listed(weight: int, head: str, items: Sequence[str], what: str) -> Iterator[Section]:
    if items:
        rows = [f"- {item}" for item in items]
        yield Section(
            weight,
            f"{head}\n\n",
            rows,
            lambda kept: f"- and {words.plural(len(rows) - kept, f'more {what}')}",
            most=_READ,
        )


def _details(plan: Plan) -> Iterator[Section]:
    steps = words.by_loss(plan.changing)
    rows = [_fold(step) for step in steps]
    if rows:
        head = f"<details><summary>Value by value: {words.plural(len(rows), 'resource')}</summary>\n\n"
        foot = "\n\n</details>"
        yield Section(9, head, rows, lambda kept: _cut_off(steps, kept), foot, between="\n\n")


def _fold(step: Step) -> str:
    title = f"{html_code(words.SYMBOLS[step.action])} {step.kind.noun} {html_code(step.name)}"
    lines = [line for change in words.changes_of(step) for line in _diff(change)]
    lines += [f"# {plain(step.arn)}"] if step.arn else []
    lines += [f"# {plain(str(step.place))}"] if step.place else []
    return f"<details><summary>{title}</summary>\n\n{fence(lines, 'diff')}\n\n</details>"


def _diff(change: Change) -> Iterator[str]:
    path = plain(format_path(change.path))
    mark = "  (drift)" if change.drifted else ""
    if change.kind is not Kind.ADD:
        yield f"- {path}: {shown(change.old, _WIDE)}{mark}"
    if change.kind is not Kind.REMOVE:
        yield f"+ {path}: {shown(change.new, _WIDE)}{mark}"
