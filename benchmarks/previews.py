"""Whole runs of the real engine on YAML programs of one stage and of a thousand.

Three stacks take turns, in each round all of them from nothing to nothing: the provider that does nothing, ours with
drift detection off, and ours with it on, where the emulator answers 50 ms late and enforces AWS's rates of all reads.
(Creates and deletes of a thousand stages would take 200 s each at AWS's rates: there both sides are told of others.)

The state is written at the end of each run only (PULUMI_SKIP_CHECKPOINTS), as the yardstick in the docs was taken: else
`up` of a thousand resources takes 90 s with any provider.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.figures import Figure, beyond, level, ratio
from benchmarks.world import Cost, Stack, World

__all__ = ["measure"]

ROUNDS: Final = 3
SIZES: Final = (1, 1000)
SLOWER: Final = 1.2
SECONDS_MORE: Final = 3.5
CALLS: Final = 14
LATENCY: Final = 0.05
_FAST: Final = {"CreateStage": 100_000, "DeleteStage": 100_000}
_FIRST, _UP, _UNCHANGED, _REFRESH, _DESTROY = "preview, first", "up", "preview, unchanged", "refresh", "destroy"
_COMMANDS: Final = {
    _FIRST: ("preview",),
    _UP: ("up", "--yes", "--skip-preview"),
    _UNCHANGED: ("preview", "--expect-no-changes"),
    _REFRESH: ("refresh", "--yes", "--skip-preview", "--expect-no-changes"),
    _DESTROY: ("destroy", "--yes", "--skip-preview"),
}


@dataclass
class Subject:
    """A stack, and what its commands took, round by round.

    Args:
        stack: The stack.
        account: What the emulator is set to for it while it is read.
    """

    stack: Stack
    reading: dict[str, Any] = field(default_factory=dict)
    costs: dict[str, list[Cost]] = field(default_factory=lambda: defaultdict(list))
    calls: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def do(self, phase: str) -> None:
        """Run one command, timed and counted."""
        world, account = self.stack.world, self.stack.account
        reads = self.reading if phase in (_UNCHANGED, _REFRESH) else {}
        world.settings(account, **({"latency": 0, "rates": False} | reads))
        with world.counting(account) as counts:
            self.costs[phase].append(self.stack.run(*_COMMANDS[phase]))
        self.calls[phase].append(sum(counts.values()))

    def told(self, phase: str) -> str:
        """What was measured last, for a person who waits."""
        return f"{self.stack.name}: {self.costs[phase][-1].wall:.2f} s, {self.calls[phase][-1]} calls"

    def wall(self, phase: str) -> list[float]:
        """Seconds of a phase, round by round."""
        return [cost.wall for cost in self.costs[phase]]

    def processor(self, phase: str) -> list[float]:
        """CPU seconds of a phase, round by round: what is left of a figure where others use the machine."""
        return [cost.processor for cost in self.costs[phase]]


def measure(
    world: World, rounds: int = ROUNDS, sizes: tuple[int, ...] = SIZES, tell: Callable[[str], None] | None = None
) -> list[Figure]:
    """Run all, size by size."""
    return [figure for size in sizes for figure in _measure(world, rounds, size, tell or _quiet)]


def _measure(world: World, rounds: int, size: int, tell: Callable[[str], None]) -> list[Figure]:
    real = {"latency": LATENCY, "rates": _FAST}
    nothing = Subject(Stack(world, f"nothing-{size}", world.nothing, "100000000010"))
    off = Subject(_stack(world, f"off-{size}", "100000000011", "off"))
    on = Subject(_stack(world, f"on-{size}", "100000000012", "declared"), real)
    subjects = [nothing, off, on]
    for subject in subjects:
        subject.stack.program(size)
    for number in range(rounds):
        for phase in _COMMANDS:
            for subject in subjects if number % 2 else reversed(subjects):
                subject.do(phase)
                tell(f"{phase}, {subject.told(phase)}")
    # One create each, one List before the first, and tag calls for what was recorded long enough to lose its mark.
    assert all(size < calls <= 2 * size + 1 for calls in off.calls[_UP]), off.calls
    return _figures(size, nothing, off, on)


def _figures(size: int, nothing: Subject, off: Subject, on: Subject) -> list[Figure]:
    part = f"{size:,}".rjust(5)
    promised = {_UNCHANGED: SLOWER} if size > 1 else {}
    silent, telling = (part, f"{_UNCHANGED}, drift off"), (part, f"{_UNCHANGED}, drift on")
    return [
        *(
            ratio((part, f"{each}, drift off"), "s", off.wall(each), nothing.wall(each), at_most=promised.get(each))
            for each in _COMMANDS
        ),
        ratio(silent, "CPU s", off.processor(_UNCHANGED), nothing.processor(_UNCHANGED)),
        level(silent, "calls", max(off.calls[_UNCHANGED]), at_most=0),
        beyond(telling, "s", on.wall(_UNCHANGED), nothing.wall(_UNCHANGED), at_most=SECONDS_MORE),
        ratio(telling, "CPU s", on.processor(_UNCHANGED), nothing.processor(_UNCHANGED)),
        level(telling, "calls", max(on.calls[_UNCHANGED]), at_most=CALLS),
        *(
            ratio((part, f"{each}, drift on"), "s", on.wall(each), nothing.wall(each))
            for each in (_UP, _REFRESH, _DESTROY)
        ),
    ]


def _stack(world: World, name: str, account: str, detection: str) -> Stack:
    return Stack(world, name, world.ours, account, {"driftDetection": detection, "rateLimits": _FAST})


def _quiet(_line: str) -> None:
    """Tell nothing."""
