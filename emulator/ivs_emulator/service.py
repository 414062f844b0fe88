"""The service without its network: a request goes in, an answer comes out.

Two steps, because time passes between them: `admit` finds out who calls what (and which latency or fault
awaits the call), `perform` does it. Everything in between, waiting and breaking, is the server's.
"""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final
from urllib.parse import parse_qs

from ivs_emulator.call import Call, Implementation
from ivs_emulator.caller import Scope, scope_of
from ivs_emulator.clocks import Clocks
from ivs_emulator.denial import check_denials
from ivs_emulator.errors import INTERNAL, NOT_IMPLEMENTED, THROTTLING, UNKNOWN_OPERATION, VALIDATION, ServiceError
from ivs_emulator.exchange import Answer, Incoming, Visit
from ivs_emulator.faults import FaultPlan
from ivs_emulator.ids import Ids
from ivs_emulator.journal import Entry, Journal
from ivs_emulator.operations import OPERATIONS
from ivs_emulator.projection import project, without_nulls
from ivs_emulator.rates import Pace, RateLimiter
from ivs_emulator.records import Record
from ivs_emulator.rooms.settling import settle
from ivs_emulator.routing import Route, Router
from ivs_emulator.service_model import ServiceModel
from ivs_emulator.settings import Settings
from ivs_emulator.store import Store
from ivs_emulator.switchboard import SettingsBook
from ivs_emulator.validation import Violation, refuse, violations_of

NO_CONTENT: Final = 204
"""The status of an answer without a body."""

