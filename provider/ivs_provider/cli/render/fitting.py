"""Fits sections into a comment of limited length: the most important ones first, and what is cut is counted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["Section", "fitted"]

_RESERVE: Final = 300
"""What each section keeps for its heading and for saying what was cut, however long those before it are."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a comment that can be cut between its rows.

    Args:
        weight: Sections of less weight get their room first; that of no weight before all others keep any.
        head: What comes before the rows.
        rows: What can be left out, from the end.
        rest: What is said of the rows that were cut: gets how many were kept.
        foot: What comes after the rows.
        between: What stands between rows.
        most: How many rows anybody reads.
    """

    weight: int
    head: str
    rows: Sequence[str]
    rest: Callable[[int], str] = lambda _: ""
    foot: str = ""
    between: str = "\n"
    most: int = sys.maxsize

    def cut_to(self, room: int) -> str:
        """As many rows as there is room for; nothing where there is not even room to say what was cut."""
        most = min(len(self.rows), self.most)
        if len(self._text(most)) <= room:
            return self._text(most)
        low, high = -1, most - 1  # a row more never makes it shorter by more than its count's digits
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if len(self._text(middle)) <= room else (low, middle - 1)
        return self._text(low) if low >= 0 else ""

    def _text(self, kept: int) -> str:
        rest = self.rest(kept) if kept < len(self.rows) else ""
        parts = [*self.rows[:kept], *([rest] if rest else [])]
        return f"{self.head}{self.between.join(parts)}{self.foot}"


def fitted(sections: Sequence[Section], limit: int) -> str:
    """All sections in their order, as long as the limit allows, a blank line between them."""
    texts = [""] * len(sections)
    room = limit
    by_weight = sorted(range(len(sections)), key=lambda index: sections[index].weight)
    for done, index in enumerate(by_weight, start=1):
        kept_free = _RESERVE * (len(sections) - done) if sections[index].weight else 0  # the headline, in any case
        texts[index] = sections[index].cut_to(max(0, room - kept_free))
        room -= len(texts[index]) + len("\n\n")
    return "\n\n".join(text for text in texts if text)[:limit]
