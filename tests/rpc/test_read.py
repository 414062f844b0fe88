"""Read: refresh, import, `.get`, gone, and the way out when reads fail. And List."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from tests.rpc.plugin import NO_ENGINE, Plugin, failed, running
from tests.rpc.test_lifecycle import RECORDING, SIMPLE
from tests.rpc.wire import Hidden
from tests.rpc.world import REGION, World


@pytest.mark.parametrize("kind", sorted(SIMPLE))
def test_a_refresh_finds_what_was_made_and_no_change(plugin: Plugin, kind: str) -> None:
    inputs = plugin.check(kind, {**SIMPLE[kind], "tags": {"a": "b"}}).inputs
    held = plugin.create(kind, inputs)
    seen = plugin.read(kind, held.arn, inputs, held.outputs)
    assert seen.arn == held.arn
    assert seen.inputs == inputs
    assert seen.outputs == held.outputs
    assert seen.is_read_first
    assert plugin.diff(kind, seen.inputs, inputs, seen.outputs).changes == 1  # DIFF_NONE


def test_a_refresh_says_only_what_the_program_says(plugin: Plugin, world: World) -> None:
    """What the program never mentions is AWS's business and no drift."""
    held = plugin.create("Stage", {})
    world.call("UpdateStage", arn=held.arn, name="renamed")
    world.tag(held.arn, somebody="else")
    seen = plugin.read("Stage", held.arn, {}, held.outputs)
    assert seen.inputs == {}
    assert (seen.outputs["name"], seen.outputs["tags"]) == ("renamed", {"somebody": "else"})


def test_a_refresh_keeps_the_mark_of_a_resource_that_declares_nothing(plugin: Plugin) -> None:
    """Without it, autonaming would take the resource for a new one, and rename it."""
    nothing = plugin.check("Stage", {}).inputs
    held = plugin.create("Stage", nothing)
    seen = plugin.read("Stage", held.arn, nothing, held.outputs)
    assert seen.inputs == nothing == {"__defaults": []}
    assert plugin.diff("Stage", seen.inputs, nothing, seen.outputs).changes == 1  # DIFF_NONE


def test_a_refresh_keeps_the_programs_own_words(plugin: Plugin, world: World) -> None:
    """The order of an unordered list, and `""` for nothing, stay as the program says them."""
    storage = world.call("CreateStorageConfiguration", s3={"bucketName": "aaa"})["storageConfiguration"]["arn"]
    thumbnails = {"recordingMode": "INTERVAL", "storage": ["LATEST", "SEQUENTIAL"]}
    inputs = {"name": "", RECORDING: {"storageConfigurationArn": storage, "thumbnailConfiguration": thumbnails}}
    held = plugin.create("Stage", inputs)
    turned = {**thumbnails, "storage": ["SEQUENTIAL", "LATEST"]}
    world.call(
        "UpdateStage",
        arn=held.arn,
        **{RECORDING: {"storageConfigurationArn": storage, "thumbnailConfiguration": turned}},
    )
    assert plugin.read("Stage", held.arn, inputs, held.outputs).inputs == inputs


def test_a_refresh_shows_drift_in_what_the_program_says(plugin: Plugin, world: World) -> None:
    inputs = {"name": "a", "tags": {"x": "1", "y": "2", "z": Hidden("3")}}
    held = plugin.create("Stage", inputs)
    world.call("UpdateStage", arn=held.arn, name="b")
    world.tag(held.arn, x="9", z="8")
    world.untag(held.arn, "y")
    seen = plugin.read("Stage", held.arn, inputs, held.outputs)
    assert seen.inputs == {"name": "b", "tags": {"x": "9", "z": Hidden("8")}}
    assert seen.outputs["tags"]["z"] == Hidden("8")
    answer = plugin.diff("Stage", seen.inputs, inputs, seen.outputs)
    assert sorted(answer.detailedDiff) == ["name", "tags.x", "tags.y", "tags.z"]


