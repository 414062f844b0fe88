"""Stages: the virtual rooms that participants meet in."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ivs_emulator.call import Call, Implementation
from ivs_emulator.errors import CONFLICT, ServiceError
from ivs_emulator.ids import Ids
from ivs_emulator.kinds import INGEST, PARTICIPANT, STAGE
from ivs_emulator.operations import recording, tokens
from ivs_emulator.operations.generic import deleter, getter, lister
from ivs_emulator.operations.tagging import reserved_keys
from ivs_emulator.records import Record
from ivs_emulator.rooms import composing, conduct, recordings
from ivs_emulator.rooms.sessions import active_session


def _endpoints(ids: Ids) -> Record:
    contribute = f"{ids.host()}.global-contribute.live-video.net"
    return {
        "events": "wss://global.events.live-video.net",
        "whip": f"https://{ids.host()}.global-bm.whip.live-video.net",
        "rtmp": f"rtmp://{contribute}/app/",
        "rtmps": f"rtmps://{contribute}:443/app/",
    }


def _create(call: Call, arguments: Record) -> Record:
    members: Record = {"endpoints": _endpoints(call.ids), recordings.FORCED: False}
    members |= {name: arguments[name] for name in ("name", "tags") if name in arguments}
    if recordings.MEMBER in arguments:
        members[recordings.MEMBER] = recording.completed(arguments[recordings.MEMBER])
    stage = call.create(STAGE, members)
    answer: Record = {STAGE.member: stage}
    issued = [tokens.issue(call, stage, wanted) for wanted in arguments.get(tokens.CONFIGURATIONS, [])]
    if issued:
        answer["participantTokens"] = issued
    return answer


def _update(call: Call, arguments: Record) -> Record:
    stage = call.lookup(arguments["arn"]).record
    if recordings.MEMBER in arguments:
        if recordings.is_recording(call, stage):
            text = "the recording configuration can't be updated while recording is active"
            raise ServiceError(CONFLICT, f"Resource: {stage['arn']}: {text}")
        stage[recordings.MEMBER] = recording.completed(arguments[recordings.MEMBER])
    if "name" in arguments:
        stage["name"] = arguments["name"]
    call.store.rewrite(stage)
    return {STAGE.member: stage}


def _shut_down(call: Call, stage: Record, _arguments: Record) -> None:
    session = active_session(call, stage["arn"])
    for participant in call.every(PARTICIPANT, {"state": "CONNECTED"}, session["arn"]) if session else []:
        conduct.leave(call, participant)
    for ingest in call.every(INGEST, {"stageArn": stage["arn"]}):
        call.store.rewrite(ingest | {"stageArn": "", "state": "INACTIVE"})
    for composition in composing.running(call, stageArn=stage["arn"]):
        composing.stop(call, composition)
    call.store.remove_below(stage["arn"])


OPERATIONS: Final[Mapping[str, Implementation]] = MappingProxyType(
    {
        "CreateStage": Implementation(
            _create, (reserved_keys, recording.sound_recording, tokens.small_token_attributes)
        ),
        "GetStage": Implementation(getter(STAGE)),
        "UpdateStage": Implementation(_update, (recording.sound_recording,)),
        "ListStages": Implementation(lister(STAGE)),
        "DeleteStage": Implementation(deleter(_shut_down)),
    },
)
"""The operations of this module."""
