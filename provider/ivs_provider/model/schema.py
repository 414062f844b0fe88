"""Reads ``schemas/`` into `Shape` trees: the one place where shapes, limits and their meaning come from.

The files are JSON Schema (2020-12) with a few keywords of our own beside the standard ones; ``schemas/README.md``
explains them. Everything that the code wants to know of a member it asks of its `Shape`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path as FilePath
from typing import Any, Final, cast

from ivs_provider.values import ABSENT, Absent, Path, Value

__all__ = [
    "FUNCTION_GROUPS",
    "JsonObject",
    "Shape",
    "function_operations",
    "load",
    "load_functions",
    "read_text",
    "shape_of",
]

JsonObject = dict[str, Any]
"""A JSON Schema as parsed: its values are as various as the keywords."""

_PACKAGED: Final = FilePath(__file__).parent.parent / "_schemas"
_CHECKOUT: Final = FilePath(__file__).parents[3] / "schemas"
FUNCTION_GROUPS: Final = ("compositions", "look_ups", "participants", "tokens")
"""The files of ``schemas/functions/``."""
_LIFE: Final = ("readOnly", "writeOnly", "createOnly", "deleteOption", "volatile", "always", "provider")
"""Keywords that say what becomes of a resource's member."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Shape:
    """One schema node: what may stand at a place, and what it means there. Each is there once, and to the end."""

    schema: JsonObject
    """The node itself, references replaced: what a validator reads."""
    type: str = "object"
    """JSON type: object, array, string, integer, number or boolean."""
    title: str = ""
    """Name of an object's shape in the service's own model."""
    description: str = ""
    """What it is, in our own words."""
    properties: Mapping[str, Shape] = field(default_factory=dict)
    """Members of an object with fixed keys."""
    values: Shape | None = None
    """What the values of a map are; ``None`` where this is no map."""
    items: Shape | None = None
    """What the elements of a list are; ``None`` where this is no list."""
    required: frozenset[str] = frozenset()
    """Members that must be there."""
    default: Value | Absent = ABSENT
    """What AWS assumes where the program says nothing."""

    def flag(self, keyword: str) -> bool:
        """Whether a boolean keyword (readOnly, createOnly, secret, ...) is set on this very node."""
        return bool(self.schema.get(keyword))

    def marks(self, name: str, keyword: str) -> bool:
        """Whether a member carries a boolean keyword; a member that is not known carries none."""
        member = self.member(name)
        return member is not None and member.flag(keyword)

    def text(self, keyword: str) -> str:
        """The text of a keyword (refused, provider, hint), empty where it is not there."""
        return str(self.schema.get(keyword, ""))

    def member(self, key: str | int) -> Shape | None:
        """The shape below this one at a key or index; ``None`` where the schema knows none."""
        if isinstance(key, int):
            return self.items
        return self.properties.get(key) or self.values

    def along(self, path: Path) -> Iterator[Shape]:
        """This shape and those on the way down a path, as far as the schema goes."""
        here: Shape | None = self
        yield self
        for key in path:
            here = here.member(key) if here else None
            if here is None:
                return
            yield here

    @cache  # noqa: B019 -- shapes live as long as the process
    def inputs(self) -> Mapping[str, Shape]:
        """Members that a program may set."""
        return {
            name: shape
            for name, shape in self.properties.items()
            if not shape.flag("readOnly") and not shape.text("refused")
        }

    @cache  # noqa: B019 -- as above
    def outputs(self) -> Mapping[str, Shape]:
        """Members that only AWS (or the provider) sets."""
        return {name: shape for name, shape in self.properties.items() if shape.flag("readOnly")}

    @cache  # noqa: B019 -- as above
    def flagged(self, keyword: str) -> frozenset[Path]:
        """Paths of all members that carry a boolean keyword, highest only."""
        found: set[Path] = set()
        for name, shape in self.properties.items():
            found |= {(name,)} if shape.flag(keyword) else {(name, *below) for below in shape.flagged(keyword)}
        return frozenset(found)


def read_text(file_name: str) -> str:
    """The text of one file of ``schemas/``: from the installed package, else from the checkout.

    An editable install has no copy in the package, hence the two places.
    """
    packaged = _PACKAGED / file_name
    return (packaged if packaged.exists() else _CHECKOUT / file_name).read_text(encoding="utf-8")


@cache
def load(name: str) -> Shape:
    """The shape that ``schemas/NAME.json`` declares."""
    return _shape(cast("JsonObject", _inline(json.loads(read_text(f"{name}.json")))))


@cache
def load_functions(group: str) -> Mapping[str, JsonObject]:
    """The functions that ``schemas/functions/GROUP.json`` declares, by name, references replaced."""
    document = _document(f"functions/{group}.json")
    return cast("Mapping[str, JsonObject]", _inline(document["functions"]))


@cache
def function_operations() -> frozenset[str]:
    """Every operation that a function may call."""
    declared = (
        each for group in FUNCTION_GROUPS for each in _document(f"functions/{group}.json")["functions"].values()
    )
    return frozenset(operation for each in declared for operation in each["operations"])


def shape_of(node: JsonObject) -> Shape:
    """The shape of a schema node whose references are replaced."""
    return _shape(node)


@cache
def _document(file_name: str) -> JsonObject:
    return cast("JsonObject", json.loads(read_text(file_name)))


def _inline(node: object) -> object:
    """The same schema with each ``$ref`` replaced by what it names; keywords beside it win."""
    if isinstance(node, list):
        return [_inline(item) for item in node]
    if not isinstance(node, dict):
        return node
    while "$ref" in node:
        node = {**_referred(str(node["$ref"])), **{key: value for key, value in node.items() if key != "$ref"}}
    return {key: _inline(value) for key, value in node.items()}


def _referred(reference: str) -> JsonObject:
    """What ``FILE#/POINTER`` names: a definition, or a member of a type without the life that it has there.

    A whole file names what AWS answers of a resource of that type.
    """
    file_name, _, pointer = reference.partition("#")
    node = _document(file_name.rpartition("/")[2])
    for key in pointer.split("/")[1:]:
        node = node[key]
    return _lifeless(node) if pointer else _answered(node)


def _lifeless(node: JsonObject) -> JsonObject:
    return {key: value for key, value in node.items() if key not in _LIFE}


def _answered(document: JsonObject) -> JsonObject:
    """A resource type's schema as the shape of an answer: no inputs that AWS never returns."""
    untold = ("refused", "writeOnly", "deleteOption")
    told = {
        name: node for name, node in document["properties"].items() if not any(node.get(keyword) for keyword in untold)
    }
    always = sorted(name for name, node in told.items() if node.get("always") or name in document.get("required", ()))
    members = {name: _lifeless(node) for name, node in told.items()}
    return {"type": "object", "additionalProperties": False, "required": always, "properties": members}


def _shape(schema: JsonObject) -> Shape:
    open_values = schema.get("additionalProperties")
    return Shape(
        schema=schema,
        type=schema["type"],
        title=schema.get("title", ""),
        description=schema.get("description", ""),
        properties={name: _shape(member) for name, member in schema.get("properties", {}).items()},
        values=_shape(open_values) if isinstance(open_values, dict) else None,
        items=_shape(schema["items"]) if isinstance(schema.get("items"), dict) else None,
        required=frozenset(schema.get("required", ())),
        default=schema.get("default", ABSENT),
    )
