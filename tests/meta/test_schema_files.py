"""The schema files themselves: against their meta-schema, and against what the rest of the house makes of them."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from ivs_provider.model import check, ownership, schema
from ivs_provider.resources import registry
from ivs_provider.values import format_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivs_provider.model.resource_type import ResourceType
    from ivs_provider.values import Path

    Alteration = Callable[[dict[str, Any]], object]

SCHEMAS = FilePath(__file__).resolve().parents[2] / "schemas"
FILES = sorted(path.stem for path in SCHEMAS.glob("*.json") if path.stem != "meta")
GROUPS = sorted(path.stem for path in SCHEMAS.glob("functions/*.json"))
TYPES = list(registry().values())
each_type = pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)


def meta_schema() -> dict[str, Any]:
    """What every file must satisfy."""
    document: dict[str, Any] = json.loads((SCHEMAS / "meta.json").read_text(encoding="utf-8"))
    return document


def meta_problems(document: dict[str, Any]) -> list[str]:
    """What the meta-schema finds wrong, each with its place."""
    return [
        f"{error.json_path}: {error.message}" for error in Draft202012Validator(meta_schema()).iter_errors(document)
    ]


def test_the_meta_schema_is_a_schema() -> None:
    """A misspelt keyword type in it would be passed over in silence."""
    Draft202012Validator.check_schema(meta_schema())


@pytest.mark.parametrize("name", FILES)
def test_every_file_satisfies_the_meta_schema(name: str) -> None:
    """As it is written, and as it is used: with its references replaced."""
    assert meta_problems(json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))) == []
    if name != "definitions":
        assert meta_problems(schema.load(name).schema) == []


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_of_functions_satisfies_the_meta_schema(group: str) -> None:
    """As it is written, and as it is used: with its references replaced."""
    document = json.loads((SCHEMAS / "functions" / f"{group}.json").read_text(encoding="utf-8"))
    assert meta_problems(document) == []
    assert meta_problems({**document, "functions": schema.load_functions(group)}) == []


WRONG: dict[str, tuple[str, Alteration, str]] = {
    "no description": ("Stage", lambda node: node["properties"]["name"].pop("description"), "$.properties.name"),
    "a pattern without words": ("Stage", lambda node: node["properties"]["name"].pop("hint"), "$.properties.name"),
    "an unknown keyword": (
        "Stage",
        lambda node: node["properties"]["name"].update(createonly=True),
        "$.properties.name",
    ),
    "a provider's keyword on a resource": (
        "Stage",
        lambda node: node["properties"]["name"].update(replaceOnChanges=True),
        "$.properties.name",
    ),
    "an output that only a create takes": (
        "Stage",
        lambda node: node["properties"]["arn"].update(createOnly=True),
        "$.properties.arn",
    ),
    "an input that AWS changes": (
        "Stage",
        lambda node: node["properties"]["tags"].update(volatile=True),
        "$.properties.tags",
    ),
    "no ARN": ("Stage", lambda node: node["properties"].pop("arn"), "$.properties"),
    "a name that Pulumi keeps": (
        "Stage",
        lambda node: node["properties"].update(id={"type": "string", "description": "x"}),
        "$.properties",
    ),
    "a structure without a name": (
        "StorageConfiguration",
        lambda node: node["properties"]["s3"].pop("title"),
        "$.properties.s3",
    ),
    "an enum without a name": (
        "IngestConfiguration",
        lambda node: node["properties"]["ingestProtocol"].pop("title"),
        "$.properties.ingestProtocol",
    ),
    "no example": ("Stage", lambda node: node.pop("examples"), "$"),
    "a pattern for a part of the value": (
        "PublicKey",
        lambda node: node["properties"]["publicKeyMaterial"].update(pattern="X"),
        "$.properties.publicKeyMaterial.pattern",
    ),
    "an unordered string": (
        "IngestConfiguration",
        lambda node: node["properties"]["userId"].update(unordered=True),
        "$.properties.userId.type",
    ),
    "refused without a reason": (
        "IngestConfiguration",
        lambda node: node["properties"]["userId"].update(refused=""),
        "$.properties.userId.refused",
    ),
}
"""What is broken in a copy of which schema, and the place that the meta-schema must name."""


@pytest.mark.parametrize("mistake", WRONG)
def test_the_meta_schema_finds_what_is_wrong(mistake: str) -> None:
    """Each rule of the meta-schema refuses a schema that breaks it, at the right place."""
    name, alter, place = WRONG[mistake]
    document = copy.deepcopy(registry()[f"ivs:index:{name}"].shape.schema)
    alter(document)
    assert place in {problem.split(": ")[0] for problem in meta_problems(document)}


def test_every_keyword_is_explained() -> None:
    """The README has a line for each keyword that a schema may use, and for no other."""
    places = meta_schema()["$defs"]
    of_functions = {*places["functionsFile"]["properties"], *places["function"]["properties"]}
    keywords = {*places["node"]["properties"], *places["typeFile"]["properties"], *of_functions}
    rows = re.findall(r"^\| (`.*?) \|", (SCHEMAS / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {word for row in rows for word in re.findall(r"`([^`]+)`", row)} == keywords


@each_type
def test_examples_are_valid_programs(kind: ResourceType) -> None:
    """The examples on the reference pages pass the check that real programs pass."""
    for example in kind.shape.schema["examples"]:
        assert check.check(kind, example, owned=True) == []


@each_type
def test_defaults_are_valid(kind: ResourceType) -> None:
    """A default that the schema itself refuses would be shown as right and answered as wrong."""
    wrong = [
        format_path(path)
        for path, node in nodes(kind.shape.properties)
        if "default" in node and not Draft202012Validator(node).is_valid(node["default"])
    ]
    assert wrong == []


@each_type
def test_misspelt_members_are_refused_at_every_depth(kind: ResourceType) -> None:
    """An object in an input that let unknown members pass would lose what a program misspells."""
    objects = [(path, node) for path, node in nodes(kind.shape.inputs()) if "properties" in node]
    assert [format_path(path) for path, node in objects if node.get("additionalProperties") is not False] == []


def nodes(shapes: Mapping[str, schema.Shape], above: Path = ()) -> list[tuple[Path, dict[str, Any]]]:
    """Every node below some members with its place, elements of lists at the place of their list."""
    found: list[tuple[Path, dict[str, Any]]] = []
    for name, shape in shapes.items():
        path = (*above, name)
        for here in (shape, shape.items):
            if here:
                found += [(path, here.schema), *nodes(here.properties, path)]
    return found


def test_every_type_has_room_for_our_tags() -> None:
    """Ownership stands on the resource: a type without tags could not be told from a foreign one."""
    room = {kind.name: kind.shape.inputs()["tags"].schema["maxProperties"] for kind in TYPES}
    assert [name for name, most in room.items() if most < len(ownership.OWN_TAGS)] == []
