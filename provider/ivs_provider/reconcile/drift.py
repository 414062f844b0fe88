"""What of a Plan is the account's doing: everything that the program alone asks for is left out. Pure."""

from __future__ import annotations

from dataclasses import replace

from ivs_provider.reconcile.compare import Origin
from ivs_provider.reconcile.plan import Action, Plan

__all__ = ["only_drift"]


def only_drift(plan: Plan) -> Plan:
    """The Steps of resources that moved since the last apply, with those changes alone, and of what is not there.

    A resource that is declared and not there was deleted, or never created: the account does not say which.
    """
    steps = []
    for step in plan.steps:
        moved = tuple(change for change in step.changes if change.origin is Origin.DRIFT)
        if moved or step.action is Action.CREATE:
            steps.append(replace(step, changes=moved))
    return replace(plan, steps=tuple(steps))
