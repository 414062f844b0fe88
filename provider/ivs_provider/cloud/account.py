"""The one place that calls AWS: `Account.call` paces, calls and translates; everything else is made of it."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, cast

from ivs_provider.cloud import client, translate
from ivs_provider.cloud.clock import Clock, Deadline
from ivs_provider.cloud.pace import Pace
from ivs_provider.cloud.record import CallRecord, OnCall, recorded, subject_of
from ivs_provider.config import Settings
from ivs_provider.errors import IvsError, Retry, Throttled
from ivs_provider.model.resource_type import Call
from ivs_provider.values import Tree

__all__ = ["PAGE_SIZE", "Account", "Answer"]

Answer: TypeAlias = "dict[str, Any]"
"""What the service answered, as boto3 gives it, without its metadata."""

PAGE_SIZE: Final = 100
"""The most that every List of the resource types gives at once (botocore's model)."""

_TRIES: Final = 4
_FIRST_PAUSE: Final = 0.5
_THROTTLED_TRIES: Final = 40
_LONGEST_PAUSE: Final = 20.0


@dataclass(slots=True)
class Account:
    """One AWS account and region, as one set of settings reaches it. Shared by all threads.

    Args:
        settings: How to reach it.
        clock: Whose time, and who wakes waiting calls at Cancel.
        on_call: Who is told of every call; nobody, unless asked for.
    """

    settings: Settings
    clock: Clock
    on_call: OnCall | None = None
    _pace: Pace = field(init=False)
    _clients: dict[tuple[str, int], Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Give the account its pace."""
        self._pace = Pace(self.clock, self.settings.rate_limits)

    def call(self, operation: str, members: Tree, deadline: Deadline | None = None, promised: str = "") -> Answer:
        """Call one operation, as often as is safe and useful.

        A throttle was not performed: it is repeated, later and slower. A lost answer may have been performed: reads,
        updates, deletes and tag calls may be performed twice and are repeated; a create is not. A success without
        what it promises (boto3 says nothing of a cut body) counts as a lost answer.

        Args:
            operation: Its name in the service's model.
            members: The request.
            deadline: How long it may take; 30 seconds a try, as often as is useful, where nothing is said.
            promised: Member of the answer that must be there.

        Raises:
            IvsError: The operation failed for good, was cancelled, or ran out of time.
        """
        limit = deadline or Deadline()
        for attempt in range(1, _THROTTLED_TRIES + 1):
            try:
                return self._call_once(operation, members, limit, promised, attempt)
            except IvsError as error:
                pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (attempt - 1))
                if not _may_repeat(operation, members, error, attempt) or pause > limit.left(self.clock):
                    raise
                if not isinstance(error, Throttled):
                    limit.on_wait(f"another try of {operation} ({error.what})", pause)
                    self.clock.sleep(pause, heeding_cancel=limit.heeds_cancel)
        raise AssertionError  # the last attempt above returns or raises

    def resource(self, call: Call, members: Tree, deadline: Deadline | None = None) -> Answer:
        """Call an operation and answer the resource that it promises.

        Raises:
            IvsError: As `call`; also where a success lacks the resource or its ARN (`BadAnswer`).
        """
        return cast("Answer", self.call(call.operation, members, deadline, call.result)[call.result])

    def pages(self, call: Call, filters: Tree | None = None, token: str = "") -> Iterator[tuple[list[Answer], str]]:
        """The pages of a List, each with the token of the next one (empty at the end).

        Raises:
            IvsError: As `call`.
        """
        while True:
            request: Tree = {**(filters or {}), "maxResults": PAGE_SIZE, **({"nextToken": token} if token else {})}
            answer = self.call(call.operation, request, promised=call.result)
            token = str(answer.get("nextToken") or "")
            yield cast("list[Answer]", answer[call.result]), token
            if not token:
                return

    def connect(self) -> None:
        """Make the client now instead of at the first call, and import in this thread what it needs.

        Raises:
            IvsError: As `ivs_provider.cloud.client.connect`.
        """
        self._client(client.READ_TIMEOUT)

    def region(self) -> str:
        """The region that the settings, the environment or the profile name.

        Raises:
            Misconfigured: None of them does.
        """
        return self.settings.region or str(self._client(client.READ_TIMEOUT).meta.region_name)

    def _call_once(self, operation: str, members: Tree, deadline: Deadline, promised: str, attempt: int) -> Answer:
        self._pace.wait(operation, deadline)

        def send() -> Answer:
            return self._sent(operation, members, deadline, promised)

        if self.on_call is None:
            answer = send()
        else:
            call = CallRecord(at=self.clock.wall(), operation=operation, resource=subject_of(members), attempt=attempt)
            answer = recorded(self.on_call, self.clock, call, send)
        self._pace.recover(operation)
        return {key: value for key, value in answer.items() if key != "ResponseMetadata"}

    def _sent(self, operation: str, members: Tree, deadline: Deadline, promised: str) -> Answer:
        timeout = math.ceil(min(client.READ_TIMEOUT, deadline.left(self.clock)))
        boto3_client = self._client(timeout, client.service_of(operation))
        try:
            answer: Answer = getattr(boto3_client, _method(operation))(**members)
        except Exception as error:
            translated = translate.from_boto(error, operation)
            if isinstance(translated, Throttled):
                self._pace.slow_down(operation)
            raise translated from error
        if promised and not _keeps(promised, answer):
            raise translate.from_answer(operation, promised)
        return answer

    def _client(self, read_timeout: int, service: str = client.service_of("")) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
        """A client whose reads end in time; nearly always the one with the usual time-out."""
        with self._lock:
            if (service, read_timeout) not in self._clients:
                self._clients[service, read_timeout] = client.connect(self.settings, max(1, read_timeout), service)
            return self._clients[service, read_timeout]


def _keeps(promised: str, answer: Answer) -> bool:
    """Whether an answer has what it promises; a resource without its ARN is half of one."""
    kept = answer.get(promised)
    return kept is not None and (not isinstance(kept, dict) or promised == "tags" or bool(kept.get("arn")))


def _may_repeat(operation: str, members: Tree, error: IvsError, attempt: int) -> bool:
    if isinstance(error, Throttled):
        return attempt < _THROTTLED_TRIES
    if attempt >= _TRIES:
        return False
    creates = operation.startswith(("Create", "Import", "Start")) and "idempotencyToken" not in members
    return error.retry is Retry.BACK_OFF or (error.retry is Retry.AMBIGUOUS and not creates)


def _method(operation: str) -> str:
    """boto3's name of an operation: ``GetStage`` is ``get_stage``; the API has no abbreviations to stumble over."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation).lstrip("_")
