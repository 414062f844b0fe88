"""Get, List and Delete, which are the same for every kind of resource."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from math import inf
from types import MappingProxyType
from typing import Final

from ivs_emulator.call import Call, Handler
from ivs_emulator.caller import Scope
from ivs_emulator.errors import VALIDATION, ServiceError
from ivs_emulator.kinds import Kind
from ivs_emulator.records import Record
from ivs_emulator.store import Page

NO_FILTERS: Final[Mapping[str, str]] = MappingProxyType({})
"""For kinds whose List can't be narrowed."""


def getter(kind: Kind) -> Handler:
    """Make the Get operation of a kind."""

    def get(call: Call, arguments: Record) -> Record:
        return {kind.member: call.lookup(arguments["arn"]).record}

    return get


def deleter(before: Callable[[Call, Record, Record], None] | None = None) -> Handler:
    """Make the Delete operation of a kind; `before` may refuse, or tidy what refers to the resource."""

    def delete(call: Call, arguments: Record) -> Record:
        record = call.lookup(arguments["arn"]).record
        if before:
            before(call, record, arguments)
        call.store.remove(record["arn"])
        return {}

    return delete


def lister(kind: Kind, filters: Mapping[str, str] = NO_FILTERS) -> Handler:
    """Make the List operation of a kind; filters map an argument to the member that it must equal."""

    def list_page(call: Call, arguments: Record) -> Record:
        chosen = [(member, arguments[name]) for name, member in filters.items() if name in arguments]
        member, value = chosen[0] if chosen else (None, None)
        size = arguments.get("maxResults", kind.page_size)
        mark = _Mark(call.operation, call.scope, value)
        after = mark.read(arguments.get("nextToken"))
        # Without a lag everything is visible, also what a clock set back has given a later time.
        lag = call.settings.list_lag
        visible_by = call.now - lag if lag else inf
        # One more than asked for tells whether there is a further page.
        rows = call.store.page(call.scope, Page(kind.name, after, size + 1, visible_by, member, value))
        answer: Record = {kind.plural: [record for _, record in rows[:size]]}
        if len(rows) > size:
            answer["nextToken"] = mark.write(rows[size - 1][0])
        return answer

    return list_page


class _Mark:
    """Where a List goes on, bound to the very list that it came from."""

    def __init__(self, operation: str, scope: Scope, narrowed_to: str | None) -> None:
        self._origin = [operation, scope.account, scope.region, narrowed_to]

    def write(self, sequence: int) -> str:
        text = json.dumps([*self._origin, sequence])
        return base64.urlsafe_b64encode(text.encode()).decode()

    def read(self, token: str | None) -> int:
        if not token:
            return 0
        try:
            *origin, sequence = json.loads(base64.urlsafe_b64decode(token))
        except (binascii.Error, ValueError, TypeError):
            origin, sequence = [], 0
        if origin != self._origin or not isinstance(sequence, int):
            raise ServiceError(VALIDATION, "nextToken is not one that this list has answered")
        return sequence
