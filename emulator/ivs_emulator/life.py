"""What people do with resources outside this API, asked for by tests: publishing, recording, leaving.

A stand-in for participants that really join; only as much as durable resources let one see of it.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from ivs_emulator.ids import Ids
from ivs_emulator.kinds import INGEST, STAGE
from ivs_emulator.operations.stage import RECORDING_ACTIVE
from ivs_emulator.records import Record
from ivs_emulator.store import Row, Store


class LifeError(Exception):
    """Something that can't happen to this resource; carries the HTTP status for the admin interface."""

    def __init__(self, status: int, message: str) -> None:
        """Keep the status beside the text."""
        super().__init__(message)
        self.status = status


def _record(_ids: Ids, *, wanted: bool) -> Record:
    return {RECORDING_ACTIVE: wanted}


def _gather(ids: Ids, *, wanted: bool) -> Record:
    return {"activeSessionId": ids.session() if wanted else None}


def _publish(_ids: Ids, *, wanted: bool) -> Record:
    return {"state": "ACTIVE" if wanted else "INACTIVE"}


def _disconnect(_ids: Ids, *, wanted: bool) -> Record:
    # As DisconnectParticipant does: the publisher goes, and the configuration loses its stage.
    return {"state": "INACTIVE", "stageArn": ""} if wanted else {}


class _Change:
    """One thing that can happen to one kind of resource."""

    def __init__(self, kind: str, members: Callable[..., Record]) -> None:
        self.kind = kind
        self.members = members


_CHANGES: Final[Mapping[str, _Change]] = MappingProxyType(
    {
        "recording": _Change(STAGE.name, _record),
        "session": _Change(STAGE.name, _gather),
        "active": _Change(INGEST.name, _publish),
        "disconnect": _Change(INGEST.name, _disconnect),
    },
)


def live(store: Store, ids: Ids, account: str | None, wish: Record) -> Row:
    """Let happen to a resource what the wish says, and answer the resource.

    Raises:
        LifeError: if there is no such resource, or if such a thing can't happen to it.
    """
    arn = wish.get("arn")
    row = next((row for row in store.everything(account) if row.record["arn"] == arn), None)
    if row is None:
        raise LifeError(404, f"no resource {arn!r}")
    record = dict(row.record)
    for name, wanted in wish.items():
        if name != "arn":
            record |= _members(row.kind, ids, name, wanted)
    with store.transaction():
        store.rewrite(record)
    return Row(row.kind, record)


def _members(kind: str, ids: Ids, name: str, wanted: object) -> Record:
    change = _CHANGES.get(name)
    if change is None or change.kind != kind or not isinstance(wanted, bool):
        known = ", ".join(key for key, one in _CHANGES.items() if one.kind == kind) or "nothing"
        raise LifeError(400, f"{name}={wanted!r} can't happen to a {kind}; what can, as true or false: {known}")
    return change.members(ids, wanted=wanted)
