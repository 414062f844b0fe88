"""Everything that exists, in SQLite: in a file that survives `kill -9`, or in memory.

A resource is one row with its whole record as JSON, because what a record holds is the model's business
and not a table's. Write-ahead logging without a sync per commit is enough: a killed process loses nothing
that it committed, and a machine that loses power loses an emulator's data, which is no loss.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ivs_emulator.caller import Scope
from ivs_emulator.records import Record

FORMAT: Final = 1
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
    record TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS listed ON resources (account, region, kind, sequence);
"""

_PAGE: Final = """
SELECT sequence, record FROM resources
WHERE account = :account AND region = :region AND kind = :kind
AND sequence > :after AND created <= :created_by
AND (:member IS NULL OR json_extract(record, '$.' || :member) = :value)
ORDER BY sequence LIMIT :limit
"""


class StoreError(Exception):
    """The data file can't be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One resource with what the record itself doesn't say; its `repr` shows no stream key."""

    kind: str
    record: Record = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for: a kind, from where, how many, how old, and one optional filter."""

    kind: str
    after: int
    limit: int
    created_by: float
    member: str | None = None
    value: str | None = None


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

    def insert(self, scope: Scope, kind: str, created: float, record: Record) -> None:
        """Add a resource; its record holds its ARN."""
        self._database.execute(
            "INSERT INTO resources (arn, account, region, kind, created, record) VALUES (?, ?, ?, ?, ?, ?)",
            (record["arn"], scope.account, scope.region, kind, created, json.dumps(record)),
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

    def remove(self, arn: str) -> None:
        """Delete a resource."""
        self._database.execute("DELETE FROM resources WHERE arn = ?", (arn,))

    def page(self, scope: Scope, page: Page) -> list[tuple[int, Record]]:
        """Answer resources in order of creation, each with its place in that order."""
        arguments: Mapping[str, str | float | None] = {
            "account": scope.account,
            "region": scope.region,
            "kind": page.kind,
            "after": page.after,
            "limit": page.limit,
            "created_by": page.created_by,
            "member": page.member,
            "value": page.value,
        }
        rows = self._database.execute(_PAGE, arguments).fetchall()
        return [(sequence, json.loads(record)) for sequence, record in rows]

    def count(self, scope: Scope, kind: str) -> int:
        """Answer how many of a kind there are in a scope."""
        (number,) = self._database.execute(
            "SELECT COUNT(*) FROM resources WHERE account = ? AND region = ? AND kind = ?",
            (scope.account, scope.region, kind),
        ).fetchone()
        return int(number)

    def everything(self, account: str | None) -> list[Row]:
        """Answer all resources of an account, or of all; only the admin interface may ask."""
        rows = self._database.execute(
            "SELECT kind, record FROM resources WHERE :account IS NULL OR account = :account ORDER BY sequence",
            {"account": account},
        ).fetchall()
        return [Row(kind, json.loads(record)) for kind, record in rows]

    def clear(self, account: str | None) -> None:
        """Delete all resources of an account, or of all."""
        self._database.execute(
            "DELETE FROM resources WHERE :account IS NULL OR account = :account", {"account": account}
        )
