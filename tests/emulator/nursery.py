"""Forks emulators on request: `start` on stdin, `PID URL` on stdout. Run by the durability test, and only by it."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from ivs_emulator.emulator import Options, run_until_told
from ivs_emulator.settings import Settings


def main() -> None:
    """Fork one emulator for each line, after the one before has ended."""
    options = Options(data=Path(sys.argv[1]), settings=Settings(quotas=None))
    child = None
    for _ in sys.stdin:
        if child is not None:
            os.waitpid(child, 0)
        child = os.fork()
        if child == 0:
            asyncio.run(run_until_told(options, announce))
            os._exit(0)


def announce(url: str) -> None:
    """Tell who is there."""
    print(os.getpid(), url, flush=True)  # noqa: T201  (the parent reads it)


if __name__ == "__main__":
    main()
