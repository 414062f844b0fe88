"""Everything that exists, in SQLite: in a file that survives `kill -9`, or in memory.

A resource is one row with its whole record as JSON, because what a record holds is the model's business and not a
table's. Sessions, participants and their events are rows too, below their `parent`; `due` is the moment at which
something happens to a row by itself. Write-ahead logging without a sync per commit is enough: a killed process loses
nothing that it committed, and a machine that loses power loses an emulator's data, which is no loss.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ivs_emulator.caller import Scope
from ivs_emulator.records import Record

FORMAT: Final = 2
"""Version of the table below; a file of another version is refused rather than misread."""

LOCK_SECONDS: Final = 0.2
"""How long to wait for a file that another process has; long enough for one that is just ending."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS resources (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    arn TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    kind TEXT NOT NULL,
    created REAL NOT NULL,
    record TEXT NOT NULL,
    parent TEXT NOT NULL DEFAULT '',
    due REAL
);
CREATE INDEX IF NOT EXISTS listed ON resources (account, region, kind, parent, sequence);
CREATE INDEX IF NOT EXISTS awaited ON resources (account, due) WHERE due IS NOT NULL;
"""

# Each condition is a member and a value; a member that is a list satisfies it if any item does.
_SATISFIES: Final = """
NOT EXISTS (
    SELECT 1 FROM json_each(:where) AS wanted WHERE NOT EXISTS (
        SELECT 1 FROM json_each(record, '$.' || wanted.key) AS found WHERE found.value = wanted.value
    )
)
"""

_SELECTION: Final = f"""
FROM resources WHERE account = :account AND region = :region AND kind = :kind
AND (:parent IS NULL OR parent = :parent) AND {_SATISFIES}
"""

_PAGE: Final = f"""
SELECT sequence, record {_SELECTION}
AND sequence > :after AND created <= :created_by ORDER BY sequence LIMIT :limit
"""

_NEWEST_PAGE: Final = f"""
SELECT sequence, record {_SELECTION}
AND (:after = 0 OR sequence < :after) AND created <= :created_by ORDER BY sequence DESC LIMIT :limit
"""

_COUNT: Final = f"SELECT COUNT(*) {_SELECTION}"


class StoreError(Exception):
    """The data file can't be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One resource with what the record itself doesn't say; its `repr` shows no stream key."""

    kind: str
    record: Record = field(repr=False)


@dataclass(frozen=True, slots=True)
class Placed:
    """A row together with where it is: for the admin interface and for what happens by itself."""

    scope: Scope
    row: Row
    due: float | None = None


Conditions = Mapping[str, str | bool]
"""Members and the values that they must have."""

ANY: Final[Conditions] = MappingProxyType({})
"""No condition at all."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for: a kind, from where, how many, how old, and what it must satisfy."""

    kind: str
    after: int
    limit: int
    created_by: float
    where: Conditions = field(default_factory=dict)
    parent: str | None = None
    newest_first: bool = False


