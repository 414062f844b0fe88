"""Recalls what was last applied, with no record but the resource's own tags. Pure.

The ``applied`` tag holds a digest for each top-level member. A member whose digest is that of what the program says now
was not edited: where the account differs, the account has moved. For one that was edited, what had been applied is
looked for among what the account holds: the value (of an object: some of its members) that has the digest. So a key
that the program took back is told from one that somebody else wrote.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

from ivs_provider.config import DriftDetection
from ivs_provider.model.ownership import APPLIED, Identity, applied_in, secret_in
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.model.schema import Shape
from ivs_provider.reconcile import represent
from ivs_provider.reconcile.compare import Change, Origin, compare, same
from ivs_provider.values import (
    ABSENT,
    Absent,
    Desired,
    Observed,
    Path,
    Recorded,
    Secret,
    Tree,
    Value,
    at,
    conceal,
    reveal,
    secret_paths,
)

__all__ = ["Recalled", "Terms", "recall", "told_changes", "told_inputs", "untold", "withheld"]

_MOST_GUESSED: Final = 10
"""Members of an object that may or may not have been applied: 2 to the power of this many digests are tried."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What was last applied.

    Args:
        inputs: Of each member that had been applied, what is known of its value.
        edited: Members that the program says otherwise now, or no longer, or for the first time.
        moved: Edited members that the account does not hold as they were applied either.
        secret: Members that held a secret when they were applied, whatever the program says of them now.
        unexplained: Tags that the account has and that nobody can tell whose they are: they are left alone.
    """

    inputs: Recorded
    edited: frozenset[str]
    moved: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()
    unexplained: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms two sides are compared.

    Args:
        ignore: Paths that the program leaves to others (``ignoreChanges``).
        detection: What of the account counts as drift.
        strange: Whether somebody else says what is a secret.
    """

    ignore: tuple[Path, ...] = ()
    detection: DriftDetection = DriftDetection.DECLARED
    strange: bool = False


def untold(kind: ResourceType, identity: Identity, tags: Mapping[str, str], desired: Desired) -> frozenset[str]:
    """Members that Lists lack and that only the resource itself can tell.

    What only a create can set and was not edited since cannot have moved.
    """
    names = (desired.keys() | applied_in(tags).keys()) & kind.lists_lack - {"tags"}
    return frozenset(
        name
        for name in names
        if not (kind.shape.marks(name, "createOnly") and identity.says_applied(tags, name, desired))
    )


def recall(
    kind: ResourceType, identity: Identity, tags: Mapping[str, str], desired: Desired, observed: Observed
) -> Recalled:
    """What was last applied to a resource.

    Args:
        kind: Its type.
        identity: Whose tags it carries: by the URN that it has, or had.
        tags: All its tags.
        desired: What the program asks for now.
        observed: What the account holds.
    """
    applied = applied_in(tags)
    if APPLIED not in tags:  # what the program speaks of is what can be compared
        return Recalled(Recorded(dict(desired)), frozenset(desired))
    inputs: Tree = {}
    edited: set[str] = set()
    moved: set[str] = set()
    for name in sorted(desired.keys() | applied.keys()):
        if identity.says_applied(tags, name, desired):
            inputs[name] = desired[name]
            continue
        edited.add(name)
        shape = kind.shape.member(name)
        if name not in applied or shape is None:
            continue
        here, wanted = observed.get(name, ABSENT), desired.get(name, ABSENT)
        guesses = (each for each in _guesses(shape, here, wanted) if identity.digest_of(each) == applied[name])
        found = next(guesses, ABSENT)
        if _has_moved(shape, found, here):
            moved.add(name)
        found = _presumed(shape, here, wanted) if found is ABSENT else found
        if not isinstance(found, Absent):
            inputs[name] = conceal(found, secret_paths(desired.get(name, {})))
    untellable = _keys(observed.get("tags", ABSENT)) - _keys(desired.get("tags", ABSENT)) if "tags" in moved else set()
    edits, moves = frozenset(edited), frozenset(moved)
    return Recalled(Recorded(inputs), edits, moves, secret_in(tags), tuple(sorted(untellable)))


def _has_moved(shape: Shape, applied: Value | Absent, here: Value | Absent) -> bool:
    """Whether the account holds something else than what was applied, as far as can be told of a whole member."""
    if isinstance(applied, Absent):
        return True
    return not (isinstance(applied, dict) or _untold(shape) or same(shape, applied, here))


def _untold(shape: Shape) -> bool:
    """Whether AWS never says what it holds of a member."""
    return shape.flag("writeOnly") or shape.flag("deleteOption")


def told_changes(
    kind: ResourceType, recalled: Recalled, desired: Desired, observed: Observed, terms: Terms
) -> tuple[Change, ...]:
    """How the account differs from what is desired, each path with who made the difference.

    Compares what the provider would: the inputs as a refresh would find them, with the program's.
    """
    now = told_inputs(kind, recalled, observed, terms.detection)
    found = compare(kind, now, desired, outputs=observed, ignore=terms.ignore)
    former = _former(recalled, desired, terms)
    changes = (_discreet(former, change) for change in found)
    if terms.detection is DriftDetection.OFF:
        return tuple(changes)
    return tuple(replace(change, origin=_origin(kind, recalled, change)) for change in changes)


