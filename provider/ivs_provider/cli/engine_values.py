"""Values as the engine prints them in JSON, in our words; whatever else stands there is no reason to fail."""

from __future__ import annotations

from typing import Any, Final, TypeAlias, cast

from ivs_provider.values import UNKNOWN, Path, Secret, Tree, Value, parse_path

__all__ = ["Json", "as_list", "as_object", "as_path", "as_tree"]

Json: TypeAlias = dict[str, Any]

_SECRET: Final = "[secret]"  # noqa: S105 -- the engine's word for one
_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_UNKNOWNS: Final = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""What the engine writes for a value that is not known yet, one for each type."""


def as_object(value: object) -> Json:
    """The object that should be there, else an empty one."""
    return cast("Json", value) if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    """The list that should be there, else an empty one."""
    return value if isinstance(value, list) else []


def as_path(text: str) -> Path:
    """A property path; a text that is none stands for itself."""
    try:
        return parse_path(text) or (text,)
    except ValueError:
        return (text,)


def as_tree(value: object) -> Tree:
    """An object of values: secrets and unknowns as ours."""
    return cast("Tree", _value(as_object(value)))


def _value(value: object) -> Value:
    if isinstance(value, dict):
        if _SIGNATURE in value:
            return Secret(_SECRET)
        return {key: _value(item) for key, item in value.items() if not key.startswith("__")}
    if isinstance(value, list):
        return [_value(item) for item in value]
    if value == _SECRET:
        return Secret(_SECRET)
    return UNKNOWN if isinstance(value, str) and value in _UNKNOWNS else cast("Value", value)
