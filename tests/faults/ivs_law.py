"""The command line's law: run again, it ends with an account that holds exactly what the program declares."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, cast

from ivs_provider.config import DriftDetection
from ivs_provider.values import reveal
from tests.faults.ivs_lived import LivedByIvs, declared_as, digests, is_ours
from tests.faults.law import OWN, UNDECLARED, Verdict, judged_in_any_case, secrets_in, unlike
from tests.faults.program import Declaration, Program, Verb, resolved

__all__ = ["judged_by_ivs"]

Tree = dict[str, Any]


def judged_by_ivs(lived: LivedByIvs, logged: list[str]) -> Verdict:
    """Hold what came of a case against the law."""
    verdict, there = judged_in_any_case(lived)
    for text in lived.broken_words:
        verdict.add("plan not kept", text)
    ours = {arn: real for arn, real in there.items() if is_ours(real)}
    if lived.case.runs[-1].verb is Verb.DESTROY:
        _judge_destroyed(verdict, lived.programs[0], ours)
    else:
        _judge_declared(verdict, lived, ours)
        _judge_rest(verdict, lived, ours)
    _judge_secrets(verdict, lived, logged)
    verdict.excuse = _excuse(lived, verdict, ours) if verdict.breaches else ""
    return verdict


def _judge_destroyed(verdict: Verdict, program: Program, ours: dict[str, Tree]) -> None:
    for arn, real in ours.items():
        declaration = declared_as(real, program, ours)
        if declaration is None or not declaration.retain:
            verdict.add("orphans", arn)


def _judge_declared(verdict: Verdict, lived: LivedByIvs, ours: dict[str, Tree]) -> None:
    """Every declared resource is there, once, as declared."""
    program = lived.programs[0]
    found = {each.name: _standing(each, lived, ours) for each in program.resources}
    arns = {name: max(each, key=_age)["arn"] if each else "" for name, each in found.items()}
    for declaration in program.resources:
        if not found[declaration.name]:
            verdict.add("wrong records", f"{declaration.name} is not there")
            continue
        for each in found[declaration.name]:
            if each["arn"] != arns[declaration.name]:
                verdict.add("duplicates", f"{each['arn']} beside {arns[declaration.name]}, {declaration.name}")
        declared = cast("Tree", reveal(resolved(declaration.inputs, arns)))
        tags = {**program.settings.default_tags, **declared.get("tags", {})}
        for text in unlike(declaration, ours[arns[declaration.name]], declared | {"tags": tags}):
            verdict.add("wrong records", f"{declaration.name}{text}")


def _standing(declaration: Declaration, lived: LivedByIvs, ours: dict[str, Tree]) -> list[Tree]:
    """What may stand for it: by its present URN, else by an earlier one."""
    left = lived.retained | {arn for state in lived.states for arn in state.retained}
    by_digest = defaultdict(list)
    for each in ours.values():
        by_digest[each["tags"].get(f"{OWN}urn")].append(each)
    found = next((by_digest[digest] for digest in digests(declaration) if digest in by_digest), [])
    return [each for each in found if each["arn"] not in left] or found


def _age(real: Tree) -> tuple[int, str]:
    """What was created last is what stands."""
    return int(real["tags"].get(f"{OWN}pending", "0").rpartition(" ")[2]), real["arn"]


def _judge_rest(verdict: Verdict, lived: LivedByIvs, ours: dict[str, Tree]) -> None:
    """What the program does not declare any more: gone where that was asked for, else named."""
    for arn, real in ours.items():
        if declared_as(real, lived.programs[0], ours) is None:
            if lived.case.runs[-1].verb is Verb.PRUNE:
                verdict.add("orphans", f"{arn} is not declared")
            elif arn not in lived.listed:
                verdict.add("orphans", f"{arn} is not declared, and the plan does not say so")
            else:
                verdict.leftovers.append(f"{arn}: its resource has left the program")
        elif arn in lived.retained:
            verdict.leftovers.append(f"{arn}: retained, and still tagged")


def _judge_secrets(verdict: Verdict, lived: LivedByIvs, logged: list[str]) -> None:
    """No secret of the program, and no stream key, in anything that was said, logged, or kept in a file."""
    for secret in lived.printed:
        verdict.add("secrets printed", secret[:3])
    keys = {str(each["attributes"]["streamKey"]) for each in lived.resources if "streamKey" in each["attributes"]}
    texts = "\n".join((*lived.notices, *logged))
    for secret in _secrets(lived):
        if secret in texts:
            verdict.add("secrets printed", secret[:3])
    for key in keys:
        if key in "\n".join((texts, *lived.errors)):
            verdict.add("secrets printed", key[:3])
    if any(secret in text for secret in _secrets(lived) for text in lived.dropped):
        verdict.leftovers.append("-: a secret that the program had dropped, in a plan")


def _secrets(lived: LivedByIvs) -> set[str]:
    return {secret for run in lived.case.runs for each in run.program.resources for secret in secrets_in(each.inputs)}


def _excuse(lived: LivedByIvs, verdict: Verdict, ours: dict[str, Tree]) -> str:
    """Why a breach is one that is not promised against (docs/how-to/interrupted.md); empty where there is none."""
    refused = any("the file is refused" in text for text in lived.failed)
    hidden = {"duplicates", "not finished", "orphans", *(["wrong records"] if refused else [])}
    if lived.hurried and verdict.breaches.keys() <= hidden:
        return "ivs was run again while the List still hid what a run before it had made"
    doubled = {real["tags"].get(f"{OWN}urn") for real in ours.values()} & lived.twins
    if doubled and verdict.breaches.keys() <= {"duplicates"}:
        return "the engine was stopped in a replacement, and which of the two is in use only its state knows"
    texts = verdict.breaches.get("wrong records", [])
    unsure = {text.partition(".tags ")[0] for text in texts if ".tags " in text}
    named = {note.partition(":")[0] for note in lived.notes if "left alone" in note}
    if unsure and len(unsure) == len(texts) == sum(map(len, verdict.breaches.values())) and unsure <= named:
        return "a tag of an interrupted update left the program meanwhile: it stays, and the plan names it"
    blind = lived.programs[0].settings.drift_detection is DriftDetection.OFF
    if blind and lived.cut_short and verdict.breaches.keys() == {"wrong records"} and not _missing(texts):
        return "with drift detection off, an interrupted update that the program then takes back is not seen"
    seeing = lived.programs[0].settings.drift_detection is DriftDetection.ALL
    told = sum(UNDECLARED in text for text in texts)
    if told and not seeing and told == len(texts) == sum(map(len, verdict.breaches.values())):
        return "a member that an interrupted update had set was taken out of the program, which then says nothing of it"
    return ""


def _missing(texts: list[str]) -> bool:
    return any(text.endswith("is not there") for text in texts)
