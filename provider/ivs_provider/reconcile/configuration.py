"""Checks the provider's own settings: every `Problem` at once, each naming the key to set."""

from __future__ import annotations

from collections.abc import Mapping

from ivs_provider.config import DRIFT_VARIABLE, drift_is_off
from ivs_provider.model import schema
from ivs_provider.model.check import reserved_keys
from ivs_provider.model.validation import schema_problems
from ivs_provider.resources import registry
from ivs_provider.values import Problem, Tree, at, reveal

__all__ = ["settings_problems"]

_TAG_OPERATIONS = ("ListTagsForResource", "TagResource", "UntagResource")


def settings_problems(arguments: Tree, environment: Mapping[str, str]) -> list[Problem]:
    """Everything that is wrong with typed provider configuration and with our own variable of the environment."""
    problems = list(schema_problems("provider", arguments))
    if environment.get(DRIFT_VARIABLE) and not drift_is_off(environment):
        problems.append(Problem((), f"the variable {DRIFT_VARIABLE} knows one value, off; set it to that, or unset it"))
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
    return frozenset(call.operation for call in calls if call).union(_TAG_OPERATIONS, schema.function_operations())
