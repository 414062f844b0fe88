"""What a plan costs before it is carried out: time that the call rates take, room that the count quotas leave. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ivs_provider.model import limits
from ivs_provider.model.resource_type import ResourceType

__all__ = ["room", "seconds"]


def seconds(calls: Mapping[str, int], rates: Mapping[str, float]) -> float:
    """How long the quotas make these calls take, in an account where nothing else calls.

    An operation that has rested makes one call less than a second's at once, then its calls are spaced evenly
    (`ivs_provider.cloud.pace`). Operations go beside each other, so the slowest one counts.

    Args:
        calls: How many of each operation.
        rates: Calls a second by operation, where they are not the published quotas.
    """
    return max((_lane(number, rates.get(name) or limits.rate(name)) for name, number in calls.items()), default=0.0)


def _lane(number: int, rate: float) -> float:
    return max(0.0, (number - max(1.0, rate - 1)) / rate)


def room(kind: ResourceType, existing: int, asked: int, replacing: int = 0) -> str:
    """What to tell before an account runs out of room for a type; empty where all fit.

    Args:
        kind: The type.
        existing: How many there are.
        asked: How many more are asked for.
        replacing: How many of those replace one that goes only after them.
    """
    quota = limits.count(kind.name)
    if quota is None or existing + asked <= quota.limit:
        return ""
    free_places = f" ({replacing} to replace one, which takes a free place)" if replacing else ""
    text = (
        f"{kind.noun}s: {existing} exist, this run asks for {asked} more{free_places}, and the quota is {quota.limit}"
        " in all. "
    )
    raisable = f"Ask for a higher quota (Service Quotas, Amazon IVS: {quota.name}) or delete some first."
    fixed = f"AWS does not raise this quota ({quota.name}); delete some first."
    after = f" Or replace with deleteBeforeReplace: {kind.replacement_note}." if replacing else ""
    return text + (raisable if quota.adjustable else fixed) + after
