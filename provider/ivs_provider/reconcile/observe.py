"""Reads what is in the account, in as few calls as the quotas deserve.

A refresh asks for one resource after another, some at once, and never says how many there will be. Quotas are per
operation: one Get for each of a thousand stages takes 200 seconds, ten List pages two. So the first few reads are
answered by Get, the others from the pages of one List that all of them share; a Get then only for what Lists lack.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Final

from ivs_provider.cloud import Account, Answer
from ivs_provider.errors import NotFound
from ivs_provider.model.resource_type import Call, ResourceType

__all__ = ["Reader"]

_SINGLE_READS: Final = 2
_TAGS: Final = Call(operation="ListTagsForResource", result="tags")


@dataclass(slots=True)
class _Sweep:
    """One List in progress, shared by all who read resources of one type."""

    asked: int = 0
    pages: int = 0
    token: str = ""
    ended: bool = False
    found: dict[str, Answer] = field(default_factory=dict)
    turn: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class Reader:
    """Answers reads of one account. What Lists said is kept until `forget`.

    Args:
        account: Where to read.
    """

    account: Account
    _sweeps: dict[str, _Sweep] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def forget(self) -> None:
        """Drop what Lists said: a new run has begun, or something was written."""
        with self._lock:
            self._sweeps.clear()

    def get(self, kind: ResourceType, arn: str) -> Answer | None:
        """All that AWS says of one resource, by its Get; ``None`` where it is gone.

        Raises:
            IvsError: The call failed.
        """
        try:
            return self.account.resource(kind.read, {"arn": arn})
        except NotFound:
            return None

    def read(self, kind: ResourceType, arn: str, wanted: frozenset[str]) -> tuple[Answer | None, frozenset[str]]:
        """What AWS says of one resource, by the cheapest way that shows what is wanted.

        Args:
            kind: Its type.
            arn: Its ARN.
            wanted: Top-level members that the answer must tell.

        Returns:
            The answer (``None`` where the resource is gone) and the members that it does not tell.

        Raises:
            IvsError: A call failed.
        """
        sweep = self._sweep(kind)
        missing = wanted & kind.lists_lack
        if sweep.asked <= _SINGLE_READS or missing - {"tags"}:
            return self.get(kind, arn), frozenset()
        summary = self._listed(kind, sweep, arn)
        if summary is None:  # not listed: gone, newer than the List, or the List lags; the Get knows
            return self.get(kind, arn), frozenset()
        if "tags" in missing:
            try:
                answer = self.account.call(_TAGS.operation, {"resourceArn": arn}, promised=_TAGS.result)
            except NotFound:  # deleted since it was listed
                return self.get(kind, arn), frozenset()
            return {**summary, "tags": answer[_TAGS.result]}, kind.lists_lack - {"tags"}
        return summary, kind.lists_lack

    def _sweep(self, kind: ResourceType) -> _Sweep:
        with self._lock:
            sweep = self._sweeps.setdefault(kind.token, _Sweep())
            sweep.asked += 1
            return sweep

    def _listed(self, kind: ResourceType, sweep: _Sweep, arn: str) -> Answer | None:
        """The resource's summary, turning pages as long as they are not more than the reads that they serve.

        The bound keeps a small program in a large account from reading a List of other people's stages: it costs at
        most twice what single reads would.
        """
        while arn not in sweep.found:
            with sweep.turn:
                if arn in sweep.found:
                    break
                if sweep.ended or sweep.pages >= sweep.asked:
                    return None
                page, sweep.token = next(self.account.pages(kind.list, token=sweep.token))
                sweep.pages += 1
                sweep.ended = not sweep.token
                sweep.found.update((str(summary.get("arn")), summary) for summary in page)
        return sweep.found[arn]
