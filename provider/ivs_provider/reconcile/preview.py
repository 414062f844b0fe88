"""What a preview can know of a resource that is not yet created or updated. Pure.

Members that are left out count as unknown to the engine; so a preview says what is certain and nothing else.
"""

from __future__ import annotations

from typing import cast

from ivs_provider.model.resource_type import ResourceType
from ivs_provider.reconcile.represent import merged
from ivs_provider.values import ABSENT, Absent, Desired, Recorded, Tree, conceal, reveal, secret_paths

__all__ = ["created", "updated"]


def created(desired: Desired) -> Tree:
    """The outputs of a resource before it exists: its inputs."""
    return dict(desired)


def updated(kind: ResourceType, desired: Desired, inputs: Recorded, outputs: Tree) -> Tree:
    """The outputs of a resource before its update: what stays, under what the program says now.

    What AWS changes by itself is left out; what the program took back shows its default.
    """
    volatile = {name for name, shape in kind.shape.outputs().items() if shape.flag("volatile")}
    staying = {name: value for name, value in outputs.items() if name not in volatile and name not in inputs}
    defaults: Tree = {
        name: default
        for name in inputs.keys() & kind.shape.properties.keys()
        if name not in desired and not isinstance(default := kind.shape.properties[name].default, Absent)
    }
    nested: Tree = {
        name: conceal(merged(cast("Tree", reveal(value)), opened), secret_paths(value))
        for name, value in desired.items()
        if kind.shape.properties[name].properties
        and isinstance(reveal(value), dict)
        and isinstance(opened := reveal(outputs.get(name)), dict)
        and not _takes_back(inputs.get(name, ABSENT), value)
    }
    return {**staying, **defaults, **desired, **nested}


def _takes_back(old: object, new: object) -> bool:
    """Whether a member of an object is no longer declared, so that the old output no longer tells it."""
    return isinstance(old, dict) and isinstance(new, dict) and bool(old.keys() - new.keys())
