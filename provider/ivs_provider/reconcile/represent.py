"""Says what AWS answered in the words of the program and of the record. Pure.

A program says less than AWS answers, and may say it otherwise (lists in another order, ``""`` or nothing). A refresh
that answered everything would show changes that nobody made; so it answers what the program speaks of, as the
program says it, and differs only where the account does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from ivs_provider.model import ownership
from ivs_provider.model.check import check
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.model.schema import Shape
from ivs_provider.reconcile.compare import same
from ivs_provider.values import (
    ABSENT,
    Absent,
    Desired,
    Observed,
    Path,
    Recorded,
    Secret,
    Tree,
    Value,
    conceal,
    reveal,
    secret_paths,
)

__all__ = ["importable", "merged", "normalised", "outputs", "recorded_inputs", "tagged_in_part", "without"]


def normalised(kind: ResourceType, answer: Mapping[str, Value]) -> Observed:
    """An answer of AWS without what the schema does not know, without nulls, and without the tags that are ours."""
    known: Tree = {key: value for key, value in answer.items() if key in kind.shape.properties and value is not None}
    if isinstance(tags := known.get("tags"), dict):
        known["tags"] = cast("Value", ownership.without_own(cast("dict[str, str]", tags)))
    return Observed(known)


def outputs(kind: ResourceType, observed: Observed, *sources: Tree) -> Tree:
    """The outputs to record: what AWS says, and of what it never says, what the first source has.

    Everything is secret that the schema calls so, or that any of the sources keeps secret.

    Args:
        kind: The type of the resource.
        observed: What AWS says.
        sources: Inputs, then older outputs.
    """
    unsaid = [
        name for name, shape in kind.shape.properties.items() if shape.flag("writeOnly") or shape.flag("deleteOption")
    ]
    carried: Tree = {name: source[name] for name in unsaid for source in reversed(sources) if name in source}
    secrets = kind.shape.flagged("secret").union(*(secret_paths(source) for source in sources))
    return cast("Tree", conceal({**carried, **observed}, secrets))


def recorded_inputs(kind: ResourceType, recorded: Recorded, observed: Observed) -> Recorded:
    """The inputs as the account has them now, in the program's representation: only paths that were recorded."""
    told = cast("Tree", _represent(kind.shape, recorded, observed))
    said, seen = kind.tidied(cast("Tree", reveal(recorded))), kind.tidied(observed)
    shapes = ((name, shape) for name, shape in kind.shape.properties.items() if name in said)
    kept = {name: recorded[name] for name, shape in shapes if same(shape, said[name], seen.get(name, ABSENT))}
    return Recorded({**told, **kept})


def importable(kind: ResourceType, observed: Observed, default_tags: Mapping[str, Value]) -> Recorded:
    """The inputs that a program needs to declare what AWS says: no defaults, nothing that a check refuses."""
    telling = cast("Tree", _telling(kind.shape, observed))
    telling.update(kind.recovered(observed))
    if isinstance(tags := telling.get("tags"), dict):
        telling["tags"] = {key: value for key, value in tags.items() if reveal(default_tags.get(key)) != value}
    for problem in check(kind, telling, owned=False):
        telling = without(telling, problem.path)
    return Recorded({name: value for name, value in telling.items() if value != {}})


def tagged_in_part(desired: Desired, recorded: Recorded, outputs: Tree) -> Recorded:
    """The inputs to record where not all tags were applied: of those that the program says or said, what is there."""
    said = {key for tree in (desired, recorded) for key in cast("Tree", reveal(tree.get("tags", {})))}
    there = {key: value for key, value in cast("Tree", reveal(outputs.get("tags", {}))).items() if key in said}
    tags = conceal(there, secret_paths(outputs.get("tags", {})))
    return Recorded({**without(desired, ("tags",)), **({"tags": tags} if there else {})})


def merged(first: Tree, second: Tree) -> Tree:
    """Both trees in one; where both have a value that is no object, the first one's."""
    both = {
        key: merged(value, other)
        for key, value in first.items()
        if isinstance(value, dict) and isinstance(other := second.get(key), dict)
    }
    return {**second, **first, **both}


def without(tree: Tree, path: Path) -> Tree:
    """The same tree without one path."""
    head, *rest = path
    if not isinstance(head, str) or head not in tree:
        return tree
    inner = tree[head]
    if rest and isinstance(inner, dict):
        return {**tree, head: without(inner, tuple(rest))}
    return {key: value for key, value in tree.items() if key != head}


def _represent(shape: Shape | None, recorded: Value, observed: Value | Absent) -> Value | Absent:
    if isinstance(recorded, Secret):
        told = _represent(shape, recorded.value, observed)
        return told if isinstance(told, Absent) else Secret(told)
    if shape is None or shape.flag("writeOnly") or shape.flag("deleteOption") or same(shape, recorded, observed):
        return recorded
    if isinstance(recorded, dict) and isinstance(observed, dict):
        pairs = {key: _represent(shape.member(key), item, observed.get(key, ABSENT)) for key, item in recorded.items()}
        return {key: item for key, item in pairs.items() if not isinstance(item, Absent)}
    return observed


def _telling(shape: Shape, observed: Value) -> Value:
    """What differs from the defaults; a required member stays beside others that do."""
    if not isinstance(observed, dict) or not shape.properties:
        return observed
    inputs = {name: member for name, member in shape.inputs().items() if name in observed}
    told = {
        name: _telling(member, observed[name])
        for name, member in inputs.items()
        if not same(member, observed[name], ABSENT)
    }
    needed = {name: observed[name] for name in shape.required if name in observed} if told else {}
    return {name: value for name, value in {**needed, **told}.items() if value != {}}
