"""The expressions of a program: what is written where a value is wanted. Plain data; `evaluation` gives them values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from ivs_provider.planning.declaration import Place
from ivs_provider.values import Path, Value

__all__ = ["Call", "Expression", "Invocation", "Literal", "Many", "Members", "Reference", "Text", "references"]

_NAME: Final = re.compile(r"[A-Za-z_][\w-]*\Z")


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as it stands."""

    value: Value
    place: Place


@dataclass(frozen=True, slots=True)
class Reference:
    """``${root.key[0]}``: what a name stands for, and what is wanted of it."""

    root: str
    keys: Path
    place: Place

    def __str__(self) -> str:
        """As it is written."""
        return f"${{{''.join(map(_accessor, (self.root, *self.keys))).removeprefix('.')}}}"


def _accessor(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    quoted = key.replace('"', '\\"')
    return f".{key}" if _NAME.match(key) else f'["{quoted}"]'


@dataclass(frozen=True, slots=True)
class Text:
    """Text with references in it."""

    parts: tuple[str | Reference, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Many:
    """A list."""

    items: tuple[Expression, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Members:
    """An object; its keys are expressions too."""

    entries: tuple[tuple[Expression, Expression], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Call:
    """``fn::name``: a built-in with its arguments."""

    name: str
    arguments: tuple[Expression, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Invocation:
    """``fn::invoke``: a function of a provider.

    Args:
        function: Its name without the package (``getStage``); the whole token where it is another provider's.
        arguments: What it is given.
        returned: The member of its result that is wanted; empty for the whole.
        provider: An explicit provider, where one is named.
        after: What must come first.
        place: Where it stands.
    """

    function: str
    arguments: Members
    returned: str
    provider: Reference | None
    after: tuple[Expression, ...]
    place: Place


Expression: TypeAlias = Literal | Reference | Text | Many | Members | Call | Invocation


def references(expression: Expression) -> Iterator[Reference]:
    """Every reference in an expression."""
    match expression:
        case Reference():
            yield expression
        case Text():
            yield from (part for part in expression.parts if isinstance(part, Reference))
        case Many():
            yield from _all(expression.items)
        case Members():
            yield from _all(side for entry in expression.entries for side in entry)
        case Call():
            yield from _all(expression.arguments)
        case Invocation():
            options = (expression.provider,) if expression.provider else ()
            yield from _all((expression.arguments, *options, *expression.after))
        case Literal():
            pass


def _all(expressions: Iterable[Expression]) -> Iterator[Reference]:
    for each in expressions:
        yield from references(each)
