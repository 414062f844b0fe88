"""A stop before anything is changed ends a command at once, whatever hangs; tried on real processes.

How a stop meets changes that are being made stands in `test_apply.py` and `test_adopt.py`.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.cli.projects import start

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.projects import Project
    from tests.rpc.world import World

HANGS = 45
"""Seconds: longer than anybody waits."""
SOON = 2.0
"""Seconds in which a process has ended that does not wait for anything."""
LOOP = """\
import pathlib

while True:
    pathlib.Path("running").touch()
"""


def stopped(process: subprocess.Popen[str], how: signal.Signals) -> tuple[int, str, str]:
    """Stop it once: exit code, standard output and standard error."""
    process.send_signal(how)
    out, err = process.communicate(timeout=SOON)
    return process.returncode, out, err


def begun(world: World, *arguments: str) -> subprocess.Popen[str]:
    """A command whose first call hangs."""
    world.fault(operation="ListStages", when="before", kind="hang", seconds=HANGS)
    process = start(world, *arguments)
    while world.faults() and process.poll() is None:
        time.sleep(0.02)
    return process


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    "command",
    [
        ["plan"],
        ["drift"],
        ["apply", "--yes"],
        ["destroy", "--yes"],
        ["adopt", "--yes"],
        ["import", "--all"],
        ["stacks"],
    ],
    ids=" ".join,
)
def test_one_stop_ends_what_only_reads(
    world: World, run: Callable[..., object], project: Project, command: list[str], how: signal.Signals
) -> None:
    del run, project  # they set the credentials and the directory
    assert stopped(begun(world, *command), how) == (130, "", "\nStopped.\n")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_one_stop_ends_a_program_that_does_not_end(
    world: World, run: Callable[..., object], project: Project, how: signal.Signals
) -> None:
    del run
    project.write("name: shop\nruntime: python\n")
    (project.directory / "__main__.py").write_text(LOOP, encoding="utf-8")
    process = start(world, "plan")
    while not (project.directory / "running").exists():
        assert process.poll() is None
        time.sleep(0.02)
    assert stopped(process, how) == (130, "", "\nStopped.\n")


def test_a_stop_is_heard_in_the_background_of_a_shell_too(
    world: World, run: Callable[..., object], project: Project
) -> None:
    """Which lets it ignore SIGINT."""
    del run, project
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = begun(world, "plan")
    finally:
        signal.signal(signal.SIGINT, before)
    assert stopped(process, signal.SIGINT) == (130, "", "\nStopped.\n")


BUSY = """\
import os, signal, threading
from ivs_provider.cli.stopping import stopping, watch_for_stops
from ivs_provider.cloud import Clock

watch_for_stops()
threading.Thread(target=threading.Event().wait, daemon=True).start()
clock = Clock()
with stopping(clock):
    os.kill(os.getpid(), signal.SIGINT)
    print(clock.cancelled.wait(10))
"""


def test_a_thread_from_before_the_changes_does_not_make_the_first_stop_the_last() -> None:
    ended = subprocess.run([sys.executable, "-c", BUSY], capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stdout) == (0, "True\n")
