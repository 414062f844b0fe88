"""Checks the provider's own settings: every `Problem` at once, each naming the key to set."""

from __future__ import annotations

from ivs_provider.model.check import reserved_keys
from ivs_provider.model.validation import schema_problems
from ivs_provider.resources import registry
from ivs_provider.values import Problem, Tree, at, reveal

__all__ = ["settings_problems"]

_TAG_OPERATIONS = ("ListTagsForResource", "TagResource", "UntagResource")


def settings_problems(arguments: Tree) -> list[Problem]:
    """Everything that is wrong with typed provider configuration."""
    problems = list(schema_problems("provider", arguments))
    tags = reveal(arguments.get("defaultTags"))
    problems += reserved_keys("defaultTags", tags if isinstance(tags, dict) else ())
    rates = at(arguments, ("rateLimits",))
    known = _operations()
    problems += [
        Problem(("rateLimits", name), f"is no operation of this provider; there are {', '.join(sorted(known))}")
        for name in (rates if isinstance(rates, dict) else ())
        if name not in known
    ]
    return problems


def _operations() -> frozenset[str]:
    calls = (
        call for kind in registry().values() for call in (kind.create, kind.read, kind.list, kind.delete, kind.update)
    )
    return frozenset(call.operation for call in calls if call).union(_TAG_OPERATIONS)
