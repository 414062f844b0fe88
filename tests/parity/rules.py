"""What cannot agree, by name and with the reason: nothing else is let pass, and what is let pass is counted."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass

from tests.parity.proposals import Difference

__all__ = ["Rule", "gone_unread", "retained"]


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


def protected_before(names: Container[str]) -> Rule:
    """Resources that the program protected, and then dropped."""
    return Rule("protected", "", lambda found: found.name in names)
