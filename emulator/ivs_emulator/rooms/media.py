"""Publishing and subscribing, once it is clear that they may happen."""

from ivs_emulator.call import Call
from ivs_emulator.kinds import PARTICIPANT
from ivs_emulator.records import Record
from ivs_emulator.rooms import composing, recordings
from ivs_emulator.rooms.participants import keep, key_of, note
from ivs_emulator.rooms.sessions import active_session


def begin_publishing(call: Call, participant: Record) -> Record:
    """Let a participant publish from now on."""
    members = {"publishing": True, "published": True, "publishedSince": call.now}
    participant = keep(call, recordings.begun(call, participant | members))
    note(call, participant, "PUBLISH_STARTED")
    composing.heed_publishers(call, participant["stageArn"])
    return participant


def end_publishing(call: Call, participant: Record) -> Record:
    """Let a participant publish no longer; whoever subscribed to it is unsubscribed."""
    if not participant["publishing"]:
        return participant
    participant = keep(call, recordings.ended(call, participant | {"publishing": False, "publishedSince": None}))
    _drop_subscribers(call, participant)
    note(call, participant, "PUBLISH_STOPPED")
    composing.heed_publishers(call, participant["stageArn"])
    return participant


def _drop_subscribers(call: Call, publisher: Record) -> None:
    session = active_session(call, publisher["stageArn"])
    for other in call.every(PARTICIPANT, parent=session["arn"]) if session else []:
        if publisher["participantId"] in other["subscriptions"]:
            end_subscribing(call, other, publisher["participantId"])


def begin_subscribing(call: Call, participant: Record, publisher: Record) -> Record:
    """Let a participant receive a publisher from now on."""
    subscriptions = participant["subscriptions"] | {publisher["participantId"]: call.now}
    participant = keep(call, participant | {"subscriptions": subscriptions})
    _note_subscription(call, participant, "SUBSCRIBE_STARTED", publisher)
    return participant


def end_subscribing(call: Call, participant: Record, publisher_id: str) -> Record:
    """Let a participant receive a publisher no longer."""
    left = {name: since for name, since in participant["subscriptions"].items() if name != publisher_id}
    participant = keep(call, participant | {"subscriptions": left})
    session = {"arn": participant["arn"].rpartition("/")[0]}
    publisher = call.fetch(key_of(session, publisher_id)) or {"participantId": publisher_id, "replicationType": "NONE"}
    _note_subscription(call, participant, "SUBSCRIBE_STOPPED", publisher)
    return participant


def _note_subscription(call: Call, participant: Record, name: str, publisher: Record) -> None:
    # On a subscription the flag is about the other side.
    note(
        call,
        participant,
        name,
        remoteParticipantId=publisher["participantId"],
        replica=publisher["replicationType"] == "REPLICA",
    )
