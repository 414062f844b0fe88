"""What goes wrong at AWS, as the engine hears it: the right code, the resource, what to do, and no half truth."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from tests.rpc.plugin import Failed, Plugin, failed
from tests.rpc.test_lifecycle import RECORDING
from tests.rpc.wire import Hidden, from_wire
from tests.rpc.world import REGION, World

Code = grpc.StatusCode


def refusal(plugin: Plugin, method: str, *arguments: Any, **more: Any) -> Failed:
    """The error that a call must end with."""
    with pytest.raises(grpc.RpcError) as caught:
        getattr(plugin, method)(*arguments, **more)
    return failed(caught.value)


STATUS_FAULTS = [
    ("ValidationException", 400, Code.INVALID_ARGUMENT, "Correct the input"),
    (
        "AccessDeniedException",
        403,
        Code.PERMISSION_DENIED,
        "ivs:CreateStage (and ivs:TagResource, since it sends tags)",
    ),
    ("PendingVerification", 403, Code.FAILED_PRECONDITION, "pending verification"),
    ("ServiceQuotaExceededException", 402, Code.RESOURCE_EXHAUSTED, "Service Quotas console"),
    ("ConflictException", 409, Code.FAILED_PRECONDITION, "recording is active"),
    ("ResourceNotFoundException", 404, Code.NOT_FOUND, "pulumi refresh"),
    ("SomethingNewException", 418, Code.INVALID_ARGUMENT, "SomethingNewException"),
    ("ExpiredTokenException", 403, Code.UNAUTHENTICATED, "Sign in again"),
]


@pytest.mark.parametrize(("error", "status", "code", "said"), STATUS_FAULTS, ids=[row[0] for row in STATUS_FAULTS])
def test_each_refusal_of_a_create_is_told_with_its_cure_and_tried_once(
    *, plugin: Plugin, world: World, error: str, status: int, code: grpc.StatusCode, said: str
) -> None:
    world.fault(operation="CreateStage", kind="status", error=error, status=status)
    told = refusal(plugin, "create", "Stage", {"name": "a"}, name="lobby")
    assert told.code is code
    assert told.text.startswith('stage "lobby": ')
    assert said in told.text
    assert told.detail is None
    assert world.writes() == {"CreateStage": 1}
    assert world.resources() == []


@pytest.mark.parametrize("kind", ["drop", "reset", "empty", "cut", "status"])
def test_a_create_whose_answer_is_lost_is_found_again(plugin: Plugin, world: World, kind: str) -> None:
    """It was done: what it made is the answer, and nothing is made twice."""
    world.fault(operation="CreateStage", kind=kind, when="after")
    held = plugin.create("Stage", {}, name="lobby")
    assert [each["arn"] for each in world.resources()] == [held.arn]
    assert world.writes()["CreateStage"] == 1


@pytest.mark.parametrize("kind", ["drop", "reset", "empty", "cut", "status"])
def test_a_create_that_was_perhaps_not_done_says_so(plugin: Plugin, world: World, kind: str) -> None:
    """Looked for as long as the program allows, which is less than a List may lag: nobody knows, so nobody repeats."""
    world.fault(operation="CreateStage", kind=kind, when="before")
    told = refusal(plugin, "create", "Stage", {}, name="lobby", timeout=1)
    assert told.code is Code.DEADLINE_EXCEEDED
    assert 'nobody knows whether stage "lobby" was created' in told.text
    assert "Run again" in told.text
    assert world.writes() == {"CreateStage": 1}


@pytest.mark.parametrize("kind", ["drop", "reset", "cut", "status"])
def test_a_read_an_update_and_a_delete_survive_a_lost_answer(plugin: Plugin, world: World, kind: str) -> None:
    """They may be done twice."""
    held = plugin.create("Stage", {"name": "a"})
    for operation in ("GetStage", "UpdateStage", "DeleteStage"):
        world.fault(operation=operation, kind=kind, when="after")
    assert plugin.read("Stage", held.arn, {"name": "a"}, held.outputs).inputs == {"name": "a"}
    assert plugin.update("Stage", held, {"name": "a"}, {"name": "b"}).outputs["name"] == "b"
    plugin.delete("Stage", held.arn)
    assert world.resources() == []


def test_a_quota_that_is_used_up(plugin: Plugin, world: World) -> None:
    world.settings(quotas={"Stage": 0})
    told = refusal(plugin, "create", "Stage", {})
    assert (told.code, "higher quota" in told.text) == (Code.RESOURCE_EXHAUSTED, True)


def test_a_throttle_is_not_the_end(plugin: Plugin, world: World) -> None:
    world.fault(operation="CreateStage", kind="throttle", times=3)
    assert plugin.create("Stage", {}).arn
    assert world.writes() == {"CreateStage": 4}


def test_a_throttle_that_does_not_end_in_time(plugin: Plugin, world: World) -> None:
    """A resource's customTimeouts are obeyed."""
    world.fault(operation="CreateStage", kind="throttle", times=None)
    told = refusal(plugin, "create", "Stage", {}, timeout=1.0)
    assert told.code is Code.RESOURCE_EXHAUSTED
    assert "throttled CreateStage" in told.text


