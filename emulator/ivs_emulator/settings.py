"""What can be switched while the emulator runs, as a frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

from ivs_emulator.denial import Denial
from ivs_emulator.limits import QUOTAS, USUAL_RATE


@dataclass(frozen=True, slots=True)
class Settings:
    """How the emulator behaves. Rates or quotas that are None are not enforced."""

    latency: float = 0.0
    rates: Mapping[str, float] | None = None
    burst: float | None = None
    quotas: Mapping[str, int] | None = field(default_factory=lambda: dict(QUOTAS))
    deny: tuple[Denial, ...] = ()
    list_lag: float = 0.0
    missing_buckets: frozenset[str] = frozenset()
    start_seconds: float = 0.5
    stop_seconds: float = 0.5
    linger_seconds: float = 0.0

    def rate_of(self, operation: str) -> float | None:
        """Answer the calls per second that an operation may have, or None where rates are off."""
        return None if self.rates is None else self.rates.get(operation, USUAL_RATE)

    def quota_of(self, name: str) -> float:
        """Answer how many there may be; infinity where quotas are off."""
        return inf if self.quotas is None else self.quotas.get(name, inf)
