"""reconcile/cost.py and reconcile/meaning.py: what a plan takes, and what it means to people."""

from __future__ import annotations

from typing import Any

import pytest

from ivs_provider.planning.meaning import inhabitants, loses, meaning
from ivs_provider.planning.plan import Action
from ivs_provider.reconcile.cost import room, seconds
from ivs_provider.resources import registry
from ivs_provider.values import Desired
from tests.unit.planning.steps import ARN, drift, forcing, step, update


@pytest.mark.parametrize(
    ("calls", "rates", "expected"),
    [
        ({}, {}, 0.0),
        ({"CreateStage": 4}, {}, 0.0),  # one less than the quota's 5 go at once
        ({"CreateStage": 5}, {}, 0.2),
        ({"CreateStage": 104}, {}, 20.0),
        ({"ImportPublicKey": 3}, {}, 1 / 3),  # 3 a second: a burst of 2
        ({"CreateStage": 104, "TagResource": 109}, {}, 20.0),  # beside each other: the slowest lane
        ({"CreateStage": 104}, {"CreateStage": 50.0}, 1.1),  # (104 - 49) / 50
        ({"CreateStage": 3}, {"CreateStage": 0.5}, 4.0),  # (3 - 1) / 0.5
    ],
)
def test_the_slowest_operation_says_how_long_it_takes(calls: Any, rates: Any, expected: float) -> None:
    assert seconds(calls, rates) == pytest.approx(expected)


def test_what_fits_needs_no_words() -> None:
    assert room(registry()["ivs:index:StorageConfiguration"], 3, 2) == ""
    assert "3 exist, this run asks for 3 more" in room(registry()["ivs:index:StorageConfiguration"], 3, 3)


PEOPLE = {f"{ARN}stage/hall": 12, f"{ARN}stage/pad": 1, f"{ARN}stage/lobby": 0}


@pytest.mark.parametrize(
    ("action", "kind", "name", "more", "expected"),
    [
        (Action.CREATE, "Stage", "hall", {}, ()),
        (Action.KEEP, "Stage", "hall", {}, ()),
        (
            Action.DELETE,
            "Stage",
            "hall",
            {},
            ("deletes the stage: disconnects everybody in it; 12 participants are in it now",),
        ),
        (
            Action.DELETE,
            "Stage",
            "pad",
            {},
            ("deletes the stage: disconnects everybody in it; 1 participant is in it now",),
        ),
        (Action.DELETE, "Stage", "lobby", {}, ("deletes the stage: disconnects everybody in it; nobody is in it now",)),
        (Action.DELETE, "Stage", "uncounted", {}, ("deletes the stage: disconnects everybody in it",)),
        (
            Action.REPLACE,
            "PublicKey",
            "key",
            {"delete_first": True},
            (
                "replaces the public key: tokens signed with the old key stop working; those that AWS issues do not",
                "the old one goes before the new one comes: for a moment there is none",
            ),
        ),
        (
            Action.REPLACE,
            "Stage",
            "hall",
            {"retained": True},
            ("replaces the stage: the old one stays in the account and is no longer declared (retainOnDelete)",),
        ),
    ],
)
def test_a_step_says_what_it_means_to_people(action: Action, kind: str, name: str, more: Any, expected: Any) -> None:
    assert meaning(step(action, kind, name, **more), PEOPLE) == expected


def test_an_update_tells_members_that_mean_the_same_together() -> None:
    changes = update("redundantIngest", ..., new=True), update("stageArn", "a", "b")
    (told,) = meaning(step(Action.UPDATE, "IngestConfiguration", "rtmp", *changes), {})
    assert told == "changes redundantIngest and stageArn: refused by AWS while somebody streams with it"
    assert meaning(step(Action.UPDATE, "Stage", "hall", update("name", "a", "b")), {}) == ()


def test_only_what_goes_is_lost() -> None:
    """A retained replacement takes nobody's stage away."""
    assert loses(step(Action.DELETE, "Stage", "hall"))
    assert loses(step(Action.REPLACE, "PublicKey", "key", forcing("publicKeyMaterial", "a", "b")))
    assert not loses(step(Action.REPLACE, "Stage", "hall", retained=True))
    assert not loses(step(Action.UPDATE, "Stage", "hall", drift("name", "a", "b"), inputs=Desired({})))
    assert inhabitants(step(Action.DELETE, "Stage", "hall"), PEOPLE) == 12
    assert inhabitants(step(Action.DELETE, "Stage", "uncounted"), PEOPLE) is None
    assert inhabitants(step(Action.DELETE, "PublicKey", "key"), PEOPLE) == 0
