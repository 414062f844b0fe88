"""Markdown that says what it says, whoever wrote the words in it.

Names, tags and values of a pull request come from its author, who may be nobody's friend: what looks like Markdown in
them is shown, not obeyed. Names and values stand in code spans, in which nothing has a meaning; sentences are escaped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Final

from ivs_provider.planning.showing import plain

__all__ = ["code", "comment_text", "fence", "html_code", "prose"]

_NAME: Final = 60
_SENTENCE: Final = 600
_BREAK: Final = "\u200b"  # of no width: what follows is no mention, no reference and no address any more
_ACTIVE: Final = re.compile(r"[\\`*_{}\[\]<>#+!|~&$^]")
_REFERENCE: Final = re.compile(r"([@#])")
_ADDRESS: Final = re.compile(r"(?i)(://|www\.|mailto:|xmpp:)")
_ITEM: Final = re.compile(r"^(\d*)([-.)=])")


def code(text: str, longest: int = _NAME) -> str:
    """A code span, which may stand in a table."""
    shown = plain(text, longest).replace("|", "\\|")
    if not shown.strip():
        return "(empty)"
    ticks = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def prose(text: str) -> str:
    """A sentence, which may stand in a table or begin a line."""
    escaped = _ACTIVE.sub(r"\\\g<0>", plain(text, _SENTENCE))
    escaped = _REFERENCE.sub(rf"\1{_BREAK}", escaped)
    escaped = _ADDRESS.sub(lambda found: f"{found[0][0]}{_BREAK}{found[0][1:]}", escaped)
    return _ITEM.sub(r"\1\\\2", escaped)


def html_code(text: str, longest: int = _NAME) -> str:
    """A name in HTML, where Markdown is not read."""
    return f"<code>{html.escape(plain(text, longest))}</code>"


def comment_text(text: str) -> str:
    """What may stand in an HTML comment: a name as Pulumi allows it."""
    return re.sub(r"[^\w./-]", "_", text, flags=re.ASCII)


def fence(lines: Iterable[str], language: str) -> str:
    """A block of code, its fence longer than any in it."""
    body = "\n".join(lines)
    ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", body)), default=0))
    return f"{ticks}{language}\n{body}\n{ticks}"
