"""Call rates, as a token bucket per operation, account and region.

AWS publishes the rate and not the algorithm. A bucket as large as one second's calls is a guess
(docs/reference/guesses.md) that is neither the kindest nor the harshest reading.
"""

from dataclasses import dataclass, replace

from ivs_emulator.caller import Scope


@dataclass(frozen=True, slots=True)
class Bucket:
    """Tokens left at a moment; they grow back with time up to the burst."""

    tokens: float
    moment: float


@dataclass(frozen=True, slots=True)
class Pace:
    """Calls per second, and how many may come at once after a rest."""

    rate: float
    burst: float


class RateLimiter:
    """Remembers one bucket per operation and scope, and starts each one full."""

    def __init__(self) -> None:
        """Start with no bucket at all: a bucket appears with its first call."""
        self._buckets: dict[tuple[Scope, str], Bucket] = {}

    def admits(self, scope: Scope, operation: str, now: float, pace: Pace) -> bool:
        """Take one token if there is one; a refused call takes none."""
        key = (scope, operation)
        bucket = self._buckets.get(key, Bucket(pace.burst, now))
        tokens = min(pace.burst, bucket.tokens + (now - bucket.moment) * pace.rate)
        admitted = tokens >= 1
        self._buckets[key] = replace(bucket, tokens=tokens - admitted, moment=now)
        return admitted

    def forget(self, account: str | None) -> None:
        """Fill the buckets of one account, or of all, for the next test."""
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if account not in {None, key[0].account}}
