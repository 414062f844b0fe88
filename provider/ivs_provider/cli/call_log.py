"""``--log-format json``: every call on stderr, one JSON object a line, for pipelines to keep."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivs_provider.cloud import CallRecord

__all__ = ["log_call"]


def log_call(call: CallRecord) -> None:
    """Tell of one call. One write for each line, so that lines of several threads do not mix.

    Args:
        call: The call.
    """
    line = {
        "time": datetime.fromtimestamp(call.at, UTC).isoformat(timespec="milliseconds"),
        "operation": call.operation,
        "resource": call.resource,
        "attempt": call.attempt,
        "milliseconds": round(call.seconds * 1000),
        "outcome": call.error or "ok",
        "requestId": call.request_id,
    }
    told = {key: value for key, value in line.items() if value != ""}
    sys.stderr.write(json.dumps(told, ensure_ascii=False) + "\n")
    sys.stderr.flush()
