"""What the exit code of every `ivs` command means: one table, which the reference is generated from."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final

__all__ = ["MEANINGS", "ExitCode"]


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    FAILED = 1
    CHANGES = 2
    USAGE = 64
    STOPPED = 130


MEANINGS: Final[Mapping[ExitCode, str]] = MappingProxyType(
    {
        ExitCode.DONE: "done, or nothing to do",
        ExitCode.FAILED: "failed: the message says what, and what to do",
        ExitCode.CHANGES: "there are changes (only with `--detailed-exitcode`)",
        ExitCode.USAGE: "wrong options or arguments: nothing was called",
        ExitCode.STOPPED: "stopped by the user (Ctrl-C, or no to a question): run again to go on",
    }
)
