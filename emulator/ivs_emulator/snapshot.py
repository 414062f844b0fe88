"""The whole state as one JSON document, and back: a test's starting point that is made once."""

from typing import Final

from ivs_emulator.faults import parse_fault
from ivs_emulator.records import Record
from ivs_emulator.service import Service
from ivs_emulator.store import FORMAT
from ivs_emulator.switchboard import described
from ivs_emulator.wishes import WishError

_MEMBERS: Final = ("format", "rows", "settings", "offset", "faults")


def snapshot(service: Service, account: str | None) -> Record:
    """Answer everything of an account, or of all, secrets included; the call log is no state."""
    return {
        "format": FORMAT,
        "rows": service.store.dump(account),
        "settings": described(service.settings.of(account)),
        "offset": service.clocks.offset(account),
        "faults": service.faults.listed(account),
    }


def restore(service: Service, account: str | None, document: Record) -> None:
    """Put what `snapshot` has answered in the place of what there is.

    Raises:
        WishError: if it is no snapshot of this version, or holds another account than the one to restore.
    """
    if document.get("format") != FORMAT or set(document) != set(_MEMBERS):
        raise WishError(400, f"a snapshot of format {FORMAT} has the members {', '.join(_MEMBERS)}")
    try:
        _load(service, account, document["rows"])
    except (KeyError, TypeError) as problem:
        raise WishError(400, f"the snapshot's rows are not as they were answered: {problem!r}") from problem
    service.settings.reset(account)
    service.settings.change(account, document["settings"])
    service.clocks.reset(account)
    service.clocks.move(account, document["offset"])
    service.faults.clear(account)
    for fault in document["faults"]:
        owner = fault.pop("account")
        service.faults.add(parse_fault(fault, owner, frozenset(service.model.operations)))


def _load(service: Service, account: str | None, rows: list[Record]) -> None:
    if account is not None and any(row["account"] != account for row in rows):
        raise WishError(400, f"the snapshot holds another account than {account}")
    with service.store.transaction():
        service.store.clear(account)
        service.store.load(rows)
