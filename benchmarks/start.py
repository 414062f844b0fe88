"""The start of the plugin, which the engine pays two or three times in every run, and its memory.

From exec to the port on stdout, and to the first answered RPC; resident memory when configured, and at most after real
work (checks, creates, reads, comparisons and deletes, eight at a time as the engine sends them on two cores).
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from pulumi.runtime.proto import provider_pb2 as pb

from benchmarks.figures import Figure, level, ratio
from benchmarks.plugin import KIND, UNPACED, Plugin, struct, urn
from benchmarks.world import World

__all__ = ["measure"]

RUNS: Final = 15
SLOWER: Final = 1.1
MEGABYTES: Final = 70.0
_ACCOUNT: Final = "100000000001"
_STAGES: Final = 50
_AT_ONCE: Final = 8


def measure(world: World, runs: int = RUNS) -> list[Figure]:
    """Start both providers in turn, so often."""
    ours: dict[str, list[float]] = defaultdict(list)
    nothing: dict[str, list[float]] = defaultdict(list)
    for run in range(-1, runs):  # the first one fills caches and is not counted
        both = [(world.ours, ours), (world.nothing, nothing)]
        for directory, samples in both if run % 2 else reversed(both):
            with Plugin(directory, world.environment(_ACCOUNT)) as plugin:
                plugin.configure()
                if run >= 0:
                    samples["port"].append(plugin.to_port * 1000)
                    samples["answer"].append(plugin.to_answer * 1000)
                    samples["configured"].append(plugin.memory("VmRSS"))
    for directory, samples in ((world.ours, ours), (world.nothing, nothing)):
        with Plugin(directory, world.environment(_ACCOUNT)) as plugin:
            _work(plugin)
            samples["worked"].append(plugin.memory("VmHWM"))
    middle = statistics.median
    return [
        ratio(("start", "exec to port"), "ms", ours["port"], nothing["port"], at_most=SLOWER),
        ratio(("start", "exec to first answer"), "ms", ours["answer"], nothing["answer"], at_most=SLOWER),
        *(
            level(("start", name), "MB", middle(ours[key]), middle(nothing[key]), at_most=MEGABYTES)
            for key, name in (("configured", "resident, configured"), ("worked", "resident peak after real work"))
        ),
    ]


def _work(plugin: Plugin) -> None:
    plugin.configure(UNPACED)
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        list(threads.map(lambda number: _live(plugin, f"stage-{number}"), range(_STAGES)))


def _live(plugin: Plugin, name: str) -> None:
    """Check a stage, create, read and compare it, delete it."""
    inputs = struct({"name": name, "tags": {"team": "live-video"}})
    assert not plugin.stub.Check(pb.CheckRequest(urn=urn(name), type=KIND, news=inputs)).failures
    made = plugin.stub.Create(pb.CreateRequest(urn=urn(name), type=KIND, properties=inputs))
    known = {"id": made.id, "urn": urn(name), "type": KIND}
    read = plugin.stub.Read(pb.ReadRequest(**known, inputs=inputs, properties=made.properties))
    assert read.id == made.id
    edited = struct({"name": name, "tags": {"team": "nobody"}})
    compared = plugin.stub.Diff(pb.DiffRequest(**known, olds=made.properties, old_inputs=inputs, news=edited))
    assert compared.changes == pb.DiffResponse.DIFF_SOME
    plugin.stub.Delete(pb.DeleteRequest(**known, properties=made.properties, old_inputs=inputs))
