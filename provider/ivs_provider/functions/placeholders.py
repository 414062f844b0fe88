"""What a function that changes something answers in a preview, since it is not run there.

An empty answer makes YAML programs fail, and so does an unknown (seen on the real engine, ``facts/pulumi.md`` 7). So
every member of the result is there, made up, and marked secret: nobody takes it for real. Where this provider is given
one back in the same preview, it is unknown again (``rpc.convert``).
"""

from __future__ import annotations

from typing import Final

from ivs_provider.model.schema import Shape
from ivs_provider.values import Secret, Tree, Value

__all__ = ["MARK", "placeholders"]

MARK: Final = "pulumi-ivs:known-after-up:"
"""Begins every text that stands in for one that only an update knows."""


def placeholders(result: Shape) -> Tree:
    """A result of the right shape whose every value is made up, each member secret."""
    return {name: Secret(_stand_in(shape, name)) for name, shape in result.properties.items()}


def _stand_in(shape: Shape, path: str) -> Value:
    if shape.items:
        return [_stand_in(shape.items, f"{path}[0]")]
    if shape.properties:
        return {name: _stand_in(member, f"{path}.{name}") for name, member in shape.properties.items()}
    if shape.values:
        return {}
    return {"boolean": False, "integer": 0, "number": 0}.get(shape.type, MARK + path)
