"""What Ctrl-C and SIGTERM do: end a process that only reads at once, let changes that are on their way finish."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ivs_provider.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from ivs_provider.cloud import Clock

__all__ = ["stopping", "watch_for_stops"]

_STDERR: Final = 2
_FIRST: Final = b"\nStopping: what is on its way is finished first. Ctrl-C again ends at once.\n"
_AT_ONCE: Final = b"\nStopped.\n"


@dataclass(slots=True)
class _Changes:
    """The changes that are being made.

    Args:
        clock: Of their run; `None` while nothing is changed.
    """

    clock: Clock | None = None


_CHANGES: Final = _Changes()  # signals are the process's, and so is what they meet


def watch_for_stops() -> None:
    """From now on a stop ends the process, whatever its threads wait for.

    Also where a shell lets what it runs in the background ignore Ctrl-C: whoever sends a signal means it. A thread is
    told of signals by a pipe: Python's own handlers wait until the main thread does not.
    """
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)

    def wait() -> None:
        while number := os.read(told, 1):
            if number[0] in (signal.SIGINT, signal.SIGTERM):
                _stop()

    threading.Thread(target=wait, name="stops", daemon=True).start()


def _stop() -> None:
    """Past every lock: one may be held by a thread that waits for an answer."""
    clock = _CHANGES.clock
    if clock is not None and clock.cancelled.is_set():
        os._exit(ExitCode.STOPPED)
    with suppress(OSError):  # nobody is there to be told
        os.write(_STDERR, _AT_ONCE if clock is None else _FIRST)
    if clock is None:
        os._exit(ExitCode.STOPPED)
    clock.cancelled.set()


@contextmanager
def stopping(clock: Clock) -> Iterator[None]:
    """Let a stop end what waits, and let what is on its way end by itself; a second one ends the process."""
    _CHANGES.clock = clock
    try:
        yield
    finally:
        if not clock.cancelled.is_set():  # else the next one is the second
            _CHANGES.clock = None
