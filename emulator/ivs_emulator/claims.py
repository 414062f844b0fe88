"""What the claims of a token must be like, whoever has signed them and whatever they are about."""

import re
from collections.abc import Callable
from typing import Final

from ivs_emulator.call import Call
from ivs_emulator.limits import ATTRIBUTE_BYTES
from ivs_emulator.operations import tokens
from ivs_emulator.records import Record
from ivs_emulator.token_text import TokenRefusedError

VERSION: Final = "1.0"
LONGEST_SECONDS: Final = 14 * 24 * 3600
"""How long a participant token may live."""

LONGEST_CONNECTION_SECONDS: Final = 28 * 24 * 3600
"""How long a connection token may live."""

SKEW_SECONDS: Final = 60
"""How far in the future a token may have been made: clocks differ."""

_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LONGEST_USER_ID: Final = 128


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_identifier(value: object) -> bool:
    return isinstance(value, str) and bool(_IDENTIFIER.fullmatch(value))


def _is_second(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_allowing(value: object) -> bool:
    known = {f"allow_{name.lower()}" for name in tokens.EVERYTHING}
    return isinstance(value, dict) and set(value) <= known and all(isinstance(one, bool) for one in value.values())


_Check = tuple[str, Callable[[object], bool], str]

_COMMON: Final[tuple[_Check, ...]] = (
    ("exp", _is_second, "a whole number of seconds since 1970"),
    ("iat", _is_second, "a whole number of seconds since 1970"),
    ("jti", _is_identifier, "1 to 64 letters, digits, hyphens and underscores"),
    ("version", lambda value: value == VERSION, f"{VERSION!r}"),
    ("events_url", _is_text, "the events endpoint"),
)

PARTICIPANT_CLAIMS: Final[tuple[_Check, ...]] = (
    *_COMMON,
    ("resource", _is_text, "the ARN of the stage"),
    ("topic", _is_text, "the last part of the stage's ARN"),
    ("whip_url", _is_text, "the stage's WHIP endpoint"),
    ("capabilities", _is_allowing, "an object of allow_publish and allow_subscribe, true or false"),
)

CONNECTION_CLAIMS: Final[tuple[_Check, ...]] = (
    *_COMMON,
    ("account_id", _is_text, "the account's number, as text"),
    ("region", _is_text, "the region of the public key"),
)


def check_claims(claims: Record, checks: tuple[_Check, ...]) -> None:
    """Check that every mandatory claim is there and has its form.

    Raises:
        TokenRefusedError: naming the first one that hasn't.
    """
    for name, is_right, what in checks:
        if name not in claims:
            raise TokenRefusedError("claims", f"the claim {name} is missing: {what}")
        if not is_right(claims[name]):
            raise TokenRefusedError("version" if name == "version" else "claims", f"the claim {name} must be {what}")


def check_times(call: Call, claims: Record, longest: int) -> None:
    """Check that a token was made before now, ends after now, and doesn't live too long.

    Raises:
        TokenRefusedError: saying which.
    """
    lifetime = claims["exp"] - claims["iat"]
    if lifetime <= 0:
        raise TokenRefusedError("lifetime", "exp must be after iat")
    if lifetime > longest:
        raise TokenRefusedError("lifetime", f"exp must be at most {longest // 86400} days after iat")
    if claims["iat"] > call.now + SKEW_SECONDS:
        raise TokenRefusedError("not-yet", "iat is in the future")
    if claims["exp"] <= call.now:
        raise TokenRefusedError("expired", "the token has expired")


def check_person(claims: Record) -> None:
    """Check the two claims that need not be there.

    Raises:
        TokenRefusedError: naming the one that is wrong.
    """
    user_id, attributes = claims.get("user_id", ""), claims.get("attributes", {})
    if not isinstance(user_id, str) or len(user_id) > _LONGEST_USER_ID:
        raise TokenRefusedError("claims", f"user_id must be text of at most {_LONGEST_USER_ID} characters")
    if not isinstance(attributes, dict) or not all(isinstance(value, str) for value in attributes.values()):
        raise TokenRefusedError("claims", "attributes must be an object of texts")
    size = sum(len(text.encode(errors="surrogatepass")) for pair in attributes.items() for text in pair)
    if size > ATTRIBUTE_BYTES:
        raise TokenRefusedError("attributes", f"attributes must have at most {ATTRIBUTE_BYTES} bytes in total")
