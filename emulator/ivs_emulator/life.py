"""What people do with resources outside this API, asked for by tests: publishing, recording, leaving.

A stand-in for participants that really join (`simulation`); only as much as durable resources let one see of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ivs_emulator.call import Call
from ivs_emulator.kinds import INGEST, STAGE
from ivs_emulator.records import Record
from ivs_emulator.rooms import recordings, sessions
from ivs_emulator.store import Row
from ivs_emulator.wishes import WishError


def _record(_call: Call, stage: Record, *, wanted: bool) -> Record:
    return stage | {recordings.FORCED: wanted}


def _gather(call: Call, stage: Record, *, wanted: bool) -> Record:
    session = sessions.active_session(call, stage["arn"])
    if wanted:
        sessions.open_session(call, stage["arn"])
    elif session:
        sessions.end(call, session)
    return call.fetch(stage["arn"]) or stage


def _publish(_call: Call, ingest: Record, *, wanted: bool) -> Record:
    return ingest | {"state": "ACTIVE" if wanted else "INACTIVE"}


def _disconnect(_call: Call, ingest: Record, *, wanted: bool) -> Record:
    # As DisconnectParticipant does: the publisher goes, and the configuration loses its stage.
    return ingest | ({"state": "INACTIVE", "stageArn": ""} if wanted else {})


@dataclass(frozen=True, slots=True)
class _Change:
    """One thing that can happen to one kind of resource."""

    kind: str
    happen: Callable[..., Record]


_CHANGES: Final[Mapping[str, _Change]] = MappingProxyType(
    {
        "recording": _Change(STAGE.name, _record),
        "session": _Change(STAGE.name, _gather),
        "active": _Change(INGEST.name, _publish),
        "disconnect": _Change(INGEST.name, _disconnect),
    },
)


def live(call: Call, kind: str, record: Record, wish: Record) -> Row:
    """Let happen to a resource what the wish says, and answer the resource.

    Raises:
        WishError: if such a thing can't happen to it.
    """
    changes = [(_change(kind, name, wanted), wanted) for name, wanted in wish.items() if name != "arn"]
    with call.store.transaction():
        for change, wanted in changes:
            record = change.happen(call, record, wanted=wanted)
        call.store.rewrite(record)
    return Row(kind, record)


def _change(kind: str, name: str, wanted: object) -> _Change:
    change = _CHANGES.get(name)
    if change is None or change.kind != kind or not isinstance(wanted, bool):
        known = ", ".join(key for key, one in _CHANGES.items() if one.kind == kind) or "nothing"
        raise WishError(400, f"{name}={wanted!r} can't happen to a {kind}; what can, as true or false: {known}")
    return change
