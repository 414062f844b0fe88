"""What goes back and forth between the network and the service.

Bodies stay out of every `repr`: they hold stream keys, and a `repr` ends up in logs and failing tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ivs_emulator.caller import Scope
from ivs_emulator.errors import ServiceError
from ivs_emulator.faults import Fault
from ivs_emulator.routing import Route
from ivs_emulator.settings import Settings

UNKNOWN: Final = "Unknown"
"""What the journal calls an operation that doesn't exist."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as it came over the network; the target is still percent-encoded."""

    method: str
    target: str
    authorization: str | None = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a status, an error type if it is a refusal, and a JSON body."""

    status: int
    body: bytes = field(repr=False)
    error: str | None = None
    arn: str | None = None
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request whose caller and operation are known, or the refusal that it has met already."""

    incoming: Incoming
    route: Route | None
    scope: Scope | None
    settings: Settings
    arrived: float
    fault: Fault | None = None
    refusal: ServiceError | None = None

    @property
    def operation(self) -> str:
        """The operation's name, also for requests to none."""
        return self.route.operation.name if self.route else UNKNOWN
