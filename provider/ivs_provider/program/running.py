"""A YAML program that has been read, and how it is run: every name in its turn, resources to the register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import TopologicalSorter
from itertools import islice
from pathlib import Path as FilePath
from typing import Final, cast

from ivs_provider.config import typed
from ivs_provider.model.resource_type import PACKAGE
from ivs_provider.planning.declaration import (
    Flaw,
    Foreign,
    Invoke,
    Options,
    ProviderArguments,
    Ran,
    Register,
    Resource,
    Unregistered,
    parent_of_types,
)
from ivs_provider.program import graph as graphs
from ivs_provider.program.builtins import Wrong
from ivs_provider.program.checking import called, functions, reference_flaws, wanted
from ivs_provider.program.evaluation import Bound, Evaluation, Flawed, World
from ivs_provider.program.expression import Invocation, references
from ivs_provider.program.providers import provider_flaws
from ivs_provider.program.settling import Family, settled
from ivs_provider.program.strangers import Budget, veiled
from ivs_provider.program.template import RESERVED, Role, Template, Written
from ivs_provider.program.walking import walk
from ivs_provider.values import UNKNOWN, Declared, Path, Secret, Tree, Unknown, Value, contains_unknown, reveal

__all__ = ["YamlProgram"]

_BUDGET: Final = 5_000_000
"""Characters that a stranger's expressions may come to, all together."""
_FLAWS: Final = 100
"""So many wrong references are told at once."""


