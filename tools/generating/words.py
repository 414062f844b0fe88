"""Types, limits and defaults of a member in words, the same in the package schema and on the pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from ivs_provider.model.schema import Shape
from ivs_provider.values import Absent

__all__ = ["default", "limits", "members", "sentence", "type_name"]


_TWO: Final = 2  # whose multiples have a word of their own


def type_name(shape: Shape) -> str:
    """The type of a member as a person reads it: ``list of string``, ``map of number``."""
    if shape.items:
        return f"list of {type_name(shape.items)}"
    if shape.values:
        return f"map of {type_name(shape.values)}"
    return shape.type


def default(shape: Shape) -> str:
    """What AWS assumes where the member is left out, as JSON; empty where nothing is known."""
    return "" if isinstance(shape.default, Absent) else json.dumps(shape.default)


def limits(shape: Shape) -> list[str]:
    """What a value of this shape must satisfy, each in a few words."""
    node = shape.schema
    said = [f"one of {', '.join(node['enum'])}"] if "enum" in node else []
    said += _range(node.get("minimum"), node.get("maximum"), "")
    said += _range(node.get("minLength"), node.get("maxLength"), " characters")
    said += _range(node.get("minItems"), node.get("maxItems"), " elements")
    said += _range(node.get("minProperties"), node.get("maxProperties"), " entries")
    said += [f"more than {node['exclusiveMinimum']}"] if "exclusiveMinimum" in node else []
    said += [_multiple(node["multipleOf"])] if "multipleOf" in node else []
    said += [shape.text("hint")] if shape.text("hint") else []
    said += ["no element twice"] if node.get("uniqueItems") else []
    said += ["order does not matter"] if shape.flag("unordered") else []
    return said + _of_parts(shape)


def _range(low: float | None, high: float | None, unit: str) -> list[str]:
    if low is not None and low == high:
        return [f"exactly {low:,}{unit}"]
    if low and high is not None:
        return [f"{low:,} to {high:,}{unit}"]
    if low is not None and high is not None:
        return [f"at most {high:,}{unit}" if unit else f"{low:,} to {high:,}"]
    if high is not None:
        return [f"at most {high:,}{unit if high != 1 else unit.removesuffix('s')}"]
    return [f"at least {low:,}{unit if low != 1 else unit.removesuffix('s')}"] if low else []


def _multiple(factor: float) -> str:
    return "even" if factor == _TWO else f"a multiple of {factor}"


def _of_parts(shape: Shape) -> list[str]:
    """Limits of keys, values and elements: they have no line of their own."""
    said = []
    keys = shape.schema.get("propertyNames")
    if keys:
        said += [f"keys {word}" for word in limits(Shape(schema=keys))]
    if shape.values:
        said += [f"values {word}" for word in limits(shape.values)]
    if shape.items and not shape.items.properties:
        said += [f"each {word}" for word in limits(shape.items)]
    return said


def sentence(words: list[str]) -> str:
    """Words joined to one sentence with a capital; empty for none."""
    text = "; ".join(words)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def members(shapes: Mapping[str, Shape], above: str = "") -> list[tuple[str, Shape]]:
    """Every member, depth first, by the path under which a program writes it: ``a.b``, ``c[].d``."""
    found: list[tuple[str, Shape]] = []
    for name, shape in shapes.items():
        found.append((above + name, shape))
        below = shape.items.properties if shape.items else shape.properties
        found += members(dict(below), f"{above}{name}{'[]' if shape.items else ''}.")
    return found
