"""What a resource type is to the reconciler: a shape, a handful of calls and the rules that data can't say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeAlias

from ivs_provider.model import schema
from ivs_provider.model.schema import Shape
from ivs_provider.values import Problem, Tree

__all__ = ["PACKAGE", "Call", "ResourceType", "Rule"]

PACKAGE: Final = "ivs"
"""Name of the Pulumi package: the first part of every type token."""

Rule: TypeAlias = Callable[[Tree], Iterable[Problem]]
"""A pure function from inputs (unknowns as they are, secrets opened) to what is wrong with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One operation of the service's API, named as in botocore's model."""

    operation: str
    """Name of the operation, such as ``CreateStage``."""
    result: str = ""
    """Member of the answer that holds the resource, or the list of them; empty where the answer is empty."""
    members: tuple[str, ...] = ()
    """Top-level inputs that an update call takes; the whole of each is sent when anything in it changes."""


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """One kind of resource. Instances are the ``TYPE`` of each module in ``ivs_provider.resources``."""

    name: str
    """As in the service's model: ``StorageConfiguration``."""
    schema_name: str
    """File in ``schemas/`` without its ending: ``storage_configuration``."""
    arn_kind: str
    """The word in its ARNs: ``storage-configuration``."""
    create: Call
    read: Call
    list: Call
    delete: Call
    update: Call | None = None
    """``None`` where the service has no update call: then only tags change in place."""
    lists_lack: frozenset[str] = field(default_factory=frozenset)
    """Top-level members that the List's summaries lack (``facts/ivs.md`` 2.4; held to botocore's model by a test)."""
    rules: tuple[Rule, ...] = ()
    """What must hold between members."""
    recovered: Callable[[Tree], Tree] = lambda _: {}
    """What an import can infer, from what AWS returns, of members that AWS never returns."""
    tidied: Callable[[Tree], Tree] = lambda request: request
    """The last touch to what an update call sends, where AWS refuses members that say nothing new."""
    cacheable: str = ""
    """An output that AWS lets clients cache for 14 days, so that a read that has it renews it."""
    read_time: str = ""
    """The output that says when the cacheable one was read."""
    unique: str = ""
    """An input that only one resource of the account may have: where it stays, a replacement must delete first."""
    held_by_compositions: bool = False
    """Whether AWS refuses to delete one that a composition uses."""
    conflict_note: str = ""
    """When AWS refuses to change or delete one because it is in use, and what to do."""
    replacement_note: str = ""
    """What a replacement means to the people who use the resource; shown where one is planned."""
    deletion_note: str = ""
    """What a delete means to them; shown where one is planned."""
    update_notes: Mapping[str, str] = field(default_factory=dict)
    """What an update of a top-level member means to them, where it means anything."""
    holds_participants: bool = False
    """Whether people are in one, so that they are disconnected where it is deleted."""

    @property
    def token(self) -> str:
        """Pulumi's name of the type: ``ivs:index:Stage``."""
        return f"{PACKAGE}:index:{self.name}"

    @cached_property
    def shape(self) -> Shape:
        """Its members, read from ``schemas/`` when first asked for."""
        return schema.load(self.schema_name)

    @cached_property
    def stable_outputs(self) -> tuple[str, ...]:
        """Outputs that an update does not change."""
        return tuple(sorted(name for name, shape in self.shape.outputs().items() if not shape.flag("volatile")))

    @property
    def noun(self) -> str:
        """Its name in a sentence: ``storage configuration``."""
        return self.schema_name.replace("_", " ")
