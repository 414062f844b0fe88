"""Text to nodes that know their places: YAML as Pulumi types it, and what is no YAML at all.

Pulumi reads YAML 1.2's core schema with Go's habits (`yes` is a text, `012` is ten, a date is a text); PyYAML
reads 1.1. So PyYAML parses, and scalars are typed here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, cast

import yaml

from ivs_provider.planning.declaration import Flaw, Place
from ivs_provider.values import Path, Value

__all__ = ["DEEPEST", "Node", "parse", "plain"]

DEEPEST: Final = 100
"""So many levels a document may have."""


@dataclass(slots=True, eq=False)
class Node:
    """One node of a document.

    Args:
        value: A scalar, a list of nodes, or nodes by key.
        place: Where it begins.
        keys: Where each key of an object stands.
    """

    value: Content
    place: Place
    keys: Mapping[str, Place] = field(default_factory=dict)

    @property
    def members(self) -> Mapping[str, Node]:
        """Nodes by key; none where this is no object."""
        return self.value if isinstance(self.value, dict) else {}

    def places(self, path: Path = ()) -> Iterator[tuple[Path, Place]]:
        """Where everything below stands: a member at its key, an element where it begins."""
        if isinstance(self.value, dict):
            for key, node in self.value.items():
                yield (*path, key), self.keys.get(key, node.place)
                yield from node.places((*path, key))
        elif isinstance(self.value, list):
            for index, node in enumerate(self.value):
                yield (*path, index), node.place
                yield from node.places((*path, index))


Content: TypeAlias = "bool | int | float | str | list[Node] | dict[str, Node] | None"


def plain(node: Node) -> Value:
    """The same tree without places."""
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value


def parse(text: str, file: str, *, aliases: bool = False) -> tuple[Node | None, list[Flaw]]:
    """The document in a text, `None` where it is empty or cannot be read, and what is wrong with it.

    Args:
        text: YAML.
        file: Its name, for places.
        aliases: Whether ``*name`` may stand for what ``&name`` marks: Pulumi refuses that in programs alone.
    """
    reading = _Reading(file, aliases=aliases)
    try:
        if deep := _too_deep(text, file):
            return None, [Flaw(deep, "", (), f"is nested deeper than {DEEPEST} levels; write it flatter")]
        found = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        place = _place(file, error.problem_mark or error.context_mark)
        return None, [Flaw(place, "", (), _syntax_words(str(error.problem)))]
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        return None, [Flaw(place, "", (), "holds a character that YAML does not allow; remove it")]
    node = reading.node(found) if found else None
    return node, reading.flaws


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # which of the two is only known here
    """Leaves plain scalars untyped."""

    yaml_implicit_resolvers: Final = {None: [("!plain", re.compile(""))]}


def _place(file: str, mark: Any) -> Place:  # noqa: ANN401 - the parsers in C and in Python have marks of their own
    return Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)


def _too_deep(text: str, file: str) -> Place | None:
    """Where the first document goes deeper than may be; found without recursion, which everything after it uses."""
    levels: list[tuple[str | None, int]] = []
    """Of each collection that is open, its anchor, and the levels in it."""
    anchored: dict[str, int] = {}
    for event in yaml.parse(text, Loader=_Loader):
        inside = 0
        if isinstance(event, yaml.CollectionStartEvent):
            levels.append((event.anchor, 1))
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, inside = levels.pop()
            anchored |= {anchor: inside} if anchor else {}
        elif isinstance(event, yaml.AliasEvent):
            inside = anchored.get(event.anchor or "", 0)
        elif isinstance(event, yaml.DocumentEndEvent):
            break
        if len(levels) + inside > DEEPEST:
            return _place(file, event.start_mark)
        if levels:
            levels[-1] = (levels[-1][0], max(levels[-1][1], inside + 1))
    return None


class _Reading:
    """PyYAML's nodes to ours."""

    def __init__(self, file: str, *, aliases: bool) -> None:
        self.flaws: list[Flaw] = []
        self._file = file
        self._aliases = aliases
        self._met: dict[int, Node | None] = {}

    def node(self, raw: yaml.Node) -> Node:
        """One node with all below it."""
        place = Place(self._file, raw.start_mark.line + 1, raw.start_mark.column + 1)
        if id(raw) in self._met:
            return self._alias(raw, place)
        self._met[id(raw)] = None
        made = self._made(raw, place)
        self._met[id(raw)] = made
        return made

    def _made(self, raw: yaml.Node, place: Place) -> Node:
        if isinstance(raw, yaml.MappingNode):
            return self._object(raw, place)
        if isinstance(raw, yaml.SequenceNode):
            return Node([self.node(item) for item in raw.value], place)
        return Node(self._scalar(cast("yaml.ScalarNode", raw), place), place)

    def _alias(self, raw: yaml.Node, place: Place) -> Node:
        """What an alias stands for. Its own place is lost: PyYAML answers the marked node itself."""
        known = self._met[id(raw)]
        if self._aliases and known:
            return known
        reason = "is used through an alias (*name), which Pulumi YAML does not know; write it out"
        self.flaws.append(Flaw(place, "", (), reason))
        return Node(None, place)

    def _object(self, raw: yaml.MappingNode, place: Place) -> Node:
        members: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        for raw_key, raw_value in raw.value:
            at = Place(self._file, raw_key.start_mark.line + 1, raw_key.start_mark.column + 1)
            key = self._scalar(raw_key, at) if isinstance(raw_key, yaml.ScalarNode) else None
            if not isinstance(key, str):
                self.flaws.append(Flaw(at, "", (), "keys must be texts; quote it"))
            elif key in members:
                reason = f"{key} is there twice, first in line {keys[key].line}; rename or remove one"
                self.flaws.append(Flaw(at, "", (), reason))
            else:
                members[key], keys[key] = self.node(raw_value), at
        return Node(members, place, keys)

    def _scalar(self, raw: yaml.ScalarNode, place: Place) -> Content:
        if raw.tag == "!plain":
            return _typed(raw.value)
        if raw.tag == "tag:yaml.org,2002:str":
            return cast("str", raw.value)
        if raw.tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool"):
            return _typed(raw.value)
        tag = raw.tag.replace("tag:yaml.org,2002:", "!!")
        self.flaws.append(Flaw(place, "", (), f"the tag {tag} means nothing to Pulumi; remove it"))
        return cast("str", raw.value)