def test_a_call_that_hangs_longer_than_the_resource_may_take(plugin: Plugin, world: World) -> None:
    world.fault(operation="CreateStage", kind="hang")
    told = refusal(plugin, "create", "Stage", {}, timeout=1.0)
    assert told.code is Code.DEADLINE_EXCEEDED
    assert "its answer was lost" in told.text


def test_a_call_whose_turn_comes_too_late_was_certainly_not_made(
    process: Plugin, settings: dict[str, Any], world: World
) -> None:
    """The time-out comes before the quota's turn: nothing was sent, so nothing is to be looked for."""
    process.configure({**settings, "rateLimits": {"CreateStage": 0.1}})
    process.create("Stage", {})
    told = refusal(process, "create", "Stage", {}, timeout=1.0)
    assert told.code is Code.DEADLINE_EXCEEDED
    assert "customTimeouts" in told.text
    assert "may have been created" not in told.text
    assert world.writes() == {"CreateStage": 1}


def test_nobody_listens(process: Plugin, settings: dict[str, Any]) -> None:
    process.configure({**settings, "endpoint": "http://127.0.0.1:9"})
    told = refusal(process, "create", "Stage", {}, timeout=0.4)
    assert told.code is Code.UNAVAILABLE
    assert "could not be sent: no connection to http://127.0.0.1:9. Check" in told.text
    assert "endpoint" in told.text


def test_there_are_no_credentials(process: Plugin) -> None:
    process.configure({"region": REGION})
    told = refusal(process, "create", "Stage", {})
    assert told.code is Code.UNAUTHENTICATED
    assert all(place in told.text for place in ("AWS_ACCESS_KEY_ID", "~/.aws/credentials", "AWS_PROFILE"))


def test_there_is_no_region(process: Plugin, world: World) -> None:
    process.configure({"profile": world.account})
    told = refusal(process, "create", "Stage", {})
    assert told.code is Code.INVALID_ARGUMENT
    assert "pulumi config set ivs:region" in told.text


def test_a_policy_that_refuses_our_tags_names_the_switch(
    process: Plugin, settings: dict[str, Any], world: World
) -> None:
    process.configure(settings)
    world.settings(deny=[{"action": "ivs:TagResource", "tagKeys": ["pulumi-ivs:*"]}])
    told = refusal(process, "create", "Stage", {"tags": {"a": "b"}})
    assert told.code is Code.PERMISSION_DENIED
    assert "pulumi config set ivs:ownershipTags false" in told.text
    process.configure({**settings, "ownershipTags": False})
    assert process.create("Stage", {"tags": {"a": "b"}}).arn


def test_a_failing_read_names_the_resource_and_the_way_out(plugin: Plugin, world: World) -> None:
    held = plugin.create("Stage", {"name": "a"}, name="lobby")
    world.settings(deny=["ivs:GetStage"])
    told = refusal(plugin, "read", "Stage", held.arn, {"name": "a"}, held.outputs, name="lobby")
    assert told.code is Code.PERMISSION_DENIED
    assert 'stage "lobby"' in told.text
    assert held.arn in told.text
    assert "PULUMI_IVS_DRIFT=off" in told.text


