"""Check: nulls, unknowns, secrets, default tags and names."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from tests.rpc.plugin import Mode, Plugin, failed, urn
from tests.rpc.wire import ASSET, OUTPUT, REFERENCE, SIGNATURE, UNKNOWN, UNKNOWNS, Hidden, from_wire, to_wire
from tests.rpc.world import World

STORAGE = "arn:aws:ivs:eu-west-1:123456789012:storage-configuration/AbCdEf123456"
# What a resource that declares nothing has for inputs: a key that Pulumi hides, by which it is known to exist.
NOTHING: dict[str, Any] = {"__defaults": []}
PROPOSE, ENFORCE, DISABLE = Mode.PROPOSE, Mode.ENFORCE, Mode.DISABLE


def test_what_is_right_comes_back_as_it_was_said(plugin: Plugin) -> None:
    """The engine wants the user's own representation: no defaults, no other order."""
    news = {
        "name": "hall",
        "autoParticipantRecordingConfiguration": {
            "storageConfigurationArn": STORAGE,
            "thumbnailConfiguration": {"recordingMode": "INTERVAL", "storage": ["LATEST", "SEQUENTIAL"]},
        },
        "tags": {"a b": "c"},
    }
    checked = plugin.check("Stage", news)
    assert (checked.inputs, checked.failures) == (news, [])


def test_a_null_is_as_if_it_were_not_there(plugin: Plugin) -> None:
    checked = plugin.check("Stage", {"name": None, "tags": {"a": None, "b": "c"}})
    assert (checked.inputs, checked.failures) == ({"tags": {"b": "c"}}, [])


def test_a_null_inside_a_secret_is_as_if_it_were_not_there(plugin: Plugin) -> None:
    checked = plugin.check("Stage", {"tags": Hidden({"a": None, "b": "c"}), "name": Hidden(None)})
    assert (checked.inputs, checked.failures) == ({"tags": Hidden({"b": "c"})}, [])


@pytest.mark.parametrize("unknown", UNKNOWNS)
def test_each_kind_of_unknown_passes_where_anything_may_stand(plugin: Plugin, unknown: str) -> None:
    """Seven marks, one meaning; which one comes says nothing of what it will be."""
    recording = {"storageConfigurationArn": unknown, "thumbnailConfiguration": {"targetIntervalSeconds": unknown}}
    news = {"name": unknown, "tags": {"a": unknown}, "autoParticipantRecordingConfiguration": recording}
    checked = plugin.check("Stage", news)
    assert checked.failures == []
    assert checked.inputs["name"] in UNKNOWNS
    assert plugin.check("Stage", {"tags": unknown, "autoParticipantRecordingConfiguration": unknown}).failures == []
    assert plugin.check("PublicKey", {"publicKeyMaterial": unknown}).failures == []
    assert plugin.check("EncoderConfiguration", {"video": {"width": unknown, "height": 1080}}).failures == []


def test_beside_an_unknown_the_rest_is_still_checked(plugin: Plugin) -> None:
    assert plugin.check("Stage", {"name": UNKNOWN, "tags": {"aws:x": UNKNOWN}, "nmae": 1}).wrong == [
        "nmae",
        'tags["aws:x"]',
    ]


def test_secrets_stay_secret_and_are_never_told(plugin: Plugin) -> None:
    news = {"name": Hidden("S3CRET name!"), "tags": {"a": Hidden("S3CRET" * 60), "b": Hidden("fine")}}
    checked = plugin.check("Stage", news)
    assert checked.inputs == news
    assert checked.wrong == ["name", "tags.a"]
    assert "S3CRET" not in str(checked.failures)


def test_outputs_and_references_are_taken_for_what_they_stand_for(plugin: Plugin) -> None:
    """We do not ask for them; an engine that sends them all the same is understood."""
    mark, stage = {SIGNATURE: OUTPUT}, "arn:aws:ivs:eu-west-1:123456789012:stage/AbCdEf123456"
    tags = {"known": {**mark, "value": "a"}, "secret": {**mark, "value": "b", "secret": True}, "unknown": mark}
    reference = {SIGNATURE: REFERENCE, "urn": urn("Stage"), "id": stage}
    checked = plugin.check("IngestConfiguration", {"ingestProtocol": "RTMPS", "stageArn": reference, "tags": tags})
    assert checked.failures == []
    assert checked.inputs["stageArn"] == stage
    assert checked.inputs["tags"] == {"known": "a", "secret": Hidden("b"), "unknown": UNKNOWN}
    unmade = {SIGNATURE: REFERENCE, "urn": urn("Stage"), "id": ""}
    assert plugin.check("IngestConfiguration", {"ingestProtocol": "RTMPS", "stageArn": unmade}).failures == []
    component = {SIGNATURE: REFERENCE, "urn": urn("Stage")}
    assert plugin.check("Stage", {"tags": {"of": component}}).inputs == {"tags": {"of": urn("Stage")}}
    assert plugin.check("Stage", {"tags": {"of": {SIGNATURE: REFERENCE}}}).inputs == {"tags": {"of": UNKNOWN}}


def test_an_asset_is_no_string(plugin: Plugin) -> None:
    asset = {SIGNATURE: ASSET, "text": "-----BEGIN PUBLIC KEY-----"}
    assert plugin.check("PublicKey", {"publicKeyMaterial": asset}).wrong == ["publicKeyMaterial"]


