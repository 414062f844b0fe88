"""The RPCs of the provider that does nothing; see `benchmarks.do_nothing`, which imports this late."""

from __future__ import annotations

import uuid
from typing import TypeAlias

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as pb

from benchmarks import ROOT

__all__ = ["DoNothing"]

Context: TypeAlias = grpc.ServicerContext


class DoNothing(provider_pb2_grpc.ResourceProviderServicer):
    """Takes everything and believes everything."""

    def Handshake(self, request: pb.ProviderHandshakeRequest, context: Context) -> pb.ProviderHandshakeResponse:
        """Say what is understood."""
        return pb.ProviderHandshakeResponse(accept_secrets=True, supports_autonaming_configuration=True)

    def GetPluginInfo(self, request: Empty, context: Context) -> plugin_pb2.PluginInfo:
        """Have a version."""
        return plugin_pb2.PluginInfo(version="0.1.0")

    def GetSchema(self, request: pb.GetSchemaRequest, context: Context) -> pb.GetSchemaResponse:
        """Have the schema of the provider that is measured."""
        return pb.GetSchemaResponse(schema=(ROOT / "schemas" / "generated" / "package.json").read_text("utf-8"))

    def CheckConfig(self, request: pb.CheckRequest, context: Context) -> pb.CheckResponse:
        """Echo."""
        return pb.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: pb.DiffRequest, context: Context) -> pb.DiffResponse:
        """Find nothing."""
        return pb.DiffResponse(changes=pb.DiffResponse.DIFF_NONE)

    def Configure(self, request: pb.ConfigureRequest, context: Context) -> pb.ConfigureResponse:
        """Take any settings."""
        return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True)

    def Check(self, request: pb.CheckRequest, context: Context) -> pb.CheckResponse:
        """Echo."""
        return pb.CheckResponse(inputs=request.news)

    def Diff(self, request: pb.DiffRequest, context: Context) -> pb.DiffResponse:
        """Compare two messages, which protobuf does in C."""
        same = request.old_inputs == request.news
        return pb.DiffResponse(changes=pb.DiffResponse.DIFF_NONE if same else pb.DiffResponse.DIFF_SOME)

    def Create(self, request: pb.CreateRequest, context: Context) -> pb.CreateResponse:
        """Echo, under a new id."""
        return pb.CreateResponse(id="" if request.preview else uuid.uuid4().hex, properties=request.properties)

    def Read(self, request: pb.ReadRequest, context: Context) -> pb.ReadResponse:
        """Echo."""
        return pb.ReadResponse(id=request.id, inputs=request.inputs, properties=request.properties)

    def Update(self, request: pb.UpdateRequest, context: Context) -> pb.UpdateResponse:
        """Echo."""
        return pb.UpdateResponse(properties=request.news)

    def Delete(self, request: pb.DeleteRequest, context: Context) -> Empty:
        """Agree."""
        return Empty()

    def Cancel(self, request: Empty, context: Context) -> Empty:
        """Have nothing to cancel."""
        return Empty()
