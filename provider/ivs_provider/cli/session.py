"""One run of a command over one program: the program, the accounts that it reaches, and who is told."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import click

from ivs_provider.cli.accounts import Accounts
from ivs_provider.cli.options import Reach, Where
from ivs_provider.cloud import Clock
from ivs_provider.planning import planner as planning
from ivs_provider.planning.declaration import (
    BadProgram,
    Flaw,
    Invoke,
    Program,
    ProviderArguments,
    Ran,
    Register,
    misnamed,
)
from ivs_provider.reconcile.notice import Notice
from ivs_provider.reconcile.reconciler import Reconciler
from ivs_provider.values import Problem, Tree

__all__ = ["Session", "declared", "opened", "opened_or_bare"]

_NOT_A_STRANGERS: Final = frozenset({"assumeRole", "endpoint", "profile"})
"""Settings that send credentials somewhere."""
_NOT_HEEDED: Final = frozenset({"driftDetection", "rateLimits"})
"""Settings of a stranger that would make the plan wait for ever, or not look at what has moved."""
_MOST_PROVIDERS: Final = 20
"""A declaration may use so many: for each, all resources of its region are listed."""
_DEFAULTS: Final = (
    "planned with the default settings: no Pulumi.yaml lies here; give --cwd with the project in a checkout that you "
    "trust"
)


@dataclass
class Session:
    """What a command works with.

    Args:
        program: What is declared.
        accounts: How accounts are reached.
        clock: The run's time; its event is set when the user stops it.
        reach: The same accounts, as far as the program may name them.
    """

    program: Program
    accounts: Accounts
    clock: Clock
    reach: planning.Reach

    def planner(self, *, prune: bool = False) -> planning.Planner:
        """Makes one Plan."""
        return planning.Planner(self.program, self.reach, prune)

    def invoke(self, name: str, arguments: Tree, provider: ProviderArguments) -> Tree | list[Problem]:
        """Run a function that the program calls.

        Raises:
            IvsError: It failed.
        """
        from ivs_provider.functions import functions
        from ivs_provider.functions.calling import Caller
        from ivs_provider.functions.invoking import invoke

        stack = f"{self.program.project}/{self.program.stack}"
        caller = Caller(self.reach(provider).account, stack)
        invoked = invoke(functions()[name], arguments, caller, preview=True)  # those that change something
        return list(invoked.problems) or invoked.result


def opened(where: Where, reach: Reach) -> Session:
    """Read the program that a command is about.

    Raises:
        BadProgram: With every flaw of it that can be seen without running it.
    """
    from ivs_provider.program import load

    return _session(load(where.directory, where.stack or "", environment=os.environ), reach)


@dataclass(frozen=True)
class _Bare:
    """A stack whose program is not here: only its tags tell of it."""

    project: str
    stack: str
    provider: ProviderArguments = field(default_factory=ProviderArguments)

    def run(self, register: Register, invoke: Invoke, *, workers: int = 1) -> Ran:
        """Nothing is declared."""
        del register, invoke, workers
        return Ran()


def opened_or_bare(where: Where, reach: Reach) -> Session:
    """Read the program that a command is about; without one, take the stack by its name.

    Raises:
        BadProgram: With every flaw of it that can be seen without running it.
    """
    project, _, stack = (where.stack or "").rpartition("/")
    if project and not Path(where.directory, "Pulumi.yaml").exists():
        bare = _Bare(project.rpartition("/")[2], stack)
        if flaws := [*misnamed("project", bare.project), *misnamed("stack", bare.stack)]:
            raise BadProgram(flaws, "the stack cannot be used")
        return _session(bare, reach)
    return opened(where, reach)


def declared(text: str, where: Where, reach: Reach) -> Session:
    """Read what `ivs declare` wrote: hostile data, of which nothing is run.

    Which stack is planned, and where credentials go, is said by who plans: by the checkout here, not by the file.

    Raises:
        BadProgram: With every flaw of it.
    """
    from ivs_provider.program import STACK_VARIABLE, load, load_declared

    program = load_declared(text)
    provider = ProviderArguments()
    said = where.stack or os.environ.get(STACK_VARIABLE, "")
    expected = said.split("/")[-2:]
    if Path(where.directory, "Pulumi.yaml").exists():
        ours = load(where.directory, said or program.stack, environment=os.environ)
        provider, expected = ours.provider, [ours.project, ours.stack]
    else:
        program = replace(program, notes=(*program.notes, _DEFAULTS))
    if expected != [""] and [program.project, program.stack][-len(expected) :] != expected:
        told = f"declares {program.project}/{program.stack}, not {'/'.join(expected)}: planned is what you name, alone"
        raise BadProgram([Flaw(None, "", (), told)])
    session = _session(replace(program, provider=provider), reach)
    return replace(session, reach=_harmless(session.accounts.of, provider))


def _harmless(reach: planning.Reach, ours: ProviderArguments) -> planning.Reach:
    """The same accounts, but none that a stranger's program points credentials at, nor at a pace of its choice."""
    named: set[str] = set()

    def of(provider: ProviderArguments) -> Reconciler:
        if provider == ours:
            return reach(ours)
        subject = f"provider {provider.name}"
        refused = sorted(provider.arguments.keys() & _NOT_A_STRANGERS)
        if refused:
            why = "a declaration may not say where credentials go; plan from a checkout that you trust"
            raise BadProgram(Flaw(None, subject, (name,), why) for name in refused)
        named.add(provider.name)
        if len(named) > _MOST_PROVIDERS:
            why = f"a declaration may use {_MOST_PROVIDERS} providers at most; declare fewer"
            raise BadProgram([Flaw(None, subject, (), why)])
        heeded = {name: value for name, value in provider.arguments.items() if name not in _NOT_HEEDED}
        return reach(replace(provider, arguments=heeded))

    return of


def _session(program: Program, reach: Reach) -> Session:
    clock = Clock()
    accounts = Accounts(reach, os.environ, clock, _tell)
    return Session(program, accounts, clock, accounts.of)


def _tell(notice: Notice) -> None:
    if not notice.passing:
        click.echo(notice.text, err=True)