def withheld(recalled: Recalled, desired: Desired, changes: Iterable[Change], terms: Terms) -> frozenset[Path]:
    """Members whose values in the account are shown to nobody, whatever the program refers to.

    They held a secret when they were applied. A member that the program says openly, just as the account holds it, is
    no secret of the account's any more.
    """
    said = frozenset(desired) - recalled.edited - {str(change.path[0]) for change in changes}
    return frozenset((name,) for name in _former(recalled, desired, terms) - said)


def _former(recalled: Recalled, desired: Desired, terms: Terms) -> frozenset[str]:
    """Members that held a secret when they were applied, and of which nobody whom we trust says what is secret now."""
    plain = frozenset[str]() if terms.strange else frozenset(name for name in desired if secret_paths(desired[name]))
    return recalled.secret - plain


def told_inputs(kind: ResourceType, recalled: Recalled, observed: Observed, detection: DriftDetection) -> Recorded:
    """The inputs that the program's are compared with: as a refresh would find them, where there would be one."""
    if detection is DriftDetection.OFF:
        return recalled.inputs
    now = represent.recorded_inputs(kind, recalled.inputs, observed)
    if detection is DriftDetection.ALL:
        return Recorded(represent.merged(now, represent.importable(kind, observed, {})))
    return now


def _origin(kind: ResourceType, recalled: Recalled, change: Change) -> Origin:
    """The account's drift, where the program says what it said before; both, where neither does."""
    name = change.path[0]
    if name not in recalled.edited:
        return Origin.DRIFT
    *_, shape = kind.shape.along(change.path)
    before = at(recalled.inputs, change.path)
    if before is not ABSENT and same(shape, before, change.new):
        return Origin.DRIFT
    moved = name in recalled.moved or (
        before is not ABSENT and not _untold(shape) and not same(shape, before, change.old)
    )
    return Origin.BOTH if moved else Origin.PROGRAM


def _discreet(secret: frozenset[str], change: Change) -> Change:
    """The change with what had been a secret still one.

    Where our own program still says what of a member is secret, it says so of all of it.
    """
    hidden = change.path[0] in secret and not isinstance(change.old, Absent | Secret)
    return replace(change, old=Secret(cast("Value", change.old))) if hidden else change


def _guesses(shape: Shape, observed: Value | Absent, desired: Value | Absent) -> Iterator[Value]:
    """What may have been applied, the likeliest first."""
    if shape.type == "boolean":
        yield from (True, False)
        return
    if isinstance(observed, dict):
        yield from _parts(shape, observed, desired)
    elif not isinstance(observed, Absent):
        yield observed
    if not isinstance(shape.default, Absent):
        yield shape.default
    yield "" if shape.type == "string" else {}


def _parts(shape: Shape, observed: Tree, desired: Value | Absent) -> Iterator[Value]:
    """An object with some of its members: those that the program still says, and any of the others.

    First each with the value that the account holds, then (the account has moved in some) with the program's.
    """
    wanted = cast("Tree", reveal(desired)) if isinstance(desired, dict) else {}
    here = {path: _as_written(shape, path, value, wanted) for path, value in _leaves(observed)}
    said = dict(_leaves(wanted))
    for leaves in (here, here | said):
        yield _tree(leaves)
        unsure = [path for path in leaves if path not in said]
        doubtful = (unsure + [path for path in leaves if path in said])[:_MOST_GUESSED]
        certain = {path: value for path, value in leaves.items() if path not in doubtful}
        for count in range(len(doubtful) + 1):
            for some in itertools.combinations(doubtful, count):
                yield _tree(certain | {path: leaves[path] for path in some})


def _as_written(shape: Shape, path: Path, value: Value, desired: Tree) -> Value:
    """A value in the program's own words, where it says the same."""
    said = at(desired, path)
    *_, place = shape.along(path)
    return reveal(said) if not isinstance(said, Absent) and same(place, said, value) else value


def _leaves(tree: Tree, path: Path = ()) -> Iterator[tuple[Path, Value]]:
    for key, value in tree.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key), value


def _tree(leaves: Mapping[Path, Value]) -> Tree:
    whole: Tree = {}
    for path, value in leaves.items():
        here = whole
        for key in path[:-1]:
            here = cast("Tree", here.setdefault(str(key), {}))
        here[str(path[-1])] = value
    return whole


def _presumed(shape: Shape, observed: Value | Absent, desired: Value | Absent) -> Value | Absent:
    """Where nothing has the digest (the account has moved as well): of tags, only what the program still says.

    Others may write tags of their own, and those are not for us to take away. What else there is in an object was
    declared once, since nobody but the program is known to set it.
    """
    if not isinstance(observed, dict):
        return observed
    if shape.values:
        return {key: value for key, value in observed.items() if key in _keys(desired)}
    wanted = desired if isinstance(desired, dict) else {}
    leaves = dict(_leaves(observed))
    telling = {
        path: value
        for path, value in leaves.items()
        if at(wanted, path) is not ABSENT or not same([*shape.along(path)][-1], value, ABSENT)
    }
    return _tree(telling)


def _keys(value: Value | Absent) -> set[str]:
    opened = ABSENT if isinstance(value, Absent) else reveal(value)
    return set(opened) if isinstance(opened, dict) else set()
