"""rpc/: the tables that translate at the edge, and the protocol's stubs."""

from __future__ import annotations

import subprocess
import sys

import grpc
import pytest

from ivs_provider.errors import IvsError
from ivs_provider.reconcile.compare import Change, Consequence, Kind
from ivs_provider.resources import registry
from ivs_provider.rpc.difference import diff_response
from ivs_provider.rpc.errors import STATUS
from ivs_provider.rpc.protocol import pb
from ivs_provider.values import ABSENT


def test_every_error_has_a_status_and_none_that_the_engine_takes_for_disarray() -> None:
    """Exhaustive: a new class without a status is a KeyError in front of a user."""
    assert STATUS.keys() == {*IvsError.__subclasses__()}
    refused = {grpc.StatusCode.UNKNOWN, grpc.StatusCode.INTERNAL, grpc.StatusCode.DATA_LOSS, grpc.StatusCode.OK}
    assert not refused & {*STATUS.values()}


@pytest.mark.parametrize(
    ("kind", "consequence", "expected"),
    [
        (Kind.ADD, Consequence.IN_PLACE, pb.PropertyDiff.ADD),
        (Kind.ADD, Consequence.REPLACE, pb.PropertyDiff.ADD_REPLACE),
        (Kind.UPDATE, Consequence.TAGS_ONLY, pb.PropertyDiff.UPDATE),
        (Kind.UPDATE, Consequence.REPLACE, pb.PropertyDiff.UPDATE_REPLACE),
        (Kind.REMOVE, Consequence.IN_PLACE, pb.PropertyDiff.DELETE),
        (Kind.REMOVE, Consequence.REPLACE, pb.PropertyDiff.DELETE_REPLACE),
    ],
)
def test_each_kind_of_change_has_its_word(kind: Kind, consequence: Consequence, expected: int) -> None:
    change = Change(path=("name",), kind=kind, old=ABSENT, new=ABSENT, consequence=consequence)
    answer = diff_response(registry()["ivs:index:Stage"], [change])
    assert answer.detailedDiff["name"].kind == expected
    assert list(answer.replaces) == (["name"] if consequence is Consequence.REPLACE else [])


@pytest.mark.parametrize("first", ["import pulumi; import ivs_provider.rpc.protocol as p", ""])
def test_the_stubs_are_the_sdks_own_and_the_sdk_can_still_be_imported_whole(first: str) -> None:
    """In a process of its own: what is imported stays imported."""
    script = f"""
{first or "import ivs_provider.rpc.protocol as p"}
import sys
print("pulumi.resource" in sys.modules)
import pulumi
from pulumi.runtime.proto import provider_pb2
print(provider_pb2.CheckRequest is p.pb.CheckRequest, hasattr(pulumi, "CustomResource"))
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == [str(bool(first)), "True", "True"]
