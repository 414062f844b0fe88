"""Every constraint that the model states, and the few that it can't state; all violations in one answer."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.emulator.samples import P384
from tests.emulator.talking import REGION, refused, send, signature

STAGE = f"arn:aws:ivs:{REGION}:123456789012:stage/abcdABCDefgh"
STORAGE = f"arn:aws:ivs:{REGION}:123456789012:storage-configuration/abcdABCDefgh"
INGEST = f"arn:aws:ivs:{REGION}:123456789012:ingest-configuration/abcdABCDefgh"
RTMPS = {"ingestProtocol": "RTMPS"}


def recording(**members: Any) -> dict[str, Any]:
    """Answer CreateStage's arguments with a recording that is switched off, and these members."""
    return {"autoParticipantRecordingConfiguration": {"storageConfigurationArn": ""} | members}


def thumbnails(**members: Any) -> dict[str, Any]:
    """Answer CreateStage's arguments with these thumbnails."""
    return recording(thumbnailConfiguration=members)


RECORDING = "/autoParticipantRecordingConfiguration"
CASES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("create_stage", {"name": "two words"}, ["/name"]),
    ("create_stage", {"name": "x" * 129}, ["/name"]),
    ("create_stage", {"name": 7}, ["/name"]),
    ("create_stage", {"tags": {"": "v"}}, ["/tags/"]),
    ("create_stage", {"tags": {"k" * 129: "v"}}, ["/tags/k"]),
    ("create_stage", {"tags": {"k": "v" * 257}}, ["/tags/k"]),
    ("create_stage", {"tags": {f"k{n}": "v" for n in range(51)}}, ["/tags"]),
    ("create_stage", {"tags": {"aws:mine": "v"}}, ["/tags/aws:mine"]),
    ("create_stage", {"tags": {"AWS:mine": "v"}}, ["/tags/AWS:mine"]),
    ("create_stage", {"tags": {"k": 1}}, ["/tags/k"]),
    ("create_stage", {"autoParticipantRecordingConfiguration": {}}, [f"{RECORDING}/storageConfigurationArn"]),
    ("create_stage", recording(storageConfigurationArn=STAGE), [f"{RECORDING}/storageConfigurationArn"]),
    ("create_stage", recording(storageConfigurationArn=STORAGE), [f"{RECORDING}/storageConfigurationArn"]),
    ("create_stage", recording(mediaTypes=["VIDEO"]), [f"{RECORDING}/mediaTypes/0"]),
    ("create_stage", recording(mediaTypes=["NONE", "NONE"]), [f"{RECORDING}/mediaTypes"]),
    ("create_stage", recording(recordingReconnectWindowSeconds=301), [f"{RECORDING}/recordingReconnectWindow"]),
    ("create_stage", recording(recordingReconnectWindowSeconds=-1), [f"{RECORDING}/recordingReconnectWindow"]),
    ("create_stage", recording(hlsConfiguration={"targetSegmentDurationSeconds": 1}), [f"{RECORDING}/hls"]),
    ("create_stage", recording(hlsConfiguration={"targetSegmentDurationSeconds": 11}), [f"{RECORDING}/hls"]),
    ("create_stage", recording(recordParticipantReplicas="yes"), [f"{RECORDING}/recordParticipantReplicas"]),
    ("create_stage", thumbnails(targetIntervalSeconds=0, recordingMode="INTERVAL"), [f"{RECORDING}/thumbnail"]),
    ("create_stage", thumbnails(targetIntervalSeconds=86401, recordingMode="INTERVAL"), [f"{RECORDING}/thumb"]),
    ("create_stage", thumbnails(targetIntervalSeconds=10), [f"{RECORDING}/thumbnailConfiguration/targetInt"]),
    ("create_stage", thumbnails(targetIntervalSeconds=10, recordingMode="DISABLED"), ["targetIntervalSeconds"]),
    ("create_stage", thumbnails(recordingMode="ALWAYS"), [f"{RECORDING}/thumbnailConfiguration/recordingMode"]),
    ("create_stage", thumbnails(storage=["NEWEST"]), [f"{RECORDING}/thumbnailConfiguration/storage/0"]),
    ("create_stage", thumbnails(storage=["LATEST"] * 3), [f"{RECORDING}/thumbnailConfiguration/storage"]),
    ("create_stage", {"participantTokenConfigurations": [{}] * 13}, ["/participantTokenConfigurations"]),
    ("create_stage", {"participantTokenConfigurations": [{"duration": 20161}]}, ["/0/duration"]),
    ("create_stage", {"participantTokenConfigurations": [{"attributes": {"a": "x" * 1024}}]}, ["/0/attributes"]),
    ("get_stage", {}, ["/arn"]),
    ("get_stage", {"arn": "hall"}, ["/arn"]),
    ("get_stage", {"arn": STORAGE}, ["/arn"]),
    ("get_stage", {"arn": STAGE + "x" * 128}, ["/arn"]),
    ("update_stage", {"arn": STAGE, "name": "a b"}, ["/name"]),
    ("update_stage", {"arn": STAGE} | recording(storageConfigurationArn=STORAGE), [f"{RECORDING}/storage"]),
    ("list_stages", {"maxResults": 0}, ["/maxResults"]),
    ("list_stages", {"maxResults": 101}, ["/maxResults"]),
    ("list_stages", {"nextToken": "!"}, ["/nextToken"]),
    ("create_storage_configuration", {}, ["/s3"]),
    ("create_storage_configuration", {"s3": {}}, ["/s3/bucketName"]),
    ("create_storage_configuration", {"s3": {"bucketName": "ab"}}, ["/s3/bucketName"]),
    ("create_storage_configuration", {"s3": {"bucketName": "Upper"}}, ["/s3/bucketName"]),
    ("create_storage_configuration", {"s3": {"bucketName": "x" * 64}}, ["/s3/bucketName"]),
    ("create_encoder_configuration", {"video": {"width": 1921}}, ["/video/width"]),
    ("create_encoder_configuration", {"video": {"width": 101}}, ["/video/width"]),
    ("create_encoder_configuration", {"video": {"height": 0}}, ["/video/height"]),
    ("create_encoder_configuration", {"video": {"height": 719}}, ["/video/height"]),
    ("create_encoder_configuration", {"video": {"width": 1920, "height": 1082}}, ["/video'"]),
    ("create_encoder_configuration", {"video": {"framerate": 60.1}}, ["/video/framerate"]),
    ("create_encoder_configuration", {"video": {"framerate": 0.5}}, ["/video/framerate"]),
    ("create_encoder_configuration", {"video": {"bitrate": 8_500_001}}, ["/video/bitrate"]),
    ("create_encoder_configuration", {"video": {"bitrate": 1.5}}, ["/video/bitrate"]),
    ("create_encoder_configuration", {"video": {"bitrate": True}}, ["/video/bitrate"]),
    ("create_ingest_configuration", {}, ["/ingestProtocol"]),
    ("create_ingest_configuration", {"ingestProtocol": "rtmps"}, ["/ingestProtocol"]),
    ("create_ingest_configuration", {"ingestProtocol": "RTMP"}, ["/insecureIngest"]),
    ("create_ingest_configuration", {"ingestProtocol": "RTMP", "insecureIngest": False}, ["/insecureIngest"]),
    ("create_ingest_configuration", RTMPS | {"stageArn": STAGE}, ["/stageArn"]),
    ("create_ingest_configuration", RTMPS | {"stageArn": "hall"}, ["/stageArn"]),
    ("create_ingest_configuration", RTMPS | {"userId": "u" * 129}, ["/userId"]),
    ("create_ingest_configuration", RTMPS | {"attributes": {"ä": "x" * 1023}}, ["/attributes"]),
    ("update_ingest_configuration", {"arn": STAGE}, ["/arn"]),
    ("update_ingest_configuration", {"arn": INGEST, "stageArn": STAGE}, ["/stageArn"]),
    ("list_ingest_configurations", {"filterByState": "IDLE"}, ["/filterByState"]),
    ("list_ingest_configurations", {"filterByStageArn": ""}, ["/filterByStageArn"]),
    ("list_ingest_configurations", {"filterByStageArn": STAGE, "filterByState": "ACTIVE"}, ["/filterByState"]),
    ("import_public_key", {}, ["/publicKeyMaterial"]),
    ("import_public_key", {"publicKeyMaterial": "key"}, ["/publicKeyMaterial"]),
    ("import_public_key", {"publicKeyMaterial": P384, "name": "a b"}, ["/name"]),
    ("tag_resource", {"resourceArn": "hall", "tags": {}}, ["/resourceArn"]),
    ("tag_resource", {"resourceArn": STAGE, "tags": {"aws:x": "y"}}, ["/tags/aws:x"]),
    ("tag_resource", {"resourceArn": STAGE}, ["/tags"]),
    ("untag_resource", {"resourceArn": STAGE, "tagKeys": ["k" * 129]}, ["/tagKeys/0"]),
    ("untag_resource", {"resourceArn": STAGE, "tagKeys": [f"k{n}" for n in range(51)]}, ["/tagKeys"]),
    ("list_tags_for_resource", {"resourceArn": "arn:aws:s3:::bucket"}, ["/resourceArn"]),
    (
        "create_encoder_configuration",
        {"name": "a b", "video": {"width": 3, "framerate": 61, "bitrate": 0}, "tags": {"aws:x": "y"}},
        ["5 validation errors", "/name", "/video/width", "/video/framerate", "/video/bitrate", "/tags/aws:x"],
    ),
    (
        "create_ingest_configuration",
        {"name": "a b", "ingestProtocol": "RTMP", "stageArn": STAGE},
        ["3 validation errors", "/name", "/insecureIngest", "/stageArn"],
    ),
]


