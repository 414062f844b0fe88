"""How values, names and resources look to a person: on one line, no secret, nothing that moves a terminal. Pure.

Names and tags come from programs that others wrote and from accounts that others use. So a character that is not
printable (an escape sequence, a line break, an override of the direction of writing) is shown by its number.
"""

from __future__ import annotations

import json
import re
from typing import Final

from ivs_provider.planning.plan import Extra, Step
from ivs_provider.resources import registry
from ivs_provider.values import Absent, Secret, Unknown, Value

__all__ = ["called", "noun", "plain", "shown"]

_WHOLE: Final = 80
_PEM: Final = re.compile(r"\s*-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END [A-Z0-9 ]+-----\s*\Z")
_PEM_TAIL: Final = 16


def plain(text: str, longest: int | None = None) -> str:
    """The text on one line, printable, and no longer than that."""
    safe = text if text.isprintable() else "".join(char if char.isprintable() else _numbered(char) for char in text)
    return safe if longest is None or len(safe) <= longest else f"{safe[: longest - 1]}…"


def shown(value: Value | Absent, longest: int | None = _WHOLE) -> str:
    """A value as JSON, secrets masked; what is longer than that is cut, a PEM down to the end that tells it apart."""
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, Unknown):
        return "(known after apply)"
    if isinstance(value, Absent):
        return "(not set)"
    if isinstance(value, str) and longest is not None:
        pem = _PEM.match(value)
        if pem:
            return f"{pem[1]} …{''.join(pem[2].split())[-_PEM_TAIL:]}"
    return plain(json.dumps(_bare(value), ensure_ascii=False), longest)


def noun(token: str) -> str:
    """A type's name in a sentence."""
    return registry()[token].noun


def called(each: Step | Extra) -> str:
    """A resource in a sentence: its kind, its name, its ARN."""
    where = f" ({plain(each.arn)})" if each.arn else ""
    return f'{noun(each.token)} "{plain(each.name)}"{where}'


def _numbered(char: str) -> str:
    return json.dumps(char)[1:-1]


def _bare(value: Value) -> Value:
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_bare(item) for item in value]
    return shown(value) if isinstance(value, Secret | Unknown) else value