def test_every_problem_of_a_resource_is_in_one_answer_and_nothing_is_called(plugin: Plugin, world: World) -> None:
    news = {
        "name": "a name",
        "arn": "arn:x",
        "ingestProtocol": "RTMP",
        "userid": "x",
        "attributes": {"a": "b" * 1024},
        "tags": {"pulumi-ivs:urn": "x", "": "y"},
    }
    assert plugin.check("IngestConfiguration", news).wrong == [
        "arn",
        "attributes",
        "insecureIngest",
        "name",
        'tags[""]',
        'tags["pulumi-ivs:urn"]',
        "userid",
    ]
    assert world.counts() == {}


def test_default_tags_are_merged_under_the_resources_own(process: Plugin, settings: dict[str, Any]) -> None:
    process.configure({**settings, "defaultTags": {"team": "video", "cost": Hidden("42")}})
    assert process.check("Stage", {}).inputs == {"tags": {"team": "video", "cost": Hidden("42")}}
    own = Hidden({"team": "own"})
    assert process.check("Stage", {"tags": own}).inputs == {"tags": {"team": Hidden("own"), "cost": Hidden("42")}}
    assert process.check("Stage", {"tags": UNKNOWN}).failures == []
    assert process.check("Stage", {"tags": "none"}).wrong == ["tags"]


def test_default_tags_count_in_the_limit(process: Plugin, settings: dict[str, Any]) -> None:
    """50 at AWS; five of them are ours while ownershipTags is on."""
    process.configure({**settings, "defaultTags": {"team": "video"}})
    assert process.check("Stage", {"tags": {f"k{number}": "" for number in range(44)}}).failures == []
    assert process.check("Stage", {"tags": {f"k{number}": "" for number in range(45)}}).wrong == ["tags"]
    process.configure({**settings, "ownershipTags": False})
    assert process.check("Stage", {"tags": {f"k{number}": "" for number in range(50)}}).failures == []


@pytest.mark.parametrize(
    ("autonaming", "news", "olds", "inputs", "wrong"),
    [
        (None, {}, {}, NOTHING, []),
        ((PROPOSE, "hall-1a2b"), {}, {}, {"name": "hall-1a2b"}, []),
        ((PROPOSE, "the hall/é"), {}, {}, {"name": "the-hall--"}, []),
        ((PROPOSE, "x" * 200), {}, {}, {"name": "x" * 128}, []),
        ((PROPOSE, "hall-1a2b"), {"name": "own"}, {}, {"name": "own"}, []),
        ((PROPOSE, "hall-9z9z"), {}, {"name": "hall-1a2b"}, {"name": "hall-1a2b"}, []),
        ((PROPOSE, "hall-1a2b"), {}, {"tags": {"a": "b"}}, NOTHING, []),
        ((PROPOSE, "hall-1a2b"), {}, NOTHING, NOTHING, []),
        ((ENFORCE, "hall"), {}, {}, {"name": "hall"}, []),
        ((ENFORCE, "the hall"), {}, {}, {"name": "the hall"}, ["name"]),
        ((DISABLE, ""), {}, {}, NOTHING, ["name"]),
        ((DISABLE, ""), {"name": "own"}, {}, {"name": "own"}, []),
        ((PROPOSE, "hall-1a2b"), {"name": UNKNOWN}, {}, {"name": UNKNOWN}, []),
    ],
)
def test_a_name_is_made_only_where_the_stack_asks_for_it(
    *, plugin: Plugin, autonaming: Any, news: Any, olds: Any, inputs: Any, wrong: list[str]
) -> None:
    """IVS names are optional; one that exists without a name keeps none, one with a made name keeps that."""
    checked = plugin.check("Stage", news, olds, autonaming)
    assert (checked.inputs, checked.wrong) == (inputs, wrong)


def test_a_child_of_a_component_is_known_by_its_own_type(plugin: Plugin) -> None:
    """Older engines send no type: it is the last one of the chain in the URN."""
    for token in ("ivs:index:Stage", ""):
        request = pb.CheckRequest(urn=urn("Stage", parents="my:index:Hall$"), type=token, news=to_wire({"name": "a"}))
        answer = plugin.stub.Check(request, timeout=10)
        assert from_wire(answer.inputs) == {"name": "a"}
    request = pb.CheckRequest(urn=urn("Stage", parents="my:index:Hall$"), news=to_wire({"name": "a b"}))
    assert [each.property for each in plugin.stub.Check(request, timeout=10).failures] == ["name"]


@pytest.mark.parametrize("method", ["Check", "Diff", "Create", "Read", "Update", "Delete"])
def test_a_type_that_there_is_not_is_refused(plugin: Plugin, method: str) -> None:
    requests = {
        "Check": pb.CheckRequest,
        "Diff": pb.DiffRequest,
        "Create": pb.CreateRequest,
        "Read": pb.ReadRequest,
        "Update": pb.UpdateRequest,
        "Delete": pb.DeleteRequest,
    }
    with pytest.raises(grpc.RpcError) as caught:
        getattr(plugin.stub, method)(requests[method](urn=urn("Channel"), type="ivs:index:Channel"), timeout=10)
    assert failed(caught.value).code is grpc.StatusCode.INVALID_ARGUMENT
    assert "ivs:index:Channel is no resource type" in failed(caught.value).text
    assert "ivs:index:Stage" in failed(caught.value).text
