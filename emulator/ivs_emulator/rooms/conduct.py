"""What participants do, as far as they may: join, publish, subscribe, fail, leave."""

from dataclasses import dataclass
from typing import Final

from ivs_emulator.call import Call
from ivs_emulator.kinds import PARTICIPANT
from ivs_emulator.limits import DURATION, PUBLISHERS, PUBLISHERS_PER_STAGE, SUBSCRIBERS_PER_STAGE, SUBSCRIPTIONS
from ivs_emulator.records import Record
from ivs_emulator.rooms import media, replication
from ivs_emulator.rooms.participants import Guest, keep, key_of, note, welcome
from ivs_emulator.rooms.sessions import active_session, close_if_empty, open_session

NO_RIGHT: Final = "INSUFFICIENT_CAPABILITIES"
QUOTA: Final = "QUOTA_EXCEEDED"
NOBODY: Final = "PUBLISHER_NOT_FOUND"
TOO_LONG: Final = "STREAM_DURATION_EXCEEDED"
REUSED: Final = "REUSE_OF_STREAM_KEY"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How something went: the participant as it is now, and the error code if it was refused."""

    participant: Record
    refused: str | None = None


def join(call: Call, stage_arn: str, guest: Guest) -> Outcome:
    """Let somebody in whose token was found good."""
    session = open_session(call, stage_arn)
    earlier = call.fetch(key_of(session, guest.participant_id))
    if earlier and earlier["state"] == "CONNECTED":
        # The same token again: the new connection takes the place of the old one.
        _go(call, earlier)
    inside = call.count(PARTICIPANT, {"state": "CONNECTED"}, session["arn"])
    participant = welcome(call, session, guest)
    if inside >= call.settings.quota_of(SUBSCRIBERS_PER_STAGE):
        return _failed_join(call, participant, QUOTA)
    note(call, participant, "JOINED")
    return Outcome(participant)


def _failed_join(call: Call, participant: Record, code: str) -> Outcome:
    participant = keep(call, participant | {"state": "DISCONNECTED"})
    note(call, participant, "JOIN_ERROR", errorCode=code)
    close_if_empty(call, participant["stageArn"])
    return Outcome(participant, code)


def fail_to_join(call: Call, stage_arn: str, guest: Guest, code: str) -> Outcome:
    """Let somebody with a good token fail to get in, for whatever reason."""
    return _failed_join(call, welcome(call, open_session(call, stage_arn), guest), code)


def publish(call: Call, participant: Record) -> Outcome:
    """Let a participant publish, if its token and the quotas allow."""
    if participant["publishing"]:
        return Outcome(participant)
    if "PUBLISH" not in participant["capabilities"]:
        return fail(call, participant, "PUBLISH_ERROR", NO_RIGHT)
    session = active_session(call, participant["stageArn"])
    in_stage = call.count(PARTICIPANT, {"publishing": True}, session["arn"]) if session else 0
    in_region = call.count(PARTICIPANT, {"publishing": True})
    limits = call.settings
    if in_stage >= limits.quota_of(PUBLISHERS_PER_STAGE) or in_region >= limits.quota_of(PUBLISHERS):
        return fail(call, participant, "PUBLISH_ERROR", QUOTA)
    participant = media.begin_publishing(call, participant)
    replication.resume(call, participant)
    return Outcome(participant)


def unpublish(call: Call, participant: Record) -> Outcome:
    """Let a participant stop publishing."""
    participant = media.end_publishing(call, participant)
    replication.pause(call, participant)
    return Outcome(call.fetch(participant["arn"]) or participant)


def subscribe(call: Call, participant: Record, publisher_id: str) -> Outcome:
    """Let a participant receive a publisher, if its token and the quotas allow and the publisher is there."""
    if "SUBSCRIBE" not in participant["capabilities"]:
        return fail(call, participant, "SUBSCRIBE_ERROR", NO_RIGHT, publisher_id)
    session = {"arn": participant["arn"].rpartition("/")[0]}
    publisher = call.fetch(key_of(session, publisher_id))
    if publisher is None or not publisher["publishing"]:
        return fail(call, participant, "SUBSCRIBE_ERROR", NOBODY, publisher_id)
    pairs = sum(len(one["subscriptions"]) for one in call.every(PARTICIPANT, {"state": "CONNECTED"}))
    if pairs >= call.settings.quota_of(SUBSCRIPTIONS):
        return fail(call, participant, "SUBSCRIBE_ERROR", QUOTA, publisher_id)
    return Outcome(media.begin_subscribing(call, participant, publisher))


def unsubscribe(call: Call, participant: Record, publisher_id: str) -> Outcome:
    """Let a participant receive a publisher no longer."""
    if publisher_id not in participant["subscriptions"]:
        return Outcome(participant)
    return Outcome(media.end_subscribing(call, participant, publisher_id))


def fail(call: Call, participant: Record, name: str, code: str, publisher_id: str | None = None) -> Outcome:
    """Let something go wrong; what was going on of that kind stops."""
    named = {} if publisher_id is None else {"remoteParticipantId": publisher_id}
    note(call, participant, name, errorCode=code, **named)
    if name == "PUBLISH_ERROR" and participant["publishing"]:
        participant = unpublish(call, participant).participant
    if name == "SUBSCRIBE_ERROR":
        stopped = [one for one in participant["subscriptions"] if publisher_id in {None, one}]
        for one in stopped:
            participant = media.end_subscribing(call, participant, one)
    if name == "JOIN_ERROR":
        participant = leave(call, participant)
    return Outcome(participant, code)


def leave(call: Call, participant: Record) -> Record:
    """Let a participant go, and its session end if it was the last one."""
    if participant["state"] != "CONNECTED":
        return participant
    replica = replication.replica_shown(call, participant) if participant["replicationType"] == "REPLICA" else None
    if replica:
        replication.stop(call, replica)
        return call.fetch(participant["arn"]) or participant
    participant = _go(call, participant)
    close_if_empty(call, participant["stageArn"])
    return participant


def _go(call: Call, participant: Record) -> Record:
    for publisher_id in participant["subscriptions"]:
        participant = media.end_subscribing(call, participant, publisher_id)
    participant = unpublish(call, participant).participant
    participant = keep(call, participant | {"state": "DISCONNECTED"})
    note(call, participant, "LEFT")
    ingest = call.fetch(participant["ingestConfigurationArn"] or "")
    if ingest:
        call.store.rewrite(ingest | {"state": "INACTIVE"})
    return participant


def outstay(call: Call, participant: Record) -> None:
    """End what has gone on for a day: AWS lets nobody publish or receive longer."""
    moment = call.now
    overdue = [one for one, since in participant["subscriptions"].items() if moment - since >= DURATION]
    for publisher_id in overdue:
        participant = fail(call, participant, "SUBSCRIBE_ERROR", TOO_LONG, publisher_id).participant
    if participant["publishing"] and moment - participant["publishedSince"] >= DURATION:
        fail(call, participant, "PUBLISH_ERROR", TOO_LONG)
