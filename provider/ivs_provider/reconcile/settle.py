"""Takes the ``pending`` tag away once it is known that a creation is recorded: best effort, beside everything else.

A recorded resource that keeps the tag is harmless, so nothing waits for this and nobody is told when it fails.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Final

from ivs_provider.cloud import Account, Deadline
from ivs_provider.errors import IvsError
from ivs_provider.model import ownership

__all__ = ["AT_CANCEL", "AT_LEISURE", "Settling"]

AT_LEISURE: Final = 30.0
"""Seconds after which the engine has certainly recorded what it was answered."""
AT_CANCEL: Final = 3.0
"""The same, where the process is about to end. The longest gap that was seen is 0.2 s (``facts/pulumi.md`` 7)."""
_CALL_SECONDS: Final = 5.0


@dataclass(slots=True)
class Settling:
    """What still carries the tag, and since when it is recorded.

    Args:
        account: Where.
    """

    account: Account
    _since: dict[str, float] = field(default_factory=dict)
    _inherited: set[str] = field(default_factory=set)
    _writing: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answered(self, arn: str) -> None:
        """A create has just been answered: the engine will record it."""
        with self._lock:
            self._since[arn] = self.account.clock.now()

    def inherited(self, arn: str) -> None:
        """The engine has named a resource that still carries the tag: it is recorded."""
        with self._lock:
            self._inherited.add(arn)

    def writing(self) -> None:
        """A real write: this is no preview, so that what was inherited may be settled."""
        self._writing = True

    def deleted(self, arn: str) -> None:
        """Gone: nothing to settle."""
        with self._lock:
            self._since.pop(arn, None)
            self._inherited.discard(arn)

    def settle(self, age: float) -> None:
        """Untag what has been recorded for that many seconds."""
        for arn in self._due(age):
            deadline = Deadline(self.account.clock.now() + _CALL_SECONDS, heeds_cancel=False)
            try:
                self.account.call("UntagResource", {"resourceArn": arn, "tagKeys": [ownership.PENDING]}, deadline)
            except IvsError:
                continue  # harmless: see the module's docstring

    def _due(self, age: float) -> list[str]:
        now = self.account.clock.now()
        with self._lock:
            due = [arn for arn, since in self._since.items() if now - since >= age]
            due += list(self._inherited) if self._writing else []
            for arn in due:
                self._since.pop(arn, None)
                self._inherited.discard(arn)
        return due
