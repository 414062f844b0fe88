"""The Pulumi package schema: what the engine, the YAML host and the SDK generators know of this package.

Decisions (see ``schemas/README.md`` for the keywords):

- Defaults are told in descriptions only. As ``default``, SDKs would write them into every program's inputs, and what
  a program never said is AWS's business.
- An enum is a *relaxed* enum type in inputs (the enum, or any string) and a string in outputs: editors offer the
  values, plain strings stay valid in every language, and a value that AWS adds later breaks no deployed program.
- In the provider's own settings an enum is a string: generated SDKs send everything else there as JSON text.
- A property that holds a secret anywhere is secret as a whole: SDKs look at the top level alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from generating import words
from ivs_provider.model import schema
from ivs_provider.model.function_type import FunctionType
from ivs_provider.model.resource_type import PACKAGE, ResourceType
from ivs_provider.model.schema import Shape

__all__ = ["document", "text"]

Json = dict[str, Any]


def text(kinds: Iterable[ResourceType], functions: Iterable[FunctionType], version: str) -> str:
    """The package schema as it is written."""
    return json.dumps(document(kinds, functions, version), indent=2, ensure_ascii=False) + "\n"


def document(kinds: Iterable[ResourceType], functions: Iterable[FunctionType], version: str) -> Json:
    """The package schema of all resource types and functions."""
    kinds = list(kinds)
    settings = schema.load("provider")
    types = _Types()
    provider = {name: types.member(shape, relaxed=False) for name, shape in settings.properties.items()}
    resources = {kind.token: _resource(kind, types) for kind in kinds}
    invoked = {function.token: _function(function, types) for function in functions}
    return {
        "name": PACKAGE,
        "displayName": "Amazon IVS",
        "version": version,
        "description": "Amazon IVS Real-Time declared in Pulumi programs: stages and what they need.",
        "keywords": ["pulumi", "aws", "ivs", "video", "kind/native", "category/cloud"],
        "license": "Apache-2.0",
        "publisher": "pulumi-ivs",
        "config": {"variables": provider, "defaults": []},
        "types": dict(sorted(types.found.items())),
        "provider": {
            "description": settings.description,
            "inputProperties": {name: _with_change(settings.properties[name], node) for name, node in provider.items()},
        },
        "resources": resources,
        "functions": invoked,
        "language": _LANGUAGES,
    }


_LANGUAGES: Mapping[str, Json] = {
    "csharp": {"namespaces": {PACKAGE: "Ivs"}, "respectSchemaVersion": True},
    # No domain in front: nothing is published, and a name without one can't be fetched from a stranger.
    "go": {"importBasePath": f"pulumi-ivs/sdk/go/{PACKAGE}", "respectSchemaVersion": True},
    "nodejs": {"packageName": "pulumi-ivs", "respectSchemaVersion": True},
    "python": {
        "packageName": "pulumi_ivs",
        "inputTypes": "classes-and-dicts",
        "pyproject": {"enabled": True},
        "respectSchemaVersion": True,
    },
}


def _resource(kind: ResourceType, types: _Types) -> Json:
    shape = kind.shape
    inputs = {name: types.member(member) for name, member in shape.inputs().items()}
    outputs = {name: types.member(member, relaxed=False) for name, member in shape.outputs().items()}
    echoed = {name: types.member(member, relaxed=False) for name, member in shape.inputs().items()}
    return {
        "description": shape.description,
        "inputProperties": {name: _with_change(shape.properties[name], node) for name, node in inputs.items()},
        "requiredInputs": sorted(shape.required),
        "properties": echoed | outputs,
        "required": sorted(
            name for name, each in shape.properties.items() if each.flag("always") or name in shape.required
        ),
    }


def _function(function: FunctionType, types: _Types) -> Json:
    taken, told = function.arguments, function.result
    return {
        "description": function.description,
        "inputs": {
            "type": "object",
            "properties": {name: types.member(shape) for name, shape in taken.properties.items()},
            **({"required": sorted(taken.required)} if taken.required else {}),
        },
        "outputs": {
            "type": "object",
            "properties": {name: types.member(shape, relaxed=False) for name, shape in told.properties.items()},
            **({"required": sorted(told.required)} if told.required else {}),
        },
    }


def _with_change(shape: Shape, node: Json) -> Json:
    replaces = shape.flag("createOnly") or shape.flag("replaceOnChanges")
    return node | ({"willReplaceOnChanges": True} if replaces else {})


class _Types:
    """Collects the named types that properties refer to, each once."""

    def __init__(self) -> None:
        self.found: dict[str, Json] = {}

    def member(self, shape: Shape, *, relaxed: bool = True, required: bool = False) -> Json:
        """One property: its type, its description, and whether it is secret."""
        said = [shape.description, words.sentence(words.limits(shape))]
        said += [f"Default: {words.default(shape)}."] if words.default(shape) and not required else []
        secret = shape.flag("secret") or _holds_secret(shape)
        return {
            **self._type(shape, relaxed=relaxed),
            "description": " ".join(filter(None, said)),
            **({"secret": True} if secret else {}),
        }

    def _type(self, shape: Shape, *, relaxed: bool) -> Json:
        if shape.items:
            element = replace(shape.items, description=shape.items.description or shape.description)
            return {"type": "array", "items": self._type(element, relaxed=relaxed)}
        if shape.properties:
            return self._named(shape, self._object(shape))
        if shape.values:
            return {"type": "object", "additionalProperties": self._type(shape.values, relaxed=relaxed)}
        if "enum" in shape.schema and relaxed:
            # Without a name of its own, AUDIO_VIDEO becomes AUDI_O_VIDEO in the Python SDK.
            values = [{"name": _capitalised(value), "value": value} for value in shape.schema["enum"]]
            enum = {"type": "string", "description": shape.description, "enum": values}
            return {"type": "string", "oneOf": [{"type": "string"}, self._named(shape, enum)]}
        return {"type": shape.type}

    def _object(self, shape: Shape) -> Json:
        # One type serves inputs and outputs: its enums are relaxed in both.
        properties = {
            name: self.member(member, required=name in shape.required) for name, member in shape.properties.items()
        }
        required = {"required": sorted(shape.required)} if shape.required else {}
        return {"type": "object", "description": shape.description, "properties": properties, **required}

    def _named(self, shape: Shape, node: Json) -> Json:
        """A reference to a named type.

        Raises:
            ValueError: The shape has no title, or another shape of the same title looks different.
        """
        token = f"{PACKAGE}:index:{shape.title}"
        if not shape.title:
            raise ValueError(f"a type without a title: {shape.description or shape.schema}")
        if self.found.setdefault(token, node) != node:
            raise ValueError(f"two different shapes are called {shape.title}")
        return {"$ref": f"#/types/{token}"}


def _capitalised(value: str) -> str:
    """``AUDIO_VIDEO`` as SDKs like names of values: ``AudioVideo``."""
    return "".join(word.capitalize() for word in value.split("_"))


def _holds_secret(shape: Shape) -> bool:
    below = [*shape.properties.values(), *([shape.items] if shape.items else [])]
    return any(each.flag("secret") or _holds_secret(each) for each in below)
