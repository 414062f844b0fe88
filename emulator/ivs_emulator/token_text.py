"""Tokens as text: three parts of base64url, two of them JSON, each with exactly one way to be written."""

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

from ivs_emulator.records import Record

_SEGMENT: Final = re.compile(r"[A-Za-z0-9_-]+")


class TokenRefusedError(Exception):
    """A token doesn't let its bearer in; `reason` is one word for programs, the text is for people."""

    def __init__(self, reason: str, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Token:
    """A token taken apart; nothing about it is verified. Its `repr` shows nothing that lets anybody in."""

    header: Record
    claims: Record = field(repr=False)
    content: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    text: str = field(repr=False)


def read_token(text: str) -> Token:
    """Take a token apart.

    Raises:
        TokenRefusedError: if it is none, or is written in another way than the one.
    """
    segments = text.split(".")
    if len(segments) != 3:  # noqa: PLR2004  (header, claims, signature)
        raise TokenRefusedError("malformed", "a token has three parts, separated by dots")
    header, claims, signature = (_decoded(segment) for segment in segments)
    content = text.rpartition(".")[0].encode()
    return Token(_object(header, "header"), _object(claims, "payload"), content, signature, text)


def _decoded(segment: str) -> bytes:
    if not _SEGMENT.fullmatch(segment):
        raise TokenRefusedError("malformed", "a part of the token is not base64url without padding")
    try:
        content = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except binascii.Error as problem:
        raise TokenRefusedError("malformed", "a part of the token is not base64url") from problem
    if base64.urlsafe_b64encode(content).rstrip(b"=").decode() != segment:
        raise TokenRefusedError("malformed", "a part of the token has stray bits at its end")
    return content


def _object(content: bytes, what: str) -> Record:
    try:
        document = json.loads(content, object_pairs_hook=_without_repetition)
    except (ValueError, RecursionError) as problem:
        raise TokenRefusedError("malformed", f"the {what} is not JSON, or has a member twice") from problem
    if not isinstance(document, dict):
        raise TokenRefusedError("malformed", f"the {what} is not a JSON object")
    return document


def _without_repetition(pairs: list[tuple[str, Any]]) -> Record:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("repeated member")
    return document
