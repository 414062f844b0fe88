"""What all ways of showing a Plan say alike: symbols, counts, what is to be done about what nobody declares."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ivs_provider.planning.meaning import loses
from ivs_provider.planning.plan import Action, Extra, ExtraKind, Plan, Step
from ivs_provider.planning.secrecy import guarded
from ivs_provider.planning.showing import shown
from ivs_provider.reconcile import cost
from ivs_provider.reconcile.compare import Change, Consequence, Kind
from ivs_provider.values import ABSENT, Path, Value

__all__ = [
    "KIND_SYMBOLS",
    "ORDER",
    "SYMBOLS",
    "advice",
    "by_loss",
    "calls_and_time",
    "changes_of",
    "counted",
    "difference",
    "duration",
    "nothing",
    "open_extras",
    "plural",
    "shared",
]

SYMBOLS: Final[Mapping[Action, str]] = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.REPLACE: "+-",
    Action.DELETE: "-",
    Action.KEEP: " ",
}
KIND_SYMBOLS: Final[Mapping[Kind, str]] = {Kind.ADD: "+", Kind.UPDATE: "~", Kind.REMOVE: "-"}
ORDER: Final = (Action.CREATE, Action.UPDATE, Action.REPLACE, Action.DELETE)
_ADVICE: Final[Mapping[ExtraKind, str]] = {
    ExtraKind.UNDECLARED: "has the stack's tags and is not declared: declare it again, or ivs apply --prune deletes it",
    ExtraKind.SUPERSEDED: "carries the tags of a declared resource that another one stands for: it is left alone",
    ExtraKind.PENDING: "pulumi made it, and it is not declared: run pulumi up there; what an interrupted run has left"
    " unrecorded, ivs apply --prune deletes",
    ExtraKind.ADOPTABLE: "carries no stack's tags and looks like what is declared: ivs adopt takes it over",
    ExtraKind.RETAINED: "would be deleted, and stays because the program says so (retainOnDelete)",
}
_MINUTE: Final = 60
_FEW_SECONDS: Final = 10


def plural(number: int, word: str) -> str:
    """A number and its word: ``1 stage``, ``2 stages``."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def counted(steps: Iterable[Step], form: str = "{number:,} to {action}") -> str:
    """How much of what is done: ``400 to create, 37 to update``; by another form ``400 created, 37 updated``."""
    numbers = Counter(step.action for step in steps)
    present = (action for action in ORDER if numbers[action])
    return ", ".join(form.format(number=numbers[action], action=action.value) for action in present)


def nothing(plan: Plan) -> str:
    """What is said of a plan that does nothing, after "Nothing to do"."""
    kept = len(plan.steps) - len(plan.unadopted)
    told = [f"{plural(kept, 'resource')} as declared"] if kept else []
    if plan.unadopted:
        told.append(f"{len(plan.unadopted):,} to adopt before that: ivs adopt")
    return ", ".join(told)


def by_loss(steps: Iterable[Step]) -> list[Step]:
    """The same steps, those first by which something is lost."""
    weights = {Action.DELETE: 0, Action.REPLACE: 1, Action.UPDATE: 2, Action.CREATE: 3, Action.KEEP: 4}
    return sorted(steps, key=lambda step: (not loses(step), weights[step.action]))


def advice(extra: Extra) -> str:
    """What an extra is and what to do about it."""
    said = "is deleted by this plan" if extra.deleted else _ADVICE[extra.kind]
    return f"{said}; {extra.note}" if extra.note else said


def open_extras(plan: Plan) -> list[Extra]:
    """The extras that no step of the plan tells of already."""
    told = {step.arn for step in plan.steps if step.action is Action.DELETE}
    return [extra for extra in plan.extras if extra.arn not in told]


def calls_and_time(plan: Plan) -> str:
    """What a plan costs: ``12 calls (CreateStage 10, TagResource 2), about 2 s at the pace of AWS's quotas``."""
    calls = plan.calls
    if not calls:
        return "no calls"
    parts = ", ".join(f"{name} {number:,}" for name, number in sorted(calls.items(), key=lambda pair: -pair[1]))
    seconds = cost.seconds(calls, plan.rates)
    return f"{plural(calls.total(), 'call')} ({parts}), {duration(seconds)} at the pace of AWS's quotas"


def duration(seconds: float) -> str:
    """A time to wait, as a person says it."""
    whole = math.ceil(seconds)
    if whole <= 1:
        return "about a second"
    minutes, rest = divmod(whole, _MINUTE)
    if not minutes:
        return f"about {whole} s"
    return f"about {minutes} min" if rest < _FEW_SECONDS else f"about {minutes} min {rest} s"


def changes_of(step: Step) -> list[Change]:
    """What to show of a step, secrets hidden: its changes; of a create what it sets, where nothing else is said."""
    if step.changes or step.action is not Action.CREATE:
        return list(guarded(step))
    return [
        Change(path=path, kind=Kind.ADD, old=ABSENT, new=value, consequence=Consequence.IN_PLACE)
        for path, value in _leaves(step.inputs)
    ]


def shared(change: Change) -> str:
    """What is said of a difference that the account and the program both have a part in."""
    return " (the program was edited there too)" if change.drifted and change.edited else ""


def difference(change: Change, longest: int | None = 80) -> str:
    """From what to what: ``"hall" => "main-hall"``; an added or removed value alone."""
    if change.kind is Kind.ADD:
        return shown(change.new, longest)
    if change.kind is Kind.REMOVE:
        return shown(change.old, longest)
    return f"{shown(change.old, longest)} => {shown(change.new, longest)}"


def _leaves(tree: Mapping[str, Value], path: Path = ()) -> Iterator[tuple[Path, Value]]:
    for key, value in tree.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key), value
