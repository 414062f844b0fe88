"""Configuration as a program sees it: the stack's file, and what the project declares of it.

The engine hands every value over as text, and the YAML host guesses its type again: `"007"` stays a text, `"1.5"`
becomes a number. So it is here.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from ivs_provider.planning.declaration import Flaw, Place
from ivs_provider.program.builtins import go_text
from ivs_provider.program.reading import close
from ivs_provider.program.source import DEEPEST, Node, plain
from ivs_provider.values import UNKNOWN, Secret, Value, contains_unknown, reveal

__all__ = ["Settled", "settle"]

_TRUE: Final = frozenset(("t", "T", "TRUE", "true", "True"))
_FALSE: Final = frozenset(("f", "F", "FALSE", "false", "False"))
_NUMBER: Final = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\Z", re.ASCII)
_LIST: Final = re.compile(r"list<\s*(.+?)\s*>\Z")
_AUTONAMING: Final = "pulumi:autonaming"
_SECURE: Final = "secure"


@dataclass(slots=True)
class Settled:
    """The configuration of one stack.

    Args:
        texts: By whole key (``video:size``): as the engine hands it over; an encrypted one is an unknown secret.
        values: The same as a YAML program reads it; what is the project's own, without its name too.
        places: Where each is written.
        open: Whether an environment may set more than the files show.
        notes: What is unknown, and why.
        flaws: What is wrong.
    """

    texts: dict[str, Value] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    open: bool = False
    notes: list[str] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)


def settle(project: str, stack: str, declared: Mapping[str, Node], stack_file: Node | None) -> Settled:
    """The configuration of a stack.

    Args:
        project: Name of the project.
        stack: Name of the stack.
        declared: What the project (or program) declares, by key as written.
        stack_file: The stack's file; `None` where there is none.
    """
    settled = Settled()
    members = stack_file.members if stack_file else {}
    written = members.get("config")
    if written and written.value is not None and not isinstance(written.value, dict):
        settled.flaws.append(Flaw(written.place, "config", (), "must be an object"))
    if "environment" in members:
        settled.open = True
        settled.notes.append("environments (ESC) are not opened here: what they configure is unknown")
    for key, node in (written.members if written else {}).items():
        _take(settled, _whole(project, key), node)
    for key, node in declared.items():
        _declare(settled, project, stack, key, node)
    own = f"{project}:"
    settled.values |= {key.removeprefix(own): value for key, value in settled.values.items() if key.startswith(own)}
    return settled


def _whole(project: str, key: str) -> str:
    namespace, _, name = key.partition(":")
    return f"{namespace}:{name.removeprefix('config:')}" if name else f"{project}:{key}"


def _take(settled: Settled, key: str, node: Node, *, secret: bool = False) -> None:
    """One value, as the files have it."""
    secure = _is_secure(node)
    value = _opened(node)
    if key == _AUTONAMING:
        settled.notes.append(f"{key} makes names in the engine alone: here a resource has the name that it declares")
    if secure:
        settled.notes.append(f"the configuration {key} is encrypted: it is unknown here")
    settled.places[key] = node.place
    text = UNKNOWN if contains_unknown(value) else _text(value)
    meant = _meant(value) if isinstance(value, str) else value
    hidden = secure or secret
    settled.texts[key] = Secret(text) if hidden else text
    settled.values[key] = Secret(reveal(meant)) if hidden else meant


def _is_secure(node: Node) -> bool:
    if isinstance(node.value, dict):
        return node.members.keys() == {_SECURE} or any(map(_is_secure, node.value.values()))
    return isinstance(node.value, list) and any(map(_is_secure, node.value))


def _opened(node: Node) -> Value:
    """The value, unknown where it is encrypted."""
    if isinstance(node.value, dict):
        encrypted = node.members.keys() == {_SECURE}
        return UNKNOWN if encrypted else {key: _opened(item) for key, item in node.value.items()}
    if isinstance(node.value, list):
        return [_opened(item) for item in node.value]
    # JSON has no word for a number without end: the engine keeps it as Go prints it.
    return go_text(node.value) if isinstance(node.value, float) and not math.isfinite(node.value) else node.value


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, dict | list | bool) or value is None else go_text(value)


def _meant(text: str) -> Value:
    """What Pulumi's YAML host makes of a text."""
    if text.startswith("0") and len(text) > 1 and not text.startswith("0."):
        return text
    if _NUMBER.match(text) and math.isfinite(number := float(text)):
        return int(number) if number.is_integer() else number
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    try:
        meant = cast("Value", json.loads(text, parse_constant=_finite, parse_float=_finite))
    except (ValueError, RecursionError):
        return text
    return text if _is_deep(meant) else meant


