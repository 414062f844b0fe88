"""Expressions to values. What is computed from a secret is secret, what is computed from an unknown is unknown.

What is wrong becomes a flaw at its place, and unknown: so everything else is still looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

from ivs_provider.planning.declaration import Flaw, Place
from ivs_provider.program.builtins import BUILTINS, UNSUPPORTED, Builtin, ReadFile, Wrong, go_text, kind_of
from ivs_provider.program.expression import (
    Call,
    Expression,
    Invocation,
    Literal,
    Many,
    Members,
    Reference,
    Text,
)
from ivs_provider.program.strangers import Budget
from ivs_provider.values import (
    UNKNOWN,
    Path,
    Problem,
    Secret,
    Tree,
    Unknown,
    Value,
    contains_unknown,
    reveal,
    secret_paths,
)

__all__ = ["Bound", "Evaluation", "Flawed", "World"]


@dataclass(frozen=True, slots=True)
class Bound:
    """What a name stands for.

    Args:
        value: Its value; of a resource, its outputs.
        missing: What a member is that is not there.
    """

    value: Value
    missing: Value = None


@dataclass(frozen=True, slots=True)
class Flawed:
    """A function's answer: its arguments are wrong."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class World:
    """What expressions may reach.

    Args:
        bound: What a name stands for.
        resources: Name and type of each resource, by its key.
        read: Reads a file.
        invoke: Runs a function, where it can be run.
        budget: For a stranger's expressions.
    """

    bound: Callable[[str], Bound]
    resources: Callable[[str], tuple[str, str]]
    read: ReadFile
    invoke: Callable[[Invocation, Tree, Evaluation], Value | Flawed]
    budget: Budget | None = None


class Evaluation:
    """The evaluation of what belongs to one resource, variable or output.

    Args:
        world: What may be reached.
        subject: Whose expressions these are.
    """

    def __init__(self, world: World, subject: str) -> None:
        self.flaws: list[Flaw] = []
        self.notes: list[str] = []
        self.subject = subject
        self._world = world

    def flaw(self, place: Place, reason: str, path: Path = ()) -> None:
        """Note what is wrong."""
        self.flaws.append(Flaw(place, self.subject, path, reason))

    def value(self, expression: Expression) -> Value:
        """What an expression means."""
        try:
            return _RULES[type(expression)](self, expression)
        except Wrong as wrong:
            self.flaw(expression.place, str(wrong))
            return UNKNOWN

    def _spent(self, value: Value) -> Value:
        return self._world.budget.spend(value) if self._world.budget else value

    def _reached(self, reference: Reference) -> Value:
        bound = self._world.bound(reference.root)
        value, hidden = bound.value, False
        for depth, key in enumerate(reference.keys):
            if isinstance(value, Secret):
                value, hidden = value.value, True
            if isinstance(value, Unknown):
                break
            if isinstance(value, dict) and isinstance(key, str):
                value = value.get(key, bound.missing)
            elif isinstance(value, list) and isinstance(key, int) and key < len(value):
                value = value[key]
            else:
                if hidden:
                    raise Wrong(_HIDDEN)
                said = Reference(reference.root, reference.keys[:depth], reference.place)
                raise Wrong(f"{said} {_unreachable(value, key)}")
        spent = self._spent(value)  # before it is copied
        return Secret(reveal(spent)) if hidden else spent

    def _text(self, text: Text) -> Value:
        parts = [part if isinstance(part, str) else self.value(part) for part in text.parts]
        return self._spent(_lifted(parts, lambda known: "".join(map(go_text, known))))

    def _many(self, many: Many) -> Value:
        return [self.value(item) for item in many.items]

    def _members(self, members: Members) -> Value:
        keys = [self._key(key) for key, _ in members.entries]
        values = [self.value(value) for _, value in members.entries]
        plain = [key for key in keys if isinstance(key, str)]
        return dict(zip(plain, values, strict=True)) if len(plain) == len(keys) else UNKNOWN

    def _key(self, expression: Expression) -> Value:
        key = self.value(expression)
        if isinstance(key, Secret):  # it would stand in paths, of changes and of errors
            reason = "a key cannot be a secret: keys are shown where values are masked; give the secret as a value"
            self.flaw(expression.place, reason)
        elif not isinstance(key, str | Unknown):
            self.flaw(expression.place, f"a key must be a text, not {kind_of(key)}")
        return key

    def _call(self, call: Call) -> Value:
        return self._spent(self._answer(call))

    def _answer(self, call: Call) -> Value:
        if call.name in UNSUPPORTED:
            self.notes.append(f"{call.place}: {UNSUPPORTED[call.name]}; what it answers is unknown here")
            return UNKNOWN
        special = _SPECIAL.get(call.name)
        if special:
            return special(self, call)
        builtin = BUILTINS[call.name]
        run = self._read(builtin.run) if builtin.reads else self._computed(builtin)
        return _lifted([self.value(argument) for argument in call.arguments], run)

    def _computed(self, builtin: Builtin) -> Callable[[list[Value]], Value]:
        budget = self._world.budget

        def run(known: list[Value]) -> Value:
            return builtin.run(*known) if budget is None or budget.affords(builtin, known) else UNKNOWN

        return run

    def _read(self, run: Callable[..., Value]) -> Callable[[list[Value]], Value]:
        def read(known: list[Value]) -> Value:
            [path] = known
            if not isinstance(path, str):
                raise Wrong(f"the path of a file must be a text, not {kind_of(path)}")
            return run(self._world.read(path))

        return read

    def _secret(self, call: Call) -> Value:
        return Secret(reveal(self.value(call.arguments[0])))

    def _unsecret(self, call: Call) -> Value:
        value = self.value(call.arguments[0])
        if self._world.budget is None:
            return reveal(value)
        self.notes.append(f"{call.place}: fn::unsecret opens nothing here: what is secret in a declaration stays so")
        return value

    def _select(self, call: Call) -> Value:
        """The element itself: that another one is unknown or secret does not matter."""
        index, many = map(self.value, call.arguments)
        if isinstance(many, list) and isinstance(index, int):
            return BUILTINS["select"].run(index, many)
        return _lifted([index, many], lambda known: BUILTINS["select"].run(*known))

    def _of_resource(self, call: Call) -> Value:
        [resource] = call.arguments
        name, token = self._world.resources(resource.root if isinstance(resource, Reference) else "")
        return name if call.name == "pulumiresourcename" else token

    def _entry(self, call: Call) -> Value:
        key, value = self._key(call.arguments[0]), self.value(call.arguments[1])
        return {key: value} if isinstance(key, str) else UNKNOWN

    def _invoked(self, invocation: Invocation) -> Value:
        arguments = self.value(invocation.arguments)
        opened = arguments.value if isinstance(arguments, Secret) else arguments
        if not isinstance(opened, dict):
            return UNKNOWN
        result = self._world.invoke(invocation, opened, self)
        if isinstance(result, Flawed):
            for problem in result.problems:
                self.flaw(_place_of(invocation.arguments, problem.path), problem.reason, problem.path)
            return UNKNOWN
        inner = result.value if isinstance(result, Secret) else result
        wanted = inner.get(invocation.returned) if invocation.returned and isinstance(inner, dict) else inner
        hidden = isinstance(result, Secret) or secret_paths(arguments)
        return Secret(reveal(wanted)) if hidden else wanted


