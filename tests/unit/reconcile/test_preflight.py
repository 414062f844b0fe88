"""reconcile/preflight.py: who is warned of what, before an account runs out of room."""

from __future__ import annotations

from typing import Any

import pytest

from ivs_provider.cloud import Deadline
from ivs_provider.errors import QuotaExceeded
from ivs_provider.model.ownership import Identity
from ivs_provider.reconcile.apply import Target
from ivs_provider.resources import registry
from ivs_provider.values import Desired
from tests.rpc.world import World

STORAGE = registry()["ivs:index:StorageConfiguration"]
KEY = registry()["ivs:index:PublicKey"]


def urn(kind: Any, name: str) -> str:
    """A URN of the test program's."""
    return f"urn:pulumi:dev::show::{kind.token}::{name}"


def heard(reconciler: Any) -> list[str]:
    """What the user is told from now on."""
    told: list[str] = []
    reconciler.tell = reconciler.preflight.tell = reconciler.once.tell = lambda notice: told.append(notice.text)
    return told


def buckets(world: World, number: int) -> None:
    """Storage configurations of somebody else."""
    for each in range(number):
        world.call("CreateStorageConfiguration", s3={"bucketName": f"bucket{each}"})


def test_a_preview_is_counted_to_its_end_and_told_once(world: World, reaching: Any) -> None:
    """Three exist, four are asked for, five have room: one line, with the quota to raise."""
    buckets(world, 3)
    reconciler = reaching()
    told = heard(reconciler)
    world.forget()
    for each in range(4):
        reconciler.preflight.wants(STORAGE, urn(STORAGE, f"s{each}"), now=False)
    assert told == []
    reconciler.preflight.flush()
    reconciler.preflight.flush()
    (text,) = told
    assert "3 exist, this run asks for 4 more, and the quota is 5 in all" in text
    assert "Service Quotas, Amazon IVS: StorageConfigurations" in text
    assert world.counts() == {"ListStorageConfigurations": 1}


def test_what_fits_is_not_told(world: World, reaching: Any) -> None:
    buckets(world, 3)
    reconciler = reaching()
    told = heard(reconciler)
    for each in range(2):
        reconciler.preflight.wants(STORAGE, urn(STORAGE, f"s{each}"), now=False)
    reconciler.preflight.flush()
    assert told == []


def test_a_replacement_of_a_key_takes_a_free_place(reaching: Any) -> None:
    """Public keys: three, not adjustable; the way out is to delete first, and what that breaks is said."""
    reconciler = reaching()
    told = heard(reconciler)
    reconciler.preflight.roll._firsts[KEY.token] = [{"arn": str(each)} for each in range(3)]
    reconciler.preflight.replaces(urn(KEY, "k"), deletes_first=False)
    reconciler.preflight.wants(KEY, urn(KEY, "k"), now=False)
    reconciler.preflight.flush()
    (text,) = told
    assert "AWS does not raise this quota" in text
    assert "deleteBeforeReplace: tokens signed with the old key stop working" in text


def test_one_that_goes_first_takes_no_place(reaching: Any) -> None:
    reconciler = reaching()
    told = heard(reconciler)
    reconciler.preflight.roll._firsts[KEY.token] = [{"arn": str(each)} for each in range(3)]
    reconciler.preflight.replaces(urn(KEY, "k"), deletes_first=True)
    reconciler.preflight.wants(KEY, urn(KEY, "k"), now=False)
    reconciler.preflight.flush()
    assert told == []


def test_a_real_run_is_told_at_the_first_create_that_will_not_fit(world: World, reaching: Any) -> None:
    buckets(world, 5)
    reconciler = reaching()
    told = heard(reconciler)
    target = Target(STORAGE, Identity(urn(STORAGE, "s")), Deadline())
    with pytest.raises(QuotaExceeded):
        reconciler.create(target, Desired({"s3": {"bucketName": "one-more"}}))
    assert len(told) == 1
    assert "5 exist, this run asks for 1 more" in told[0]


def test_it_can_be_switched_off_and_needs_no_permission(world: World, reaching: Any) -> None:
    buckets(world, 5)
    for settings, deny in (({"quota_warnings": False}, []), ({}, ["ivs:ListStorageConfigurations"])):
        world.settings(deny=deny)
        reconciler = reaching(**settings)
        told = heard(reconciler)
        reconciler.preflight.wants(STORAGE, urn(STORAGE, "s"), now=False)
        reconciler.preflight.flush()
        assert told == []
