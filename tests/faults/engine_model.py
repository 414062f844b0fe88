"""The Pulumi engine for one stack, as far as creation exactly once depends on it.

One resource after another, a checkpoint after each answer. The source of each rule is `facts/pulumi.md`; the section
stands beside it. What the provider does with an RPC is what `rpc.servicer` does, call for call.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from ivs_provider.cloud import Deadline
from ivs_provider.config import DriftDetection, Settings
from ivs_provider.errors import IvsError
from ivs_provider.model.ownership import Identity
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.reconcile.apply import Target, Update
from ivs_provider.reconcile.compare import Change, Consequence
from ivs_provider.reconcile.desire import desire
from ivs_provider.reconcile.reconciler import Found
from ivs_provider.reconcile.settle import AT_CANCEL, AT_LEISURE
from ivs_provider.values import Declared, Desired, Recorded
from tests.faults.process import EngineDied, Host, Process, ProviderDied, Watch, started
from tests.faults.program import Declaration, Program, kind_of, resolved, urn_of
from tests.faults.state import Entry, State

__all__ = ["Engine"]

_Result = TypeVar("_Result")


class StepFailedError(Exception):
    """A step failed: what was answered before stays recorded, and nothing new is started."""


@dataclass
class Engine:
    """One `pulumi up`.

    Args:
        state: Of which stack.
        host: How processes are started.
        watch: What stops where.
        chance: How the time passes.
        errors: Where the texts of failed steps go.
    """

    state: State
    host: Host
    watch: Watch
    chance: Random
    errors: list[str]
    pending_first: bool = True
    changed: list[str] = field(default_factory=list)
    """What was done: for `up` to say that nothing changed."""
    _processes: list[Process] = field(default_factory=list)
    _replaced_now: set[str] = field(default_factory=set)

    def up(self, program: Program) -> str:
        """Run the program; the answer is ``succeeded``, ``failed``, ``cancelled`` or ``killed``."""
        try:
            self._run(program)
            outcome = "succeeded"
        except StepFailedError as failure:
            self.errors.append(str(failure))
            outcome = "cancelled" if self.watch.cancelled else "failed"
            self.watch.story.append(f"  {outcome}: {failure}")
        except EngineDied:
            return "killed"
        self._end()
        return outcome

    def _run(self, program: Program) -> None:
        self._refresh(self.state.settings or program.settings)
        # With changed configuration the Reads went to a process with the old one; everything else goes here (7).
        process = self._process(program.settings)
        for other in self._processes:
            if other is not process:
                other.clock.cancelled.set()  # in the middle of the run (7)
        self.state.settings = program.settings
        if self.pending_first:
            self._delete_pending(process)
        seen = {self._step(process, each) for each in program.resources}
        for entry in reversed([each for urn, each in self.state.live.items() if urn not in seen]):
            self._remove(process, entry)
        self._delete_pending(process)

    def _end(self) -> None:
        """Cancel comes at the end of every run (2.9); then the process settles what it can."""
        self.host.time.now += 0.1
        for process in self._processes:
            process.clock.cancelled.set()
            try:
                if not self.watch.provider_dead:
                    process.settle(AT_CANCEL)
            except (ProviderDied, EngineDied):
                return

    # Refresh: every resource with the flag, by the process with the configuration in state (2.7, 7).

    def _refresh(self, settings: Settings) -> None:
        flagged = [entry for entry in [*self.state.live.values(), *self.state.pending] if entry.flag]
        for entry in flagged:
            process = self._process(settings)
            found = self._rpc("Read", entry, functools.partial(self._read, process, entry))
            if found is None:
                self._forget(entry)
            else:
                entry.inputs, entry.outputs, entry.flag = found.inputs, found.outputs, _flag(process)
                entry.broken = False

    def _read(self, process: Process, entry: Entry) -> Found | None:
        process.reconciler.name(entry.id)
        return process.reconciler.read(entry.kind, entry.id, entry.inputs, entry.outputs)

    def _forget(self, entry: Entry) -> None:
        if entry in self.state.pending:
            self.state.pending.remove(entry)
        else:
            del self.state.live[entry.urn]
        self.changed.append(f"{entry.name} is gone")

    # One resource: Check, Diff, and what that asks for.

    def _step(self, process: Process, declaration: Declaration) -> str:
        if self.watch.cancelled:
            raise StepFailedError("cancelled: no new step is started")
        urn, kind = urn_of(declaration.kind, declaration.name), kind_of(declaration.kind)
        old = self._old(urn, declaration)
        arns = {entry.name: entry.id for entry in self.state.live.values()}
        tainted = urn in self.state.tainted
        # --replace and taint: Check with empty olds, and no Diff (7).
        before = old.inputs if old and not tainted else Recorded({})
        declared = Declared(resolved(declaration.inputs, arns))
        desired, problems = desire(kind, declared, before, process.settings, None)
        assert not problems, problems
        if old is None:
            self._create(process, declaration, desired)
        elif tainted:
            self._replace(process, declaration, old, desired, first=declaration.delete_first)
        else:
            self._compare(process, declaration, old, desired)
        self.state.live[urn].retain = declaration.retain
        self._pass_time()
        return urn

    def _old(self, urn: str, declaration: Declaration) -> Entry | None:
        """The recorded resource; one that an alias names is renamed."""
        live = self.state.live
        for known in (urn, *(urn_of(declaration.kind, alias) for alias in declaration.aliases)):
            if known in live:
                entry = live.pop(known)
                entry.urn, entry.name = urn, declaration.name
                if known in self.state.tainted:
                    self.state.tainted = self.state.tainted - {known} | {urn}
                live[urn] = entry
                return entry
        return None

    def _compare(self, process: Process, declaration: Declaration, old: Entry, desired: Desired) -> None:
        changes = self._rpc("Diff", old, lambda: self._diff(process, old, desired))
        replacing = [change for change in changes if change.consequence is Consequence.REPLACE]
        touched = {change.path[0] for change in changes}
        if replacing:
            unique = bool(old.kind.unique and old.kind.unique not in touched)  # rpc.difference
            self._replace(process, declaration, old, desired, first=declaration.delete_first or unique)
        elif changes or old.broken:
            self._update(process, declaration, old, desired)
        else:
            old.inputs = Recorded(desired)

    def _diff(self, process: Process, old: Entry, desired: Desired) -> list[Change]:
        process.reconciler.name(old.id)
        return process.reconciler.changes(old.kind, old.inputs, old.outputs, desired, [])

    def _create(self, process: Process, declaration: Declaration, desired: Desired, old: Entry | None = None) -> None:
        kind, urn = kind_of(declaration.kind), urn_of(declaration.kind, declaration.name)
        entry = Entry(urn, declaration.name, kind, "", Recorded(desired), {}, flag=_flag(process))
        target = _target(process, kind, urn, declaration.timeout)
        found = self._rpc("Create", entry, lambda: process.reconciler.create(target, desired))
        entry.id, entry.outputs = found.arn, found.outputs
        if found.arn in self.state.ids() - {old.id if old else ""}:
            self.state.taken_twice.add(found.arn)
        self.state.live[urn] = entry
        self.state.tainted.discard(urn)
        self.changed.append(f"{declaration.name} created")
        if old:  # replaced in the same checkpoint
            self.state.pending.append(old)
        if old and entry.id == old.id:
            self.state.replaced_by_itself.add(old.id)
            self._replaced_now.add(old.id)
        self._checkpointed()

    def _update(self, process: Process, declaration: Declaration, old: Entry, desired: Desired) -> None:
        changes = process.reconciler.changes(old.kind, old.inputs, old.outputs, desired, [])
        wanted = Update(old.id, desired, changes, old.outputs)
        target = _target(process, old.kind, old.urn, declaration.timeout)
        now = self._rpc("Update", old, lambda: process.reconciler.update(target, wanted, old.inputs))
        old.outputs, old.broken, old.flag = now.outputs, bool(now.failure), _flag(process)
        old.inputs = now.inputs if now.failure else Recorded(desired)
        self.changed.append(f"{declaration.name} updated")
        self._checkpointed()
        if now.failure:
            raise StepFailedError(str(now.failure))

    def _replace(
        self, process: Process, declaration: Declaration, old: Entry, desired: Desired, *, first: bool
    ) -> None:
        """Create before delete, unless asked otherwise; what is replaced is deleted at the end of the run."""
        if first:
            self._remove(process, old)
            self._create(process, declaration, desired)
        else:
            self._create(process, declaration, desired, old)

    # Deletes.

    def _remove(self, process: Process, entry: Entry) -> None:
        self.state.doomed.add(entry.id)
        self._delete(process, entry)
        del self.state.live[entry.urn]
        self._checkpointed()

    def _delete_pending(self, process: Process) -> None:
        for entry in list(self.state.pending):
            self._delete(process, entry)
            self.state.pending.remove(entry)
            if entry.id in self._replaced_now:  # the process that answered the create is the one that deletes
                self.state.replaced_by_itself.discard(entry.id)
            self._checkpointed()

    def _delete(self, process: Process, entry: Entry) -> None:
        self.changed.append(f"{entry.name} deleted")
        if entry.retain:  # nothing is sent (7)
            self.state.retained.add(entry.id)
            return

        def work() -> None:
            process.reconciler.name(entry.id)
            target = _target(process, entry.kind, entry.urn, 0)
            process.reconciler.delete(target, entry.id, entry.inputs)

        self._rpc("Delete", entry, work)

    # Processes, RPCs and time.

    def _process(self, settings: Settings) -> Process:
        """The process with these settings; started where there is none."""
        for process in self._processes:
            if process.settings == settings:
                return process
        self._processes.append(started(self.host, settings, self.state.owner, self.watch))
        return self._processes[-1]

    def _rpc(self, name: str, entry: Entry, work: Callable[[], _Result]) -> _Result:
        """One RPC: it fails alone where the provider dies, and is forgotten where the engine does."""
        self.watch.story.append(f"  {name} {entry.kind.noun} {entry.name} {entry.id[-20:]}")
        self.watch.point(f"before {name}", inside=False)
        if self.watch.provider_dead:
            raise StepFailedError("the provider is gone")
        try:
            answer = work()
        except ProviderDied:
            raise StepFailedError("EOF") from None
        except IvsError as error:
            if self.watch.engine_dead:
                raise EngineDied from error
            raise StepFailedError(str(error)) from error
        self.watch.point(f"after {name}, before the checkpoint", inside=False)
        return answer

    def _checkpointed(self) -> None:
        self.watch.point("behind a checkpoint", inside=False)

    def _pass_time(self) -> None:
        """Mostly moments; now and then long enough for the process to settle what it made."""
        self.host.time.now += self.chance.choice((0.1, 0.1, 0.5, 1.0, 4.0, 40.0))
        for process in self._processes:
            try:
                if not self.watch.provider_dead:
                    process.settle(AT_LEISURE)
            except ProviderDied:
                return


def _flag(process: Process) -> bool:
    return process.settings.drift_detection is not DriftDetection.OFF


def _target(process: Process, kind: ResourceType, urn: str, timeout: float) -> Target:
    return Target(kind, Identity(urn), Deadline.after(timeout, process.clock))
