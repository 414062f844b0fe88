"""Checks answers against botocore's model, by code that shares nothing with the emulator's.

The model is read from botocore's file directly and every constraint is checked by hand-written rules, so that
a mistake in the emulator's reading of the model can't hide itself.
"""

from __future__ import annotations

import gzip
import json
import re
from importlib.resources import files
from typing import Any

# As written in the model these two match no value that AWS ever sends (facts: one character before the slash;
# prefixes without a slash).
BROKEN_PATTERNS = {"ResourceArn", "ParticipantRecordingS3Prefix"}

KINDS: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "float": (int, float),
    "timestamp": (str,),
}


def read_model() -> dict[str, Any]:
    """Read the newest model of the service from botocore's data."""
    packed = files("botocore") / "data" / "ivs-realtime" / "2020-07-14" / "service-2.json.gz"
    document: dict[str, Any] = json.loads(gzip.decompress(packed.read_bytes()))
    return document


def complaints(shapes: dict[str, Any], name: str, value: Any, path: str = "$") -> list[str]:
    """List everything about a body that the model does not allow, unknown members included."""
    shape = shapes[name]
    kind = shape["type"]
    if not _is_a(kind, value):
        return [f"{path}: {value!r} is no {kind}"]
    found = _limits(name, shape, value, path)
    if kind == "structure":
        found += _structure(shapes, shape, value, path)
    if kind == "list":
        for index, item in enumerate(value):
            found += complaints(shapes, shape["member"]["shape"], item, f"{path}[{index}]")
    if kind == "map":
        for key, item in value.items():
            found += complaints(shapes, shape["key"]["shape"], key, f"{path}.{key}")
            found += complaints(shapes, shape["value"]["shape"], item, f"{path}.{key}")
    return found


def _is_a(kind: str, value: Any) -> bool:
    # JSON's true is an int to Python and no number to AWS.
    return isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _limits(name: str, shape: dict[str, Any], value: Any, path: str) -> list[str]:
    found = []
    size = value if isinstance(value, int | float) else len(value)
    if "min" in shape and size < shape["min"]:
        found.append(f"{path}: {size} is less than {shape['min']}")
    if "max" in shape and size > shape["max"]:
        found.append(f"{path}: {size} is more than {shape['max']}")
    if "enum" in shape and value not in shape["enum"]:
        found.append(f"{path}: {value!r} is none of {shape['enum']}")
    pattern = shape.get("pattern")
    if pattern and name not in BROKEN_PATTERNS and not re.fullmatch(pattern, value):
        found.append(f"{path}: {value!r} does not match {pattern}")
    return found


def _structure(shapes: dict[str, Any], shape: dict[str, Any], value: dict[str, Any], path: str) -> list[str]:
    in_body = {name: part for name, part in shape["members"].items() if "location" not in part}
    found = [f"{path}: {name} is missing" for name in shape.get("required", []) if name not in value]
    found += [f"{path}: {name} is not in the model" for name in value if name not in in_body]
    for name, part in in_body.items():
        if name in value:
            found += complaints(shapes, part["shape"], value[name], f"{path}.{name}")
    return found
