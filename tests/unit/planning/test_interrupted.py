"""What an interrupted apply leaves is finished by the next one: cases that the fault campaign has found."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivs_provider.config import DriftDetection
from ivs_provider.model import ownership
from ivs_provider.planning.declaration import Options
from ivs_provider.planning.plan import ExtraKind
from tests.planning import Told, actions, applied, planned

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivs_provider.reconcile.reconciler import Reconciler
    from tests.rpc.world import World

    Reaching = Callable[..., Reconciler]

AWS_TAKES = re.compile(r"[\w\s+\-=.:/@]{0,256}", re.ASCII)
"""The characters that every service of AWS takes in tags (the user guide on tagging)."""


def hall(**tags: str) -> Told:
    """One stage."""
    return Told({"hall": ("Stage", {"tags": tags} if tags else {})})


def video(height: int, *, retain: bool = False) -> Told:
    """One encoder configuration, of which everything is fixed."""
    declared = ("EncoderConfiguration", {"video": {"width": 640, "height": height}})
    return Told({"video": declared}, options={"video": Options(retain_on_delete=retain)})


def cut_short(program: Told, reaching: Reaching, world: World, denied: str) -> None:
    """An apply that comes as far as one operation."""
    world.settings(deny=[f"ivs:{denied}"])
    _, executed = applied(program, reaching())
    assert not executed.complete
    world.settings(deny=[])


@pytest.mark.parametrize("denied", ["TagResource", "UntagResource"])
def test_an_update_that_stopped_at_a_tag_call_is_finished(reaching: Reaching, world: World, denied: str) -> None:
    """What was applied is told by a tag: it must not be written before what it says is so."""
    applied(hall(team="video", room="one"), reaching())
    cut_short(hall(team="art"), reaching, world, denied)
    assert applied(hall(team="art"), reaching())[1].complete
    (stage,) = world.resources()
    assert ownership.without_own(stage["tags"]) == {"team": "art"}


def test_replacements_that_stopped_in_a_row_leave_nothing_behind(reaching: Reaching, world: World) -> None:
    """The third one supersedes both others; neither the order of deletes nor a further stop changes that."""
    applied(video(360), reaching())
    cut_short(video(480), reaching, world, "DeleteEncoderConfiguration")
    cut_short(video(720), reaching, world, "DeleteEncoderConfiguration")
    assert all(AWS_TAKES.fullmatch(each["tags"][ownership.PENDING]) for each in world.resources())
    assert len(world.resources()) == 3
    assert applied(video(720), reaching())[1].complete
    (left,) = world.resources()
    assert left["attributes"]["video"]["height"] == 720


def test_what_the_program_retains_is_not_deleted_as_superseded(reaching: Reaching, world: World) -> None:
    applied(video(360), reaching())
    cut_short(video(480), reaching, world, "DeleteEncoderConfiguration")
    plan = planned(video(480, retain=True), reaching(), prune=True)
    assert actions(plan) == {"video": "keep"}
    assert [(extra.kind, extra.deleted) for extra in plan.extras] == [(ExtraKind.RETAINED, False)]


def test_what_the_program_retains_is_not_deleted_first(reaching: Reaching, world: World) -> None:
    def told(height: int) -> Told:
        both = Options(retain_on_delete=True, delete_before_replace=True)
        return replace(video(height), options={"video": both})

    applied(told(360), reaching())
    assert applied(told(480), reaching())[1].complete
    assert sorted(each["attributes"]["video"]["height"] for each in world.resources()) == [360, 480]


def test_an_update_that_is_planned_is_done_where_all_drift_counts(reaching: Reaching, world: World) -> None:
    """A tag of which nobody knows whose it is counts there: what the plan says must not be found done already."""

    def seeing_all() -> Reconciler:
        return reaching(drift_detection=DriftDetection.ALL)

    applied(hall(team="art", pin="1"), seeing_all())
    (stage,) = world.resources()
    world.untag(stage["arn"], "pin")
    plan, executed = applied(hall(), seeing_all())
    assert actions(plan) == {"hall": "update"}
    assert executed.complete
    assert actions(planned(hall(), seeing_all())) == {"hall": "keep"}


def test_what_is_done_already_is_not_planned_where_no_drift_counts(reaching: Reaching, world: World) -> None:
    """The update went through, its tags did not: the account holds what is asked for, whatever they say."""

    def blind() -> Reconciler:
        return reaching(drift_detection=DriftDetection.OFF)

    redundant, plain = (
        Told({"desk": ("IngestConfiguration", {"ingestProtocol": "RTMPS", **more})})
        for more in ({"redundantIngest": True}, {})
    )
    applied(redundant, blind())
    world.settings(deny=["ivs:TagResource"])
    assert not applied(plain, blind())[1].complete
    world.settings(deny=[])
    assert actions(planned(plain, blind())) == {"desk": "keep"}
