"""Runs a Pulumi program in Python, in this process, with us in the engine's place. Its code is run, all of it.

The SDK is told that this is a preview, so it takes unknown outputs; what a register knows is answered as known.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, cast

from google.protobuf import empty_pb2
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime import mocks, rpc, settings
from pulumi.runtime import stack as stacks
from pulumi.runtime.config import set_all_config
from pulumi.runtime.proto import resource_pb2

from ivs_provider.config import typed
from ivs_provider.model.resource_type import PACKAGE
from ivs_provider.planning.declaration import (
    Flaw,
    Foreign,
    Invoke,
    Options,
    Place,
    ProviderArguments,
    Ran,
    Register,
    Resource,
    Unregistered,
    urn_of,
)
from ivs_provider.program.checking import functions
from ivs_provider.program.configuration import Settled
from ivs_provider.program.project import Project
from ivs_provider.program.providers import provider_flaws
from ivs_provider.program.python_files import declared_at, in_directory, run_file, stopped
from ivs_provider.program.reading import mistyped
from ivs_provider.program.settling import Family, alias_urn, durations, with_inherited
from ivs_provider.program.twice import ran_twice, veiled
from ivs_provider.program.wire import STACK, alias_from_wire, below_stack, from_wire, to_wire, token_of
from ivs_provider.resources import registry
from ivs_provider.values import UNKNOWN, Declared, Secret, Tree, contains_unknown, parse_path, reveal

__all__ = ["PythonProgram"]


@dataclass(frozen=True)
class PythonProgram:
    """A program in Python.

    Args:
        read: The project.
        settled: The stack's configuration.
        provider: The default provider.
    """

    read: Project
    settled: Settled
    provider: ProviderArguments

    @property
    def project(self) -> str:
        """Name of the project."""
        return self.read.name

    @property
    def stack(self) -> str:
        """Name of the stack."""
        return self.read.stack

    def run(self, register: Register, invoke: Invoke, *, workers: int = 1) -> Ran:
        """As `ivs_provider.planning.declaration.Program` says; the order is the program's own."""
        if any(map(contains_unknown, self.settled.texts.values())):
            return ran_twice(self._once, register, invoke, workers=workers)
        return self._once(register, invoke, workers=workers)

    def _once(
        self, register: Register, invoke: Invoke, stand_in: str = "", *, workers: int = 1, quiet: bool = False
    ) -> Ran:
        """One run, with a text in the place of what is encrypted."""
        monitor = _Monitor(self, register, invoke, workers)
        # The SDK keeps all it knows in context variables: a copy of the context is forgotten afterwards.
        flaws = contextvars.copy_context().run(self._executed, monitor, stand_in, workers, quiet=quiet)
        if monitor.failure is not None:
            raise monitor.failure
        return Ran(
            outputs=monitor.outputs,
            foreign=tuple(sorted(monitor.foreign, key=lambda each: (each.type, each.name))),
            notes=tuple(dict.fromkeys((*self.settled.notes, *sorted(monitor.notes)))),
            flaws=(*self.read.flaws, *self.settled.flaws, *provider_flaws(self.provider), *monitor.flaws, *flaws),
            functions=frozenset(monitor.functions),
        )

    def _executed(self, monitor: _Monitor, stand_in: str, workers: int, *, quiet: bool) -> list[Flaw]:
        """Run the program to its end; what stopped it, where something did."""
        settings.configure(monitor.settings(self.read))
        texts = self.settled.texts
        told = {key: stand_in if contains_unknown(text) else str(reveal(text)) for key, text in texts.items()}
        set_all_config(told, [key for key, text in texts.items() if isinstance(text, Secret)])
        try:
            with in_directory(self.read, quiet=quiet), asyncio.Runner() as runner:
                runner.get_loop().set_default_executor(ThreadPoolExecutor(max(workers, 2)))
                runner.run(stacks.run_in_stack(lambda: run_file(self.read)))
        except SystemExit as stop:
            return (
                [] if stop.code in (None, 0) else [Flaw(None, "", (), "the program ended itself; look at its output")]
            )
        except Exception as error:  # noqa: BLE001 - a program may raise anything
            return [stopped(error, self.read)]
        return []


