"""model/check.py and validation.py: every problem in words, once, with its path and its cure."""

from __future__ import annotations

from typing import Any

import pytest

from ivs_provider.model.check import check, without_nulls
from ivs_provider.resources import registry
from ivs_provider.values import UNKNOWN, Secret, format_path

KEY = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"
RECORDING = "autoParticipantRecordingConfiguration"
STORAGE = "arn:aws:ivs:eu-west-1:123456789012:storage-configuration/AbCdEf123456"

CASES: list[tuple[str, dict[str, Any], str, str]] = [
    ("Stage", {"name": 3}, "name", "must be a string, not 3"),
    ("Stage", {"name": True}, "name", "must be a string, not True"),
    ("Stage", {"name": {}}, "name", "must be a string, not an object"),
    ("Stage", {"name": ["a"]}, "name", "must be a string"),
    ("Stage", {"name": []}, "name", "must be a string, not a list"),
    ("Stage", {"name": "a" * 129}, "name", "must have at most 128 characters"),
    ("Stage", {"name": "a b"}, "name", "must be letters, digits, '-' and '_', not 'a b'"),
    ("Stage", {"name": "a\n"}, "name", "must be letters, digits, '-' and '_', not 'a\\n'"),
    ("Stage", {"arn": STORAGE}, "arn", "is set by AWS and cannot be declared; remove it"),
    ("Stage", {"Name": "a"}, "Name", "is not known; did you mean name?"),
    ("Stage", {"colour": "a"}, "colour",
     ("is not known; known here: activeSessionId, arn, autoParticipantRecordingConfiguration, endpoints,"
      " endpointsReadTime, name, participantTokenConfigurations, tags")),
    ("Stage", {"auto_participant_recording_configuration": {}}, "auto_participant_recording_configuration",
     f"is not known; did you mean {RECORDING}?"),
    ("Stage", {"participantTokenConfigurations": [{}]}, "participantTokenConfigurations",
     ("is not accepted: tokens would be issued once, land in the stack's record and expire there; remove it, and mint"
      " tokens where they are used (the function createParticipantToken, or signParticipantToken in a back end)")),
    ("Stage", {RECORDING: {}}, f"{RECORDING}.storageConfigurationArn", "is required; set it"),
    ("Stage", {RECORDING: "on"}, RECORDING, "must be an object, not 'on'"),
    ("Stage", {RECORDING: {"storageConfigurationArn": "x"}}, f"{RECORDING}.storageConfigurationArn",
     'must be the ARN of a storage configuration, or "" to switch recording off, not \'x\''),
    ("Stage", {RECORDING: {"storageConfigurationArn": "", "mediaTypes": ["X"]}}, f"{RECORDING}.mediaTypes[0]",
     "must be one of AUDIO_VIDEO, AUDIO_ONLY, NONE, not 'X'"),
    ("Stage", {RECORDING: {"storageConfigurationArn": "", "mediaTypes": ["NONE", "AUDIO_ONLY"]}},
     f"{RECORDING}.mediaTypes", "must have at most 1 element"),
    ("Stage", {RECORDING: {"storageConfigurationArn": "", "thumbnailConfiguration": {"storage": ["LATEST"] * 2}}},
     f"{RECORDING}.thumbnailConfiguration.storage", "must not have an element twice"),
    ("Stage", {RECORDING: {"storageConfigurationArn": "", "recordingReconnectWindowSeconds": 301}},
     f"{RECORDING}.recordingReconnectWindowSeconds", "must be at most 300, not 301"),
    ("Stage", {RECORDING: {"storageConfigurationArn": "", "recordingReconnectWindowSeconds": 1.5}},
     f"{RECORDING}.recordingReconnectWindowSeconds", "must be a whole number, not 1.5"),
    ("Stage", {RECORDING: {"storageConfigurationArn": "", "recordParticipantReplicas": "yes"}},
     f"{RECORDING}.recordParticipantReplicas", "must be true or false, not 'yes'"),
    ("Stage", {RECORDING: {"storageConfigurationArn": "", "thumbnailConfiguration": {"targetIntervalSeconds": 60}}},
     f"{RECORDING}.thumbnailConfiguration.targetIntervalSeconds",
     "works only with recordingMode INTERVAL; set that beside it, or remove the interval"),
    ("Stage", {"tags": []}, "tags", "must be an object, not a list"),
    ("Stage", {"tags": {"a": 1}}, "tags.a", "must be a string, not 1"),
    ("Stage", {"tags": {"a": "x" * 257}}, "tags.a", "must have at most 256 characters"),
    ("Stage", {"tags": {"": "x"}}, 'tags[""]', "the key must have at least 1 character"),
    ("Stage", {"tags": {"k" * 129: "x"}}, f"tags.{'k' * 129}", "the key must have at most 128 characters"),
    ("Stage", {"tags": {"AWS:x": "x"}}, 'tags["AWS:x"]', "keys that begin with aws: belong to AWS; choose another"),
    ("Stage", {"tags": {"pulumi-ivs:urn": "x"}}, 'tags["pulumi-ivs:urn"]',
     "keys that begin with pulumi-ivs: are written by the provider; remove it"),
    ("Stage", {"tags": {f"k{number}": "" for number in range(46)}}, "tags",
     "46 tags, there is room for 45 beside the 5 of pulumi-ivs (ownershipTags); remove some"),
    ("EncoderConfiguration", {"video": {"width": 641}}, "video.width", "must be even, not 641"),
    ("EncoderConfiguration", {"video": {"height": 0}}, "video.height", "must be at least 2, not 0"),
    ("EncoderConfiguration", {"video": {"bitrate": 8_500_001}}, "video.bitrate",
     "must be at most 8,500,000, not 8500001"),
    ("EncoderConfiguration", {"video": {"framerate": "30"}}, "video.framerate", "must be a number, not '30'"),
    ("EncoderConfiguration", {"video": {"framerate": 60.5}}, "video.framerate", "must be at most 60, not 60.5"),
    ("EncoderConfiguration", {"video": {"height": 1920}}, "video",
     ("has more pixels than AWS allows, 2,073,600 (1920 x 1080 or 1080 x 1920); make it smaller, and set both width and"
      " height (a side left out is 1280 wide, 720 high)")),
    ("StorageConfiguration", {}, "s3", "is required; set it"),
    ("StorageConfiguration", {"s3": {}}, "s3.bucketName", "is required; set it"),
    ("StorageConfiguration", {"s3": {"bucketName": "ab"}}, "s3.bucketName",
     "must have at least 3 characters, not 'ab'"),
    ("StorageConfiguration", {"s3": {"bucketName": "My_Bucket"}}, "s3.bucketName",
     "must be lower-case letters, digits, '-' and '.', not 'My_Bucket'"),
    ("IngestConfiguration", {}, "ingestProtocol", "is required; set it"),
    ("IngestConfiguration", {"ingestProtocol": "rtmps"}, "ingestProtocol", "must be one of RTMP, RTMPS, not 'rtmps'"),
    ("IngestConfiguration", {"ingestProtocol": "RTMP"}, "insecureIngest",
     "must be true with ingestProtocol RTMP, which is not encrypted; set it, or use RTMPS"),
    ("IngestConfiguration", {"ingestProtocol": "RTMP", "insecureIngest": False}, "insecureIngest",
     "must be true with ingestProtocol RTMP, which is not encrypted; set it, or use RTMPS"),
    ("IngestConfiguration", {"ingestProtocol": "RTMPS", "attributes": {"k\u00e9": "x" * 1022}}, "attributes",
     "keys and values take 1,025 bytes, AWS allows 1,024; shorten them"),
    ("IngestConfiguration", {"ingestProtocol": "RTMPS", "stageArn": STORAGE}, "stageArn",
     'must be the ARN of a stage, or "" for none'),
    ("PublicKey", {}, "publicKeyMaterial", "is required; set it"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "inputs", "path", "reason"), CASES, ids=[str(n) for n in range(len(CASES))])
