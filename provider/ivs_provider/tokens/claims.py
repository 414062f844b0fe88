"""What a token must hold: the rules that signing and checking share.

Source: RealTimeUserGuide/getting-started-distribute-tokens (`facts/ivs.md` 4). Limits of ids, user ids and
attributes are those of the API (CreateParticipantToken).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Final

from ivs_provider.values import Problem

__all__ = [
    "ALGORITHM",
    "EVENTS_URL",
    "LONGEST",
    "VERSION",
    "Claims",
    "TokenKind",
    "claim_problems",
    "key_arn_parts",
    "kind_of",
    "stage_arn_parts",
]

Claims = Mapping[str, object]
"""The payload of a token, as parsed."""

ALGORITHM: Final = "ES384"
VERSION: Final = "1.0"
EVENTS_URL: Final = "wss://global.events.live-video.net"
"""The one events endpoint of connection tokens."""

_DAY: Final = 86_400
_MOST_ATTRIBUTE_BYTES: Final = 1024
_LONGEST_USER_ID: Final = 128
_LONGEST_URL: Final = 2048
_TOKEN_ID: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}\Z")
_KEY_ARN: Final = re.compile(r"arn:aws:ivs:([a-z0-9-]+):([0-9]+):public-key/([a-zA-Z0-9-]+)\Z")
_STAGE_ARN: Final = re.compile(r"arn:aws:ivs:([a-z0-9-]+):([0-9]+):stage/([a-zA-Z0-9-]+)\Z")
_CAPABILITIES: Final = ("allow_publish", "allow_subscribe")


class TokenKind(Enum):
    """What a token admits to: one stage, or a connection that serves many."""

    PARTICIPANT = "participant"
    CONNECTION = "connection"


LONGEST: Final[Mapping[TokenKind, int]] = {TokenKind.PARTICIPANT: 14 * _DAY, TokenKind.CONNECTION: 28 * _DAY}
"""Seconds from ``iat`` to ``exp`` at most."""

_LONGEST_WORDS: Final = {TokenKind.PARTICIPANT: "14 days", TokenKind.CONNECTION: "4 weeks"}


def kind_of(claims: Claims) -> TokenKind:
    """Which of the two a payload means to be: only participants have a stage and capabilities."""
    of_participants = ("resource", "topic", "capabilities", "whip_url")
    of_connections = ("account_id", "region")
    means_connection = any(name in claims for name in of_connections)
    means_participant = any(name in claims for name in of_participants) or not means_connection
    return TokenKind.PARTICIPANT if means_participant else TokenKind.CONNECTION


def key_arn_parts(arn: object) -> tuple[str, str] | None:
    """Region and account of a public key's ARN; ``None`` where it is none."""
    match = _KEY_ARN.match(arn) if isinstance(arn, str) else None
    return (match[1], match[2]) if match else None


def stage_arn_parts(arn: object) -> tuple[str, str, str] | None:
    """Region, account and id of a stage's ARN; ``None`` where it is none."""
    match = _STAGE_ARN.match(arn) if isinstance(arn, str) else None
    return (match[1], match[2], match[3]) if match else None


def claim_problems(kind: TokenKind, claims: Claims) -> Iterator[Problem]:
    """What is wrong with a payload by itself, whoever signed it and whatever the time is. Paths are claims."""
    yield from _times(kind, claims)
    if not _TOKEN_ID.match(str(claims.get("jti", ""))) or not isinstance(claims.get("jti"), str):
        yield _wrong(claims, "jti", "must be 1 to 64 letters, digits, '-' and '_', another one for each token")
    if claims.get("version") != VERSION:
        yield _wrong(claims, "version", f'must be "{VERSION}"')
    yield from _participant(claims) if kind is TokenKind.PARTICIPANT else _connection(claims)


