"""A project whose program a test edits, and `ivs` as a process of its own beside it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.rpc.world import REGION

if TYPE_CHECKING:
    from tests.rpc.world import World

SHOP = """\
name: shop
runtime: yaml
resources:
  hall:
    type: ivs:index:Stage
    properties:
      name: hall
      tags: {team: live}
  feed:
    type: ivs:index:IngestConfiguration
    properties:
      name: feed
      ingestProtocol: RTMPS
      stageArn: ${hall.arn}
outputs:
  hallArn: ${hall.arn}
  streamKey: ${feed.streamKey}
"""
"""A stage, what broadcasts into it, and an output that is secret."""
COMMAND = "from ivs_provider.cli.main import main; main()"


@dataclass(frozen=True)
class Project:
    """A directory with a program and one stack, `dev`."""

    directory: Path

    @property
    def program(self) -> Path:
        """Its file."""
        return self.directory / "Pulumi.yaml"

    def write(self, text: str = SHOP, **stacks: str) -> None:
        """Write the program, and the configuration of stacks, by their names."""
        self.program.write_text(text, encoding="utf-8")
        for name, configuration in (stacks or {"dev": "config: {}\n"}).items():
            (self.directory / f"Pulumi.{name}.yaml").write_text(configuration, encoding="utf-8")

    def edit(self, old: str, new: str) -> None:
        """Edit the program at one place."""
        text = self.program.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        self.program.write_text(text.replace(old, new), encoding="utf-8")


def stages(names: Iterable[str], project: str = "many") -> str:
    """A program of stages that do not depend on each other."""
    each = (f"  {name}:\n    type: ivs:index:Stage\n    properties: {{name: {name}}}\n" for name in names)
    return f"name: {project}\nruntime: yaml\nresources:\n{''.join(each)}"


def arn_of(world: World, name: str) -> str:
    """The ARN of the one resource of a logical name."""
    [found] = [each["arn"] for each in world.resources() if each["tags"].get("pulumi-ivs:name") == name]
    return str(found)


def names(world: World) -> list[str]:
    """The logical names of all that exists."""
    return sorted(each["tags"].get("pulumi-ivs:name", "") for each in world.resources())


def changes(world: World) -> dict[str, int]:
    """How many calls of each operation that changes something there were since `forget`."""
    return {name: number for name, number in world.counts().items() if not name.startswith(("Get", "List"))}


def start(
    world: World, *arguments: str, stdin: int = subprocess.DEVNULL, stderr: int = subprocess.PIPE
) -> subprocess.Popen[str]:
    """Begin `ivs` as a process, with the test's account behind it."""
    there = ["--region", REGION, "--endpoint", world.url]
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *arguments, *there],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )


def seen(world: World, *arguments: str) -> str:
    """What a command that asks nothing shows on the standard error of a terminal."""
    terminal, end = pty.openpty()
    with start(world, *arguments, stderr=end) as process:
        os.close(end)
        shown = b""
        try:
            while read := os.read(terminal, 4_096):
                shown += read
        except OSError:  # Linux's way to say that the other end is closed
            pass
        process.communicate(timeout=60)
    os.close(terminal)
    assert process.returncode == 0, shown
    return shown.decode()


def asked(
    world: World, *arguments: str, answer: str, meanwhile: Callable[[], object] = lambda: None
) -> tuple[int, str, str]:
    """Run a command at a terminal and answer its question.

    Args:
        world: The account.
        arguments: Of the command.
        answer: What is typed.
        meanwhile: What happens before somebody answers.

    Returns:
        Exit code, standard output and standard error.
    """
    terminal, end = pty.openpty()
    try:
        with start(world, *arguments, stdin=end) as process:
            assert process.stderr is not None
            told = ""
            while not told.endswith("[y/N]:"):
                letter = process.stderr.read(1)
                assert letter, told
                told += letter
            meanwhile()
            os.write(terminal, f"{answer}\n".encode())
            out, rest = process.communicate(timeout=60)
    finally:
        os.close(terminal)
        os.close(end)
    return process.returncode, out, told + rest
