"""Stages: the virtual rooms that participants meet in."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ivs_emulator.call import Call, Implementation
from ivs_emulator.errors import CONFLICT, ServiceError
from ivs_emulator.ids import Ids
from ivs_emulator.kinds import INGEST, STAGE
from ivs_emulator.operations import recording, tokens
from ivs_emulator.operations.generic import deleter, getter, lister
from ivs_emulator.operations.tagging import reserved_keys
from ivs_emulator.records import Record

RECORDING_ACTIVE: Final = "recordingActive"
"""A flag of the emulator's own: whether somebody is being recorded at this moment."""


def _endpoints(ids: Ids) -> Record:
    contribute = f"{ids.host()}.global-contribute.live-video.net"
    return {
        "events": "wss://global.events.live-video.net",
        "whip": f"https://{ids.host()}.global-bm.whip.live-video.net",
        "rtmp": f"rtmp://{contribute}/app/",
        "rtmps": f"rtmps://{contribute}:443/app/",
    }


def _create(call: Call, arguments: Record) -> Record:
    members: Record = {"endpoints": _endpoints(call.ids), RECORDING_ACTIVE: False}
    members |= {name: arguments[name] for name in ("name", "tags") if name in arguments}
    if recording.MEMBER in arguments:
        members[recording.MEMBER] = recording.completed(arguments[recording.MEMBER])
    answer: Record = {STAGE.member: call.create(STAGE, members)}
    issued = [tokens.issue(call, wanted) for wanted in arguments.get(tokens.CONFIGURATIONS, [])]
    if issued:
        answer["participantTokens"] = issued
    return answer


def _update(call: Call, arguments: Record) -> Record:
    stage = call.lookup(arguments["arn"]).record
    if recording.MEMBER in arguments:
        if stage[RECORDING_ACTIVE]:
            text = "the recording configuration can't be updated while recording is active"
            raise ServiceError(CONFLICT, f"Resource: {stage['arn']}: {text}")
        stage[recording.MEMBER] = recording.completed(arguments[recording.MEMBER])
    if "name" in arguments:
        stage["name"] = arguments["name"]
    call.store.rewrite(stage)
    return {STAGE.member: stage}


def _detach_ingest(call: Call, stage: Record, _arguments: Record) -> None:
    for ingest in call.every(INGEST, "stageArn", stage["arn"]):
        call.store.rewrite(ingest | {"stageArn": "", "state": "INACTIVE"})


OPERATIONS: Final[Mapping[str, Implementation]] = MappingProxyType(
    {
        "CreateStage": Implementation(
            _create, (reserved_keys, recording.sound_recording, tokens.small_token_attributes)
        ),
        "GetStage": Implementation(getter(STAGE)),
        "UpdateStage": Implementation(_update, (recording.sound_recording,)),
        "ListStages": Implementation(lister(STAGE)),
        "DeleteStage": Implementation(deleter(_detach_ingest)),
    },
)
"""The operations of this module."""