def test_each_problem_is_told_once_with_its_path_and_its_cure(
    kind: str, inputs: dict[str, Any], path: str, reason: str
) -> None:
    problems = check(registry()[f"ivs:index:{kind}"], inputs, owned=True)
    assert [(format_path(problem.path), problem.reason) for problem in problems] == [(path, reason)]


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("Stage", {}),
        ("Stage", {"name": "a" * 128, "tags": {f"k{number}": "" for number in range(45)}}),
        ("Stage", {RECORDING: {"storageConfigurationArn": "", "mediaTypes": []}}),
        ("Stage", {RECORDING: {"storageConfigurationArn": UNKNOWN, "thumbnailConfiguration": UNKNOWN}}),
        ("Stage", {RECORDING: {"storageConfigurationArn": "", "thumbnailConfiguration": {"storage": [UNKNOWN] * 2}}}),
        ("Stage", {RECORDING: {"storageConfigurationArn": STORAGE,
                               "thumbnailConfiguration": {"recordingMode": UNKNOWN, "targetIntervalSeconds": 5}}}),
        ("EncoderConfiguration", {"video": {"width": 1080, "height": 1920}}),
        ("EncoderConfiguration", {"video": {"width": UNKNOWN, "height": 1920}}),
        ("IngestConfiguration", {"ingestProtocol": "RTMP", "insecureIngest": UNKNOWN}),
        ("IngestConfiguration", {"ingestProtocol": "RTMPS", "insecureIngest": True, "force": True, "stageArn": ""}),
        ("IngestConfiguration", {"ingestProtocol": "RTMPS", "attributes": {"k\u00e9": "x" * 1021}}),
        ("PublicKey", {"publicKeyMaterial": UNKNOWN}),
    ],
)  # fmt: skip
def test_what_is_right_has_no_problem(kind: str, inputs: dict[str, Any]) -> None:
    assert check(registry()[f"ivs:index:{kind}"], inputs, owned=True) == []


def test_without_ownership_tags_there_is_room_for_fifty() -> None:
    stage = registry()["ivs:index:Stage"]
    assert check(stage, {"tags": {f"k{number}": "" for number in range(50)}}, owned=False) == []
    wrong = check(stage, {"tags": {f"k{number}": "" for number in range(51)}}, owned=False)
    assert "51 tags, there is room for 50; remove some" in [problem.reason for problem in wrong]


def test_a_secret_is_checked_and_never_told() -> None:
    wrong = check(registry()["ivs:index:Stage"], {"name": Secret("a b"), "tags": Secret({"x": 3})}, owned=True)
    assert [problem.reason for problem in wrong] == ["must be letters, digits, '-' and '_'", "must be a string"]


def test_nulls_are_left_out_at_every_depth() -> None:
    tree: Any = {"a": None, "b": {"c": None, "d": [{"e": None}]}, "f": Secret({"g": None}), "h": Secret(None)}
    assert without_nulls(tree) == {"b": {"d": [{}]}, "f": Secret({})}
