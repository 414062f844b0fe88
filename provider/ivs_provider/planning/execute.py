"""Carries out a Plan: runs the program again, and does for each resource what its Step says.

Independent resources are done at once, each operation at the pace of its quota. What fails stops what depends on it
and nothing else; deletes come last, and not at all after a failure: what an interrupted run left is found by the next.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final, Protocol

from ivs_provider.cloud import Deadline
from ivs_provider.errors import Cancelled, IvsError, Rejected
from ivs_provider.model.ownership import STACK, Identity
from ivs_provider.planning.declaration import Flaw, Invoke, ProviderArguments, Ran, Resource, Unregistered
from ivs_provider.planning.order import waves
from ivs_provider.planning.plan import Action, Plan, Step
from ivs_provider.planning.planner import Planner
from ivs_provider.planning.propose import Proposal
from ivs_provider.reconcile import apply
from ivs_provider.reconcile.apply import Target, Update
from ivs_provider.reconcile.compare import compare
from ivs_provider.reconcile.desire import desire
from ivs_provider.reconcile.reconciler import Reconciler
from ivs_provider.values import Desired, Problem, Recorded, Tree, contains_unknown, format_path

__all__ = ["Executed", "Execution", "Outcome", "Watch"]

WORKERS: Final = 8
_SURPRISE: Final = "is declared only now that more is known, so no plan has shown it; run again"


class Outcome(Enum):
    """What came of a Step."""

    DONE = "done"
    FAILED = "failed"
    LEFT = "left"
    """Not begun, or of a replacement not ended: something that it needs failed, or the run was stopped."""


class Watch(Protocol):
    """Who is told how a run gets on. Called from several threads."""

    def step_started(self, step: Step) -> None:
        """A Step begins."""
        ...

    def step_done(self, step: Step, *, failed: bool = False) -> None:
        """A Step has ended."""
        ...

    def waiting(self, text: str) -> None:
        """What is waited for, in words."""
        ...


@dataclass(slots=True)
class Executed:
    """What came of carrying out a Plan.

    Args:
        outcomes: Of each Step that was to do something, in the order of the Plan.
        errors: Why Steps failed.
        flaws: What is wrong with the program, and could not be seen before outputs were known.
        outputs: The stack's outputs.
    """

    outcomes: list[tuple[Step, Outcome]]
    errors: list[tuple[Step, IvsError]]
    flaws: tuple[Flaw, ...] = ()
    outputs: Tree = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether everything was done."""
        return not self.errors and not self.flaws and all(outcome is Outcome.DONE for _, outcome in self.outcomes)


