"""Says what is wrong with a token: form, algorithm, signature, claims, time. Everything at once, never the token.

RFC 8725 (best current practices of JWT): the algorithm is ES384 whatever the header says (2.1, 3.1, 3.2), the key is
the caller's and never one that the token names (3.10), every claim is checked (3.8, 3.9), the two kinds of tokens are
told apart (3.11, 3.12).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from ivs_provider.tokens import claims as rules
from ivs_provider.tokens.claims import ALGORITHM, TokenKind
from ivs_provider.tokens.keys import Pem, public_key_from
from ivs_provider.tokens.reading import Parts, read
from ivs_provider.tokens.refusal import TokenRefused
from ivs_provider.values import Problem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

__all__ = ["Verdict", "verify_token"]

_HEADER: Final = ("alg", "typ", "kid")
_SIGNATURE_BYTES: Final = 96
_HALF: Final = 48
_ORDER: Final = int(
    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16
)
"""Of the group on P-384 (SEC 2, secp384r1): both halves of a signature lie between 1 and this, exclusively."""
_CLOCK_SKEW: Final = 60
_LAST_SECOND: Final = 253_402_300_799


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is to be said of a token without showing it.

    Args:
        problems: What is wrong with it, each at its place: a claim, ``header.alg``, ``signature``. Empty: it holds.
        kind: What it means to be; ``None`` where it can't be read.
        key_arn: The public key that it names (``kid``); empty where it names none.
        token_id: Its ``jti``, the participant's id; empty where it has none.
        stage_arn: The stage that it admits to; empty for connections.
        issued_at: From when it holds (UTC).
        expires_at: Until when it holds (UTC); ``None`` where it does not say.
    """

    problems: tuple[Problem, ...]
    kind: TokenKind | None = None
    key_arn: str = ""
    token_id: str = ""
    stage_arn: str = ""
    issued_at: datetime | None = None
    expires_at: datetime | None = None

    @property
    def is_valid(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.problems


def verify_token(  # noqa: PLR0913 -- one argument for each thing to hold it against
    token: str,
    public_key: Pem,
    *,
    public_key_arn: str = "",
    stage_arn: str = "",
    endpoints: Mapping[str, str] | None = None,
    kind: TokenKind | None = None,
    now: float | None = None,
) -> Verdict:
    """Say what is wrong with a token that somebody signed for IVS, and when it expires.

    That it passes means that it is well formed, signed by the key, in time and for the stage. Whether the service knows
    the key, or has seen the token before, only the service can say.

    Args:
        token: The JWT.
        public_key: Of whom it should be, P-384, PEM (either half): its text, or a `pathlib.Path`.
        public_key_arn: ARN that it must name as ``kid``; any well-formed one if empty.
        stage_arn: Stage that it must be for; any if empty. A connection token is for none.
        endpoints: The stage's ``endpoints``, whose ``events`` and ``whip`` it must hold; any if None.
        kind: Which kind it must be; either if None.
        now: Seconds since 1970; the system's clock if None.

    Raises:
        TokenRefused: The public key is none: nothing can be said of the token.
    """
    mistakes: list[Problem] = []
    key = public_key_from(public_key, ("public_key",), mistakes)
    if key is None:
        raise TokenRefused(mistakes)
    parts, problems = read(token)
    if parts is None:
        return Verdict(problems=tuple(problems))
    moment = time.time() if now is None else now  # noqa: TID251 -- the edge: who has a clock gives it
    meant = rules.kind_of(parts.claims)
    problems += _header(parts.header, public_key_arn)
    problems += _signature(parts, key)
    problems += rules.claim_problems(meant, parts.claims)
    problems += _in_time(parts.claims, moment)
    problems += _expected(parts.claims, meant, kind, stage_arn, endpoints or {})
    problems += _key_fits(parts, meant)
    return _verdict(parts, meant, problems)


def _verdict(parts: Parts, kind: TokenKind, problems: list[Problem]) -> Verdict:
    claims = parts.claims
    return Verdict(
        problems=tuple(dict.fromkeys(problems)),
        kind=kind,
        key_arn=_text(parts.header.get("kid")),
        token_id=_text(claims.get("jti")),
        stage_arn=_text(claims.get("resource")) if kind is TokenKind.PARTICIPANT else "",
        issued_at=_time(claims.get("iat")),
        expires_at=_time(claims.get("exp")),
    )


def _header(header: Mapping[str, object], key_arn: str) -> Iterator[Problem]:
    algorithm = header.get("alg")
    if algorithm == "KMS":
        yield Problem(("header", "alg"), "is KMS: the service itself issued the token, only the service can check it")
    elif algorithm != ALGORITHM:
        yield Problem(("header", "alg"), f"must be {ALGORITHM}")
    if header.get("typ") != "JWT":
        yield Problem(("header", "typ"), "must be JWT")
    if rules.key_arn_parts(header.get("kid")) is None:
        yield Problem(("header", "kid"), "must be the ARN of the imported public key")
    elif key_arn and header.get("kid") != key_arn:
        yield Problem(("header", "kid"), f"names another key than {key_arn}")
    for name in header.keys() - set(_HEADER):
        # jwk, jku, x5c: a key that the token brings along; crit, b64: rules that nobody here knows.
        yield Problem(("header", name[:40]), "is not a header member of IVS tokens: there are alg, typ and kid")


def _signature(parts: Parts, key: EllipticCurvePublicKey) -> Iterator[Problem]:
    """ECDSA over P-384 and SHA-384, as JWS writes it: r and s side by side, 48 bytes each (RFC 7518, 3.4)."""
    raw = parts.signature
    if len(raw) != _SIGNATURE_BYTES:
        # A sequence, and its length in one byte: the first alone is that of one in 256 signatures of any kind.
        is_der = raw[:1] == b"\x30" and raw[1:2] == bytes([(len(raw) - 2) % 256])
        der = " (this one looks like DER; sign with r and s side by side)" if is_der else ""
        yield Problem(("signature",), f"must have {_SIGNATURE_BYTES} bytes, not {len(raw)}{der}")
        return
    r, s = int.from_bytes(raw[:_HALF]), int.from_bytes(raw[_HALF:])
    if not (0 < r < _ORDER and 0 < s < _ORDER) or not _holds(key, parts.signed, r, s):
        yield Problem(("signature",), "is not one that this key made of this header and payload")


def _holds(key: EllipticCurvePublicKey, signed: bytes, r: int, s: int) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA384

    try:
        key.verify(encode_dss_signature(r, s), signed, ECDSA(SHA384()))
    except InvalidSignature:
        return False
    return True


def _in_time(claims: Mapping[str, object], now: float) -> Iterator[Problem]:
    issued, expires = _time(claims.get("iat")), _time(claims.get("exp"))
    if expires and expires.timestamp() <= now:
        yield Problem(("exp",), f"has passed: it expired at {expires.isoformat()}")
    if issued and issued.timestamp() > now + _CLOCK_SKEW:
        yield Problem(("iat",), f"lies ahead: it is issued for {issued.isoformat()}")


def _expected(
    claims: Mapping[str, object],
    meant: TokenKind,
    wanted: TokenKind | None,
    stage_arn: str,
    endpoints: Mapping[str, str],
) -> Iterator[Problem]:
    if wanted and meant is not wanted:
        yield Problem((), f"is a {meant.value} token, not a {wanted.value} token")
    if meant is TokenKind.CONNECTION:
        if stage_arn and not wanted:
            yield Problem((), "is a connection token: it admits to no stage")
        return
    if stage_arn and claims.get("resource") != stage_arn:
        yield Problem(("resource",), f"names another stage than {stage_arn}")
    for member, name in (("events", "events_url"), ("whip", "whip_url")):
        if endpoints.get(member) and claims.get(name) != endpoints[member]:
            yield Problem((name,), f"is not endpoints.{member} of the stage")


def _key_fits(parts: Parts, kind: TokenKind) -> Iterator[Problem]:
    """The key must be of the account (and, for connections, the region) that the token is for."""
    key = rules.key_arn_parts(parts.header.get("kid"))
    if key is None:
        return
    if kind is TokenKind.CONNECTION:
        for name, mine in (("region", key[0]), ("account_id", key[1])):
            if parts.claims.get(name) != mine:
                yield Problem((name,), f"is not that of the key that the token names, {mine}")
        return
    stage = rules.stage_arn_parts(parts.claims.get("resource"))
    if stage and stage[1] != key[1]:
        yield Problem(("header", "kid"), f"names a key of account {key[1]}, the stage is in {stage[1]}")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _time(value: object) -> datetime | None:
    whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LAST_SECOND
    return datetime.fromtimestamp(value, UTC) if whole and isinstance(value, int) else None
