"""Create, update and delete: previews and the real thing."""

from __future__ import annotations

import re
from typing import Any

import grpc
import pytest

from tests.rpc.plugin import Held, Plugin, failed, urn
from tests.rpc.wire import UNKNOWN, Hidden
from tests.rpc.world import REGION, World

RECORDING = "autoParticipantRecordingConfiguration"
KEY = """-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEA1drKEnbaPsCmZBXt20fQfmTh94x7/IN
BNH30/XPlfWX0fTYD+ifT/JmbxJLQoZI9BBwQcbUXY+V+ni1F8I/nlBKoLvniIa5
crtjPUmh6joCdBuK8KjBwwKO0Ii95vG6
-----END PUBLIC KEY-----
"""
SIMPLE: dict[str, dict[str, Any]] = {
    "EncoderConfiguration": {"name": "a", "video": {"width": 720, "height": 1280}},
    "IngestConfiguration": {"name": "a", "ingestProtocol": "RTMPS", "force": True},
    "PublicKey": {"name": "a", "publicKeyMaterial": KEY},
    "Stage": {"name": "a"},
    "StorageConfiguration": {"name": "a", "s3": {"bucketName": "recordings"}},
}
OUTPUTS = {
    "EncoderConfiguration": {"arn", "name", "tags", "video"},
    "IngestConfiguration": {
        "arn", "attributes", "force", "ingestProtocol", "name", "participantId", "redundantIngest",
        "redundantIngestCredentials", "stageArn", "state", "streamKey", "tags", "userId",
    },
    "PublicKey": {"arn", "fingerprint", "name", "publicKeyMaterial", "tags"},
    "Stage": {"arn", "endpoints", "endpointsReadTime", "name", "tags"},
    "StorageConfiguration": {"arn", "name", "s3", "tags"},
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(SIMPLE))
def test_a_create_is_one_call_and_answers_the_whole_resource(plugin: Plugin, world: World, kind: str) -> None:
    inputs = plugin.check(kind, SIMPLE[kind]).inputs
    held = plugin.create(kind, inputs)
    assert held.is_read_first
    assert re.fullmatch(rf"arn:aws:ivs:{REGION}:{world.account}:[a-z-]+/[A-Za-z0-9-]+", held.arn)
    assert held.outputs["arn"] == held.arn
    assert {name: held.outputs[name] for name in ("name",)} == {"name": "a"}
    assert set(held.outputs) <= OUTPUTS[kind]
    assert set(held.outputs) >= OUTPUTS[kind] - {"redundantIngestCredentials", "attributes"}
    operation = "ImportPublicKey" if kind == "PublicKey" else f"Create{kind}"
    assert world.writes() == {operation: 1}


@pytest.mark.parametrize("kind", sorted(SIMPLE))
def test_a_delete_is_one_call_and_again_is_no_mistake(plugin: Plugin, world: World, kind: str) -> None:
    held = plugin.create(kind, SIMPLE[kind])
    world.forget()
    plugin.delete(kind, held.arn, SIMPLE[kind])
    assert world.resources() == []
    plugin.delete(kind, held.arn, SIMPLE[kind])
    assert world.counts() == {f"Delete{kind}": 2}


@pytest.mark.parametrize("kind", sorted(SIMPLE))
def test_a_preview_of_a_create_calls_nothing_and_tells_the_inputs(plugin: Plugin, world: World, kind: str) -> None:
    inputs = {**SIMPLE[kind], "tags": {"a": UNKNOWN, "b": Hidden("c")}}
    held = plugin.create(kind, inputs, preview=True)
    assert (held.arn, held.outputs, held.is_read_first) == ("", inputs, True)
    assert world.writes() == {}


def test_a_preview_of_a_new_stack_needs_no_credentials(process: Plugin) -> None:
    process.configure({"region": REGION, "profile": "there-is-none"})
    assert process.create("Stage", {"name": "a"}, preview=True).outputs == {"name": "a"}
    with pytest.raises(grpc.RpcError) as caught:
        process.create("Stage", {"name": "a"})
    assert failed(caught.value).code is grpc.StatusCode.INVALID_ARGUMENT
    assert "ivs:profile" in failed(caught.value).text


