"""One run of ``ivs apply`` or ``ivs destroy``, call for call as the commands make it, on a case's own time."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any, cast

from ivs_provider.errors import IvsError
from ivs_provider.model.ownership import COMMAND_LINE
from ivs_provider.planning.declaration import (
    BadProgram,
    Invoke,
    Options,
    ProviderArguments,
    Ran,
    Register,
    Resource,
    Unregistered,
)
from ivs_provider.planning.destruction import destruction
from ivs_provider.planning.execute import Executed, Execution
from ivs_provider.planning.explain import explained
from ivs_provider.planning.plan import Plan, Step
from ivs_provider.planning.planner import Planner
from ivs_provider.planning.serial import from_json, moved, to_json
from ivs_provider.values import UNKNOWN, Declared, Value
from tests.faults.in_turn import in_turn
from tests.faults.process import EngineDied, Host, Watch, started
from tests.faults.program import PROJECT, STACK, Declaration, Program, Ref, Verb, kind_of, resolved, urn_of
from tests.planning import never

__all__ = ["NOTHING", "Command"]

NOTHING = "nothing to do"


@dataclass
class Command:
    """One run.

    Args:
        verb: What is run.
        program: What it reads.
        host: How processes are started.
        watch: What stops where.
        chance: In which order independent things are done.
        said: Everything that it writes.
        file: The plan that was kept by an earlier run, where the verb takes one.
    """

    verb: Verb
    program: Program
    host: Host
    watch: Watch
    chance: Random
    said: list[str]
    file: str = ""
    dropped: list[str] = field(default_factory=list)
    """The whole plans, with what the program has dropped."""
    plan: Plan | None = None
    """What it set out to do."""
    failure: str = ""

    def run(self) -> str:
        """Run it; the answer is ``nothing to do``, ``succeeded``, ``failed``, ``stopped`` or ``killed``."""
        try:
            with in_turn(self.chance):
                return self._outcome()
        except EngineDied:
            return "killed"
        except (IvsError, BadProgram) as error:
            return self._failed(str(error))

    def _outcome(self) -> str:
        if self.verb is Verb.FILE and not self.file:
            self.file = json.dumps(to_json(self._planned()[1]))
        planner, plan = self._planned()
        self.plan = plan
        self.said.append(json.dumps(_without_what_goes(to_json(plan))))
        self.dropped.append(json.dumps(to_json(plan)))
        lines = moved(from_json(json.loads(self.file)), plan) if self.file else []
        if lines:
            self.file = ""  # as the refusal says: plan again
            return self._failed(f"the file is refused: {'; '.join(lines)}")
        for each in plan.changing:
            self.watch.story.append(f"  {each.action.value} {each.kind.noun} {each.name} {each.arn[-20:]}")
        if not plan.changing:
            return NOTHING
        executed = Execution(planner, plan, _Listener(self.said)).run(never)
        if executed.complete:
            return "succeeded"
        return "stopped" if self.watch.cancelled else self._failed(_told(executed))

    def _planned(self) -> tuple[Planner, Plan]:
        process = started(self.host, self.program.settings, COMMAND_LINE, self.watch)
        read = _Read(self.program, self.chance)
        planner = Planner(read, lambda _provider: process.reconciler, prune=self.verb is Verb.PRUNE)
        plan = destruction(planner, never) if self.verb is Verb.DESTROY else planner.plan(never)
        return planner, explained(plan, planner)

    def _failed(self, why: str) -> str:
        self.failure = why
        self.said.append(why)
        return "failed"


def _without_what_goes(plan: Any) -> Any:
    """A plan, but for the values that the program says no more: that they were secret is not known by then."""
    for step in plan["steps"]:
        step["changes"] = [change for change in step.get("changes", []) if change["kind"] != "remove"]
    return plan


def _told(executed: Executed) -> str:
    lines = [f"{step.name}: {error}" for step, error in executed.errors]
    return "\n".join([*lines, *map(str, executed.flaws)]) or "left undone"


@dataclass(frozen=True)
class _Listener:
    """Who watches: keeps what a person would read."""

    said: list[str]

    def step_started(self, step: Step) -> None:
        """The plan was kept already."""

    def step_done(self, step: Step, *, failed: bool = False) -> None:
        """As above."""

    def waiting(self, text: str) -> None:
        """A person reads it."""
        self.said.append(text)


@dataclass(frozen=True)
class _Read:
    """A program of the campaign, as one that has been read; independent resources come in a drawn order."""

    declared: Program
    chance: Random
    project: str = PROJECT
    stack: str = STACK
    provider: ProviderArguments = field(default_factory=ProviderArguments)

    def run(self, register: Register, invoke: Invoke, *, workers: int = 1) -> Ran:
        """Register each resource after those that it refers to."""
        del invoke
        waiting = list(self.declared.resources)
        if workers > 1:
            self.chance.shuffle(waiting)
        names = {each.name for each in waiting}
        arns: dict[str, Any] = {}
        while waiting:
            each = next(each for each in waiting if not _needs(each.inputs) & names)
            waiting.remove(each)
            names.discard(each.name)
            if _needs(each.inputs) <= arns.keys():
                _registered(each, self.declared, arns, register)
        return Ran()


def _registered(each: Declaration, program: Program, arns: dict[str, Any], register: Register) -> None:
    try:
        arns[each.name] = register(_resource(each, program, arns)).get("arn", UNKNOWN)
    except Unregistered:
        return


def _resource(each: Declaration, program: Program, arns: dict[str, Any]) -> Resource:
    kinds = {other.name: other.kind for other in program.resources}
    options = Options(
        depends_on=frozenset(urn_of(kinds[name], name) for name in _needs(each.inputs)),
        replace_on_changes=tuple((member,) for member in each.replace_on),
        delete_before_replace=each.delete_first,
        retain_on_delete=each.retain,
        aliases=tuple(urn_of(each.kind, alias) for alias in each.aliases),
        timeouts=dict.fromkeys(("create", "update"), each.timeout) if each.timeout else {},
    )
    declared = Declared(cast("dict[str, Value]", resolved(each.inputs, arns)))
    return Resource(urn=urn_of(each.kind, each.name), kind=kind_of(each.kind), declared=declared, options=options)


def _needs(value: Any) -> set[str]:
    """Names of the resources that it refers to."""
    if isinstance(value, Ref):
        return {value.name}
    return {name for each in value.values() for name in _needs(each)} if isinstance(value, dict) else set()