_HIDDEN: Final = "cannot take this secret; look at its type and form"

_RULES: Final[dict[type, Callable[[Evaluation, Any], Value]]] = {
    Call: Evaluation._call,  # noqa: SLF001 - a table of this class's own methods
    Invocation: Evaluation._invoked,  # noqa: SLF001 - as above
    Literal: lambda _, literal: cast("Value", literal.value),
    Many: Evaluation._many,  # noqa: SLF001 - as above
    Members: Evaluation._members,  # noqa: SLF001 - as above
    Reference: Evaluation._reached,  # noqa: SLF001 - as above
    Text: Evaluation._text,  # noqa: SLF001 - as above
}

_SPECIAL: Final[dict[str, Callable[[Evaluation, Call], Value]]] = {
    "secret": Evaluation._secret,  # noqa: SLF001 - as above
    "unsecret": Evaluation._unsecret,  # noqa: SLF001 - as above
    "select": Evaluation._select,  # noqa: SLF001 - as above
    "entry": Evaluation._entry,  # noqa: SLF001 - as above
    "pulumiresourcename": Evaluation._of_resource,  # noqa: SLF001 - as above
    "pulumiresourcetype": Evaluation._of_resource,  # noqa: SLF001 - as above
    "unknown": lambda *_: UNKNOWN,
    "hidden": lambda *_: Secret(UNKNOWN),
}


def _lifted(arguments: list[Value], run: Callable[[list[Value]], Value]) -> Value:
    """The result, unknown where an argument is, secret where one is."""
    hidden = any(secret_paths(argument) for argument in arguments)
    try:
        unknown = any(map(contains_unknown, arguments))
        result = UNKNOWN if unknown else run([reveal(argument) for argument in arguments])
    except Wrong:
        if hidden:
            raise Wrong(_HIDDEN) from None
        raise
    return Secret(result) if hidden else result


def _unreachable(value: Value, key: str | int) -> str:
    if isinstance(value, list):
        return f"has {len(value)} elements, no [{key}]" if isinstance(key, int) else f"is a list, it has no {key}"
    return f"is {kind_of(value)}, it has no {key if isinstance(key, str) else f'[{key}]'}"


def _place_of(members: Members, path: Path) -> Place:
    """Where the argument stands that a problem is about."""
    said = [value.place for key, value in members.entries if path and isinstance(key, Literal) and key.value == path[0]]
    return said[0] if said else members.place
