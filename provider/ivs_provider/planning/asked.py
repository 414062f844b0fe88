"""What is asked for, where the program does not say it all: what is left to others, secrets known by digest. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from ivs_provider.planning.declaration import Resource
from ivs_provider.planning.secrecy import digest
from ivs_provider.values import Absent, Desired, Observed, Path, Recorded, Secret, Tree, Value, at, reveal, secret_paths

__all__ = ["ignoring", "unsealed"]


def ignoring(desired: Desired, now: Recorded, ignored: Iterable[Path]) -> Desired:
    """What is asked for, with what is left to others as it is now."""
    asked: Tree = dict(desired)
    for pattern in ignored:
        if all(isinstance(key, str) for key in pattern):
            for path in _spelled(cast("tuple[str, ...]", pattern), desired, now):
                asked = _put(asked, path, _as_kept(now, path))
    return Desired(asked)


def _as_kept(now: Recorded, path: Path) -> Value | Absent:
    """What is there, secret where it lies in a secret."""
    value = at(now, path)
    hidden = any(path[: len(secret)] == secret for secret in secret_paths(now))
    return Secret(reveal(value)) if hidden and not isinstance(value, Absent) else value


def _spelled(pattern: tuple[str, ...], *trees: Value) -> Iterator[tuple[str, ...]]:
    """The paths for which a pattern stands: ``*`` is any key of any of the trees."""
    if not pattern:
        yield ()
        return
    objects = [tree for tree in map(reveal, trees) if isinstance(tree, dict)]
    keys = dict.fromkeys(key for tree in objects for key in tree) if pattern[0] == "*" else pattern[:1]
    for key in keys:
        yield from ((key, *rest) for rest in _spelled(pattern[1:], *(tree.get(key) for tree in objects)))


def unsealed(resource: Resource, desired: Desired, observed: Observed) -> Desired:
    """What is asked for, with each secret that is only known by its digest and that the account holds already."""
    opened: Tree = dict(desired)
    for path, expected in resource.digests.items():
        held = at(observed, path)
        if not isinstance(held, Absent) and digest(held, resource.urn, path) == expected:
            opened = _put(opened, tuple(map(str, path)), Secret(held))
    return Desired(opened)


def _put(tree: Tree, path: tuple[str, ...], value: Value | Absent) -> Tree:
    head, *rest = path
    if rest:
        inner = tree.get(head)
        if isinstance(inner, Secret) and isinstance(inner.value, dict):
            return {**tree, head: Secret(reveal(_put(inner.value, tuple(rest), value)))}
        below = _put(inner if isinstance(inner, dict) else {}, tuple(rest), value)
        return {**tree, head: below} if below or head in tree else tree
    if isinstance(value, Absent):
        return {key: item for key, item in tree.items() if key != head}
    return {**tree, head: value}
