"""Participants as records: who they are, what they may do, what happened to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from types import MappingProxyType
from typing import Final

from ivs_emulator.call import Call
from ivs_emulator.kinds import EVENT, PARTICIPANT
from ivs_emulator.limits import DURATION
from ivs_emulator.records import Record
from ivs_emulator.rooms.sessions import active_session

CLIENT_FACTS: Final = ("browserName", "browserVersion", "ispName", "osName", "osVersion", "sdkVersion")
"""What a participant's software tells of itself when it joins."""

NO_FACTS: Final[Mapping[str, str]] = MappingProxyType(dict.fromkeys(CLIENT_FACTS, ""))
"""The facts of somebody who tells nothing."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody at the door: what the token, the ingest configuration and the software say of them."""

    participant_id: str
    user_id: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    capabilities: tuple[str, ...] = ("PUBLISH", "SUBSCRIBE")
    expires: float = inf
    facts: Mapping[str, str] = field(default_factory=dict)
    protocol: str = "UNKNOWN"
    connection: str | None = None
    ingest_arn: str | None = None
    redundant: bool = False

    def members(self) -> Record:
        """Answer what of this a participant's record holds."""
        return {
            **NO_FACTS,
            **self.facts,
            "participantId": self.participant_id,
            "userId": self.user_id,
            "attributes": dict(self.attributes),
            "capabilities": list(self.capabilities),
            "tokenExpires": None if self.expires == inf else self.expires,
            "protocol": self.protocol,
            "connection": self.connection,
            "ingestConfigurationArn": self.ingest_arn,
            "redundantIngest": self.redundant,
        }


def key_of(session: Record, participant_id: str) -> str:
    """Answer the key of a participant of a session."""
    return f"{session['arn']}/{participant_id}"


def present(call: Call, stage_arn: str, participant_id: str) -> Record | None:
    """Answer the participant of the session that goes on, connected or not."""
    session = active_session(call, stage_arn)
    return call.fetch(key_of(session, participant_id)) if session else None


def welcome(call: Call, session: Record, guest: Guest) -> Record:
    """Answer the guest's record in a session: a new one, or the one of earlier in the same session."""
    known = call.fetch(key_of(session, guest.participant_id))
    if known:
        return keep(call, known | guest.members() | {"state": "CONNECTED"})
    record = {
        "arn": key_of(session, guest.participant_id),
        "stageArn": session["stageArn"],
        "sessionId": session["sessionId"],
        "state": "CONNECTED",
        "firstJoinTime": call.time,
        "published": False,
        "publishing": False,
        "publishedSince": None,
        "subscriptions": {},
        "recordingState": "DISABLED",
        "recordingS3BucketName": "",
        "recordingS3Prefix": "",
        "recordingDue": None,
        "replicationType": "NONE",
    }
    return call.part(PARTICIPANT, session["arn"], record | guest.members())


def keep(call: Call, participant: Record) -> Record:
    """Store a participant as it is now, and when something will happen to it by itself."""
    call.store.rewrite(participant)
    call.store.schedule(participant["arn"], due_of(participant))
    return participant


def due_of(participant: Record) -> float | None:
    """Answer when the next thing happens to a participant by itself: its recording changes, or a day is over."""
    moments = [participant["recordingDue"]]
    if participant["publishing"]:
        moments.append(participant["publishedSince"] + DURATION)
    moments.extend(since + DURATION for since in participant["subscriptions"].values())
    return min((moment for moment in moments if moment is not None), default=None)


def note(call: Call, participant: Record, name: str, **members: object) -> Record:
    """Enter an event in a participant's history."""
    event = {
        "arn": f"{participant['arn']}/{call.ids.text(12)}",
        "name": name,
        "participantId": participant["participantId"],
        "eventTime": call.time,
    }
    if participant["replicationType"] == "REPLICA":
        event["replica"] = True
    return call.part(EVENT, participant["arn"], event | members)
