"""What the account lists, with tags: where `once` looks for what may have been created already.

ListIngestConfigurations shows no tags. There the list is first narrowed by what it does show, and tags are read one by
one for what remains.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

from ivs_provider.cloud import Account, Answer
from ivs_provider.errors import NotFound
from ivs_provider.model.ownership import URN
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.reconcile.compare import same
from ivs_provider.values import ABSENT, Desired

__all__ = ["Roll"]

Known: TypeAlias = Callable[[str], bool]
"""Whether an ARN is recorded already, so that nobody looks for it."""

_TAGS: Final = "ListTagsForResource"


@dataclass(slots=True)
class _List:
    """One whole List, and when it began, in tickets."""

    began: int = -1
    summaries: list[Answer] = field(default_factory=list)


@dataclass(slots=True)
class Roll:
    """Calls the roll of the account's resources of one type; all threads share the answers.

    Args:
        account: Whose resources.
    """

    account: Account
    _tickets: itertools.count[int] = field(default_factory=itertools.count)
    _firsts: dict[str, list[Answer]] = field(default_factory=dict)
    _indexes: dict[str, Mapping[str, list[Answer]]] = field(default_factory=dict)
    _latest: dict[str, _List] = field(default_factory=dict)
    _tags: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _turns: dict[str, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def first(
        self, kind: ResourceType, desired: Desired, digest: str, known: Known
    ) -> Iterator[tuple[str, Mapping[str, str]]]:
        """What of one URN was there before this process created anything of the type: one List, whoever asks.

        Raises:
            IvsError: The List failed; the next one who asks tries again.
        """
        lacking = "tags" in kind.lists_lack
        summaries = self.summaries(kind) if lacking else self._by_urn(kind).get(digest, [])
        for arn, tags in self._tagged(kind, summaries, desired, known):
            if tags.get(URN) == digest:
                yield arn, tags

    def fresh(self, kind: ResourceType, desired: Desired, known: Known) -> Iterator[tuple[str, Mapping[str, str]]]:
        """What is there now: a List that began after this was asked for, shared by all who asked before it began.

        Raises:
            IvsError: The List failed.
        """
        ticket = next(self._tickets)
        with self._turn(kind):
            latest = self._latest.setdefault(kind.token, _List())
            if latest.began < ticket:
                began = next(self._tickets)
                latest.summaries = self._whole_list(kind)
                latest.began = began
            summaries = latest.summaries
        yield from self._tagged(kind, summaries, desired, known)

    def count(self, kind: ResourceType) -> int:
        """How many there were before this process created anything of the type.

        Raises:
            IvsError: The List failed.
        """
        return len(self.summaries(kind))

    def summaries(self, kind: ResourceType) -> list[Answer]:
        """What the first List of a type said, whoever asked for it; nobody lists a type for the first time twice.

        Raises:
            IvsError: The List failed; the next one who asks tries again.
        """
        with self._turn(kind):
            if kind.token not in self._firsts:
                self._firsts[kind.token] = self._whole_list(kind)
            return self._firsts[kind.token]

    def tags(self, kind: ResourceType, summary: Answer) -> Mapping[str, str] | None:
        """All tags of a listed resource, read where its List shows none; ``None`` where it is gone since.

        Raises:
            IvsError: They could not be read.
        """
        if "tags" not in kind.lists_lack:
            return cast("Mapping[str, str]", summary.get("tags") or {})
        arn = str(summary.get("arn"))
        if arn not in self._tags:
            try:
                self._tags[arn] = self.account.call(_TAGS, {"resourceArn": arn}, promised="tags")["tags"]
            except NotFound:
                return None
        return self._tags[arn]

    def _by_urn(self, kind: ResourceType) -> Mapping[str, list[Answer]]:
        """The first List by the digests of its URN tags: a program of thousands asks as often."""
        summaries = self.summaries(kind)
        if kind.token not in self._indexes:
            index: dict[str, list[Answer]] = {}
            for summary in summaries:
                tags = cast("Mapping[str, str]", summary.get("tags") or {})
                index.setdefault(tags.get(URN, ""), []).append(summary)
            self._indexes[kind.token] = index
        return self._indexes[kind.token]

    def _whole_list(self, kind: ResourceType) -> list[Answer]:
        return [summary for page, _ in self.account.pages(kind.list) for summary in page]

    def _tagged(
        self, kind: ResourceType, summaries: list[Answer], desired: Desired, known: Known
    ) -> Iterator[tuple[str, Mapping[str, str]]]:
        for summary in summaries:
            arn = str(summary.get("arn"))
            if known(arn):
                continue
            may_be = "tags" not in kind.lists_lack or _may_be(kind, summary, desired)
            if may_be and (tags := self.tags(kind, summary)) is not None:
                yield arn, tags

    def _turn(self, kind: ResourceType) -> threading.Lock:
        with self._lock:
            return self._turns.setdefault(kind.token, threading.Lock())


def _may_be(kind: ResourceType, summary: Answer, desired: Desired) -> bool:
    """Whether everything that the summary shows of what only a create sets is as desired."""
    fixed = {name: shape for name, shape in kind.shape.inputs().items() if shape.flag("createOnly")}
    shown = fixed.keys() - kind.lists_lack - {name for name, shape in fixed.items() if shape.flag("writeOnly")}
    return all(same(fixed[name], summary.get(name, ABSENT), desired.get(name, ABSENT)) for name in shown)
