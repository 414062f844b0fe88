"""Which calls arrived, so that tests and benchmarks can count what a client really does.

Entries hold no arguments and no answers: an ARN at most. A stream key can't leak from what isn't kept.
"""

from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Final

from ivs_emulator.records import Record

KEPT: Final = 20_000
"""How many single calls are remembered; counts are kept for ever."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One call. No status means that no answer was sent; `performed` tells whether it took effect."""

    time: float
    operation: str
    account: str | None
    region: str | None
    status: int | None
    error: str | None
    arn: str | None
    performed: bool
    fault: str | None
    tag_keys: tuple[str, ...] = ()
    """The keys that an UntagResource takes away."""


class Journal:
    """The calls in order of arrival, and how many there were of each operation."""

    def __init__(self) -> None:
        """Start empty; the journal isn't persistent, because it is about this process."""
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._counts: Counter[tuple[str | None, str]] = Counter()

    def add(self, entry: Entry) -> None:
        """Remember one call."""
        self._entries.append(entry)
        self._counts[entry.account, entry.operation] += 1

    def described(self, account: str | None) -> Record:
        """Answer counts and calls of an account (None: of all)."""
        counts: Counter[str] = Counter()
        for (owner, operation), number in self._counts.items():
            if account in {None, owner}:
                counts[operation] += number
        calls = [asdict(entry) for entry in self._entries if account in {None, entry.account}]
        return {"counts": dict(sorted(counts.items())), "calls": calls}

    def clear(self, account: str | None) -> None:
        """Forget the calls of an account, or all."""
        kept = [entry for entry in self._entries if account not in {None, entry.account}]
        self._entries = deque(kept, maxlen=KEPT)
        self._counts = Counter(
            {key: number for key, number in self._counts.items() if account not in {None, key[0]}},
        )
