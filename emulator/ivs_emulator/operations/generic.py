"""Get, List and Delete, which are the same for every kind of resource."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import inf
from types import MappingProxyType
from typing import Final

from ivs_emulator.call import Call, Handler, Rule
from ivs_emulator.caller import Scope
from ivs_emulator.errors import CONFLICT, VALIDATION, ServiceError
from ivs_emulator.kinds import Kind
from ivs_emulator.records import Record
from ivs_emulator.rooms import composing
from ivs_emulator.store import Page
from ivs_emulator.validation import Violation

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


def unused_by_compositions(member: str) -> Callable[[Call, Record, Record], None]:
    """Make what refuses to delete a configuration that a composition still uses."""

    def check(call: Call, record: Record, _arguments: Record) -> None:
        if composing.running(call, **{member: record["arn"]}):
            raise ServiceError(CONFLICT, f"Resource: {record['arn']} is used by a composition; stop it first")

    return check


def lister(
    kind: Kind,
    filters: Mapping[str, str] = NO_FILTERS,
    *,
    within: Callable[[Record], str] | None = None,
    newest_first: bool = False,
) -> Handler:
    """Make the List operation of a kind.

    Filters map an argument to the member that must equal it; `within` answers the key of the parent that is listed.
    """

    def list_page(call: Call, arguments: Record) -> Record:
        where = {member: arguments[name] for name, member in filters.items() if name in arguments}
        parent = within(arguments) if within else None
        size = arguments.get("maxResults", kind.page_size)
        mark = _Mark(call.operation, call.scope, [where, parent])
        after = mark.read(arguments.get("nextToken"))
        # Without a lag everything is visible, also what a clock set back has given a later time.
        lag = call.settings.list_lag
        visible_by = call.now - lag if lag else inf
        # One more than asked for tells whether there is a further page.
        page = Page(kind.name, after, size + 1, visible_by, where, parent, newest_first)
        rows = call.store.page(call.scope, page)
        answer: Record = {kind.plural: [record for _, record in rows[:size]]}
        if len(rows) > size:
            answer["nextToken"] = mark.write(rows[size - 1][0])
        return answer

    return list_page


def at_most_one(filters: Iterable[str]) -> Rule:
    """Make the rule that refuses two filters at once."""
    names = sorted(filters)

    def one_filter(_call: Call, arguments: Record) -> Iterator[Violation]:
        used = [name for name in names if name in arguments]
        if len(used) > 1:
            yield Violation(f"/{used[1]}", f"Only one of {', '.join(names)} can be used at a time")

    return one_filter


class _Mark:
    """Where a List goes on, bound to the very list that it came from."""

    def __init__(self, operation: str, scope: Scope, narrowed_to: object) -> None:
        # Told by a digest: a parent's key is long, and a token may have 1,024 characters at most.
        text = json.dumps([operation, scope.account, scope.region, narrowed_to])
        self._origin = [operation, hashlib.sha256(text.encode()).hexdigest()[:32]]

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
