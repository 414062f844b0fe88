"""reconcile/once.py: what an earlier process has created is taken for a create that asks for just that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ivs_provider.cloud import Deadline
from ivs_provider.model import ownership
from ivs_provider.model.ownership import Identity
from ivs_provider.reconcile.apply import Target
from ivs_provider.resources import registry
from ivs_provider.values import Desired

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivs_provider.reconcile.reconciler import Reconciler
    from tests.rpc.world import World

    Reaching = Callable[..., Reconciler]

INPUTS: dict[str, Any] = {
    "Stage": {"name": "hall"},
    "IngestConfiguration": {"ingestProtocol": "RTMPS"},  # of which Lists show no tags
}
KINDS = pytest.mark.parametrize("name", INPUTS)


def created(reconciler: Reconciler, name: str, of: str = "main") -> str:
    """The ARN that a create of a resource answers."""
    kind = registry()[f"ivs:index:{name}"]
    target = Target(kind, Identity(f"urn:pulumi:dev::show::{kind.token}::{of}"), Deadline())
    return str(reconciler.create(target, Desired(INPUTS[name])).outputs["arn"])


@KINDS
def test_what_an_earlier_process_left_is_taken(reaching: Reaching, name: str) -> None:
    left = created(reaching(), name)
    assert created(reaching(), name) == left


@KINDS
def test_what_another_resource_left_is_not(reaching: Reaching, name: str) -> None:
    """It is alike in all but its URN."""
    left = created(reaching(), name)
    assert created(reaching(), name, of="other") != left


@KINDS
def test_what_is_recorded_is_no_leftover(reaching: Reaching, name: str) -> None:
    """The engine has sent its id: a create of the same URN is the other half of a replacement."""
    left = created(reaching(), name)
    later = reaching()
    later.name(left)
    assert created(later, name) != left


@KINDS
def test_a_leftover_is_taken_once(reaching: Reaching, name: str) -> None:
    left = created(reaching(), name)
    later = reaching()
    assert created(later, name) == left
    assert created(later, name) != left


def test_of_two_leftovers_the_newer_is_taken(reaching: Reaching, world: World) -> None:
    """Where a replacement was interrupted, what it made is wanted, and not what it replaces."""
    older = created(reaching(), "Stage")
    between = reaching()
    between.name(older)
    newer = created(between, "Stage")
    owner, nonce, since = world.tags(older)[ownership.PENDING].split(" ")
    world.tag(older, **{ownership.PENDING: f"{owner} {nonce} {int(since) - 1}"})
    assert created(reaching(), "Stage") == newer
