"""Programs without a language: what tests of plans declare, evaluated by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from ivs_provider.model.resource_type import ResourceType
from ivs_provider.planning.declaration import (
    Invoke,
    Options,
    ProviderArguments,
    Ran,
    Register,
    Resource,
    Unregistered,
    urn_of,
)
from ivs_provider.planning.execute import Executed, Execution
from ivs_provider.planning.plan import Plan, Step
from ivs_provider.planning.planner import Planner
from ivs_provider.reconcile.reconciler import Reconciler
from ivs_provider.resources import registry
from ivs_provider.values import UNKNOWN, Declared, Problem, Tree, Value

PROJECT, STACK = "studio", "dev"


@dataclass(frozen=True)
class Ref:
    """The output of another resource."""

    name: str
    member: str = "arn"


@dataclass(frozen=True)
class Told:
    """A program: resources by name, each after those that it refers to.

    Args:
        resources: Type name and inputs, in which `Ref`s stand for outputs.
        options: Options by name.
        provider: The default provider.
        providers: Explicit ones, by the name of the resource.
    """

    resources: Mapping[str, tuple[str, Mapping[str, Any]]]
    options: Mapping[str, Options] = field(default_factory=dict)
    provider: ProviderArguments = field(default_factory=ProviderArguments)
    providers: Mapping[str, ProviderArguments] = field(default_factory=dict)
    project: str = PROJECT
    stack: str = STACK

    def run(self, register: Register, invoke: Invoke, *, workers: int = 1) -> Ran:
        """Register each resource, one after another."""
        del invoke, workers
        outputs: dict[str, Tree] = {}
        for name, (type_name, inputs) in self.resources.items():
            if any(ref.name not in outputs for ref in _refs(inputs)):
                continue
            declared = cast("dict[str, Value]", _filled(inputs, outputs))
            needs = frozenset(self.urn(ref.name) for ref in _refs(inputs))
            own = self.options.get(name, Options())
            try:
                outputs[name] = register(
                    Resource(
                        urn=self.urn(name),
                        kind=_kind(type_name),
                        declared=Declared(declared),
                        options=replace(own, depends_on=own.depends_on | needs),
                        provider=self.providers.get(name, self.provider),
                    )
                )
            except Unregistered:
                continue
        return Ran()

    def urn(self, name: str) -> str:
        """The URN of one of its resources."""
        return urn_of(self.stack, self.project, _kind(self.resources[name][0]).token, name)


class Quiet:
    """Nobody watches."""

    def step_started(self, step: Step) -> None:
        """Not of interest."""

    def step_done(self, step: Step, *, failed: bool = False) -> None:
        """Not of interest."""

    def waiting(self, text: str) -> None:
        """Not of interest."""


def never(name: str, arguments: Tree, provider: ProviderArguments) -> list[Problem]:
    """These programs call no function."""
    raise AssertionError(name, arguments, provider)


def planned(program: Told, reconciler: Reconciler, *, prune: bool = False) -> Plan:
    """What `ivs plan` would say."""
    return Planner(program, lambda _provider: reconciler, prune).plan(never)


def applied(program: Told, reconciler: Reconciler, *, prune: bool = False) -> tuple[Plan, Executed]:
    """What `ivs apply --yes` would do."""
    planner = Planner(program, lambda _provider: reconciler, prune)
    plan = planner.plan(never)
    return plan, Execution(planner, plan, Quiet(), workers=2).run(never)


def actions(plan: Plan) -> dict[str, str]:
    """What is done to each resource, by name."""
    return {step.name: step.action.value for step in plan.steps}


def _kind(type_name: str) -> ResourceType:
    return registry()[f"ivs:index:{type_name}"]


def _refs(value: Any) -> list[Ref]:
    if isinstance(value, Ref):
        return [value]
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [ref for item in items for ref in _refs(item)]


def _filled(value: Any, outputs: Mapping[str, Tree]) -> Any:
    if isinstance(value, Ref):
        return outputs[value.name].get(value.member, UNKNOWN)
    if isinstance(value, Mapping):
        return {key: _filled(item, outputs) for key, item in value.items()}
    return [_filled(item, outputs) for item in value] if isinstance(value, list) else value
