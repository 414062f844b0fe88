"""What a declaration (`ivs declare`) says instead of a value, as calls of functions that Pulumi does not have.

``fn::ivs-unknown``: nobody knows it before the program runs elsewhere; the text says nothing.
``fn::ivs-secret``: a secret; the text is its digest, empty where it is unknown.
``fn::ivs-entry``: ``[KEY, VALUE]``, an object of one member whose key would read as a function.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from ivs_provider.planning.secrecy import digest
from ivs_provider.program.interpolation import escaped
from ivs_provider.values import Path, Secret, Unknown, Value, contains_unknown

__all__ = ["MARKS", "SECRET", "encoded", "secret_digest"]

ENTRY: Final = "fn::ivs-entry"
SECRET: Final = "fn::ivs-secret"  # noqa: S105 - a name, no password
UNKNOWN_MARK: Final = "fn::ivs-unknown"
MARKS: Final[Mapping[str, str]] = {"ivs-entry": "entry", "ivs-secret": "hidden", "ivs-unknown": "unknown"}
"""Names of the calls that they are read as."""


def secret_digest(urn: str, path: Path, value: Value) -> str:
    """A digest that tells whether a secret changed, salted by where it stands; empty where it is not wholly known.

    Args:
        urn: Of the resource that holds it; empty for what no resource holds.
        path: The place in its inputs.
        value: The secret, wrapped or not.
    """
    if contains_unknown(value):
        return ""
    return digest(value, urn, path)


def encoded(value: Value, urn: str = "", path: Path = ()) -> Any:  # noqa: ANN401 - what JSON can say
    """A value as an expression that means it, with marks for what may not or cannot be said.

    Args:
        value: The value.
        urn: Of the resource that holds it.
        path: The place in its inputs.
    """
    if isinstance(value, Secret):
        return {SECRET: secret_digest(urn, path, value)}
    if isinstance(value, dict):
        [*keys] = value
        if len(keys) == 1 and keys[0].lower().startswith("fn::"):
            return {ENTRY: [escaped(keys[0]), encoded(value[keys[0]], urn, (*path, keys[0]))]}
        return {escaped(key): encoded(item, urn, (*path, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [encoded(item, urn, (*path, number)) for number, item in enumerate(value)]
    # A number without end: JSON has no word for it, and IVS no use.
    if isinstance(value, Unknown) or (isinstance(value, float) and not math.isfinite(value)):
        return {UNKNOWN_MARK: ""}
    return escaped(value) if isinstance(value, str) else value
