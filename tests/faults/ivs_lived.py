"""What came of a case of the command line, and what it may not have done on the way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from ivs_provider.planning.plan import Action, ExtraKind, Plan
from ivs_provider.values import reveal
from tests.faults.ivs_model import NOTHING
from tests.faults.law import OWN, digest_of, fits, secrets_in
from tests.faults.program import PROJECT, STACK, Declaration, Program, Verb, resolved, urn_of
from tests.faults.world import Lived

__all__ = ["LivedByIvs", "declared_as", "deleting", "digests", "is_ours", "printed"]

Tree = dict[str, Any]

_TAKING = {Action.DELETE, Action.REPLACE}


@dataclass
class LivedByIvs(Lived):
    """What came of a case, with what the command line's own law needs."""

    file: str = ""
    """The plan that the last run kept."""
    listed: set[str] = field(default_factory=set)
    """What the last plan named beside what is declared."""
    retained: set[str] = field(default_factory=set)
    """What a plan said that it leaves in the account."""
    twins: set[str] = field(default_factory=set)
    """Digests of URNs of which the engine's runs left more than one."""
    by_engine: set[str] = field(default_factory=set)
    """ARNs that the engine's runs left."""
    printed: list[str] = field(default_factory=list)
    """Secrets of the program that was run, in what that run said."""
    dropped: list[str] = field(default_factory=list)
    """Plans, with the values of what the program says no more."""
    cut_short: bool = False
    """Whether a run failed, was stopped, or killed."""
    notes: set[str] = field(default_factory=set)
    """Of all plans: what was named once, and then done on purpose, need not be named again."""
    broken_words: list[str] = field(default_factory=list)
    """Where a run did something else than its plan said."""

    def took_over(self, ours: dict[str, Tree]) -> None:
        """The engine has run, for the last time maybe; its own law is held against it in its own cases."""
        self.live_deletes.clear()
        counted = Counter(each["tags"][f"{OWN}urn"] for each in ours.values())
        self.twins = {digest for digest, number in counted.items() if number > 1}
        self.by_engine |= ours.keys()

    def commanded(self, plan: Plan, outcome: str, before: dict[str, Tree], there: dict[str, Tree]) -> None:
        """Hold what a run did against its plan: no more in any case, and no less where it succeeded."""
        self.notes |= set(plan.notes)
        self.cut_short |= outcome not in {"succeeded", NOTHING}
        self.retained |= {step.arn for step in plan.steps if step.retained}
        standing = {step.urn for step in plan.steps}
        self.retained |= {each.arn for each in plan.extras if each.kind is ExtraKind.RETAINED and each.urn in standing}
        going = {step.arn for step in plan.steps if step.action in _TAKING and not step.retained}
        coming = sum(step.action in {Action.CREATE, Action.REPLACE} for step in plan.steps)
        ours = {arn for arn, each in there.items() if is_ours(each)}
        gone, come = before.keys() - there.keys(), len(ours - before.keys())
        if gone - going:
            self.broken_words.append(f"not in the plan, and gone: {sorted(gone - going)}")
        if come > coming:
            self.broken_words.append(f"{coming} were to be created, and {come} were")
        if outcome in {"succeeded", NOTHING} and (going - gone or come < coming):
            self.broken_words.append(f"{outcome}, but still there: {sorted(going - gone)}; {come} of {coming} created")


def deleting(arn: str, verb: Verb, program: Program, there: dict[str, Tree]) -> Iterable[str]:
    """The ARN, where deleting it is what no command may do.

    That is: what carries not the stack's tags; what is not declared, unless asked for; what the program retains; and
    what is as declared, unless another one stands for it.
    """
    real = there.get(arn)
    if real is None:
        return
    declaration = declared_as(real, program, there)
    if not is_ours(real):
        yield arn
    elif declaration is None:
        if verb not in {Verb.PRUNE, Verb.DESTROY} and not _is_named(arn, there):
            yield arn
    elif declaration.retain or (verb is not Verb.DESTROY and _is_live(declaration, program, real, there)):
        yield arn


def printed(program: Program, said: list[str]) -> list[str]:
    """The program's secrets in what its run has said."""
    secrets = {secret for each in program.resources for secret in secrets_in(each.inputs)}
    text = "\n".join(said)
    return [secret for secret in secrets if secret in text]


def is_ours(real: Tree) -> bool:
    """Whether it carries the stack's tags."""
    return bool(real["tags"].get(f"{OWN}stack") == f"{PROJECT}/{STACK}")


def _is_named(arn: str, there: dict[str, Tree]) -> bool:
    """Whether another one says that it was created to replace it: under another name, as an alias has it."""
    owners = {each["tags"].get(f"{OWN}pending", "").partition(" ")[0] for each in there.values() if is_ours(each)}
    return any(arn.rpartition("/")[2] in owner.split("/")[1:] for owner in owners)


def declared_as(real: Tree, program: Program, there: dict[str, Tree]) -> Declaration | None:
    """The declaration that a resource carries the tags of, under its name, else under an alias."""
    mine = real["tags"].get(f"{OWN}urn")
    present = {each["tags"].get(f"{OWN}urn") for each in there.values() if is_ours(each)}
    return next((each for each in program.resources if _first(digests(each), present) == mine), None)


def _first(wanted: list[str], present: set[str]) -> str:
    return next((digest for digest in wanted if digest in present), "")


def digests(declaration: Declaration) -> list[str]:
    """Of its URN, and of those that it had."""
    return [digest_of(urn_of(declaration.kind, name)) for name in (declaration.name, *declaration.aliases)]


def _is_live(declaration: Declaration, program: Program, real: Tree, there: dict[str, Tree]) -> bool:
    others = [each for each in there.values() if is_ours(each) and each["arn"] != real["arn"]]
    twins = [each for each in others if declared_as(each, program, there) is declaration]
    return _is_as_declared(declaration, program, real) and not any(
        _is_as_declared(declaration, program, each) for each in twins
    )


def _is_as_declared(declaration: Declaration, program: Program, real: Tree) -> bool:
    """Whether nothing asks for it to be replaced."""
    declared = cast("Tree", reveal(resolved(declaration.inputs, defaultdict(str))))
    tags = {key: text for key, text in real["tags"].items() if not key.startswith(OWN)}
    kept = {
        "name": (real["attributes"].get("name") or "") == declared.get("name", ""),
        "tags": tags == {**program.settings.default_tags, **declared.get("tags", {})},
    }
    return fits(declaration, real, declared) and all(kept[name] for name in declaration.replace_on)
