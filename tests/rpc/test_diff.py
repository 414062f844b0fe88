"""Diff: which paths change, what that takes, in both polarities, and the protocol's own invariants."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from tests.rpc.plugin import Plugin
from tests.rpc.wire import UNKNOWN, Hidden

STORAGE = "arn:aws:ivs:eu-west-1:123456789012:storage-configuration/AbCdEf123456"
RECORDING = "autoParticipantRecordingConfiguration"
A, U, D = "ADD", "UPDATE", "DELETE"
NONE, SOME = pb.DiffResponse.DIFF_NONE, pb.DiffResponse.DIFF_SOME


def shown(answer: pb.DiffResponse) -> dict[str, str]:
    """The kind of each path; holds every answer to the protocol's invariants on the way."""
    detail = {path: pb.PropertyDiff.Kind.Name(each.kind) for path, each in answer.detailedDiff.items()}
    tops = {path.split(".")[0].split("[")[0] for path in detail}
    assert sorted(answer.diffs) == sorted(tops)
    assert len(set(answer.diffs)) == len(answer.diffs)
    assert answer.changes == (SOME if detail else NONE)
    assert answer.hasDetailedDiff == bool(detail)
    assert sorted(answer.replaces) == sorted(path for path, kind in detail.items() if kind.endswith("_REPLACE"))
    assert not (answer.replaces and answer.stables)
    assert answer.replaces or not answer.deleteBeforeReplace
    assert all(each.inputDiff for each in answer.detailedDiff.values())
    return detail


