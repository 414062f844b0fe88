"""Reads what ``pulumi preview --json`` says into a Plan, as far as it says it.

A preview does not name drift. But our resources are refreshed before they are compared, and the preview keeps both
ends: the refresh shows what was recorded, the step after it what the account has. Where these differ, the account has
moved; where the program says what was recorded, nobody but the account has.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from ivs_provider.cli.engine_values import Json, as_list, as_object, as_path, as_tree
from ivs_provider.planning.declaration import Foreign
from ivs_provider.planning.meaning import loses, meaning
from ivs_provider.planning.plan import Action, Extra, ExtraKind, Plan, Step
from ivs_provider.reconcile.compare import Change, Consequence, Kind, Origin
from ivs_provider.resources import registry
from ivs_provider.values import ABSENT, Desired, Path, Tree, at, format_path

__all__ = ["BadPreview", "previewed"]

_ACTIONS: Final[Mapping[str, Action]] = {
    "same": Action.KEEP,
    "create": Action.CREATE,
    "update": Action.UPDATE,
    "replace": Action.REPLACE,
    "delete": Action.DELETE,
}
_PARTS: Final = {"create-replacement", "delete-replaced", "discard-replaced", "refresh", "read"}
_KINDS: Final[Mapping[str, Kind]] = {"add": Kind.ADD, "delete": Kind.REMOVE, "update": Kind.UPDATE}
_COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")
_ENGINE_ONLY: Final = ("pulumi:pulumi:", "pulumi:providers:")
_URN_PARTS: Final = 4


class BadPreview(ValueError):
    """A document that is no preview, and why."""


@dataclass
class _Seen:
    """What the steps of a preview come to."""

    recorded: dict[str, Json] = field(default_factory=dict)
    """By URN, what was recorded before the refresh."""
    steps: list[Step] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)
    foreign: list[Foreign] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    """What is done to resources of other providers."""
    crossed: list[str] = field(default_factory=list)
    """What both the program and the account have changed."""
    taken_over: list[str] = field(default_factory=list)


def previewed(document: Json, stack: str = "") -> tuple[Plan, str]:
    """The Plan that a preview shows, and why the preview failed; empty where it did not.

    Args:
        document: The whole JSON.
        stack: ``PROJECT/STACK``, for a preview that failed before it names them.

    Raises:
        BadPreview: It is no preview, or names no stack.
    """
    entries = document.get("steps") or []
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise BadPreview("steps is no list of objects")
    seen = _Seen()
    for entry in entries:
        _see(entry, seen)
    project, name = _names(entries, stack)
    failure, warnings = _diagnostics(document)
    arns = (step.arn for step in seen.steps)
    plan = Plan(
        project=project,
        stack=name,
        region=next((arn.split(":")[3] for arn in arns if arn.count(":") > _URN_PARTS), ""),
        steps=tuple(seen.steps),
        extras=tuple(seen.extras),
        foreign=tuple(seen.foreign),
        warnings=(*warnings, *_others(seen)),
        notes=tuple(_notes(seen)),
    )
    return plan, failure


def _names(entries: Iterable[Json], stack: str) -> tuple[str, str]:
    for entry in entries:
        parts = str(entry.get("urn", "")).split("::")
        if len(parts) >= _URN_PARTS:
            return parts[1], parts[0].rpartition(":")[2]
    project, slash, name = stack.partition("/")
    if not slash:
        raise BadPreview("it names no stack, since it failed before any resource; give --stack PROJECT/STACK")
    return project, name


def _see(entry: Json, seen: _Seen) -> None:
    urn, operation = str(entry.get("urn", "")), str(entry.get("op", ""))
    parts = urn.split("::", 3)
    if len(parts) < _URN_PARTS:
        raise BadPreview(f"a step names no resource: {urn!r}")
    token, name = parts[2].rpartition("$")[2], parts[3]
    if token in registry():
        _see_ours(entry, token, name, seen)
    elif not token.startswith(_ENGINE_ONLY) and operation not in _PARTS | {"same"}:
        seen.others[operation] += 1
        seen.foreign.append(Foreign(token, name))


def _see_ours(entry: Json, token: str, name: str, seen: _Seen) -> None:
    urn, operation = str(entry["urn"]), str(entry.get("op", ""))
    if operation == "refresh":
        seen.recorded[urn] = as_object(entry.get("oldState"))
    elif operation == "import":
        seen.taken_over.append(f"{registry()[token].noun} {name!r}")
    elif operation in _ACTIONS:
        step = _step(entry, token, name, seen)
        if step.action is Action.DELETE and as_object(entry.get("oldState")).get("retainOnDelete"):
            seen.extras.append(Extra(kind=ExtraKind.RETAINED, token=token, name=name, arn=step.arn, urn=urn))
        else:
            seen.steps.append(replace(step, notes=meaning(step, {})))
    elif operation not in _PARTS:
        raise BadPreview(f"step {operation!r} is not known to this version")


def _step(entry: Json, token: str, name: str, seen: _Seen) -> Step:
    action, urn = _ACTIONS[str(entry["op"])], str(entry["urn"])
    old, new = as_object(entry.get("oldState")), as_object(entry.get("newState"))
    inputs = Desired(as_tree(new.get("inputs")))
    recorded = seen.recorded.get(urn)
    if action is Action.CREATE:
        changes = _gone(recorded, inputs) if recorded else ()
    else:
        found = list(_changes(entry, old, inputs, recorded))
        changes = tuple(change for change, _ in found)
        both = (change for change, has_moved in found if has_moved and change.origin is Origin.PROGRAM)
        seen.crossed += (f"{format_path(change.path)} of {registry()[token].noun} {name!r}" for change in both)
    return Step(
        action=action,
        urn=urn,
        token=token,
        name=name,
        arn=str(old.get("id") or ""),
        changes=changes,
        inputs=Desired({}) if action in {Action.KEEP, Action.DELETE} else inputs,
        # The engine marks what is deleted after its replacement.
        delete_first=action is Action.REPLACE and not old.get("delete"),
        retained=action is Action.REPLACE and bool(old.get("retainOnDelete")),
        depends_on=frozenset(map(str, as_list(new.get("dependencies")))),
    )


def _changes(entry: Json, old: Json, inputs: Tree, recorded: Json | None) -> Iterator[tuple[Change, bool]]:
    """Each with whether the account has moved there, whoever else has."""
    detailed = as_object(entry.get("detailedDiff")) or {str(key): {} for key in as_list(entry.get("diffReasons"))}
    forcing = set(map(str, as_list(entry.get("replaceReasons"))))
    for text, detail in sorted(detailed.items()):
        path = as_path(text)
        said = str(as_object(detail).get("kind", "update"))
        member = "inputs" if as_object(detail).get("inputDiff", True) else "outputs"
        before, after = at(as_tree(old.get(member)), path), at(inputs, path)
        was = at(as_tree(recorded.get(member)), path) if recorded else before
        change = Change(
            path=path,
            kind=_KINDS.get(said.removesuffix("-replace"), Kind.UPDATE),
            old=before,
            new=after,
            consequence=_consequence(path, forced=said.endswith("-replace") or text in forcing),
            origin=Origin.DRIFT if was != before and was == after else Origin.PROGRAM,
        )
        yield change, was != before


def _consequence(path: Path, *, forced: bool) -> Consequence:
    if forced:
        return Consequence.REPLACE
    return Consequence.TAGS_ONLY if path[:1] == ("tags",) else Consequence.IN_PLACE


def _gone(recorded: Json, inputs: Tree) -> tuple[Change, ...]:
    """What is created although it was recorded: somebody deleted it. What the program says anew is the program's."""
    before = as_tree(recorded.get("inputs"))
    return tuple(
        Change(
            path=(name,),
            kind=Kind.ADD,
            old=ABSENT,
            new=value,
            consequence=Consequence.IN_PLACE,
            origin=Origin.DRIFT if before.get(name) == value else Origin.PROGRAM,
        )
        for name, value in inputs.items()
    )


