"""Runs `pulumi up` on the real engine and kills it, its provider, or both, at a chosen moment."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.engine.stack import PASSPHRASE, STACK, Stack

__all__ = ["Up", "until"]

PATIENCE = 30.0
PLUGIN = b"pulumi-resource-ivs"


@dataclass
class Up:
    """One `pulumi up` in the background."""

    stack: Stack
    out: Path

    def start(self) -> None:
        """Start it, in the same way as `Stack.run` does."""
        home = self.stack.engine.home / "pulumi"
        here = {
            "PULUMI_BACKEND_URL": f"file://{self.stack.directory}",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_HOME": str(home),
            "PULUMI_STACK": STACK,
        }
        with self.out.open("w") as out:
            self._engine = subprocess.Popen(
                ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--color", "never"],  # noqa: S607 - found on the PATH that we give it
                cwd=self.stack.directory,
                env=self.stack.engine.environment | here | self.stack.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def kill(self, who: str) -> None:
        """``kill -9`` of the provider, of the engine, or of both; returns when nothing of them runs any more."""
        plugins = [pid for pid in _descendants(self._engine.pid) if PLUGIN in _command(pid)]
        assert plugins, self.out.read_text()
        if who in {"engine", "both"}:
            self._engine.kill()
        if who in {"provider", "both"}:
            for pid in plugins:
                os.kill(pid, signal.SIGKILL)
        self._engine.wait(PATIENCE)
        until(lambda: not any(PLUGIN in _command(pid) for pid in plugins))
        self.stack.told.append(self.out.read_text())


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.05)


def _descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield int(child)
            yield from _descendants(int(child))


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
