"""What holds for a stranger's expressions alone: they see no secret, and mean nothing of any size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ivs_provider.program.builtins import Builtin, Wrong
from ivs_provider.values import UNKNOWN, Secret, Value

__all__ = ["Budget", "veiled"]

_SCALAR: Final = 25
"""A number, true, false or null: no text that is made of one is longer."""
_TREE: Final = 60
"""A list or an object without what is in it: about what it takes in memory."""


@dataclass(slots=True)
class Budget:
    """How much a stranger's expressions may still compute: a few short ones can mean a text of any length.

    Args:
        left: Characters, and about as many bytes for what is no text.
    """

    left: int

    def spend(self, value: Value) -> Value:
        """The same value, if there is still room for it; unknown from then on.

        Raises:
            Wrong: There is not, for the first time.
        """
        if self.left < 0:
            return UNKNOWN
        self._take(_weight(value, self.left))
        return value

    def affords(self, builtin: Builtin, arguments: list[Value]) -> bool:
        """Whether there is room for what a built-in will answer: it is not run only to find that there is none.

        Raises:
            Wrong: There is not, for the first time.
        """
        if self.left >= 0 and builtin.most(*arguments) > self.left:
            self._take(self.left + 1)
        return self.left >= 0

    def _take(self, weight: int) -> None:
        self.left -= weight
        if self.left < 0:
            raise Wrong("what the expressions of the declaration mean is too large")


def veiled(value: Value) -> Value:
    """The same tree with every secret unknown.

    A mask at the end would not do: from a secret that a stranger's expressions may compute with, they can make parts
    whose digests can be guessed, and errors and differences that tell of it, one bit each.
    """
    if isinstance(value, Secret):
        return Secret(UNKNOWN)
    if isinstance(value, dict):
        return {key: veiled(item) for key, item in value.items()}
    return [veiled(item) for item in value] if isinstance(value, list) else value


def _weight(value: Value, most: int) -> int:
    """What a value comes to, each part counted as often as it is met; where that is too much, only some of it."""
    found, waiting = 0, [value]
    while waiting and found <= most:
        here = waiting.pop()
        if isinstance(here, Secret):
            waiting.append(here.value)
        elif isinstance(here, dict):
            found += _TREE + sum(_SCALAR + len(key) for key in here)
            waiting += here.values()
        elif isinstance(here, list):
            found += _TREE
            waiting += here
        else:
            found += _SCALAR + (len(here) if isinstance(here, str) else 0)
    return found
