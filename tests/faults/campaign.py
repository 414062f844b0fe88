"""The fault campaign as a command: ``python -m tests.faults.campaign --cases 10000 --seed 7``.

Draws cases, lives through them, and holds what came of them against the law. Exit code 1 where it is broken anywhere.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from random import Random
from unittest import mock

from ivs_provider.reconcile.once import Once
from tests.faults.draw import drawn
from tests.faults.law import BREACHES, judged
from tests.faults.world import REGION, World

__all__ = ["Tally", "campaign", "main", "repeated"]

BATCH = 50
LINES = 120


@dataclass
class Tally:
    """What a number of cases came to."""

    cases: int = 0
    runs: int = 0
    resources: int = 0
    """That exist at the end."""
    breaches: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    crashes: Counter[str] = field(default_factory=Counter)
    leftovers: Counter[str] = field(default_factory=Counter)
    excused: Counter[str] = field(default_factory=Counter)
    adopted: int = 0
    stories: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Both in one."""
        self.cases += other.cases
        self.runs += other.runs
        self.resources += other.resources
        self.adopted += other.adopted
        self.breaches += other.breaches
        self.faults += other.faults
        self.crashes += other.crashes
        self.leftovers += other.leftovers
        self.excused += other.excused
        self.stories += other.stories

    @property
    def is_clean(self) -> bool:
        """Whether the law holds."""
        return not self.breaches.total()

    def table(self, seed: int) -> str:
        """The closing table."""
        lines = [f"{'cases':42}{self.cases:8,}", f"{'runs of the engine':42}{self.runs:8,}"]
        lines += [
            f"{'resources at the end':42}{self.resources:8,}",
            f"{'creates answered by adoption':42}{self.adopted:8,}",
        ]
        for title, counts in (("fault", self.faults), ("stop", self.crashes), ("leftover", self.leftovers)):
            lines.append(f"{title}s, all{'':{37 - len(title)}}{counts.total():8,}")
            lines += [f"  {name:40}{count:8,}" for name, count in sorted(counts.items())]
        lines += [f"not promised: {name}\n{'':42}{count:8,}" for name, count in sorted(self.excused.items())]
        lines += [f"{name.upper():42}{self.breaches[name]:8,}" for name in BREACHES]
        return "\n".join([*lines, f"{'seed':42}{seed:8}"])


def campaign(seed: int, numbers: Iterable[int], world: World) -> Tally:
    """Live through the cases with these numbers."""
    tally = Tally()
    for number in numbers:
        tally.add(_one(seed, number, world))
    return tally


def _one(seed: int, number: int, world: World) -> Tally:
    case = drawn(seed, number, world.url, REGION)
    lived = world.live(case)
    verdict = judged(lived, world.logged)
    tally = Tally(cases=1, runs=len(case.runs) + 2 * case.states, resources=len(lived.resources))
    tally.faults, tally.crashes = lived.faults, lived.crashes
    tally.adopted = sum(text.startswith("adopted") for text in lived.notices)
    tally.leftovers.update(text.partition(": ")[2] for text in verdict.leftovers)
    if verdict.breaches and verdict.excuse:
        tally.excused[verdict.excuse] += 1
    elif verdict.breaches:
        tally.breaches.update({name: len(found) for name, found in verdict.breaches.items()})
        found = [f"{name.upper()}: {text}" for name, texts in verdict.breaches.items() for text in texts]
        tally.stories = ["\n".join([repeated(seed, number), *lived.story[-LINES:], *found])]
    return tally


def repeated(seed: int, number: int) -> str:
    """The command that lives through a case again."""
    return f"python -m tests.faults.campaign --seed {seed} --case {number}"


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.campaign", description="The fault campaign.")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=None, help="drawn, and printed, where it is not given")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--case", type=int, default=None, help="one case alone, with its story")
    asked = parser.parse_args(arguments)
    os.environ.setdefault("AWS_EC2_METADATA_DISABLED", "true")
    seed = asked.seed if asked.seed is not None else Random().randrange(10**6)  # noqa: S311 - not for secrets
    if asked.case is not None:
        return _tell_one(seed, asked.case)
    tally = Tally()
    for part in _parts(seed, asked.cases, asked.jobs):
        for story in part.stories:
            _aside(f"{story}\n\n")
        tally.add(part)
    _say(tally.table(seed))
    return 0 if tally.is_clean else 1


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _aside(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _tell_one(seed: int, number: int) -> int:
    with World() as world:
        case = drawn(seed, number, world.url, REGION)
        lived = world.live(case)
        verdict = judged(lived, world.logged)
    _say("\n".join(lived.story))
    for name, found in [*verdict.breaches.items(), ("leftovers", verdict.leftovers)]:
        _say("\n".join(f"{name.upper()}: {text}" for text in found))
    if verdict.excuse:
        _say(f"not promised: {verdict.excuse}")
    return 1 if verdict.breaches and not verdict.excuse else 0


def _parts(seed: int, cases: int, jobs: int) -> Iterator[Tally]:
    """The cases in batches, on so many processes; says on stderr how far it is."""
    batches = [(seed, range(first, min(first + BATCH, cases))) for first in range(0, cases, BATCH)]
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


def _batch(batch: tuple[int, range]) -> Tally:
    if not _WORLDS:
        _WORLDS.append(World().__enter__())  # for as long as this process lives
    seed, numbers = batch
    try:
        return campaign(seed, numbers, _WORLDS[0])
    except Exception:  # noqa: BLE001 - a bug met in a case is told with its case, and counted
        return _found_out(seed, numbers)


def _found_out(seed: int, numbers: range) -> Tally:
    """The same cases one by one: one of them met a bug."""
    tally = Tally()
    for number in numbers:
        try:
            tally.add(_one(seed, number, _WORLDS[0]))
        except Exception:  # noqa: BLE001 - as above
            tally.breaches["not finished"] += 1
            tally.stories.append(f"{repeated(seed, number)}\n{traceback.format_exc()}")
    return tally


def without_guard() -> ExitStack:
    """A test of the test: every Delete is carried out."""
    stack = ExitStack()
    stack.enter_context(mock.patch.object(Once, "guards", return_value=False))
    return stack


if __name__ == "__main__":
    sys.exit(main())
