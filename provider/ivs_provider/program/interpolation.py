"""``${name.key["other key"][0]}`` in texts, and ``$$`` for a dollar sign: the grammar of Pulumi YAML."""

from __future__ import annotations

import re
from typing import Final

from ivs_provider.planning.declaration import Place
from ivs_provider.program.expression import Expression, Literal, Reference, Text

__all__ = ["BadText", "escaped", "interpolated"]

_ACCESSOR: Final = re.compile(r'\.?\[\s*(\d+)\s*\]|\.?\["((?:\\"|[^"])*)"\]|\.?([^.\[\]}"]+)')


class BadText(Exception):
    """A text whose references cannot be read; says why and what to do."""


def escaped(text: str) -> str:
    """The text that means just these characters."""
    return text.replace("$", "$$")


def interpolated(text: str, place: Place) -> Expression:
    """What a text means.

    Args:
        text: As written.
        place: Where it begins.

    Raises:
        BadText: A reference in it is not complete.
    """
    if "$" not in text:
        return Literal(text, place)
    parts = _parts(text, place)
    match parts:
        case []:
            return Literal("", place)
        case [Reference() as only]:
            return only
        case [str() as only]:
            return Literal(only, place)
        case _:
            return Text(tuple(parts), place)


def _parts(text: str, place: Place) -> list[str | Reference]:
    parts: list[str | Reference] = []
    said, position = "", 0
    while position < len(text):
        if text.startswith("$$", position):
            said, position = said + "$", position + 2
        elif text.startswith("${", position):
            reference, position = _reference(text, position + 2, place)
            parts += [said, reference] if said else [reference]
            said = ""
        else:
            upcoming = text.find("$", position + 1)
            end = len(text) if upcoming < 0 else upcoming
            said, position = said + text[position:end], end
    return [*parts, said] if said else parts


def _reference(text: str, start: int, place: Place) -> tuple[Reference, int]:
    """The reference that begins here, and where the text goes on."""
    keys: list[str | int] = []
    position = start
    while not text.startswith("}", position):
        found = _ACCESSOR.match(text, position)
        if found is None:
            shown = text[start - 2 : start + 38]
            raise BadText(
                f"the reference in {shown!r} is not complete; write ${{name.key}}, or $${{ for the characters"
            )
        index, quoted, bare = found.groups()
        keys.append(int(index) if index else bare if bare is not None else quoted.replace('\\"', '"'))
        position = found.end()
    match keys:
        case [str() as root, *rest] if root:
            return Reference(root, tuple[str | int, ...](rest), place), position + 1
    raise BadText("a reference must begin with a name: ${name.key}")
