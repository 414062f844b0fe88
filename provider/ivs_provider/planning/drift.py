"""What of a Plan is the account's doing: everything that the program alone asks for is left out. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ivs_provider.planning.plan import Action, ExtraKind, Plan

__all__ = ["only_drift"]

_MOVED: Final = frozenset({ExtraKind.UNDECLARED, ExtraKind.SUPERSEDED, ExtraKind.PENDING})


def only_drift(plan: Plan) -> Plan:
    """The Steps of resources that moved since the last apply, with those changes alone, and of what is not there.

    A resource that is declared and not there was deleted, or never created: the account does not say which; or its
    tags were taken away, so one that looks like it is told. What is nobody's has not moved otherwise.
    """
    steps = []
    for step in plan.steps:
        moved = tuple(change for change in step.changes if change.drifted)
        if moved or step.action is Action.CREATE:
            steps.append(replace(step, changes=moved))
    missing = {step.urn for step in steps if step.action is Action.CREATE}
    extras = tuple(extra for extra in plan.extras if extra.kind in _MOVED or extra.urn in missing)
    return replace(plan, steps=tuple(steps), extras=extras)
