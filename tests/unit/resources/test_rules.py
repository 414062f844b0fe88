"""resources/: what must hold between members, and what AWS takes no notice of."""

from __future__ import annotations

from typing import Any

import pytest

from ivs_provider.resources.encoder_configuration import picture_fits
from ivs_provider.resources.ingest_configuration import attributes_fit, insecure_if_rtmp, rtmp_is_insecure
from ivs_provider.resources.public_key import key_is_p384
from ivs_provider.resources.stage import interval_needs_its_mode, recording_as_accepted
from ivs_provider.values import UNKNOWN

RECORDING = "autoParticipantRecordingConfiguration"

# openssl ecparam -name prime256v1 -genkey -noout | openssl ec -pubout
P256 = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6OTPOkQZaivC8V8tdKX+vMK50k3/
KWCmyB0UyIGKf6Bg6SPxqcpSpPM7Y4yLNa29AHw9xNGVfhfhb21CcRad+A==
-----END PUBLIC KEY-----
"""
P384 = """-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEA1drKEnbaPsCmZBXt20fQfmTh94x7/IN
BNH30/XPlfWX0fTYD+ifT/JmbxJLQoZI9BBwQcbUXY+V+ni1F8I/nlBKoLvniIa5
crtjPUmh6joCdBuK8KjBwwKO0Ii95vG6
-----END PUBLIC KEY-----
"""


def ed25519() -> str:
    """A public key that is no elliptic-curve key of this kind."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize(
    ("material", "said"),
    [
        (P384, None),
        (P384.replace("\n", "\r\n"), None),
        (UNKNOWN, None),
        (3, None),
        ("no key at all", None),  # the schema says so
        ("-----BEGIN PRIVATE KEY-----", "holds a private key"),
        ("-----BEGIN EC PRIVATE KEY-----", "holds a private key"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "cannot be read"),
        (P384.replace("A1dr", "B1dr"), "cannot be read"),
        (P256, "is a secp256r1 key"),
        (ed25519(), "is no elliptic-curve key"),
    ],
)
def test_a_public_key_is_a_point_on_p384(material: Any, said: str | None) -> None:
    problems = list(key_is_p384({"publicKeyMaterial": material}))
    assert [problem.path for problem in problems] == ([("publicKeyMaterial",)] if said else [])
    if said:
        assert said in problems[0].reason
        assert "openssl" in problems[0].reason or "private one secret" in problems[0].reason


@pytest.mark.parametrize(
    ("video", "fits"),
    [
        ({}, True),
        ({"width": 1920, "height": 1080}, True),
        ({"width": 1080, "height": 1920}, True),
        ({"width": 1920, "height": 1082}, False),
        ({"height": 1620}, True),
        ({"height": 1622}, False),
        ({"width": 1920}, True),
        ({"width": UNKNOWN, "height": 1920}, True),
        (UNKNOWN, True),
    ],
)
def test_a_picture_has_a_limit_of_pixels(video: Any, fits: bool) -> None:
    assert bool(list(picture_fits({"video": video}))) is not fits


def test_attributes_are_counted_in_bytes_and_unknown_ones_not_yet() -> None:
    assert not list(attributes_fit({}))
    assert not list(attributes_fit({"attributes": {"a": "b" * 1023}}))
    assert list(attributes_fit({"attributes": {"a": "b" * 1024}}))
    assert not list(attributes_fit({"attributes": {"a": UNKNOWN, "b": "x" * 1000}}))


def test_rtmp_needs_insecure_ingest() -> None:
    assert list(rtmp_is_insecure({"ingestProtocol": "RTMP"}))
    assert not list(rtmp_is_insecure({"ingestProtocol": "RTMP", "insecureIngest": True}))
    assert not list(rtmp_is_insecure({"ingestProtocol": UNKNOWN}))
    assert insecure_if_rtmp({"ingestProtocol": "RTMP"}) == {"insecureIngest": True}
    assert insecure_if_rtmp({"ingestProtocol": "RTMPS"}) == {}


def test_an_interval_needs_its_mode() -> None:
    def told(thumbnails: Any) -> bool:
        return bool(list(interval_needs_its_mode({RECORDING: {"thumbnailConfiguration": thumbnails}})))

    assert told({"targetIntervalSeconds": 5})
    assert told({"targetIntervalSeconds": 5, "recordingMode": "DISABLED"})
    assert not told({"targetIntervalSeconds": 5, "recordingMode": "INTERVAL"})
    assert not told({"targetIntervalSeconds": 5, "recordingMode": UNKNOWN})
    assert not told({"recordingMode": "DISABLED"})


@pytest.mark.parametrize(
    ("recording", "accepted"),
    [
        ({"storageConfigurationArn": "", "mediaTypes": ["NONE"]}, {"storageConfigurationArn": ""}),
        ({"storageConfigurationArn": "a", "mediaTypes": []}, {"storageConfigurationArn": "a", "mediaTypes": []}),
        (
            {"thumbnailConfiguration": {"recordingMode": "DISABLED", "targetIntervalSeconds": 60}},
            {"thumbnailConfiguration": {"recordingMode": "DISABLED"}},
        ),
        (
            {"thumbnailConfiguration": {"recordingMode": "INTERVAL", "targetIntervalSeconds": 30}},
            {"thumbnailConfiguration": {"recordingMode": "INTERVAL", "targetIntervalSeconds": 30}},
        ),
        (
            {"thumbnailConfiguration": {"recordingMode": UNKNOWN, "targetIntervalSeconds": 30}},
            {"thumbnailConfiguration": {"recordingMode": UNKNOWN, "targetIntervalSeconds": 30}},
        ),
    ],
)  # fmt: skip
def test_recording_as_aws_takes_it(recording: Any, accepted: Any) -> None:
    assert recording_as_accepted({"name": "a", RECORDING: recording}) == {"name": "a", RECORDING: accepted}


def test_without_recording_nothing_is_touched() -> None:
    assert recording_as_accepted({"name": "a"}) == {"name": "a"}
    assert recording_as_accepted({RECORDING: UNKNOWN}) == {RECORDING: UNKNOWN}
