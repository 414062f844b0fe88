"""Fifty creates at AWS's published pace (5 a second, five at once): boto3 as it comes, and ours.

boto3's default client retries a throttle twice and then fails for good; ours waits for its turn instead. Both use ten
threads. The emulator enforces the rate.
"""

from __future__ import annotations

import itertools
import os
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import boto3
from botocore.exceptions import ClientError

from benchmarks.figures import Figure, level
from benchmarks.plugin import KIND, urn
from benchmarks.world import REGION, World
from ivs_provider.cloud import Account, Clock, Deadline
from ivs_provider.config import Settings
from ivs_provider.errors import IvsError
from ivs_provider.model.ownership import Identity
from ivs_provider.reconcile.apply import Target
from ivs_provider.reconcile.reconciler import Reconciler
from ivs_provider.resources import registry
from ivs_provider.values import Desired

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["measure"]

COUNT: Final = 50
RATE: Final = 5
SLOWER: Final = 1.06
_THREADS: Final = 10
_BOTO3: Final = "100000000003"
_OURS: Final = "100000000004"


@dataclass(frozen=True)
class Outcome:
    """How many creates failed for good, how many calls were throttled, and how long all took."""

    failed: int
    throttled: int
    seconds: float


def measure(world: World, count: int = COUNT) -> list[Figure]:
    """Create so many stages both ways."""
    theirs = _run(world, _BOTO3, count, _by_boto3(world), ClientError)
    ours = _run(world, _OURS, count, _by_us(world), IvsError)
    least = (count - 1) / RATE  # by the law of the quota; a burst may save a second of it
    name = f"{count} creates at {RATE} a second"
    return [
        level(("creates", f"{name}: failed for good"), "", ours.failed, theirs.failed, at_most=0),
        level(("creates", f"{name}: calls throttled"), "", ours.throttled, theirs.throttled, at_most=0),
        level(("creates", f"{name}: wall"), "s", ours.seconds, theirs.seconds, at_most=round(SLOWER * least, 2)),
    ]


def _run(world: World, account: str, count: int, create: Callable[[str], Any], failure: type[Exception]) -> Outcome:
    world.settings(account, rates=True)

    def attempt(number: int) -> bool:
        try:
            create(f"stage-{number}")
        except failure:
            return False
        return True

    with world.counting(account):
        began = time.perf_counter()
        with ThreadPoolExecutor(_THREADS) as threads:
            succeeded = list(threads.map(attempt, range(count)))
        took = time.perf_counter() - began
    statuses = Counter(call["status"] for call in world.admin("GET", "calls", account)["calls"])
    assert statuses[200] == sum(succeeded), f"{statuses} for {sum(succeeded)} that succeeded"
    return Outcome(succeeded.count(False), statuses[429], took)


def _by_boto3(world: World) -> Callable[[str], Any]:
    with _as_account(world, _BOTO3):
        client = boto3.Session(region_name=REGION).client("ivs-realtime", endpoint_url=world.url)
    return lambda name: client.create_stage(name=name)


def _by_us(world: World) -> Callable[[str], Any]:
    kind = registry()[KIND]
    with _as_account(world, _OURS):
        account = Account(Settings(region=REGION, endpoint=world.url), Clock())
        account.region()  # makes the client, which reads the credentials
    reconciler = Reconciler(account, "bench", map(str, itertools.count()))
    return lambda name: reconciler.create(Target(kind, Identity(urn(name)), Deadline()), Desired({"name": name}))


@contextmanager
def _as_account(world: World, account: str) -> Iterator[None]:
    """In the environment of an account: credentials come from nowhere else."""
    with mock.patch.dict(os.environ, world.environment(account), clear=True):
        yield
