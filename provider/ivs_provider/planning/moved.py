"""What differs between a Plan that was kept and one made just now: may the kept one still be carried out? Pure.

A step that is done by now, all or in part, is no difference: an interrupted apply is run again with the same file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from ivs_provider.planning.plan import Action, ExtraKind, Plan, Step
from ivs_provider.planning.secrecy import sealed
from ivs_provider.planning.showing import called, plain, shown
from ivs_provider.reconcile.compare import Change
from ivs_provider.values import UNKNOWN, Absent, Path, Value, contains_unknown, format_path

__all__ = ["moved"]

_Key: TypeAlias = tuple[str, str]
"""URN, and the ARN of what is deleted: what an interrupted replacement left is deleted under its successor's URN."""
_LEFT: Final = "the account has moved: what is left to others (ignoreChanges) is not what it was"
_EDITED: Final = "the program declares something else than when the plan was made"


def moved(planned: Plan, fresh: Plan) -> list[str]:
    """What keeps a plan from being carried out as it is, one line each; nothing where it still holds.

    Args:
        planned: The plan that was kept.
        fresh: The one that the same command makes now.
    """
    return list(_lines(sealed(planned), sealed(fresh)))


def _lines(planned: Plan, fresh: Plan) -> Iterator[str]:
    for what in ("project", "stack", "region"):
        then, now = getattr(planned, what), getattr(fresh, what)
        if then != now:
            yield f"the plan was made for {what} {then or 'unknown'}, this is {now or 'unknown'}"
    # An empty account does not say which it is; a plan that deletes may have emptied it.
    emptied = not fresh.account and any(step.delete_first or step.action is Action.DELETE for step in planned.steps)
    if planned.account and planned.account != fresh.account and not emptied:
        yield f"the plan was made for account {planned.account}, this is {fresh.account or 'another, or emptied since'}"
    planned_alike = {extra.arn for extra in planned.extras if extra.kind is ExtraKind.ADOPTABLE}
    planned_alike |= {step.arn for step in planned.steps if step.retained}  # nobody's, once it is replaced
    for extra in fresh.extras:
        if extra.kind is ExtraKind.ADOPTABLE and extra.arn not in planned_alike:
            yield f"the account has moved: {called(extra)} looks like what is declared, and the plan does not know it"
    before, after = _by_key(planned), _by_key(fresh)
    replaced = {step.arn for step in planned.steps if step.action is Action.REPLACE}
    for key in dict.fromkeys([*before, *after]):
        then_, now_ = before.get(key), after.get(key)
        if then_ is None and now_ is not None and now_.action is Action.DELETE and now_.arn in replaced:
            continue  # the old one of a replacement that was interrupted
        yield from _step_lines(then_, now_)


def _by_key(plan: Plan) -> Mapping[_Key, Step]:
    return {(step.urn, step.arn if step.action is Action.DELETE else ""): step for step in plan.steps}


def _step_lines(then: Step | None, now: Step | None) -> Iterator[str]:
    if then is None or now is None:
        yield from _single_lines(then, now)
    elif then.action is Action.DELETE:
        return
    elif not _same_program(then, now):
        yield f"{_LEFT if _says_the_same(then, now) else _EDITED}: {called(then)}"
    elif now.action is not Action.KEEP:
        yield from _account_lines(then, now)


def _single_lines(then: Step | None, now: Step | None) -> Iterator[str]:
    """What only one of the plans has."""
    if now and now.action is Action.DELETE:
        yield f"the account has moved: {called(now)} would be deleted now, and the plan does not say so"
    elif now:
        yield f"{_EDITED}: {called(now)} is new"
    elif then and then.action is not Action.DELETE:
        yield f"{_EDITED}: {called(then)} is not declared any more"


def _same_program(then: Step, now: Step) -> bool:
    """Whether the program says the same; what was not known when the plan was made may be known by now."""
    if contains_unknown(then.inputs):
        return _agree(then.inputs, now.inputs) or now.action is Action.KEEP
    unseen = Action.KEEP in {then.action, now.action}  # what is kept has no inputs in a plan
    return _says_the_same(then, now) and (unseen or _agree(then.inputs, now.inputs))


def _says_the_same(then: Step, now: Step) -> bool:
    return then.fingerprint == now.fingerprint and then.provider == now.provider


def _agree(then: Value | Absent, now: Value | Absent) -> bool:
    if then is UNKNOWN:
        return not isinstance(now, Absent)
    if isinstance(then, dict) and isinstance(now, dict):
        return then.keys() == now.keys() and all(_agree(then[key], now[key]) for key in then)
    if isinstance(then, list) and isinstance(now, list):
        return len(then) == len(now) and all(map(_agree, then, now))
    return then == now and type(then) is type(now)


def _account_lines(then: Step, now: Step) -> Iterator[str]:
    """Same program, and something is to be done: is it what the plan says?"""
    if now.action is Action.CREATE:
        if then.action is not Action.CREATE and not (then.action is Action.REPLACE and then.delete_first):
            yield f"the account has moved: {called(then)} is gone"
        return
    if now.arn != then.arn:
        there = f"the account has moved: {called(now)} is there now"
        yield there if not then.arn else f"{there}, the plan is about {then.arn}"
        return
    planned = {change.path: change for change in then.changes}
    found = [_found(planned, change, now) for change in now.changes if not _foreseen(planned.get(change.path), change)]
    yield from found
    if not found and then.action is now.action and _way(then) != _way(now):
        yield f"{_EDITED}, in its options: {called(now)}"
    elif not found and then.action is not now.action:
        yield f"the account has moved: the plan says {then.action.value} of {called(now)}, now it is {now.action.value}"


def _way(step: Step) -> tuple[Action, bool, bool]:
    return step.action, step.delete_first, step.retained


def _foreseen(then: Change | None, now: Change) -> bool:
    return then is not None and _agree(then.old, now.old) and _agree(then.new, now.new)


def _found(planned: Mapping[Path, Change], change: Change, step: Step) -> str:
    then = planned.get(change.path)
    was = f", was {shown(then.old)}" if then and not _agree(then.old, change.old) else ""
    return f"the account has moved: {plain(format_path(change.path))} of {called(step)} is now {shown(change.old)}{was}"
