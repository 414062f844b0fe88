"""Checks what a program declares against its schema: every `Problem` at once, before any call.

Unknown values pass: a later check sees them known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, cast

from ivs_provider.model import ownership
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.values import Problem, Secret, Tree, Value, at, reveal

__all__ = ["check", "reserved_keys", "without_nulls"]

_TAG_LIMIT: Final = 50


def check(kind: ResourceType, inputs: Tree, *, owned: bool) -> list[Problem]:
    """Everything that is wrong with a resource's inputs, in the order of their paths.

    Args:
        kind: The type of the resource.
        inputs: What is declared, default tags included; may hold unknowns and secrets.
        owned: Whether the resource will carry our own tags, which count in AWS's limit.
    """
    # jsonschema takes 40 ms to import: the plugin answers its first calls before that.
    from ivs_provider.model.validation import schema_problems

    opened = cast("Tree", reveal(inputs))
    problems = {*schema_problems(kind.schema_name, inputs), *_tag_problems(opened, owned=owned)}
    for rule in kind.rules:
        problems.update(rule(opened))
    return sorted(problems, key=lambda problem: ([str(key) for key in problem.path], problem.reason))


def without_nulls(value: Value) -> Value:
    """The same tree without members that are null: to Pulumi and to IVS alike they are not there."""
    if isinstance(value, Secret):
        return Secret(without_nulls(value.value))
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if reveal(item) is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def _tag_problems(inputs: Tree, *, owned: bool) -> Iterator[Problem]:
    """What AWS and this provider keep for themselves, in the names and in the number of tags."""
    tags = at(inputs, ("tags",))
    if not isinstance(tags, dict):
        return
    room = _TAG_LIMIT - (len(ownership.OWN_TAGS) if owned else 0)
    if len(tags) > room:
        ours = f" beside the {len(ownership.OWN_TAGS)} of pulumi-ivs (ownershipTags)" if owned else ""
        yield Problem(("tags",), f"{len(tags)} tags, there is room for {room}{ours}; remove some")
    yield from reserved_keys("tags", tags)


def reserved_keys(name: str, tags: Iterable[str]) -> Iterator[Problem]:
    """Tag keys that no program may set, below the member that holds them."""
    for key in tags:
        if ownership.is_own(key):
            yield Problem(
                (name, key), f"keys that begin with {ownership.PREFIX} are written by the provider; remove it"
            )
        elif key.lower().startswith("aws:"):
            yield Problem((name, key), "keys that begin with aws: belong to AWS; choose another")
