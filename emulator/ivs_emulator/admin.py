"""The admin interface: what a test asks of the emulator and no client can ask of AWS.

JSON over HTTP under `/_admin/`; `?account=NNN` confines any of them to one account, so that many tests
can share one emulator.

    GET    /_admin/health       {"status": "ok"}
    GET    /_admin/calls        counts per operation, and the calls; DELETE forgets them
    GET    /_admin/settings     what can be switched; PATCH changes some (below)
    GET    /_admin/faults       the faults still to come; POST adds one, DELETE drops them
    GET    /_admin/resources    everything that exists, with secrets masked
    GET    /_admin/clock        {"now", "offset"}; POST {"advance": seconds} or {"set": time or seconds}
    GET    /_admin/snapshot     everything as one JSON document, secrets included
    POST   /_admin/restore      such a document takes the place of what there is
    POST   /_admin/reset        no resources, calls or faults; settings and clock as at the start

    POST   /_admin/join         {"token", "connectionToken"?, "client"?, "protocol"?, "error"?}
    POST   /_admin/publish      {"stageArn", "participantId"}; so do unpublish, leave
    POST   /_admin/subscribe    {"stageArn", "participantId", "to"}; so does unsubscribe
    POST   /_admin/fail         {"stageArn", "participantId", "event", "errorCode", "to"?}
    POST   /_admin/exchange     {"stageArn", "participantId", "token"}
    POST   /_admin/record       {"stageArn", "participantId", "state"}
    POST   /_admin/replicate    as StartParticipantReplication; with "stop": true as Stop...
    POST   /_admin/stream       {"streamKey", "protocol"?, "client"?, "error"?}: an encoder begins to send
    POST   /_admin/channel      {"arn", "live"}
    POST   /_admin/composition  {"arn", "state", "destination"?}: FAILED, or RECONNECTING and ACTIVE of a destination
    POST   /_admin/resource     {"arn", "recording"?, "session"?, "active"?, "disconnect"?}: only what others see of it

A refused token is answered with 403, what the service answers with an error event with 409: {"error", "reason"}.

Settings: "rates" and "quotas" are true (as AWS publishes them), false, or an object of those that differ
({"CreateStage": 50}, {"Stage": 10}); "burst" is how many calls may come at once (null: a second's worth);
"deny" lists IAM actions, with wildcards ("ivs:Delete*") or for certain tag keys alone ({"action":
"ivs:TagResource", "tagKeys": ["owner:*"]}); "listLag" hides new resources from Lists for so many seconds;
"startSeconds" and "stopSeconds" are how long compositions and recordings take for it, "lingerSeconds" how long a
session outlives its last participant; "latency" is in seconds; "missingBuckets" names S3 buckets that aren't there.

A fault: {"operation": "CreateStage" | "*", "when": "before" | "after", "kind": "drop" | "reset" | "hang" |
"delay" | "status" | "throttle" | "cut" | "empty", "status": 500, "error": "InternalServerException",
"seconds": 1, "times": 1, "skip": 0}. `times` null lasts until it is cleared.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qs

from ivs_emulator.exchange import Answer
from ivs_emulator.faults import FaultError, parse_fault
from ivs_emulator.life import live
from ivs_emulator.projection import masked
from ivs_emulator.records import Record
from ivs_emulator.service import Service
from ivs_emulator.simulation import ACTIONS
from ivs_emulator.snapshot import restore, snapshot
from ivs_emulator.staging import Action
from ivs_emulator.store import Row
from ivs_emulator.switchboard import SettingsError, described
from ivs_emulator.times import iso, moment_of
from ivs_emulator.wishes import Wish, WishError

PREFIX: Final = "/_admin/"
"""Paths that begin so are the admin interface's; AWS has none such."""


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
    service.settle(account)
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
    arn = body.get("arn")
    placed = service.store.find(account, arn) if isinstance(arn, str) else None
    if placed is None:
        raise WishError(404, f"no resource {arn!r}")
    service.settle(placed.scope.account)
    call = service.call(placed.scope, "Admin")
    return _shown(live(call, placed.row.kind, call.fetch(str(arn)) or {}, body), service.model.secret_members)


def _clock(service: Service, account: str | None, _body: Record) -> Record:
    return {"now": iso(service.clocks.now(account)), "offset": service.clocks.offset(account)}


def _set_clock(service: Service, account: str | None, body: Record) -> Record:
    wish = Wish(body, {"advance": (int, float), "set": (int, float, str)})
    to = wish.get("set", service.clocks.now(account))
    moment = (moment_of(to) if isinstance(to, str) else float(to)) + float(wish.get("advance", 0))
    if not 0 <= moment < LATEST:
        raise WishError(400, f"a time must be between {iso(0)} and {iso(LATEST)}")
    service.clocks.set(account, moment)
    service.settle(account)
    return _clock(service, account, body)


def _snapshot(service: Service, account: str | None, _body: Record) -> Record:
    service.settle(account)
    return snapshot(service, account)


def _restore(service: Service, account: str | None, body: Record) -> Record:
    restore(service, account, body)
    return {}


def _reset(service: Service, account: str | None, _body: Record) -> Record:
    service.store.clear(account)
    service.journal.clear(account)
    service.faults.clear(account)
    service.settings.reset(account)
    service.rates.forget(account)
    service.clocks.reset(account)
    return {}


LATEST: Final = 32_503_680_000.0
"""The end of the year 2999: past it, a day more could be a date that nobody can write."""

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
        ("GET", "clock"): _clock,
        ("POST", "clock"): _set_clock,
        ("GET", "snapshot"): _snapshot,
        ("POST", "restore"): _restore,
        **{("POST", name): action for name, action in ACTIONS.items()},
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
    except WishError as problem:
        reason = {"reason": problem.reason} if problem.reason else {}
        return _answer(problem.status, {"error": str(problem)} | reason)


def _answer(status: int, document: Record) -> Answer:
    return Answer(status, json.dumps(document).encode())
