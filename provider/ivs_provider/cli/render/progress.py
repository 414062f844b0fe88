"""How far a long apply is, and how long it will still take: on a terminal a bar, elsewhere a line now and then."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Final, Protocol

from ivs_provider.cli.render import words
from ivs_provider.planning.plan import Plan, Step
from ivs_provider.planning.showing import plain
from ivs_provider.reconcile import cost

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

__all__ = ["Progress", "progress"]

_EVERY: Final = 10.0


class Progress(Protocol):
    """Who is told how far the work is; from any thread."""

    def step_started(self, step: Step) -> None:
        """A step begins."""
        ...

    def step_done(self, step: Step, *, failed: bool = False) -> None:
        """A step has ended."""
        ...

    def waiting(self, text: str) -> None:
        """What everything waits for at the moment, in words."""
        ...


@contextmanager
def progress(plan: Plan, stream: IO[str], now: Callable[[], float], every: float = _EVERY) -> Iterator[Progress]:
    """Tell of a plan's progress while it is carried out.

    Args:
        plan: What is carried out.
        stream: Where to; standard error, so that results can be piped.
        now: A clock, in seconds.
        every: Off a terminal, seconds between two lines.
    """
    count = _Count(plan)
    if not stream.isatty() or not count.total:
        yield _Lines(count, stream, now, every)
        return
    # rich takes a tenth of a second to import: only who watches a bar waits for it.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    # markup off: names come from the program.
    told = TextColumn("{task.description}", markup=False)
    with Bar(BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), told, console=Console(file=stream)) as bar:
        yield _OnTerminal(count, bar, bar.add_task("", total=count.total))


class _Count:
    """What is done, what failed, and the calls that remain: what both ways of telling are made of."""

    def __init__(self, plan: Plan) -> None:
        self.total = len(plan.changing)
        self.lock = threading.Lock()
        self._rates = plan.rates
        self._remaining = Counter(plan.calls)
        self.done = self._failed = 0
        self.wait = ""

    def finish(self, step: Step, *, failed: bool) -> None:
        self.done += 1
        self._failed += failed
        self._remaining -= step.calls
        self.wait = ""

    def line(self) -> str:
        left = cost.seconds(self._remaining, self._rates)
        rest = f", {words.duration(left)} left" if self.done < self.total and left else ""
        failed = f", {self._failed:,} failed" if self._failed else ""
        waiting = f", waiting for {self.wait}" if self.wait else ""
        return f"{self.done:,} of {self.total:,} done{failed}{rest}{waiting}"


@dataclass
class _Lines:
    """A line when there is something to say and the last one is some seconds old; short work is silent."""

    count: _Count
    stream: IO[str]
    now: Callable[[], float]
    every: float
    _told: float = field(init=False)

    def __post_init__(self) -> None:
        self._told = self.now()

    def step_started(self, step: Step) -> None:
        del step  # what is done counts

    def step_done(self, step: Step, *, failed: bool = False) -> None:
        with self.count.lock:
            self.count.finish(step, failed=failed)
            self._tell()

    def waiting(self, text: str) -> None:
        with self.count.lock:
            self.count.wait = plain(text)
            self._tell()

    def _tell(self) -> None:
        if self.now() - self._told >= self.every:
            self._told = self.now()
            print(self.count.line(), file=self.stream, flush=True)


@dataclass
class _OnTerminal:
    """A bar, what it is at, and the time that is left."""

    count: _Count
    bar: Bar
    task: TaskID

    def step_started(self, step: Step) -> None:
        with self.count.lock:
            self._show(f"{step.action.value} {step.kind.noun} {plain(step.name, 40)}")

    def step_done(self, step: Step, *, failed: bool = False) -> None:
        with self.count.lock:
            self.count.finish(step, failed=failed)
            self._show("")

    def waiting(self, text: str) -> None:
        with self.count.lock:
            self.count.wait = plain(text)
            self._show("")

    def _show(self, what: str) -> None:
        text = f"{self.count.line()}  {what}"
        self.bar.update(self.task, completed=self.count.done, description=text)
