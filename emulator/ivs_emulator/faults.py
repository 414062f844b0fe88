"""Faults that a test asks for: which calls they hit, when, and how the answer then breaks.

A fault is consumed by the calls it hits; how it is carried out on the wire is `delivery`'s business.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Final

from ivs_emulator.errors import INTERNAL
from ivs_emulator.records import Record

KINDS: Final = ("drop", "reset", "hang", "delay", "status", "throttle", "cut", "empty")
"""Every way in which an answer can break."""

MOMENTS: Final = ("before", "after")
"""Whether the operation is left undone or done when the answer breaks."""

_TYPES: Final[Mapping[str, tuple[type, ...]]] = MappingProxyType(
    {
        "operation": (str,),
        "when": (str,),
        "kind": (str,),
        "status": (int, type(None)),
        "error": (str,),
        "seconds": (int, float),
        "times": (int, type(None)),
        "skip": (int,),
    },
)


class FaultError(Exception):
    """A fault that makes no sense; the text says what a fault takes."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `skip` matching calls pass, then `times` are hit (None: until it is cleared)."""

    operation: str = "*"
    when: str = "before"
    kind: str = "drop"
    status: int | None = None
    error: str = INTERNAL
    seconds: float = 1.0
    times: int | None = 1
    skip: int = 0
    account: str | None = None

    def matches(self, account: str | None, operation: str) -> bool:
        """Tell whether a call of that account to that operation is concerned."""
        return self.operation in {"*", operation} and self.account in {None, account}

    @property
    def is_performed_first(self) -> bool:
        """Tell whether the operation is carried out although its answer breaks."""
        return self.when == "after" or self.kind == "delay"


def parse_fault(document: Record, account: str | None, operations: frozenset[str]) -> Fault:
    """Read a fault as posted to the admin interface.

    Raises:
        FaultError: if it has an unknown member, a wrong type, or an unknown kind, moment or operation.
    """
    for name, value in document.items():
        if name not in _TYPES or isinstance(value, bool) or not isinstance(value, _TYPES[name]):
            raise FaultError(f"{name}={value!r} is no member of a fault; members: {', '.join(_TYPES)}")
    fault = Fault(**document, account=account)
    for value, known in ((fault.kind, KINDS), (fault.when, MOMENTS)):
        if value not in known:
            raise FaultError(f"{value!r} is unknown; known: {', '.join(known)}")
    if fault.operation != "*" and fault.operation not in operations:
        raise FaultError(f"{fault.operation!r} is no operation of this service")
    return fault


class FaultPlan:
    """The faults still to come, in the order in which they were asked for."""

    def __init__(self) -> None:
        """Start without any: an emulator that nobody disturbs works."""
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Add one behind those already waiting."""
        self._faults.append(fault)

    def draw(self, account: str | None, operation: str) -> Fault | None:
        """Answer the fault that hits this call, if any, and count it; every matching skip counts too."""
        for index, fault in enumerate(self._faults):
            if not fault.matches(account, operation):
                continue
            if fault.skip > 0:
                self._faults[index] = replace(fault, skip=fault.skip - 1)
                continue
            self._spend(index, fault)
            return fault
        return None

    def _spend(self, index: int, fault: Fault) -> None:
        if fault.times is None:
            return
        if fault.times > 1:
            self._faults[index] = replace(fault, times=fault.times - 1)
        else:
            del self._faults[index]

    def listed(self, account: str | None) -> list[Record]:
        """Answer what is left for an account (None: for everybody)."""
        return [asdict(fault) for fault in self._faults if account in {None, fault.account}]

    def clear(self, account: str | None) -> None:
        """Drop the faults of one account, or all."""
        self._faults = [fault for fault in self._faults if account not in {None, fault.account}]