def test_ours_are_written_and_never_shown(plugin: Plugin, world: World) -> None:
    """The tags that say who made it stand on the resource alone."""
    held = plugin.create("Stage", {"tags": {"team": "video"}}, name="the hall")
    assert held.outputs["tags"] == {"team": "video"}
    tags = world.tags(held.arn)
    assert tags.pop("team") == "video"
    assert sorted(tags) == [f"pulumi-ivs:{word}" for word in ("applied", "name", "pending", "stack", "urn")]
    assert (tags["pulumi-ivs:stack"], tags["pulumi-ivs:name"]) == ("spine/dev", "the hall")
    assert re.fullmatch(r"provider-1 [0-9a-f]{16} \d{10}", tags["pulumi-ivs:pending"])


def test_without_ownership_tags_only_the_programs_own_are_written(
    process: Plugin, settings: dict[str, Any], world: World
) -> None:
    process.configure({**settings, "ownershipTags": False})
    held = process.create("Stage", {"tags": {"team": "video"}})
    assert world.tags(held.arn) == {"team": "video"}
    world.forget()
    process.update("Stage", held, {"tags": {"team": "video"}}, {"name": "b", "tags": {"team": "video"}})
    assert world.counts() == {"UpdateStage": 1}


def test_stream_keys_are_secret_each_time(plugin: Plugin) -> None:
    old = {"ingestProtocol": "RTMPS", "redundantIngest": True}
    held = plugin.create("IngestConfiguration", old)
    read = plugin.read("IngestConfiguration", held.arn, old, held.outputs)
    imported = plugin.read("IngestConfiguration", held.arn)
    updated = plugin.update("IngestConfiguration", held, old, {**old, "tags": {"a": "b"}})
    for answer in (held, read, imported, updated):
        assert isinstance(answer.outputs["streamKey"], Hidden)
        assert isinstance(answer.outputs["redundantIngestCredentials"], Hidden)
        assert str(answer).count("rt_") == 3  # one key, and two in the credentials


def test_a_users_secret_is_secret_in_every_answer(plugin: Plugin) -> None:
    old = {"name": Hidden("S3CRET"), "tags": {"a": Hidden("S3CRET"), "b": "open"}}
    held = plugin.create("Stage", old)
    new = {**old, "tags": {"a": Hidden("S3CRET"), "b": "shut"}}
    answers = (
        held,
        plugin.create("Stage", old, preview=True),
        plugin.read("Stage", held.arn, old, held.outputs),
        plugin.update("Stage", held, old, new),
        plugin.update("Stage", held, old, new, preview=True),
    )
    for answer in answers:
        assert answer.outputs["name"] == Hidden("S3CRET")
        assert answer.outputs["tags"]["a"] == Hidden("S3CRET")
        assert isinstance(answer.outputs["tags"]["b"], str)
    assert answers[2].inputs == old


def test_an_update_sends_what_changed_and_answers_what_aws_then_holds(plugin: Plugin, world: World) -> None:
    old = {"name": "a", "tags": {"x": "1", "y": "2"}}
    held = plugin.create("Stage", old)
    world.forget()
    now = plugin.update("Stage", held, old, {"name": "b", "tags": {"y": "3"}})
    assert world.counts() == {"TagResource": 1, "UntagResource": 1, "UpdateStage": 1}
    assert now.outputs == {**held.outputs, "name": "b", "tags": {"y": "3"}}
    seen = world.call("GetStage", arn=held.arn)["stage"]
    assert seen["name"] == "b"
    assert {key: value for key, value in seen["tags"].items() if ":" not in key} == {"y": "3"}


def test_a_change_of_tags_is_tag_calls_alone(plugin: Plugin, world: World) -> None:
    held = plugin.create("EncoderConfiguration", {})
    world.forget()
    plugin.update("EncoderConfiguration", held, {}, {"tags": {"a": "b"}})
    assert world.counts() == {"TagResource": 1}


def test_recording_taken_back_is_switched_off(plugin: Plugin, world: World) -> None:
    """Removing an optional input puts it back to AWS's default."""
    storage = world.call("CreateStorageConfiguration", s3={"bucketName": "aaa"})["storageConfiguration"]["arn"]
    recording = {
        "storageConfigurationArn": storage,
        "thumbnailConfiguration": {"recordingMode": "INTERVAL", "targetIntervalSeconds": 30},
    }
    held = plugin.create("Stage", {RECORDING: recording})
    partly = {RECORDING: {"storageConfigurationArn": storage, "mediaTypes": ["NONE"]}}
    now = plugin.update("Stage", held, {RECORDING: recording}, partly)
    assert now.outputs[RECORDING]["thumbnailConfiguration"]["recordingMode"] == "DISABLED"
    assert now.outputs[RECORDING]["mediaTypes"] == ["NONE"]
    off = plugin.update("Stage", now, partly, {})
    assert off.outputs[RECORDING]["storageConfigurationArn"] == ""
    assert off.outputs[RECORDING]["mediaTypes"] == ["AUDIO_VIDEO"]


