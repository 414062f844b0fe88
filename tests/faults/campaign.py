"""The fault campaign as a command: ``python -m tests.faults.campaign --cases 10000 --seed 7``.

Draws cases, lives through them, and holds what came of them against the law. Exit code 1 where it is broken anywhere.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from random import Random
from unittest import mock

from ivs_provider.reconcile.once import Once
from tests.faults.front_ends import ENGINE, FRONT_ENDS, FrontEnd
from tests.faults.tally import Tally
from tests.faults.world import World

__all__ = ["campaign", "main", "repeated"]

BATCH = 50
LINES = 120


def campaign(seed: int, numbers: Iterable[int], world: World, front_end: FrontEnd = ENGINE) -> Tally:
    """Live through the cases with these numbers."""
    tally = Tally()
    for number in numbers:
        tally.add(_one(front_end, seed, number, world))
    return tally


def _one(front_end: FrontEnd, seed: int, number: int, world: World) -> Tally:
    lived, verdict = front_end.live(seed, number, world)
    tally = Tally(cases=1, runs=len(lived.case.runs) + lived.again, resources=len(lived.resources))
    tally.faults, tally.crashes = lived.faults, lived.crashes
    tally.adopted = sum(text.startswith("adopted") for text in lived.notices)
    tally.leftovers.update(text.partition(": ")[2] for text in verdict.leftovers)
    if verdict.breaches and verdict.excuse:
        tally.excused[verdict.excuse] += 1
    elif verdict.breaches:
        tally.breaches.update({name: len(found) for name, found in verdict.breaches.items()})
        found = [f"{name.upper()}: {text}" for name, texts in verdict.breaches.items() for text in texts]
        tally.stories = ["\n".join([repeated(front_end, seed, number), *lived.story[-LINES:], *found])]
    return tally


def repeated(front_end: FrontEnd, seed: int, number: int) -> str:
    """The command that lives through a case again."""
    return f"python -m tests.faults.campaign --front-end {front_end.name} --seed {seed} --case {number}"


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.campaign", description="The fault campaign.")
    parser.add_argument("--front-end", choices=(*FRONT_ENDS, "both"), default="both")
    parser.add_argument("--cases", type=int, default=10_000, help="of each front end")
    parser.add_argument("--seed", type=int, default=None, help="drawn, and printed, where it is not given")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--case", type=int, default=None, help="one case alone, with its story")
    asked = parser.parse_args(arguments)
    os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")
    seed = asked.seed if asked.seed is not None else Random().randrange(10**6)  # noqa: S311 - not for secrets
    chosen = list(FRONT_ENDS.values()) if asked.front_end == "both" else [FRONT_ENDS[asked.front_end]]
    if asked.case is not None:
        return max(_tell_one(front_end, seed, asked.case) for front_end in chosen)
    return max(_tell_all(front_end, seed, asked.cases, asked.jobs) for front_end in chosen)


def _tell_all(front_end: FrontEnd, seed: int, cases: int, jobs: int) -> int:
    tally = Tally()
    for part in _parts(front_end, seed, cases, jobs):
        for story in part.stories:
            _aside(f"{story}\n\n")
        tally.add(part)
    _say(f"{'front end':42}{front_end.name:>8}\n{tally.table(seed)}")
    return 0 if tally.is_clean else 1


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _aside(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _tell_one(front_end: FrontEnd, seed: int, number: int) -> int:
    with front_end.world() as world:
        lived, verdict = front_end.live(seed, number, world)
    _say("\n".join(lived.story))
    for name, found in [*verdict.breaches.items(), ("leftovers", verdict.leftovers)]:
        _say("\n".join(f"{name.upper()}: {text}" for text in found))
    if verdict.excuse:
        _say(f"not promised: {verdict.excuse}")
    return 1 if verdict.breaches and not verdict.excuse else 0


def _parts(front_end: FrontEnd, seed: int, cases: int, jobs: int) -> Iterator[Tally]:
    """The cases in batches, on so many processes; says on stderr how far it is."""
    batches = [(front_end.name, seed, range(first, min(first + BATCH, cases))) for first in range(0, cases, BATCH)]
    began, done = time.monotonic(), 0
    with ProcessPoolExecutor(jobs) as pool:
        for part in pool.map(_batch, batches):
            done += part.cases
            left = (time.monotonic() - began) / done * (cases - done)
            state = "" if part.is_clean else ", BROKEN"
            _aside(f"\r{done:,} of {cases:,} cases, {left:4.0f} s left{state} ")
            yield part
    _aside("\n")


_WORLDS: list[World] = []


def _batch(batch: tuple[str, int, range]) -> Tally:
    name, seed, numbers = batch
    front_end = FRONT_ENDS[name]
    if not _WORLDS:
        _WORLDS.append(front_end.world().__enter__())  # for as long as this process lives
    try:
        return campaign(seed, numbers, _WORLDS[0], front_end)
    except Exception:  # noqa: BLE001 - a bug met in a case is told with its case, and counted
        return _found_out(front_end, seed, numbers)


def _found_out(front_end: FrontEnd, seed: int, numbers: range) -> Tally:
    """The same cases one by one: one of them met a bug."""
    tally = Tally()
    for number in numbers:
        try:
            tally.add(_one(front_end, seed, number, _WORLDS[0]))
        except Exception:  # noqa: BLE001 - as above
            tally.breaches["not finished"] += 1
            tally.stories.append(f"{repeated(front_end, seed, number)}\n{traceback.format_exc()}")
    return tally


def without_guard() -> ExitStack:
    """A test of the test: every Delete is carried out."""
    stack = ExitStack()
    stack.enter_context(mock.patch.object(Once, "guards", return_value=False))
    return stack


if __name__ == "__main__":
    sys.exit(main())
