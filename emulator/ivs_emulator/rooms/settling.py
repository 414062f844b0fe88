"""Letting happen what has become due: the emulator has no clockwork, it catches up whenever somebody looks."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from ivs_emulator.call import Call
from ivs_emulator.kinds import COMPOSITION, PARTICIPANT, REPLICA, SESSION
from ivs_emulator.records import Record
from ivs_emulator.rooms import composing, conduct, recordings, replication, sessions
from ivs_emulator.rooms.participants import keep


def _participant(call: Call, participant: Record) -> None:
    due = participant["recordingDue"]
    if due is not None and call.now >= due:
        participant = keep(call, recordings.advanced(participant))
    conduct.outstay(call, participant)


_ADVANCE: Final[Mapping[str, Callable[[Call, Record], None]]] = MappingProxyType(
    {
        COMPOSITION.name: composing.advance,
        PARTICIPANT.name: _participant,
        REPLICA.name: replication.stop,
        SESSION.name: sessions.end,
    },
)


def settle(call: Call, account: str | None) -> None:
    """Let happen, in the order of time, everything that is due in an account (None: in all) by the call's time."""
    while (placed := call.store.next_due(account, call.now)) and placed.due is not None:
        then = Call(call.operation, placed.scope, call.store, call.ids, placed.due, call.settings)
        with call.store.transaction():
            # Taken away first: whatever happens next sets it anew, and nothing can happen twice.
            call.store.schedule(placed.row.record["arn"], None)
            _ADVANCE[placed.row.kind](then, placed.row.record)
