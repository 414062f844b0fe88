"""Values as Pulumi's SDKs send them: signatures mark secrets and references, a fixed text what is unknown."""

from __future__ import annotations

from typing import Any, Final

from ivs_provider.model.resource_type import PACKAGE
from ivs_provider.resources import registry
from ivs_provider.values import UNKNOWN, Secret, Tree, Unknown, Value, reveal

__all__ = ["STACK", "alias_from_wire", "below_stack", "from_wire", "to_wire", "token_of"]

STACK: Final = "pulumi:pulumi:Stack"
"""The type of what is above everything."""
_UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a signature, no password
_REFERENCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"


def from_wire(value: Any) -> Value:  # noqa: ANN401 - what a protobuf Struct holds
    """The value that was sent."""
    if isinstance(value, dict):
        return _from_object(value)
    if isinstance(value, list):
        return [from_wire(item) for item in value]
    if isinstance(value, str):
        return UNKNOWN if value == _UNKNOWN else value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value  # type: ignore[no-any-return] # null, true, false or a number


def _from_object(value: dict[str, Any]) -> Value:
    signature = value.get(_SIGNATURE)
    if signature == _SECRET:
        return Secret(reveal(from_wire(value.get("value"))))
    if signature == _REFERENCE:
        return from_wire(value.get("id", _UNKNOWN)) or UNKNOWN
    return UNKNOWN if signature else {key: from_wire(item) for key, item in value.items()}


def to_wire(value: Value) -> Any:  # noqa: ANN401 - what a protobuf Struct holds
    """The value as it is sent."""
    if isinstance(value, Unknown):
        return _UNKNOWN
    if isinstance(value, Secret):
        return {_SIGNATURE: _SECRET, "value": to_wire(reveal(value))}
    if isinstance(value, dict):
        return {key: to_wire(item) for key, item in value.items()}
    return [to_wire(item) for item in value] if isinstance(value, list) else value


def alias_from_wire(alias: Any) -> Value:  # noqa: ANN401 - protobuf
    """An alias as YAML programs write it."""
    if alias.urn:
        return str(alias.urn)
    spec = alias.spec
    said: Tree = {name: getattr(spec, name) for name in ("name", "type", "stack", "project") if getattr(spec, name)}
    if spec.parentUrn:
        said["parent"] = spec.parentUrn
    return said | ({"noParent": True} if spec.noParent else {})


def token_of(said: str) -> str:
    """A type as URNs have it."""
    package, _, rest = said.partition(":")
    token = f"{PACKAGE}:index:{rest.rpartition(':')[2]}"
    return token if package == PACKAGE and token in registry() else said


def below_stack(parent: str) -> str:
    """The URN of a parent; empty where that is the stack itself."""
    return "" if parent and parent.split("::")[2] == STACK else parent