_WORDS: Final[Mapping[str, Content]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_NUMBER_STARTS: Final = frozenset("+-.0123456789")
_INTEGER: Final = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))\Z", re.ASCII)
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z", re.ASCII)
_BASES: Final = (16, 2, 8, 10)


def _typed(text: str) -> Content:
    """A plain scalar as Go's yaml.v3 types it; numbers are Pulumi's: 64 bits of floating point."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    digits = text.replace("_", "")
    whole = _INTEGER.match(digits)
    if whole:
        sign, *bases = whole.groups()
        base, said = next((base, each) for each, base in zip(bases, _BASES, strict=True) if each)
        # Decimals may be longer: they are numbers of floating point then. Python reads only so many digits as a whole.
        found = int(said, base) if len(said) <= _MOST_DIGITS else _NO_WORD
        if found < _NO_WORD:
            return int(float(-found if sign == "-" else found))
    if _FLOAT.match(digits) and math.isfinite(number := float(digits)):
        return int(number) if number.is_integer() else number
    return text


_MOST_DIGITS: Final = 64
_NO_WORD: Final = 2**64
"""What Go has no integer for."""


_SYNTAX: Final = (
    (
        "mapping values are not allowed",
        "a colon that begins a value cannot stand here; indent the key, or quote the text",
    ),
    ("could not find expected ':'", "a key without a colon; write `key: value`, or quote the text"),
    ("did not find expected key", "this does not belong to what stands above; check the indentation"),
    ("did not find expected '-' indicator", "this does not belong to the list above; check the indentation"),
    ("did not find expected ',' or", "a bracket above is not closed, or a comma is missing"),
    (
        "cannot start any token",
        "a character that cannot begin a value, often a tab or %, @ or `; use blanks, or quote it",
    ),
    ("found unexpected end of stream", "the text ends inside a quotation; close it"),
    ("found undefined alias", "an alias (*name) of what is nowhere marked (&name); write it out"),
    ("but found another document", "a second document begins here (---); Pulumi reads one"),
    (
        "found unknown escape character",
        "an escape that YAML does not know; write a backslash twice, or use single quotes",
    ),
    ("found duplicate anchor", "an anchor (&name) that is there already; rename one"),
)


def _syntax_words(problem: str) -> str:
    """What is wrong, in our own words."""
    known = (words for part, words in _SYNTAX if part in problem)
    return f"not YAML: {next(known, 'cannot be read; check indentation, colons and quotes here and above')}"
