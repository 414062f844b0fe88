"""Reads a token's parts without believing them: compact JWS in its one canonical form.

Libraries forgive much here (padding, white space, members twice, of which the last or the first wins); whoever checks
a token must see exactly what the service sees, so nothing is forgiven.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Final

from ivs_provider.values import Problem

__all__ = ["LONGEST_TOKEN", "Parts", "read"]

LONGEST_TOKEN: Final = 16_384
"""Characters; a token with all that IVS allows in it is well below 6,000."""

_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*\Z")
_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Parts:
    """What a token says, not yet believed.

    Args:
        header: Its JOSE header.
        claims: Its payload.
        signed: The bytes that the signature is over.
        signature: The signature as it stands there.
    """

    header: dict[str, object]
    claims: dict[str, object]
    signed: bytes
    signature: bytes


class _Twice(ValueError):
    """A JSON object that has a member twice."""


def read(token: str) -> tuple[Parts | None, list[Problem]]:
    """The parts of a token, or what keeps it from being one."""
    if len(token) > LONGEST_TOKEN:
        return None, [Problem((), f"is longer than any token of IVS ({LONGEST_TOKEN:,} characters)")]
    pieces = token.split(".")
    if len(pieces) != _PARTS:
        return None, [Problem((), f"is no token: it must have three parts between full stops, not {len(pieces)}")]
    problems: list[Problem] = []
    names = ("header", "payload", "signature")
    decoded = [_decoded(piece, name, problems) for piece, name in zip(pieces, names, strict=True)]
    header, claims = (_object(data, name, problems) for data, name in zip(decoded, names[:2], strict=False))
    signature = decoded[2]
    if problems or header is None or claims is None or signature is None:
        return None, problems
    return Parts(header, claims, token.rpartition(".")[0].encode(), signature), []


def _decoded(piece: str, name: str, problems: list[Problem]) -> bytes | None:
    """Base64url without padding, and only in the one spelling that the bytes have."""
    if _BASE64URL.match(piece):
        try:
            data = base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4))
        except (ValueError, binascii.Error):
            data = None
        if data is not None and base64.urlsafe_b64encode(data).rstrip(b"=") == piece.encode():
            return data
    problems.append(Problem((name,), "is not base64url without padding"))
    return None


def _object(data: bytes | None, name: str, problems: list[Problem]) -> dict[str, object] | None:
    if data is None:
        return None
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except _Twice as twice:
        problems.append(Problem((name,), f"has the member {twice} twice"))
    except (ValueError, RecursionError):
        problems.append(Problem((name,), "is not JSON in UTF-8"))
    else:
        if isinstance(value, dict):
            return value
        problems.append(Problem((name,), "is no JSON object"))
    return None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(key[:40])
        found[key] = value
    return found


def _no_constant(_: str) -> object:
    raise ValueError  # NaN and Infinity are Python's, not JSON's
