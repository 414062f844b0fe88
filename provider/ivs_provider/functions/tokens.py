"""Tokens: issued by AWS, or signed and checked here without it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

from ivs_provider.functions.calling import Caller, as_it_is
from ivs_provider.model.function_type import FunctionType, Run
from ivs_provider.model.resource_type import Rule
from ivs_provider.tokens import SignedToken, TokenRefused, sign_connection_token, sign_participant_token, verify_token
from ivs_provider.tokens.claims import key_arn_parts
from ivs_provider.tokens.reading import read
from ivs_provider.values import Problem, Tree, Value, format_path

__all__ = ["FUNCTIONS"]

_MINUTE: Final = 60


def one_private_key(arguments: Tree) -> Iterator[Problem]:
    """Exactly one of ``privateKey`` and ``privateKeyFile`` is given."""
    if ("privateKey" in arguments) == ("privateKeyFile" in arguments):
        yield Problem(("privateKey",), "give either privateKey (PEM text) or privateKeyFile (a path)")


def attributes_fit(arguments: Tree) -> Iterator[Problem]:
    """Keys and values of the attributes take at most 1,024 bytes together."""
    attributes = arguments.get("attributes")
    texts = [text for pair in attributes.items() for text in pair] if isinstance(attributes, dict) else []
    size = sum(len(text.encode()) for text in texts if isinstance(text, str))
    if size > 1024:  # noqa: PLR2004 -- the API's "1 KB"
        yield Problem(("attributes",), f"keys and values take {size:,} bytes, AWS allows 1,024; shorten them")


def sign_participant(caller: Caller, arguments: Tree) -> Tree:
    """Sign a participant token; the answer looks like that of CreateParticipantToken."""
    given = cast("dict[str, str]", arguments)
    capabilities = cast("list[str]", arguments.get("capabilities") or ["PUBLISH", "SUBSCRIBE"])
    attributes = cast("dict[str, str]", arguments.get("attributes", {}))
    signed = sign_participant_token(
        private_key=_private_key(given),
        public_key_arn=given["publicKeyArn"],
        stage_arn=given["stageArn"],
        endpoints=cast("dict[str, str]", arguments["endpoints"]),
        endpoints_read_time=given.get("endpointsReadTime"),
        capabilities=capabilities,
        duration=cast("int", arguments.get("duration", 720)),
        user_id=given.get("userId", ""),
        attributes=attributes,
        token_id=given.get("participantId"),
        now=caller.account.clock.wall(),
    )
    said: Tree = {"userId": given.get("userId", ""), "attributes": cast("Value", attributes)}
    token = {"participantId": signed.token_id, **_common(signed), **said, "capabilities": cast("Value", capabilities)}
    return {"participantToken": token, "warnings": cast("Value", list(signed.warnings))}


def sign_connection(caller: Caller, arguments: Tree) -> Tree:
    """Sign a connection token."""
    given = cast("dict[str, str]", arguments)
    signed = sign_connection_token(
        private_key=_private_key(given),
        public_key_arn=given["publicKeyArn"],
        duration=cast("int", arguments.get("duration", 720)),
        token_id=given.get("tokenId"),
        now=caller.account.clock.wall(),
    )
    return {"connectionToken": {"tokenId": signed.token_id, **_common(signed)}}


def verify(caller: Caller, arguments: Tree) -> Tree:
    """Say what is wrong with a token, by the key given or by the one that it names."""
    given = cast("dict[str, str]", arguments)
    key = given.get("publicKeyMaterial") or _named_key(caller, given["token"])
    if not key:
        return {"valid": False, "problems": [*_why_no_key(given["token"])], "kind": ""}
    try:
        verdict = verify_token(
            given["token"],
            key,
            public_key_arn=given.get("publicKeyArn", ""),
            stage_arn=given.get("stageArn", ""),
            endpoints=cast("dict[str, str]", arguments.get("endpoints", {})),
            now=caller.account.clock.wall(),
        )
    except TokenRefused as refused:
        raise TokenRefused(Problem(("publicKeyMaterial",), each.reason) for each in refused.problems) from refused
    times = {"issuedTime": verdict.issued_at, "expirationTime": verdict.expires_at}
    return {
        "valid": verdict.is_valid,
        "problems": [_line(each) for each in verdict.problems],
        "kind": verdict.kind.value if verdict.kind else "",
        "publicKeyArn": verdict.key_arn,
        "stageArn": verdict.stage_arn,
        "tokenId": verdict.token_id,
        **{name: cast("Value", moment) for name, moment in times.items() if moment},
    }


def revoke(caller: Caller, arguments: Tree) -> Tree:
    """Revoke a connection token."""
    caller.account.call("RevokeConnectionToken", arguments, caller.deadline)
    return {"revoked": True}


def _private_key(given: dict[str, str]) -> str | Path:
    return given["privateKey"] if "privateKey" in given else Path(given["privateKeyFile"])


def _common(signed: SignedToken) -> Tree:
    minutes = round((signed.expires_at - signed.issued_at).total_seconds() / _MINUTE)
    return {"token": signed.token, "duration": minutes, "expirationTime": cast("Value", signed.expires_at)}


def _named_key(caller: Caller, token: str) -> str:
    """The key that a token names, as AWS has it; empty where it names none.

    The token decides nothing but which of the account's own keys is asked for.
    """
    parts, _ = read(token)
    arn = parts.header.get("kid") if parts else None
    if key_arn_parts(arn) is None:
        return ""
    answer = caller.account.call("GetPublicKey", {"arn": cast("str", arn)}, caller.deadline)
    return str(answer.get("publicKey", {}).get("publicKeyMaterial", ""))


def _why_no_key(token: str) -> Iterator[str]:
    _, problems = read(token)
    yield from (_line(each) for each in problems)
    if not problems:
        yield "header.kid: names no public key to check it with"


def _line(problem: Problem) -> str:
    return f"{format_path(problem.path)} {problem.reason}".strip()


def _function(name: str, run: Run, *rules: Rule) -> FunctionType:
    return FunctionType(name=name, group="tokens", run=run, rules=rules)


FUNCTIONS: Final = (
    _function("createParticipantToken", as_it_is("CreateParticipantToken"), attributes_fit),
    _function("signParticipantToken", sign_participant, one_private_key, attributes_fit),
    _function("signConnectionToken", sign_connection, one_private_key),
    _function("verifyToken", verify),
    _function("revokeConnectionToken", revoke),
)
