"""What a number of cases came to, as a table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.faults.law import BREACHES

__all__ = ["Tally"]


@dataclass
class Tally:
    """What a number of cases came to."""

    cases: int = 0
    runs: int = 0
    resources: int = 0
    """That exist at the end."""
    breaches: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    crashes: Counter[str] = field(default_factory=Counter)
    leftovers: Counter[str] = field(default_factory=Counter)
    excused: Counter[str] = field(default_factory=Counter)
    adopted: int = 0
    stories: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Both in one."""
        self.cases += other.cases
        self.runs += other.runs
        self.resources += other.resources
        self.adopted += other.adopted
        self.breaches += other.breaches
        self.faults += other.faults
        self.crashes += other.crashes
        self.leftovers += other.leftovers
        self.excused += other.excused
        self.stories += other.stories

    @property
    def is_clean(self) -> bool:
        """Whether the law holds."""
        return not self.breaches.total()

    def table(self, seed: int) -> str:
        """The closing table."""
        lines = [f"{'cases':42}{self.cases:8,}", f"{'runs':42}{self.runs:8,}"]
        lines += [
            f"{'resources at the end':42}{self.resources:8,}",
            f"{'creates answered by adoption':42}{self.adopted:8,}",
        ]
        for title, counts in (("fault", self.faults), ("stop", self.crashes), ("leftover", self.leftovers)):
            lines.append(f"{title}s, all{'':{37 - len(title)}}{counts.total():8,}")
            lines += [f"  {name:40}{count:8,}" for name, count in sorted(counts.items())]
        lines += [f"not promised: {name}\n{'':42}{count:8,}" for name, count in sorted(self.excused.items())]
        lines += [f"{name.upper():42}{self.breaches[name]:8,}" for name in BREACHES]
        return "\n".join([*lines, f"{'seed':42}{seed:8}"])
