"""The RPCs about the process, the package and the provider's own configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import grpc
from google.protobuf.empty_pb2 import Empty

from ivs_provider import __version__
from ivs_provider.cloud import Account, Clock
from ivs_provider.config import Settings, settings_from, typed
from ivs_provider.errors import Misconfigured
from ivs_provider.model import schema
from ivs_provider.model.ownership import Identity
from ivs_provider.reconcile.reconciler import Reconciler
from ivs_provider.rpc.aborts import answering
from ivs_provider.rpc.convert import failures, tree_from
from ivs_provider.rpc.engine import EngineLog
from ivs_provider.rpc.protocol import pb, plugin_pb2, provider_pb2_grpc
from ivs_provider.values import UNKNOWN

__all__ = ["Configuring", "Context"]

Context: TypeAlias = grpc.ServicerContext


@dataclass(eq=False)
class Configuring(provider_pb2_grpc.ResourceProviderServicer):
    """A provider process: starts unconfigured, serves one engine after another when attached.

    Args:
        clock: The process's time; its event is set by Cancel.
        environment: The process's environment.
        nonces: A value that no create has had before, each time.
        engine: Who shows notices to the user.
    """

    clock: Clock
    environment: Mapping[str, str]
    nonces: Iterator[str]
    engine: EngineLog = field(default_factory=EngineLog)
    _reconciler: Reconciler | None = field(default=None, init=False)
    stack: str = field(default="", init=False)
    """``PROJECT/STACK``, from the URN of the provider resource: what functions do, they do for that stack."""

    @answering
    def Handshake(self, request: pb.ProviderHandshakeRequest, context: Context) -> pb.ProviderHandshakeResponse:
        """Say what we understand; a process may be used again after a Cancel."""
        self.clock.cancelled.clear()
        self.engine.attach(request.engine_address)
        return pb.ProviderHandshakeResponse(accept_secrets=True, supports_autonaming_configuration=True)

    @answering
    def Attach(self, request: plugin_pb2.PluginAttach, context: Context) -> Empty:
        """Serve an engine that did not start us (PULUMI_DEBUG_PROVIDERS)."""
        self.clock.cancelled.clear()
        self.engine.attach(request.address)
        return Empty()

    @answering
    def GetPluginInfo(self, request: Empty, context: Context) -> plugin_pb2.PluginInfo:
        """Our version."""
        return plugin_pb2.PluginInfo(version=__version__)

    @answering
    def GetSchema(self, request: pb.GetSchemaRequest, context: Context) -> pb.GetSchemaResponse:
        """The package schema, generated from ``schemas/``."""
        return pb.GetSchemaResponse(schema=schema.read_text("generated/package.json"))

    @answering
    def Cancel(self, request: Empty, context: Context) -> Empty:
        """Wake everything that waits. Comes at the end of every run, and sometimes in the middle of one."""
        if self._reconciler is not None:
            self._reconciler.preflight.flush()
        self.clock.cancelled.set()
        return Empty()

    @answering
    def CheckConfig(self, request: pb.CheckRequest, context: Context) -> pb.CheckResponse:
        """Every problem of the settings at once."""
        from ivs_provider.reconcile.configuration import settings_problems  # as late as jsonschema behind it

        news = typed(tree_from(request.news))
        problems = settings_problems(news, self.environment)
        return pb.CheckResponse(inputs=request.news, failures=failures(problems, schema.load("provider"), news))

    @answering
    def DiffConfig(self, request: pb.DiffRequest, context: Context) -> pb.DiffResponse:
        """Another region means other resources; everything else reaches the same ones otherwise."""
        old, new = typed(tree_from(request.old_inputs)), typed(tree_from(request.news))
        changed = sorted(key for key in {**old, **new} if old.get(key) != new.get(key))
        shape = schema.load("provider")
        return pb.DiffResponse(
            changes=pb.DiffResponse.DIFF_SOME if changed else pb.DiffResponse.DIFF_NONE,
            diffs=changed,
            replaces=[key for key in changed if shape.marks(key, "replaceOnChanges") and new.get(key) is not UNKNOWN],
        )

    @answering
    def Configure(self, request: pb.ConfigureRequest, context: Context) -> pb.ConfigureResponse:
        """Take the settings. Nothing is called yet: a preview of a new stack needs no credentials."""
        self.clock.cancelled.clear()
        self.stack = Identity(request.urn).stack if request.HasField("urn") else ""
        settings = settings_from(typed(tree_from(request.args)), self.environment)
        self._reconciler = Reconciler(Account(settings, self.clock), request.id, self.nonces, self.engine.tell)
        return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True)

    def settle(self, age: float) -> None:
        """Do what may be done late: see `ivs_provider.reconcile.settle`."""
        if self._reconciler is not None:
            self._reconciler.settling.settle(age)

    def configured(self) -> Reconciler:
        """The operations on the account.

        Raises:
            Misconfigured: The engine has not configured us.
        """
        if self._reconciler is None:
            what = "the provider has not been configured"
            raise Misconfigured(what, "Its configuration may depend on a value that is not known yet.")
        return self._reconciler

    def settings(self) -> Settings:
        """The settings, those of an empty configuration before there is one."""
        return self._reconciler.settings if self._reconciler else Settings()