def _times(kind: TokenKind, claims: Claims) -> Iterator[Problem]:
    issued, expires = claims.get("iat"), claims.get("exp")
    for name, value in (("iat", issued), ("exp", expires)):
        if not _is_time(value):
            yield _wrong(claims, name, "must be a whole number of seconds since 1970")
    if not isinstance(issued, int) or not isinstance(expires, int) or not (_is_time(issued) and _is_time(expires)):
        return
    if expires <= issued:
        yield Problem(("exp",), "is not later than iat; the token never holds")
    elif expires - issued > LONGEST[kind]:
        yield Problem(("exp",), f"is more than {_LONGEST_WORDS[kind]} after iat, which is as long as IVS allows")


def _is_time(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _participant(claims: Claims) -> Iterator[Problem]:
    stage = stage_arn_parts(claims.get("resource"))
    if stage is None:
        yield _wrong(claims, "resource", "must be the ARN of a stage")
    elif claims.get("topic") != stage[2]:
        yield _wrong(claims, "topic", "must be the id of the stage, the last part of its ARN")
    yield from _url(claims, "events_url", "wss://", "endpoints.events of the stage")
    yield from _url(claims, "whip_url", "https://", "endpoints.whip of the stage")
    yield from _capabilities(claims)
    user = claims.get("user_id", "")
    if not isinstance(user, str) or len(user) > _LONGEST_USER_ID:
        yield Problem(("user_id",), f"must be a text of at most {_LONGEST_USER_ID} characters")
    yield from _attributes(claims.get("attributes", {}))


def _url(claims: Claims, name: str, scheme: str, source: str) -> Iterator[Problem]:
    url = claims.get(name)
    if not isinstance(url, str) or not url.startswith(scheme) or not len(scheme) < len(url) <= _LONGEST_URL:
        yield _wrong(claims, name, f"must be {source}, exactly as AWS gives it ({scheme}…)")


def _capabilities(claims: Claims) -> Iterator[Problem]:
    held = claims.get("capabilities")
    if not isinstance(held, dict):
        yield _wrong(claims, "capabilities", "must be an object with allow_publish, allow_subscribe or both")
        return
    for name, value in held.items():
        if name not in _CAPABILITIES:
            yield Problem(("capabilities", name), "is not known; there are allow_publish and allow_subscribe")
        elif not isinstance(value, bool):
            yield Problem(("capabilities", name), "must be true or false")
    if not any(held.get(name) for name in _CAPABILITIES):
        yield Problem(("capabilities",), "allow nothing; allow to publish, to subscribe or both")


def _attributes(attributes: object) -> Iterator[Problem]:
    if not isinstance(attributes, dict):
        yield Problem(("attributes",), "must be an object of texts")
        return
    for key, value in attributes.items():
        if not isinstance(value, str):
            yield Problem(("attributes", str(key)), "must be a text")
    texts = [text for pair in attributes.items() for text in pair if isinstance(text, str)]
    size = sum(len(text.encode(errors="replace")) for text in texts)
    if size > _MOST_ATTRIBUTE_BYTES:
        yield Problem(
            ("attributes",), f"keys and values take {size:,} bytes, IVS allows {_MOST_ATTRIBUTE_BYTES:,}; shorten them"
        )


def _connection(claims: Claims) -> Iterator[Problem]:
    if not re.fullmatch("[0-9]{12}", str(claims.get("account_id"))) or not isinstance(claims.get("account_id"), str):
        yield _wrong(claims, "account_id", "must be the twelve digits of the key's account, as a text")
    if not re.fullmatch("[a-z]{2,}(-[a-z]+)+-[0-9]+", str(claims.get("region"))):
        yield _wrong(claims, "region", "must be the region of the public key, such as eu-west-1")
    if claims.get("events_url") != EVENTS_URL:
        yield _wrong(claims, "events_url", f"must be {EVENTS_URL}")


def _wrong(claims: Claims, name: str, reason: str) -> Problem:
    return Problem((name,), reason if name in claims else f"is missing; it {reason}")
