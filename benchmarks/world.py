"""Where everything is measured: one emulator, a home of the benchmarks' own, both providers, stacks of the engine."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import demo

from benchmarks import do_nothing

__all__ = ["REGION", "Cost", "Stack", "World", "open_world"]

REGION: Final = demo.REGION
_STACK: Final = "bench"
_TIME_LIMIT: Final = 900.0


@dataclass(frozen=True)
class World:
    """What all parts share.

    Args:
        url: The emulator.
        scratch: A directory that is thrown away at the end.
        variables: The environment in which the engine is found, and nothing of the user's.
    """

    url: str
    scratch: Path
    variables: Mapping[str, str]

    @property
    def ours(self) -> Path:
        """The directory of our plugin."""
        return Path(sys.executable).parent

    @property
    def nothing(self) -> Path:
        """The directory of the plugin that does nothing."""
        return self.scratch / "do-nothing"

    def environment(self, account: str) -> dict[str, str]:
        """The environment of one account."""
        return {**self.variables, "AWS_ACCESS_KEY_ID": account}

    def admin(self, method: str, name: str, account: str, body: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 -- any JSON value
        """Ask the emulator's admin interface about one account."""
        content = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(f"{self.url}/_admin/{name}?account={account}", content, method=method)  # noqa: S310 -- our own loopback URL
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 -- as above
            return json.load(answer)

    def settings(self, account: str, **changes: Any) -> None:  # noqa: ANN401 -- any JSON value
        """Change the emulator's settings for an account."""
        self.admin("PATCH", "settings", account, changes)

    @contextmanager
    def counting(self, account: str) -> Iterator[dict[str, int]]:
        """Count the calls of a block, by operation; filled when it ends."""
        self.admin("DELETE", "calls", account)
        counts: dict[str, int] = {}
        yield counts
        counts.update(self.admin("GET", "calls", account)["counts"])


@contextmanager
def open_world() -> Iterator[World]:
    """Start the emulator, and leave nothing behind."""
    with tempfile.TemporaryDirectory(prefix="pulumi-ivs-bench-") as directory, demo.emulator() as url:
        world = World(url, Path(directory), demo.environment(Path(directory), url))
        do_nothing.install(world.nothing)
        yield world


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds on the wall, and CPU seconds of the engine and all plugins together."""

    wall: float
    processor: float


@dataclass
class Stack:
    """One program on one provider, in an account of its own.

    Args:
        world: Where.
        name: The project's name.
        plugin: The directory of the provider.
        account: The emulator's account.
        settings: The provider's configuration.
    """

    world: World
    name: str
    plugin: Path
    account: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    def program(self, stages: int) -> None:
        """Write a program of so many stages, and begin the stack anew."""
        self._directory.mkdir(exist_ok=True)
        # JSON is YAML, and has no aliases, which Pulumi refuses.
        (self._directory / "Pulumi.yaml").write_text(json.dumps(self._document(stages)))
        if not (self._directory / f"Pulumi.{_STACK}.yaml").exists():
            self.run("stack", "init", _STACK)

    def run(self, *words: str) -> Cost:
        """Run a command of the engine that must succeed, and say what it took.

        Raises:
            AssertionError: It failed.
        """
        command = ["pulumi", *words, "--non-interactive", "--color", "never"]
        began, before = time.perf_counter(), _processor_seconds()
        ended = subprocess.run(
            command,
            cwd=self._directory,
            env=self.world.environment(self.account) | {"PULUMI_STACK": _STACK, "PULUMI_SKIP_CHECKPOINTS": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_TIME_LIMIT,
            check=False,
        )
        cost = Cost(time.perf_counter() - began, _processor_seconds() - before)
        assert ended.returncode == 0, f"pulumi {' '.join(words)}: {(ended.stdout + ended.stderr)[-4000:]}"
        return cost

    @property
    def _directory(self) -> Path:
        return self.world.scratch / self.name

    def _document(self, stages: int) -> dict[str, Any]:
        configuration = {f"ivs:{key}": _text(value) for key, value in self.settings.items()}
        tags = {"team": "live-video", "cost-centre": "4711"}
        return {
            "name": self.name,
            "runtime": "yaml",
            "plugins": {"providers": [{"name": "ivs", "path": str(self.plugin)}]},
            "config": {key: {"value": value} for key, value in configuration.items()},
            "resources": {
                f"stage{number}": {
                    "type": "ivs:index:Stage",
                    "properties": {"name": f"stage-{number}", "tags": tags},
                }
                for number in range(stages)
            },
        }


def _processor_seconds() -> float:
    """Of all processes that were waited for: while the emulator runs, it is none of them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
