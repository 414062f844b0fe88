"""reconcile/settle.py: the pending tag goes when the creation is certainly recorded, and not before."""

from __future__ import annotations

import threading
from typing import Any

from ivs_provider.cloud import Clock, Deadline
from ivs_provider.model.ownership import PENDING, Identity
from ivs_provider.reconcile.apply import Target
from ivs_provider.reconcile.settle import AT_CANCEL, AT_LEISURE
from ivs_provider.resources import registry
from ivs_provider.values import Desired, Recorded
from tests.rpc.world import World

STAGE = registry()["ivs:index:Stage"]


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.time = 1_000.0

    def clock(self) -> Clock:
        """The clock itself."""
        return Clock(now=lambda: self.time, wall=lambda: self.time, cancelled=threading.Event())


def target(name: str = "a") -> Target:
    return Target(STAGE, Identity(f"urn:pulumi:dev::show::{STAGE.token}::{name}"), Deadline())


def pending(world: World) -> int:
    """How many resources still carry the tag."""
    return sum(PENDING in each["tags"] for each in world.resources())


def test_it_goes_half_a_minute_after_the_answer(world: World, reaching: Any) -> None:
    hands = Hands()
    reconciler = reaching(hands.clock())
    reconciler.create(target(), Desired({"name": "a"}))
    reconciler.settling.settle(AT_LEISURE)
    assert pending(world) == 1
    hands.time += 29
    reconciler.settling.settle(AT_LEISURE)
    assert pending(world) == 1
    hands.time += 1
    reconciler.settling.settle(AT_LEISURE)
    assert pending(world) == 0
    world.forget()
    reconciler.settling.settle(AT_LEISURE)
    assert world.counts() == {}


def test_at_the_end_of_a_run_a_few_seconds_are_enough(world: World, reaching: Any) -> None:
    """Also after a Cancel, which wakes everything else that waits."""
    hands = Hands()
    clock = hands.clock()
    reconciler = reaching(clock)
    reconciler.create(target("a"), Desired({"name": "a"}))
    hands.time += 2
    reconciler.create(target("b"), Desired({"name": "b"}))
    hands.time += 1
    clock.cancelled.set()
    reconciler.settling.settle(AT_CANCEL)
    assert pending(world) == 1


def test_a_later_process_settles_what_the_engine_named_once_it_writes(world: World, reaching: Any) -> None:
    """Never in a preview: reads alone settle nothing."""
    made = reaching().create(target("a"), Desired({"name": "a"}))
    later = reaching()
    seen = later.read(STAGE, made.arn, Recorded({"name": "a"}), made.outputs)
    assert seen
    later.settling.settle(AT_CANCEL)
    assert pending(world) == 1
    later.create(target("b"), Desired({"name": "b"}))
    later.settling.settle(AT_CANCEL)
    assert pending(world) == 1  # b's own; a's is gone


def test_a_failure_is_nobodys_business(world: World, reaching: Any) -> None:
    hands = Hands()
    reconciler = reaching(hands.clock())
    reconciler.create(target(), Desired({"name": "a"}))
    world.settings(deny=["ivs:UntagResource"])
    hands.time += 60
    reconciler.settling.settle(AT_LEISURE)
    assert pending(world) == 1
