"""The service's published quotas, from ``limits.json``: data with a source and a date, since AWS changes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path as FilePath
from typing import Any, cast

__all__ = ["rate"]


@cache
def _limits() -> Mapping[str, Any]:
    text = FilePath(__file__).with_name("limits.json").read_text(encoding="utf-8")
    return cast("Mapping[str, Any]", json.loads(text))


def rate(operation: str) -> float:
    """Calls a second that one account may make of an operation in one region."""
    rates = _limits()["rates"]
    return float(rates["operations"].get(operation, rates["default"]))
