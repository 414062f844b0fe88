"""Compositions: all participants of a stage in one picture, sent to a channel or recorded."""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ivs_emulator.call import Call, Implementation
from ivs_emulator.errors import CONFLICT, QUOTA, ServiceError
from ivs_emulator.kinds import COMPOSITION
from ivs_emulator.limits import COMPOSITIONS_PER_STAGE
from ivs_emulator.operations.generic import getter, lister
from ivs_emulator.operations.tagging import reserved_keys
from ivs_emulator.records import Record
from ivs_emulator.rooms import composing
from ivs_emulator.validation import Violation

GRID: Final[Mapping[str, object]] = MappingProxyType(
    {
        "featuredParticipantAttribute": "",
        "gridGap": 2,
        "omitStoppedVideo": False,
        "participantOrderAttribute": "",
        "videoAspectRatio": "VIDEO",
    },
)
"""The default layout, and what a grid is completed with. `videoFillMode` has no value of its own when unset."""

PIP: Final[Mapping[str, object]] = MappingProxyType(
    {
        "featuredParticipantAttribute": "",
        "gridGap": 0,
        "omitStoppedVideo": False,
        "participantOrderAttribute": "",
        "pipBehavior": "STATIC",
        "pipOffset": 0,
        "pipParticipantAttribute": "",
        "pipPosition": "BOTTOM_RIGHT",
        "videoFillMode": "COVER",
    },
)
"""What a picture-in-picture layout is completed with; width and height follow from the video when unset."""

FILTERS: Final[Mapping[str, str]] = MappingProxyType(
    {"filterByStageArn": "stageArn", "filterByEncoderConfigurationArn": "encoders"},
)
"""Arguments that narrow the list, and the member each one compares."""


def _sound_destinations(_call: Call, arguments: Record) -> Iterator[Violation]:
    found: list[str] = []
    for index, wanted in enumerate(arguments.get("destinations", [])):
        targets = [name for name in ("channel", "s3") if name in wanted]
        found += targets
        if len(targets) != 1:
            yield Violation(f"/destinations/{index}", "Either a channel or an s3 must be specified")
    if max(found.count("channel"), found.count("s3")) > 1:
        yield Violation("/destinations", "There can be one channel and one s3 destination at most")


def _one_layout(_call: Call, arguments: Record) -> Iterator[Violation]:
    if len(arguments.get("layout", {})) > 1:
        yield Violation("/layout", "Only one of grid and pip can be specified")


def _start(call: Call, arguments: Record) -> Record:
    token = arguments.get("idempotencyToken")
    request = json.dumps(
        {name: value for name, value in arguments.items() if name != "idempotencyToken"}, sort_keys=True
    )
    known = call.every(COMPOSITION, {"idempotencyToken": token}) if token else []
    if known:
        if known[0]["request"] != request:
            raise ServiceError(CONFLICT, "The idempotencyToken was used with other arguments")
        return {COMPOSITION.member: known[0]}
    _check(call, arguments)
    stage_arn = arguments["stageArn"]
    members = {
        "stageArn": stage_arn,
        "state": "STARTING",
        "startTime": call.time,
        "layout": _layout(arguments.get("layout", {})),
        "tags": arguments.get("tags", {}),
        "destinations": [],
        "begunAt": call.now,
        "changedAt": call.now,
        "quietSince": None if composing.has_publisher(call, stage_arn) else call.now,
        "idempotencyToken": token,
        "request": request,
        "encoders": _encoders(arguments),
        "storages": [one["s3"]["storageConfigurationArn"] for one in arguments["destinations"] if "s3" in one],
        "channelArn": next(
            (one["channel"]["channelArn"] for one in arguments["destinations"] if "channel" in one), None
        ),
    }
    composition = call.create(COMPOSITION, members, is_counted=False)
    composition["destinations"] = [_destination(call, composition, wanted) for wanted in arguments["destinations"]]
    return {COMPOSITION.member: composing.keep(call, composition)}


def _check(call: Call, arguments: Record) -> None:
    call.lookup(arguments["stageArn"])
    for arn in _encoders(arguments):
        call.lookup(arn)
    for wanted in arguments["destinations"]:
        if "s3" in wanted:
            call.lookup(wanted["s3"]["storageConfigurationArn"])
        else:
            _check_channel(call, wanted["channel"]["channelArn"])
    running = composing.running(call)
    in_stage = [one for one in running if one["stageArn"] == arguments["stageArn"]]
    for name, number in ((COMPOSITION.name, len(running)), (COMPOSITIONS_PER_STAGE, len(in_stage))):
        if number >= call.settings.quota_of(name):
            raise ServiceError(QUOTA, f"{name} quota exceeded: {call.settings.quota_of(name)}")


def _check_channel(call: Call, arn: str) -> None:
    if call.lookup(arn).record["live"]:
        raise ServiceError(CONFLICT, f"Resource: {arn} is live; the channel must be offline")
    if composing.running(call, channelArn=arn):
        raise ServiceError(CONFLICT, f"Resource: {arn} is used by another composition")


def _encoders(arguments: Record) -> list[str]:
    found: list[str] = []
    for wanted in arguments["destinations"]:
        found += wanted.get("s3", {}).get("encoderConfigurationArns", [])
        found += [wanted["channel"][name] for name in ("encoderConfigurationArn",) if name in wanted.get("channel", {})]
    return found


def _layout(given: Record) -> Record:
    if "pip" in given:
        return {"pip": dict(PIP) | given["pip"]}
    return {"grid": dict(GRID) | given.get("grid", {})}


def _destination(call: Call, composition: Record, wanted: Record) -> Record:
    identifier = call.ids.text(12)
    destination: Record = {"id": identifier, "state": "STARTING"}
    if "channel" in wanted:
        return destination | {"configuration": {"name": wanted.get("name", ""), "channel": wanted["channel"]}}
    ids = [arn.rpartition("/")[2] for arn in (composition["stageArn"], composition["arn"])]
    return destination | {
        "configuration": {"name": wanted.get("name", ""), "s3": _recorded(wanted["s3"])},
        "detail": {"s3": {"recordingPrefix": "/".join((*ids, identifier, "composite"))}},
    }


def _recorded(given: Record) -> Record:
    recording: Record = {"format": "HLS"} | given.get("recordingConfiguration", {})
    if "hlsConfiguration" in recording:
        recording["hlsConfiguration"] = {"targetSegmentDurationSeconds": 2} | recording["hlsConfiguration"]
    completed = given | {"recordingConfiguration": recording}
    if given.get("thumbnailConfigurations"):
        completed["thumbnailConfigurations"] = [
            {"targetIntervalSeconds": 60} | one | {"storage": one.get("storage") or ["SEQUENTIAL"]}
            for one in given["thumbnailConfigurations"]
        ]
    return completed


def _stop(call: Call, arguments: Record) -> Record:
    composing.stop(call, call.lookup(arguments["arn"]).record)
    return {}


OPERATIONS: Final[Mapping[str, Implementation]] = MappingProxyType(
    {
        "StartComposition": Implementation(_start, (reserved_keys, _sound_destinations, _one_layout)),
        "GetComposition": Implementation(getter(COMPOSITION)),
        "ListCompositions": Implementation(lister(COMPOSITION, FILTERS, newest_first=True)),
        "StopComposition": Implementation(_stop),
    },
)
"""The operations of this module."""
