"""From what a program declares to what is desired: default tags, an automatic name, and every `Problem`. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, cast

from ivs_provider.config import Settings
from ivs_provider.model.check import check, without_nulls
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.values import Declared, Desired, Problem, Recorded, Secret, Tree, Value, reveal

__all__ = ["Autoname", "AutonamingMode", "desire"]

_NOT_IN_NAMES: Final = re.compile(r"[^a-zA-Z0-9_-]")


class AutonamingMode(Enum):
    """What the stack's autonaming configuration asks for."""

    PROPOSE = "propose"
    ENFORCE = "enforce"
    DISABLE = "disable"


@dataclass(frozen=True, slots=True)
class Autoname:
    """A name that the engine made from the logical name, where the stack configures autonaming."""

    mode: AutonamingMode
    proposed: str
    exists: bool
    """Whether the resource exists already: then it keeps the name that it has, also none."""


def desire(
    kind: ResourceType, declared: Declared, recorded: Recorded, settings: Settings, autoname: Autoname | None
) -> tuple[Desired, list[Problem]]:
    """What the program asks for, and everything that is wrong with it.

    Args:
        kind: The type of the resource.
        declared: What the program says.
        recorded: The old inputs, empty for a new resource or a replacement.
        settings: The provider's settings.
        autoname: What the stack's autonaming configuration proposes; ``None`` where it has none. IVS names are
            optional, so a resource that exists without a name does not get one.
    """
    inputs = cast("Tree", without_nulls(declared))
    if settings.default_tags:
        inputs = {**inputs, "tags": _with_defaults(inputs.get("tags", {}), settings.default_tags)}
    problems = []
    if autoname and "name" not in inputs:
        if "name" in recorded:
            inputs["name"] = recorded["name"]
        elif autoname.mode is AutonamingMode.DISABLE:
            problems = [Problem(("name",), "is required, since the stack disables autonaming; set it")]
        elif not autoname.exists:
            inputs["name"] = _name(kind, autoname)
    return Desired(inputs), problems + check(kind, inputs, owned=settings.ownership_tags)


def _name(kind: ResourceType, autoname: Autoname) -> str:
    """The proposed name; one that is only proposed is made to fit IVS's pattern and length."""
    if autoname.mode is AutonamingMode.ENFORCE:
        return autoname.proposed
    limit = cast("int", kind.shape.properties["name"].schema["maxLength"])
    return _NOT_IN_NAMES.sub("-", autoname.proposed)[:limit]


def _with_defaults(tags: Value, defaults: Mapping[str, Value]) -> Value:
    """Both in one map; the resource's own value wins, and a secret map is a map of secrets."""
    if isinstance(tags, Secret) and isinstance(tags.value, dict):
        tags = {key: Secret(reveal(value)) for key, value in tags.value.items()}
    return {**defaults, **tags} if isinstance(tags, dict) else tags
