"""reconcile/observe.py: how many calls reading takes. Quotas are per operation, so this is what a refresh costs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from ivs_provider.config import DriftDetection
from ivs_provider.resources import registry
from ivs_provider.values import Recorded, Tree, reveal
from tests.rpc.world import World

if TYPE_CHECKING:
    from ivs_provider.reconcile.reconciler import Found, Reconciler

STAGE = registry()["ivs:index:Stage"]
INGEST = registry()["ivs:index:IngestConfiguration"]
RECORDING = "autoParticipantRecordingConfiguration"


def stages(world: World, number: int, **members: Any) -> list[str]:
    """Make some stages behind the provider's back."""
    world.settings(quotas=False)
    with ThreadPoolExecutor(8) as pool:
        made = pool.map(lambda each: world.call("CreateStage", name=f"s{each}", **members), range(number))
        return [answer["stage"]["arn"] for answer in made]


def fresh(arn: str, inputs: Tree) -> Tree:
    """Outputs as they were recorded, with endpoints that need no renewal."""
    return {"arn": arn, **inputs, "endpoints": {}, "endpointsReadTime": "2999-01-01T00:00:00+00:00"}


def refresh(reconciler: Reconciler, arns: list[str], inputs: Tree, at_once: int = 8) -> list[Found | None]:
    """Read them as the engine does: some at once, and nobody says how many."""
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda arn: reconciler.read(STAGE, arn, Recorded(inputs), fresh(arn, inputs)), arns))


@pytest.mark.parametrize("order", ["as listed", "the other way round", "mixed"])
def test_a_thousand_stages_of_ours_take_at_most_fourteen_calls(world: World, reaching: Any, order: str) -> None:
    """Issue 3, 4.8: ten pages and a few Gets, eight reads at a time; at AWS's latency, not at none."""
    made = stages(world, 1_000)
    arns = {"as listed": made, "the other way round": made[::-1], "mixed": made[1::2] + made[::2]}[order]
    reconciler = reaching()
    world.forget()
    world.settings(latency=0.02)
    seen = refresh(reconciler, arns, {"name": "x"})
    counts = world.counts()
    assert sum(counts.values()) <= 14, counts
    assert [found.arn if found else "" for found in seen] == arns
    assert all(found and found.inputs["name"] != "x" for found in seen)


def test_five_stages_among_a_thousand_foreign_ones_take_at_most_ten_calls(world: World, reaching: Any) -> None:
    """A small program in a large account does not read a List of other people's stages to its end."""
    made = stages(world, 1_000)
    reconciler = reaching()
    world.forget()
    refresh(reconciler, made[::200], {"name": "x"})
    assert sum(world.counts().values()) <= 10, world.counts()


def test_one_read_is_one_get(world: World, reaching: Any) -> None:
    (arn,) = stages(world, 1)
    world.forget()
    refresh(reaching(), [arn], {"name": "x"})
    assert world.counts() == {"GetStage": 1}


def test_what_is_not_listed_is_gone_only_if_its_get_says_so(world: World, reaching: Any) -> None:
    """Lists may lag behind what was made a moment ago."""
    made = stages(world, 30)
    for arn in made[-3:]:
        world.call("DeleteStage", arn=arn)
    reconciler = reaching()
    world.forget()
    seen = refresh(reconciler, made, {"name": "x"}, at_once=1)
    assert [found is None for found in seen] == [False] * 27 + [True] * 3
    world.settings(listLag=1_000)
    reconciler.reader.forget()
    assert all(refresh(reconciler, made[:20], {"name": "x"}, at_once=1))


def test_a_stage_that_declares_recording_costs_a_get_each(world: World, reaching: Any) -> None:
    """The List's summaries lack it."""
    storage = world.call("CreateStorageConfiguration", s3={"bucketName": "aaa"})["storageConfiguration"]["arn"]
    made = stages(world, 20)
    world.forget()
    inputs: Tree = {RECORDING: {"storageConfigurationArn": storage}}
    seen = refresh(reaching(), made, inputs)
    assert world.counts() == {"GetStage": 20}
    assert all(found and found.inputs == {} for found in seen)


def test_the_fast_mode_gets_nothing_that_lists_lack(world: World, reaching: Any) -> None:
    made = stages(world, 20)
    world.forget()
    inputs: Tree = {"name": "x", RECORDING: {"storageConfigurationArn": ""}}
    refresh(reaching(drift_detection=DriftDetection.FAST), made, inputs, at_once=1)
    assert world.counts()["GetStage"] <= 3


