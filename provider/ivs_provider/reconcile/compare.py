"""Compares what is desired with what is recorded and observed: which paths change, and what each change means. Pure.

Two trees are compared with the service's eyes. A member that is left out equals the one that spells out AWS's
default; lists that the schema calls unordered are sets; a PEM is its key, not its line breaks. Where the account
already holds what is desired nothing is to be done, whatever was recorded before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, cast

from ivs_provider.model.resource_type import ResourceType
from ivs_provider.model.schema import Shape
from ivs_provider.values import (
    ABSENT,
    UNKNOWN,
    Absent,
    Desired,
    Path,
    Recorded,
    Secret,
    Tree,
    Value,
    at,
    contains_unknown,
    reveal,
)

if TYPE_CHECKING:
    from deepdiff.model import DiffLevel

__all__ = ["Change", "Consequence", "Kind", "Origin", "compare", "deletes_first", "is_ignored", "same"]


class Kind(Enum):
    """What happens to a path."""

    ADD = "add"
    UPDATE = "update"
    REMOVE = "remove"


class Consequence(Enum):
    """What carrying out a change takes."""

    IN_PLACE = "in place"
    TAGS_ONLY = "tags only"
    REPLACE = "replace"


class Origin(Enum):
    """Who made a difference."""

    PROGRAM = "program"
    DRIFT = "drift"
    BOTH = "both"
    """The program was edited, and the account has moved besides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One path that differs. Removing a member puts it back to AWS's default.

    Who made the difference is known to a stateless plan alone (the ``applied`` tag tells); the engine says it itself.
    """

    path: Path
    kind: Kind
    old: Value | Absent
    new: Value | Absent
    consequence: Consequence
    origin: Origin = Origin.PROGRAM

    @property
    def drifted(self) -> bool:
        """Whether the account has moved here since the last apply."""
        return self.origin is not Origin.PROGRAM

    @property
    def edited(self) -> bool:
        """Whether the program says something else here than it did."""
        return self.origin is not Origin.DRIFT


def compare(
    kind: ResourceType,
    recorded: Recorded,
    desired: Desired,
    *,
    outputs: Mapping[str, Value] | None = None,
    ignore: Iterable[Path] = (),
) -> list[Change]:
    """The changes that turn what is recorded into what is desired, in the order of their paths.

    Args:
        kind: The type of the resource.
        recorded: Old inputs: as last applied, or as a refresh found them.
        desired: New inputs; may hold unknowns, which always differ.
        outputs: Old outputs: all that the account was last seen to hold.
        ignore: Paths that the program leaves to others (``ignoreChanges``).
    """
    if recorded == desired:
        return []
    ignored = tuple(ignore)
    # Tidied: what AWS takes no notice of tells nothing apart.
    found = _differences(kind.shape, *(kind.tidied(cast("Tree", reveal(tree))) for tree in (recorded, desired)))
    changes = (_change(kind, path, recorded, desired) for path in found)
    return sorted(
        (
            change
            for change in changes
            if not is_ignored(change.path, ignored) and not _held(kind, change, outputs or {})
        ),
        key=lambda change: [str(key) for key in change.path],
    )


def same(shape: Shape, left: Value | Absent, right: Value | Absent) -> bool:
    """Whether two values mean the same to the service, at a place of this shape."""
    left, right = _meant(shape, left), _meant(shape, right)
    if left is UNKNOWN or right is UNKNOWN:
        return False
    if left == right and type(left) is type(right):
        return isinstance(left, Absent) or not contains_unknown(left)
    if shape.properties and isinstance(left, dict) and isinstance(right, dict):
        known = shape.properties
        return not {*left, *right} - {*known} and all(
            same(member, left.get(name, ABSENT), right.get(name, ABSENT)) for name, member in known.items()
        )
    if shape.values and isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(shape.values, left[key], right[key]) for key in left)
    return _same_leaf(shape, left, right)


def is_ignored(path: Path, ignored: Iterable[Path]) -> bool:
    """Whether a path lies at or below one that is ignored; ``*`` stands for any key."""
    return any(
        len(pattern) <= len(path) and all(want in (key, "*") for want, key in zip(pattern, path, strict=False))
        for pattern in ignored
    )


def deletes_first(kind: ResourceType, changes: Iterable[Change]) -> bool:
    """Whether a replacement cannot stand beside what it replaces: the account holds one of a kind, and it stays."""
    changed = list(changes)
    replacing = any(change.consequence is Consequence.REPLACE for change in changed)
    return bool(replacing and kind.unique and kind.unique not in {change.path[0] for change in changed})


def _meant(shape: Shape, value: Value | Absent) -> Value | Absent:
    """What a value says to the service: the default where it says nothing, no secret wrapper."""
    if isinstance(value, Secret):
        value = reveal(value)
    if value == [] and isinstance(shape.default, list):  # no element of a list that has one by default
        return shape.default
    if not isinstance(value, Absent):
        return value
    return {} if shape.properties or shape.values else shape.default


def _same_leaf(shape: Shape, left: Value | Absent, right: Value | Absent) -> bool:
    if shape.flag("unordered") and isinstance(left, list) and isinstance(right, list):
        return sorted(map(repr, map(reveal, left))) == sorted(map(repr, map(reveal, right)))
    if shape.text("contentMediaType") and isinstance(left, str) and isinstance(right, str):
        return "".join(left.split()) == "".join(right.split())
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return reveal(left) == reveal(right)
    return left == right


def _differences(shape: Shape, recorded: Tree, desired: Tree) -> Iterator[Path]:
    """The deepest members that tell two trees apart; a list counts as a whole."""
    from deepdiff import DeepDiff

    old, new = cast("Tree", _aligned(shape, recorded, desired)), cast("Tree", _aligned(shape, desired, recorded))
    # A tag key may begin with two underscores: by itself, DeepDiff takes such members for private.
    differs = DeepDiff(old, new, view="tree", threshold_to_diff_deeper=0, ignore_private_variables=False)
    levels: Iterable[DiffLevel] = (level for found in differs.values() for level in found)
    for path in sorted({_own_path(level) for level in levels}, key=str):
        *_, here = shape.along(path)
        left, right = at(old, path), at(new, path)
        if not same(here, left, right):
            yield path


def _aligned(shape: Shape | None, value: Value | Absent, other: Value | Absent) -> Value | Absent:
    """The same tree with an empty object for each that only the other tree has, so that its members are compared."""
    if value is ABSENT and isinstance(other, dict) and shape and (shape.properties or shape.values):
        value = {}
    if not isinstance(value, dict) or not isinstance(other, dict) or shape is None:
        return value
    pairs = {
        key: _aligned(shape.member(key), value.get(key, ABSENT), other.get(key, ABSENT)) for key in {**value, **other}
    }
    return {key: item for key, item in pairs.items() if not isinstance(item, Absent)}


def _own_path(level: Any) -> Path:  # noqa: ANN401 - deepdiff is untyped
    """Where a difference is, up to the first list on the way."""
    keys: list[str | int] = level.path(output_format="list")
    first_index = next((number for number, key in enumerate(keys) if isinstance(key, int)), len(keys))
    return tuple(keys[:first_index])


def _change(kind: ResourceType, path: Path, recorded: Tree, desired: Tree) -> Change:
    old, new = at(recorded, path), at(desired, path)
    change = Kind.ADD if old is ABSENT else Kind.REMOVE if new is ABSENT else Kind.UPDATE
    return Change(path=path, kind=change, old=old, new=new, consequence=_consequence(kind, path))


def _consequence(kind: ResourceType, path: Path) -> Consequence:
    if path[0] == "tags":
        return Consequence.TAGS_ONLY
    fixed = any(shape.flag("createOnly") for shape in kind.shape.along(path))
    return Consequence.REPLACE if fixed else Consequence.IN_PLACE


def _held(kind: ResourceType, change: Change, outputs: Mapping[str, Value]) -> bool:
    """Whether the account already holds what the change is after."""
    if change.path[0] not in outputs:
        return False
    *_, shape = kind.shape.along(change.path)
    return same(shape, at(outputs, change.path), change.new)
