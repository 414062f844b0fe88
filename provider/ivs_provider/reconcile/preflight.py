"""Warns before an account runs out of room: counts quotas, most of which can be raised, some of which cannot.

The engine asks for one resource after another and never says how many there will be. So a preview is counted to its
end and told once; a real run is told at the first create that will not fit.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from ivs_provider.errors import IvsError
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.reconcile.cost import room
from ivs_provider.reconcile.notice import Notice, Tell
from ivs_provider.reconcile.roll import Roll

__all__ = ["Preflight"]


@dataclass(slots=True)
class _Demand:
    """What a run asks for of one type."""

    existing: int
    asked: int = 0
    replacing: int = 0
    told: int = 0


@dataclass(slots=True)
class Preflight:
    """Counts what is asked for against what fits. One for a configured process; all threads share it.

    Args:
        roll: Who knows how many there are: nothing is listed twice.
        tell: Who is warned.
        enabled: Whether anybody wants to know.
    """

    roll: Roll
    tell: Tell
    enabled: bool
    _demands: dict[str, tuple[ResourceType, _Demand]] = field(default_factory=dict)
    _replaced: dict[str, bool] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def replaces(self, urn: str, *, deletes_first: bool) -> None:
        """A diff has said that a resource will be replaced."""
        self._replaced[urn] = deletes_first

    def wants(self, kind: ResourceType, urn: str, *, now: bool) -> None:
        """A resource is asked for.

        Args:
            kind: Its type.
            urn: The resource.
            now: Whether it is about to be created; else this is a preview.
        """
        if not self.enabled or self._replaced.get(urn):
            return
        demand = self._demand(kind)
        if demand is None:
            return
        with self._lock:
            demand.asked += 1
            demand.replacing += urn in self._replaced
        if now and not demand.told:
            self._tell(kind, demand)

    def flush(self) -> None:
        """The run is over, or rests: say what has been counted."""
        for kind, demand in list(self._demands.values()):
            if not demand.told:
                self._tell(kind, demand)

    def _demand(self, kind: ResourceType) -> _Demand | None:
        """``None`` where it cannot be counted: a preview needs neither credentials nor permissions for this."""
        if kind.token not in self._demands:
            try:
                existing = self.roll.count(kind)
            except IvsError:
                self.enabled = False
                return None
            with self._lock:
                self._demands.setdefault(kind.token, (kind, _Demand(existing)))
        return self._demands[kind.token][1]

    def _tell(self, kind: ResourceType, demand: _Demand) -> None:
        text = room(kind, demand.existing, demand.asked, demand.replacing)
        if text:
            demand.told = demand.asked
            self.tell(Notice(text))
