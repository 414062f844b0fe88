"""What a program can get wrong: declarations of each type, and what must be said of each, by path.

Every problem of a declaration is named at once, and nothing else: the paths here are all of them.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from tests.engine import keys

__all__ = ["BAD_INPUT", "Bad"]


class Bad(NamedTuple):
    """One declaration: its type, its members, and a fragment of what is said, by path."""

    kind: str
    properties: dict[str, Any]
    problems: dict[str, str]


RECORDING: Final = "autoParticipantRecordingConfiguration"
THUMBNAILS: Final = f"{RECORDING}.thumbnailConfiguration"
ARCHIVE: Final = "arn:aws:ivs:eu-west-1:123456789012:storage-configuration/AbCdEf123456"
HALL: Final = "arn:aws:ivs:eu-west-1:123456789012:stage/AbCdEf123456"
MANY_TAGS: Final = {f"key{number}": "x" for number in range(46)}


def _recording(**members: Any) -> dict[str, Any]:
    return {RECORDING: {"storageConfigurationArn": ARCHIVE, **members}}


def _thumbnails(**members: Any) -> dict[str, Any]:
    return _recording(thumbnailConfiguration=members)


def _ingest(**members: Any) -> dict[str, Any]:
    return {"ingestProtocol": "RTMPS", **members}


STAGES: Final = (
    Bad("Stage", {"name": "main hall"}, {"name": "letters, digits, '-' and '_'"}),
    Bad("Stage", {"name": "h" * 129}, {"name": "at most 128 characters"}),
    Bad("Stage", {"name": 7}, {"name": "must be a string"}),
    Bad("Stage", {"nam": "hall"}, {"nam": "did you mean name?"}),
    Bad(
        "Stage",
        {"auto_participant_recording_configuration": {}},
        {
            "auto_participant_recording_configuration": f"did you mean {RECORDING}?",
        },
    ),
    Bad("Stage", {"arn": HALL}, {"arn": "set by AWS"}),
    Bad("Stage", {"endpoints": {"whip": "https://x"}}, {"endpoints": "set by AWS"}),
    Bad(
        "Stage",
        {"participantTokenConfigurations": [{"userId": "u"}]},
        {
            "participantTokenConfigurations": "createParticipantToken",
        },
    ),
    Bad("Stage", {RECORDING: {}}, {f"{RECORDING}.storageConfigurationArn": "is required"}),
    Bad(
        "Stage",
        {RECORDING: {"storageConfigurationArn": HALL}},
        {
            f"{RECORDING}.storageConfigurationArn": "the ARN of a storage configuration",
        },
    ),
    Bad("Stage", _recording(mediaTypes=["VIDEO"]), {f"{RECORDING}.mediaTypes[0]": "AUDIO_VIDEO, AUDIO_ONLY, NONE"}),
    Bad("Stage", _recording(mediaTypes=["AUDIO_ONLY", "NONE"]), {f"{RECORDING}.mediaTypes": "at most 1 element"}),
    Bad("Stage", _recording(mediaTypes="NONE"), {f"{RECORDING}.mediaTypes": "must be a list"}),
    Bad(
        "Stage",
        _recording(recordingReconnectWindowSeconds=301),
        {
            f"{RECORDING}.recordingReconnectWindowSeconds": "at most 300",
        },
    ),
    Bad(
        "Stage",
        _recording(recordingReconnectWindowSeconds=-1),
        {
            f"{RECORDING}.recordingReconnectWindowSeconds": "at least 0",
        },
    ),
    Bad(
        "Stage",
        _recording(recordParticipantReplicas="yes"),
        {
            f"{RECORDING}.recordParticipantReplicas": "true or false",
        },
    ),
    Bad(
        "Stage",
        _recording(hlsConfiguration={"targetSegmentDurationSeconds": 1}),
        {
            f"{RECORDING}.hlsConfiguration.targetSegmentDurationSeconds": "at least 2",
        },
    ),
    Bad("Stage", _thumbnails(recordingMode="ON"), {f"{THUMBNAILS}.recordingMode": "INTERVAL, DISABLED"}),
    Bad("Stage", _thumbnails(storage=["LATEST", "LATEST"]), {f"{THUMBNAILS}.storage": "twice"}),
    Bad(
        "Stage",
        _thumbnails(targetIntervalSeconds=5),
        {
            f"{THUMBNAILS}.targetIntervalSeconds": "only with recordingMode INTERVAL",
        },
    ),
    Bad(
        "Stage",
        _thumbnails(recordingMode="INTERVAL", targetIntervalSeconds=86_401),
        {
            f"{THUMBNAILS}.targetIntervalSeconds": "at most 86,400",
        },
    ),
    Bad(
        "Stage",
        {"name": "a b", "tags": {"aws:x": "y", "k" * 129: "z", "long": "v" * 257}, **_thumbnails(mode=1)},
        {
            "name": "letters",
            'tags["aws:x"]': "belong to AWS",
            f"tags.{'k' * 129}": "at most 128 characters",
            "tags.long": "at most 256 characters",
            f"{THUMBNAILS}.mode": "is not known",
        },
    ),
)

STORAGES: Final = (
    Bad("StorageConfiguration", {}, {"s3": "is required"}),
    Bad("StorageConfiguration", {"s3": {}}, {"s3.bucketName": "is required"}),
    Bad("StorageConfiguration", {"s3": {"bucketName": "My_Bucket"}}, {"s3.bucketName": "lower-case letters"}),
    Bad("StorageConfiguration", {"s3": {"bucketName": "ab"}}, {"s3.bucketName": "at least 3 characters"}),
    Bad("StorageConfiguration", {"s3": "recordings"}, {"s3": "must be an object"}),
    Bad(
        "StorageConfiguration",
        {"s3": {"bucket": "recordings"}, "name": "é"},
        {
            "name": "letters",
            "s3.bucket": "did you mean bucketName?",
            "s3.bucketName": "is required",
        },
    ),
)

ENCODERS: Final = (
    Bad("EncoderConfiguration", {"video": {"width": 1921}}, {"video.width": "at most 1,920"}),
    Bad("EncoderConfiguration", {"video": {"width": 641}}, {"video.width": "must be even"}),
    Bad("EncoderConfiguration", {"video": {"width": 1920, "height": 1920}}, {"video": "more pixels than AWS allows"}),
    Bad("EncoderConfiguration", {"video": {"height": 1800}}, {"video": "set both width and height"}),
    Bad("EncoderConfiguration", {"video": {"framerate": 61}}, {"video.framerate": "at most 60"}),
    Bad("EncoderConfiguration", {"video": {"framerate": 0.5}}, {"video.framerate": "at least 1"}),
    Bad("EncoderConfiguration", {"video": {"bitrate": 9_000_000}}, {"video.bitrate": "at most 8,500,000"}),
    Bad("EncoderConfiguration", {"video": {"bitrate": 1.5}}, {"video.bitrate": "a whole number"}),
    Bad("EncoderConfiguration", {"video": {"frameRate": 30}}, {"video.frameRate": "did you mean framerate?"}),
    Bad("EncoderConfiguration", {"tags": ["video"]}, {"tags": "must be an object"}),
    Bad("EncoderConfiguration", {"tags": MANY_TAGS}, {"tags": "room for 45 beside the 5 of pulumi-ivs"}),
    Bad(
        "EncoderConfiguration",
        {"video": {"width": 3, "height": "tall", "bitrate": 0}},
        {
            "video.width": "must be even",
            "video.height": "a whole number",
            "video.bitrate": "at least 1",
        },
    ),
)

INGESTS: Final = (
    Bad("IngestConfiguration", {}, {"ingestProtocol": "is required"}),
    Bad("IngestConfiguration", {"ingestProtocol": "rtmps"}, {"ingestProtocol": "one of RTMP, RTMPS"}),
    Bad("IngestConfiguration", {"ingestProtocol": "RTMP"}, {"insecureIngest": "must be true with ingestProtocol RTMP"}),
    Bad("IngestConfiguration", {"ingestProtocol": "RTMP", "insecureIngest": False}, {"insecureIngest": "must be true"}),
    Bad("IngestConfiguration", _ingest(stageArn="hall"), {"stageArn": "the ARN of a stage"}),
    Bad("IngestConfiguration", _ingest(stageArn=ARCHIVE), {"stageArn": "the ARN of a stage"}),
    Bad("IngestConfiguration", _ingest(attributes={"a": "x" * 1024}), {"attributes": "1,025 bytes"}),
    Bad("IngestConfiguration", _ingest(attributes={"a": 1}), {"attributes.a": "must be a string"}),
    Bad("IngestConfiguration", _ingest(userId="u" * 129), {"userId": "at most 128 characters"}),
    Bad("IngestConfiguration", _ingest(streamKey="rt_1"), {"streamKey": "set by AWS"}),
    Bad(
        "IngestConfiguration",
        _ingest(redundantIngest="true", force=1, state="ACTIVE"),
        {
            "redundantIngest": "true or false",
            "force": "true or false",
            "state": "set by AWS",
        },
    ),
)

PUBLIC_KEYS: Final = (
    Bad("PublicKey", {}, {"publicKeyMaterial": "is required"}),
    Bad("PublicKey", {"publicKeyMaterial": "ssh-rsa AAAA"}, {"publicKeyMaterial": "a public key in PEM form"}),
    Bad("PublicKey", {"publicKeyMaterial": keys.other_curve()}, {"publicKeyMaterial": "P-384 (secp384r1) only"}),
    Bad("PublicKey", {"publicKeyMaterial": keys.rsa_key()}, {"publicKeyMaterial": "is no elliptic-curve key"}),
    Bad(
        "PublicKey",
        {"publicKeyMaterial": keys.public_key("x").replace("MHYw", "MHYx")},
        {
            "publicKeyMaterial": "cannot be read",
        },
    ),
    Bad("PublicKey", {"publicKeyMaterial": keys.private_key()}, {"publicKeyMaterial": "holds a private key"}),
    Bad(
        "PublicKey",
        {"publicKeyMaterial": 5, "fingerprint": "x", "tags": {"pulumi-ivs:urn": "x"}},
        {
            "publicKeyMaterial": "must be a string",
            "fingerprint": "set by AWS",
            'tags["pulumi-ivs:urn"]': "written by the provider",
        },
    ),
)

BAD_INPUT: Final = (*STAGES, *STORAGES, *ENCODERS, *INGESTS, *PUBLIC_KEYS)