class Store:
    """The table of resources; every look-up but the admin's is confined to one account and region."""

    def __init__(self, path: Path | None) -> None:
        """Open the file, or a database in memory.

        Raises:
            StoreError: if the file is in use, isn't ours, or has another format.
        """
        # The server's own thread uses it; a different one may have made it.
        try:
            self._database = sqlite3.connect(
                path or ":memory:", timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._open()
        except sqlite3.Error as problem:
            raise StoreError(f"cannot use {path}: {problem}") from problem

    def _open(self) -> None:
        # Exclusive: two emulators on one file would each hand out what the other has deleted.
        self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        if version not in {0, FORMAT}:
            raise StoreError(f"the data file has format {version}, this emulator reads {FORMAT}")
        self._database.executescript(_SCHEMA)
        self._database.execute(f"PRAGMA user_version = {FORMAT}")

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything done inside, or nothing of it if it raises."""
        self._database.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def insert(self, scope: Scope, kind: str, created: float, record: Record, parent: str = "") -> None:
        """Add a resource, or a part of one below its parent; its record holds its ARN or key."""
        self._database.execute(
            "INSERT INTO resources (arn, account, region, kind, created, record, parent) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (record["arn"], scope.account, scope.region, kind, created, json.dumps(record), parent),
        )

    def fetch(self, scope: Scope, arn: str) -> Row | None:
        """Answer the resource with that ARN if it is in that scope."""
        found = self._database.execute(
            "SELECT kind, record FROM resources WHERE arn = ? AND account = ? AND region = ?",
            (arn, scope.account, scope.region),
        ).fetchone()
        return Row(found[0], json.loads(found[1])) if found else None

    def rewrite(self, record: Record) -> None:
        """Replace the record of a resource that exists."""
        self._database.execute("UPDATE resources SET record = ? WHERE arn = ?", (json.dumps(record), record["arn"]))

    def schedule(self, arn: str, due: float | None) -> None:
        """Say when something will happen to a row by itself (None: nothing will)."""
        self._database.execute("UPDATE resources SET due = ? WHERE arn = ?", (due, arn))

    def next_due(self, account: str | None, now: float) -> Placed | None:
        """Answer the row of an account (None: of any) to which something has happened first, if there is one."""
        found = self._database.execute(
            "SELECT account, region, kind, record, due FROM resources"
            " WHERE due <= :now AND (:account IS NULL OR account = :account) ORDER BY due, sequence LIMIT 1",
            {"now": now, "account": account},
        ).fetchone()
        return _placed(found) if found else None

    def remove(self, arn: str) -> None:
        """Delete a resource."""
        self._database.execute("DELETE FROM resources WHERE arn = ?", (arn,))

    def remove_below(self, arn: str) -> None:
        """Delete every row whose key begins with that ARN and a slash."""
        # "0" follows "/" in the order of characters.
        self._database.execute("DELETE FROM resources WHERE arn > ? AND arn < ?", (f"{arn}/", f"{arn}0"))

    def page(self, scope: Scope, page: Page) -> list[tuple[int, Record]]:
        """Answer resources in order of creation (or the newest first), each with its place in that order."""
        arguments = _selection(scope, page.kind, page.where, page.parent) | {
            "after": page.after,
            "limit": page.limit,
            "created_by": page.created_by,
        }
        rows = self._database.execute(_NEWEST_PAGE if page.newest_first else _PAGE, arguments).fetchall()
        return [(sequence, json.loads(record)) for sequence, record in rows]

    def count(self, scope: Scope, kind: str, where: Conditions = ANY, parent: str | None = None) -> int:
        """Answer how many of a kind there are in a scope."""
        (number,) = self._database.execute(_COUNT, _selection(scope, kind, where, parent)).fetchone()
        return int(number)

    def find(self, account: str | None, arn: str) -> Placed | None:
        """Answer the row with that key wherever it is; only the admin interface may ask."""
        found = self._database.execute(
            "SELECT account, region, kind, record, due FROM resources"
            " WHERE arn = :arn AND (:account IS NULL OR account = :account)",
            {"arn": arn, "account": account},
        ).fetchone()
        return _placed(found) if found else None

    def everything(self, account: str | None) -> list[Row]:
        """Answer all resources of an account, or of all; only the admin interface may ask."""
        return [placed.row for placed in self.placed(account)]

    def placed(self, account: str | None) -> list[Placed]:
        """Answer all resources of an account, or of all, with where each is."""
        rows = self._database.execute(
            "SELECT account, region, kind, record, due FROM resources"
            " WHERE parent = '' AND (:account IS NULL OR account = :account) ORDER BY sequence",
            {"account": account},
        ).fetchall()
        return [_placed(row) for row in rows]

    def accounts(self) -> list[str]:
        """Answer every account that has anything."""
        rows = self._database.execute("SELECT DISTINCT account FROM resources ORDER BY account").fetchall()
        return [account for (account,) in rows]

    def dump(self, account: str | None) -> list[Record]:
        """Answer every row with all its columns, secrets included."""
        rows = self._database.execute(
            "SELECT account, region, kind, parent, created, due, record FROM resources"
            " WHERE :account IS NULL OR account = :account ORDER BY sequence",
            {"account": account},
        ).fetchall()
        names = ("account", "region", "kind", "parent", "created", "due")
        return [dict(zip(names, row[:-1], strict=True)) | {"record": json.loads(row[-1])} for row in rows]

    def load(self, rows: Iterable[Record]) -> None:
        """Add rows as `dump` has answered them, in that order."""
        for row in rows:
            scope = Scope(row["account"], row["region"])
            self.insert(scope, row["kind"], row["created"], row["record"], row["parent"])
            self.schedule(row["record"]["arn"], row["due"])

    def clear(self, account: str | None) -> None:
        """Delete all resources of an account, or of all."""
        self._database.execute(
            "DELETE FROM resources WHERE :account IS NULL OR account = :account", {"account": account}
        )


def _selection(scope: Scope, kind: str, where: Conditions, parent: str | None) -> dict[str, str | float | None]:
    return {
        "account": scope.account,
        "region": scope.region,
        "kind": kind,
        "where": json.dumps(dict(where)),
        "parent": parent,
    }


def _placed(found: tuple[str, str, str, str, float | None]) -> Placed:
    account, region, kind, record, due = found
    return Placed(Scope(account, region), Row(kind, json.loads(record)), due)
