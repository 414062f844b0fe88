"""Pulumi's values on the wire, read and written by the tests' own hand.

Shares nothing with `ivs_provider.rpc.convert`: a mistake there must not cancel itself out here. The marks are copied
from the engine's source (sdk/go/common/resource/plugin/rpc.go).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e"
ASSET = "c44067f5952c0a294b673a41bacd8c17"
# Of a boolean, a number, a string, a list, an asset, an archive and an object.
UNKNOWNS = (
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
)
UNKNOWN = UNKNOWNS[2]


@dataclass(frozen=True)
class Hidden:
    """A secret, as a test says it and sees it."""

    value: Any


def to_wire(tree: dict[str, Any]) -> Struct:
    """Write a tree in which secrets are `Hidden` and unknowns one of the seven marks."""
    return ParseDict(_marked(tree), Struct())


def from_wire(struct: Struct) -> dict[str, Any]:
    """Read a tree; secrets come back as `Hidden`, unknowns as the mark that came."""
    read: dict[str, Any] = _unmarked(MessageToDict(struct))
    return read


def _marked(value: Any) -> Any:
    if isinstance(value, Hidden):
        return {SIGNATURE: SECRET, "value": _marked(value.value)}
    if isinstance(value, dict):
        return {key: _marked(item) for key, item in value.items()}
    return [_marked(item) for item in value] if isinstance(value, list) else value


def _unmarked(value: Any) -> Any:
    if isinstance(value, list):
        return [_unmarked(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get(SIGNATURE) == SECRET:
        return Hidden(_unmarked(value["value"]))
    return {key: _unmarked(item) for key, item in value.items()}
