"""Botocore's description of the service, parsed once into values that are quick to interpret.

The JSON is read through botocore's loader and not through a client: a client costs a quarter of a
second and hides the constraints (it checks minimums only), while the document has them all.
"""

import re
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Final, Self

from botocore.loaders import Loader

from ivs_emulator.errors import UNMODELLED_STATUSES
from ivs_emulator.quirks import pattern_of
from ivs_emulator.records import Record


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a structure, and where on the wire it stands (`body` unless the model says so)."""

    shape: "Shape"
    location: str
    wire_name: str


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape with every constraint that the model states about it."""

    name: str
    kind: str
    members: Mapping[str, Member] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    item: "Shape | None" = None
    key: "Shape | None" = None
    enum: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    minimum: float | None = None
    maximum: float | None = None
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: how it is called, what it takes and what it answers."""

    name: str
    method: str
    path: str
    takes: Shape
    gives: Shape
    status: int = 200


NOTHING: Final = Shape("Nothing", "structure")
"""The answer of an operation that answers nothing."""


class ServiceModel:
    """The parsed description: operations, error statuses, and which members are secret."""

    def __init__(self, document: Record) -> None:
        """Parse every operation at once; forty of them take a few milliseconds."""
        self._document = document
        self._shapes: dict[str, Shape] = {}
        self.operations: Mapping[str, Operation] = {
            name: self._operation(name, entry) for name, entry in document["operations"].items()
        }
        self.statuses: Mapping[str, int] = dict(self._statuses())
        self.secret_members: frozenset[str] = frozenset(self._secret_members())

    def beside(self, other: "ServiceModel") -> Self:
        """Answer this model with another's operations added; what both have is this one's."""
        both = copy(self)
        both.operations = {**other.operations, **self.operations}
        both.statuses = {**other.statuses, **self.statuses}
        both.secret_members = self.secret_members | other.secret_members
        return both

    def _operation(self, name: str, entry: Record) -> Operation:
        return Operation(
            name=name,
            method=entry["http"]["method"],
            path=entry["http"]["requestUri"],
            takes=self.shape(entry["input"]["shape"]),
            gives=self.shape(entry["output"]["shape"]) if "output" in entry else NOTHING,
            status=entry["http"]["responseCode"],
        )

    def shape(self, name: str) -> Shape:
        """Answer the parsed shape of that name, parsing it the first time it is asked for."""
        if name not in self._shapes:
            self._shapes[name] = self._parse(name, self._document["shapes"][name])
        return self._shapes[name]

    def _parse(self, name: str, entry: Record) -> Shape:
        pattern = pattern_of(name, entry.get("pattern"))
        item = entry.get("member") or entry.get("value")
        return Shape(
            name=name,
            kind=entry["type"],
            members={key: self._member(key, part) for key, part in entry.get("members", {}).items()},
            required=tuple(entry.get("required", ())),
            item=self.shape(item["shape"]) if item else None,
            key=self.shape(entry["key"]["shape"]) if "key" in entry else None,
            enum=tuple(entry.get("enum", ())),
            pattern=re.compile(pattern) if pattern is not None else None,
            minimum=entry.get("min"),
            maximum=entry.get("max"),
            sensitive=entry.get("sensitive", False),
        )

    def _member(self, name: str, part: Record) -> Member:
        return Member(
            shape=self.shape(part["shape"]),
            location=part.get("location", "body"),
            wire_name=part.get("locationName", name),
        )

    def _statuses(self) -> Iterator[tuple[str, int]]:
        yield from UNMODELLED_STATUSES.items()
        for name, entry in self._document["shapes"].items():
            if entry.get("exception"):
                yield name, entry["error"]["httpStatusCode"]

    def _secret_members(self) -> Iterator[str]:
        for shape in self._shapes.values():
            yield from (name for name, member in shape.members.items() if member.shape.sensitive)


def load_model() -> ServiceModel:
    """Read the newest descriptions of both APIs that the installed botocore carries, real-time first."""
    realtime, low_latency = (
        ServiceModel(Loader().load_service_model(service, "service-2")) for service in ("ivs-realtime", "ivs")
    )
    return realtime.beside(low_latency)
