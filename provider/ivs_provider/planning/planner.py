"""Makes the Plan: runs a program against what the account holds, and says for each resource what must be done.

A program is run as Pulumi runs it: each resource is registered when what it needs has been, and answered with the
outputs that it will have. What it never registered, and carries the stack's tags, is what it no longer declares.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

from ivs_provider.config import Settings
from ivs_provider.model import ownership
from ivs_provider.model.ownership import Identity, Pending, stack_tag
from ivs_provider.planning.declaration import (
    BadProgram,
    Flaw,
    Invoke,
    Program,
    ProviderArguments,
    Ran,
    Register,
    Resource,
    parent_of_types,
    urn_of,
)
from ivs_provider.planning.order import ordered
from ivs_provider.planning.plan import Action, Extra, ExtraKind, Plan, Step
from ivs_provider.planning.propose import Proposal, propose
from ivs_provider.planning.sight import Sight
from ivs_provider.planning.survey import Listed
from ivs_provider.reconcile.desire import desire
from ivs_provider.reconcile.reconciler import Reconciler
from ivs_provider.reconcile.represent import without
from ivs_provider.resources import registry
from ivs_provider.values import Desired, Problem, Recorded, Tree, contains_unknown

__all__ = ["Planner", "Reach"]

Reach: TypeAlias = Callable[[ProviderArguments], Reconciler]
"""Gives the operations on the account that a provider's arguments name. Raises `BadProgram` where they are wrong."""


