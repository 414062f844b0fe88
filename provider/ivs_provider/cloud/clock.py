"""Time, as everything that waits is given it: one clock that a test can replace and a Cancel can wake."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ivs_provider.errors import Cancelled

__all__ = ["Clock", "Deadline"]


@dataclass(frozen=True, slots=True)
class Clock:
    """The process's time, and whether it is still wanted.

    Args:
        now: Seconds on a clock that never goes back.
        wall: Seconds since 1970, for what is written down.
        cancelled: Set when the engine cancels; everything that waits ends then.
    """

    now: Callable[[], float] = time.monotonic  # noqa: TID251 -- the process's own clock enters here
    wall: Callable[[], float] = time.time  # noqa: TID251 -- as above
    cancelled: threading.Event = field(default_factory=threading.Event)

    def sleep(self, seconds: float, *, heeding_cancel: bool = True) -> None:
        """Wait.

        Raises:
            Cancelled: The engine cancelled before the time was over.
        """
        if not heeding_cancel:
            threading.Event().wait(max(0.0, seconds))
        elif self.cancelled.wait(max(0.0, seconds)):
            what = "cancelled before the call was made; nothing was changed by it"
            raise Cancelled(what)


@dataclass(frozen=True, slots=True)
class Deadline:
    """How long an operation may take, and who is told while it waits.

    Args:
        at: When it must have ended, on the clock's scale.
        on_wait: Called with what is waited for and about how many seconds, where it is long enough to tell.
        heeds_cancel: Whether a Cancel ends the waiting.
    """

    at: float = math.inf
    on_wait: Callable[[str, float], None] = lambda _what, _seconds: None
    heeds_cancel: bool = True

    @classmethod
    def after(
        cls, seconds: float, clock: Clock, on_wait: Callable[[str, float], None] = lambda _what, _seconds: None
    ) -> Deadline:
        """Seconds from now; 0 or less is no limit."""
        return cls(clock.now() + seconds if seconds > 0 else math.inf, on_wait)

    def left(self, clock: Clock) -> float:
        """Seconds that are left; never negative."""
        return max(0.0, self.at - clock.now())
