"""Which stacks own what of an account, told by its tags alone. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ivs_provider.model import ownership
from ivs_provider.model.ownership import COMMAND_LINE, Pending
from ivs_provider.planning.survey import Listed
from ivs_provider.resources import registry

__all__ = ["Holding", "holdings", "name_of", "noun_of", "region_of", "stack_of"]

_ARN: Final = re.compile(r"arn:[a-z-]+:ivs:(?P<region>[a-z0-9-]+):[0-9]{12}:(?P<kind>[a-z-]+)/.+")


@dataclass(frozen=True, slots=True)
class Holding:
    """What one stack owns.

    Args:
        stack: ``PROJECT/STACK``, as its tag writes it; empty for what is nobody's.
        resources: In the order of type, name and ARN.
    """

    stack: str
    resources: tuple[Listed, ...]

    @property
    def counts(self) -> Counter[str]:
        """How many of each type, by its name."""
        return Counter(each.kind.name for each in self.resources)

    @property
    def pending(self) -> list[tuple[Listed, Pending]]:
        """What nobody may have recorded, oldest first: a create that was interrupted, or one that runs now."""
        found = [
            (each, mark)
            for each in self.resources
            if (mark := Pending.read(each.tags)) and mark.front_end != COMMAND_LINE
        ]
        return sorted(found, key=lambda pair: (pair[1].since, pair[0].arn))


def holdings(listed: Iterable[Listed]) -> list[Holding]:
    """Everything by its owner, in the order of their names; what is nobody's comes last, and always."""
    owned: dict[str, list[Listed]] = {}
    for each in listed:
        owned.setdefault(stack_of(each), []).append(each)
    nobodys = owned.pop("", [])
    pairs = [*sorted(owned.items()), ("", nobodys)]
    return [Holding(stack, tuple(sorted(resources, key=_order))) for stack, resources in pairs]


def stack_of(listed: Listed) -> str:
    """The stack whose tag it carries; empty for nobody's."""
    return listed.tags.get(ownership.STACK, "")


def region_of(arn: str) -> str:
    """The region of an ARN of the service; empty where this is none."""
    found = _ARN.match(arn)
    return found["region"] if found else ""


def noun_of(arn: str) -> str:
    """What an ARN is the ARN of, in words; empty where that is none of our types."""
    found = _ARN.match(arn)
    nouns = {kind.arn_kind: kind.noun for kind in registry().values()}
    return nouns.get(found["kind"], "") if found else ""


def name_of(listed: Listed) -> str:
    """The logical name that its tag says, else the name that AWS shows; empty where it has neither."""
    return listed.tags.get(ownership.NAME) or str(listed.summary.get("name") or "")


def _order(listed: Listed) -> tuple[str, str, str]:
    return listed.kind.name, name_of(listed), listed.arn
