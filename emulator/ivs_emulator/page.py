"""The page at `/`: what is there, for a person with a browser; its forms switch faults on and off.

Plain HTML without scripts. No secret is on it: what it shows is named in the template, member by member.
"""

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, quote

from ivs_emulator.exchange import Answer
from ivs_emulator.faults import KINDS, FaultError, parse_fault
from ivs_emulator.kinds import (
    CHANNEL,
    COMPOSITION,
    ENCODER,
    INGEST,
    PARTICIPANT,
    PUBLIC_KEY,
    SESSION,
    STAGE,
    STORAGE,
)
from ivs_emulator.records import Record
from ivs_emulator.service import Service
from ivs_emulator.store import Placed
from ivs_emulator.times import iso

if TYPE_CHECKING:
    from jinja2 import Template

FORMS: Final = "/_admin/form/"
"""Where the page's forms go."""

CALLS_SHOWN: Final = 100
"""How many of the newest calls are on the page."""

STAGES_SHOWN: Final = 200
"""How many stages are on the page; a thousand make a slow one."""

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"


@cache
def _template() -> "Template":
    # Imported here: nobody who only calls operations needs it.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(loader=PackageLoader("ivs_emulator"), autoescape=True, undefined=StrictUndefined)
    environment.filters["last_part"] = lambda arn: (arn or "").rpartition("/")[2]
    environment.filters["tail"] = lambda arn: arn.rpartition(":")[2]
    environment.filters["clock"] = lambda moment: iso(moment)[11:23]
    return environment.get_template("page.html")


def answer_page(service: Service, target: str) -> Answer:
    """Answer the page; `?account=NNN` confines it to one account."""
    account = _account(target)
    service.settle(account)
    by_kind: dict[str, list[Placed]] = {}
    for row in service.store.placed(account):
        by_kind.setdefault(row.row.kind, []).append(row)

    def records(*kinds: str) -> list[Record]:
        return [placed.row.record for kind in kinds for placed in by_kind.get(kind, [])]

    shown: Record = {
        "compositions": records(COMPOSITION.name),
        "ingests": records(INGEST.name),
        "channels": records(CHANNEL.name),
        "keys": records(PUBLIC_KEY.name),
        "configurations": records(ENCODER.name, STORAGE.name),
        "faults": service.faults.listed(account),
    }
    calls = service.journal.described(account)["calls"]
    counts = [("Stages", len(by_kind.get(STAGE.name, [])))]
    counts += [
        (word, len(shown[name]))
        for word, name in (
            ("Compositions", "compositions"),
            ("Ingest configurations", "ingests"),
            ("Channels", "channels"),
            ("Public keys", "keys"),
            ("Configurations", "configurations"),
            ("Faults", "faults"),
        )
    ]
    html = _template().render(
        **shown,
        stages=[_stage(service, placed) for placed in by_kind.get(STAGE.name, [])[:STAGES_SHOWN]],
        calls=calls[: -CALLS_SHOWN - 1 : -1],
        counts=[*counts, ("Calls", len(calls))],
        now=iso(service.clocks.now(account)),
        offset=round(service.clocks.offset(account)),
        account=account,
        query=f"?account={quote(account)}" if account else "",
        operations=sorted(service.model.operations),
        kinds=KINDS,
    )
    return Answer(200, html.encode(), media_type="text/html", headers={"Content-Security-Policy": _POLICY})


def _stage(service: Service, placed: Placed) -> Record:
    call, stage = service.call(placed.scope, "Page"), placed.row.record
    sessions = call.every(SESSION, parent=stage["arn"])
    active = next((one for one in sessions if one["sessionId"] == stage.get("activeSessionId")), None)
    return (
        {"activeSessionId": None}
        | stage
        | {
            "participants": call.every(PARTICIPANT, parent=active["arn"]) if active else [],
            "sessions": [one for one in sessions[::-1] if one.get("endTime")][:5],
        }
    )


def _account(target: str) -> str | None:
    return parse_qs(target.partition("?")[2]).get("account", [None])[0]


def _add_fault(service: Service, account: str | None, fields: Mapping[str, str]) -> None:
    times = fields.get("times")
    fault = {name: fields[name] for name in ("operation", "kind", "when") if name in fields}
    wanted = fault | {"times": int(times) if times else None}
    service.faults.add(parse_fault(wanted, account, frozenset(service.model.operations)))


def _clear(service: Service, account: str | None, _fields: Mapping[str, str]) -> None:
    service.faults.clear(account)


_FORMS: Final[Mapping[str, Callable[[Service, str | None, Mapping[str, str]], None]]] = MappingProxyType(
    {"faults": _add_fault, "clear": _clear},
)


def answer_form(service: Service, target: str, body: bytes) -> Answer:
    """Do what a form on the page asks for, and send the browser back to the page."""
    account = _account(target)
    name = target.partition("?")[0].removeprefix(FORMS)
    fields = {key: values[0] for key, values in parse_qs(body.decode(errors="replace")).items()}
    try:
        if name not in _FORMS:
            return Answer(404, b"no such form", media_type="text/plain")
        _FORMS[name](service, account, fields)
    except (FaultError, ValueError) as problem:
        return Answer(400, str(problem).encode(), media_type="text/plain")
    back = f"/?account={quote(account)}#faults" if account else "/#faults"
    return Answer(303, b"", media_type="text/plain", headers={"Location": back})
