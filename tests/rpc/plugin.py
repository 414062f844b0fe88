"""A real plugin process, spoken to as the engine does: gRPC on loopback, values converted by `tests.rpc.wire`."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc, status_pb2

from tests.rpc.wire import from_wire, to_wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.protobuf.struct_pb2 import Struct

PROGRAM = Path(__file__).resolve().parents[2] / ".venv" / "bin" / "pulumi-resource-ivs"
NO_ENGINE = "127.0.0.1:1"
SEED = bytes(range(32))

Mode = pb.CheckRequest.AutonamingOptions


@dataclass(frozen=True)
class Checked:
    """What a check answered: the inputs, and the reason for each path that is wrong."""

    inputs: dict[str, Any]
    failures: list[tuple[str, str]]

    @property
    def wrong(self) -> list[str]:
        """The paths that are wrong."""
        return [path for path, _ in self.failures]


@dataclass(frozen=True)
class Held:
    """What a create, read or update answered; `inputs` of a read alone."""

    arn: str
    outputs: dict[str, Any]
    is_read_first: bool
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Failed:
    """An error as the engine sees it."""

    code: grpc.StatusCode
    text: str
    detail: pb.ErrorResourceInitFailed | None


def urn(kind: str, name: str = "main", parents: str = "") -> str:
    """A URN of the test program's."""
    return f"urn:pulumi:dev::spine::{parents}ivs:index:{kind}::{name}"


class Plugin:
    """The RPCs, with what a test usually says in them."""

    def __init__(self, port: int, process: subprocess.Popen[bytes] | None = None) -> None:
        """Connect; `process` where the test started it itself."""
        self.port = port
        self.process = process
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self.channel)
        self.configured: pb.ConfigureRequest | None = None

    def handshake(self) -> pb.ProviderHandshakeResponse:
        """Begin as the engine does."""
        request = pb.ProviderHandshakeRequest(engine_address=NO_ENGINE, configure_with_urn=True)
        answer: pb.ProviderHandshakeResponse = self.stub.Handshake(request, wait_for_ready=True, timeout=60)
        return answer

    def configure(self, arguments: dict[str, Any], identity: str = "provider-1") -> pb.ConfigureResponse:
        """Give the settings."""
        request = pb.ConfigureRequest(args=to_wire(arguments), acceptSecrets=True, id=identity)
        answer: pb.ConfigureResponse = self.stub.Configure(request, timeout=30)
        self.configured = request
        return answer

    def check_config(self, news: dict[str, Any]) -> Checked:
        """Check the settings."""
        return _checked(self.stub.CheckConfig(pb.CheckRequest(urn=urn("x"), news=to_wire(news)), timeout=30))

    def diff_config(self, old: dict[str, Any], new: dict[str, Any]) -> pb.DiffResponse:
        """Compare settings."""
        request = pb.DiffRequest(old_inputs=to_wire(old), olds=to_wire(old), news=to_wire(new))
        answer: pb.DiffResponse = self.stub.DiffConfig(request, timeout=30)
        return answer

    def check(
        self,
        kind: str,
        news: dict[str, Any],
        olds: dict[str, Any] | None = None,
        autonaming: tuple[Any, str] | None = None,
    ) -> Checked:
        """Check a resource's inputs."""
        request = pb.CheckRequest(
            urn=urn(kind), type=f"ivs:index:{kind}", name="main", news=to_wire(news), randomSeed=SEED
        )
        request.olds.CopyFrom(to_wire(olds or {}))
        if autonaming:
            request.autonaming.CopyFrom(Mode(mode=autonaming[0], proposed_name=autonaming[1]))
        return _checked(self.stub.Check(request, timeout=30))

    def diff(
        self,
        kind: str,
        old: dict[str, Any],
        new: dict[str, Any],
        outputs: dict[str, Any] | None = None,
        ignore: tuple[str, ...] = (),
    ) -> pb.DiffResponse:
        """Compare inputs; the old outputs are the old inputs where a test says nothing of them."""
        request = pb.DiffRequest(
            id="some", urn=urn(kind), type=f"ivs:index:{kind}", ignoreChanges=ignore, news=to_wire(new)
        )
        request.old_inputs.CopyFrom(to_wire(old))
        request.olds.CopyFrom(to_wire(old if outputs is None else outputs))
        answer: pb.DiffResponse = self.stub.Diff(request, timeout=30)
        return answer

    def create(self, kind: str, properties: dict[str, Any], name: str = "main", **more: Any) -> Held:
        """Create a resource."""
        request = pb.CreateRequest(
            urn=urn(kind, name), type=f"ivs:index:{kind}", name=name, properties=to_wire(properties), **more
        )
        answer = self.stub.Create(request, timeout=60)
        return Held(answer.id, from_wire(answer.properties), answer.refresh_before_update)

    def read(self, kind: str, arn: str, inputs: Any = None, outputs: Any = None, name: str = "main") -> Held:
        """Read a resource; with neither inputs nor outputs it is an import."""
        request = pb.ReadRequest(id=arn, urn=urn(kind, name), type=f"ivs:index:{kind}", name=name)
        if inputs is not None:
            request.inputs.CopyFrom(to_wire(inputs))
        if outputs is not None:
            request.properties.CopyFrom(to_wire(outputs))
        answer = self.stub.Read(request, timeout=60)
        return Held(answer.id, from_wire(answer.properties), answer.refresh_before_update, from_wire(answer.inputs))

    def update(self, kind: str, held: Held, old: dict[str, Any], new: dict[str, Any], *, preview: bool = False) -> Held:
        """Update a resource from its old inputs to new ones."""
        request = pb.UpdateRequest(id=held.arn, urn=urn(kind), type=f"ivs:index:{kind}", preview=preview)
        request.olds.CopyFrom(to_wire(held.outputs))
        request.old_inputs.CopyFrom(to_wire(old))
        request.news.CopyFrom(to_wire(new))
        answer = self.stub.Update(request, timeout=60)
        return Held(held.arn, from_wire(answer.properties), answer.refresh_before_update)

    def delete(self, kind: str, arn: str, inputs: dict[str, Any] | None = None) -> None:
        """Delete a resource, in a later run: within one, what was just created is guarded."""
        if self.configured:
            self.stub.Configure(self.configured, timeout=30)
        request = pb.DeleteRequest(id=arn, urn=urn(kind), type=f"ivs:index:{kind}")
        request.old_inputs.CopyFrom(to_wire(inputs or {}))
        self.stub.Delete(request, timeout=60)

    def list(self, kind: str, **more: Any) -> tuple[list[tuple[str, str]], str]:
        """List one page: ids with names, and the token of the next one."""
        answers = list(self.stub.List(pb.ListRequest(token=f"ivs:index:{kind}", **more), timeout=30))
        found = [(each.result.id, each.result.name) for each in answers if each.HasField("result")]
        tokens = [each.continuation.continuation_token for each in answers if each.HasField("continuation")]
        return found, "".join(tokens)

    def cancel(self) -> None:
        """Cancel, as the engine does at the end of every run."""
        self.stub.Cancel(Empty(), timeout=30)