def test_what_is_gone_has_no_id(plugin: Plugin, world: World) -> None:
    held = plugin.create("Stage", {"name": "a"})
    world.call("DeleteStage", arn=held.arn)
    gone = plugin.read("Stage", held.arn, {"name": "a"}, held.outputs)
    assert (gone.arn, gone.inputs, gone.outputs) == ("", {}, {})
    assert plugin.read("Stage", held.arn).arn == ""


IMPORTED: dict[str, dict[str, Any]] = {
    **{kind: {key: value for key, value in inputs.items() if key != "force"} for kind, inputs in SIMPLE.items()},
}


@pytest.mark.parametrize("kind", sorted(IMPORTED))
def test_an_import_tells_all_that_a_program_must_say(plugin: Plugin, kind: str) -> None:
    """No defaults, none of our tags, nothing that a check refuses; and afterwards nothing changes."""
    held = plugin.create(kind, {**IMPORTED[kind], "tags": {"a": "b"}})
    found = plugin.read(kind, held.arn)
    assert found.inputs == {**IMPORTED[kind], "tags": {"a": "b"}}
    checked = plugin.check(kind, found.inputs)
    assert checked.failures == []
    assert plugin.diff(kind, found.inputs, checked.inputs, found.outputs).changes == 1  # DIFF_NONE


def test_an_import_leaves_defaults_and_what_is_not_known_of_aws_out(plugin: Plugin, world: World) -> None:
    stage = world.call("CreateStage", name="", tags={})["stage"]["arn"]
    assert plugin.read("Stage", stage).inputs == {}
    encoder = world.call("CreateEncoderConfiguration")["encoderConfiguration"]["arn"]
    assert plugin.read("EncoderConfiguration", encoder).inputs == {}
    ingest = world.call("CreateIngestConfiguration", ingestProtocol="RTMP", insecureIngest=True)
    found = plugin.read("IngestConfiguration", ingest["ingestConfiguration"]["arn"])
    assert found.inputs == {"ingestProtocol": "RTMP", "insecureIngest": True}
    assert isinstance(found.outputs["streamKey"], Hidden)


def test_an_import_leaves_default_tags_to_the_provider(process: Plugin, settings: dict[str, Any], world: World) -> None:
    """What the provider adds by itself the program need not say; and what is secret there stays secret."""
    process.configure({**settings, "defaultTags": {"team": "video", "cost": Hidden("S3CRET")}})
    tags = {"team": "video", "cost": "S3CRET", "own": "x"}
    arn = world.call("CreateStage", tags=tags)["stage"]["arn"]
    found = process.read("Stage", arn)
    assert found.inputs == {"tags": {"own": "x"}}
    assert found.outputs["tags"] == {"team": "video", "cost": Hidden("S3CRET"), "own": "x"}


@pytest.mark.parametrize(
    ("arn", "said"),
    [
        ("lobby", "'lobby' is not the id of a stage. Give its ARN: arn:aws:ivs:REGION:ACCOUNT:stage/ID."),
        (f"arn:aws:ivs:{REGION}:123456789012:public-key/AbC", "is not the id of a stage"),
        ("arn:aws:ivs:us-west-2:123456789012:stage/AbC", f"is in us-west-2, this provider is in {REGION}"),
    ],
)
def test_an_import_by_a_wrong_id_says_what_a_right_one_is(plugin: Plugin, world: World, arn: str, said: str) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        plugin.read("Stage", arn)
    assert failed(caught.value).code is grpc.StatusCode.INVALID_ARGUMENT
    assert said in failed(caught.value).text
    assert world.counts() == {}


def test_get_reads_what_nobody_recorded(plugin: Plugin, world: World) -> None:
    """`.get` sends its few properties twice, as inputs and as properties."""
    arn = world.call("CreateStage", name="a", tags={"x": "1"})["stage"]["arn"]
    found = plugin.read("Stage", arn, {}, {})
    assert (found.arn, found.inputs) == (arn, {})
    assert (found.outputs["name"], found.outputs["tags"]) == ("a", {"x": "1"})


