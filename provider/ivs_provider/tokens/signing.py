"""Signs tokens: arguments in the API's terms in, a JWT out. No call to AWS, no file but the private key's."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from ivs_provider.tokens import claims as rules
from ivs_provider.tokens.claims import EVENTS_URL, LONGEST, VERSION, TokenKind
from ivs_provider.tokens.keys import Pem, private_key_from
from ivs_provider.tokens.refusal import TokenRefused
from ivs_provider.values import Path, Problem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

__all__ = ["SignedToken", "sign_connection_token", "sign_participant_token"]

_MINUTE: Final = 60
_STALE_AFTER: Final = 14 * 86_400
_CLAIM_OF: Final = {"PUBLISH": "allow_publish", "SUBSCRIBE": "allow_subscribe"}
_ARGUMENTS: Final[Mapping[str, Path]] = {
    "jti": ("token_id",),
    "exp": ("duration",),
    "iat": ("now",),
    "resource": ("stage_arn",),
    "topic": ("stage_arn",),
    "events_url": ("endpoints", "events"),
    "whip_url": ("endpoints", "whip"),
    "account_id": ("public_key_arn",),
    "region": ("public_key_arn",),
}
"""Which argument a claim is made from, where it has another name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedToken:
    """A token and what its owner may know of it without reading it.

    Args:
        token: The JWT; whoever has it may join. Never shown when printed.
        token_id: Its ``jti``: the participant's id, or what RevokeConnectionToken takes.
        issued_at: From when it holds (UTC, whole seconds).
        expires_at: Until when it holds (UTC, whole seconds).
        warnings: What may keep it from working although it is well formed.
    """

    token: str = field(repr=False)
    token_id: str
    issued_at: datetime
    expires_at: datetime
    warnings: tuple[str, ...] = ()


def sign_participant_token(  # noqa: PLR0913 -- one argument for each fact that a token states
    *,
    private_key: Pem,
    public_key_arn: str,
    stage_arn: str,
    endpoints: Mapping[str, str],
    capabilities: Sequence[str] = ("PUBLISH", "SUBSCRIBE"),
    duration: int = 720,
    user_id: str = "",
    attributes: Mapping[str, str] | None = None,
    token_id: str | None = None,
    endpoints_read_time: datetime | str | None = None,
    now: float | None = None,
) -> SignedToken:
    """Sign a token with which one participant joins one stage.

    Args:
        private_key: P-384, PEM: its text, or a `pathlib.Path`.
        public_key_arn: ARN of the imported public half, exactly as AWS gives it.
        stage_arn: ARN of the stage.
        endpoints: The stage's ``endpoints``: ``events`` and ``whip``, exactly as AWS gives them; others are let be.
        capabilities: ``PUBLISH``, ``SUBSCRIBE`` or both.
        duration: Minutes until it expires, 1 to 20,160 (14 days). AWS recommends 720.
        user_id: Whom it is for, at most 128 characters. Seen by everybody on the stage: nothing personal.
        attributes: Facts about the participant, at most 1 KB with their names. Seen by everybody on the stage.
        token_id: The participant's id, 1 to 64 letters, digits, ``-`` and ``_``, used once; a random UUID if None.
        endpoints_read_time: When the endpoints were read (output ``endpointsReadTime`` of a stage); AWS lets them be
            cached for 14 days, and older ones are warned about.
        now: Seconds since 1970; the system's clock if None.

    Raises:
        TokenRefused: Anything is wrong with the arguments: everything that is, each with its path.
    """
    issued, identity = _now(now), _fresh(token_id)
    problems = [*_key_arn(public_key_arn), *_known_capabilities(capabilities), *_duration(duration)]
    claims: dict[str, object] = {
        **_standard(issued, duration, identity),
        "resource": stage_arn,
        "topic": str(stage_arn).rpartition("/")[2],
        "events_url": endpoints.get("events"),
        "whip_url": endpoints.get("whip"),
        "capabilities": {_CLAIM_OF[name]: True for name in capabilities if name in _CLAIM_OF},
        **({"user_id": user_id} if user_id != "" else {}),
        **({"attributes": dict(attributes)} if attributes else {}),
    }
    problems += _same_account(public_key_arn, stage_arn)
    stale, unreadable = _staleness(endpoints_read_time, issued)
    key = _checked(TokenKind.PARTICIPANT, claims, private_key, [*problems, *unreadable])
    return _signed(key, public_key_arn, claims, stale)