def test_all_that_there_is_costs_a_get_each(world: World, reaching: Any) -> None:
    made = stages(world, 12)
    world.forget()
    refresh(reaching(drift_detection=DriftDetection.ALL), made, {})
    assert world.counts() == {"GetStage": 12}


def test_tags_of_ingest_configurations_are_asked_for_where_they_are_declared(world: World, reaching: Any) -> None:
    """Their List has none; tag calls have twice the rate of Gets."""
    made = [
        world.call("CreateIngestConfiguration", ingestProtocol="RTMPS", tags={"a": str(number)}) for number in range(20)
    ]
    arns = [answer["ingestConfiguration"]["arn"] for answer in made]
    reconciler = reaching()
    world.forget()
    inputs: Tree = {"ingestProtocol": "RTMPS", "tags": {"a": "x"}}
    seen = [reconciler.read(INGEST, arn, Recorded(inputs), {"arn": arn, "streamKey": "k"}) for arn in arns]
    counts = world.counts()
    assert counts["ListTagsForResource"] >= 16
    assert sum(counts.values()) <= 22
    assert [found.inputs["tags"] for found in seen if found] == [{"a": str(number)} for number in range(20)]
    assert all(found and found.outputs["streamKey"] for found in seen)
    world.forget()
    reconciler.reader.forget()
    for arn in arns:
        reconciler.read(INGEST, arn, Recorded({"ingestProtocol": "RTMPS"}), {"arn": arn})
    assert "ListTagsForResource" not in world.counts()


def test_credentials_follow_redundancy_that_a_list_shows(world: World, reaching: Any) -> None:
    """The List shows that redundancy was switched on behind Pulumi's back, not the credentials that came with it."""
    arns = [
        world.call("CreateIngestConfiguration", ingestProtocol="RTMPS")["ingestConfiguration"]["arn"] for _ in range(6)
    ]
    world.call("UpdateIngestConfiguration", arn=arns[-1], redundantIngest=True)
    reconciler, inputs = reaching(), Recorded({"ingestProtocol": "RTMPS", "redundantIngest": False})
    seen = [reconciler.read(INGEST, arn, inputs, {"arn": arn, "redundantIngest": False}) for arn in arns]
    assert [found.inputs["redundantIngest"] for found in seen if found] == [False] * 5 + [True]
    assert seen[-1]
    credentials = reveal(seen[-1].outputs["redundantIngestCredentials"])
    assert isinstance(credentials, list)
    assert len(credentials) == 2


def test_tags_that_arrive_cut_off_are_no_drift(world: World, reaching: Any) -> None:
    """A body that was cut reads as an empty one; nobody took the tags away."""
    made = [
        world.call("CreateIngestConfiguration", ingestProtocol="RTMPS", tags={"a": "1"})["ingestConfiguration"]["arn"]
        for _ in range(6)
    ]
    world.fault(operation="ListTagsForResource", kind="empty")
    reconciler = reaching()
    for arn in made:
        found = reconciler.read(INGEST, arn, Recorded({"tags": {"a": "1"}}), {"arn": arn})
        assert found
        assert found.inputs == {"tags": {"a": "1"}}


def test_what_was_listed_is_forgotten_when_something_is_written(world: World, reaching: Any) -> None:
    made = stages(world, 12)
    reconciler = reaching()
    refresh(reconciler, made, {"name": "x"}, at_once=1)
    world.call("UpdateStage", arn=made[-1], name="new")
    reconciler.reader.forget()
    seen = refresh(reconciler, made, {"name": "x"}, at_once=1)
    assert seen[-1]
    assert seen[-1].inputs == {"name": "new"}


def test_stale_endpoints_are_renewed_some_at_a_time(world: World, reaching: Any) -> None:
    """Cacheable for 14 days: after 7 a read renews them, ten in one run, since each costs a Get."""
    made = stages(world, 30)
    reconciler = reaching()
    world.forget()
    renewed = 0
    for arn in made:
        old = {**fresh(arn, {"name": "x"}), "endpointsReadTime": "2020-01-01T00:00:00+00:00"}
        found = reconciler.read(STAGE, arn, Recorded({"name": "x"}), old)
        assert found
        renewed += found.outputs["endpointsReadTime"] != "2020-01-01T00:00:00+00:00"
        assert found.outputs["endpoints"] == {} or found.outputs["endpointsReadTime"] > "2026"
    assert 10 <= renewed <= 14
    assert world.counts()["GetStage"] <= 14
