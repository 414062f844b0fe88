"""The pace against a limiter that enforces the quota as the emulator does: how fast, and how often throttled.

Time is counted, not waited for: our clock moves when our calls wait for their turn.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from ivs_emulator.caller import Scope
from ivs_emulator.rates import Pace as Allowed
from ivs_emulator.rates import RateLimiter
from ivs_provider.cloud.clock import Clock, Deadline
from ivs_provider.cloud.pace import Pace

CREATES = 200
QUOTA = 5.0
LATENCY = 0.05


@dataclass
class Simulation:
    """Our client, perhaps another one, and the service's limiter, on one clock."""

    other_rate: float = 0.0
    time: float = 0.0
    throttled: int = 0
    calls: int = 0
    limiter: RateLimiter = field(default_factory=RateLimiter)
    _other_due: float = 0.0

    def __post_init__(self) -> None:
        clock = SimulatedClock(self)
        self.pace = Pace(clock)

    def create(self) -> None:
        """One create, repeated until it is let through."""
        while True:
            self.pace.wait("CreateStage", Deadline())
            self.calls += 1
            if self._admits(self.time + LATENCY):
                self.pace.recover("CreateStage")
                return
            self.throttled += 1
            self.pace.slow_down("CreateStage")

    def _admits(self, moment: float) -> bool:
        while self.other_rate and self._other_due <= moment:
            self._ask(self._other_due)
            self._other_due += 1 / self.other_rate
        return self._ask(moment)

    def _ask(self, moment: float) -> bool:
        return self.limiter.admits(Scope("1", "eu-west-1"), "CreateStage", moment, Allowed(QUOTA, QUOTA))


class SimulatedClock(Clock):
    """A clock whose waiting moves the simulation on."""

    def __init__(self, simulation: Simulation) -> None:
        super().__init__(now=lambda: simulation.time, wall=lambda: simulation.time, cancelled=threading.Event())
        object.__setattr__(self, "_simulation", simulation)

    def sleep(self, seconds: float, *, heeding_cancel: bool = True) -> None:
        """Move the simulation's time."""
        del heeding_cancel
        simulation: Simulation = object.__getattribute__(self, "_simulation")
        simulation.time += max(0.0, seconds)


def test_two_hundred_creates_take_the_quota_and_are_never_throttled() -> None:
    """At most 1.06 x 199/5 s and no throttle (issue 4, section 3)."""
    simulation = Simulation()
    for _ in range(CREATES):
        simulation.create()
    assert simulation.throttled == 0
    assert simulation.time <= 1.06 * 199 / 5


@pytest.mark.parametrize("share", [0.25, 0.5])
def test_beside_another_client_few_calls_are_throttled(share: float) -> None:
    """Another client takes a part of the quota: all succeed, at most 5 % of our calls are throttled."""
    simulation = Simulation(other_rate=QUOTA * share)
    for _ in range(CREATES):
        simulation.create()
    assert simulation.throttled / simulation.calls <= 0.05
    assert simulation.throttled > 0, "the other client must be felt, or this test shows nothing"


def test_it_recovers_when_the_other_client_is_gone() -> None:
    """Slowed down by another client, then alone: back at the quota within a hundred calls."""
    simulation = Simulation(other_rate=QUOTA * 0.75)
    for _ in range(50):
        simulation.create()
    simulation.other_rate = 0.0
    for _ in range(100):
        simulation.create()
    began = simulation.time
    for _ in range(50):
        simulation.create()
    assert simulation.time - began <= 50 / QUOTA * 1.02
