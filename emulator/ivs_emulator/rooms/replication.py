"""Replicas: one publisher shown in further stages."""

from typing import Final

from ivs_emulator.call import Call
from ivs_emulator.kinds import REPLICA
from ivs_emulator.records import Record
from ivs_emulator.rooms.media import begin_publishing, end_publishing
from ivs_emulator.rooms.participants import Guest, keep, key_of, note, welcome
from ivs_emulator.rooms.sessions import close_if_empty, open_session

ACTIVE: Final = "ACTIVE"
STOPPED: Final = "STOPPED"


def parent_of(stage_arn: str, participant_id: str) -> str:
    """Answer below which key the replicas of a participant are."""
    return f"{stage_arn}/replicas/{participant_id}"


def replicas_of(call: Call, source: Record) -> list[Record]:
    """Answer the replicas of a participant that are active."""
    parent = parent_of(source["stageArn"], source["participantId"])
    return call.every(REPLICA, {"replicationState": ACTIVE}, parent)


def start(call: Call, source: Record, destination_arn: str, window: int, attributes: Record) -> Record:
    """Show a publisher in another stage from now on."""
    session = open_session(call, destination_arn)
    guest = Guest(
        source["participantId"],
        source["userId"],
        source["attributes"] | attributes,
        ("PUBLISH",),
        protocol=source["protocol"],
        facts={},
        ingest_arn=source["ingestConfigurationArn"],
        redundant=source["redundantIngest"],
    )
    shown = welcome(call, session, guest) | {
        "replicationType": "REPLICA",
        "replicationState": ACTIVE,
        "sourceStageArn": source["stageArn"],
        "sourceSessionId": source["sessionId"],
    }
    parent = parent_of(source["stageArn"], source["participantId"])
    replica = {
        "arn": f"{parent}/{call.ids.text(12)}",
        "sourceStageArn": source["stageArn"],
        "sourceSessionId": source["sessionId"],
        "participantId": source["participantId"],
        "destinationStageArn": destination_arn,
        "destinationSessionId": session["sessionId"],
        "replicationState": ACTIVE,
        "reconnectWindowSeconds": window,
    }
    call.part(REPLICA, parent, replica)
    source = keep(call, source | {"replicationType": "SOURCE", "replicationState": ACTIVE})
    _note_both(call, source, shown, replica, "REPLICATION_STARTED")
    begin_publishing(call, keep(call, shown))
    return replica


def stop(call: Call, replica: Record) -> None:
    """Show a publisher in that other stage no longer."""
    call.store.rewrite(replica | {"replicationState": STOPPED})
    call.store.schedule(replica["arn"], None)
    session = {"arn": f"{replica['destinationStageArn']}/{replica['destinationSessionId']}"}
    shown = call.fetch(key_of(session, replica["participantId"]))
    source = call.fetch(f"{replica['sourceStageArn']}/{replica['sourceSessionId']}/{replica['participantId']}")
    if source and not replicas_of(call, source):
        source = keep(call, source | {"replicationState": STOPPED})
    if shown:
        shown = end_publishing(call, shown)
        shown = keep(call, shown | {"state": "DISCONNECTED", "replicationState": STOPPED})
    _note_both(call, source, shown, replica, "REPLICATION_STOPPED")
    close_if_empty(call, replica["destinationStageArn"])


def _note_both(call: Call, source: Record | None, shown: Record | None, replica: Record, name: str) -> None:
    where = {
        "destinationStageArn": replica["destinationStageArn"],
        "destinationSessionId": replica["destinationSessionId"],
    }
    for participant in (source, shown):
        if participant:
            note(call, participant, name, **where)


def pause(call: Call, source: Record) -> None:
    """The publisher is gone: its replicas go too, once their window to come back is over."""
    for replica in replicas_of(call, source):
        if replica["reconnectWindowSeconds"]:
            call.store.schedule(replica["arn"], call.now + replica["reconnectWindowSeconds"])
        else:
            stop(call, replica)


def resume(call: Call, source: Record) -> None:
    """The publisher is back in time: its replicas stay."""
    replicas = replicas_of(call, source)
    for replica in replicas:
        call.store.schedule(replica["arn"], None)
    if replicas:
        # It may have come back in a new session, as a new participant.
        keep(call, source | {"replicationType": "SOURCE", "replicationState": ACTIVE})


def replica_shown(call: Call, shown: Record) -> Record | None:
    """Answer the replica that a participant of a destination stage is."""
    parent = parent_of(shown.get("sourceStageArn") or "", shown["participantId"])
    where = {"destinationStageArn": shown["stageArn"], "replicationState": ACTIVE}
    return next(iter(call.every(REPLICA, where, parent)), None)
