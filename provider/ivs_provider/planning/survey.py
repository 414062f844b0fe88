"""Everything that an account holds in a region, with its tags: who owns what is told by nothing else.

Types are listed at once, each paced by its own quota. ListIngestConfigurations shows no tags: those are read one by
one, several at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from ivs_provider.cloud import Account, Answer
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.reconcile.roll import Roll
from ivs_provider.resources import registry

__all__ = ["Listed", "Survey"]

_READERS: Final = 4
"""Threads that read tags: at 10 calls a second, enough for answers that take 400 ms."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One resource as its List shows it.

    Args:
        kind: Its type.
        arn: Its ARN.
        summary: What the List says; without tags where the List shows none.
        tags: All its tags, our own included.
    """

    kind: ResourceType
    arn: str
    summary: Answer
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Survey:
    """Lists an account. What was listed before (by the roll) is not listed again.

    Args:
        account: Whose resources.
        roll: Who keeps the Lists; a create that comes later looks there, too.
    """

    account: Account
    roll: Roll

    def everything(self) -> list[Listed]:
        """All resources of all types: types in the order of the registry, each in the order of its List.

        Raises:
            IvsError: A List failed, or tags could not be read.
        """
        kinds = list(registry().values())
        with ThreadPoolExecutor(len(kinds), "survey") as pool:
            return list(itertools.chain.from_iterable(pool.map(self.listed, kinds)))

    def listed(self, kind: ResourceType) -> list[Listed]:
        """All resources of one type; one that goes while its tags are read is left out.

        Raises:
            IvsError: The List failed, or tags could not be read.
        """
        summaries = self.roll.summaries(kind)
        if "tags" in kind.lists_lack and summaries:
            with ThreadPoolExecutor(_READERS, "tags") as pool:
                tags = list(pool.map(lambda summary: self.roll.tags(kind, summary), summaries))
        else:
            tags = [self.roll.tags(kind, summary) for summary in summaries]
        return [
            Listed(kind, str(summary.get("arn")), summary, theirs)
            for summary, theirs in zip(summaries, tags, strict=True)
            if theirs is not None
        ]
