"""Ends an RPC with an error: the status that the engine understands, the text that the user reads."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NoReturn, TypeVar, cast

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage

from ivs_provider.errors import IvsError
from ivs_provider.reconcile.reconciler import Updated
from ivs_provider.rpc.convert import wire_from
from ivs_provider.rpc.errors import STATUS
from ivs_provider.rpc.protocol import pb, status_pb2
from ivs_provider.values import Value

__all__ = ["answering", "half_done", "misunderstood"]

_DETAILS: Final = "grpc-status-details-bin"
_Method = TypeVar("_Method", bound=Callable[..., object])


def answering(method: _Method) -> _Method:
    """An RPC whose errors travel as `STATUS` says; a bug of ours is named as one, without a library's words."""

    @functools.wraps(method)
    def answer(servicer: object, request: object, context: grpc.ServicerContext) -> object:
        try:
            return method(servicer, request, context)
        except IvsError as error:
            context.abort(STATUS[type(error)], str(error))
        except Exception as error:
            if context.code() is None:  # type: ignore[attr-defined] # grpcio's stubs lack it
                _confess(error, method.__name__, context)
            raise

    return cast("_Method", answer)


def half_done(context: grpc.ServicerContext, arn: str, updated: Updated, *, flag: bool) -> NoReturn:
    """End an update that was carried out in part: the engine records what is there and updates again next time."""
    detail = pb.ErrorResourceInitFailed(
        id=arn,
        properties=wire_from(updated.outputs),
        inputs=wire_from(cast("Mapping[str, Value]", updated.inputs)),
        reasons=[str(updated.failure)],
        refresh_before_update=flag,
    )
    packed = AnyMessage(
        type_url="type.googleapis.com/pulumirpc.ErrorResourceInitFailed", value=detail.SerializeToString()
    )
    code = grpc.StatusCode.ABORTED
    status = status_pb2.Status(code=code.value[0], message=str(updated.failure), details=[packed])
    metadata = ((_DETAILS, status.SerializeToString()),)
    context.abort_with_status(_Status(code=code, details=str(updated.failure), trailing_metadata=metadata))
    raise AssertionError  # abort_with_status does not return


def misunderstood(context: grpc.ServicerContext, what: str) -> NoReturn:
    """End a request that the engine should not have sent."""
    context.abort(grpc.StatusCode.INVALID_ARGUMENT, what)
    raise AssertionError  # abort does not return


@dataclass(frozen=True)
class _Status(grpc.Status):
    """What `abort_with_status` takes."""

    code: grpc.StatusCode
    details: str
    trailing_metadata: tuple[tuple[str, bytes], ...]


def _confess(error: Exception, method: str, context: grpc.ServicerContext) -> None:
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
    text = f"a bug in pulumi-ivs: {type(error).__name__} in {method} at {where}. Please report it with this line."
    context.abort(grpc.StatusCode.INTERNAL, text)
