"""The registry: one small module per resource type, found by being here.

Adding a type means adding a module with a ``TYPE`` and its schema, and editing nothing.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from ivs_provider.model.resource_type import ResourceType

__all__ = ["registry"]


@cache
def registry() -> Mapping[str, ResourceType]:
    """All resource types by token, in the order of their names."""
    modules = (import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    types: list[ResourceType] = [module.TYPE for module in modules]
    return MappingProxyType({each.token: each for each in types})
