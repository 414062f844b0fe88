"""What cannot agree, by name and with the reason: nothing else is let pass, and what is let pass is counted."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass

from ivs_provider.resources import registry
from ivs_provider.values import parse_path
from tests.parity.proposals import INPUTS, Difference

__all__ = [
    "Rule",
    "at_once",
    "beside_nothing",
    "dependents",
    "elsewhere",
    "gone_unread",
    "held_already",
    "retained",
]

MEMBERS = {name for kind in registry().values() for name in kind.shape.inputs()}


@dataclass(frozen=True)
class Rule:
    """Differences that cannot be otherwise.

    Args:
        name: What they are called in the count.
        reason: Why.
        covers: Whether a difference is one of them.
    """

    name: str
    reason: str
    covers: Callable[[Difference], bool]


def gone_unread(names: Container[str]) -> Rule:
    """Resources that were deleted outside, where drift detection is off."""
    return Rule(
        "gone, unread",
        "with drift detection off, the engine believes its record; without a record, what is not there is created",
        lambda found: found.name in names,
    )


def retained(names: Container[str]) -> Rule:
    """Resources that the program retained, and then dropped."""
    return Rule(
        "retained",
        "retainOnDelete is in the record and in no tag: what was retained is listed, and deleted by --prune",
        lambda found: found.name in names and (found.engine, found.ivs) == ("keep", "delete"),
    )


def elsewhere(names: Container[str]) -> Rule:
    """Resources whose explicit provider reaches another region than before."""
    return Rule(
        "elsewhere",
        "the engine knows what it made in a region that the program does not name any more",
        lambda found: found.name in names and (found.engine, found.ivs) == ("replace", "create"),
    )


def dependents(names: Container[str]) -> Rule:
    """Resources that refer to one that is deleted before it is replaced, in what only a create can set."""
    return Rule(
        "dependents",
        "the engine replaces them with what they refer to, and shows no path",
        lambda found: found.name in names and found.engine == "nothing",
    )


def at_once(members: Container[tuple[str, str]]) -> Rule:
    """Members that the program changed and that moved in the account between two runs."""
    return _of_members(
        "at once",
        "of what was applied only a digest is known: tags that may be somebody else's are left alone and named",
        members,
    )


def beside_nothing(members: Container[tuple[str, str]]) -> Rule:
    """What a program says of recording that it switches off."""
    return _of_members(
        "beside nothing",
        "what stands beside an empty storageConfigurationArn never reached the account: only its digest is known",
        members,
    )


def held_already(members: Container[tuple[str, str]]) -> Rule:
    """Members that the program says for the first time, and that somebody else has set before."""
    return _of_members(
        "held already",
        "the engine does not read what its record does not speak of, and sets again what the account holds already",
        members,
    )


def _of_members(name: str, reason: str, members: Container[tuple[str, str]]) -> Rule:
    """Differences below some top-level members, each given with the name of its resource."""

    def covers(found: Difference) -> bool:
        if found.path in {"", INPUTS}:  # only what such a member alone can make of the resource
            # With replaceOnChanges a member makes a replacement of what would be an update.
            mild = found.path == INPUTS or {found.engine, found.ivs} <= {"keep", "replace", "update"}
            return mild and any((found.name, member) in members for member in MEMBERS)
        return (found.name, str(parse_path(found.path)[0])) in members

    return Rule(name, reason, covers)
