"""What the engine proposes and what `ivs` proposes, in one form, and in words where they differ."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ivs_provider.values import ABSENT, at, parse_path

__all__ = ["INPUTS", "Difference", "Proposed", "by_engine", "by_ivs", "differences"]

Tree = dict[str, Any]

KEEP = "keep"
INPUTS = "(inputs)"
"""Stands for the path where the differing values are the inputs as a whole."""
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How the engine writes an unknown in JSON (`facts/pulumi.md`)."""
_SECRET = "[secret]"
_SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key by which the engine marks what is no plain value."""
_HIDDEN = "__defaults"
_ACTIONS = {"same": KEEP, "create": "create", "update": "update", "replace": "replace", "delete": "delete"}
_PARTS = {"refresh", "read", "create-replacement", "delete-replaced", "discard-replaced"}
"""Steps of the engine that say nothing of their own: the step of the same resource beside them does."""


@dataclass(frozen=True)
class Edit:
    """One path of a resource: what happens to it, from which value to which."""

    kind: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Proposed:
    """What is proposed for one resource.

    Args:
        action: create, update, replace, delete or keep.
        edits: Its paths, each with kind and values; empty where it is created, deleted or kept.
        inputs: What it is to be created with, or changed to.
    """

    action: str
    edits: Mapping[str, Edit] = field(default_factory=dict)
    inputs: Tree | None = None


_KEPT = Proposed(KEEP)


@dataclass(frozen=True)
class Difference:
    """One thing on which both do not agree: about which resource, at which path (empty: as a whole)."""

    urn: str
    path: str
    engine: Any
    ivs: Any

    @property
    def name(self) -> str:
        """The logical name of the resource."""
        return self.urn.split("::")[-1]

    def __str__(self) -> str:
        """In words."""
        where = f"{self.urn.split('::', 2)[2]} {self.path}".strip()
        return f"{where}: the engine says {self.engine}, ivs says {self.ivs}"


# The engine.


def by_engine(document: Tree) -> dict[str, Proposed]:
    """What `pulumi preview --json` proposes for resources of ours, by URN."""
    found = {}
    for step in document["steps"]:
        op, urn = step["op"], step["urn"]
        if op not in _PARTS and _is_ours(urn):
            proposed = _engine_step(_ACTIONS[op], step)
            found[_without_parents(urn) if op == "delete" else urn] = proposed
    return found


def _engine_step(action: str, step: Tree) -> Proposed:
    old, new = (_engine_value((step.get(side) or {}).get("inputs") or {}) for side in ("oldState", "newState"))
    edits = {
        path: Edit(detail["kind"], _at(old, path), _at(new, path))
        for path, detail in (step.get("detailedDiff") or {}).items()
    }
    return Proposed(action, edits, None if action in {KEEP, "delete"} else new)


def _engine_value(value: Any) -> Any:
    if isinstance(value, dict) and _SIGNATURE in value:  # in events; in JSON secrets are masked already
        return _SECRET
    if isinstance(value, dict):
        return {key: _engine_value(item) for key, item in value.items() if key != _HIDDEN}
    if isinstance(value, list):
        return [_engine_value(item) for item in value]
    return "unknown" if value == _UNKNOWN else value


# The command line.


def by_ivs(document: Tree) -> dict[str, Proposed]:
    """What `ivs plan --format json` proposes, by URN."""
    found = {}
    for step in document["steps"]:
        urn = _without_parents(step["urn"]) if step["action"] == "delete" else step["urn"]
        assert urn not in found, f"{urn} has two steps"
        found[urn] = _ivs_step(step)
    return found


def _ivs_step(step: Tree) -> Proposed:
    action = step["action"]
    edits = {
        change["path"]: Edit(_kind(change), *(_ivs_value(change.get(end)) for end in ("old", "new")))
        for change in step.get("changes", ())
    }
    return Proposed(action, edits, None if action in {KEEP, "delete"} else _ivs_value(step.get("inputs", {})))


def _kind(change: Tree) -> str:
    kind: str = "delete" if change["kind"] == "remove" else change["kind"]
    return f"{kind}-replace" if change["consequence"] == "replace" else kind


def _ivs_value(value: Any) -> Any:
    if isinstance(value, dict):
        if "$secret" in value or "$unknown" in value:
            return _SECRET if "$secret" in value else "unknown"
        return {key.removeprefix("$"): _ivs_value(item) for key, item in value.items()}
    return [_ivs_value(item) for item in value] if isinstance(value, list) else value


# Both.


def differences(engine: Mapping[str, Proposed], ivs: Mapping[str, Proposed]) -> list[Difference]:
    """Everything on which both do not agree; what stays as it is need not be mentioned (the engine does not)."""
    urns = sorted({*engine, *ivs})
    return [each for urn in urns for each in _about(urn, engine.get(urn, _KEPT), ivs.get(urn, _KEPT))]


def _about(urn: str, engine: Proposed, ivs: Proposed) -> Iterator[Difference]:
    if engine.action != ivs.action:
        yield Difference(urn, "", engine.action, ivs.action)
    for path in sorted({*engine.edits, *ivs.edits}):
        told = engine.edits.get(path), ivs.edits.get(path)
        if not _agree(*told):
            yield Difference(urn, path, *(_in_words(each) for each in told))
    if engine.action == ivs.action and not same(engine.inputs, ivs.inputs):
        yield Difference(urn, INPUTS, engine.inputs, ivs.inputs)


def _agree(engine: Edit | None, ivs: Edit | None) -> bool:
    if engine is None or ivs is None or engine.kind != ivs.kind:
        return False
    return same(engine.old, ivs.old) and same(engine.new, ivs.new)


def same(engine: Any, ivs: Any) -> bool:
    """Whether two values are one; the engine masks a whole list or object where it masks one part of it."""
    if engine == _SECRET:
        return _SECRET in json.dumps(ivs)
    if isinstance(engine, dict) and isinstance(ivs, dict):
        return engine.keys() == ivs.keys() and all(same(engine[key], ivs[key]) for key in engine)
    return bool(engine == ivs)


def _in_words(edit: Edit | None) -> str:
    return f"{edit.kind} from {edit.old!r} to {edit.new!r}" if edit else "nothing"


def _at(tree: Tree, path: str) -> Any:
    found = at(tree, parse_path(path))
    return None if found is ABSENT else found


def _is_ours(urn: str) -> bool:
    return urn.split("::")[2].rpartition("$")[2].startswith("ivs:")


def _without_parents(urn: str) -> str:
    """What is only known by its tags has no parents in its URN: they say its type and its name."""
    head, project, types, name = urn.split("::", 3)
    return "::".join((head, project, types.rpartition("$")[2], name))
