"""The values that flow between a program, the record and the account.

A *value* is JSON as Python knows it, plus two things that JSON has not: `UNKNOWN`, which a preview cannot know
yet, and `Secret`, which must never be printed. Trees of values are plain dictionaries and lists; nothing here
changes one in place.

Paths name one place in a tree: ``("video", "width")``, ``("storage", 0)``. They are written as Pulumi writes
them: ``video.width``, ``storage[0]``, ``tags["a b"]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NewType, TypeAlias, final

__all__ = [
    "ABSENT",
    "UNKNOWN",
    "Absent",
    "Declared",
    "Desired",
    "Observed",
    "Path",
    "Problem",
    "Recorded",
    "Secret",
    "Tree",
    "Unknown",
    "Value",
    "at",
    "conceal",
    "concealed",
    "contains_unknown",
    "format_path",
    "masked",
    "parse_path",
    "reveal",
    "secret_paths",
    "secret_texts",
]

Path: TypeAlias = tuple[str | int, ...]
"""Keys and indices from the root of a tree to one place in it."""


@final
class Unknown:
    """The one value that a preview cannot know yet."""

    __slots__ = ()

    def __repr__(self) -> str:
        """How it shows in messages."""
        return "unknown"


@final
class Absent:
    """What stands at a path that a tree does not have (``None`` is a value: JSON's null)."""

    __slots__ = ()

    def __repr__(self) -> str:
        """How it shows in messages."""
        return "absent"


UNKNOWN: Final = Unknown()
ABSENT: Final = Absent()


@final
@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A value that must not be shown: equal to another secret of the same value, silent when printed."""

    value: Value

    def __repr__(self) -> str:
        """Never the value."""
        return "[secret]"


Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | Unknown | Secret | None"
Tree: TypeAlias = "dict[str, Value]"

# Five kinds of tree that look alike and must not be swapped (docs/design, "The words").
Declared = NewType("Declared", "dict[str, Value]")
"""What the program says, as written; may hold unknowns and secrets."""
Desired = NewType("Desired", "dict[str, Value]")
"""Declared after checking: valid, with the provider's default tags, not filled with the service's defaults."""
Recorded = NewType("Recorded", "dict[str, Value]")
"""What the engine stored at the last apply or refresh: old inputs, or old outputs."""
Observed = NewType("Observed", "dict[str, Value]")
"""What AWS says now, normalised, without the tags that are ours."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one place of an input, and what to do about it."""

    path: Path
    reason: str

    def __str__(self) -> str:
        """One line: the place, then the reason."""
        return f"{format_path(self.path)}: {self.reason}" if self.path else self.reason


_PLAIN_KEY = re.compile(r"[A-Za-z_$][\w$]*\Z")
_PATH_TOKEN = re.compile(r'\.?([^.\[\]"]+)|\[(\d+|\*)\]|\["((?:[^"\\]|\\.)*)"\]')


def format_path(path: Path) -> str:
    """Write a path as Pulumi writes property paths."""
    text = ""
    for key in path:
        if isinstance(key, int):
            text += f"[{key}]"
        elif _PLAIN_KEY.match(key):
            text += f".{key}" if text else key
        else:
            escaped = key.replace("\\", "\\\\").replace('"', '\\"')
            text += f'["{escaped}"]'
    return text


def parse_path(text: str) -> Path:
    """Read a Pulumi property path; ``*`` stays as the key ``"*"``, which matches every key.

    Raises:
        ValueError: The text is no property path.
    """
    keys: list[str | int] = []
    position = 0
    while position < len(text):
        match = _PATH_TOKEN.match(text, position)
        if match is None:
            message = f"not a property path: {text!r}"
            raise ValueError(message)
        bare, index, quoted = match.groups()
        if bare is not None:
            keys.append(bare)
        elif index is not None:
            keys.append(index if index == "*" else int(index))
        else:
            keys.append(re.sub(r"\\(.)", r"\1", quoted))
        position = match.end()
    return tuple(keys)


def reveal(value: Value) -> Value:
    """The same tree without its `Secret` wrappers. For calls and comparisons, never for printing."""
    if isinstance(value, Secret):
        return reveal(value.value)
    if isinstance(value, dict):
        return {key: reveal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [reveal(item) for item in value]
    return value


def secret_paths(value: Value, path: Path = ()) -> frozenset[Path]:
    """Where a tree holds secrets; a secret inside a secret is not listed again."""
    return frozenset(_secret_paths(value, path))


def _secret_paths(value: Value, path: Path) -> Iterator[Path]:
    if isinstance(value, Secret):
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _secret_paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _secret_paths(item, (*path, index))


def conceal(value: Value, secrets: frozenset[Path], path: Path = ()) -> Value:
    """The same tree with everything at the given paths wrapped in `Secret`.

    A path that the tree does not have as deep makes its deepest place that exists secret where that place is no
    longer a container: what was a map of secrets and is now one string is still a secret. A secret list element
    makes its whole list secret, since elements may move.
    """
    if isinstance(value, Secret) or not secrets:
        return value
    if path in secrets:
        return Secret(reveal(value))
    below = frozenset(secret for secret in secrets if secret[: len(path)] == path)
    if not below:
        return value
    if isinstance(value, dict):
        return {key: conceal(item, below, (*path, key)) for key, item in value.items()}
    return Secret(reveal(value))


def masked(text: str, *trees: Value) -> str:
    """The same text without any secret that the trees hold, for what others wrote (an error of AWS, say)."""
    secrets = {secret for tree in trees for secret in secret_texts(tree)}
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "[secret]")
    return text


def concealed(value: Value) -> Value:
    """The same tree with a mask in the place of each secret: for eyes, never for calls."""
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, dict):
        return {key: concealed(item) for key, item in value.items()}
    return [concealed(item) for item in value] if isinstance(value, list) else value


def secret_texts(value: Value, *, inside: bool = False) -> Iterator[str]:
    """Every text that a tree keeps secret."""
    if isinstance(value, Secret):
        yield from secret_texts(value.value, inside=True)
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from secret_texts(item, inside=inside)
    elif inside and isinstance(value, str) and value:
        yield value


def contains_unknown(value: Value) -> bool:
    """Whether any place of a tree is unknown."""
    if isinstance(value, Secret):
        return contains_unknown(value.value)
    if isinstance(value, dict):
        return any(contains_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(contains_unknown(item) for item in value)
    return value is UNKNOWN


def at(tree: Mapping[str, Value], path: Path) -> Value | Absent:
    """What stands at a path, secrets on the way opened; `ABSENT` where nothing does, `UNKNOWN` below an unknown."""
    here: Value | Absent = dict(tree)
    for key in path:
        here = _below(here.value if isinstance(here, Secret) else here, key)
    return here


def _below(value: Value | Absent, key: str | int) -> Value | Absent:
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, dict) and isinstance(key, str):
        return value.get(key, ABSENT)
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return ABSENT
