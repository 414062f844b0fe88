"""What an account holds for one stack, read once: Lists first, a Get only for what Lists lack and somebody asks for."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, cast

from ivs_provider.cloud import Answer
from ivs_provider.config import DriftDetection
from ivs_provider.errors import IvsError
from ivs_provider.model import ownership
from ivs_provider.planning.matching import Claims
from ivs_provider.planning.survey import Listed, Survey
from ivs_provider.reconcile.reconciler import Reconciler

__all__ = ["Sight"]

_READERS: Final = 8


@dataclass
class Sight:
    """One account as a plan sees it.

    Args:
        reconciler: The operations on it.
        stack: ``PROJECT/STACK`` as its tag writes it.
    """

    reconciler: Reconciler
    stack: str
    _whole: dict[str, Future[Answer | None]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Begin to look, beside whatever else there is to do.

        Connecting imports, and a Python program runs with its own `sys.path`: never both at once.
        """
        with suppress(IvsError):  # the List will say it, after what is wrong with the program
            self.reconciler.account.connect()
        self._readers = ThreadPoolExecutor(_READERS, "reads")
        self._listing = self._readers.submit(self._listed)

    @cached_property
    def claims(self) -> Claims:
        """Who is what.

        Raises:
            IvsError: The account could not be listed.
        """
        return Claims(self.stack, self.everything)

    @cached_property
    def everything(self) -> list[Listed]:
        """All resources of the account.

        Raises:
            IvsError: The account could not be listed.
        """
        return self._listing.result()

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many resources of each type the account holds."""
        counted: dict[str, int] = {}
        for each in self.everything:
            counted[each.kind.name] = counted.get(each.kind.name, 0) + 1
        return counted

    def whole(self, listed: Listed) -> Answer | None:
        """All that AWS says of a resource; ``None`` where it is gone since it was listed.

        Raises:
            IvsError: The call failed.
        """
        return self._ask(listed).result()

    def match_anew(self) -> None:
        """Forget who has claimed what: the program is run once more."""
        self.__dict__.pop("claims", None)

    def close(self) -> None:
        """Nothing more will be asked."""
        self._readers.shutdown(wait=False, cancel_futures=True)

    def _listed(self) -> list[Listed]:
        found = Survey(self.reconciler.account, self.reconciler.once.roll).everything()
        for each in found:
            if each.tags.get(ownership.STACK) == self.stack and self._will_be_asked(each):
                self._ask(each)
        return found

    def _will_be_asked(self, listed: Listed) -> bool:
        """Whether the program spoke of a member that may drift and that the List does not show."""
        detection = self.reconciler.settings.drift_detection
        spoken = ownership.applied_in(listed.tags).keys() & listed.kind.lists_lack - {"tags"}
        drifting = any(not listed.kind.shape.marks(name, "createOnly") for name in spoken)
        return detection is DriftDetection.ALL or (detection is DriftDetection.DECLARED and drifting)

    def _ask(self, listed: Listed) -> Future[Answer | None]:
        with self._lock:
            if listed.arn not in self._whole:
                self._whole[listed.arn] = self._readers.submit(self.reconciler.reader.get, listed.kind, listed.arn)
            return self._whole[listed.arn]


def told(listed: Listed, whole: Answer | None) -> Answer:
    """The fullest answer that there is, with all tags."""
    return {**listed.summary, "tags": dict(listed.tags), **cast("Answer", whole or {})}
