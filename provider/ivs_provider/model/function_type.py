"""What a function is to both front ends: its declaration (from ``schemas/functions/``) and what carries it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from ivs_provider.model import schema
from ivs_provider.model.resource_type import PACKAGE, Rule
from ivs_provider.model.schema import JsonObject, Shape
from ivs_provider.values import Tree

__all__ = ["FunctionType", "Run"]

Run: TypeAlias = "Callable[[Any, Tree], Tree]"
"""Who calls (`ivs_provider.functions.calling.Caller`) and checked arguments, secrets opened, to the result."""


@dataclass(frozen=True, kw_only=True)
class FunctionType:
    """One function. Instances stand in ``FUNCTIONS`` of each module in ``ivs_provider.functions``."""

    name: str
    """As in the API, in camelCase: ``startComposition``."""
    group: str
    """File in ``schemas/functions/`` without its ending: ``compositions``."""
    run: Run
    rules: tuple[Rule, ...] = ()
    """What must hold between arguments."""

    @property
    def token(self) -> str:
        """Pulumi's name of it: ``ivs:index:startComposition``."""
        return f"{PACKAGE}:index:{self.name}"

    @cached_property
    def arguments(self) -> Shape:
        """What it takes."""
        return schema.shape_of(self.declaration["arguments"])

    @cached_property
    def result(self) -> Shape:
        """What it answers."""
        return schema.shape_of(self.declaration["result"])

    @property
    def description(self) -> str:
        """What it does, in our own words."""
        return str(self.declaration["description"])

    @property
    def operations(self) -> tuple[str, ...]:
        """Operations of the API that it may call."""
        return tuple(self.declaration["operations"])

    @property
    def changes(self) -> bool:
        """Whether it changes something: then a preview does not run it."""
        return bool(self.declaration.get("changes"))

    @property
    def declaration(self) -> JsonObject:
        """What ``schemas/functions/`` says of it, references replaced."""
        return schema.load_functions(self.group)[self.name]
