"""The law: after the same program has run again, the account holds exactly what it declares (design, section 6)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from ivs_provider.config import DriftDetection
from ivs_provider.values import Secret, reveal
from tests.faults.program import Declaration, Program, kind_of, resolved, urn_of
from tests.faults.state import Entry, State
from tests.faults.world import Lived

__all__ = [
    "BREACHES",
    "OWN",
    "UNDECLARED",
    "Verdict",
    "digest_of",
    "fits",
    "judged",
    "judged_in_any_case",
    "secrets_in",
    "unlike",
]

Tree = dict[str, Any]

BREACHES = (
    "duplicates",
    "orphans",
    "foreign touched",
    "live deleted",
    "plan not kept",
    "wrong records",
    "secrets printed",
    "not finished",
)
OWN = "pulumi-ivs:"
UNDECLARED = "not declared, so"
RECORDING = "autoParticipantRecordingConfiguration"
OFF: Tree = {"storageConfigurationArn": ""}
MEDIA: Tree = {"mediaTypes": ["AUDIO_VIDEO"]}
DEFAULTS: dict[str, Tree] = {
    "Stage": {"name": "", RECORDING: OFF},
    "IngestConfiguration": {"name": "", "stageArn": "", "userId": "", "attributes": {}, "redundantIngest": False},
}
"""What an attribute must be where the program says nothing (API reference); all else only a create can set."""
UNTOLD = frozenset({"insecureIngest", "force"})
VOLATILE = frozenset({"state", "endpoints", "endpointsReadTime", "streamKey", "redundantIngestCredentials"})


@dataclass
class Verdict:
    """What was found, by breach; leftovers are no breach; an excuse is why a breach is none."""

    breaches: dict[str, list[str]] = field(default_factory=dict)
    leftovers: list[str] = field(default_factory=list)
    excuse: str = ""

    def add(self, breach: str, text: str) -> None:
        """One more."""
        self.breaches.setdefault(breach, []).append(text)


def judged(lived: Lived, logged: list[str]) -> Verdict:
    """Hold what came of a case against the law."""
    verdict, there = judged_in_any_case(lived)
    for state, program in zip(lived.states, lived.programs, strict=True):
        _judge_state(verdict, state, program, there)
    _judge_rest(verdict, lived, there)
    _judge_secrets(verdict, lived, logged)
    verdict.excuse = _excuse(lived, verdict)
    return verdict


def judged_in_any_case(lived: Lived) -> tuple[Verdict, dict[str, Tree]]:
    """What holds for every front end: it ends, and what is others' or alive stays. And what there is, by ARN."""
    verdict = Verdict()
    there = {each["arn"]: each for each in lived.resources}
    for text in lived.failed:
        verdict.add("not finished", text)
    for arn, wanted in lived.foreign.items():
        if arn not in there or {"name": there[arn]["attributes"]["name"], "tags": there[arn]["tags"]} != wanted:
            verdict.add("foreign touched", arn)
    for arn in lived.live_deletes:
        if arn not in there:
            verdict.add("live deleted", arn)
    return verdict, there


def _judge_state(verdict: Verdict, state: State, program: Program, there: dict[str, Any]) -> None:
    """One stack: every declared resource is recorded, and nothing else is."""
    arns = {entry.name: entry.id for entry in state.live.values()}
    if arns.keys() != {each.name for each in program.resources} or state.pending:
        verdict.add("wrong records", f"recorded {sorted(arns)}, {len(state.pending)} still to delete")
    for declaration in program.resources:
        entry = state.live.get(urn_of(declaration.kind, declaration.name))
        if entry is None:
            continue
        if entry.id not in there:
            verdict.add("wrong records", f"{entry.name} is recorded as {entry.id}, which does not exist")
            continue
        declared = cast("Tree", reveal(resolved(declaration.inputs, arns)))
        tags = {**program.settings.default_tags, **declared.get("tags", {})}
        for text in _differences(declaration, entry, there[entry.id], declared | {"tags": tags}):
            verdict.add("wrong records", f"{entry.name}{text}")


def _differences(declaration: Declaration, entry: Entry, real: Tree, declared: Tree) -> Iterator[str]:
    """Where what is declared, what is recorded and what is there do not agree."""
    yield from unlike(declaration, real, declared)
    there = _shown(real)
    recorded = cast("Tree", reveal(entry.outputs))
    for name in sorted((there.keys() & {*recorded, "tags"}) - VOLATILE):
        if recorded.get(name, {}) != there[name]:
            yield f".{name} is recorded as {recorded.get(name)!r}, not as it is"
    inputs = cast("Tree", reveal(entry.inputs))
    if {"tags": {}, **inputs} != declared:
        yield f": its inputs are recorded as {inputs}, declared {declared}"


def unlike(declaration: Declaration, real: Tree, declared: Tree) -> Iterator[str]:
    """Where what is declared and what is there do not agree."""
    there = _shown(real)
    wanted = DEFAULTS.get(declaration.kind, {}) | declared
    if declared.get(RECORDING, OFF) != OFF:
        wanted[RECORDING] = MEDIA | declared[RECORDING]
    for name, value in wanted.items():
        if name not in UNTOLD and not _within(value, there.get(name), exact=name == "tags"):
            what = "declared" if name in declared else UNDECLARED
            yield f".{name} is {there.get(name)!r}, {what} {value!r}"


def _shown(real: Tree) -> Tree:
    """What is there, as a program could say it."""
    tags = {key: text for key, text in real["tags"].items() if not key.startswith(OWN)}
    return {**real["attributes"], "tags": tags}