def failed(error: grpc.RpcError) -> Failed:
    """Read an error, and the detail that the engine looks for in it."""
    call: Any = error
    packed = dict(call.trailing_metadata() or ()).get("grpc-status-details-bin")
    detail = None
    if packed is not None:
        status = status_pb2.Status.FromString(packed)
        assert (status.code, status.message) == (call.code().value[0], call.details())
        detail = pb.ErrorResourceInitFailed()
        assert status.details[0].Unpack(detail)
    return Failed(call.code(), call.details(), detail)


@contextmanager
def running(*arguments: str, stderr: int | Any = None, **environment: str) -> Iterator[Plugin]:
    """Start a plugin, and end it as the engine does."""
    process = subprocess.Popen(
        [PROGRAM, *arguments], env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=stderr
    )
    assert process.stdout
    plugin = Plugin(int(process.stdout.readline()), process)
    try:
        yield plugin
    finally:
        plugin.channel.close()
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def without_coverage() -> dict[str, str]:
    """Environment variables that keep a child process from being measured: for tests that look at the time."""
    return {name: "" for name in os.environ if name.startswith(("COVERAGE_", "COV_"))}


def _checked(answer: pb.CheckResponse) -> Checked:
    return Checked(_tree(answer.inputs), [_failure(each) for each in answer.failures])


def _tree(struct: Struct) -> dict[str, Any]:
    return from_wire(struct)


def _failure(failure: pb.CheckFailure) -> tuple[str, str]:
    """Path and reason; where the value may be secret, the path stands in the text, since engines print the value."""
    path, _, reason = failure.reason.partition(": ")
    return (failure.property, failure.reason) if failure.property else (path, reason)