def test_an_update_leaves_ignored_paths_alone(plugin: Plugin, world: World) -> None:
    """Operators cleared the stage; the program ignores that."""
    stage = world.call("CreateStage")["stage"]["arn"]
    old = {"ingestProtocol": "RTMPS", "stageArn": stage}
    held = plugin.create("IngestConfiguration", old)
    world.happens(held.arn, disconnect=True)
    seen = plugin.read("IngestConfiguration", held.arn, old, held.outputs)
    assert seen.inputs["stageArn"] == ""
    from pulumi.runtime.proto import provider_pb2 as pb

    from tests.rpc.wire import to_wire

    request = pb.UpdateRequest(id=held.arn, urn=urn("IngestConfiguration"), ignoreChanges=["stageArn"])
    request.olds.CopyFrom(to_wire(seen.outputs))
    request.old_inputs.CopyFrom(to_wire(seen.inputs))
    request.news.CopyFrom(to_wire({**old, "redundantIngest": True}))
    plugin.stub.Update(request, timeout=30)
    after = world.call("GetIngestConfiguration", arn=held.arn)["ingestConfiguration"]
    assert (after["stageArn"], after["redundantIngest"]) == ("", True)


def test_a_preview_of_an_update_calls_nothing_and_tells_what_will_be(plugin: Plugin, world: World) -> None:
    """What AWS changes by itself is left out, which counts as unknown; what is taken back shows its default."""
    old = {"ingestProtocol": "RTMPS", "name": "a", "redundantIngest": True}
    held = plugin.create("IngestConfiguration", old)
    world.forget()
    known = plugin.update(
        "IngestConfiguration", held, old, {"ingestProtocol": "RTMPS", "name": "a", "stageArn": UNKNOWN}, preview=True
    ).outputs
    assert known == {
        "arn": held.arn,
        "participantId": held.outputs["participantId"],
        "streamKey": held.outputs["streamKey"],
        "userId": "",
        "tags": {},
        "name": "a",
        "ingestProtocol": "RTMPS",
        "stageArn": UNKNOWN,
        "redundantIngest": False,
    }
    assert world.writes() == {}


def test_a_preview_of_a_nested_change_keeps_what_stays(plugin: Plugin, world: World) -> None:
    storage = world.call("CreateStorageConfiguration", s3={"bucketName": "aaa"})["storageConfiguration"]["arn"]
    old: dict[str, Any] = {RECORDING: {"storageConfigurationArn": storage}}
    held = plugin.create("Stage", old)
    new = {RECORDING: {"storageConfigurationArn": storage, "mediaTypes": ["NONE"]}}
    known = plugin.update("Stage", held, old, new, preview=True).outputs[RECORDING]
    assert known == {**held.outputs[RECORDING], "mediaTypes": ["NONE"]}


def test_force_lets_a_delete_disconnect(plugin: Plugin, world: World) -> None:
    """`force` is an input of the resource, sent with the delete alone."""
    held = plugin.create("IngestConfiguration", {"ingestProtocol": "RTMPS"})
    world.happens(held.arn, active=True)
    with pytest.raises(grpc.RpcError) as caught:
        plugin.delete("IngestConfiguration", held.arn, {"ingestProtocol": "RTMPS"})
    assert failed(caught.value).code is grpc.StatusCode.FAILED_PRECONDITION
    assert "force: true" in failed(caught.value).text
    plugin.delete("IngestConfiguration", held.arn, {"ingestProtocol": "RTMPS", "force": True})
    assert world.resources() == []


def test_state_of_a_later_version_can_still_be_read_updated_and_deleted(plugin: Plugin, world: World) -> None:
    """Inputs that this version does not know are passed over, not stumbled over."""
    later = {"name": "a", "fromTheFuture": {"x": 1}}
    made = plugin.create("Stage", {"name": "a"})
    held = Held(made.arn, {**made.outputs, "fromTheFuture": {"x": 1}}, is_read_first=True)
    assert plugin.read("Stage", held.arn, later, held.outputs).inputs["name"] == "a"
    assert plugin.update("Stage", held, later, {"name": "b"}, preview=True).outputs["name"] == "b"
    assert plugin.update("Stage", held, later, {"name": "b"}).outputs["name"] == "b"
    plugin.delete("Stage", held.arn, later)
    assert world.resources() == []
