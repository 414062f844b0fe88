"""What can be told of one call: enough to follow a run, nothing that is secret.

No member of a request is told but the ARN that it is about, and of a create the logical name in its tags: a user may
keep any other one secret, and a request holds it in clear.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from ivs_provider.cloud.clock import Clock
from ivs_provider.errors import IvsError
from ivs_provider.model import ownership
from ivs_provider.values import Tree

__all__ = ["CallRecord", "OnCall", "recorded", "subject_of"]

_SUBJECTS: Final = ("arn", "resourceArn")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """One try of a call, sent or not.

    Args:
        at: When, in seconds since 1970.
        operation: Its operation.
        resource: ARN of what it is about; for a create, the logical name; empty for a List.
        attempt: Which try it was, from 1.
        seconds: How long it took, without the wait for its turn.
        error: Name of our error; empty where it succeeded.
        request_id: AWS's id of it, empty where there was no answer.
    """

    at: float
    operation: str
    resource: str
    attempt: int
    seconds: float = 0.0
    error: str = ""
    request_id: str = ""


OnCall: TypeAlias = Callable[[CallRecord], None]
"""Who is told of every call, on the thread that made it."""


def recorded(tell: OnCall, clock: Clock, call: CallRecord, send: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Make a call, and tell of it however it ends.

    Raises:
        IvsError: As `send`.
    """
    begun = clock.now()

    def ended(error: str, metadata: Mapping[str, Any]) -> None:
        request_id = str(metadata.get("RequestId") or "")
        tell(replace(call, seconds=clock.now() - begun, error=error, request_id=request_id))

    try:
        answer = send()
    except IvsError as error:
        response = getattr(error.__cause__, "response", None)  # of a ClientError
        ended(type(error).__name__, response.get("ResponseMetadata", {}) if isinstance(response, dict) else {})
        raise
    ended("", answer.get("ResponseMetadata", {}))
    return answer


def subject_of(members: Tree) -> str:
    """What of a request may be told."""
    for name in _SUBJECTS:
        if isinstance(arn := members.get(name), str):
            return arn
    tags = members.get("tags")
    created = tags.get(ownership.NAME) if isinstance(tags, dict) else None
    return str(created or members.get("stageArn") or "")
