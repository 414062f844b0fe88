"""One run of a command over one program: the program, the accounts that it reaches, and who is told."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import click

from ivs_provider.cli.accounts import Accounts
from ivs_provider.cli.exit_codes import ExitCode
from ivs_provider.cli.options import Reach, Where
from ivs_provider.cloud import Clock
from ivs_provider.reconcile.declaration import Program, ProviderArguments
from ivs_provider.reconcile.notice import Notice
from ivs_provider.reconcile.planner import Planner
from ivs_provider.values import Problem, Tree

__all__ = ["Session", "opened", "stopping"]


@dataclass
class Session:
    """What a command works with.

    Args:
        program: What is declared.
        accounts: How accounts are reached.
        clock: The run's time; its event is set when the user stops it.
        previewing: Whether functions that change something must not run.
    """

    program: Program
    accounts: Accounts
    clock: Clock
    previewing: bool = True
    _callers: dict[str, object] = field(default_factory=dict)

    def planner(self, *, prune: bool = False) -> Planner:
        """Makes one Plan."""
        return Planner(self.program, self.accounts.of, prune)

    def invoke(self, name: str, arguments: Tree, provider: ProviderArguments) -> Tree | list[Problem]:
        """Run a function that the program calls.

        Raises:
            IvsError: It failed.
        """
        from ivs_provider.functions import functions
        from ivs_provider.functions.calling import Caller
        from ivs_provider.functions.invoking import invoke

        stack = f"{self.program.project}/{self.program.stack}"
        caller = Caller(self.accounts.of(provider).account, stack)
        invoked = invoke(functions()[name], arguments, caller, preview=self.previewing)
        return list(invoked.problems) or invoked.result


def opened(where: Where, reach: Reach) -> Session:
    """Read the program that a command is about.

    Raises:
        BadProgram: With every flaw of it that can be seen without running it.
    """
    from ivs_provider.program import load

    return _session(load(where.directory, where.stack or "", environment=os.environ), reach)


def declared(text: str, reach: Reach) -> Session:
    """Read what `ivs declare` wrote: hostile data, of which nothing is run.

    Raises:
        BadProgram: With every flaw of it.
    """
    from ivs_provider.program import load_declared

    return _session(load_declared(text), reach)


def _session(program: Program, reach: Reach) -> Session:
    clock = Clock()
    return Session(program, Accounts(reach, os.environ, clock, _tell), clock)


def _tell(notice: Notice) -> None:
    if not notice.passing:
        click.echo(notice.text, err=True)


@contextmanager
def stopping(clock: Clock) -> Iterator[None]:
    """Let Ctrl-C end what waits, and let what is on its way end by itself; a second one ends the process.

    Signals are waited for by a thread: a handler that meets a held lock can hang the process.
    """
    endings = (signal.SIGINT, signal.SIGTERM)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, endings)

    def wait() -> None:
        signal.sigwait(endings)
        click.echo("\nStopping: what is on its way is finished first. Ctrl-C again ends at once.", err=True)
        clock.cancelled.set()
        signal.sigwait(endings)
        os._exit(ExitCode.STOPPED)

    threading.Thread(target=wait, daemon=True).start()
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