@dataclass
class Execution:
    """Carries out one Plan, once.

    Args:
        planner: Who made it, just now: it knows what the account holds.
        plan: What is to be done.
        watch: Who is told.
        workers: How many resources are done at once.
    """

    planner: Planner
    plan: Plan
    watch: Watch
    workers: int = WORKERS
    _outcomes: dict[int, Outcome] = field(default_factory=dict, init=False)
    _errors: list[tuple[Step, IvsError]] = field(default_factory=list, init=False)
    _flaws: list[Flaw] = field(default_factory=list, init=False)
    _replaced: list[Step] = field(default_factory=list, init=False)
    """The deletes of old ones that replacements end with."""
    _stopped: bool = field(default=False, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        """Find Steps by their resources."""
        self._steps = {step.urn: step for step in self.plan.steps if step.action is not Action.DELETE}

    def run(self, invoke: Invoke) -> Executed:
        """Do what the Plan says, as far as nothing fails."""
        self._know_what_is_there()
        ran = Ran(outputs=self.plan.outputs)
        if self._steps:
            ran = self.planner.program.run(self._register, invoke, workers=self.workers)
        flaws = (*ran.flaws, *self._flaws)
        if not self._halted and not flaws:
            self._delete([*self._replaced, *self._deletes()])
        outcomes = [(step, self._outcomes.get(id(step), Outcome.LEFT)) for step in self.plan.changing]
        return Executed(outcomes, self._errors, flaws, ran.outputs)

    def _know_what_is_there(self) -> None:
        """What the plan has seen is nobody's leftover: creates look for those."""
        for sight in self.planner.sights:
            for listed in sight.everything:
                if listed.tags.get(STACK) == sight.stack:
                    sight.reconciler.name(listed.arn)

    # Creates, updates, replacements.

    def _register(self, resource: Resource) -> Tree:
        step, proposal = self._steps.get(resource.urn), self.planner.proposals.get(resource.urn)
        if step is None or proposal is None:
            self._flaws.append(Flaw(resource.place, resource.name, (), _SURPRISE))
            raise Unregistered
        if step.action is Action.KEEP:
            return proposal.outputs
        reconciler = self.planner.sight(resource.provider).reconciler
        outputs: Tree = {}

        def do() -> None:
            nonlocal outputs
            desired = _known(reconciler, resource, proposal)
            outputs = {
                Action.CREATE: self._create,
                Action.UPDATE: self._update,
                Action.REPLACE: self._replace,
            }[step.action](reconciler, resource, desired)

        if not self._done(step, do, whole=not _deletes_last(step)):
            raise Unregistered
        return outputs

    def _create(self, reconciler: Reconciler, resource: Resource, desired: Desired) -> Tree:
        return reconciler.create(self._target(reconciler, resource, "create"), desired).outputs

    def _update(self, reconciler: Reconciler, resource: Resource, desired: Desired) -> Tree:
        step, proposal = self._steps[resource.urn], self.planner.proposals[resource.urn]
        ignored = resource.options.ignore_changes
        changes = compare(resource.kind, proposal.inputs, desired, outputs=proposal.existing, ignore=ignored)
        if not changes:  # what was not known when it was planned turns out to be what is there
            return proposal.existing
        wanted = Update(step.arn, proposal.asked(desired), changes, proposal.existing)
        now = reconciler.update(self._target(reconciler, resource, "update"), wanted, proposal.inputs)
        if now.failure:
            raise now.failure
        return now.outputs

    def _replace(self, reconciler: Reconciler, resource: Resource, desired: Desired) -> Tree:
        step, proposal = self._steps[resource.urn], self.planner.proposals[resource.urn]
        asked = proposal.asked(desired)
        left = tuple(extra.arn for extra in proposal.extras if extra.deleted)
        if step.delete_first and not step.retained:
            reconciler.delete(self._target(reconciler, resource, "delete"), step.arn, proposal.inputs)
            target = replace(self._target(reconciler, resource, "create"), supersedes=left)
            return reconciler.create(target, asked).outputs
        target = self._target(reconciler, resource, "create")
        if step.retained:
            outputs = reconciler.create(target, asked).outputs
            apply.release(reconciler.account, target, step.arn)
            return outputs
        outputs = reconciler.create(replace(target, supersedes=(step.arn, *left)), asked).outputs
        with self._lock:
            self._replaced.append(replace(step, action=Action.DELETE, inputs=Desired(proposal.inputs)))
        return outputs

    # Deletes.

    def _deletes(self) -> list[Step]:
        return [step for step in self.plan.steps if step.action is Action.DELETE]

    def _delete(self, steps: Iterable[Step]) -> None:
        with ThreadPoolExecutor(self.workers, "deletes") as pool:
            for wave in waves(steps):
                list(pool.map(self._delete_one, wave))
                if self._halted:
                    return

    def _delete_one(self, step: Step) -> None:
        reconciler = self.planner.sight(ProviderArguments(step.provider)).reconciler

        def do() -> None:
            target = Target(step.kind, Identity(step.urn), self._deadline(reconciler, 0))
            reconciler.delete(target, step.arn, Recorded(step.inputs))

        replacing = self._steps.get(step.urn)
        self._done(replacing if replacing and replacing.arn == step.arn else step, do)

    # Both.

    @property
    def _halted(self) -> bool:
        return self._stopped or bool(self._errors)

    def _done(self, step: Step, do: Callable[[], None], *, whole: bool = True) -> bool:
        """Whether it went well; of what is not the whole step, only a failure is its outcome."""
        self.watch.step_started(step)
        outcome = Outcome.DONE
        try:
            do()
        except Cancelled:
            outcome, self._stopped = Outcome.LEFT, True
        except IvsError as error:
            outcome = Outcome.FAILED
            with self._lock:
                self._errors.append((step, error))
        done = outcome is Outcome.DONE
        if whole or not done:
            with self._lock:
                self._outcomes[id(step)] = outcome
            self.watch.step_done(step, failed=outcome is Outcome.FAILED)
        return done

    def _target(self, reconciler: Reconciler, resource: Resource, verb: str) -> Target:
        seconds = resource.options.timeouts.get(verb, 0)
        return Target(resource.kind, Identity(resource.urn), self._deadline(reconciler, seconds))

    def _deadline(self, reconciler: Reconciler, seconds: float) -> Deadline:
        def on_wait(what: str, left: float) -> None:
            self.watch.waiting(f"{what}, about {left:.0f} s")

        return Deadline.after(seconds, reconciler.account.clock, on_wait)


def _deletes_last(step: Step) -> bool:
    return step.action is Action.REPLACE and not step.delete_first and not step.retained


def _known(reconciler: Reconciler, resource: Resource, proposal: Proposal) -> Desired:
    """The inputs, now that all that they refer to is there.

    Raises:
        Rejected: Some are still unknown, or are not what the service takes.
    """
    desired, problems = proposal.desired, list[Problem]()
    if resource.declared != proposal.resource.declared:
        desired, problems = desire(resource.kind, resource.declared, Recorded({}), reconciler.settings, autoname=None)
    noun = f'{resource.kind.noun} "{resource.name}"'
    if problems:
        raise Rejected(f"{noun}: {'; '.join(map(str, problems))}")
    unknown = [format_path((name,)) for name, value in desired.items() if contains_unknown(value)]
    if unknown:
        what = f"{noun}: {', '.join(unknown)} cannot be known here"
        raise Rejected(what, "It depends on secret configuration or on another provider: run `pulumi up` instead.")
    return desired
