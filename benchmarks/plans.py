"""The standalone command line, as whole processes: plans of many unchanged stages, an apply, and ``--help``."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.figures import Figure, level, ratio
from benchmarks.world import World

__all__ = ["measure"]

ROUNDS: Final = 3
SIZES: Final = (500, 1000)
_LATENCY: Final = 0.05
_PAGES_A_SECOND: Final = 5
_PAGE: Final = 100
_LIMITS: Final[Mapping[int, float]] = {500: 1.2, 1000: 2.0}
_MEGABYTES: Final = 100
_ACCOUNTS: Final = {"plans": "100000000011", "apply": "100000000012", "boto3": "100000000013"}
_UNLIMITED: Final = ("CreateStage", "ListStages", "DeleteStage", "TagResource", "ListPublicKeys")
_BY_BOTO3: Final = """
import boto3, concurrent.futures, os, sys
client = boto3.client("ivs-realtime", region_name=os.environ["AWS_REGION"])
with concurrent.futures.ThreadPoolExecutor(8) as threads:
    list(threads.map(lambda number: client.create_stage(name=f"stage-{number}"), range(int(sys.argv[1]))))
"""


@dataclass(frozen=True)
class _Cost:
    wall: float
    megabytes: float


def measure(world: World, rounds: int = ROUNDS, sizes: Sequence[int] = SIZES) -> list[Figure]:
    """Plan each size, apply the largest, ask for help."""
    figures = [figure for size in sizes for figure in _plans(world, rounds, size)]
    figures.append(_applies(world, rounds, max(sizes)))
    helped = statistics.median(_ivs(world, "plans", ".", "--help").wall for _ in range(rounds))
    return [*figures, level(("cli", "--help"), "s", helped, at_most=0.2)]


def _plans(world: World, rounds: int, size: int) -> list[Figure]:
    account = _ACCOUNTS["plans"]
    world.admin("POST", "reset", account)
    world.settings(account, quotas=False)
    free, paced = (_program(world, f"plans-{size}-{name}", size, fast=name == "free") for name in ("free", "paced"))
    _ivs(world, "plans", free, "apply", "--yes")
    world.settings(account, latency=_LATENCY)
    costs = [_ivs(world, "plans", free, "plan", "--detailed-exitcode") for _ in range(rounds)]
    with world.counting(account) as counts:
        _ivs(world, "plans", free, "plan", "--detailed-exitcode")
    slow = [_ivs(world, "plans", paced, "plan", "--detailed-exitcode").wall for _ in range(rounds)]
    world.settings(account, latency=0)
    wall, pages = statistics.median(cost.wall for cost in costs), -(-size // _PAGE)
    part = f"{size:,}"
    return [
        level((part, "ivs plan, unchanged, rates off"), "s", wall, at_most=_LIMITS.get(size)),
        level((part, "ivs plan, unchanged: peak"), "MB", max(cost.megabytes for cost in costs), at_most=_MEGABYTES),
        level((part, "ivs plan, unchanged"), "calls", sum(counts.values()), at_most=pages + 4),
        level(
            (part, "ivs plan, unchanged, rates on"),
            "s",
            statistics.median(slow),
            at_most=round(max(0.0, pages - 1) / _PAGES_A_SECOND + 0.5 + _LIMITS[500], 2),
        ),
    ]


def _applies(world: World, rounds: int, size: int) -> Figure:
    """So many new stages: ours with all that makes a create safe, and boto3 with eight threads."""
    program = _program(world, "applied", size, fast=True)
    ours, theirs = [], []
    for _ in range(rounds):
        for account in ("apply", "boto3"):
            world.admin("POST", "reset", _ACCOUNTS[account])
            world.settings(_ACCOUNTS[account], quotas=False)
        ours.append(_ivs(world, "apply", program, "apply", "--yes").wall)
        theirs.append(_run(world, "boto3", [sys.executable, "-c", _BY_BOTO3, str(size)]).wall)
    return ratio((f"{size:,}", "ivs apply, new, beside boto3"), "s", ours, theirs, at_most=1.5)


def _program(world: World, name: str, size: int, *, fast: bool) -> str:
    directory = world.scratch / name
    directory.mkdir(exist_ok=True)
    rates = {"ivs:rateLimits": {"value": json.dumps(dict.fromkeys(_UNLIMITED, 100_000))}} if fast else {}
    tags = {"team": "live-video", "cost-centre": "4711"}
    document: dict[str, Any] = {
        "name": "bench",
        "runtime": "yaml",
        "config": rates,
        "resources": {
            f"stage{number}": {"type": "ivs:index:Stage", "properties": {"name": f"stage-{number}", "tags": tags}}
            for number in range(size)
        },
    }
    (directory / "Pulumi.yaml").write_text(_as_yaml(document), encoding="utf-8")
    return str(directory)


def _as_yaml(document: Mapping[str, Any]) -> str:
    import yaml  # as people write it: JSON would be parsed faster

    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            del data
            return True

    return yaml.dump(document, Dumper=Plain, sort_keys=False)


def _ivs(world: World, account: str, directory: str, *words: str) -> _Cost:
    where = [] if words == ("--help",) else ["--cwd", directory, "--stack", "bench"]
    return _run(world, account, [str(Path(sys.executable).parent / "ivs"), *words, *where])


def _run(world: World, account: str, command: list[str]) -> _Cost:
    """Run a program to its end, which must be a good one."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        env=world.environment(_ACCOUNTS[account]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{command} ended with {process.returncode}"
    return _Cost(time.perf_counter() - began, used.ru_maxrss / 1024)
