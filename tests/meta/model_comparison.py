"""Compares what we say of a resource type with botocore's model of the service, and names every difference.

The schema is taken as plain JSON Schema and the model as botocore reads it, so that a test can alter either and see
that the alteration is named.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from botocore.loaders import Loader
from botocore.model import ServiceModel

if TYPE_CHECKING:
    from ivs_provider.model.resource_type import Call, ResourceType

__all__ = ["PAGE_SIZE", "SERVICE", "differences", "function_differences", "newest_model", "service_model"]

SERVICE: Final = "ivs-realtime"
PAGE_SIZE: Final = 100
"""Elements that a List is asked for; the model must allow it."""

Node = dict[str, Any]

TYPES: Final = {
    "structure": "object",
    "map": "object",
    "list": "array",
    "string": "string",
    "timestamp": "string",
    "boolean": "boolean",
    "integer": "integer",
    "long": "integer",
    "float": "number",
    "double": "number",
}
RANGES: Final = {
    "string": ("minLength", "maxLength"),
    "list": ("minItems", "maxItems"),
    "map": ("minProperties", "maxProperties"),
}
LIMITS: Final = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
)
MORE_LIMITS: Final = ("minProperties", "maxProperties", "uniqueItems", "pattern", "enum")

PAGING: Final = frozenset({"nextToken", "maxResults"})
"""Members that functions spare their callers: a List answers all pages."""

BROKEN_PATTERNS: Final = frozenset({"ResourceArn", "ParticipantRecordingS3Prefix"})
"""Shapes whose pattern matches no value that AWS ever sends (facts/ivs.md 2.1): not enforced."""


def newest_model(service: str = SERVICE) -> Node:
    """The newest model of a service in the installed botocore, as JSON."""
    model: Node = Loader().load_service_model(service, "service-2")
    return model


def service_model(document: Node) -> ServiceModel:
    """The model as botocore reads it."""
    return ServiceModel(document, SERVICE)


def differences(kind: ResourceType, schema: Node, model: ServiceModel) -> list[str]:
    """Everything that a type and its schema say otherwise than the model, each as ``Type.path: what``.

    Args:
        kind: The type: its calls, and what its List lacks.
        schema: Its schema, references replaced.
        model: The service's model.
    """
    unknown = [call.operation for call in _calls(kind) if call.operation not in model.operation_names]
    if unknown:
        return [f"{kind.name}: the model has no operation {name}" for name in unknown]
    return [f"{kind.name}{'.' if path else ''}{path}: {what}" for path, what in _Comparison(kind, schema, model).all()]


def function_differences(name: str, declaration: Node, model: ServiceModel) -> list[str]:
    """Everything that a function says otherwise than the operation of its name, each as ``name.side.path: what``.

    Args:
        name: The function.
        declaration: Its declaration, references replaced.
        model: The model of the service that has the operation.
    """
    operation = model.operation_model(f"{name[0].upper()}{name[1:]}")
    taken = _body(operation.input_shape, drop=PAGING)
    told = _body(operation.output_shape, drop=PAGING)
    required = set(operation.input_shape.required_members)
    found = [
        *_side(f"{name}.arguments", declaration["arguments"], taken),
        *_sets(f"{name}.arguments", "required", declaration["arguments"].get("required", []), required),
        *_side(f"{name}.result", declaration["result"], told),
    ]
    return [f"{path}: {what}" for path, what in found]


def _body(shape: Any, drop: Container[str]) -> dict[str, Any]:
    """What travels in the body: headers of an answer are the wire's, not the caller's."""
    members = shape.members if shape is not None else {}
    return {
        name: each for name, each in members.items() if name not in drop and each.serialization.get("location") is None
    }


def _side(path: str, ours: Node, theirs: Mapping[str, Any]) -> Found:
    for name in sorted(theirs.keys() - ours["properties"].keys()):
        yield f"{path}.{name}", "in the model, not in the declaration"
    for name, node in ours["properties"].items():
        if name not in theirs:
            yield f"{path}.{name}", "not in the model"
        else:
            yield from _node(f"{path}.{name}", node, theirs[name])


def _calls(kind: ResourceType) -> list[Call]:
    return [kind.create, kind.read, kind.list, kind.delete, *([kind.update] if kind.update else [])]


Found = Iterator[tuple[str, str]]
"""Path and what is different there."""


class _Comparison:
    """One type, its schema and the model, with what the model says of the type's members looked up once."""

    def __init__(self, kind: ResourceType, schema: Node, model: ServiceModel) -> None:
        self.kind, self.schema, self.model = kind, schema, model
        self.ours: Mapping[str, Node] = schema["properties"]
        self.created = self._members(kind.create, "input_shape")
        self.updated = self._members(kind.update, "input_shape")
        self.deleted = self._members(kind.delete, "input_shape")
        self.read = self._result(kind.read)
        self.theirs: dict[str, Any] = {**self.read, **self.deleted, **self.updated, **self.created}

    def all(self) -> Found:
        """Every difference."""
        yield from self._names()
        yield from self._structures()
        yield from self._required()
        yield from self._roles()
        yield from self._calls()
        yield from self._summaries()
        for name in self.theirs.keys() & self.ours.keys():
            yield from _node(name, self.ours[name], self.theirs[name])

    def _members(self, call: Call | None, side: str) -> dict[str, Any]:
        """What a call takes or answers in its body, without the identifier."""
        shape = getattr(self.model.operation_model(call.operation), side) if call else None
        if shape is None:
            return {}
        in_body = {
            name: member for name, member in shape.members.items() if member.serialization.get("location") is None
        }
        return {name: member for name, member in in_body.items() if side != "input_shape" or name != "arn"}

    def _result(self, call: Call) -> dict[str, Any]:
        shape = self._members(call, "output_shape").get(call.result)
        return dict(shape.members) if shape is not None and shape.type_name == "structure" else {}

    def _names(self) -> Found:
        for name in self.theirs.keys() - self.ours.keys():
            yield name, "in the model, not in the schema: add it, or refuse it with a reason"
        for name, node in self.ours.items():
            if name not in self.theirs and not node.get("provider"):
                yield name, "not in the model: remove it, or say why the provider has it (keyword provider)"
            if name in self.theirs and node.get("provider"):
                yield name, "said to be the provider's own, but the model has it"

    def _structures(self) -> Found:
        shape = self._members(self.kind.read, "output_shape").get(self.kind.read.result)
        if shape is not None and shape.name != self.schema.get("title"):
            yield "", f"title is {self.schema.get('title')}, the model calls the structure {shape.name}"
        if self.schema.get("title") != self.kind.name:
            yield "", f"title is {self.schema.get('title')}, the type's name is {self.kind.name}"

    def _required(self) -> Found:
        shape = self.model.operation_model(self.kind.create.operation).input_shape
        yield from _sets("", "required", self.schema.get("required", []), shape.required_members)
        answered = self._members(self.kind.read, "output_shape").get(self.kind.read.result)
        promised = set(answered.required_members) if answered is not None else set()
        for name, node in self.ours.items():
            if name in promised and not node.get("always") and name not in self.schema.get("required", []):
                yield name, "the model says that it is always answered: keyword always is missing"
            if name not in promised and node.get("always"):
                yield name, "keyword always, but the model does not promise it"

    def _roles(self) -> Found:
        """Who may set a member, and what a change of it means: derived from which call takes it."""
        for name, node in self.ours.items():
            taken = name in self.created or name in self.updated
            expected = {
                "readOnly": not taken and name not in self.deleted,
                "createOnly": name in self.created and name not in self.updated and name != "tags",
                "writeOnly": taken and name not in self.read,
                "deleteOption": name in self.deleted and not taken,
            }
            if node.get("refused") or node.get("provider"):
                continue
            for keyword, there in expected.items():
                if bool(node.get(keyword)) != there:
                    yield name, f"{keyword} is {_yes(node.get(keyword))}, by the model's calls it is {_yes(there)}"

    def _calls(self) -> Found:
        if self.kind.update:
            yield from _sets("", "members of the update call", self.kind.update.members, self.updated)
        for call in _calls(self.kind):
            answer = self._members(call, "output_shape")
            if set(answer) - {"nextToken"} != ({call.result} if call.result else set()):
                yield "", f"{call.operation} answers {_listed(answer)}, our result is {call.result or 'nothing'}"

    def _summaries(self) -> Found:
        """What a List tells of each resource, and how much of it on one page."""
        shape = self._members(self.kind.list, "output_shape").get(self.kind.list.result)
        told = set(shape.member.members) if shape is not None and shape.type_name == "list" else set()
        yield from _sets("", "lists_lack", self.kind.lists_lack, self.read.keys() - told)
        for name in told - self.ours.keys():
            yield name, f"in the summaries of {self.kind.list.operation}, not in the schema"
        asked = self._members(self.kind.list, "input_shape").get("maxResults")
        if asked is None or asked.metadata.get("max") != PAGE_SIZE:
            yield "", f"{self.kind.list.operation} does not answer {PAGE_SIZE} a page"


