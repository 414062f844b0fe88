"""What depends on what in a program, which circles there are, and which URN each resource has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Final, TypeAlias

from ivs_provider.planning.declaration import Flaw, Place, parent_of_types, urn_of
from ivs_provider.program.expression import Expression, Invocation, references
from ivs_provider.program.template import Role, Template, Written

__all__ = ["Graph", "cut", "dependencies", "needed", "provider_of", "same_urns", "urns"]

Graph: TypeAlias = dict[str, list[str]]
"""What each resource and variable needs, by their names."""

_CIRCLES: Final = 20
"""So many are told at once; a stranger's data may hold any number."""


def dependencies(template: Template) -> Graph:
    """What each resource and variable refers to, in order."""
    graph = {key: _roots(template, [expression]) for key, expression in template.variables.items()}
    for key, expression in template.variables.items():
        if template.default and isinstance(expression, Invocation) and expression.provider is None:
            graph[key] = sorted({*graph[key], template.default})
    for key, written in template.resources.items():
        found = _roots(template, (written.inputs, *written.options.expressions()))
        provider = provider_of(template, written)
        graph[key] = sorted({*found, provider} - {""})
    return graph


def provider_of(template: Template, written: Written) -> str:
    """The explicit provider of a resource: named, its parent's, or the default one; empty where there is none."""
    seen: set[str] = set()
    here: Written | None = written
    while here and here.key not in seen and written.role in (Role.OURS, Role.READ):
        if here.options.provider:
            named = here.options.provider.root  # what nothing is called is told as a flaw
            return named if named in template.resources else ""
        seen.add(here.key)
        parent = here.options.parent
        here = template.resources.get(parent.root) if parent else None
    return template.default if written.role in (Role.OURS, Role.READ) else ""


def _roots(template: Template, expressions: Iterable[Expression]) -> list[str]:
    roots = {reference.root for expression in expressions for reference in references(expression)}
    return sorted(root for root in roots if root in template.resources or root in template.variables)


def cut(graph: Graph, places: Mapping[str, Place]) -> tuple[Graph, list[Flaw]]:
    """The same graph with one dependency of each circle left out, and the circles.

    Args:
        graph: What needs what.
        places: Where each name is declared.
    """
    graph = {key: list(needs) for key, needs in sorted(graph.items())}
    flaws: list[Flaw] = []
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1][::-1]
            flaws.append(_circular(circle, places))
            graph[circle[0]].remove(circle[1])
        else:
            return graph, flaws
        if len(flaws) == _CIRCLES:
            return {}, flaws


def _circular(circle: list[str], places: Mapping[str, Place]) -> Flaw:
    start = circle.index(min(circle))
    along = circle[start:-1] + circle[:start] if start else circle[:-1]
    told = " → ".join((*along, along[0]))
    return Flaw(places.get(along[0]), along[0], (), f"needs itself: {told}; take one of these references out")


def needed(template: Template, graph: Graph, names: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    """URNs of the resources of ours that must come before each of ours, also by way of what is not ours.

    Args:
        template: The program.
        graph: What needs what, without circles.
        names: The URN of each resource.
    """
    reach: dict[str, frozenset[str]] = {}
    for key in TopologicalSorter(graph).static_order():
        found: set[str] = set()
        for need in graph.get(key, ()):
            written = template.resources.get(need)
            found |= {names[need]} if written and written.role is Role.OURS else reach[need]
        reach[key] = frozenset(found)
    return reach


def urns(template: Template, project: str, stack: str) -> Mapping[str, str]:
    """The URN of each resource, by its key."""
    found: dict[str, str] = {}

    def urn(written: Written, below: frozenset[str]) -> str:
        if written.key not in found:
            reference = written.options.parent
            parent = template.resources.get(reference.root) if reference else None
            above = urn(parent, below | {written.key}) if parent and parent.key not in below | {written.key} else ""
            above = above or parent_of_types(written.chain)
            found[written.key] = urn_of(stack, project, written.token, written.name, above)
        return found[written.key]

    for written in template.resources.values():
        urn(written, frozenset())
    return found


def same_urns(template: Template, names: Mapping[str, str]) -> Iterator[Flaw]:
    """Resources of ours that Pulumi could not tell apart."""
    first: dict[str, Written] = {}
    for key, written in template.resources.items():
        if written.role not in (Role.OURS, Role.READ):
            continue
        other = first.setdefault(names[key], written)
        if other is not written:
            reason = f"has the type, name and parent of {other.key} ({other.place}); give one of them another name"
            yield Flaw(written.place, key, (), reason)
