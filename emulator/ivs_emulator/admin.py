"""The admin interface: what a test asks of the emulator and no client can ask of AWS.

JSON over HTTP under `/_admin/`; `?account=NNN` confines any of them to one account, so that many tests
can share one emulator.

    GET    /_admin/health       {"status": "ok"}
    GET    /_admin/calls        counts per operation, and the calls; DELETE forgets them
    GET    /_admin/settings     latency, rates, burst, quotas, deny, listLag, missingBuckets; PATCH changes some
    GET    /_admin/faults       the faults still to come; POST adds one, DELETE drops them
    GET    /_admin/resources    everything that exists, with secrets masked
    POST   /_admin/resource     {"arn", "recording"?, "session"?, "active"?, "disconnect"?}: simulated life
    POST   /_admin/reset        no resources, calls or faults; settings as at the start

Settings: "rates" and "quotas" are true (as AWS publishes them), false, or an object of those that differ
({"CreateStage": 50}, {"Stage": 10}); "burst" is how many calls may come at once (null: a second's worth);
"deny" lists IAM actions, with wildcards ("ivs:Delete*") or for certain tag keys alone ({"action":
"ivs:TagResource", "tagKeys": ["owner:*"]}); "listLag" hides new resources from Lists for so many seconds.

A fault: {"operation": "CreateStage" | "*", "when": "before" | "after", "kind": "drop" | "reset" | "hang" |
"delay" | "status" | "throttle" | "cut" | "empty", "status": 500, "error": "InternalServerException",
"seconds": 1, "times": 1, "skip": 0}. `times` null lasts until it is cleared.
"""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qs

from ivs_emulator.exchange import Answer
from ivs_emulator.faults import FaultError, parse_fault
from ivs_emulator.life import LifeError, live
from ivs_emulator.projection import masked
from ivs_emulator.records import Record
from ivs_emulator.service import Service
from ivs_emulator.store import Row
from ivs_emulator.switchboard import SettingsError, described

PREFIX: Final = "/_admin/"
"""Paths that begin so are the admin interface's; AWS has none such."""

Action = Callable[[Service, str | None, Record], Record]
"""One thing to ask for: the service, the account that it is confined to, and the posted object."""


def _health(_service: Service, _account: str | None, _body: Record) -> Record:
    return {"status": "ok"}


def _calls(service: Service, account: str | None, _body: Record) -> Record:
    return service.journal.described(account)


def _forget_calls(service: Service, account: str | None, _body: Record) -> Record:
    service.journal.clear(account)
    return {}


def _settings(service: Service, account: str | None, _body: Record) -> Record:
    return described(service.settings.of(account))


def _change_settings(service: Service, account: str | None, body: Record) -> Record:
    rates = body.get("rates")
    unknown = sorted(set(rates) - set(service.model.operations)) if isinstance(rates, dict) else []
    if unknown:
        raise SettingsError(f"rates takes operations of this service, not {', '.join(unknown)}")
    return described(service.settings.change(account, body))


def _faults(service: Service, account: str | None, _body: Record) -> Record:
    return {"faults": service.faults.listed(account)}


def _add_fault(service: Service, account: str | None, body: Record) -> Record:
    service.faults.add(parse_fault(body, account, frozenset(service.model.operations)))
    return _faults(service, account, body)


def _clear_faults(service: Service, account: str | None, _body: Record) -> Record:
    service.faults.clear(account)
    return {}


def _resources(service: Service, account: str | None, _body: Record) -> Record:
    rows = service.store.everything(account)
    return {"resources": [_shown(row, service.model.secret_members) for row in rows]}


def _shown(row: Row, secret_members: frozenset[str]) -> Record:
    named = ("arn", "tags")
    attributes = {name: value for name, value in row.record.items() if name not in named}
    return {
        "arn": row.record["arn"],
        "kind": row.kind,
        "tags": row.record["tags"],
        "attributes": masked(attributes, secret_members),
    }


def _live(service: Service, account: str | None, body: Record) -> Record:
    row = live(service.store, service.world.ids, account, body)
    return _shown(row, service.model.secret_members)


def _reset(service: Service, account: str | None, _body: Record) -> Record:
    service.store.clear(account)
    service.journal.clear(account)
    service.faults.clear(account)
    service.settings.reset(account)
    service.rates.forget(account)
    return {}


_ACTIONS: Final[Mapping[tuple[str, str], Action]] = MappingProxyType(
    {
        ("GET", "health"): _health,
        ("GET", "calls"): _calls,
        ("DELETE", "calls"): _forget_calls,
        ("GET", "settings"): _settings,
        ("PATCH", "settings"): _change_settings,
        ("GET", "faults"): _faults,
        ("POST", "faults"): _add_fault,
        ("DELETE", "faults"): _clear_faults,
        ("GET", "resources"): _resources,
        ("POST", "resource"): _live,
        ("POST", "reset"): _reset,
    },
)


def answer_admin(service: Service, method: str, target: str, body: bytes) -> Answer:
    """Answer one request to the admin interface; refusals are `{"error": text}` with 400 or 404."""
    path, _, query = target.partition("?")
    action = _ACTIONS.get((method, path.removeprefix(PREFIX)))
    if action is None:
        known = ", ".join(f"{verb} {PREFIX}{name}" for verb, name in _ACTIONS)
        return _answer(404, {"error": f"unknown; known: {known}"})
    account = parse_qs(query).get("account", [None])[0]
    try:
        document = json.loads(body) if body else {}
        if not isinstance(document, dict):
            return _answer(400, {"error": "the body must be a JSON object"})
        return _answer(200, action(service, account, document))
    except (ValueError, SettingsError, FaultError) as problem:
        return _answer(400, {"error": str(problem)})
    except LifeError as problem:
        return _answer(problem.status, {"error": str(problem)})


def _answer(status: int, document: Record) -> Answer:
    return Answer(status, json.dumps(document).encode())
