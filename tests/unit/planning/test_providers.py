"""Plans over several providers that reach the same account: what one of them has claimed is none of the other's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivs_provider.planning.declaration import BadProgram, Options, ProviderArguments
from ivs_provider.planning.destruction import destruction
from ivs_provider.planning.planner import Planner
from tests.planning import Told, actions, applied, never, planned

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivs_provider.planning.plan import Plan
    from ivs_provider.reconcile.reconciler import Reconciler

    Reaching = Callable[..., Reconciler]

SECOND = {"hall": ProviderArguments("second")}
HALL = Told({"hall": ("Stage", {"name": "hall"})}, providers=SECOND)
FOYER = replace(HALL, resources={**HALL.resources, "foyer": ("Stage", {"name": "foyer"})})


def destroying(program: Told, reconciler: Reconciler) -> Plan:
    """What `ivs destroy` would do."""
    return destruction(Planner(program, lambda _provider: reconciler), never)


def test_what_another_provider_declares_is_not_pruned(reaching: Reaching) -> None:
    applied(HALL, reaching())
    plan = planned(HALL, reaching(), prune=True)
    assert [(step.action.value, step.provider) for step in plan.steps] == [("keep", "second")]
    assert plan.extras == ()


def test_what_nobody_declares_is_deleted_once(reaching: Reaching) -> None:
    applied(FOYER, reaching())
    plan = planned(HALL, reaching(), prune=True)
    assert [(step.name, step.action.value) for step in plan.steps] == [("foyer", "delete"), ("hall", "keep")]
    assert len(plan.extras) == 1


def test_everything_is_destroyed_once_and_what_is_held_back_is_held_back(reaching: Reaching) -> None:
    applied(FOYER, reaching())
    assert actions(destroying(FOYER, reaching())) == {"hall": "delete", "foyer": "delete"}
    assert len(destroying(FOYER, reaching()).steps) == 2
    retaining = replace(FOYER, options={"hall": Options(retain_on_delete=True)})
    assert actions(destroying(retaining, reaching())) == {"foyer": "delete"}
    with pytest.raises(BadProgram, match="hall: is protected"):
        destroying(replace(FOYER, options={"hall": Options(protect=True)}), reaching())
