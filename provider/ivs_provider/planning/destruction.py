"""The Plan that takes away everything that a stack owns: found by tags, held back by what the program says."""

from __future__ import annotations

from dataclasses import replace

from ivs_provider.planning.declaration import BadProgram, Flaw, Invoke, Resource
from ivs_provider.planning.plan import Extra, ExtraKind, Plan, Step
from ivs_provider.planning.planner import Planner
from ivs_provider.values import Tree

__all__ = ["destruction"]


def destruction(planner: Planner, invoke: Invoke) -> Plan:
    """What would take away everything that carries the stack's tags; what the program retains is left alone.

    Raises:
        BadProgram: With every flaw of the program, and with what it protects.
        IvsError: The account could not be read.
    """
    declared: list[Resource] = []

    def collect(resource: Resource) -> Tree:
        planner.seen(resource.provider)
        declared.append(resource)
        return {}

    ran = planner.run(collect, invoke)
    planner.close()
    steps: list[Step] = []
    extras: list[Extra] = []
    flaws: list[Flaw] = []
    for resource in declared:
        taken, left = _of(planner, resource)
        steps += taken
        extras += left
        if taken and resource.options.protect:
            reason = "is protected; remove options.protect first"
            flaws.append(Flaw(resource.place, resource.name, (), reason))
    if flaws:
        raise BadProgram(flaws, "nothing was deleted")
    rest = planner.unclaimed()
    steps += [planner.deletion_of(sight, planner.undeclared(listed)) for sight, listed in rest]
    return planner.planned(replace(ran, outputs={}), steps, extras, [])


def _of(planner: Planner, resource: Resource) -> tuple[list[Step], list[Extra]]:
    """The deletes of one declared resource, and what is left of it."""
    sight = planner.sight(resource.provider)
    match = sight.claims.match(resource)
    found = [match.listed, *match.others] if match else []
    if resource.options.retain_on_delete:
        told = [planner.undeclared(listed) for listed in found]
        return [], [replace(each, kind=ExtraKind.RETAINED, deleted=False, note="") for each in told]
    deletes = []
    for listed in found:
        # The whole URN of the program's resource, which the tags hold only as a digest.
        extra = replace(planner.undeclared(listed), urn=resource.urn, name=resource.name)
        step = planner.deletion_of(sight, extra)
        deletes.append(replace(step, depends_on=resource.options.depends_on, place=resource.place))
    return deletes, []
