"""The order of Steps: what others need comes first, deletes go the other way round. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter

from ivs_provider.reconcile.plan import Action, Step
from ivs_provider.values import Value, reveal

__all__ = ["named_in", "ordered"]


def ordered(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Creates, updates and replacements after what they depend on, then deletes before it, then what is kept.

    Steps that do not depend on each other stand in the order of their URNs, so that a plan does not depend on the
    order of declarations.
    """
    everything = {_key(step): step for step in sorted(steps, key=_key)}
    needs = {key: [other for other in everything if other[1] in step.depends_on] for key, step in _linked(everything)}
    levels = list(_levels({key: needs.get(key, []) for key in everything}))
    forwards = [everything[key] for level in levels for key in level]
    made = [step for step in forwards if step.action not in {Action.DELETE, Action.KEEP}]
    gone = [everything[key] for level in reversed(levels) for key in level if everything[key].action is Action.DELETE]
    kept = [step for step in forwards if step.action is Action.KEEP]
    return (*made, *gone, *kept)


def named_in(value: Value) -> Iterator[str]:
    """Every text in a tree: where a resource holds the ARN of another one, it depends on it."""
    opened = reveal(value)
    if isinstance(opened, dict | list):
        for item in opened.values() if isinstance(opened, dict) else opened:
            yield from named_in(item)
    elif isinstance(opened, str):
        yield opened


def _key(step: Step) -> tuple[str, str, str]:
    """What tells steps apart: a superseded resource has the URN of the one that stands for it."""
    return (step.provider, step.urn, step.arn if step.action is Action.DELETE else "")


def _linked(everything: Mapping[tuple[str, str, str], Step]) -> list[tuple[tuple[str, str, str], Step]]:
    return [(key, step) for key, step in everything.items() if step.depends_on]


def _levels(needs: Mapping[tuple[str, str, str], list[tuple[str, str, str]]]) -> Iterator[list[tuple[str, str, str]]]:
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    while sorter.is_active():
        level = sorted(sorter.get_ready())
        yield level
        sorter.done(*level)
