"""The Plan: an ordered list of Steps, as a value that can be printed, kept in a file, and compared. Pure.

Secrets never reach the file: `sealed` puts digests in their place, which tell a changed secret from an unchanged one
and nothing else. ``to_json`` and ``from_json`` are each other's inverse on sealed plans.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from ivs_provider.model.resource_type import ResourceType
from ivs_provider.planning.declaration import Foreign, Place
from ivs_provider.reconcile.compare import Change, Consequence, Kind
from ivs_provider.resources import registry
from ivs_provider.values import Desired, Tree

__all__ = ["Action", "Extra", "ExtraKind", "Plan", "Step"]


class Action(Enum):
    """What is done to one resource."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    KEEP = "keep"


class ExtraKind(Enum):
    """Why a resource of the account is in a plan although the program does not declare it, or not surely."""

    UNDECLARED = "undeclared"
    """Carries the stack's tags, and the program does not declare it any more."""
    SUPERSEDED = "superseded"
    """Carries the tags of a declared resource that another one stands for: what an interrupted replacement left."""
    PENDING = "pending"
    """Another front end's create that nobody has recorded: only that front end, or a person, knows whose it is."""
    ADOPTABLE = "adoptable"
    """Carries no stack's tags and looks like what the program declares: ``ivs adopt`` takes it over."""
    RETAINED = "retained"
    """Would be deleted, and the program says to leave it (retainOnDelete)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What happens to one resource, and what that means.

    Args:
        action: What is done.
        urn: The resource; for one that is not declared, a URN made from its tags.
        token: Its type.
        name: Its logical name.
        arn: The existing resource; empty for a create.
        changes: How the account differs from what is desired, by path, each with its origin.
        inputs: What is desired; empty for a delete or keep.
        fingerprint: Digest of everything that the program says of it, secrets included: tells an edit of the program
            since the plan was made.
        delete_first: For a replacement: whether the old one goes before the new one comes.
        retained: For a replacement: whether the old one stays in the account (retainOnDelete).
        notes: What it means in the service's terms, one sentence each.
        depends_on: URNs that come before it.
        place: Where the program declares it.
        provider: Name of the explicit provider; empty for the default one.
    """

    action: Action
    urn: str
    token: str
    name: str
    arn: str = ""
    changes: tuple[Change, ...] = ()
    inputs: Desired = field(default_factory=lambda: Desired({}))
    fingerprint: str = ""
    delete_first: bool = False
    retained: bool = False
    notes: tuple[str, ...] = ()
    depends_on: frozenset[str] = frozenset()
    place: Place | None = None
    provider: str = ""

    @property
    def kind(self) -> ResourceType:
        """Its type."""
        return registry()[self.token]

    @property
    def drifted(self) -> bool:
        """Whether anything of it moved in the account since the last apply."""
        return any(change.drifted for change in self.changes)

    @property
    def edited(self) -> bool:
        """Whether the program is the reason of anything that is done."""
        return self.action is not Action.KEEP and (not self.changes or any(change.edited for change in self.changes))

    @property
    def calls(self) -> Counter[str]:
        """The calls that it will make, by operation."""
        kind, calls = self.kind, Counter[str]()
        if self.action in {Action.CREATE, Action.REPLACE}:
            calls[kind.create.operation] += 1
        if self.action is Action.DELETE or (self.action is Action.REPLACE and not self.retained):
            calls[kind.delete.operation] += 1
        if self.action is Action.UPDATE:
            calls.update(self._update_calls())
        return calls

    def _update_calls(self) -> Counter[str]:
        calls = Counter(TagResource=1)  # ours go beside every update
        touched = {change.path[0] for change in self.changes}
        if self.kind.update and touched & set(self.kind.update.members):
            calls[self.kind.update.operation] += 1
        tags = [change.kind for change in self.changes if change.consequence is Consequence.TAGS_ONLY]
        if Kind.REMOVE in tags:
            calls["UntagResource"] += 1
        return calls


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """A resource of the account that the program does not declare, or that nobody surely owns.

    Args:
        kind: Why it is listed.
        token: Its type.
        name: Its logical name, as its tag says; for one without tags, of the resource that it looks like.
        arn: Its ARN.
        urn: URN of the declared resource that it concerns; empty where there is none.
        deleted: Whether this plan deletes it.
        note: What to know, one sentence.
    """

    kind: ExtraKind
    token: str
    name: str
    arn: str
    urn: str = ""
    deleted: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would bring the account to what a program declares.

    Args:
        project: The project.
        stack: The stack.
        account: Number of the AWS account; empty where it holds nothing whose ARN would tell.
        region: Where the default provider works; empty where nothing is declared there.
        made: When it was made, ISO 8601 in UTC; empty in comparisons.
        steps: In the order in which they are carried out; those that keep come last.
        extras: What else there is in the account that concerns the stack.
        foreign: Resources of other providers.
        warnings: Quotas that will not suffice, and the like: one line each.
        notes: What could not be known, one line each.
        outputs: The stack's outputs.
        rates: Calls a second by operation, where they are not the published quotas.
        counts: How many resources of each type (by name) the account holds now, where a List told.
        participants: How many people are in each stage (by ARN) now, where that was asked.
    """

    project: str
    stack: str
    account: str = ""
    region: str = ""
    made: str = ""
    steps: tuple[Step, ...] = ()
    extras: tuple[Extra, ...] = ()
    foreign: tuple[Foreign, ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    outputs: Tree = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    participants: Mapping[str, int] = field(default_factory=dict)

    @property
    def changing(self) -> tuple[Step, ...]:
        """The steps that do something."""
        return tuple(step for step in self.steps if step.action is not Action.KEEP)

    @property
    def unadopted(self) -> tuple[Step, ...]:
        """The steps of resources that the program imports (options.import) and that carry nobody's tags yet."""
        nobodys = {extra.arn for extra in self.extras if extra.kind is ExtraKind.ADOPTABLE}
        return tuple(step for step in self.steps if step.action is Action.KEEP and step.arn in nobodys)

    @property
    def calls(self) -> Counter[str]:
        """All calls that it will make, by operation."""
        return sum((step.calls for step in self.steps), Counter[str]())

    @property
    def summary(self) -> dict[str, int]:
        """How many steps of each action, and how many of them the account's drift has a part in."""
        counted = Counter(step.action.value for step in self.steps)
        return {action.value: counted[action.value] for action in Action} | {
            "drifted": sum(step.drifted for step in self.steps)
        }
