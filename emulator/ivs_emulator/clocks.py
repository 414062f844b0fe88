"""The time of each account, which tests move: a day passes in a call."""

from collections.abc import Callable


class Clocks:
    """The machine's clock, and how far each account is from it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Take the clock that all others are set by."""
        self._clock = clock
        self._shared = 0.0
        self._offsets: dict[str, float] = {}

    def offset(self, account: str | None) -> float:
        """Answer how many seconds an account is ahead."""
        return self._shared if account is None else self._offsets.get(account, self._shared)

    def now(self, account: str | None) -> float:
        """Answer an account's time."""
        return self._clock() + self.offset(account)

    def move(self, account: str | None, offset: float) -> None:
        """Set how many seconds an account (None: every account without a time of its own) is ahead."""
        if account is None:
            self._shared = offset
        else:
            self._offsets[account] = offset

    def set(self, account: str | None, moment: float) -> None:
        """Set an account's time; it goes on from there."""
        self.move(account, moment - self._clock())

    def reset(self, account: str | None) -> None:
        """Set an account, or all, back to the machine's time."""
        if account is None:
            self._shared = 0.0
            self._offsets.clear()
        else:
            self._offsets.pop(account, None)