@pytest.mark.parametrize(("operation", "arguments", "named"), CASES)
def test_bad_arguments_are_refused_and_named(
    ivs: Any, admin: Any, operation: str, arguments: dict[str, Any], named: list[str]
) -> None:
    """The answer names every member that is wrong, and nothing was made."""
    refusal = refused(getattr(ivs, operation), **arguments)
    assert (refusal.kind, refusal.status) == ("ValidationException", 400)
    for text in named:
        assert text in refusal.message
    if len(named) == 1:
        paths = set(re.findall(r"Value at '([^']*)'", refusal.message))
        assert len(paths) == 1, "a member is blamed that is right"
    assert admin.do("GET", "resources") == {"resources": []}


def test_a_refusal_repeats_no_value(ivs: Any) -> None:
    """A value may be a secret that was put into the wrong member."""
    assert "hunter2!" not in refused(ivs.create_stage, name="hunter2!", tags={"k": "hunter2!" * 50}).message


def test_the_limits_themselves_are_allowed(ivs: Any) -> None:
    """One more is refused above; exactly as many is right."""
    ivs.create_stage(name="x" * 128, tags={f"{n:0128}": "v" * 256 for n in range(50)})
    ivs.create_encoder_configuration(video={"width": 1920, "height": 1080, "framerate": 60, "bitrate": 8_500_000})
    ivs.create_encoder_configuration(video={"width": 2, "height": 2, "framerate": 1, "bitrate": 1})
    ivs.create_ingest_configuration(ingestProtocol="RTMPS", attributes={"ä": "x" * 1022}, userId="ü" * 128)
    ivs.create_stage(**thumbnails(targetIntervalSeconds=60))
    ivs.create_stage(name="", tags={}, **recording(mediaTypes=[]))


