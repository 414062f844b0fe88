"""rpc/aborts.py: how an RPC ends that cannot answer."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from ivs_provider import errors
from ivs_provider.reconcile.reconciler import Updated
from ivs_provider.rpc import aborts
from ivs_provider.values import Recorded


class Aborted(Exception):
    """What ends a method."""


class Context:
    """As much of gRPC's context as is used."""

    def __init__(self) -> None:
        """Nothing has ended yet."""
        self.ended: Any = None
        self.details = ""

    def code(self) -> Any:
        """The status, once there is one."""
        return self.ended

    def abort(self, code: Any, details: str) -> None:
        """End."""
        self.ended, self.details = code, details
        raise Aborted

    def abort_with_status(self, status: Any) -> None:
        """End with details."""
        self.ended, self.details, self.metadata = status.code, status.details, status.trailing_metadata
        raise Aborted


def ended(raised: Exception) -> Context:
    """How a method ends that raises something."""
    context: Any = Context()

    @aborts.answering
    def Method(_servicer: object, _request: object, _context: Any) -> None:  # noqa: N802 -- named as an RPC is
        raise raised

    with pytest.raises(Aborted):
        Method(None, None, context)
    made: Context = context
    return made


def test_an_error_of_ours_travels_with_its_status_and_its_text() -> None:
    context = ended(errors.NotFound("it is gone", "Look elsewhere."))
    assert (context.ended, context.details) == (grpc.StatusCode.NOT_FOUND, "it is gone. Look elsewhere.")


def test_a_bug_of_ours_is_named_as_one_without_what_it_held() -> None:
    context = ended(KeyError("S3CRET"))
    assert context.ended is grpc.StatusCode.INTERNAL
    assert context.details.startswith("a bug in pulumi-ivs: KeyError in Method at test_aborts.py:")
    assert "S3CRET" not in context.details


def test_what_was_ended_already_is_not_ended_again() -> None:
    context: Any = Context()

    @aborts.answering
    def Method(_servicer: object, _request: object, context: Any) -> None:  # noqa: N802 -- named as an RPC is
        aborts.misunderstood(context, "no such thing")

    with pytest.raises(Aborted):
        Method(None, None, context)
    assert (context.ended, context.details) == (grpc.StatusCode.INVALID_ARGUMENT, "no such thing")


def test_a_half_done_update_carries_what_is_there() -> None:
    context: Any = Context()
    updated = Updated(Recorded({"name": "b"}), {"name": "b", "tags": {}}, errors.PartlyApplied("in part", "Again."))
    with pytest.raises(Aborted):
        aborts.half_done(context, "arn", updated, flag=True)
    assert context.ended is grpc.StatusCode.ABORTED
    assert context.details == "in part. Again."
    assert [name for name, _ in context.metadata] == ["grpc-status-details-bin"]