def _node(path: str, ours: Node, theirs: Any) -> Found:
    """The differences of one node and of all below it."""
    if ours.get("refused"):
        return
    kind = theirs.type_name
    if ours.get("type") != TYPES[kind]:
        yield path, f"type is {ours.get('type')}, the model says {TYPES[kind]}"
        return
    yield from _limits(path, ours, theirs)
    yield from _secret(path, ours, theirs)
    if (kind == "structure" or "enum" in theirs.metadata) and ours.get("title") != theirs.name:
        yield path, f"title is {ours.get('title')}, the model says {theirs.name}"
    if kind == "structure":
        yield from _structure(path, ours, theirs)
    if kind == "list":
        yield from _node(f"{path}[]", ours.get("items", {}), theirs.member)
    if kind == "map":
        yield from _node(f"{path}{{key}}", {"type": "string", **ours.get("propertyNames", {})}, theirs.key)
        values = ours.get("additionalProperties")
        yield from _node(f"{path}{{value}}", values if isinstance(values, dict) else {}, theirs.value)


def _structure(path: str, ours: Node, theirs: Any) -> Found:
    properties = ours.get("properties", {})
    yield from _sets(path, "required", ours.get("required", []), theirs.required_members)
    for name in theirs.members.keys() - properties.keys():
        yield f"{path}.{name}", "in the model, not in the schema: add it, or refuse it with a reason"
    for name in properties.keys() - theirs.members.keys():
        yield f"{path}.{name}", "not in the model: remove it"
    for name in properties.keys() & theirs.members.keys():
        yield from _node(f"{path}.{name}", properties[name], theirs.members[name])


