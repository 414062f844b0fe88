"""Functions: what is no durable resource. One small module per group, found by being here.

Adding a function means a declaration in ``schemas/functions/`` and a line in the ``FUNCTIONS`` of its group.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from ivs_provider.model.function_type import FunctionType

__all__ = ["functions"]


@cache
def functions() -> Mapping[str, FunctionType]:
    """All functions by name, in the order of their names."""
    modules = (import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    found: list[FunctionType] = [each for module in modules for each in getattr(module, "FUNCTIONS", ())]
    return MappingProxyType({each.name: each for each in sorted(found, key=lambda each: each.name)})
