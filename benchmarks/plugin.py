"""One plugin's process without an engine: the benchmark speaks the protocol itself."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc

from benchmarks.do_nothing import EXECUTABLE
from ivs_provider.resources import registry

__all__ = ["KIND", "UNPACED", "Plugin", "struct", "urn"]

KIND: Final = "ivs:index:Stage"
_OPERATIONS: Final = sorted(
    {call.operation for kind in registry().values() for call in (kind.create, kind.read, kind.list, kind.delete)}
)
UNPACED: Final = {"rateLimits": dict.fromkeys(_OPERATIONS, 100_000)}
"""Settings under which no call waits for its turn."""


class Plugin:
    """A plugin that runs as long as the block; knows how long it took to start."""

    stub: provider_pb2_grpc.ResourceProviderStub
    to_port: float
    to_answer: float

    def __init__(self, directory: Path, environment: Mapping[str, str]) -> None:
        self._executable = directory / EXECUTABLE
        self._environment = environment

    def __enter__(self) -> Self:
        """Start it, read its port, and wait for its first answer."""
        began = time.perf_counter()
        self._process = subprocess.Popen(
            [self._executable, "127.0.0.1:1"],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        port = int(self._process.stdout.readline())
        self.to_port = time.perf_counter() - began
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self.stub.Handshake(pb.ProviderHandshakeRequest(engine_address="127.0.0.1:1"), wait_for_ready=True)
        self.to_answer = time.perf_counter() - began
        return self

    def __exit__(self, *_: object) -> None:
        """End it as the engine does."""
        self._channel.close()
        self._process.terminate()
        self._process.communicate()

    def configure(self, settings: Mapping[str, Any] | None = None) -> None:
        """Configure it."""
        self.stub.Configure(pb.ConfigureRequest(args=struct(settings or {}), acceptSecrets=True))

    def memory(self, line: str) -> float:
        """Megabytes of one line of its ``/proc/PID/status``: ``VmRSS`` now, ``VmHWM`` at most so far."""
        told = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        kilobytes = next(each.split()[1] for each in told.splitlines() if each.startswith(f"{line}:"))
        return int(kilobytes) / 1024

    def processor_seconds(self) -> float:
        """CPU time of all its threads so far."""
        told = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def struct(tree: Mapping[str, Any]) -> Struct:
    """The message of some plain values."""
    message = Struct()
    message.update(tree)
    return message


def urn(name: str) -> str:
    """The URN of a stage."""
    return f"urn:pulumi:bench::bench::{KIND}::{name}"
