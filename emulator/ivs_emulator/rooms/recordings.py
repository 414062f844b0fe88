"""The recording of one participant to S3: it follows the publishing, a little later."""

from datetime import UTC, datetime
from typing import Final

from ivs_emulator.call import Call
from ivs_emulator.kinds import PARTICIPANT
from ivs_emulator.records import Record
from ivs_emulator.rooms.sessions import active_session

MEMBER: Final = "autoParticipantRecordingConfiguration"
"""The member of a stage that says whether and where its participants are recorded."""

UNDER_WAY: Final = ("STARTING", "ACTIVE", "STOPPING")
"""States of a recording that isn't finished."""

FORCED: Final = "recordingActive"
"""A flag of the emulator's own on a stage: recording goes on, whatever the participants do."""


def is_recording(call: Call, stage: Record) -> bool:
    """Tell whether anybody in a stage is being recorded."""
    session = active_session(call, stage["arn"])
    states = UNDER_WAY if session else ()
    return bool(stage[FORCED]) or any(
        session and call.count(PARTICIPANT, {"recordingState": state}, session["arn"]) for state in states
    )


def begun(call: Call, participant: Record) -> Record:
    """Answer a participant whose recording begins with its publishing, if the stage records such participants."""
    stage = call.fetch(participant["stageArn"]) or {}
    wanted = stage.get(MEMBER) or {}
    storage = call.fetch(wanted.get("storageConfigurationArn") or "")
    is_skipped = participant["replicationType"] == "REPLICA" and not wanted.get("recordParticipantReplicas", True)
    if storage is None or is_skipped:
        return participant
    return participant | {
        "recordingState": "STARTING",
        "recordingS3BucketName": storage["s3"]["bucketName"],
        "recordingS3Prefix": _prefix(call, participant, wanted["recordingReconnectWindowSeconds"]),
        "recordingDue": call.now + call.settings.start_seconds,
    }


def _prefix(call: Call, participant: Record, window: int) -> str:
    # Whoever comes back within the window goes on in the same place.
    stopped = participant.get("recordingStopped")
    if participant["recordingS3Prefix"] and stopped is not None and call.now - stopped <= window and window:
        return str(participant["recordingS3Prefix"])
    parts = (participant["stageArn"].rpartition("/")[2], participant["sessionId"], participant["participantId"])
    begun_at = datetime.fromtimestamp(call.now, UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    return "/".join((*parts, begun_at))


def ended(call: Call, participant: Record) -> Record:
    """Answer a participant whose recording comes to its end."""
    if participant["recordingState"] not in {"STARTING", "ACTIVE"}:
        return participant
    due = call.now + call.settings.stop_seconds
    return participant | {"recordingState": "STOPPING", "recordingDue": due, "recordingStopped": call.now}


def advanced(participant: Record) -> Record:
    """Answer a participant whose recording has reached the state that it was on its way to."""
    reached = {"STARTING": "ACTIVE", "STOPPING": "STOPPED"}
    state = participant["recordingState"]
    return participant | {"recordingState": reached.get(state, state), "recordingDue": None}