def test_with_drift_off_a_read_answers_the_record_and_drops_the_flag(
    url: str, credentials: Any, world: World, settings: dict[str, Any]
) -> None:
    """The way out where reads fail; an import still reads, and nothing asks for the next read."""
    environment = {
        "AWS_SHARED_CREDENTIALS_FILE": str(credentials),
        "AWS_ENDPOINT_URL_IVS_REALTIME": url,
        "PULUMI_IVS_DRIFT": "off",
    }
    with running(NO_ENGINE, **environment) as plugin:
        plugin.handshake()
        plugin.configure(settings)
        held = plugin.create("Stage", {"name": "a"})
        assert not held.is_read_first
        world.forget()
        seen = plugin.read("Stage", held.arn, {"name": "x"}, {"name": "y", "z": Hidden("1")})
        assert (seen.arn, seen.inputs, seen.outputs) == (held.arn, {"name": "x"}, {"name": "y", "z": Hidden("1")})
        assert not seen.is_read_first
        assert world.counts() == {}
        assert not plugin.update("Stage", held, {"name": "a"}, {"name": "b"}).is_read_first
        assert plugin.read("Stage", held.arn).inputs == {"name": "b"}


@pytest.mark.parametrize(("detection", "flag"), [("off", False), ("fast", True), ("declared", True), ("all", True)])
def test_drift_detection_decides_whether_a_preview_reads(
    process: Plugin, settings: dict[str, Any], detection: str, flag: bool
) -> None:
    process.configure({**settings, "driftDetection": detection})
    held = process.create("Stage", {"name": "a"})
    assert held.is_read_first is flag
    assert process.read("Stage", held.arn, {"name": "a"}, held.outputs).is_read_first is flag
    assert process.update("Stage", held, {"name": "a"}, {"name": "b"}).is_read_first is flag
    assert process.create("Stage", {"name": "a"}, preview=True).is_read_first is flag


def test_with_detection_of_all_undeclared_drift_shows(process: Plugin, settings: dict[str, Any], world: World) -> None:
    process.configure({**settings, "driftDetection": "all"})
    held = process.create("Stage", {"tags": {"a": "1"}})
    world.call("UpdateStage", arn=held.arn, name="renamed")
    world.tag(held.arn, b="2")
    seen = process.read("Stage", held.arn, {"tags": {"a": "1"}}, held.outputs)
    assert seen.inputs == {"name": "renamed", "tags": {"a": "1", "b": "2"}}


def test_with_fast_detection_what_lists_lack_is_no_drift_however_often_it_is_read(
    process: Plugin, settings: dict[str, Any], world: World
) -> None:
    process.configure({**settings, "driftDetection": "fast"})
    storage = world.call("CreateStorageConfiguration", s3={"bucketName": "aaa"})["storageConfiguration"]["arn"]
    inputs = {RECORDING: {"storageConfigurationArn": storage, "mediaTypes": ["NONE"]}}
    held = process.create("Stage", inputs)
    world.call("UpdateStage", arn=held.arn, **{RECORDING: {"storageConfigurationArn": ""}})
    seen = held
    for _ in range(3):
        seen = process.read("Stage", held.arn, inputs, seen.outputs)
        assert seen.inputs == inputs


def test_lists_come_page_by_page(plugin: Plugin, world: World) -> None:
    made = [(world.call("CreateStage", name=f"s{number}")["stage"]["arn"], f"s{number}") for number in range(130)]
    first, token = plugin.list("Stage")
    assert (len(first), bool(token)) == (100, True)
    second, end = plugin.list("Stage", continuation_token=token)
    assert (len(second), end) == (30, "")
    assert first + second == made
    limited, none = plugin.list("Stage", limit=10)
    assert (limited, none) == (made[:10], "")
    large, more = plugin.list("Stage", limit=120)
    assert (len(large), bool(more)) == (100, True)
    assert plugin.list("PublicKey") == ([], "")


def test_a_list_takes_no_query(plugin: Plugin) -> None:
    from tests.rpc.wire import to_wire

    with pytest.raises(grpc.RpcError) as caught:
        plugin.list("Stage", query=to_wire({"name": "x"}))
    assert failed(caught.value).code is grpc.StatusCode.INVALID_ARGUMENT
    assert "cannot be listed by a query" in failed(caught.value).text