@dataclass(frozen=True, kw_only=True)
class YamlProgram:
    """A program in Pulumi YAML.

    Args:
        project: Name of the project.
        stack: Name of the stack.
        provider: The default provider.
        template: What it declares.
        configured: Configuration by name, as expressions see it.
        open_names: Whether there may be configuration that nobody knows here.
        pulumi: What ``${pulumi.…}`` says.
        directory: Where files are read from; `None` where none may be.
        notes: What is unknown from the start.
        flaws: What is wrong besides the program.
        foreign: Resources of other providers that the template does not list.
        digests: Of secrets whose values are not here, by the resource's key and the place in its inputs.
    """

    project: str
    stack: str
    provider: ProviderArguments
    template: Template
    configured: Mapping[str, Value] = field(default_factory=dict)
    open_names: bool = False
    pulumi: Mapping[str, Value] = field(default_factory=dict)
    directory: FilePath | None = None
    notes: tuple[str, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    foreign: tuple[Foreign, ...] = ()
    digests: Mapping[str, Mapping[Path, str]] = field(default_factory=dict)

    def run(self, register: Register, invoke: Invoke, *, workers: int = 1) -> Ran:
        """As `ivs_provider.planning.declaration.Program` says. An input that is flawed is registered as unknown."""
        return _Run(self, register, invoke).ran(workers)

    def evaluation(self) -> Evaluation:
        """An evaluation in which every output of a resource is unknown, and no function was run."""
        run = _Run(
            self, lambda _: {}, lambda name, *_: dict.fromkeys(functions()[name]["result"]["properties"], UNKNOWN)
        )
        run.ran(1)
        return Evaluation(run.world, "")

    def names_in_order(self) -> tuple[str, ...]:
        """Resources and variables, each after all that it refers to."""
        return tuple(TopologicalSorter(self.plain_graph[0]).static_order())

    @cached_property
    def plain_graph(self) -> tuple[graphs.Graph, list[Flaw]]:
        """What needs what, without circles; and the circles."""
        places = {key: written.place for key, written in self.template.resources.items()}
        places |= {key: expression.place for key, expression in self.template.variables.items()}
        return graphs.cut(graphs.dependencies(self.template), places)

    @cached_property
    def urns(self) -> Mapping[str, str]:
        """The URN of each resource, by its key."""
        return graphs.urns(self.template, self.project, self.stack)

    @cached_property
    def static_flaws(self) -> tuple[Flaw, ...]:
        """All that is wrong before anything is evaluated."""
        found = [*self.flaws, *self.template.flaws, *self.plain_graph[1], *graphs.same_urns(self.template, self.urns)]
        wrong = reference_flaws(self.template, self.configured, open_names=self.open_names)
        found += islice(wrong, _FLAWS)
        return (*found, *provider_flaws(self.provider))


class _Run:
    """One run of a program."""

    def __init__(self, program: YamlProgram, register: Register, invoke: Invoke) -> None:
        self._program = program
        self._template = program.template
        self._register = register
        self._invoke = invoke
        self._graph, _ = program.plain_graph
        self._needed = graphs.needed(self._template, self._graph, program.urns)
        self._wanted = wanted(self._template)
        self._done: dict[str, Bound | None] = {}
        """What each name stands for; `None` where it could not be had."""
        self._options: dict[str, Options] = {}
        self._providers: dict[str, ProviderArguments] = {}
        self._flaws: list[Flaw] = []
        self._notes: list[str] = []
        budget = Budget(_BUDGET) if program.directory is None else None
        self.world = World(self._bound, self._named, self._read, self._invoked, budget)

    def ran(self, workers: int) -> Ran:
        """Run everything."""
        walk(self._graph, self._do, lambda name: self._program.urns.get(name, name), workers)
        outputs = self._outputs()
        mistyped = ("", PACKAGE)
        others = [
            each
            for each in self._template.resources.values()
            if each.role is Role.FOREIGN and each.token.partition(":")[0] not in mistyped
        ]
        static = self._program.static_flaws
        told = {(flaw.place, flaw.subject) for flaw in static}
        return Ran(
            outputs=outputs,
            foreign=(*self._program.foreign, *(Foreign(each.token, each.name, each.place) for each in others)),
            notes=tuple(dict.fromkeys((*self._program.notes, *sorted(self._notes)))),
            flaws=(*static, *(flaw for flaw in self._flaws if (flaw.place, flaw.subject) not in told)),
            functions=called(self._template),
        )

    def _do(self, name: str) -> None:
        if any(self._done.get(need, ...) is None for need in self._graph[name]):
            self._done[name] = None
            return
        evaluation = Evaluation(self.world, name)
        written = self._template.resources.get(name)
        if written is None:
            self._done[name] = Bound(evaluation.value(self._template.variables[name]))
        else:
            self._done[name] = self._declared(written, evaluation)
        self._flaws += evaluation.flaws
        self._notes += evaluation.notes

    def _declared(self, written: Written, evaluation: Evaluation) -> Bound | None:
        urn = self._program.urns[written.key]
        if written.role is Role.FOREIGN:
            return Bound({"urn": urn}, missing=UNKNOWN)
        if written.role is Role.PROVIDER:
            self._configure(written, evaluation)
            return Bound({"urn": urn}, missing=UNKNOWN)
        members = dict.fromkeys([*written.kind.shape.inputs(), *written.kind.shape.outputs()], UNKNOWN)
        if written.role is Role.READ:
            arn = evaluation.value(written.inputs)
            self._notes.append(f"{written.key} is only read (get): of it, nothing but its ARN is known here")
            return Bound({**members, "id": arn, "arn": arn, "urn": urn}, missing=UNKNOWN)
        resource = self._resource(written, urn, evaluation)
        try:
            outputs = self._register(resource)
        except Unregistered:
            return None
        outputs = cast("Tree", veiled(outputs)) if self.world.budget else outputs
        arn = outputs.get("arn", UNKNOWN)
        return Bound({**members, **outputs, "id": arn, "urn": urn}, missing=UNKNOWN)

    def _resource(self, written: Written, urn: str, evaluation: Evaluation) -> Resource:
        parent = written.options.parent.root if written.options.parent else ""
        family = Family(
            self._program.project,
            self._program.stack,
            urn,
            self._program.urns.get(parent, parent_of_types(written.chain)),
            self._options.get(parent, Options()),
            self._needed.get(written.key, frozenset()),
        )
        options = self._options[written.key] = settled(written, family, evaluation)
        return Resource(
            urn=urn,
            kind=written.kind,
            declared=Declared(_tree(written, evaluation)),
            options=options,
            provider=self._provider(written, evaluation),
            place=written.place,
            places=written.places,
            digests=self._program.digests.get(written.key, {}),
            strange=self.world.budget is not None,
            wanted=self._wanted.get(written.key, frozenset()),
        )

    def _provider(self, written: Written, evaluation: Evaluation) -> ProviderArguments:
        key = graphs.provider_of(self._template, written)
        named = written.options.provider
        if key and key not in self._providers and named and key in self._template.resources:
            evaluation.flaw(named.place, f"{key} is no provider of ivs; write one of type pulumi:providers:ivs")
        return self._providers.get(key, self._program.provider)

    def _configure(self, written: Written, evaluation: Evaluation) -> None:
        arguments = typed(_tree(written, evaluation))
        made = ProviderArguments(written.name, arguments, written.place, written.places)
        self._flaws += provider_flaws(made)
        self._providers[written.key] = made

    def _outputs(self) -> Tree:
        found: Tree = {}
        for key, expression in self._template.outputs.items():
            roots = {reference.root for reference in references(expression)}
            if any(self._done.get(root, ...) is None for root in roots):
                continue
            evaluation = Evaluation(self.world, key)
            found[key] = evaluation.value(expression)
            self._flaws += evaluation.flaws
            self._notes += evaluation.notes
        return found

    def _bound(self, root: str) -> Bound:
        if root == RESERVED:
            return Bound(dict(self._program.pulumi), missing=UNKNOWN)
        done = self._done.get(root) if root in self._graph else None
        if done is None and root in self._program.configured:
            return Bound(self._program.configured[root])
        return done or Bound(UNKNOWN)

    def _named(self, key: str) -> tuple[str, str]:
        written = self._template.resources.get(key)
        if written is None:
            raise Wrong(f"{key} is no resource; write ${{name}} of one")
        return written.name, written.token

    def _read(self, path: str) -> bytes:
        try:
            return (cast("FilePath", self._program.directory) / path).read_bytes()
        except OSError as error:
            raise Wrong(
                f"the file {path} cannot be read ({_reason(error)}); look at its path, from the program's directory"
            ) from None

    def _invoked(self, invocation: Invocation, arguments: Tree, evaluation: Evaluation) -> Value | Flawed:
        declared = functions().get(invocation.function)
        if declared is None:
            if ":" in invocation.function:
                evaluation.notes.append(f"{invocation.function} is another provider's: what it answers is unknown here")
            return UNKNOWN
        if declared.get("changes"):
            evaluation.notes.append(
                f"{invocation.function} changes something and is not run here: its answer is unknown"
            )
            return Secret(UNKNOWN)
        if contains_unknown(arguments):
            return UNKNOWN
        provider = self._providers.get(invocation.provider.root if invocation.provider else self._template.default)
        answer = self._invoke(invocation.function, arguments, provider or self._program.provider)
        return Flawed(tuple(answer)) if isinstance(answer, list) else answer


def _tree(written: Written, evaluation: Evaluation) -> Tree:
    """The inputs as an object; of a secret object, every member is secret."""
    value = evaluation.value(written.inputs)
    opened = value.value if isinstance(value, Secret) else value
    if not isinstance(opened, dict):
        if not isinstance(opened, Unknown):
            evaluation.flaw(written.inputs.place, "properties must be an object")
        else:
            evaluation.flaw(written.inputs.place, "properties are unknown as a whole; write them one by one")
        return {}
    return {key: Secret(reveal(item)) for key, item in opened.items()} if isinstance(value, Secret) else opened


def _reason(error: OSError) -> str:
    return (error.strerror or "it is not there").lower()
