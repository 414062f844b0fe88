"""Our `Change`s as the protocol's diff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ivs_provider.model.resource_type import ResourceType
from ivs_provider.reconcile.compare import Change, Consequence, Kind, deletes_first
from ivs_provider.rpc.protocol import pb
from ivs_provider.values import format_path

__all__ = ["diff_response"]

_KINDS: Final = {
    (Kind.ADD, False): pb.PropertyDiff.ADD,
    (Kind.ADD, True): pb.PropertyDiff.ADD_REPLACE,
    (Kind.UPDATE, False): pb.PropertyDiff.UPDATE,
    (Kind.UPDATE, True): pb.PropertyDiff.UPDATE_REPLACE,
    (Kind.REMOVE, False): pb.PropertyDiff.DELETE,
    (Kind.REMOVE, True): pb.PropertyDiff.DELETE_REPLACE,
}


def diff_response(kind: ResourceType, changes: Sequence[Change]) -> pb.DiffResponse:
    """Says update or replace for each path, and which outputs stay as they are."""
    replacing = [change for change in changes if change.consequence is Consequence.REPLACE]
    return pb.DiffResponse(
        changes=pb.DiffResponse.DIFF_SOME if changes else pb.DiffResponse.DIFF_NONE,
        diffs=sorted({str(change.path[0]) for change in changes}),
        replaces=sorted({format_path(change.path) for change in replacing}),
        stables=[] if replacing else kind.stable_outputs,
        hasDetailedDiff=bool(changes),
        detailedDiff={format_path(change.path): _detail(change) for change in changes},
        deleteBeforeReplace=deletes_first(kind, changes),
    )


def _detail(change: Change) -> pb.PropertyDiff:
    return pb.PropertyDiff(kind=_KINDS[change.kind, change.consequence is Consequence.REPLACE], inputDiff=True)
