"""Keeps each operation at the pace that its quota allows.

Quotas are per operation and cannot be raised, so more threads speed nothing up, and a throttle costs a retry. An
operation that has rested may make most of a second's calls at once (AWS does not publish its bursts; one call less
than the quota leaves room for calls that arrive closer together than they were sent), then its calls are spaced
evenly. When AWS throttles all the same, because another client uses the account, bursts are over, and the
operation's rate is halved and grows back with every call that succeeds.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ivs_provider.cloud.clock import Clock, Deadline
from ivs_provider.errors import TooLate
from ivs_provider.model import limits

__all__ = ["Pace"]

_SLOWEST: Final = 0.1
_RECOVERY: Final = 0.01
_WORTH_TELLING: Final = 2.0


@dataclass(slots=True)
class _Lane:
    """One operation: its quota, its present rate and burst, and when its next call is due."""

    quota: float
    rate: float
    burst: float
    due: float = 0.0
    """When the next call would go if all calls were spaced evenly; a burst goes ahead of it."""
    slowed: int = 0
    """How often it was slowed down: turns that were given before that are void."""
    slowed_at: float = 0.0


@dataclass(slots=True)
class Pace:
    """Gives every call its time. One for a process; all threads share it.

    Args:
        clock: Whose time, and who wakes a waiting call at Cancel.
        own_rates: Calls a second by operation where the account has limits of its own.
    """

    clock: Clock
    own_rates: Mapping[str, float] = field(default_factory=dict)
    _lanes: dict[str, _Lane] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, operation: str, deadline: Deadline) -> None:
        """Return when the operation may be called.

        Raises:
            Cancelled: The engine cancelled while the call waited.
            TooLate: The deadline comes before the call's turn; nothing was sent.
        """
        while True:
            with self._lock:
                lane, now = self._lane(operation), self.clock.now()
                given = lane.slowed
                turn = max(now, lane.due - (lane.burst - 1) / lane.rate)
                if turn > deadline.at:
                    what = f"the time-out comes before {operation}'s turn, AWS allows {lane.quota:g} calls a second"
                    raise TooLate(what, "Give the resource a longer customTimeouts, or run again.")
                lane.due = max(turn, lane.due) + 1 / lane.rate
            if turn - now > _WORTH_TELLING:
                deadline.on_wait(f"{operation}'s turn (AWS allows {lane.quota:g} calls a second)", turn - now)
            self.clock.sleep(turn - now, heeding_cancel=deadline.heeds_cancel)
            if given == lane.slowed:
                return

    def slow_down(self, operation: str) -> None:
        """AWS throttled: halve the operation's rate, and give out new turns. Once for calls that were on their way."""
        with self._lock:
            lane, now = self._lane(operation), self.clock.now()
            if lane.slowed and now < lane.slowed_at + 1 / lane.rate:
                return
            lane.rate = max(lane.quota * _SLOWEST, lane.rate / 2)
            lane.burst = 1
            lane.slowed, lane.slowed_at = lane.slowed + 1, now
            lane.due = now + 1 / lane.rate

    def recover(self, operation: str) -> None:
        """AWS accepted: come a hundredth of the quota nearer to it, so that trying for more is rarely throttled."""
        with self._lock:
            lane = self._lane(operation)
            lane.rate = min(lane.quota, lane.rate + lane.quota * _RECOVERY)

    def _lane(self, operation: str) -> _Lane:
        if operation not in self._lanes:
            quota = self.own_rates.get(operation) or limits.rate(operation)
            self._lanes[operation] = _Lane(quota=quota, rate=quota, burst=max(1, quota - 1))
        return self._lanes[operation]
