"""The one exception of this room: wrong arguments, each with its path, all at once."""

from __future__ import annotations

from collections.abc import Iterable

from ivs_provider.values import Problem

__all__ = ["TokenRefused"]


class TokenRefused(ValueError):
    """Arguments from which no token (or key) can be made. Its text names every problem, and no secret.

    Args:
        problems: What is wrong, each at the path of its argument.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems: a front end shows them in its own words."""
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))
