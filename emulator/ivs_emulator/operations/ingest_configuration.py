"""Ingest configurations: a stream key with which an RTMP encoder becomes a participant of a stage."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ivs_emulator.call import Call, Implementation
from ivs_emulator.errors import CONFLICT, ServiceError
from ivs_emulator.kinds import INGEST, PARTICIPANT
from ivs_emulator.operations.attributes import too_large
from ivs_emulator.operations.generic import at_most_one, deleter, getter, lister
from ivs_emulator.operations.tagging import reserved_keys
from ivs_emulator.records import Record
from ivs_emulator.rooms import conduct
from ivs_emulator.validation import Violation

REDUNDANT_ENCODERS: Final = 2
"""How many credentials redundant ingest gives; a guess, AWS shows only that it is a list."""

FILTERS: Final[Mapping[str, str]] = MappingProxyType({"filterByStageArn": "stageArn", "filterByState": "state"})
"""Arguments that narrow the list, and the member each one compares."""

_SETTABLE: Final = ("name", "tags", "stageArn", "userId", "ingestProtocol", "insecureIngest")


def _insecure_if_rtmp(_call: Call, arguments: Record) -> Iterator[Violation]:
    if arguments.get("ingestProtocol") == "RTMP" and not arguments.get("insecureIngest", False):
        yield Violation("/insecureIngest", "Member must be true when ingestProtocol is RTMP")


def _small_attributes(_call: Call, arguments: Record) -> Iterator[Violation]:
    yield from too_large(arguments.get("attributes", {}), "/attributes")


def _stage_exists(call: Call, arguments: Record) -> Iterator[Violation]:
    arn = arguments.get("stageArn")
    if arn and not call.has(arn):
        yield Violation("/stageArn", "Member must be the ARN of a stage in this account and region")


def _stream_key(call: Call, arn: str) -> str:
    identifier = arn.rpartition("/")[2]
    scope = call.scope
    return f"rt_{scope.account}_{scope.region}_{identifier}_{call.ids.text(30)}"


def _redundant(call: Call, arn: str, *, wanted: bool) -> Record:
    if not wanted:
        return {"redundantIngest": False, "redundantIngestCredentials": None}
    credentials = [
        {"participantId": call.ids.text(12), "streamKey": _stream_key(call, arn)} for _ in range(REDUNDANT_ENCODERS)
    ]
    return {"redundantIngest": True, "redundantIngestCredentials": credentials}


def _create(call: Call, arguments: Record) -> Record:
    members: Record = {"stageArn": "", "userId": "", "state": "INACTIVE", "insecureIngest": False}
    members["participantId"] = call.ids.text(12)
    members |= {name: arguments[name] for name in _SETTABLE if name in arguments}
    # Absent from AWS's example answers when nothing was given, unlike the names.
    members["attributes"] = arguments.get("attributes") or None
    record = call.create(INGEST, members)
    record["streamKey"] = _stream_key(call, record["arn"])
    record |= _redundant(call, record["arn"], wanted=bool(arguments.get("redundantIngest")))
    call.store.rewrite(record)
    return {INGEST.member: record}


def _update(call: Call, arguments: Record) -> Record:
    record = call.lookup(arguments["arn"]).record
    if record["state"] == "ACTIVE":
        raise ServiceError(CONFLICT, f"Resource: {record['arn']} is active and can't be updated")
    if "stageArn" in arguments:
        record["stageArn"] = arguments["stageArn"]
    wanted = bool(arguments.get("redundantIngest", record["redundantIngest"]))
    if wanted != record["redundantIngest"]:
        record |= _redundant(call, record["arn"], wanted=wanted)
    call.store.rewrite(record)
    return {INGEST.member: record}


def _end_stream(call: Call, record: Record, arguments: Record) -> None:
    if record["state"] == "ACTIVE" and not arguments.get("force", False):
        message = f"Resource: {record['arn']} is active; stop publishing, or use force"
        raise ServiceError(CONFLICT, message)
    where = {"ingestConfigurationArn": record["arn"], "state": "CONNECTED"}
    for participant in call.every(PARTICIPANT, where):
        conduct.leave(call, participant)


OPERATIONS: Final[Mapping[str, Implementation]] = MappingProxyType(
    {
        "CreateIngestConfiguration": Implementation(
            _create, (reserved_keys, _insecure_if_rtmp, _small_attributes, _stage_exists)
        ),
        "GetIngestConfiguration": Implementation(getter(INGEST)),
        "UpdateIngestConfiguration": Implementation(_update, (_stage_exists,)),
        "ListIngestConfigurations": Implementation(lister(INGEST, FILTERS), (at_most_one(FILTERS),)),
        "DeleteIngestConfiguration": Implementation(deleter(_end_stream)),
    },
)
"""The operations of this module."""
