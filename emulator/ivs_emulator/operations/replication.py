"""Replicas of publishers in other stages."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ivs_emulator.call import Call, Implementation
from ivs_emulator.errors import CONFLICT, NOT_FOUND, QUOTA, ServiceError
from ivs_emulator.kinds import PARTICIPANT, REPLICA
from ivs_emulator.limits import PUBLISHERS_PER_STAGE, REPLICATIONS
from ivs_emulator.operations.attributes import too_large
from ivs_emulator.operations.generic import lister
from ivs_emulator.records import Record
from ivs_emulator.rooms import replication
from ivs_emulator.rooms.participants import present
from ivs_emulator.rooms.sessions import active_session
from ivs_emulator.validation import Violation


def _two_stages(_call: Call, arguments: Record) -> Iterator[Violation]:
    source, destination = arguments.get("sourceStageArn"), arguments.get("destinationStageArn")
    if source and source == destination:
        yield Violation("/destinationStageArn", "Member must be another stage than sourceStageArn")


def _small_attributes(_call: Call, arguments: Record) -> Iterator[Violation]:
    yield from too_large(arguments.get("attributes", {}), "/attributes")


def _start(call: Call, arguments: Record) -> Record:
    source_arn, destination_arn = arguments["sourceStageArn"], arguments["destinationStageArn"]
    for arn in (source_arn, destination_arn):
        call.lookup(arn)
    source = present(call, source_arn, arguments["participantId"])
    if source is None or not source["publishing"]:
        raise ServiceError(NOT_FOUND, f"Participant: {arguments['participantId']} does not publish in {source_arn}")
    if source["replicationType"] == "REPLICA":
        raise ServiceError(CONFLICT, f"Participant: {arguments['participantId']} is itself a replica")
    there = present(call, destination_arn, arguments["participantId"])
    if there and there["state"] == "CONNECTED":
        raise ServiceError(CONFLICT, f"Participant: {arguments['participantId']} is in {destination_arn} already")
    _check_quotas(call, source, destination_arn)
    replication.start(
        call, source, destination_arn, arguments.get("reconnectWindowSeconds", 0), arguments.get("attributes", {})
    )
    return {}


def _check_quotas(call: Call, source: Record, destination_arn: str) -> None:
    session = active_session(call, destination_arn)
    publishers = call.count(PARTICIPANT, {"publishing": True}, session["arn"]) if session else 0
    counted = ((REPLICATIONS, len(replication.replicas_of(call, source))), (PUBLISHERS_PER_STAGE, publishers))
    for name, number in counted:
        if number >= call.settings.quota_of(name):
            raise ServiceError(QUOTA, f"{name} quota exceeded: {call.settings.quota_of(name)}")


def _stop(call: Call, arguments: Record) -> Record:
    parent = replication.parent_of(arguments["sourceStageArn"], arguments["participantId"])
    where = {"destinationStageArn": arguments["destinationStageArn"], "replicationState": replication.ACTIVE}
    active = call.every(REPLICA, where, parent)
    if not active:
        raise ServiceError(NOT_FOUND, f"Participant: {arguments['participantId']} is not replicated there")
    replication.stop(call, active[0])
    return {}


def _listed(arguments: Record) -> str:
    return replication.parent_of(arguments["sourceStageArn"], arguments["participantId"])


OPERATIONS: Final[Mapping[str, Implementation]] = MappingProxyType(
    {
        "StartParticipantReplication": Implementation(_start, (_two_stages, _small_attributes)),
        "StopParticipantReplication": Implementation(_stop),
        "ListParticipantReplicas": Implementation(lister(REPLICA, within=_listed)),
    },
)
"""The operations of this module."""
