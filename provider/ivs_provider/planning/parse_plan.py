"""Reads a Plan from a file's JSON, which may be anybody's: every problem at once, nothing believed. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final, cast

from ivs_provider.model import schema
from ivs_provider.model.schema import JsonObject, Shape
from ivs_provider.planning.declaration import Foreign, Place
from ivs_provider.planning.plan import Action, Extra, ExtraKind, Plan, Step
from ivs_provider.planning.secrecy import Digest
from ivs_provider.reconcile.compare import Change, Consequence, Kind, Origin
from ivs_provider.resources import registry
from ivs_provider.values import ABSENT, UNKNOWN, Absent, Desired, Path, Problem, Secret, Tree, Value, parse_path

__all__ = ["FORMAT", "SECRET_KEY", "UNKNOWN_KEY", "BadPlan", "from_json"]

FORMAT: Final = "pulumi-ivs/plan/1"
UNKNOWN_KEY: Final = "$unknown"
SECRET_KEY: Final = "$secret"  # noqa: S105 -- the name of a member, no secret
_DEEPEST: Final = 40
_DIGEST: Final = re.compile(r"[0-9a-f]{16,64}\Z")


class BadPlan(ValueError):
    """A document that is no Plan: every problem of it.

    Args:
        problems: What is wrong; at least one.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def from_json(document: object) -> Plan:
    """The Plan of a JSON document; its secrets are digests.

    Raises:
        BadPlan: It is none.
    """
    # jsonschema is slow to import, and most commands read no plan.
    from ivs_provider.model.validation import shape_problems

    if not isinstance(document, dict):
        raise BadPlan([Problem((), "is no object; give the file that `ivs plan --out` wrote")])
    if _is_deep(document):
        raise BadPlan([Problem((), f"holds values more than {_DEEPEST} levels deep; no resource has such")])
    problems = sorted(shape_problems(_shape(), document), key=str)
    if problems:
        raise BadPlan(problems)
    reading = _Reading()
    plan = reading.plan(document)
    if reading.problems:
        raise BadPlan(reading.problems)
    return plan


def _is_deep(document: object) -> bool:
    """Whether walking it could exhaust the stack. Level by level, so that this walk cannot."""
    level = [document]
    for _ in range(_DEEPEST):
        level = [
            item
            for each in level
            if isinstance(each, dict | list)
            for item in (each.values() if isinstance(each, dict) else each)
        ]
    return bool(level)


@cache
def _shape() -> Shape:
    return schema.shape_of(json.loads(schema.read_text("cli/plan.json")))


class _Reading:
    """One document whose members are of the right types; collects what no schema can say."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def plan(self, document: JsonObject) -> Plan:
        self._tell_twice(document["steps"])
        return Plan(
            project=document["project"],
            stack=document["stack"],
            account=document.get("account", ""),
            region=document.get("region", ""),
            made=document.get("made", ""),
            steps=tuple(self._step(each, ("steps", index)) for index, each in enumerate(document["steps"])),
            extras=tuple(self._extra(each, ("extras", index)) for index, each in enumerate(document.get("extras", ()))),
            foreign=tuple(
                Foreign(each["type"], each["name"], _place(each.get("place"))) for each in document.get("foreign", ())
            ),
            warnings=tuple(document.get("warnings", ())),
            notes=tuple(document.get("notes", ())),
            outputs=self._tree(document.get("outputs", {}), ("outputs",)),
            rates=document.get("rates", {}),
            counts=document.get("counts", {}),
            participants=document.get("participants", {}),
        )

    def _tell_twice(self, steps: Iterable[JsonObject]) -> None:
        """One resource is kept or changed once; what an interrupted replacement left is deleted beside that."""
        seen: set[str] = set()
        for index, each in enumerate(steps):
            if each["action"] != Action.DELETE.value and each["urn"] in seen:
                self.problems.append(Problem(("steps", index, "urn"), "is there twice; a plan has one step for each"))
            elif each["action"] != Action.DELETE.value:
                seen.add(each["urn"])

    def _step(self, each: JsonObject, path: Path) -> Step:
        return Step(
            action=Action(each["action"]),
            urn=each["urn"],
            token=self._token(each["type"], path),
            name=each["name"],
            arn=each.get("arn", ""),
            changes=tuple(
                self._change(change, (*path, "changes", index)) for index, change in enumerate(each.get("changes", ()))
            ),
            inputs=Desired(self._tree(each.get("inputs", {}), (*path, "inputs"))),
            fingerprint=each.get("fingerprint", ""),
            delete_first=each.get("deleteFirst", False),
            retained=each.get("retained", False),
            notes=tuple(each.get("notes", ())),
            depends_on=frozenset(each.get("dependsOn", ())),
            place=_place(each.get("place")),
            provider=each.get("provider", ""),
        )

    def _change(self, each: JsonObject, path: Path) -> Change:
        return Change(
            path=self._path(each["path"], path),
            kind=Kind(each["kind"]),
            old=self._end(each, "old", path),
            new=self._end(each, "new", path),
            consequence=Consequence(each["consequence"]),
            origin=Origin(each["origin"]),
        )

    def _extra(self, each: JsonObject, path: Path) -> Extra:
        return Extra(
            kind=ExtraKind(each["kind"]),
            token=self._token(each["type"], path),
            name=each["name"],
            arn=each["arn"],
            urn=each.get("urn", ""),
            deleted=each.get("deleted", False),
            note=each.get("note", ""),
        )

    def _token(self, token: str, path: Path) -> str:
        if token not in registry():
            self.problems.append(Problem((*path, "type"), f"is none of {', '.join(registry())}"))
        return token

    def _path(self, text: str, path: Path) -> Path:
        try:
            keys = parse_path(text)
        except ValueError:
            keys = ()
        if not keys:
            self.problems.append(Problem((*path, "path"), "is no property path; write it as Pulumi does: video.width"))
        return keys

    def _end(self, each: JsonObject, name: str, path: Path) -> Value | Absent:
        return self._value(each[name], (*path, name)) if name in each else ABSENT

    def _tree(self, tree: Mapping[str, Any], path: Path) -> Tree:
        return {self._key(key, path): self._value(item, (*path, key)) for key, item in tree.items()}

    def _key(self, key: str, path: Path) -> str:
        if key.startswith("$") and not key.startswith("$$"):
            self.problems.append(Problem((*path, key), f"is not known; a key of your own is written ${key}"))
        return key.removeprefix("$")

    def _value(self, value: object, path: Path) -> Value:
        if isinstance(value, dict):
            return self._object(value, path)
        if isinstance(value, list):
            return [self._value(item, (*path, index)) for index, item in enumerate(value)]
        return cast("Value", value)

    def _object(self, value: JsonObject, path: Path) -> Value:
        if value == {UNKNOWN_KEY: True}:
            return UNKNOWN
        if value.keys() != {SECRET_KEY}:
            return self._tree(value, path)
        digest = value[SECRET_KEY]
        if not isinstance(digest, str) or not _DIGEST.match(digest):
            self.problems.append(Problem(path, "is no digest of a secret: 16 to 64 hexadecimal digits"))
            return UNKNOWN
        return Secret(Digest(digest))


def _place(place: JsonObject | None) -> Place | None:
    return Place(place["file"], place.get("line", 0), place.get("column", 0)) if place else None