def _diagnostics(document: Json) -> tuple[str, list[str]]:
    """Why it failed, and what it warned of. The YAML host tells of errors on standard error, as information."""
    errors, warnings = [], []
    for each in as_list(document.get("diagnostics")):
        severity = str(as_object(each).get("severity", ""))
        message = " ".join(_COLOURS.sub("", str(as_object(each).get("message", ""))).split())
        if severity == "error" or (severity == "info#err" and message.lower().startswith("error")):
            errors.append(message)
        elif severity == "warning":
            warnings.append(message)
    return " ".join(errors) or ("no reason is given" if errors else ""), warnings


def _others(seen: _Seen) -> Iterator[str]:
    gone = {"delete", "replace"}
    if any(seen.others[operation] for operation in gone):
        told = ", ".join(f"{number} to {operation}" for operation, number in sorted(seen.others.items()))
        yield f"resources of other providers: {told}; look at them in the preview itself"


def _notes(seen: _Seen) -> Iterator[str]:
    yield from (f"{what} was changed in the account too, since the last apply" for what in seen.crossed)
    yield from (f"{name} exists and is taken over (import)" for name in seen.taken_over)
    unread = [step for step in seen.steps if step.arn and step.urn not in seen.recorded]
    if unread:
        yield f"{len(unread)} resources were not read from the account, so drift of theirs is not seen (driftDetection)"
    if any(loses(step) and step.kind.holds_participants for step in seen.steps):
        yield "who is in the stages is not known to a preview; `ivs plan` counts them"
