"""What `pulumi preview --json` proposes, as a test wants to compare it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Step", "created", "deleted", "replaced", "steps_of"]

_PARTS_OF_REPLACE = {"create-replacement", "delete-replaced", "discard-replaced"}
_NOTHING = {"same", "read", "refresh"}


@dataclass(frozen=True)
class Step:
    """What happens to one resource, at which paths, and which of them force a replacement."""

    op: str
    paths: dict[str, str] = field(default_factory=dict)
    forcing: frozenset[str] = frozenset()


def created() -> Step:
    """A create."""
    return Step("create")


def deleted() -> Step:
    """A delete."""
    return Step("delete")


def replaced(*paths: str, kind: str = "update") -> Step:
    """A replacement that exactly these paths force."""
    return Step("replace", dict.fromkeys(paths, f"{kind}-replace"), frozenset(paths))


def steps_of(document: dict[str, Any]) -> dict[str, Step]:
    """The steps of our resources by logical name; what stays the same is left out."""
    steps = {}
    for step in document.get("steps", []):
        kind, name = step["urn"].split("::")[2:4]
        wanted = kind.rpartition("$")[2].startswith("ivs:") and step["op"] not in _NOTHING | _PARTS_OF_REPLACE
        if wanted:
            paths = {path: detail["kind"] for path, detail in (step.get("detailedDiff") or {}).items()}
            steps[name] = Step(step["op"], paths, frozenset(step.get("replaceReasons") or ()))
    return steps
