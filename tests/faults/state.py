"""What a backend keeps of one stack: all that a killed engine leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field

from ivs_provider.config import Settings
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.values import Recorded, Tree

__all__ = ["Entry", "State"]


@dataclass
class Entry:
    """One resource in the state."""

    urn: str
    name: str
    kind: ResourceType
    id: str
    inputs: Recorded
    outputs: Tree
    flag: bool
    """``refresh_before_update``."""
    retain: bool = False
    broken: bool = False
    """Init errors: the next run updates whatever Diff says (2.7)."""


@dataclass
class State:
    """What the backend keeps: all that a killed engine leaves behind."""

    owner: str
    """``Configure.id``: the same in every run (7)."""
    settings: Settings | None = None
    live: dict[str, Entry] = field(default_factory=dict)
    pending: list[Entry] = field(default_factory=list)
    """Replaced, and still to be deleted."""
    tainted: set[str] = field(default_factory=set)
    """URNs to be replaced without a Diff: ``--replace``, asked for until it has succeeded."""
    retained: set[str] = field(default_factory=set)
    doomed: set[str] = field(default_factory=set)
    """Ids that the engine itself takes out of the live ones by deleting them."""
    replaced_by_itself: set[str] = field(default_factory=set)
    """Ids that a replacement was answered with although they were to be replaced, in a run that did not finish it."""

    taken_twice: set[str] = field(default_factory=set)
    """Ids that a create was answered with although another URN has them."""

    def ids(self) -> set[str]:
        """The current id of every URN."""
        return {entry.id for entry in self.live.values()}
