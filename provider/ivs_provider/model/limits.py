"""The service's published quotas, from ``limits.json``: data with a source and a date, since AWS changes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path as FilePath
from typing import Any, cast

__all__ = ["Quota", "count", "rate"]


@dataclass(frozen=True, slots=True)
class Quota:
    """How many resources of one type an account may have in a region.

    Args:
        name: What AWS calls it.
        limit: Its default.
        adjustable: Whether AWS raises it on request.
    """

    name: str
    limit: int
    adjustable: bool


@cache
def _limits() -> Mapping[str, Any]:
    text = FilePath(__file__).with_name("limits.json").read_text(encoding="utf-8")
    return cast("Mapping[str, Any]", json.loads(text))


def count(type_name: str) -> Quota | None:
    """The count quota of a resource type; ``None`` where AWS publishes none."""
    found = _limits()["counts"].get(type_name)
    return Quota(found["name"], found["limit"], found["adjustable"]) if found else None


def rate(operation: str) -> float:
    """Calls a second that one account may make of an operation in one region."""
    rates = _limits()["rates"]
    return float(rates["operations"].get(operation, rates["default"]))
