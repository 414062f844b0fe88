"""Runs a program whose configuration is encrypted twice at a time, with two stand-ins: what differs is made of them.

A stand-in cannot be followed through a program: of `key.upper()[:4]` nothing tells what it was made of, unless the same
program makes something else of another stand-in. So both runs only look, with what is known by then; what both declare
alike and has all that it needs is registered once, and the next two runs are answered with it, until nothing is left.
Whatever differs is unknown. (What a program makes of a random number or of the time differs as well.)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol, TypeAlias

from ivs_provider.planning.declaration import (
    Flaw,
    Invoke,
    ProviderArguments,
    Ran,
    Register,
    Resource,
    Unregistered,
)
from ivs_provider.values import UNKNOWN, Declared, Problem, Secret, Tree, Value, contains_unknown, reveal

__all__ = ["Once", "ran_twice", "veiled"]

_SHOWN: Final = "[encrypted]"
_HIDDEN: Final = Secret(UNKNOWN)
_TODO: Final = "depend{} on encrypted configuration (or on chance), and ivs does not know it; use pulumi up"
_STAND_INS: Final = ("k3bm0fa2lhdc1egj4ikbmf0", "T7ZNQ6WXS8PUVO5RYN9QZTXW6SPU5VORY8NXQWZT9")
"""No letter and no digit in both, and two lengths: so that parts, letters in another case and counts differ, too."""
_Call: TypeAlias = tuple[str, str, str]


class Once(Protocol):
    """Runs the program once."""

    def __call__(self, register: Register, invoke: Invoke, stand_in: str, *, quiet: bool) -> Ran:
        """Run it, with a text in the place of what is encrypted."""
        ...


@dataclass
class _Seen:
    """What one run declared.

    Args:
        resources: By URN, in order.
        calls: Functions that were to be run, which is not done yet.
        ran: What else came of it.
    """

    resources: dict[str, Resource] = field(default_factory=dict)
    calls: dict[_Call, tuple[str, Tree, ProviderArguments]] = field(default_factory=dict)
    ran: Ran = field(default_factory=Ran)


@dataclass
class _Twice:
    """The runs of one program.

    Args:
        once: Runs it.
        register: Takes resources.
        invoke: Runs functions.
        answers: What was registered, by URN, with its outputs; `None` where it could not be had.
        answered: What functions answered.
    """

    once: Once
    register: Register
    invoke: Invoke
    answers: dict[str, Tree | None] = field(default_factory=dict)
    answered: dict[_Call, Tree | list[Problem]] = field(default_factory=dict)

    def ran(self, workers: int) -> Ran:
        """Run until nothing new comes."""
        heard = False
        while True:
            one, other = self._look(0, quiet=heard), self._look(1, quiet=True)
            heard = True
            if self._call(one, other):
                continue
            flaws = one.ran.flaws or other.ran.flaws or tuple(_differing(one, other))
            if flaws or not self._register(one, other, workers):
                return _both(one.ran, other.ran, flaws)

    def _look(self, which: int, *, quiet: bool) -> _Seen:
        seen = _Seen()

        def register(resource: Resource) -> Tree:
            seen.resources[resource.urn] = resource
            answer = self.answers.get(resource.urn, {})
            if answer is None:
                raise Unregistered
            return answer

        def invoke(name: str, arguments: Tree, provider: ProviderArguments) -> Tree | list[Problem]:
            call = (name, provider.name, json.dumps(reveal(arguments), sort_keys=True))
            if call not in self.answered:
                seen.calls[call] = (name, arguments, provider)
            return self.answered.get(call, {})

        stand_in = _STAND_INS[which]
        ran = self.once(register, invoke, stand_in, quiet=quiet)
        masked = (replace(flaw, reason=flaw.reason.replace(stand_in, _SHOWN)) for flaw in ran.flaws)
        seen.ran = replace(ran, flaws=tuple(masked))
        return seen

    def _call(self, one: _Seen, other: _Seen) -> bool:
        """Run the functions that both call alike; whether there was one."""
        alike = {call: what for call, what in one.calls.items() if call in other.calls}
        for call, (name, arguments, provider) in alike.items():
            merged = _merged_provider(provider, other.calls[call][2])
            self.answered[call] = (
                {} if contains_unknown(dict(merged.arguments)) else self.invoke(name, arguments, merged)
            )
        return bool(alike)

    def _register(self, one: _Seen, other: _Seen, workers: int) -> bool:
        """Register what has all that it needs; whether there was something."""
        ready = [
            _merged_resource(resource, other.resources[urn])
            for urn, resource in one.resources.items()
            if urn not in self.answers and all(need in self.answers for need in resource.options.depends_on)
        ]

        def take(resource: Resource) -> Tree | None:
            try:
                return self.register(resource)
            except Unregistered:
                return None

        if workers == 1:
            taken = list(map(take, ready))
        else:
            with ThreadPoolExecutor(workers, "registers") as pool:
                taken = list(pool.map(take, ready))
        self.answers |= {resource.urn: outputs for resource, outputs in zip(ready, taken, strict=True)}
        return bool(ready)


def ran_twice(once: Once, register: Register, invoke: Invoke, *, workers: int) -> Ran:
    """Run a program, with what is made of its encrypted configuration unknown.

    Args:
        once: Runs it once, and may be called any number of times.
        register: Who takes the resources; each comes once.
        invoke: Who runs functions; each comes once.
        workers: How many resources may be registered at once.
    """
    return _Twice(once, register, invoke).ran(workers)


def veiled(value: Value) -> Value:
    """The same tree with each text unknown in which a stand-in stands whole.

    What a module of somebody else's has kept since the first run is alike in both.
    """
    if isinstance(value, str):
        return _HIDDEN if any(each in value for each in _STAND_INS) else value
    if isinstance(value, Secret):
        return Secret(reveal(veiled(value.value)))
    if isinstance(value, dict):
        return {key: veiled(item) for key, item in value.items()}
    return [veiled(item) for item in value] if isinstance(value, list) else value


def _differing(one: _Seen, other: _Seen) -> Iterator[Flaw]:
    """What cannot be left unknown."""
    for urn in one.resources.keys() ^ other.resources.keys():
        resource = one.resources.get(urn) or other.resources[urn]
        yield Flaw(resource.place, "", (), f"which resources there are {_TODO.format('s')}")
    for urn in one.resources.keys() & other.resources.keys():
        first, second = one.resources[urn], other.resources[urn]
        if veiled(urn) is _HIDDEN:
            yield Flaw(first.place, "", (), f"the name of a resource {_TODO.format('s')}")
        if first.options != second.options or first.provider.name != second.provider.name:
            yield Flaw(first.place, first.name, (), f"its options {_TODO.format('')}")


def _both(one: Ran, other: Ran, flaws: tuple[Flaw, ...]) -> Ran:
    return Ran(
        outputs=_merged_members(one.outputs, other.outputs),
        foreign=tuple(each for each in one.foreign if each in other.foreign),
        notes=tuple(note for note in one.notes if note in other.notes),
        flaws=flaws,
        functions=one.functions | other.functions,
    )


def _merged_resource(one: Resource, other: Resource) -> Resource:
    declared = Declared(_merged_members(one.declared, other.declared))
    return replace(one, declared=declared, provider=_merged_provider(one.provider, other.provider))


def _merged_provider(one: ProviderArguments, other: ProviderArguments) -> ProviderArguments:
    return replace(one, arguments=_merged_members(one.arguments, other.arguments))


def _merged_members(one: Mapping[str, Any], other: Mapping[str, Any]) -> Tree:
    """Two objects of which each member counts for itself: one that only one of them has is unknown."""
    return {key: _merged(one[key], other[key]) if key in one and key in other else _HIDDEN for key in {**one, **other}}


def _merged(one: Value, other: Value) -> Value:
    """What two runs say alike; what they do not is a secret that nobody knows."""
    match one, other:
        case Secret(), Secret():
            return Secret(reveal(_merged(one.value, other.value)))
        case dict(), dict() if one.keys() == other.keys():
            return {key: _merged(one[key], other[key]) for key in one}
        case list(), list() if len(one) == len(other):
            return [_merged(mine, theirs) for mine, theirs in zip(one, other, strict=True)]
    return one if type(one) is type(other) and one == other else _HIDDEN
