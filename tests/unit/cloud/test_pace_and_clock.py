"""cloud/pace.py and cloud/clock.py, on a clock of the test's own."""

from __future__ import annotations

import math
import threading

import pytest

from ivs_provider.cloud.clock import Clock, Deadline
from ivs_provider.cloud.pace import Pace
from ivs_provider.errors import Cancelled, TooLate


class Ticking(threading.Event):
    """An event that nobody sets, whose waiting takes time on a clock of its own."""

    def __init__(self) -> None:
        """Begin at a thousand seconds."""
        super().__init__()
        self.time = 1_000.0

    def wait(self, timeout: float | None = None) -> bool:
        """Let the time go by."""
        self.time += timeout or 0.0
        return self.is_set()


def paced(**rates: float) -> tuple[Pace, Ticking]:
    """A pace, and the time that it waits on."""
    ticking = Ticking()
    return Pace(Clock(now=lambda: ticking.time, cancelled=ticking), rates), ticking


def turns(pace: Pace, ticking: Ticking, operation: str, number: int) -> list[float]:
    """When each of some calls may go, in seconds from now."""
    begun, found = ticking.time, []
    for _ in range(number):
        pace.wait(operation, Deadline())
        found.append(round(ticking.time - begun, 6))
    return found


def test_a_rested_operation_makes_one_call_less_than_its_quota_at_once_then_evenly() -> None:
    """Five a second: four go at once, the fifth a fifth of a second later, and so on."""
    assert turns(*paced(), "CreateStage", 8) == [0, 0, 0, 0, 0.2, 0.4, 0.6, 0.8]


@pytest.mark.parametrize("operation", ["CreateStage", "ListPublicKeys", "TagResource"])
def test_no_second_ever_has_more_calls_than_its_quota(operation: str) -> None:
    quota = {"CreateStage": 5, "ListPublicKeys": 3, "TagResource": 10}[operation]
    found = turns(*paced(), operation, 60)
    for begin in found:
        assert len([turn for turn in found if begin <= turn < begin + 1 - 1e-9]) <= 2 * quota - 1
    assert found[-1] == pytest.approx((60 - (quota - 1)) / quota)


def test_an_account_with_limits_of_its_own_is_paced_by_them() -> None:
    assert turns(*paced(CreateStage=2), "CreateStage", 3) == [0, 0.5, 1.0]


def test_each_operation_has_a_lane_of_its_own() -> None:
    pace, ticking = paced(CreateStage=1)
    assert turns(pace, ticking, "CreateStage", 1) == [0]
    assert turns(pace, ticking, "DeleteStage", 1) == [0]


def test_after_a_rest_there_is_a_burst_again() -> None:
    pace, ticking = paced()
    turns(pace, ticking, "CreateStage", 8)
    ticking.time += 10
    assert turns(pace, ticking, "CreateStage", 5) == [0, 0, 0, 0, 0.2]


def test_a_throttle_halves_the_rate_and_success_brings_it_back() -> None:
    pace, ticking = paced()
    pace.slow_down("CreateStage")
    assert turns(pace, ticking, "CreateStage", 3) == [0.4, 0.8, 1.2]
    for _ in range(50):  # from 2.5 to 5 a second, by a hundredth of 5 each
        pace.recover("CreateStage")
    spaced = turns(pace, ticking, "CreateStage", 3)
    assert spaced[2] - spaced[1] == pytest.approx(0.2)
    pace.recover("CreateStage")
    again = turns(pace, ticking, "CreateStage", 3)
    assert again[2] - again[1] == pytest.approx(0.2)  # never faster than the quota


def test_throttles_never_stop_an_operation() -> None:
    pace, ticking = paced()
    for _ in range(20):
        pace.slow_down("CreateStage")
        ticking.time += 10
    found = turns(pace, ticking, "CreateStage", 2)
    assert found[1] - found[0] == pytest.approx(2.0)  # a tenth of five a second


def test_calls_that_were_on_their_way_together_slow_it_down_once() -> None:
    pace, ticking = paced()
    for _ in range(3):
        pace.slow_down("CreateStage")
    assert turns(pace, ticking, "CreateStage", 2) == [0.4, 0.8]  # 2.5 a second


def test_a_turn_after_the_time_out_is_refused_at_once_and_takes_no_place() -> None:
    pace, ticking = paced(CreateStage=1)
    turns(pace, ticking, "CreateStage", 1)
    with pytest.raises(TooLate, match="AWS allows 1 calls a second"):
        pace.wait("CreateStage", Deadline(ticking.time + 0.5))
    assert turns(pace, ticking, "CreateStage", 1) == [1.0]


def test_a_cancel_ends_a_wait() -> None:
    pace, ticking = paced(CreateStage=1)
    turns(pace, ticking, "CreateStage", 1)
    ticking.set()
    with pytest.raises(Cancelled, match="nothing was changed by it"):
        pace.wait("CreateStage", Deadline())


def test_a_cancel_wakes_a_real_clock() -> None:
    clock = Clock()
    clock.sleep(-1)
    threading.Timer(0.02, clock.cancelled.set).start()
    with pytest.raises(Cancelled):
        clock.sleep(60)


def test_a_deadline_is_a_time_on_the_clock() -> None:
    ticking = Ticking()
    clock = Clock(now=lambda: ticking.time, cancelled=ticking)
    deadline = Deadline.after(10, clock)
    assert (deadline.at, deadline.left(clock)) == (1_010, 10)
    ticking.time += 20
    assert deadline.left(clock) == 0
    assert Deadline.after(0, clock).at == Deadline.after(-1, clock).at == math.inf
