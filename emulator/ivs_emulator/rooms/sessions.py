"""Sessions of a stage: from the first participant's coming to the last one's going."""

from ivs_emulator.call import Call
from ivs_emulator.kinds import PARTICIPANT, SESSION
from ivs_emulator.records import Record
from ivs_emulator.times import iso


def key_of(stage_arn: str, session_id: str) -> str:
    """Answer the key of a session."""
    return f"{stage_arn}/{session_id}"


def active_session(call: Call, stage_arn: str) -> Record | None:
    """Answer the session that goes on in a stage, if there is one."""
    stage = call.fetch(stage_arn)
    session_id = stage.get("activeSessionId") if stage else None
    return call.fetch(key_of(stage_arn, session_id)) if session_id else None


def open_session(call: Call, stage_arn: str) -> Record:
    """Answer the session that goes on, begun now if there was none."""
    going_on = active_session(call, stage_arn)
    if going_on:
        call.store.schedule(going_on["arn"], None)
        return going_on
    session_id = call.ids.session()
    session = {
        "arn": key_of(stage_arn, session_id),
        "stageArn": stage_arn,
        "sessionId": session_id,
        "startTime": call.time,
    }
    call.part(SESSION, stage_arn, session)
    _mark(call, stage_arn, session_id)
    return session


def close_if_empty(call: Call, stage_arn: str) -> None:
    """End the session once nobody is connected any more, after the time that it may linger."""
    session = active_session(call, stage_arn)
    if session is None or call.count(PARTICIPANT, {"state": "CONNECTED"}, session["arn"]):
        return
    if call.settings.linger_seconds:
        call.store.schedule(session["arn"], call.now + call.settings.linger_seconds)
    else:
        end(call, session)


def end(call: Call, session: Record) -> None:
    """End a session now."""
    call.store.rewrite(session | {"endTime": iso(call.now)})
    call.store.schedule(session["arn"], None)
    _mark(call, session["stageArn"], None)


def _mark(call: Call, stage_arn: str, session_id: str | None) -> None:
    stage = call.fetch(stage_arn)
    if stage:
        call.store.rewrite(stage | {"activeSessionId": session_id})