@dataclass
class Planner:
    """Makes one Plan.

    Args:
        program: What is declared.
        reach: How accounts are reached.
        prune: Whether what is no longer declared is deleted.
    """

    program: Program
    reach: Reach
    prune: bool = False
    proposals: dict[str, Proposal] = field(default_factory=dict, init=False)
    """What is to be done about each declared resource, by URN."""
    _sights: dict[str, Sight] = field(default_factory=dict, init=False)
    _flaws: list[Flaw] = field(default_factory=list, init=False)
    _wanted: set[str] = field(default_factory=set, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def plan(self, invoke: Invoke) -> Plan:
        """What would bring the account to what the program declares.

        Raises:
            BadProgram: With every flaw of the program.
            IvsError: The account could not be read.
        """
        ran = self.run(self._register, invoke)
        if self._find_what_is_wanted():
            ran = self.run(self._register, invoke)
        self.close()
        found = [
            (self.sight(each.resource.provider), extra) for each in self.proposals.values() for extra in each.extras
        ]
        found += [(sight, self.undeclared(listed)) for sight, listed in self.unclaimed()]
        steps = [proposal.step for proposal in self.proposals.values()]
        steps += [self.deletion_of(sight, extra) for sight, extra in found if extra.deleted]
        extras = [extra for _, extra in found]
        notes = [note for proposal in self.proposals.values() for note in proposal.notes]
        return self.planned(ran, steps, extras, notes)

    def run(self, register: Register, invoke: Invoke) -> Ran:
        """Run the program against a register, while the account is read.

        Raises:
            BadProgram: With every flaw of the program.
            IvsError: The account could not be read.
        """
        self.seen(self.program.provider)  # begins to look beside the program's evaluation

        def asked(name: str, arguments: Tree, provider: ProviderArguments) -> Tree | list[Problem]:
            try:
                return invoke(name, arguments, provider)
            except BadProgram as wrong:
                self._flaws += wrong.flaws
                return []

        try:
            ran = self._complete(self.program.run(register, asked))
            for sight in self.sights:
                _ = sight.everything
        except BaseException:
            self.close()
            raise
        return ran

    def _complete(self, ran: Ran) -> Ran:
        if ran.flaws or self._flaws:
            raise BadProgram([*ran.flaws, *self._flaws])
        return ran

    def _find_what_is_wanted(self) -> bool:
        """Whether outputs that Lists lack must be read before everything is known.

        A program in a general language does not say which outputs it uses; that something stayed unknown does.
        """
        wanted = {
            urn
            for proposal in self.proposals.values()
            if contains_unknown(proposal.desired)
            for urn in proposal.resource.options.depends_on
            if urn in self.proposals and self.proposals[urn].keeps_quiet
        }
        if wanted:
            self._wanted |= wanted
            self.proposals.clear()
            for sight in self.sights:
                sight.match_anew()
        return bool(wanted)

    def close(self) -> None:
        """Read nothing more."""
        for sight in self.sights:
            sight.close()

    def planned(self, ran: Ran, steps: list[Step], extras: list[Extra], notes: list[str]) -> Plan:
        """The Plan of some Steps."""
        first = self.sight(self.program.provider)
        return Plan(
            project=self.program.project,
            stack=self.program.stack,
            account=self._account(first),
            region=first.reconciler.account.region(),
            steps=ordered(steps),
            extras=tuple(sorted(extras, key=lambda extra: (extra.kind.value, extra.token, extra.arn))),
            foreign=ran.foreign,
            notes=tuple(sorted({*ran.notes, *notes})),
            outputs=ran.outputs,
            rates=first.reconciler.settings.rate_limits,
            counts=first.counts,
        )

    def _account(self, first: Sight) -> str:
        """The number of the default provider's account, as far as an ARN tells it."""
        callers = first.reconciler.settings
        same = [first, *(sight for sight in self.sights if _same_caller(sight.reconciler.settings, callers))]
        return next((listed.arn.split(":")[4] for sight in same for listed in sight.everything), "")

    @property
    def sights(self) -> tuple[Sight, ...]:
        """The accounts that the program reaches."""
        return tuple(self._sights.values())

    def sight(self, provider: ProviderArguments) -> Sight:
        """The account that a provider reaches, looked at once.

        Raises:
            BadProgram: The provider's arguments are wrong.
        """
        with self._lock:
            if provider.name not in self._sights:
                stack = stack_tag(f"{self.program.project}/{self.program.stack}")
                self._sights[provider.name] = Sight(self.reach(provider), stack)
            return self._sights[provider.name]

    def seen(self, provider: ProviderArguments) -> Sight | None:
        """The same; `None` where the arguments are wrong, which `run` tells with all else that is wrong."""
        try:
            return self.sight(provider)
        except BadProgram as wrong:
            self._flaws += wrong.flaws
            return None

    def _register(self, resource: Resource) -> Tree:
        sight = self.seen(resource.provider)
        if resource.urn in self._wanted:
            resource = replace(resource, wanted=frozenset(resource.kind.shape.outputs()))
        settings = sight.reconciler.settings if sight else Settings()
        desired, problems = desire(resource.kind, resource.declared, Recorded({}), settings, autoname=None)
        self._flaws += [resource.flaw(problem) for problem in problems]
        if problems or sight is None:
            return {}
        proposal = propose(sight, resource, desired, hopeless=self._is_hopeless(resource, desired))
        self._flaws += [resource.flaw(problem) for problem in proposal.problems]
        self.proposals[resource.urn] = proposal
        return proposal.outputs

    def _is_hopeless(self, resource: Resource, desired: Desired) -> bool:
        """Whether what is unknown stays so: nothing that this plan does will make it known."""
        needs = [self.proposals[urn] for urn in resource.options.depends_on if urn in self.proposals]
        pending = any(
            each.step.action is not Action.KEEP or (each.keeps_quiet and each.step.urn not in self._wanted)
            for each in needs
        )
        untold: Tree = dict(desired)
        for path in resource.digests:  # a secret that is told apart by its digest
            untold = without(untold, path)
        return contains_unknown(untold) and not pending

    def unclaimed(self) -> Iterator[tuple[Sight, Listed]]:
        """What carries the stack's tags, and no declared resource has claimed.

        Two providers may reach the same account: what one of them has claimed is none of the other's.
        """
        claimed = {arn for sight in self.sights for arn in sight.claims.matched}
        for sight in self.sights:
            for listed in sight.claims.unmatched():
                if listed.arn not in claimed:
                    claimed.add(listed.arn)
                    yield sight, listed

    def undeclared(self, listed: Listed) -> Extra:
        """What the tags tell of a resource that no declared one has claimed."""
        pending = Pending.read(listed.tags)
        foreign = pending is not None and pending.front_end != ownership.COMMAND_LINE
        name = listed.tags.get(ownership.NAME, "")
        return Extra(
            kind=ExtraKind.PENDING if foreign else ExtraKind.UNDECLARED,
            token=listed.kind.token,
            name=name,
            arn=listed.arn,
            urn=self._urn_of(listed, name),
            deleted=self.prune,
        )

    def _urn_of(self, listed: Listed, name: str) -> str:
        """The URN that its tags were made from, as far as its parents can be guessed: those that the program has.

        Or one resource of ours that is undeclared as well. Where none of these fits, it counts as without parents.
        """
        program, token, digest = self.program, listed.kind.token, listed.tags.get(ownership.URN)
        bare, *below = (
            urn_of(program.stack, program.project, token, name, parent_of_types(chain)) for chain in self._chains
        )
        return next((urn for urn in (bare, *below) if Identity(urn).digest == digest), bare)

    @cached_property
    def _chains(self) -> Sequence[str]:
        """Types of parents, joined as URNs have them; first, none."""
        declared = {urn.split("::")[2] for urn in self.proposals}
        above = {chain.rpartition("$")[0] for chain in declared}
        return sorted({"", *declared, *above, *registry()})

    def deletion_of(self, sight: Sight, extra: Extra) -> Step:
        """The delete of what an account holds besides, with the options that it was last applied with.

        Args:
            sight: The account.
            extra: What is deleted; its URN is the one that its tags were made from.
        """
        listed = sight.claims.at(extra.arn)
        applied = ownership.applied_in(listed.tags if listed else {})
        identity = Identity(extra.urn)
        options = [
            name for name, shape in registry()[extra.token].shape.properties.items() if shape.flag("deleteOption")
        ]
        inputs: Tree = {name: True for name in options if applied.get(name) == identity.digest_of(True)}  # noqa: FBT003 -- the value that is looked for
        return Step(
            action=Action.DELETE,
            urn=extra.urn,
            token=extra.token,
            name=extra.name,
            arn=extra.arn,
            inputs=Desired(inputs),
            provider=next(name for name, each in self._sights.items() if each is sight),
        )


def _same_caller(one: Settings, other: Settings) -> bool:
    return (one.profile, one.assume_role, one.endpoint) == (other.profile, other.assume_role, other.endpoint)
