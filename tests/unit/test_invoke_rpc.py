"""The Invoke RPC: from the engine's message to a function, and back; in one process, without an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct

from ivs_provider.cloud import Clock
from ivs_provider.functions.placeholders import MARK
from ivs_provider.rpc.convert import tree_from
from ivs_provider.rpc.protocol import pb
from ivs_provider.rpc.servicer import Provider
from ivs_provider.tokens import create_key_pair
from ivs_provider.values import UNKNOWN

if TYPE_CHECKING:
    import grpc

SECRET = "1b47061264138c4ac30d75fd1eb44270"
SIGNATURE = "4dabf18193072939515e22adb298388d"
ARN = "arn:aws:ivs:eu-west-1:123456789012:"
PAIR = create_key_pair()
SIGN = {
    "publicKeyArn": f"{ARN}public-key/k",
    "stageArn": f"{ARN}stage/s",
    "endpoints": {"events": "wss://e", "whip": "https://w"},
    "privateKey": {SIGNATURE: SECRET, "value": PAIR.private_pem},
}


class Context:
    """What gRPC hands a method: ends the call, as an exception."""

    said: grpc.StatusCode | None = None

    def code(self) -> grpc.StatusCode | None:
        """What was said already."""
        return self.said

    def abort(self, code: grpc.StatusCode, text: str) -> NoReturn:
        """End the call."""
        self.said = code
        raise AbortedError(code, text)


class AbortedError(Exception):
    """How a call ended."""


def provider() -> Provider:
    """A configured provider of the stack video/dev."""
    made = Provider(Clock(), {}, iter(()))
    urn = "urn:pulumi:dev::video::pulumi:providers:ivs::default"
    made.Configure(pb.ConfigureRequest(urn=urn, args=struct({"region": "eu-west-1"})), context())
    return made


def context() -> Any:
    """A context for one call."""
    return Context()


def struct(tree: dict[str, Any]) -> Struct:
    """The message of plain values."""
    message = Struct()
    message.update(tree)
    return message


def invoke(name: str, arguments: dict[str, Any], *, preview: bool = False) -> pb.InvokeResponse:
    """Call a function."""
    request = pb.InvokeRequest(tok=f"ivs:index:{name}", args=struct(arguments), preview=preview)
    answer: pb.InvokeResponse = provider().Invoke(request, context())
    return answer


def test_a_result_travels_with_its_secrets_marked() -> None:
    """The engine keeps no secret for us: each is wrapped here."""
    told = MessageToDict(getattr(invoke("signParticipantToken", SIGN), "return"))["participantToken"]
    assert told["token"][SIGNATURE] == SECRET
    assert told["token"]["value"].startswith("eyJ")
    assert told["duration"] == 720


def test_wrong_arguments_are_failures_at_their_paths() -> None:
    """All at once; there is no result beside them."""
    response = invoke("signParticipantToken", {**SIGN, "stageArn": "x", "duration": 0})
    assert [failure.property for failure in response.failures] == ["duration", "stageArn"]
    assert not response.HasField("return")


def test_an_unknown_function_is_named() -> None:
    """And what there is."""
    with pytest.raises(AbortedError, match="ivs:index:nothing is no function of this provider; there are create"):
        invoke("nothing", {})
    with pytest.raises(AbortedError, match="other:index:getStage is no function"):
        provider().Invoke(pb.InvokeRequest(tok="other:index:getStage"), context())


def test_functions_act_for_the_stack_of_the_provider() -> None:
    """From the URN of the provider resource, which Configure brings."""
    assert provider().stack == "video/dev"
    assert Provider(Clock(), {}, iter(())).stack == ""


def test_a_preview_answers_placeholders_that_come_back_as_unknown() -> None:
    """Whole, and inside another text; in what no preview made they don't occur."""
    response = invoke("createParticipantToken", {"stageArn": f"{ARN}stage/s"}, preview=True)
    wrapped = MessageToDict(getattr(response, "return"))["participantToken"]
    assert wrapped[SIGNATURE] == SECRET
    stand_in = wrapped["value"]["participantId"]
    assert stand_in == f"{MARK}participantToken.participantId"
    assert tree_from(struct({"a": stand_in, "b": f"x-{stand_in}", "c": "x"})) == {"a": UNKNOWN, "b": UNKNOWN, "c": "x"}
