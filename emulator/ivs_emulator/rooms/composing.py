"""Compositions: they start, run while somebody publishes, stop, and are forgotten five minutes later."""

from typing import Final

from ivs_emulator.call import Call
from ivs_emulator.kinds import COMPOSITION, PARTICIPANT
from ivs_emulator.limits import DURATION
from ivs_emulator.records import Record
from ivs_emulator.rooms.sessions import active_session
from ivs_emulator.times import iso

QUIET_SECONDS: Final = 60.0
"""How long a composition goes on with nobody publishing."""

KEPT_SECONDS: Final = 300.0
"""How long Get and List know a composition after its end."""

RECONNECT_SECONDS: Final = 60.0
"""How long a destination tries to reconnect before it has failed; a guess."""

RUNNING: Final = ("STARTING", "ACTIVE", "STOPPING")
"""States of a composition that isn't over."""

OVER: Final = ("STOPPED", "FAILED")
"""States of a composition or destination that is."""


def running(call: Call, **where: str) -> list[Record]:
    """Answer the compositions that aren't over."""
    return [one for one in call.every(COMPOSITION, where) if one["state"] in RUNNING]


def has_publisher(call: Call, stage_arn: str) -> bool:
    """Tell whether anybody publishes in a stage."""
    session = active_session(call, stage_arn)
    return session is not None and call.count(PARTICIPANT, {"publishing": True}, session["arn"]) > 0


def heed_publishers(call: Call, stage_arn: str) -> None:
    """Tell the compositions of a stage whether anybody publishes there."""
    followers = [one for one in running(call, stageArn=stage_arn) if one["state"] != "STOPPING"]
    if not followers:
        return
    is_quiet = not has_publisher(call, stage_arn)
    for composition in followers:
        since = (composition["quietSince"] or call.now) if is_quiet else None
        keep(call, composition | {"quietSince": since})


def keep(call: Call, composition: Record) -> Record:
    """Store a composition as it is now, and when something will happen to it by itself."""
    call.store.rewrite(composition)
    call.store.schedule(composition["arn"], _due(call, composition))
    return composition


def _due(call: Call, composition: Record) -> float | None:
    state = composition["state"]
    if state in OVER:
        return float(composition["changedAt"] + KEPT_SECONDS)
    if state == "STOPPING":
        return float(composition["changedAt"] + call.settings.stop_seconds)
    moments = [composition["begunAt"] + DURATION]
    if composition["quietSince"] is not None:
        moments.append(composition["quietSince"] + QUIET_SECONDS)
    if state == "STARTING":
        moments.append(composition["begunAt"] + call.settings.start_seconds)
    moments.extend(one["reconnectBy"] for one in composition["destinations"] if one.get("reconnectBy"))
    return float(min(moments))


def advance(call: Call, composition: Record) -> None:
    """Do what has become due to a composition."""
    state = composition["state"]
    if state in OVER:
        call.store.remove(composition["arn"])
    elif state == "STOPPING":
        _finish(call, composition, "STOPPED")
    elif _is_at_its_end(call, composition):
        stop(call, composition)
    elif state == "STARTING":
        _activate(call, composition)
    else:
        _give_up_reconnecting(call, composition)


def _is_at_its_end(call: Call, composition: Record) -> bool:
    quiet = composition["quietSince"]
    is_quiet = quiet is not None and call.now >= quiet + QUIET_SECONDS
    return is_quiet or bool(call.now >= composition["begunAt"] + DURATION)


def _activate(call: Call, composition: Record) -> None:
    destinations = [
        one | {"state": "ACTIVE", "startTime": call.time} if one["state"] == "STARTING" else one
        for one in composition["destinations"]
    ]
    keep(call, composition | {"state": "ACTIVE", "changedAt": call.now, "destinations": destinations})


def stop(call: Call, composition: Record) -> Record:
    """Begin to stop a composition; one that is stopping or over already stays as it is."""
    if composition["state"] not in {"STARTING", "ACTIVE"}:
        return composition
    destinations = [
        one if one["state"] in OVER else one | {"state": "STOPPING", "reconnectBy": None}
        for one in composition["destinations"]
    ]
    changes = {"state": "STOPPING", "changedAt": call.now, "destinations": destinations}
    return keep(call, composition | changes)


def _finish(call: Call, composition: Record, state: str) -> None:
    destinations = [
        one if one["state"] in OVER else one | {"state": state, "endTime": call.time, "reconnectBy": None}
        for one in composition["destinations"]
    ]
    changes = {"state": state, "changedAt": call.now, "endTime": call.time, "destinations": destinations}
    keep(call, composition | changes)


def change_destination(call: Call, composition: Record, destination_id: str, state: str) -> Record:
    """Let a destination lose its connection, find it again, or fail; without any destination all has failed."""
    changes: Record = {"state": state, "reconnectBy": None}
    if state == "RECONNECTING":
        changes["reconnectBy"] = call.now + RECONNECT_SECONDS
    if state in OVER:
        changes["endTime"] = iso(call.now)
    destinations = [one | changes if one["id"] == destination_id else one for one in composition["destinations"]]
    composition |= {"destinations": destinations}
    if all(one["state"] in OVER for one in destinations):
        _finish(call, composition, "FAILED")
    else:
        keep(call, composition)
    return call.fetch(composition["arn"]) or composition


def _give_up_reconnecting(call: Call, composition: Record) -> None:
    for one in composition["destinations"]:
        if one.get("reconnectBy") and call.now >= one["reconnectBy"]:
            composition = change_destination(call, composition, one["id"], "FAILED")
    if composition["state"] in RUNNING:
        keep(call, composition)


def fail(call: Call, composition: Record) -> Record:
    """Let a composition fail as a whole."""
    _finish(call, composition, "FAILED")
    return call.fetch(composition["arn"]) or composition


def lose_channel(call: Call, channel_arn: str) -> None:
    """A channel is gone: whatever broadcasts to it tries to reconnect, in vain."""
    for composition in running(call, channelArn=channel_arn):
        for one in composition["destinations"]:
            if "channel" in one["configuration"] and one["state"] in {"STARTING", "ACTIVE"}:
                change_destination(call, composition, one["id"], "RECONNECTING")
