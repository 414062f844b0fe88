"""What the user is told while things happen: one plain line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Notice", "Tell"]


@dataclass(frozen=True, slots=True)
class Notice:
    """One line for the user.

    Args:
        text: What happened, with the ARN, why, and what to do.
        urn: The resource of the program that it is about; empty for the whole run.
        passing: Whether it only says what is waited for, and may vanish with the next line.
    """

    text: str
    urn: str = ""
    passing: bool = False


Tell: TypeAlias = Callable[[Notice], None]
"""Where notices go."""
