"""The plugin as a process: how it begins, what it says, and that it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from tests.rpc.plugin import NO_ENGINE, PROGRAM, Plugin, running
from tests.rpc.wire import Hidden
from tests.rpc.world import World

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("arguments", [[NO_ENGINE], [], ["--logtostderr", "-v=9", NO_ENGINE]])
def test_it_says_its_port_and_ends_when_told(number: int, arguments: list[str]) -> None:
    """The first line of stdout is the port, nothing else comes; it is silent on stderr and exits 0."""
    with subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        plugin = Plugin(int(process.stdout.readline()))
        plugin.handshake()
        plugin.channel.close()
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert (out, err, process.returncode) == (b"", b"", 0)


def test_it_ends_with_a_call_in_progress(url: str, credentials: Path, world: World, settings: dict[str, Any]) -> None:
    """Nobody is left to hear the answer."""
    world.fault(operation="CreateStage", kind="hang")
    with running(NO_ENGINE, AWS_SHARED_CREDENTIALS_FILE=str(credentials), AWS_ENDPOINT_URL_IVS_REALTIME=url) as plugin:
        plugin.handshake()
        plugin.configure(settings)
        from pulumi.runtime.proto import provider_pb2 as pb

        from tests.rpc.plugin import urn

        hanging = plugin.stub.Create.future(pb.CreateRequest(urn=urn("Stage"), type="ivs:index:Stage"), timeout=60)
        _until(lambda: len(world.faults()) == 0)
        assert plugin.process
        begun = time.monotonic()
        plugin.process.send_signal(signal.SIGINT)
        assert plugin.process.wait(20) == 0
        assert time.monotonic() - begun < 10
        with pytest.raises(grpc.RpcError):
            hanging.result()


@pytest.mark.parametrize("moment", ["at once", "later"])
def test_it_ends_when_its_engine_is_killed(moment: str) -> None:
    """A parent that is gone cannot tell anybody to end; stdout closes when the last holder of it has ended."""
    script = f"import subprocess, time; p = subprocess.Popen([{str(PROGRAM)!r}, {NO_ENGINE!r}]); time.sleep(100)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        port = int(parent.stdout.readline())
        if moment == "later":
            plugin = Plugin(port)
            plugin.handshake()
            plugin.channel.close()
        parent.kill()
        parent.wait()
        os.set_blocking(parent.stdout.fileno(), False)
        output = parent.stdout
        _until(lambda: output.read() == b"")


def test_an_attached_one_outlives_whoever_started_it() -> None:
    """Started by hand (no engine address), it belongs to nobody."""
    script = f"import subprocess; p = subprocess.Popen([{str(PROGRAM)!r}]); print('pid', p.pid, flush=True)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        lines = sorted((parent.stdout.readline() for _ in range(2)), key=len)
        port, pid = int(lines[0]), int(lines[1].removeprefix(b"pid "))
        parent.wait()
        time.sleep(1.5)
        plugin = Plugin(port)
        plugin.handshake()
        plugin.channel.close()
        os.kill(pid, signal.SIGTERM)
        parent.stdout.read()


def test_nothing_secret_is_said_on_stderr(
    url: str, credentials: Path, world: World, settings: dict[str, Any], tmp_path: Path
) -> None:
    """Not a user's own, not a stream key, not the credentials; not even when things fail."""
    told = tmp_path / "stderr"
    environment = {"AWS_SHARED_CREDENTIALS_FILE": str(credentials), "AWS_ENDPOINT_URL_IVS_REALTIME": url}
    with told.open("wb") as stderr, running("-v=9", NO_ENGINE, stderr=stderr, **environment) as plugin:
        plugin.handshake()
        plugin.configure({**settings, "defaultTags": Hidden({"cost": "S3CRET"})})
        inputs = {"ingestProtocol": "RTMPS", "userId": Hidden("S3CRET"), "name": Hidden("S3CRET!")}
        assert plugin.check("IngestConfiguration", inputs).wrong == ["name"]
        with pytest.raises(grpc.RpcError):
            plugin.create("IngestConfiguration", inputs)
        held = plugin.create("IngestConfiguration", {"ingestProtocol": "RTMPS"})
        world.fault(operation="UpdateIngestConfiguration", kind="status", status=418, times=None)
        with pytest.raises(grpc.RpcError):
            plugin.update("IngestConfiguration", held, {}, {"redundantIngest": True})
        plugin.cancel()
    assert told.read_bytes() == b""


def _until(holds: Any, seconds: float = 15) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)
