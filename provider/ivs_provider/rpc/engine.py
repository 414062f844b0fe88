"""Speaks to the engine that started us: lines for the user, beside the answers to its calls."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import grpc

from ivs_provider.reconcile.notice import Notice
from ivs_provider.rpc.protocol import engine_pb2, engine_pb2_grpc

__all__ = ["EngineLog"]

_SECONDS = 5.0


@dataclass(slots=True)
class EngineLog:
    """Shows notices to the user, through the engine; without an engine, nobody is there to be told.

    Args:
        address: Where the engine listens, ``HOST:PORT``; empty where we were started by hand.
    """

    address: str = ""
    _stub: engine_pb2_grpc.EngineStub | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def attach(self, address: str) -> None:
        """Another engine is there now."""
        with self._lock:
            self.address, self._stub = address, None

    def tell(self, notice: Notice) -> None:
        """Show one line: in the status line where it is passing, else as a warning beside its resource."""
        stub = self._connected()
        if stub is None:
            return
        severity = engine_pb2.INFO if notice.passing else engine_pb2.WARNING
        request = engine_pb2.LogRequest(
            severity=severity, message=notice.text, urn=notice.urn, ephemeral=notice.passing
        )
        try:
            stub.Log(request, timeout=_SECONDS)
        except grpc.RpcError:
            return  # the engine is going: what happened stands in our answer, or in the tags, all the same

    def _connected(self) -> engine_pb2_grpc.EngineStub | None:
        with self._lock:
            if self._stub is None and self.address:
                self._stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(self.address))
            return self._stub