def test_unknown_members_and_nulls_are_ignored(url: str, account: str) -> None:
    """AWS ignores what it doesn't know, and null is as good as absent."""
    body = json.dumps({"name": None, "colour": "red", "tags": {"a": "b"}}).encode()
    status, _, answer = send(url, "POST", "/CreateStage", body, signature(account))
    assert (status, answer["stage"]["name"], answer["stage"]["tags"]) == (200, "", {"a": "b"})
    assert "colour" not in answer["stage"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff", b'{"video": {"framerate": NaN}}'])
def test_a_body_that_is_no_json_object_is_refused(url: str, account: str, body: bytes) -> None:
    """As bad input and not as a fault of the emulator."""
    status, headers, answer = send(url, "POST", "/CreateEncoderConfiguration", body, signature(account))
    assert (status, headers["x-amzn-errortype"]) == (400, "ValidationException")
    assert answer["exceptionMessage"]


@pytest.mark.parametrize("video", [b"[]", b'"wide"', b"7", b"true"])
def test_a_structure_of_another_type_is_named(url: str, account: str, video: bytes) -> None:
    """boto3 can't send this; other clients can."""
    body = b'{"video": ' + video + b', "name": "a b"}'
    status, _, answer = send(url, "POST", "/CreateEncoderConfiguration", body, signature(account))
    assert status == 400
    assert "'/video'" in answer["exceptionMessage"]
    assert "'/name'" in answer["exceptionMessage"]


def test_half_a_character_breaks_nothing(url: str, account: str) -> None:
    """JSON can carry lone surrogates; they are stored, counted and answered."""
    body = b'{"ingestProtocol": "RTMPS", "userId": "\\ud83d", "attributes": {"a": "\\ud83d"}}'
    status, _, answer = send(url, "POST", "/CreateIngestConfiguration", body, signature(account))
    assert (status, answer["ingestConfiguration"]["userId"]) == (200, "\ud83d")
