"""Stage: the room in which participants meet. Name and recording change in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ivs_provider.model.resource_type import Call, ResourceType
from ivs_provider.values import UNKNOWN, Problem, Tree, at

__all__ = ["TYPE"]

_THUMBNAILS: Final = ("autoParticipantRecordingConfiguration", "thumbnailConfiguration")


def interval_needs_its_mode(inputs: Tree) -> Iterator[Problem]:
    """``targetIntervalSeconds`` is configurable only where ``recordingMode`` is INTERVAL (API reference)."""
    interval = (*_THUMBNAILS, "targetIntervalSeconds")
    mode = at(inputs, (*_THUMBNAILS, "recordingMode"))
    if isinstance(at(inputs, interval), int) and mode not in ("INTERVAL", UNKNOWN):
        yield Problem(interval, "works only with recordingMode INTERVAL; set that beside it, or remove the interval")


def recording_as_accepted(request: Tree) -> Tree:
    """Switched off, recording has no other members; without INTERVAL, thumbnails have no interval (API reference)."""
    recording = request.get("autoParticipantRecordingConfiguration")
    if not isinstance(recording, dict):
        return request
    if recording.get("storageConfigurationArn") == "":
        recording = {"storageConfigurationArn": ""}
    thumbnails = recording.get("thumbnailConfiguration")
    if isinstance(thumbnails, dict) and thumbnails.get("recordingMode") not in ("INTERVAL", UNKNOWN):
        kept = {key: value for key, value in thumbnails.items() if key != "targetIntervalSeconds"}
        recording = {**recording, "thumbnailConfiguration": kept}
    return {**request, "autoParticipantRecordingConfiguration": recording}


TYPE: Final = ResourceType(
    name="Stage",
    schema_name="stage",
    arn_kind="stage",
    create=Call(operation="CreateStage", result="stage"),
    read=Call(operation="GetStage", result="stage"),
    list=Call(operation="ListStages", result="stages"),
    update=Call(operation="UpdateStage", result="stage", members=("name", "autoParticipantRecordingConfiguration")),
    delete=Call(operation="DeleteStage"),
    lists_lack=frozenset({"autoParticipantRecordingConfiguration", "endpoints"}),
    rules=(interval_needs_its_mode,),
    cacheable="endpoints",
    read_time="endpointsReadTime",
    tidied=recording_as_accepted,
    conflict_note="While a recording is active its settings cannot be changed: end it (publishers leave), run again.",
    replacement_note="deletes the stage and disconnects everybody in it",
    deletion_note="disconnects everybody in it",
    update_notes={"autoParticipantRecordingConfiguration": "refused by AWS while a recording is active"},
    holds_participants=True,
)
