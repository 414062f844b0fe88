"""A provider process as the campaign sees it: its time, its calls to AWS, and the points at which it can be stopped."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ivs_provider.cloud import Account, Answer, Clock, Deadline
from ivs_provider.config import Settings
from ivs_provider.errors import Cancelled, IvsError
from ivs_provider.reconcile.notice import Notice
from ivs_provider.reconcile.reconciler import Reconciler
from ivs_provider.values import Tree

__all__ = ["Crash", "EngineDied", "Process", "ProviderDied", "Time", "Watch", "Who", "started"]

EPOCH = 1_800_000_000.0


class ProviderDied(BaseException):
    """``kill -9`` of the provider: nothing of it runs any more, no handler either."""


class EngineDied(BaseException):
    """``kill -9`` of the engine; the provider ends with it, at once or a little later."""


class Who(Enum):
    """What is stopped, and how."""

    PROVIDER = "kill -9 of the provider"
    ENGINE = "kill -9 of the engine"
    BOTH = "kill -9 of both"
    CANCEL = "SIGINT"
    COMMAND = "kill -9 of ivs"


@dataclass(frozen=True)
class Crash:
    """One stop.

    Args:
        at: The number of the point of the run.
        who: What is stopped.
        lives: Points that a provider passes before it notices that the engine is gone (a second, at most).
        near: Beginnings of operations, where only points before and after those are counted.
    """

    at: int
    who: Who
    lives: int = 0
    near: tuple[str, ...] = ()

    def counts(self, where: str) -> bool:
        """Whether a point is one of those that are counted."""
        return not self.near or where.removeprefix("before ").removeprefix("after ").startswith(self.near)


@dataclass
class Time:
    """The one clock of a case: everything that waits moves it."""

    now: float = 0.0

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return self.now

    def wall(self) -> float:
        """Seconds since 1970."""
        return EPOCH + self.now


@dataclass
class Watch:
    """Counts the points of one run at which something can stop, and stops it there.

    Args:
        crash: What to stop, and when; ``None`` for a calm run.
        story: Where it is told.
        time: The clock of the case.
    """

    crash: Crash | None
    story: list[str]
    time: Time
    count: int = 0
    struck: str = ""
    """Where the stop came: a word for the closing table."""
    engine_dead: bool = False
    provider_dead: bool = False
    cancelled: bool = False
    deleting: Callable[[str], None] = lambda _arn: None
    """Called before each delete."""
    meanwhile: dict[int, Callable[[], None]] = field(default_factory=dict)
    """What others do at certain points."""
    _left: int = 0
    _counted: int = 0

    def point(self, where: str, *, inside: bool) -> None:
        """Something can stop here.

        Args:
            where: What has just happened, or is about to.
            inside: Whether the provider is at work on an RPC (else the engine is).

        Raises:
            EngineDied: The run is over.
            ProviderDied: The RPC is.
        """
        self.count += 1
        if self.count in self.meanwhile:
            self.meanwhile.pop(self.count)()
        if self.engine_dead:
            self._left -= 1
            if not inside or self._left < 0:
                raise EngineDied
        if self.crash and self.crash.counts(where):
            self._counted += 1
            if self._counted == self.crash.at:
                self._strike(self.crash, where, inside=inside)

    def _strike(self, crash: Crash, where: str, *, inside: bool) -> None:
        place = where if where.startswith(("while", "behind")) else where.partition(" ")[0]
        what = "" if place == where else " a call" if inside else " an RPC"
        self.struck = f"{crash.who.value} {place}{what}"
        self.story.append(f"    !! {crash.who.value}, {where}")
        if crash.who is Who.CANCEL:
            self.cancelled = True
        elif crash.who is Who.PROVIDER:
            self.provider_dead = True
            if inside:
                raise ProviderDied
        elif crash.who in {Who.BOTH, Who.COMMAND} or not inside:
            raise EngineDied
        else:
            self.engine_dead, self._left = True, crash.lives


@dataclass(frozen=True, slots=True)
class CampaignClock(Clock):
    """Our clock, moved by whoever waits; a Cancel is seen wherever something waits."""

    time: Time = field(default_factory=Time)
    watch: Watch | None = None

    def sleep(self, seconds: float, *, heeding_cancel: bool = True) -> None:
        """Let the time pass at once.

        Raises:
            Cancelled: The engine cancelled.
        """
        if seconds > 0 and self.watch:
            self.watch.point("while waiting", inside=True)
        if heeding_cancel and (self.cancelled.is_set() or (self.watch and self.watch.cancelled)):
            what = "cancelled before the call was made; nothing was changed by it"
            raise Cancelled(what)
        self.time.now += max(0.0, seconds)


@dataclass(slots=True, kw_only=True)
class WatchedAccount(Account):
    """The real account, with a point before and after every call, and one boto3 client for all processes."""

    watch: Watch
    shared: Any
    _read_timeout: int = 0

    def _call_once(self, operation: str, members: Tree, deadline: Deadline, promised: str, attempt: int) -> Answer:
        self.watch.point(f"before {operation}", inside=True)
        if operation.startswith("Delete"):
            self.watch.deleting(str(members["arn"]))
        try:
            answer = Account._call_once(self, operation, members, deadline, promised, attempt)
        except IvsError as error:
            if "ReadTimeout" in type(error.__cause__).__name__:
                self.watch.time.now += self._read_timeout
            self._told(operation, members, type(error).__name__)
            self.watch.point(f"after {operation}", inside=True)
            raise
        self._told(operation, members, _shown(answer, promised))
        self.watch.point(f"after {operation}", inside=True)
        return answer

    def _client(self, read_timeout: int, service: str = "ivs-realtime") -> Any:
        del service  # the campaign has no channels
        self._read_timeout = read_timeout
        return self.shared

    def _told(self, operation: str, members: Tree, outcome: str) -> None:
        what = str(members.get("arn") or members.get("resourceArn") or "")[-20:]
        self.watch.story.append(f"    {self.watch.time.now:8.1f}  [{self.watch.count}] {operation} {what} -> {outcome}")


def _shown(answer: Answer, promised: str) -> str:
    told = answer.get(promised)
    if isinstance(told, list):
        return f"{len(told)} listed"
    return str(told.get("arn", ""))[-20:] if isinstance(told, dict) else "done"


@dataclass
class Process:
    """One plugin process, configured."""

    reconciler: Reconciler
    clock: CampaignClock
    settings: Settings
    fallen: bool = False
    """Whether it has been killed or ended."""

    def settle(self, age: float) -> None:
        """What its own thread does beside the RPCs."""
        if not self.fallen:
            self.reconciler.settling.settle(age)


@dataclass(frozen=True)
class Host:
    """What every process of a case gets.

    Args:
        client: The boto3 client.
        time: The clock of the case.
        nonces: Values that no create has had before.
        tell: Where notices go.
        searching: Off in the test of the test.
    """

    client: Any
    time: Time
    nonces: Iterator[str]
    tell: Callable[[Notice], None]
    searching: bool = True


def started(host: Host, settings: Settings, owner: str, watch: Watch) -> Process:
    """Start a process and configure it, as `rpc.configuring` does."""
    clock = CampaignClock(now=host.time.monotonic, wall=host.time.wall, time=host.time, watch=watch)
    account = WatchedAccount(settings, clock, watch=watch, shared=host.client)
    reconciler = Reconciler(account, owner, host.nonces, functools.partial(_tell, host, watch))
    reconciler.once.searching = host.searching
    return Process(reconciler, clock, settings)


def _tell(host: Host, watch: Watch, notice: Notice) -> None:
    watch.story.append(f"    .. {notice.text}")
    host.tell(notice)
