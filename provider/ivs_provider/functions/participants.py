"""Participants: who is in a stage, who was, and how to part with them."""

from __future__ import annotations

from typing import Final

from ivs_provider.errors import Conflict, NotFound
from ivs_provider.functions.calling import Caller, all_of, as_it_is, pages_of
from ivs_provider.model.function_type import FunctionType, Run
from ivs_provider.values import Tree

__all__ = ["FUNCTIONS"]


def disconnect(caller: Caller, arguments: Tree) -> Tree:
    """Disconnect a participant; one who is gone is disconnected."""
    return {"disconnected": _done(caller, "DisconnectParticipant", arguments)}


def start_replication(caller: Caller, arguments: Tree) -> Tree:
    """Replicate a participant, unless that goes on already: a function runs in every ``up``."""
    if _is_replicated(caller, arguments):
        return {"started": False}
    try:
        caller.account.call("StartParticipantReplication", arguments, caller.deadline)
    except Conflict:
        if _is_replicated(caller, arguments):  # somebody else was faster, or the first answer was lost
            return {"started": False}
        raise
    return {"started": True}


def stop_replication(caller: Caller, arguments: Tree) -> Tree:
    """End a replication; one that is over has ended."""
    return {"stopped": _done(caller, "StopParticipantReplication", arguments)}


def _done(caller: Caller, operation: str, arguments: Tree) -> bool:
    try:
        caller.account.call(operation, arguments, caller.deadline)
    except NotFound:
        return False
    return True


def _is_replicated(caller: Caller, arguments: Tree) -> bool:
    source = {name: arguments[name] for name in ("sourceStageArn", "participantId")}
    return any(
        replica.get("replicationState") == "ACTIVE"
        and replica.get("destinationStageArn") == arguments["destinationStageArn"]
        for replica in pages_of(caller, "ListParticipantReplicas", "replicas", source)
    )


def _function(name: str, run: Run) -> FunctionType:
    return FunctionType(name=name, group="participants", run=run)


FUNCTIONS: Final = (
    _function("disconnectParticipant", disconnect),
    _function("startParticipantReplication", start_replication),
    _function("stopParticipantReplication", stop_replication),
    _function("listParticipantReplicas", all_of("ListParticipantReplicas", "replicas")),
    _function("getParticipant", as_it_is("GetParticipant")),
    _function("listParticipants", all_of("ListParticipants", "participants")),
    _function("listParticipantEvents", all_of("ListParticipantEvents", "events")),
    _function("getStageSession", as_it_is("GetStageSession")),
    _function("listStageSessions", all_of("ListStageSessions", "stageSessions")),
)
