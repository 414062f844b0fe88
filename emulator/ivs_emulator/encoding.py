"""Encoders: an RTMP stream to an ingest configuration makes a participant that publishes."""

import re

from ivs_emulator.call import Call
from ivs_emulator.kinds import INGEST
from ivs_emulator.records import Record
from ivs_emulator.rooms import conduct
from ivs_emulator.rooms.conduct import Outcome
from ivs_emulator.rooms.participants import Guest, note, present
from ivs_emulator.service import Service
from ivs_emulator.staging import FORBIDDEN, REFUSED, facts_of, find, known_code, told
from ivs_emulator.wishes import Wish, WishError


def stream(service: Service, account: str | None, body: Record) -> Record:
    """Let an encoder begin to send with a stream key; the participant that it becomes is the answer.

    Raises:
        WishError: with the error code, if it may not.
    """
    wish = Wish(body, {"streamKey": str, "protocol": str, "client": dict, "error": str})
    call, ingest = _ingest(service, account, wish.need("streamKey"))
    protocol = wish.one_of("protocol", ("RTMP", "RTMPS"), ingest["ingestProtocol"])
    if not ingest["stageArn"]:
        raise WishError(REFUSED, "the ingest configuration is attached to no stage", "INVALID_INPUT")
    credentials = {ingest["streamKey"]: ingest["participantId"]} | {
        one["streamKey"]: one["participantId"] for one in ingest.get("redundantIngestCredentials") or []
    }
    participant_id = credentials[wish.need("streamKey")]
    guest = Guest(
        participant_id,
        ingest["userId"],
        ingest.get("attributes") or {},
        facts=facts_of(wish),
        protocol=protocol,
        ingest_arn=ingest["arn"],
        redundant=ingest["redundantIngest"],
    )
    wrong = known_code(service, wish.get("error")) if wish.get("error") else _wrong_with(call, ingest, guest)
    with service.store.transaction():
        outcome = _streaming(call, ingest, guest, wrong)
    return told(service, call, outcome)


def _ingest(service: Service, account: str | None, key: str) -> tuple[Call, Record]:
    parts = re.fullmatch(r"rt_(\d+)_([a-z0-9-]+)_([a-zA-Z0-9]+)_.+", key)
    owner, region, identifier = parts.groups() if parts else ("", "", "")
    arn = f"arn:aws:ivs:{region}:{owner}:{INGEST.arn_part}/{identifier}"
    placed = service.store.find(account, arn)
    record = placed.row.record if placed else {}
    keys = [record.get("streamKey"), *(one["streamKey"] for one in record.get("redundantIngestCredentials") or [])]
    if placed is None or key not in keys:
        raise WishError(FORBIDDEN, "no ingest configuration has this stream key", "INVALID_STREAM_KEY")
    return find(service, account, arn, INGEST.name)


def _wrong_with(call: Call, ingest: Record, guest: Guest) -> str | None:
    if guest.protocol == "RTMP" and not ingest["insecureIngest"]:
        return "INVALID_PROTOCOL"
    there = present(call, ingest["stageArn"], guest.participant_id)
    return conduct.REUSED if there and there["publishing"] else None


def _streaming(call: Call, ingest: Record, guest: Guest, wrong: str | None) -> Outcome:
    there = present(call, ingest["stageArn"], guest.participant_id)
    if wrong and there and there["state"] == "CONNECTED":
        # The stream that goes on isn't disturbed by a second one with the same key.
        note(call, there, "PUBLISH_ERROR", errorCode=wrong)
        return Outcome(there, wrong)
    joined = conduct.join(call, ingest["stageArn"], guest)
    if joined.refused:
        return joined
    if wrong:
        outcome = conduct.fail(call, joined.participant, "PUBLISH_ERROR", wrong)
    else:
        outcome = conduct.publish(call, joined.participant)
    if outcome.refused:
        conduct.leave(call, outcome.participant)
    else:
        call.store.rewrite((call.fetch(ingest["arn"]) or ingest) | {"state": "ACTIVE"})
    return outcome
