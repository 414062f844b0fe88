"""Moments as they are written on the wire: ISO 8601 with milliseconds, in UTC."""

from datetime import UTC, datetime


def iso(moment: float) -> str:
    """Write seconds since 1970 as AWS does."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_of(text: str) -> float:
    """Read a time that somebody has written; without a zone it is UTC.

    Raises:
        ValueError: if it is no ISO 8601 time.
    """
    read = datetime.fromisoformat(text)
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
