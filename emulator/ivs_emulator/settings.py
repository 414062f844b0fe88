"""What can be switched while the emulator runs, as a frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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

    def rate_of(self, operation: str) -> float | None:
        """Answer the calls per second that an operation may have, or None where rates are off."""
        return None if self.rates is None else self.rates.get(operation, USUAL_RATE)
