"""Cancel: answered at once, whatever is going on; what waits ends; and the process can be used again.

The one place where tests look at the time (issue 3, 4.9): the child process is not measured for coverage.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from tests.rpc.plugin import NO_ENGINE, Plugin, failed, running, urn, without_coverage
from tests.rpc.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TIMES = 500
LIMIT = 0.5


@pytest.fixture(scope="module")
def unmeasured(url: str, credentials: Path) -> Iterator[Plugin]:
    """A plugin that runs as it runs at a user's."""
    environment = {"AWS_SHARED_CREDENTIALS_FILE": str(credentials), "AWS_ENDPOINT_URL_IVS_REALTIME": url}
    with running(NO_ENGINE, **environment, **without_coverage()) as plugin:
        plugin.handshake()
        yield plugin


def cancelled_in(plugin: Plugin) -> float:
    """How long one Cancel takes to be answered."""
    begun = time.monotonic()
    plugin.cancel()
    return time.monotonic() - begun


def creating(plugin: Plugin, name: str, kind: str = "Stage") -> Any:
    """A create in progress."""
    request = pb.CreateRequest(urn=urn(kind, name), type=f"ivs:index:{kind}", name=name)
    return plugin.stub.Create.future(request, timeout=90)


def until(holds: Any) -> None:
    """Wait until something holds."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.01)


def test_an_idle_process_answers_a_cancel_at_once(unmeasured: Plugin) -> None:
    slowest = max(cancelled_in(unmeasured) for _ in range(TIMES))
    assert slowest < LIMIT


def test_a_process_whose_calls_wait_for_their_quota_answers_at_once_and_they_end(
    unmeasured: Plugin, settings: dict[str, Any], world: World
) -> None:
    """Round after round: configured, sixteen creates (as an engine on four cores sends), one Cancel."""
    slowest = 0.0
    unmeasured.configure({**settings, "rateLimits": {"CreateStage": 0.001}})
    unmeasured.create("Stage", {})
    for number in range(20):
        unmeasured.handshake()
        waiting = [creating(unmeasured, f"{number}-{each}") for each in range(16)]
        time.sleep(0.02)
        slowest = max(slowest, *(cancelled_in(unmeasured) for _ in range(TIMES // 20)))
        for each in waiting:
            with pytest.raises(grpc.RpcError) as caught:
                each.result(timeout=5)
            assert failed(caught.value).code is grpc.StatusCode.CANCELLED
            assert "nothing was changed by it" in failed(caught.value).text
    assert slowest < LIMIT
    assert world.counts() == {"CreateStage": 1}


@pytest.mark.parametrize("number", [16, 96])
def test_a_process_whose_calls_hang_at_aws_answers_at_once(
    unmeasured: Plugin, settings: dict[str, Any], world: World, number: int
) -> None:
    """16 as an engine on four cores sends; 96 as one on 24 cores does, or `--parallel 96`."""
    unmeasured.handshake()
    unmeasured.configure({**settings, "rateLimits": {"CreateStage": 100_000}})
    world.fault(operation="CreateStage", kind="delay", seconds=4, times=None)
    hanging = [creating(unmeasured, str(each)) for each in range(number)]
    time.sleep(0.5)
    slowest = max(cancelled_in(unmeasured) for _ in range(TIMES))
    assert slowest < LIMIT
    for each in hanging:
        assert each.exception(timeout=60) is None or each.code() is grpc.StatusCode.CANCELLED


def test_a_process_at_work_answers_at_once(unmeasured: Plugin, settings: dict[str, Any], world: World) -> None:
    """Reads, checks and diffs from sixteen threads meanwhile."""
    unmeasured.configure(settings)
    held = unmeasured.create("Stage", {"name": "a"})
    is_over = False

    def work() -> int:
        done = 0
        while not is_over:
            unmeasured.check("Stage", {"name": "a", "tags": {"a": "b"}})
            unmeasured.diff("Stage", {"name": "a"}, {"name": "b"})
            done += 1
        return done

    with ThreadPoolExecutor(16) as pool:
        workers = [pool.submit(work) for _ in range(16)]
        slowest = max(cancelled_in(unmeasured) for _ in range(TIMES))
        is_over = True
    assert slowest < LIMIT
    assert all(worker.result() for worker in workers)
    assert held.arn
    assert world.counts() == {"CreateStage": 1}


@pytest.mark.parametrize("again", ["handshake", "configure"])
def test_after_a_cancel_the_process_can_be_used_again(
    plugin: Plugin, settings: dict[str, Any], world: World, again: str
) -> None:
    """An attached process serves one engine run after another, each of which ends in Cancel."""
    plugin.cancel()
    with pytest.raises(grpc.RpcError) as caught:
        plugin.create("Stage", {})
    assert failed(caught.value).code is grpc.StatusCode.CANCELLED
    if again == "handshake":
        plugin.handshake()
    else:
        plugin.configure(settings)
    assert plugin.create("Stage", {}).arn
    assert world.counts() == {"CreateStage": 1}


def test_a_cancel_ends_the_pause_before_a_second_try(plugin: Plugin, world: World) -> None:
    held = plugin.create("Stage", {"name": "a"})
    world.fault(operation="GetStage", kind="status", status=503, times=None)
    request = pb.ReadRequest(id=held.arn, urn=urn("Stage"), type="ivs:index:Stage")
    reading: Any = plugin.stub.Read.future(request, timeout=60)
    until(lambda: world.counts().get("GetStage", 0) >= 2)
    plugin.cancel()
    assert reading.exception(timeout=5)
    assert reading.code() is grpc.StatusCode.CANCELLED
