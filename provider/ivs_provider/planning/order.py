"""The order of Steps: what others need comes first, deletes go the other way round. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from itertools import groupby
from typing import TypeAlias

from ivs_provider.model.schema import Shape
from ivs_provider.planning.plan import Action, Step
from ivs_provider.resources import registry

__all__ = ["ordered", "waves"]

_Key: TypeAlias = tuple[str, str, str]


def ordered(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Creates, updates and replacements after what they depend on, then deletes before it, then what is kept.

    Steps that do not depend on each other stand in the order of their URNs, so that a plan does not depend on the
    order of declarations.
    """
    everything = {_key(step): step for step in sorted(steps, key=_key)}
    forwards = [everything[key] for level in _levels(everything) for key in level]
    made = [step for step in forwards if step.action not in {Action.DELETE, Action.KEEP}]
    kept = [step for step in forwards if step.action is Action.KEEP]
    gone = [step for wave in waves(everything.values()) for step in wave]
    return (*made, *gone, *kept)


def waves(steps: Iterable[Step]) -> list[list[Step]]:
    """The deletes in groups, each to be finished before the next begins.

    What the program does not declare any more says nothing of what it depends on: there the types do.
    """
    everything = {_key(step): step for step in sorted(steps, key=_key)}
    levels = {key: number for number, level in enumerate(_levels(everything)) for key in level}
    going = [key for key, step in everything.items() if step.action is Action.DELETE]

    def turn(key: _Key) -> tuple[int, int]:
        return (-levels[key], -_ranks()[everything[key].token])

    return [
        [everything[key] for key in keys] for _, keys in groupby(sorted(going, key=lambda k: (turn(k), k)), key=turn)
    ]


def _key(step: Step) -> _Key:
    """What tells steps apart: a superseded resource has the URN of the one that stands for it."""
    return (step.provider, step.urn, step.arn if step.action is Action.DELETE else "")


def _levels(everything: dict[_Key, Step]) -> Iterator[list[_Key]]:
    by_urn = defaultdict(list)
    for key in everything:
        by_urn[key[1]].append(key)
    sorter = TopologicalSorter(
        {key: [other for urn in step.depends_on for other in by_urn[urn]] for key, step in everything.items()}
    )
    sorter.prepare()
    while sorter.is_active():
        level = sorted(sorter.get_ready())
        yield level
        sorter.done(*level)


@cache
def _ranks() -> dict[str, int]:
    """Types by what they refer to: one that refers to another has the higher rank."""
    kinds = {kind.name: kind for kind in registry().values()}
    sorter = TopologicalSorter({name: _referred(kind.shape) & kinds.keys() for name, kind in kinds.items()})
    return {kinds[name].token: rank for rank, name in enumerate(sorter.static_order())}


def _referred(shape: Shape) -> set[str]:
    """Types whose ARNs a shape takes, by the names of its members: ``storageConfigurationArn``."""
    names = {f"{name[0].upper()}{name[1:]}".removesuffix("Arn") for name in shape.inputs() if name.endswith("Arn")}
    return names.union(*(_referred(member) for member in shape.inputs().values()))
