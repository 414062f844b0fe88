"""What participants, encoders and viewers do, asked for by tests: the part of the service that no AWS call starts.

Each action is a function of the service, the account that it is confined to, and the posted object. Tokens are really
judged; what is refused is an answer with a reason, and leaves its event behind as it does at AWS.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ivs_emulator.call import Call
from ivs_emulator.caller import Scope
from ivs_emulator.encoding import stream
from ivs_emulator.errors import ServiceError
from ivs_emulator.judge import is_connection_token as for_connection
from ivs_emulator.judge import judge, judge_connection, scope_named_by
from ivs_emulator.kinds import CHANNEL, COMPOSITION, STAGE
from ivs_emulator.operations import OPERATIONS
from ivs_emulator.records import Record
from ivs_emulator.rooms import composing, conduct, recordings
from ivs_emulator.rooms.participants import Guest, keep, note, present
from ivs_emulator.service import Service
from ivs_emulator.staging import (
    FORBIDDEN,
    PERSON,
    REFUSED,
    Action,
    call_for,
    facts_of,
    find,
    find_person,
    known_code,
    shown,
    told,
)
from ivs_emulator.times import iso
from ivs_emulator.token_text import TokenRefusedError
from ivs_emulator.wishes import Wish, WishError

PROTOCOLS: Final = ("UNKNOWN", "WHIP", "RTMP", "RTMPS")
ERRORS: Final = ("JOIN_ERROR", "PUBLISH_ERROR", "SUBSCRIBE_ERROR")


_JOIN: Final[Mapping[str, type]] = MappingProxyType(
    {"token": str, "connectionToken": str, "client": dict, "protocol": str, "error": str}
)


def _door(service: Service, account: str | None, token: str) -> Call:
    region, owner = scope_named_by(token)
    if account not in {None, owner}:
        raise TokenRefusedError("key", f"the token is of account {owner}, not of {account}")
    return call_for(service, Scope(owner, region))


def _join(service: Service, account: str | None, body: Record) -> Record:
    wish = Wish(body, _JOIN)
    facts = facts_of(wish)
    protocol = wish.one_of("protocol", PROTOCOLS, "UNKNOWN")
    token = wish.need("token")
    try:
        if for_connection(token):
            claims = judge_connection(_door(service, account, token), token)
            return {"connection": {"tokenId": claims["jti"], "expires": claims["exp"]}}
        call = _door(service, account, token)
        connection = _connection(service, account, wish)
        found = judge(call, token)
    except TokenRefusedError as refusal:
        raise WishError(FORBIDDEN, str(refusal), refusal.reason) from refusal
    guest = Guest(
        found.participant_id,
        found.user_id,
        found.attributes,
        found.capabilities,
        found.expires,
        facts,
        protocol,
        connection,
    )
    with service.store.transaction():
        code = wish.get("error")
        if code:
            outcome = conduct.fail_to_join(call, found.stage_arn, guest, known_code(service, code))
        else:
            outcome = conduct.join(call, found.stage_arn, guest)
    return told(service, call, outcome)


def _connection(service: Service, account: str | None, wish: Wish) -> str | None:
    token = wish.get("connectionToken")
    if token is None:
        return None
    if not for_connection(token):
        raise TokenRefusedError("kind", "connectionToken is not a connection token")
    return str(judge_connection(_door(service, account, token), token)["jti"])


def _publish(service: Service, account: str | None, body: Record) -> Record:
    call, participant = find_person(service, account, Wish(body, PERSON))
    with service.store.transaction():
        outcome = conduct.publish(call, participant)
    return told(service, call, outcome)


def _unpublish(service: Service, account: str | None, body: Record) -> Record:
    call, participant = find_person(service, account, Wish(body, PERSON))
    with service.store.transaction():
        outcome = conduct.unpublish(call, participant)
    return told(service, call, outcome)


def _subscribe(service: Service, account: str | None, body: Record) -> Record:
    wish = Wish(body, {**PERSON, "to": str})
    call, participant = find_person(service, account, wish)
    with service.store.transaction():
        outcome = conduct.subscribe(call, participant, wish.need("to"))
    return told(service, call, outcome)


def _unsubscribe(service: Service, account: str | None, body: Record) -> Record:
    wish = Wish(body, {**PERSON, "to": str})
    call, participant = find_person(service, account, wish)
    with service.store.transaction():
        outcome = conduct.unsubscribe(call, participant, wish.need("to"))
    return told(service, call, outcome)


def _fail(service: Service, account: str | None, body: Record) -> Record:
    wish = Wish(body, {**PERSON, "event": str, "errorCode": str, "to": str})
    call, participant = find_person(service, account, wish)
    code = known_code(service, wish.need("errorCode"))
    name = wish.one_of("event", ERRORS, "PUBLISH_ERROR")
    with service.store.transaction():
        conduct.fail(call, participant, name, code, wish.get("to"))
    return {"participant": shown(service, call.fetch(participant["arn"]) or participant)}


def _leave(service: Service, account: str | None, body: Record) -> Record:
    call, participant = find_person(service, account, Wish(body, PERSON))
    with service.store.transaction():
        participant = conduct.leave(call, participant)
    return {"participant": shown(service, participant)}


def _exchange(service: Service, account: str | None, body: Record) -> Record:
    wish = Wish(body, {**PERSON, "token": str})
    call, participant = find_person(service, account, wish)
    try:
        found = judge(_door(service, account, wish.need("token")), wish.need("token"))
    except TokenRefusedError as refusal:
        raise WishError(FORBIDDEN, str(refusal), refusal.reason) from refusal
    if found.stage_arn != participant["stageArn"]:
        raise WishError(FORBIDDEN, "the new token is for another stage", "stage")
    changes = {
        "userId": found.user_id,
        "attributes": dict(found.attributes),
        "capabilities": list(found.capabilities),
        "tokenExpires": found.expires,
    }
    with service.store.transaction():
        changed = keep(call, participant | changes)
        note(call, changed, "TOKEN_EXCHANGED", previousToken=_exchanged(participant), newToken=_exchanged(changed))
        if changed["publishing"] and "PUBLISH" not in changed["capabilities"]:
            changed = conduct.fail(call, changed, "PUBLISH_ERROR", conduct.NO_RIGHT).participant
    return {"participant": shown(service, changed)}


def _exchanged(participant: Record) -> Record:
    expires = participant["tokenExpires"]
    return {
        "capabilities": participant["capabilities"],
        "attributes": participant["attributes"],
        "userId": participant["userId"],
        "expirationTime": None if expires is None else iso(expires),
    }


def _record(service: Service, account: str | None, body: Record) -> Record:
    wish = Wish(body, {**PERSON, "state": str})
    call, participant = find_person(service, account, wish)
    state = wish.one_of("state", ("STARTING", "ACTIVE", "STOPPING", "STOPPED", "FAILED", "DISABLED"))
    with service.store.transaction():
        if state == "STARTING" and not participant["recordingS3BucketName"]:
            participant = recordings.begun(call, participant)
        keep(call, participant | {"recordingState": state, "recordingDue": None})
    return {"participant": shown(service, call.fetch(participant["arn"]) or participant)}


def _replicate(service: Service, account: str | None, body: Record) -> Record:
    wish = Wish(
        body,
        {
            "sourceStageArn": str,
            "destinationStageArn": str,
            "participantId": str,
            "reconnectWindowSeconds": int,
            "attributes": dict,
            "stop": bool,
        },
    )
    call, _ = find(service, account, wish.need("sourceStageArn"), STAGE.name)
    for name in ("destinationStageArn", "participantId"):
        wish.need(name)
    operation = "StopParticipantReplication" if wish.get("stop") else "StartParticipantReplication"
    try:
        with service.store.transaction():
            OPERATIONS[operation].perform(call, body)
    except ServiceError as refusal:
        raise WishError(REFUSED, refusal.message, refusal.kind) from refusal
    there = present(call, wish.need("destinationStageArn"), wish.need("participantId"))
    return {"replica": shown(service, there) if there else None}


def _channel(service: Service, account: str | None, body: Record) -> Record:
    wish = Wish(body, {"arn": str, "live": bool})
    call, channel = find(service, account, wish.need("arn"), CHANNEL.name)
    with service.store.transaction():
        call.store.rewrite(channel | {"live": wish.need("live")})
    return {"arn": channel["arn"], "live": wish.need("live")}


def _composition(service: Service, account: str | None, body: Record) -> Record:
    wish = Wish(body, {"arn": str, "state": str, "destination": str})
    call, composition = find(service, account, wish.need("arn"), COMPOSITION.name)
    ids = [one["id"] for one in composition["destinations"]]
    with service.store.transaction():
        if wish.get("destination") is None:
            wish.one_of("state", ("FAILED",))
            composition = composing.fail(call, composition)
        elif wish.get("destination") not in ids:
            raise WishError(404, f"no such destination; there are {', '.join(ids)}")
        else:
            state = wish.one_of("state", ("ACTIVE", "RECONNECTING", "FAILED"))
            composition = composing.change_destination(call, composition, wish.get("destination"), state)
    members = service.model.shape("Composition").members
    return {"composition": {name: composition[name] for name in members if composition.get(name) is not None}}


ACTIONS: Final[Mapping[str, Action]] = MappingProxyType(
    {
        "join": _join,
        "publish": _publish,
        "unpublish": _unpublish,
        "subscribe": _subscribe,
        "unsubscribe": _unsubscribe,
        "fail": _fail,
        "leave": _leave,
        "exchange": _exchange,
        "stream": stream,
        "record": _record,
        "replicate": _replicate,
        "channel": _channel,
        "composition": _composition,
    },
)
"""Everything that can be asked for, by the last part of its path; all are POSTs."""