class _Monitor(mocks.MockMonitor):
    """The engine's place: takes registrations and calls from the SDK."""

    def __init__(self, program: PythonProgram, register: Register, invoke: Invoke, workers: int) -> None:
        super().__init__(cast("mocks.Mocks", None))
        self.outputs: Tree = {}
        self.foreign: list[Foreign] = []
        self.notes: list[str] = []
        self.functions: set[str] = set()
        self.flaws: list[Flaw] = []
        self.failure: Exception | None = None
        self._program = program
        self._register = register
        self._invoke = invoke
        self._one_by_one = threading.Lock() if workers == 1 else contextlib.nullcontext()
        self._options: dict[str, Options] = {}
        self._providers: dict[str, ProviderArguments] = {}
        self._missing: set[str] = set()
        self._registered: set[str] = set()

    def settings(self, project: Project) -> mocks.MockSettings:
        """What the SDK keeps of a run."""
        untyped: Any = self
        features = set(untyped.GetDeploymentInfo(empty_pb2.Empty()).supportedFeatures)
        make: Any = mocks.MockSettings
        return make(  # type: ignore[no-any-return] # the SDK types none of it
            monitor=self,
            monitor_features=features,
            engine=mocks.MockEngine(logging.getLogger("ivs.program")),
            project=project.name,
            stack=project.stack,
            organization=project.organization or "organization",
            root_directory=str(project.root),
            dry_run=True,
            callbacks=None,
            lock=threading.Lock(),
            outputs=set(),
            package_refs={},
            base_providers_by_ref={},
        )

    def RegisterResource(self, request: Any) -> Any:  # noqa: ANN401, N802 - the SDK's own signature
        """One resource, whoever's it is."""
        urn = self._urn(request)
        package = request.type.partition(":")[0]
        token = token_of(request.type)
        if request.type == f"pulumi:providers:{PACKAGE}":
            made = ProviderArguments(request.name, typed(_tree(request.object)), self._place(request))
            self.flaws += provider_flaws(made)
            self._providers[urn] = made
        elif token in registry():
            return self._ours(urn, token, request)
        elif package == PACKAGE:
            known = ", ".join(registry())
            self.flaws.append(
                Flaw(self._place(request), request.name, (), f"{request.type} is no type; there are {known}")
            )
        elif request.custom and (slip := mistyped(request.type)):
            self.flaws.append(Flaw(self._place(request), request.name, (), slip))
        elif request.custom and not request.type.startswith("pulumi:"):
            self.foreign.append(Foreign(request.type, request.name, self._place(request)))
        self._options[urn] = self._settled(urn, request)
        return resource_pb2.RegisterResourceResponse(urn=urn)

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: ANN401, N802 - the SDK's own signature
        """The stack's outputs, and those of components, which are nobody's concern."""
        if request.urn.split("::")[2] == STACK:
            self.outputs |= _tree(request.outputs)
        return empty_pb2.Empty()

    def ReadResource(self, request: Any) -> Any:  # noqa: ANN401, N802 - the SDK's own signature
        """A resource that is only looked at."""
        self.notes.append(f"{request.name} is only read (get): of it, nothing but its ARN is known here")
        known = {"arn": request.id} if request.id != rpc.UNKNOWN else {}
        return resource_pb2.ReadResourceResponse(urn=self._urn(request), properties=_struct(known))

    def Invoke(self, request: Any) -> Any:  # noqa: ANN401, N802 - the SDK's own signature
        """A function of a provider."""
        name = request.tok.rpartition(":")[2] if request.tok.startswith(f"{PACKAGE}:") else ""
        declared = functions().get(name)
        answer: Tree = {}
        if declared is None:
            self.notes.append(f"{request.tok} is another provider's: what it answers is unknown here")
        else:
            self.functions.add(name)
            unknown = dict.fromkeys(declared["result"]["properties"], UNKNOWN)
            answer = {**unknown, **self._answered(name, declared, request)}
        response: Any = resource_pb2.ResourceInvokeResponse
        return response(**{"return": _struct(answer)})

    def _answered(self, name: str, declared: Mapping[str, Any], request: Any) -> Tree:  # noqa: ANN401 - protobuf
        arguments = _tree(request.args)
        if declared.get("changes"):
            self.notes.append(f"{name} changes something and is not run here: its answer is unknown")
            return dict.fromkeys(declared["result"]["properties"], Secret(UNKNOWN))
        if contains_unknown(arguments):
            return {}
        answer = self._invoke(name, arguments, self._provider(request.provider))
        if isinstance(answer, list):
            self.flaws += [Flaw(None, name, problem.path, problem.reason) for problem in answer]
            return {}
        return answer

    def _ours(self, urn: str, token: str, request: Any) -> Any:  # noqa: ANN401 - protobuf
        if urn in self._registered:
            why = "is declared twice: two resources of one type have this name; give one of them another"
            self.flaws.append(Flaw(self._place(request), request.name, (), why))
        needs = {*request.dependencies, *([request.parent] if request.parent else [])}
        options = self._options[urn] = self._settled(urn, request)
        resource = Resource(
            urn=urn,
            kind=registry()[token],
            declared=Declared(_tree(request.object)),
            options=options,
            provider=self._provider(request.provider),
            place=self._place(request),
            wanted=None,
        )
        self._registered.add(urn)
        outputs: Tree = {}
        if self.failure is not None or needs & self._missing:
            self._missing.add(urn)
        else:
            try:
                with self._one_by_one:
                    outputs = self._register(resource)
            except Unregistered:
                self._missing.add(urn)
            except Exception as error:  # noqa: BLE001 - told when the program has ended: the SDK would bury it
                self.failure = error
        members = dict.fromkeys((*resource.kind.shape.inputs(), *resource.kind.shape.outputs()), UNKNOWN)
        arn = outputs.get("arn", "")
        known = arn if isinstance(arn, str) else ""
        return resource_pb2.RegisterResourceResponse(urn=urn, id=known, object=_struct({**members, **outputs}))

    def _urn(self, request: Any) -> str:  # noqa: ANN401 - protobuf
        program, parent = self._program, below_stack(request.parent)
        return urn_of(program.stack, program.project, token_of(request.type), request.name, parent)

    def _provider(self, reference: str) -> ProviderArguments:
        """The explicit provider that a reference (URN and id) names, else the default one."""
        return self._providers.get(reference.rpartition("::")[0], self._program.provider)

    def _place(self, request: Any) -> Place | None:  # noqa: ANN401 - protobuf
        """Where the program declares it, as far as the SDK says."""
        positions = (frame.pc for frame in request.stackTrace.frames)
        return declared_at(((each.uri, each.line, each.column) for each in positions), self._program.read)

    def _settled(self, urn: str, request: Any) -> Options:  # noqa: ANN401 - protobuf
        above = self._options.get(request.parent, Options())
        family = Family(self._program.project, self._program.stack, urn, below_stack(request.parent), above)
        own = (token_of(request.type), request.name)
        aliases = [alias for each in request.aliases if (alias := alias_urn(alias_from_wire(each), own, family))]
        said = {name: getattr(request.customTimeouts, name) for name in ("create", "update", "delete")}
        timeouts, wrong = durations(said)
        self.flaws += [Flaw(self._place(request), request.name, (), reason) for reason in wrong]
        return Options(
            depends_on=frozenset({*request.dependencies, request.parent} & self._registered),
            protect=request.protect if request.HasField("protect") else above.protect,
            ignore_changes=tuple(map(parse_path, request.ignoreChanges)),
            replace_on_changes=tuple(map(parse_path, request.replaceOnChanges)),
            delete_before_replace=request.deleteBeforeReplace,
            retain_on_delete=request.retainOnDelete if request.HasField("retainOnDelete") else above.retain_on_delete,
            aliases=tuple(dict.fromkeys(with_inherited([*aliases, *request.aliasURNs], family))),
            import_id=request.importId,
            timeouts=timeouts,
        )


def _tree(struct: Struct) -> Tree:
    return cast("Tree", veiled(from_wire(MessageToDict(struct))))


def _struct(tree: Tree) -> Struct:
    struct = Struct()
    struct.update(cast("dict[str, Any]", to_wire(tree)))
    return struct