def _limits(path: str, ours: Node, theirs: Any) -> Found:
    expected = _expected_limits(theirs)
    for keyword in (*LIMITS, *MORE_LIMITS):
        said, meant = ours.get(keyword), expected.get(keyword)
        if keyword == "enum" and said is not None and meant is not None:
            yield from _sets(path, "enum", said, meant)
        elif said != meant:
            yield path, f"{keyword} is {said}, the model says {meant}"


def _expected_limits(theirs: Any) -> Node:
    """The model's limits of a shape in JSON Schema's words; a minimal size of nothing is no limit."""
    metadata, expected = theirs.metadata, {}
    low, high = RANGES.get(theirs.type_name, ("minimum", "maximum"))
    if "min" in metadata and (metadata["min"] or theirs.type_name not in RANGES):
        expected[low] = metadata["min"]
    if "max" in metadata:
        expected[high] = metadata["max"]
    if "pattern" in metadata and theirs.name not in BROKEN_PATTERNS:
        pattern = metadata["pattern"]
        expected["pattern"] = pattern if pattern.startswith("^") else f"^{pattern}$"
    if "enum" in metadata:
        expected["enum"] = metadata["enum"]
    return expected


def _secret(path: str, ours: Node, theirs: Any) -> Found:
    """The model's trait must be our keyword; a whole may be secret for what it holds."""
    sensitive = bool(theirs.metadata.get("sensitive"))
    if sensitive and not ours.get("secret"):
        yield path, "sensitive in the model, not secret in the schema"
    if ours.get("secret") and not sensitive and not _holds_sensitive(theirs):
        yield path, "secret in the schema, nothing sensitive in the model"


def _holds_sensitive(shape: Any) -> bool:
    below = {"structure": "members", "list": "member", "map": "value"}.get(shape.type_name)
    parts = getattr(shape, below) if below else {}
    each = parts.values() if isinstance(parts, dict) else [parts]
    return any(part.metadata.get("sensitive") or _holds_sensitive(part) for part in each)


def _sets(path: str, what: str, ours: Any, theirs: Any) -> Found:
    if set(ours) != set(theirs):
        yield path, f"{what} is {_listed(ours)}, the model says {_listed(theirs)}"


def _listed(names: Any) -> str:
    return ", ".join(sorted(names)) or "nothing"


def _yes(value: object) -> str:
    return "set" if value else "not set"
