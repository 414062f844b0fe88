"""What an operation may see of the world: its caller's own resources, the time, new ids, the settings."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import inf
from typing import Self

from ivs_emulator.caller import Scope
from ivs_emulator.errors import ACCESS_DENIED, NOT_FOUND, QUOTA, ServiceError
from ivs_emulator.ids import Ids
from ivs_emulator.kinds import Kind
from ivs_emulator.records import Record
from ivs_emulator.settings import Settings
from ivs_emulator.store import ANY, Conditions, Page, Row, Store
from ivs_emulator.times import iso
from ivs_emulator.validation import Violation


@dataclass(frozen=True, slots=True)
class Call:
    """One call being performed. There is no way from here to another account or region."""

    operation: str
    scope: Scope
    store: Store
    ids: Ids
    now: float
    settings: Settings

    def lookup(self, arn: str) -> Row:
        """Answer the resource of any kind with that ARN.

        Raises:
            ServiceError: ResourceNotFoundException, also for another region's ARN; AccessDeniedException for another
                account's.
        """
        if arn.split(":")[4:5] != [self.scope.account]:
            raise ServiceError(ACCESS_DENIED, f"User is not authorized to perform ivs:{self.operation} on {arn}")
        row = self.store.fetch(self.scope, arn)
        if row is None:
            raise ServiceError(NOT_FOUND, f"Resource: {arn} not found")
        return row

    def has(self, arn: str) -> bool:
        """Tell whether a resource with that ARN exists here."""
        return self.store.fetch(self.scope, arn) is not None

    def create(self, kind: Kind, members: Record, *, is_counted: bool = True) -> Record:
        """Add a resource of a kind with a new ARN, unless its quota is used up.

        Raises:
            ServiceError: ServiceQuotaExceededException, if one more is too many.
        """
        if is_counted:
            self._require_room(kind)
        record = {"arn": self._new_arn(kind), "name": "", "tags": {}} | members
        self.store.insert(self.scope, kind.name, self.now, record)
        return record

    def every(self, kind: Kind, where: Conditions = ANY, parent: str | None = None) -> list[Record]:
        """Answer all of a kind, or those below a parent and with certain values."""
        page = Page(kind.name, 0, -1, inf, where, parent)
        return [record for _, record in self.store.page(self.scope, page)]

    def count(self, kind: Kind, where: Conditions = ANY, parent: str | None = None) -> int:
        """Answer how many of a kind there are."""
        return self.store.count(self.scope, kind.name, where, parent)

    def part(self, kind: Kind, parent: str, record: Record) -> Record:
        """Add something that lives below a resource."""
        self.store.insert(self.scope, kind.name, self.now, record, parent)
        return record

    def fetch(self, arn: str) -> Record | None:
        """Answer the record with that key, if there is one here."""
        row = self.store.fetch(self.scope, arn)
        return row.record if row else None

    def at(self, moment: float) -> Self:
        """Answer the same call as if it were made at another moment."""
        return replace(self, now=moment)

    @property
    def time(self) -> str:
        """The time of the call, as it is written on the wire."""
        return iso(self.now)

    def _require_room(self, kind: Kind) -> None:
        quota = self.settings.quota_of(kind.name)
        if self.store.count(self.scope, kind.name) >= quota:
            message = f"{kind.name} quota exceeded: {quota} per account and region"
            raise ServiceError(QUOTA, message)

    def _new_arn(self, kind: Kind) -> str:
        scope = self.scope
        return f"arn:aws:ivs:{scope.region}:{scope.account}:{kind.arn_part}/{self.ids.resource()}"


Handler = Callable[[Call, Record], Record]
"""Performs an operation on valid arguments and answers the record that the output shape is cut from."""

Rule = Callable[[Call, Record], Iterable[Violation]]
"""Says what the model can't: how members depend on each other and on what exists."""


@dataclass(frozen=True, slots=True)
class Implementation:
    """How one operation is done, and the rules beyond the model that its arguments must obey."""

    perform: Handler
    rules: tuple[Rule, ...] = ()