def test_a_conflict_says_what_is_in_the_way(plugin: Plugin, world: World) -> None:
    storage = world.call("CreateStorageConfiguration", s3={"bucketName": "aaa"})["storageConfiguration"]["arn"]
    old = {RECORDING: {"storageConfigurationArn": storage}}
    held = plugin.create("Stage", old)
    world.happens(held.arn, recording=True)
    told = refusal(plugin, "update", "Stage", held, old, {})
    assert told.code is Code.FAILED_PRECONDITION
    assert "While a recording is active" in told.text
    assert held.arn in told.text


def test_an_update_of_what_is_gone(plugin: Plugin, world: World) -> None:
    held = plugin.create("Stage", {"name": "a"})
    world.call("DeleteStage", arn=held.arn)
    told = refusal(plugin, "update", "Stage", held, {"name": "a"}, {"name": "b"})
    assert (told.code, told.detail) == (Code.NOT_FOUND, None)


def test_an_update_that_did_nothing_is_a_plain_error(plugin: Plugin, world: World) -> None:
    held = plugin.create("Stage", {"name": "a"})
    world.settings(deny=["ivs:TagResource"])
    told = refusal(plugin, "update", "Stage", held, {"name": "a"}, {"name": "a", "tags": {"a": "b"}})
    assert (told.code, told.detail) == (Code.PERMISSION_DENIED, None)


def test_an_update_done_in_part_is_recorded_as_it_is(plugin: Plugin, world: World) -> None:
    """UpdateStage goes through, the tags are denied: the name is new in the record, the tags are not."""
    old = {"name": "a", "tags": {"x": "1", "s": Hidden("S3CRET")}}
    new = {"name": "b", "tags": {"x": "2", "s": Hidden("S3CRET")}}
    held = plugin.create("Stage", old)
    world.settings(deny=["ivs:TagResource"])
    told = refusal(plugin, "update", "Stage", held, old, new)
    assert told.code is Code.ABORTED
    assert "everything but the tags was updated" in told.text
    assert told.detail is not None
    assert told.detail.id == held.arn
    assert from_wire(told.detail.inputs) == {"name": "b", "tags": old["tags"]}
    assert from_wire(told.detail.properties) == {**held.outputs, "name": "b"}
    assert told.detail.refresh_before_update
    assert [told.text] == list(told.detail.reasons)
    world.settings(deny=[])
    world.forget()
    recorded = from_wire(told.detail.inputs)
    plugin.update("Stage", held, recorded, new)
    assert world.counts() == {"TagResource": 1}
    assert world.tags(held.arn)["x"] == "2"


def test_tags_that_were_never_applied_are_not_recorded(plugin: Plugin, world: World) -> None:
    """The first tags of a resource are denied: what is recorded must not say that it has them."""
    held = plugin.create("Stage", {"name": "a"})
    world.settings(deny=["ivs:TagResource"])
    told = refusal(plugin, "update", "Stage", held, {"name": "a"}, {"name": "b", "tags": {"x": "1"}})
    assert told.detail is not None
    assert from_wire(told.detail.inputs) == {"name": "b"}
    assert from_wire(told.detail.properties)["tags"] == {}


def test_tags_that_were_taken_away_are_not_recorded_though_others_could_not_be_set(
    plugin: Plugin, world: World
) -> None:
    """UntagResource goes through, TagResource is denied: something was changed, and that is no plain error."""
    old, new = {"tags": {"x": "1", "y": "1"}}, {"tags": {"x": "2"}}
    held = plugin.create("Stage", old)
    world.settings(deny=["ivs:TagResource"])
    told = refusal(plugin, "update", "Stage", held, old, new)
    assert told.detail is not None
    assert from_wire(told.detail.properties)["tags"] == {"x": "1"}
    assert from_wire(told.detail.inputs) == {"tags": {"x": "1"}}


def test_a_users_secret_is_in_no_error(plugin: Plugin, world: World) -> None:
    """AWS may repeat what it refuses; here it is the emulator's turn to be asked for something absurd."""
    world.fault(operation="CreateStage", kind="status", error="ValidationException", status=400)
    told = refusal(plugin, "create", "Stage", {"name": Hidden("fault")}, name="lobby")
    assert "A fault" not in told.text
    assert "[secret]" in told.text
