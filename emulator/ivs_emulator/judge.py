"""Whether a token lets its bearer in: everything that the service is documented to check when somebody joins.

Self-signed tokens are verified by joserfc (the provider signs with another library), issued ones by the emulator's
own key. What is wrong is told plainly: at AWS the bearer sees next to nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ivs_emulator.call import Call
from ivs_emulator.claims import (
    CONNECTION_CLAIMS,
    LONGEST_CONNECTION_SECONDS,
    LONGEST_SECONDS,
    PARTICIPANT_CLAIMS,
    check_claims,
    check_person,
    check_times,
)
from ivs_emulator.kinds import PUBLIC_KEY, STAGE
from ivs_emulator.operations import tokens
from ivs_emulator.operations.participant import barred_key
from ivs_emulator.records import Record
from ivs_emulator.token_text import Token, TokenRefusedError, read_token

EVENTS_URL: Final = "wss://global.events.live-video.net"
"""What a connection token must name."""

_ALGORITHM: Final = "ES384"


@dataclass(frozen=True, slots=True)
class Pass:
    """What a good participant token says of its bearer."""

    stage_arn: str
    participant_id: str
    user_id: str
    attributes: Mapping[str, str]
    capabilities: tuple[str, ...]
    expires: float


def is_connection_token(text: str) -> bool:
    """Tell whether a token says of itself that it is for a connection and not for a stage."""
    return "account_id" in read_token(text).claims


def scope_named_by(text: str) -> tuple[str, str]:
    """Answer the region and account that a token claims to be of; nothing is verified yet.

    Raises:
        TokenRefusedError: if it names none.
    """
    token = read_token(text)
    named = token.header.get("kid") if token.header.get("alg") == _ALGORITHM else token.claims.get("resource")
    match = re.fullmatch(r"arn:aws:ivs:([a-z0-9-]+):(\d+):[a-z-]+/.+", named) if isinstance(named, str) else None
    if not match:
        what = "kid" if token.header.get("alg") == _ALGORITHM else "alg"
        raise TokenRefusedError(
            "key", f"the header's {what} does not lead to a key: {_ALGORITHM} and a public key's ARN"
        )
    return match.group(1), match.group(2)


def judge(call: Call, text: str) -> Pass:
    """Answer whom a participant token lets in, and to which stage.

    Raises:
        TokenRefusedError: with the first thing that is wrong.
    """
    token = _verified(call, text)
    claims = token.claims
    check_claims(claims, PARTICIPANT_CLAIMS)
    check_times(call, claims, LONGEST_SECONDS)
    stage = call.fetch(claims["resource"])
    if stage is None or not claims["resource"].startswith(_arn_start(call, STAGE.arn_part)):
        raise TokenRefusedError("stage", f"there is no stage {claims['resource']} in this account and region")
    _check_stage(stage, claims)
    check_person(claims)
    if call.has(barred_key(stage["arn"], claims["jti"])):
        raise TokenRefusedError("disconnected", "the participant was disconnected; its token can't join again")
    allowed = claims["capabilities"]
    return Pass(
        stage["arn"],
        claims["jti"],
        claims.get("user_id", ""),
        claims.get("attributes", {}),
        tuple(name for name in tokens.EVERYTHING if allowed.get(f"allow_{name.lower()}")),
        claims["exp"],
    )


def judge_connection(call: Call, text: str) -> Record:
    """Answer the claims of a connection token that is good.

    Raises:
        TokenRefusedError: with the first thing that is wrong.
    """
    token = _verified(call, text)
    if token.header.get("alg") != _ALGORITHM:
        raise TokenRefusedError("algorithm", f"a connection token is signed with {_ALGORITHM}")
    claims = token.claims
    check_claims(claims, CONNECTION_CLAIMS)
    check_times(call, claims, LONGEST_CONNECTION_SECONDS)
    for name, right in (("account_id", call.scope.account), ("region", call.scope.region)):
        if claims[name] != right:
            raise TokenRefusedError("account", f"{name} must be {right}, as the public key's")
    if claims["events_url"] != EVENTS_URL:
        raise TokenRefusedError("endpoints", f"events_url must be {EVENTS_URL}")
    if call.has(tokens.revoked_key(call, claims["jti"])):
        raise TokenRefusedError("revoked", "the connection token was revoked")
    return claims


def _verified(call: Call, text: str) -> Token:
    token = read_token(text)
    algorithm = token.header.get("alg")
    if token.header.get("typ") != "JWT":
        raise TokenRefusedError("header", "the header's typ must be JWT")
    if "crit" in token.header:
        raise TokenRefusedError("header", "the header has critical members that nobody here understands")
    if algorithm == _ALGORITHM:
        _verify_by_key(call, token)
    elif algorithm != tokens.ALGORITHM:
        raise TokenRefusedError("algorithm", f"the header's alg must be {_ALGORITHM}")
    elif not tokens.is_own(call, token.content, token.signature):
        raise TokenRefusedError("signature", "the token was not issued here")
    return token


def _verify_by_key(call: Call, token: Token) -> None:
    from joserfc import jws
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey

    kid = token.header.get("kid")
    row = call.store.fetch(call.scope, kid) if isinstance(kid, str) else None
    if row is None or row.kind != PUBLIC_KEY.name:
        raise TokenRefusedError("key", f"the header's kid names no public key that is imported here: {kid}")
    key = ECKey.import_key(row.record["publicKeyMaterial"])
    try:
        jws.deserialize_compact(token.text, key, algorithms=[_ALGORITHM])
    except (JoseError, ValueError) as problem:
        raise TokenRefusedError("signature", f"the signature is not one by the private key of {kid}") from problem


def _arn_start(call: Call, part: str) -> str:
    return f"arn:aws:ivs:{call.scope.region}:{call.scope.account}:{part}/"


def _check_stage(stage: Record, claims: Record) -> None:
    identifier = stage["arn"].rpartition("/")[2]
    if claims["topic"] != identifier:
        raise TokenRefusedError("stage", f"topic must be {identifier}, the last part of resource")
    for claim, endpoint in (("events_url", "events"), ("whip_url", "whip")):
        if claims[claim] != stage["endpoints"][endpoint]:
            raise TokenRefusedError("endpoints", f"{claim} must be exactly the stage's endpoints.{endpoint}")