def _within(wanted: Any, real: Any, *, exact: bool = False) -> bool:
    """Whether a value says what is wanted; an object may say more, and nothing says what is empty."""
    if isinstance(wanted, dict) and wanted and isinstance(real, dict) and not exact:
        return all(_within(value, real.get(name)) for name, value in wanted.items())
    if wanted == OFF:
        return real is None
    if isinstance(wanted, str) and isinstance(real, str):
        return "".join(wanted.split()) == "".join(real.split())
    return bool(wanted == real) or (real is None and wanted in ("", {}, False))


def _judge_rest(verdict: Verdict, lived: Lived, there: dict[str, Any]) -> None:
    """What the account holds besides: duplicates and orphans, or leftovers of what the program no longer says."""
    recorded = {arn for state in lived.states for arn in state.ids()}
    retained = {arn for state in lived.states for arn in state.retained}
    for arn, real in there.items():
        if arn in recorded or arn in retained or arn in lived.foreign:
            continue
        state = next(
            (number for number, each in enumerate(lived.states) if each.owner in real["tags"].get(OWN + "pending", "")),
            0,
        )
        declaration = _declared_as(real, lived, state)
        if declaration is None:
            verdict.leftovers.append(f"{arn}: its resource has left the program")
        elif not _fits(declaration, real, lived, state):
            verdict.leftovers.append(f"{arn}: the program has changed in what only a create can set")
        elif (taken := f"{declaration.kind} {declaration.name}") and _is_recorded(declaration, lived, state):
            verdict.add("duplicates", f"{arn} beside what is recorded as {taken}")
        else:
            verdict.add("orphans", f"{arn}, which is {taken}")
    if len(recorded) != sum(len(state.live) for state in lived.states):
        verdict.add("wrong records", "one resource is recorded twice")


def _declared_as(real: dict[str, Any], lived: Lived, state: int) -> Declaration | None:
    for each in lived.programs[state].resources:
        if digest_of(urn_of(each.kind, each.name)) == real["tags"].get(OWN + "urn"):
            return each
    return None


def digest_of(urn: str) -> str:
    """As the tag has it: by the judge's own hand."""
    return hashlib.sha256(urn.encode()).hexdigest()[:32]


def _is_recorded(declaration: Declaration, lived: Lived, state: int) -> bool:
    return urn_of(declaration.kind, declaration.name) in lived.states[state].live


def _fits(declaration: Declaration, real: dict[str, Any], lived: Lived, state: int) -> bool:
    """Whether the resource is what the program's create would make now."""
    arns = {entry.name: entry.id for entry in lived.states[state].live.values()}
    return fits(declaration, real, cast("Tree", reveal(resolved(declaration.inputs, arns))))


def fits(declaration: Declaration, real: Tree, declared: Tree) -> bool:
    """Whether a resource is as declared in all that only a create can set."""
    shape = kind_of(declaration.kind).shape
    fixed = [name for name in shape.inputs() if shape.marks(name, "createOnly") and name not in UNTOLD]
    empty = {"name": "", "userId": "", "attributes": {}}
    return all(_within(declared.get(name, empty.get(name)), real["attributes"].get(name)) for name in fixed)


def _judge_secrets(verdict: Verdict, lived: Lived, logged: list[str]) -> None:
    """No drawn secret, and no stream key of the state, in anything that was said."""
    texts = "\n".join((*lived.notices, *lived.errors, *logged))
    secrets = {
        secret for run in lived.case.runs for each in run.program.resources for secret in secrets_in(each.inputs)
    }
    secrets |= {
        str(reveal(entry.outputs["streamKey"]))
        for state in lived.states
        for entry in state.live.values()
        if "streamKey" in entry.outputs
    }
    for secret in secrets:
        if secret in texts:
            verdict.add("secrets printed", secret[:3])


def secrets_in(value: Any) -> set[str]:
    """The values that are marked secret."""
    if isinstance(value, Secret):
        return {str(value.value)}
    if isinstance(value, dict):
        return {secret for each in value.values() for secret in secrets_in(each)}
    return set()


def _total(verdict: Verdict) -> int:
    return sum(map(len, verdict.breaches.values()))


def _excuse(lived: Lived, verdict: Verdict) -> str:
    """Why a breach is one that design section 6 does not promise against; empty where there is no such reason."""
    replaced = {arn for state in lived.states for arn in state.replaced_by_itself}
    if replaced and verdict.breaches.keys() <= {"live deleted", "wrong records", "not finished"}:
        return "a resource that its process had not been told of was replaced by itself, and the run stopped again"
    taken = any(state.taken_twice for state in lived.states)
    if taken and verdict.breaches.keys() <= {"live deleted", "wrong records", "not finished"}:
        return "a resource that its process had not been told of was renamed, and its old name used again at once"
    texts = verdict.breaches.get("wrong records", [])
    seeing = any(program.settings.drift_detection is DriftDetection.ALL for program in lived.programs)
    if lived.interrupted and not seeing and len(texts) == sum(UNDECLARED in text for text in texts) == _total(verdict):
        return "a member that an interrupted update had set was taken out of the program, which then says nothing of it"
    if lived.hurried and verdict.breaches.keys() <= {"duplicates"}:
        return "the program was run again while the List still hid what the interrupted run had made"
    blocked = all("same material exists already" in text for text in lived.failed)
    if lived.failed and blocked and any("public-key" in text for text in verdict.leftovers):
        return "a leftover key, renamed before it was recorded, holds the material, of which AWS allows one"
    return ""