SETTLING: Final = "Settling"
"""What calls are named that nobody made: time did."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class World:
    """What no program can know by itself: the time, and what is random."""

    clock: Callable[[], float]
    monotonic: Callable[[], float]
    ids: Ids


class Service:
    """All accounts and regions of one emulator: its resources, settings, faults and journal."""

    def __init__(self, model: ServiceModel, store: Store, settings: Settings, world: World) -> None:
        """Put the parts together; time and randomness come from outside."""
        self.model = model
        self.store = store
        self.settings = SettingsBook(settings)
        self.faults = FaultPlan()
        self.journal = Journal()
        self.rates = RateLimiter()
        self.world = world
        self.clocks = Clocks(world.clock)
        self._router = Router(model.operations.values())

    def admit(self, incoming: Incoming) -> Visit:
        """Find out who calls what, count the call against its rate, and draw its fault."""
        now = self.world.clock()
        route = self._router.find(incoming.method, incoming.target)
        if route is None:
            path = incoming.target.partition("?")[0]
            unknown = ServiceError(UNKNOWN_OPERATION, f"No operation at {incoming.method} {path}")
            return Visit(incoming, None, None, self.settings.of(None), now, refusal=unknown)
        try:
            scope = scope_of(incoming.authorization)
        except ServiceError as denied:
            return Visit(incoming, route, None, self.settings.of(None), now, refusal=denied)
        operation = route.operation.name
        settings = self.settings.of(scope.account)
        is_too_fast = self._is_too_fast(scope, operation, settings)
        refusal = ServiceError(THROTTLING, "Rate exceeded") if is_too_fast else None
        fault = self.faults.draw(scope.account, operation)
        return Visit(incoming, route, scope, settings, now, fault, refusal)

    def _is_too_fast(self, scope: Scope, operation: str, settings: Settings) -> bool:
        rate = settings.rate_of(operation)
        if rate is None:
            return False
        burst = max(1.0, rate if settings.burst is None else settings.burst)
        return not self.rates.admits(scope, operation, self.world.monotonic(), Pace(rate, burst))

    def perform(self, visit: Visit) -> Answer:
        """Do what a visit asks for, completely or not at all, and answer it."""
        if visit.refusal:
            return self.refused(visit.refusal)
        try:
            return self._succeed(visit)
        except ServiceError as refusal:
            return self.refused(refusal)
        except Exception:  # noqa: BLE001  (a server answers 500 and goes on)
            # The emulator's own mistake: told on stderr with its trace, to the caller without it.
            _LOG.exception("%s failed inside the emulator", visit.operation)
            return self.refused(ServiceError(INTERNAL, f"{visit.operation} failed inside the emulator"))

    def refused(self, refusal: ServiceError, status: int | None = None) -> Answer:
        """Answer a refusal in the form that the model prescribes."""
        body = json.dumps({"exceptionMessage": refusal.message}).encode()
        modelled = self.model.statuses.get(refusal.kind, 500)
        return Answer(status or modelled, body, error=refusal.kind)

    def _succeed(self, visit: Visit) -> Answer:
        if visit.route is None or visit.scope is None:
            raise ServiceError(UNKNOWN_OPERATION, "No such operation")
        implementation = _implementation(visit.operation)
        arguments = _arguments(visit.incoming.body, visit.route)
        check_denials(visit.settings.deny, visit.scope, visit.operation, arguments)
        self.settle(visit.scope.account)
        call = self.call(visit.scope, visit.operation, visit.settings)
        with self.store.transaction():
            refuse(_violations(call, visit.route, implementation, arguments))
            result = implementation.perform(call, arguments)
        operation = visit.route.operation
        shown = project(operation.gives, result)
        body = b"" if operation.status == NO_CONTENT else json.dumps(shown).encode()
        return Answer(operation.status, body, arn=_arn(arguments, result))

    def call(self, scope: Scope, operation: str, settings: Settings | None = None) -> Call:
        """Answer what somebody in a scope may see of the world at this moment."""
        now = self.clocks.now(scope.account)
        return Call(operation, scope, self.store, self.world.ids, now, settings or self.settings.of(scope.account))

    def settle(self, account: str | None) -> None:
        """Let happen everything that has become due in an account, or in all."""
        for one in self.store.accounts() if account is None else (account,):
            settle(self.call(Scope(one, ""), SETTLING), one)

    def record(self, visit: Visit, done: Answer | None, seen: Answer | None) -> None:
        """Enter a visit in the journal: what was done, and what the caller gets to see of it (None: nothing)."""
        entry = Entry(
            time=visit.arrived,
            operation=visit.operation,
            account=visit.scope.account if visit.scope else None,
            region=visit.scope.region if visit.scope else None,
            status=seen.status if seen else None,
            error=seen.error if seen else None,
            arn=done.arn if done else None,
            performed=done is not None and done.error is None,
            fault=visit.fault.kind if visit.fault else None,
            tag_keys=tuple(parse_qs(visit.incoming.target.partition("?")[2]).get("tagKeys", ())),
        )
        self.journal.add(entry)


def _implementation(operation: str) -> Implementation:
    if operation not in OPERATIONS:
        raise ServiceError(NOT_IMPLEMENTED, f"The emulator does not implement {operation} yet")
    return OPERATIONS[operation]


def _arguments(body: bytes, route: Route) -> Record:
    try:
        document = json.loads(body, parse_constant=_refuse_constant) if body else {}
    except ValueError:
        raise ServiceError(VALIDATION, "The request body is not JSON") from None
    if not isinstance(document, dict):
        raise ServiceError(VALIDATION, "The request body is not a JSON object")
    # Only what the model places in the body is read from it; unknown members are ignored, as AWS does.
    members = {
        name: without_nulls(document[name])
        for name, member in route.operation.takes.members.items()
        if member.location == "body" and document.get(name) is not None
    }
    return members | route.arguments


def _refuse_constant(name: str) -> None:
    # NaN and Infinity are Python's idea of JSON and nobody else's.
    raise ValueError(name)


def _violations(call: Call, route: Route, implementation: Implementation, arguments: Record) -> Iterator[Violation]:
    modelled = list(violations_of(route.operation.takes, arguments))
    # Rules look at members that may be missing, but not at members of a wrong type.
    is_readable = not any(violation.malformed for violation in modelled)
    rules = implementation.rules if is_readable else ()
    return chain(modelled, chain.from_iterable(rule(call, arguments) for rule in rules))


def _arn(arguments: Record, result: Record) -> str | None:
    named = arguments.get("arn") or arguments.get("resourceArn")
    made = (part.get("arn") for part in result.values() if isinstance(part, dict))
    return named or next((arn for arn in made if arn), None)
