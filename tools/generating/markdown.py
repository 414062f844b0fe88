"""The few forms of Markdown that generated pages use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from generating import NOTE

__all__ = ["code", "page", "table"]


def code(text: str) -> str:
    """A word as it is written in a program; nothing for nothing."""
    return f"`{text}`" if text else ""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; upright strokes in cells are kept from being borders."""
    lines = [list(heads), ["---"] * len(heads), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page(title: str, made_from: str, parts: Iterable[str]) -> str:
    """A whole page, with the note that it is generated on top.

    Args:
        title: Its heading.
        made_from: What to edit instead.
        parts: Paragraphs, headings and tables; empty ones are left out.
    """
    head = [f"<!-- {NOTE}. Made from: {made_from}. -->", f"# {title}"]
    return "\n\n".join([*head, *(part for part in parts if part)]) + "\n"
