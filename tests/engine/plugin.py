"""The plugin's process without an engine: the test speaks the protocol itself."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc

from tests.engine.stack import OPERATIONS, PLUGIN_DIRECTORY, PROJECT, STACK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Failure", "Plugin"]


@dataclass(frozen=True)
class Failure:
    """How an RPC failed."""

    code: grpc.StatusCode
    text: str


class Plugin:
    """A running plugin, configured for one account."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def __enter__(self) -> Self:
        """Start it and wait for the port that it prints."""
        self._process = subprocess.Popen(
            [PLUGIN_DIRECTORY / "pulumi-resource-ivs"],
            env={**os.environ, **self._environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        self._channel = grpc.insecure_channel(f"127.0.0.1:{int(self._process.stdout.readline())}")
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self._stub.Handshake(pb.ProviderHandshakeRequest(engine_address="127.0.0.1:1"), wait_for_ready=True)
        self.configure({})
        return self

    def __exit__(self, *_: object) -> None:
        """End it as the engine does."""
        self._channel.close()
        self._process.terminate()
        self._process.communicate()

    def configure(self, settings: dict[str, Any]) -> None:
        """Configure it, without pace."""
        fast = dict.fromkeys(OPERATIONS, 1000)
        self._settings = pb.ConfigureRequest(args=struct({"rateLimits": fast, **settings}), acceptSecrets=True, id="p")
        self._stub.Configure(self._settings)

    def problems(self, kind: str, properties: dict[str, Any]) -> dict[str, list[str]]:
        """What Check finds wrong, by path."""
        request = pb.CheckRequest(urn=urn(kind), type=f"ivs:index:{kind}", news=struct(properties))
        found: dict[str, list[str]] = {}
        for failure in self._stub.Check(request).failures:
            path = failure.property or failure.reason.partition(": ")[0]  # in the text where engines must not print
            found.setdefault(path, []).append(failure.reason)
        return found

    def create(self, kind: str, properties: dict[str, Any], timeout: float = 0) -> str | Failure:
        """The new resource's id, or how its creation failed."""
        request = pb.CreateRequest(
            urn=urn(kind), type=f"ivs:index:{kind}", properties=struct(properties), timeout=timeout
        )
        return self._id(self._stub.Create, request)

    def update(self, kind: str, arn: str, old: dict[str, Any], new: dict[str, Any]) -> Failure | None:
        """How an update failed, if it did."""
        before, after = struct(old), struct(new)
        request = pb.UpdateRequest(
            id=arn, urn=urn(kind), type=f"ivs:index:{kind}", olds=before, old_inputs=before, news=after
        )
        return _attempted(self._stub.Update, request)[1]

    def read(self, kind: str, arn: str, inputs: dict[str, Any] | None = None) -> str | Failure:
        """The id of what was read (empty: gone), or how it failed; with inputs a refresh, else an import."""
        request = pb.ReadRequest(id=arn, urn=urn(kind), type=f"ivs:index:{kind}")
        if inputs is not None:
            request.inputs.CopyFrom(struct(inputs))
            request.properties.CopyFrom(struct({**inputs, "arn": arn}))
        return self._id(self._stub.Read, request)

    def listed(self, kind: str, token: str = "") -> tuple[list[str], str]:
        """One page of the ids that the account has, and the token of the next."""
        answers = list(self._stub.List(pb.ListRequest(token=f"ivs:index:{kind}", continuation_token=token)))
        return [each.result.id for each in answers if each.HasField("result")], next(
            (each.continuation.continuation_token for each in answers if each.HasField("continuation")), ""
        )

    def _id(self, method: Callable[[Any], Any], request: Any) -> str | Failure:
        answer, failure = _attempted(method, request)
        return failure or str(answer.id)

    def delete(self, kind: str, arn: str, inputs: dict[str, Any] | None = None) -> Failure | None:
        """How a delete failed, if it did; in a later run, since within one what was just created is guarded."""
        self._stub.Configure(self._settings)
        request = pb.DeleteRequest(id=arn, urn=urn(kind), type=f"ivs:index:{kind}", old_inputs=struct(inputs or {}))
        return _attempted(self._stub.Delete, request)[1]


def _attempted(method: Callable[[Any], Any], request: Any) -> tuple[Any, Failure | None]:
    """What an RPC answered, or how it failed."""
    try:
        return method(request), None
    except grpc.RpcError as error:
        return None, Failure(error.code(), error.details() or "")


def urn(kind: str) -> str:
    """The URN of a resource named after its type."""
    return f"urn:pulumi:{STACK}::{PROJECT}::ivs:index:{kind}::{kind.lower()}"


def struct(tree: dict[str, Any]) -> Struct:
    """The message of some plain values."""
    message = Struct()
    message.update(tree)
    return message