CASES: list[tuple[str, str, Any, Any, dict[str, str]]] = [
    ("nothing", "Stage", {"name": "a"}, {"name": "a"}, {}),
    ("a name", "Stage", {"name": "a"}, {"name": "b"}, {"name": U}),
    ("an added name", "Stage", {}, {"name": "b"}, {"name": A}),
    ("a removed name", "Stage", {"name": "a"}, {}, {"name": D}),
    ("an empty name is no name", "Stage", {"name": ""}, {}, {}),
    ("tags one by one", "Stage", {"tags": {"a": "1", "b": "2"}}, {"tags": {"b": "3", "c d": "4"}},
     {"tags.a": D, "tags.b": U, 'tags["c d"]': A}),
    ("no tags are empty tags", "Stage", {"tags": {}}, {}, {}),
    ("a tag key of two underscores", "Stage", {"tags": {"__x": "1"}}, {"tags": {"__x": "2"}}, {"tags.__x": U}),
    ("a secret that changes", "Stage", {"tags": {"a": Hidden("1")}}, {"tags": {"a": Hidden("2")}}, {"tags.a": U}),
    ("secretness alone", "Stage", {"tags": {"a": Hidden("1")}}, {"tags": {"a": "1"}}, {}),
    ("recording set", "Stage", {}, {RECORDING: {"storageConfigurationArn": STORAGE, "mediaTypes": ["AUDIO_ONLY"]}},
     {f"{RECORDING}.storageConfigurationArn": A, f"{RECORDING}.mediaTypes": A}),
    ("recording taken back", "Stage", {RECORDING: {"storageConfigurationArn": STORAGE}}, {},
     {f"{RECORDING}.storageConfigurationArn": D}),
    ("recording off is no recording", "Stage", {RECORDING: {"storageConfigurationArn": ""}}, {}, {}),
    ("a default that is said", "Stage", {RECORDING: {"storageConfigurationArn": STORAGE}},
     {RECORDING: {"storageConfigurationArn": STORAGE, "mediaTypes": ["AUDIO_VIDEO"], "recordParticipantReplicas": True,
                  "hlsConfiguration": {"targetSegmentDurationSeconds": 6}, "recordingReconnectWindowSeconds": 0,
                  "thumbnailConfiguration": {"recordingMode": "DISABLED", "storage": ["SEQUENTIAL"]}}}, {}),
    ("the order of an unordered list", "Stage",
     {RECORDING: {"storageConfigurationArn": STORAGE, "thumbnailConfiguration": {"storage": ["LATEST", "SEQUENTIAL"]}}},
     {RECORDING: {"storageConfigurationArn": STORAGE, "thumbnailConfiguration": {"storage": ["SEQUENTIAL", "LATEST"]}}},
     {}),
    ("an element of an unordered list", "Stage",
     {RECORDING: {"storageConfigurationArn": STORAGE, "thumbnailConfiguration": {"storage": ["LATEST", "SEQUENTIAL"]}}},
     {RECORDING: {"storageConfigurationArn": STORAGE, "thumbnailConfiguration": {"storage": ["LATEST"]}}},
     {f"{RECORDING}.thumbnailConfiguration.storage": U}),
    ("an unknown always differs", "Stage", {"name": "a"}, {"name": UNKNOWN}, {"name": U}),
    ("unknown tags", "Stage", {"tags": {"a": "1"}}, {"tags": UNKNOWN}, {"tags": U}),
    ("an unknown recording", "Stage", {RECORDING: {"storageConfigurationArn": STORAGE}},
     {RECORDING: {"storageConfigurationArn": UNKNOWN}}, {f"{RECORDING}.storageConfigurationArn": U}),
    ("an encoder's width", "EncoderConfiguration", {"video": {"width": 640}}, {"video": {"width": 720}},
     {"video.width": "UPDATE_REPLACE"}),
    ("an encoder's default said", "EncoderConfiguration", {}, {"video": {"width": 1280, "framerate": 30.0}}, {}),
    ("an encoder's side taken back", "EncoderConfiguration", {"video": {"width": 640}}, {},
     {"video.width": "DELETE_REPLACE"}),
    ("an encoder's side added", "EncoderConfiguration", {}, {"video": {"height": 640}},
     {"video.height": "ADD_REPLACE"}),
    ("an encoder's tags alone", "EncoderConfiguration", {"tags": {"a": "1"}}, {}, {"tags.a": D}),
    ("a bucket", "StorageConfiguration", {"s3": {"bucketName": "aaa"}}, {"s3": {"bucketName": "bbb"}},
     {"s3.bucketName": "UPDATE_REPLACE"}),
    ("an ingest's stage and attributes", "IngestConfiguration",
     {"ingestProtocol": "RTMPS", "stageArn": "x", "attributes": {"a": "1"}},
     {"ingestProtocol": "RTMPS", "stageArn": "", "attributes": {"a": "2"}},
     {"stageArn": U, "attributes.a": "UPDATE_REPLACE"}),
    ("an ingest's stage taken back", "IngestConfiguration", {"stageArn": "x"}, {}, {"stageArn": D}),
    ("an ingest's redundancy and force", "IngestConfiguration", {}, {"redundantIngest": True, "force": True},
     {"redundantIngest": A, "force": A}),
    ("what AWS never returns", "IngestConfiguration", {"insecureIngest": False}, {"insecureIngest": True},
     {"insecureIngest": "UPDATE_REPLACE"}),
    ("the line breaks of a key", "PublicKey", {"publicKeyMaterial": "-----BEGIN PUBLIC KEY-----\nAA\nBB\n-----END"},
     {"publicKeyMaterial": "-----BEGIN PUBLIC KEY-----\r\nAA\r\nBB\r\n-----END\r\n"}, {}),
    ("the line length of a key", "PublicKey", {"publicKeyMaterial": "-----BEGIN PUBLIC KEY-----\nAA\nBB\n-----END"},
     {"publicKeyMaterial": "-----BEGIN PUBLIC KEY-----\nAABB\n-----END"}, {}),
    ("a key", "PublicKey", {"publicKeyMaterial": "A"}, {"publicKeyMaterial": "B"},
     {"publicKeyMaterial": "UPDATE_REPLACE"}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "old", "new", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_exactly_the_paths_that_differ_are_told(
    plugin: Plugin, kind: str, old: Any, new: Any, expected: dict[str, str]
) -> None:
    assert shown(plugin.diff(kind, old, new)) == expected


OPPOSITE = {A: D, D: A, U: U}


@pytest.mark.parametrize(("kind", "old", "new", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_a_refresh_asks_the_other_way_round_and_hears_the_same_paths(
    plugin: Plugin, kind: str, old: Any, new: Any, expected: dict[str, str]
) -> None:
    """A refresh sends what it found as old, what was recorded as new; the engine turns the kinds round."""
    if UNKNOWN in str(new):
        return  # a refresh records nothing unknown
    turned = {
        path: OPPOSITE[kind.split("_")[0]] + ("_REPLACE" if "_" in kind else "") for path, kind in expected.items()
    }
    assert shown(plugin.diff(kind, new, old)) == turned


def test_what_the_account_already_holds_is_no_change(plugin: Plugin) -> None:
    """Recorded says a, the program says b, and b is what a refresh found: nothing is to be done."""
    assert shown(plugin.diff("Stage", {"name": "a"}, {"name": "b"}, {"name": "b"})) == {}
    assert shown(plugin.diff("Stage", {"name": "a"}, {"name": "b"}, {"name": "c"})) == {"name": U}


@pytest.mark.parametrize(
    ("ignored", "left"),
    [
        (("name",), [f"{RECORDING}.hlsConfiguration.targetSegmentDurationSeconds", "tags.a", "tags.b"]),
        ((f"{RECORDING}.hlsConfiguration",), ["name", "tags.a", "tags.b"]),
        ((f"{RECORDING}.hlsConfiguration.targetSegmentDurationSeconds",), ["name", "tags.a", "tags.b"]),
        ((f"{RECORDING}.*",), ["name", "tags.a", "tags.b"]),
        (('tags["a"]',), [f"{RECORDING}.hlsConfiguration.targetSegmentDurationSeconds", "name", "tags.b"]),
        (("tags.*",), [f"{RECORDING}.hlsConfiguration.targetSegmentDurationSeconds", "name"]),
        (("tags[*]", "name"), [f"{RECORDING}.hlsConfiguration.targetSegmentDurationSeconds"]),
        (("nam", "tag"), [f"{RECORDING}.hlsConfiguration.targetSegmentDurationSeconds", "name", "tags.a", "tags.b"]),
        (("*",), []),
    ],
)
def test_ignored_paths_are_left_to_others(plugin: Plugin, ignored: tuple[str, ...], left: list[str]) -> None:
    """A refresh passes raw old inputs, so the provider must honour ignoreChanges itself."""
    old = {"name": "a", "tags": {"a": "1"}, RECORDING: {"hlsConfiguration": {"targetSegmentDurationSeconds": 4}}}
    new = {
        "name": "b",
        "tags": {"a": "2", "b": "1"},
        RECORDING: {"hlsConfiguration": {"targetSegmentDurationSeconds": 5}},
    }
    assert sorted(shown(plugin.diff("Stage", old, new, ignore=ignored))) == left


def test_an_update_tells_which_outputs_stay(plugin: Plugin) -> None:
    """Dependents then see known values in a preview; a session id comes and goes by itself."""
    assert list(plugin.diff("Stage", {}, {"name": "b"}).stables) == ["arn", "endpoints"]
    ingest = plugin.diff("IngestConfiguration", {}, {"redundantIngest": True})
    assert list(ingest.stables) == ["arn", "participantId", "streamKey"]


def test_a_replacement_leaves_nothing_as_it_is(plugin: Plugin) -> None:
    answer = plugin.diff("EncoderConfiguration", {"name": "a"}, {"name": "b"})
    assert list(answer.replaces) == ["name"]
    assert list(answer.stables) == []


def test_a_key_that_stays_must_go_before_it_comes_back(plugin: Plugin) -> None:
    """The account holds one of a kind: a key renamed cannot stand beside itself; another key can."""
    renamed = plugin.diff("PublicKey", {"name": "a", "publicKeyMaterial": "K"}, {"name": "b", "publicKeyMaterial": "K"})
    assert renamed.deleteBeforeReplace
    other = plugin.diff("PublicKey", {"name": "a", "publicKeyMaterial": "K"}, {"name": "b", "publicKeyMaterial": "L"})
    assert not other.deleteBeforeReplace
    assert not plugin.diff("EncoderConfiguration", {"name": "a"}, {"name": "b"}).deleteBeforeReplace


def test_an_engine_that_sends_no_old_inputs_is_answered_from_the_outputs(plugin: Plugin) -> None:
    """Older engines."""
    from tests.rpc.plugin import urn
    from tests.rpc.wire import to_wire

    request = pb.DiffRequest(id="x", urn=urn("Stage"), type="ivs:index:Stage")
    request.olds.CopyFrom(to_wire({"name": "a"}))
    request.news.CopyFrom(to_wire({"name": "b"}))
    assert shown(plugin.stub.Diff(request, timeout=10)) == {"name": U}
