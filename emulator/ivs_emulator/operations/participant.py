"""Participants and sessions of a stage, as far as AWS's operations read them, and their being put out."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ivs_emulator.call import Call, Implementation
from ivs_emulator.errors import NOT_FOUND, ServiceError
from ivs_emulator.kinds import BARRED, EVENT, PARTICIPANT, SESSION
from ivs_emulator.operations.generic import at_most_one, lister
from ivs_emulator.records import Record
from ivs_emulator.rooms import conduct, sessions
from ivs_emulator.rooms.participants import keep, present

FILTERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "filterByUserId": "userId",
        "filterByPublished": "published",
        "filterByState": "state",
        "filterByRecordingState": "recordingState",
    },
)
"""Arguments that narrow the list, and the member each one compares."""


def _stage_of(arguments: Record) -> str:
    return str(arguments["stageArn"])


def _session_of(arguments: Record) -> str:
    return sessions.key_of(arguments["stageArn"], arguments["sessionId"])


def _participant_of(arguments: Record) -> str:
    return f"{_session_of(arguments)}/{arguments['participantId']}"


def _get_session(call: Call, arguments: Record) -> Record:
    return {SESSION.member: call.lookup(_session_of(arguments)).record}


def _get_participant(call: Call, arguments: Record) -> Record:
    return {PARTICIPANT.member: call.lookup(_participant_of(arguments)).record}


def barred_key(stage_arn: str, participant_id: str) -> str:
    """Answer the key of the note that a participant may not come back to a stage."""
    return f"{stage_arn}/barred/{participant_id}"


def bar(call: Call, stage_arn: str, participant_id: str) -> None:
    """Remember for ever that a participant may not come back."""
    key = barred_key(stage_arn, participant_id)
    if not call.has(key):
        call.store.insert(call.scope, BARRED, call.now, {"arn": key}, stage_arn)


def _disconnect(call: Call, arguments: Record) -> Record:
    stage_arn, participant_id = arguments["stageArn"], arguments["participantId"]
    call.lookup(stage_arn)
    participant = present(call, stage_arn, participant_id)
    if participant is None and not call.every(PARTICIPANT, {"stageArn": stage_arn, "participantId": participant_id}):
        raise ServiceError(NOT_FOUND, f"Participant: {participant_id} not found in {stage_arn}")
    if participant:
        participant = conduct.leave(call, participant)
        keep(call, participant | {"disconnectReason": arguments.get("reason", "")})
        ingest = call.fetch(participant["ingestConfigurationArn"] or "")
        if ingest and participant["replicationType"] != "REPLICA":
            # Losing its stage keeps an encoder out; attached again, it may come back.
            call.store.rewrite(ingest | {"stageArn": "", "state": "INACTIVE"})
            return {}
    bar(call, stage_arn, participant_id)
    return {}


OPERATIONS: Final[Mapping[str, Implementation]] = MappingProxyType(
    {
        "GetStageSession": Implementation(_get_session),
        "ListStageSessions": Implementation(lister(SESSION, within=_stage_of, newest_first=True)),
        "GetParticipant": Implementation(_get_participant),
        "ListParticipants": Implementation(lister(PARTICIPANT, FILTERS, within=_session_of), (at_most_one(FILTERS),)),
        "ListParticipantEvents": Implementation(lister(EVENT, within=_participant_of, newest_first=True)),
        "DisconnectParticipant": Implementation(_disconnect),
    },
)
"""The operations of this module."""
