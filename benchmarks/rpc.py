"""What one RPC costs over real gRPC, called one after another from Python: the caller's own share is in both columns.

The calls of both providers alternate in blocks. "Read, from the record" is what PULUMI_IVS_DRIFT=off answers; "Read,
from a List" is a refresh whose List page is there already.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2 as pb

from benchmarks.figures import Figure, ratio
from benchmarks.plugin import KIND, UNPACED, Plugin, struct, urn
from benchmarks.world import World

__all__ = ["measure"]

BLOCKS: Final = 20
_CALLS: Final = 100
_ACCOUNT: Final = "100000000002"
_NAME: Final = "main"
_INPUTS: Final = {
    "name": "main",
    "autoParticipantRecordingConfiguration": {"storageConfigurationArn": "", "mediaTypes": ["AUDIO_VIDEO"]},
    "tags": {"team": "live-video", "cost-centre": "4711", "stage": "production"},
}

Call: TypeAlias = Callable[[Plugin, "Recorded"], Any]


@dataclass(frozen=True)
class Recorded:
    """A stage as the engine's state has it."""

    arn: str
    inputs: Struct
    outputs: Struct


@dataclass
class Side:
    """One provider, its stage, and what its calls took."""

    plugin: Plugin
    stage: Recorded
    milliseconds: list[list[float]] = field(default_factory=list)
    processor: float = 0.0

    def block(self, call: Call) -> None:
        """Call so often, and note each call's time."""
        took = []
        before = self.plugin.processor_seconds()
        for _ in range(_CALLS):
            began = time.perf_counter()
            call(self.plugin, self.stage)
            took.append((time.perf_counter() - began) * 1000)
        self.processor += self.plugin.processor_seconds() - before
        self.milliseconds.append(took)


def measure(world: World, blocks: int = BLOCKS) -> list[Figure]:
    """Call both providers in turn."""
    plain, off = world.environment(_ACCOUNT), world.environment(_ACCOUNT) | {"PULUMI_IVS_DRIFT": "off"}
    with ExitStack() as stack:
        ours, silent, nothing = (
            stack.enter_context(Plugin(directory, environment))
            for directory, environment in ((world.ours, plain), (world.ours, off), (world.nothing, plain))
        )
        for plugin in (ours, silent, nothing):
            plugin.configure(UNPACED)
        stage, echo = _create(ours, _INPUTS), _create(nothing, _INPUTS)
        bare = _create(ours, {"name": "bare", "tags": _INPUTS["tags"]})
        figures: list[Figure] = []
        for name, call, plugin, mine in (
            ("Check", _check, ours, stage),
            ("Diff, unchanged", _diff, ours, stage),
            ("Diff, one tag changed", _diff_changed, ours, stage),
            ("Read, from the record", _read, silent, stage),
            ("Read, from a List", _read, ours, bare),
        ):
            figures += _compare(name, call, Side(plugin, mine), Side(nothing, echo), blocks)
    return figures


def _compare(name: str, call: Call, ours: Side, nothing: Side, blocks: int) -> list[Figure]:
    for side in (ours, nothing):
        side.block(call)
        side.milliseconds.clear()
        side.processor = 0.0
    for block in range(blocks):
        for side in (ours, nothing) if block % 2 else (nothing, ours):
            side.block(call)

    def each(of: Callable[[list[float]], float]) -> tuple[list[float], list[float]]:
        return [of(block) for block in ours.milliseconds], [of(block) for block in nothing.milliseconds]

    used = [side.processor * 1000 / (blocks * _CALLS) for side in (ours, nothing)]
    return [
        ratio(("rpc", f"{name}: median"), "ms", *each(statistics.median)),
        ratio(("rpc", f"{name}: 99 %"), "ms", *each(lambda block: statistics.quantiles(block, n=100)[-1])),
        ratio(("rpc", f"{name}: CPU"), "ms", [used[0]], [used[1]]),
    ]


def _create(plugin: Plugin, inputs: dict[str, Any]) -> Recorded:
    sent = struct(inputs)
    made = plugin.stub.Create(pb.CreateRequest(urn=urn(_NAME), type=KIND, properties=sent))
    return Recorded(made.id, sent, made.properties)


def _check(plugin: Plugin, stage: Recorded) -> None:
    request = pb.CheckRequest(urn=urn(_NAME), type=KIND, olds=stage.inputs, news=stage.inputs)
    assert not plugin.stub.Check(request).failures


def _diff(plugin: Plugin, stage: Recorded) -> None:
    assert _difference(plugin, stage, stage.inputs) == pb.DiffResponse.DIFF_NONE


def _diff_changed(plugin: Plugin, stage: Recorded) -> None:
    news = Struct()
    news.CopyFrom(stage.inputs)
    news.fields["tags"].struct_value.fields["team"].string_value = "nobody"
    assert _difference(plugin, stage, news) == pb.DiffResponse.DIFF_SOME


def _difference(plugin: Plugin, stage: Recorded, news: Struct) -> int:
    request = pb.DiffRequest(
        id=stage.arn, urn=urn(_NAME), type=KIND, olds=stage.outputs, old_inputs=stage.inputs, news=news
    )
    return int(plugin.stub.Diff(request).changes)


def _read(plugin: Plugin, stage: Recorded) -> None:
    request = pb.ReadRequest(id=stage.arn, urn=urn(_NAME), type=KIND, inputs=stage.inputs, properties=stage.outputs)
    assert plugin.stub.Read(request).id == stage.arn