def _is_deep(value: Value) -> bool:
    """Whether it is nested more deeply than a program may be; found without recursion, which all that follows uses."""
    level, depth = [value], 0
    while level and depth <= DEEPEST:
        depth += 1
        lists = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list))
        level = [item for items in lists for item in items]
    return depth > DEEPEST


def _finite(said: str) -> float:
    """A number of JSON; `NaN` and `Infinity` are Python's."""
    number = float(said)
    if not math.isfinite(number):
        raise ValueError(said)
    return number


def _declare(settled: Settled, project: str, stack: str, key: str, node: Node) -> None:
    """One declaration of the project: a default, a type, a secret."""
    whole = _whole(project, key)
    said = node.members if isinstance(node.value, dict) else {"default": node}
    secret = "secret" in said and said["secret"].value is True
    settled.flaws += [Flaw(place, key, (), reason) for place, reason in _mistyped(said)]
    if whole in settled.values:
        settled.flaws += _misfits(settled, (whole, key), said, secret=secret)
    elif fallback := said.get("default") or said.get("value"):
        _take(settled, whole, fallback, secret=secret)
    elif settled.open:
        settled.texts[whole] = settled.values[whole] = Secret(UNKNOWN) if secret else UNKNOWN
    elif whole.startswith(f"{project}:"):
        settled.values[whole] = UNKNOWN
        hint = f"pulumi config set {'--secret ' * secret}{key} VALUE, or give it a default"
        settled.flaws.append(Flaw(node.place, key, (), f"the stack {stack} does not set it; {hint}"))


def _mistyped(said: Mapping[str, Node]) -> Iterator[tuple[Place, str]]:
    """Types that nobody knows, in a declaration and in what it says of its elements."""
    node = said.get("type")
    if node:
        wanted = node.value.lower() if isinstance(node.value, str) else ""
        while inner := _LIST.match(wanted):
            wanted = inner[1]
        if wanted not in _KNOWN:
            yield node.place, f"{plain(node)} is no type of configuration; {close(wanted, _KNOWN)}"
    if "items" in said:
        yield from _mistyped(said["items"].members)


def _misfits(settled: Settled, keys: tuple[str, str], said: Mapping[str, Node], *, secret: bool) -> list[Flaw]:
    """How a value that is set differs from its declaration."""
    whole, key = keys
    value, place = settled.values[whole], settled.places.get(whole)
    found: list[Flaw] = []
    if secret and not isinstance(value, Secret):
        reason = f"is declared secret and stands in clear; pulumi config set --secret {key} VALUE"
        found.append(Flaw(place, key, (), reason))
    wanted = said["type"].value if "type" in said else None
    if isinstance(wanted, str) and not _fits(wanted.lower(), said.get("items"), reveal(value)):
        found.append(Flaw(place, key, (), f"must be of type {wanted}, as the project declares it"))
    return found


def _fits(wanted: str, items: Node | None, value: Value) -> bool:
    if value is UNKNOWN or wanted == "string":
        return not isinstance(value, dict | list)
    inner = _LIST.match(wanted)
    if inner or wanted == "array":
        element = inner[1] if inner else str(plain(items.members["type"])) if items and "type" in items.members else ""
        return isinstance(value, list) and all(not element or _fits(element, None, each) for each in value)
    kinds = _TYPES.get(wanted)
    return kinds is None or (isinstance(value, kinds) and isinstance(value, bool) <= (kinds is bool))


_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "integer": int,
    "int": int,
    "number": (int, float),
    "boolean": bool,
    "bool": bool,
    "object": dict,
}
_KNOWN: Final = ("string", "array", *_TYPES)