def sign_connection_token(
    *,
    private_key: Pem,
    public_key_arn: str,
    duration: int = 720,
    token_id: str | None = None,
    now: float | None = None,
) -> SignedToken:
    """Sign a token with which a client opens one connection that serves many stages.

    Which stages it may join, each participant token says; this one names none. Account and region are those of the
    public key.

    Args:
        private_key: P-384, PEM: its text, or a `pathlib.Path`.
        public_key_arn: ARN of the imported public half, exactly as AWS gives it.
        duration: Minutes until it expires, 1 to 40,320 (4 weeks).
        token_id: What `revokeConnectionToken` takes, 1 to 64 letters, digits, ``-`` and ``_``, used once; a random UUID
            if None.
        now: Seconds since 1970; the system's clock if None.

    Raises:
        TokenRefused: Anything is wrong with the arguments: everything that is, each with its path.
    """
    region, account = rules.key_arn_parts(public_key_arn) or ("eu-west-1", "000000000000")  # refused just below
    claims: dict[str, object] = {
        **_standard(_now(now), duration, _fresh(token_id)),
        "account_id": account,
        "region": region,
        "events_url": EVENTS_URL,
    }
    problems = [*_key_arn(public_key_arn), *_duration(duration)]
    key = _checked(TokenKind.CONNECTION, claims, private_key, problems)
    return _signed(key, public_key_arn, claims, ())


def _now(now: float | None) -> int:
    return int(time.time() if now is None else now)  # noqa: TID251 -- the edge: who has a clock gives it


def _fresh(token_id: str | None) -> str:
    return str(uuid.uuid4()) if token_id is None else token_id  # noqa: TID251 -- the edge: who has ids gives one


def _standard(issued: int, duration: int, identity: str) -> dict[str, object]:
    minutes = duration if _is_whole(duration) else 1
    return {"exp": issued + minutes * _MINUTE, "iat": issued, "jti": identity, "version": VERSION}


def _is_whole(duration: object) -> bool:
    return isinstance(duration, int) and not isinstance(duration, bool)


def _key_arn(arn: str) -> Iterable[Problem]:
    if rules.key_arn_parts(arn) is None:
        yield Problem(("public_key_arn",), "must be the ARN of an imported public key (arn:aws:ivs:…:public-key/…)")


def _duration(duration: int) -> Iterable[Problem]:
    if not _is_whole(duration):
        yield Problem(("duration",), "must be a whole number of minutes")


def _known_capabilities(capabilities: Sequence[str]) -> Iterable[Problem]:
    if isinstance(capabilities, str):
        yield Problem(("capabilities",), "must be a list: PUBLISH, SUBSCRIBE or both")
        return
    for index, name in enumerate(capabilities):
        if name not in _CLAIM_OF:
            yield Problem(("capabilities", index), f"must be PUBLISH or SUBSCRIBE, not {name!r}")


def _same_account(key_arn: str, stage_arn: str) -> Iterable[Problem]:
    key, stage = rules.key_arn_parts(key_arn), rules.stage_arn_parts(stage_arn)
    if key and stage and key[1] != stage[1]:
        yield Problem(("public_key_arn",), f"is a key of account {key[1]}, the stage is in {stage[1]}")


def _staleness(read: datetime | str | None, now: int) -> tuple[tuple[str, ...], list[Problem]]:
    """What to warn of, and what is wrong, about the age of the endpoints."""
    if read is None or read == "":
        return (), []
    try:
        moment = datetime.fromisoformat(read) if isinstance(read, str) else read
    except ValueError:
        return (), [Problem(("endpoints_read_time",), "must be a time in ISO 8601, such as 2026-11-22T10:00:00+00:00")]
    age = now - (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if age <= _STALE_AFTER:
        return (), []
    warning = (
        f"the endpoints were read {age / 86_400:.0f} days ago, AWS lets them be cached for 14: read the stage again"
    )
    return (warning,), []


def _checked(
    kind: TokenKind, claims: Mapping[str, object], private_key: Pem, problems: list[Problem]
) -> EllipticCurvePrivateKey:
    """The key, where nothing at all is wrong.

    Raises:
        TokenRefused: Something is.
    """
    key = private_key_from(private_key, ("private_key",), problems)
    told = {problem.path for problem in problems}
    for problem in rules.claim_problems(kind, claims):
        path = (*_ARGUMENTS.get(str(problem.path[0]), problem.path[:1]), *problem.path[1:])
        # What is wrong with an argument already need not be said of the claim made from it.
        if path not in told and not (path == ("capabilities",) and any(place[0] == path[0] for place in told)):
            problems.append(Problem(path, _in_terms_of_arguments(kind, path, problem.reason)))
    if problems or key is None:
        raise TokenRefused(dict.fromkeys(problems))
    return key


def _in_terms_of_arguments(kind: TokenKind, path: Path, reason: str) -> str:
    if path == ("duration",):
        return f"must be 1 to {LONGEST[kind] // _MINUTE:,} minutes"
    return reason


def _signed(
    key: EllipticCurvePrivateKey, key_arn: str, claims: Mapping[str, object], warnings: tuple[str, ...]
) -> SignedToken:
    import jwt

    # typ stands in PyJWT's own header; ES384 signs SHA-384 and writes r and s side by side, 96 bytes.
    token = jwt.encode(dict(claims), key, algorithm=rules.ALGORITHM, headers={"kid": key_arn})
    issued, expires = (datetime.fromtimestamp(float(str(claims[name])), UTC) for name in ("iat", "exp"))
    return SignedToken(
        token=token, token_id=str(claims["jti"]), issued_at=issued, expires_at=expires, warnings=warnings
    )
