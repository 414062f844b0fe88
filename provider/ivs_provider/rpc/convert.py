"""Between the protocol's ``Struct`` and our values, both ways.

The protocol marks what JSON cannot say by objects with a signature key, and unknowns by seven magic strings
(``facts/pulumi.md`` 2.4). Whole numbers travel as doubles; boto3 wants them as integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from google.protobuf.struct_pb2 import NULL_VALUE, Struct
from google.protobuf.struct_pb2 import Value as Wire

from ivs_provider.functions.placeholders import MARK
from ivs_provider.model.schema import Shape
from ivs_provider.rpc.protocol import pb
from ivs_provider.values import UNKNOWN, Path, Problem, Secret, Tree, Unknown, Value, format_path, secret_paths

__all__ = ["failures", "tree_from", "wire_from"]

_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the protocol's public mark, no password
_OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_REFERENCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
_UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWNS: Final = frozenset(
    {
        _UNKNOWN_STRING,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)


def tree_from(struct: Struct) -> Tree:
    """The values of a message; internal keys (``__…``) are left out."""
    return {key: _value(item) for key, item in struct.fields.items() if not key.startswith("__")}


def wire_from(tree: Mapping[str, Value]) -> Struct:
    """The message of some values, secrets and unknowns marked."""
    struct = Struct()
    for key, value in tree.items():
        _write(value, struct.fields[key])
    return struct


def failures(problems: Iterable[Problem], shape: Shape, inputs: Tree) -> list[pb.CheckFailure]:
    """Problems as the engine takes them, each at its property path.

    The engine prints the value that it finds at a failure's property, secret or not. So where anything at, above or
    below the path is a secret, or may be one by mistake (a key), the path stands in the text alone.
    """
    secrets = secret_paths(inputs)
    return [_failure(problem, discreet=_is_discreet(problem.path, shape, secrets)) for problem in problems]


def _failure(problem: Problem, *, discreet: bool) -> pb.CheckFailure:
    return (
        pb.CheckFailure(reason=str(problem))
        if discreet
        else pb.CheckFailure(property=format_path(problem.path), reason=problem.reason)
    )


def _is_discreet(path: Path, shape: Shape, secrets: frozenset[Path]) -> bool:
    touched = any(path[: len(secret)] == secret[: len(path)] for secret in secrets)
    inside = [
        place for each in (path, *shape.flagged("secret")) if each[: len(path)] == path for place in shape.along(each)
    ]
    return touched or any(place.flag("secret") or place.text("contentMediaType") for place in inside)


def _value(wire: Wire) -> Value:
    match wire.WhichOneof("kind"):
        case "string_value":
            text = wire.string_value
            return UNKNOWN if text in _UNKNOWNS or MARK in text else text
        case "number_value":
            number = wire.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return wire.bool_value
        case "struct_value":
            return _object(wire.struct_value)
        case "list_value":
            return [_value(item) for item in wire.list_value.values]
        case _:
            return None


def _object(struct: Struct) -> Value:
    fields = struct.fields
    if _SIGNATURE not in fields:
        return {key: _value(item) for key, item in fields.items()}
    signature = fields[_SIGNATURE].string_value
    if signature == _SECRET:
        return _secret(_value(fields["value"]))
    if signature == _OUTPUT:
        value = _value(fields["value"]) if "value" in fields else UNKNOWN
        return _secret(value) if "secret" in fields and fields["secret"].bool_value else value
    if signature == _REFERENCE:
        return _reference(struct)
    # Assets and archives: no member of ours takes one, and the check says so of an object.
    return {key: _value(item) for key, item in fields.items() if key != _SIGNATURE}


def _secret(value: Value) -> Value:
    """A secret around the value; an unknown stays plain, since there is nothing to hide yet."""
    return value if isinstance(value, Secret | Unknown) else Secret(value)


def _reference(struct: Struct) -> Value:
    """A resource by its id, a component by its URN; no id yet is unknown (implementers' guide)."""
    fields = struct.fields
    if "id" in fields:
        return _value(fields["id"]) or UNKNOWN
    return _value(fields["urn"]) if "urn" in fields else UNKNOWN


def _write(value: Value, wire: Wire) -> None:
    if isinstance(value, dict):
        fields = wire.struct_value.fields
        wire.struct_value.SetInParent()
        for key, item in value.items():
            _write(item, fields[key])
    elif isinstance(value, list):
        wire.list_value.SetInParent()
        for item in value:
            _write(item, wire.list_value.values.add())
    elif isinstance(value, Secret):
        _write_secret(value, wire)
    else:
        _write_scalar(value, wire)


def _write_scalar(value: bool | float | str | Unknown | None, wire: Wire) -> None:  # noqa: FBT001 -- a value, no switch
    match value:
        case bool():
            wire.bool_value = value
        case str():
            wire.string_value = value
        case int() | float():
            wire.number_value = value
        case Unknown():
            wire.string_value = _UNKNOWN_STRING
        case None:
            wire.null_value = NULL_VALUE


def _write_secret(secret: Secret, wire: Wire) -> None:
    """The mark around the value; around an unknown the engine expects the bare sentinel."""
    if isinstance(secret.value, Unknown):
        _write(secret.value, wire)
        return
    fields = wire.struct_value.fields
    fields[_SIGNATURE].string_value = _SECRET
    _write(secret.value, fields["value"])
