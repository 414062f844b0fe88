"""Storage, encoder and ingest configurations, and public keys."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.emulator.samples import OTHER_P384, P256, P384, P384_FINGERPRINT
from tests.emulator.talking import REGION, Admin, refused


def test_a_storage_configuration_keeps_its_bucket(ivs: Any, account: str) -> None:
    """Its list shows all that Get shows."""
    made = ivs.create_storage_configuration(name="tape", s3={"bucketName": "my.bucket-1"}, tags={"a": "b"})
    shown = made["storageConfiguration"]
    assert re.fullmatch(rf"arn:aws:ivs:{REGION}:{account}:storage-configuration/[a-zA-Z0-9]{{12}}", shown["arn"])
    rest = {"name": "tape", "s3": {"bucketName": "my.bucket-1"}, "tags": {"a": "b"}}
    assert shown == {"arn": shown["arn"]} | rest
    assert ivs.get_storage_configuration(arn=shown["arn"])["storageConfiguration"] == shown
    assert ivs.list_storage_configurations()["storageConfigurations"] == [shown]
    ivs.delete_storage_configuration(arn=shown["arn"])
    assert refused(ivs.get_storage_configuration, arn=shown["arn"]).status == 404


def test_a_bucket_that_is_said_to_be_missing_is_not_found(ivs: Any, admin: Admin) -> None:
    """Every bucket exists unless the admin interface says otherwise."""
    admin.settings(missingBuckets=["nowhere"])
    refusal = refused(ivs.create_storage_configuration, s3={"bucketName": "nowhere"})
    assert refusal.kind == "ResourceNotFoundException"
    ivs.create_storage_configuration(s3={"bucketName": "somewhere"})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, {"width": 1280, "height": 720, "framerate": 30, "bitrate": 2_500_000}),
        ({}, {"width": 1280, "height": 720, "framerate": 30, "bitrate": 2_500_000}),
        ({"width": 640}, {"width": 640, "height": 720, "framerate": 30, "bitrate": 2_500_000}),
        ({"framerate": 29.97}, {"width": 1280, "height": 720, "framerate": 29.97, "bitrate": 2_500_000}),
        (
            {"width": 1080, "height": 1920, "framerate": 60, "bitrate": 8_500_000},
            {"width": 1080, "height": 1920, "framerate": 60, "bitrate": 8_500_000},
        ),
    ],
)
def test_an_encoder_fills_in_each_member_of_its_video(ivs: Any, given: Any, expected: Any) -> None:
    """1280x720, 30 fps, 2,500,000 bps, each of them on its own."""
    video = {} if given is None else {"video": given}
    made = ivs.create_encoder_configuration(name="wide", **video)["encoderConfiguration"]
    assert made["video"] == expected
    assert (made["name"], made["tags"]) == ("wide", {})
    assert ivs.get_encoder_configuration(arn=made["arn"])["encoderConfiguration"] == made
    (summary,) = ivs.list_encoder_configurations()["encoderConfigurations"]
    assert summary == {name: made[name] for name in ("arn", "name", "tags")}
    ivs.delete_encoder_configuration(arn=made["arn"])
    assert refused(ivs.get_encoder_configuration, arn=made["arn"]).status == 404


def test_an_ingest_configuration_has_a_key_and_a_participant_at_once(ivs: Any, account: str) -> None:
    """Both are assigned at creation and stay; what was not given is as in AWS's examples."""
    made = ivs.create_ingest_configuration(ingestProtocol="RTMPS")["ingestConfiguration"]
    identifier = made["arn"].rpartition("/")[2]
    assert re.fullmatch(rf"rt_{account}_{REGION}_{identifier}_[a-zA-Z0-9]{{30}}", made["streamKey"])
    assert made["participantId"]
    fixed = {"name": "", "userId": "", "stageArn": "", "state": "INACTIVE", "tags": {}, "redundantIngest": False}
    assert {name: made[name] for name in fixed} == fixed
    assert "attributes" not in made
    assert "redundantIngestCredentials" not in made
    assert "insecureIngest" not in made
    assert ivs.get_ingest_configuration(arn=made["arn"])["ingestConfiguration"] == made


def test_an_ingest_configuration_keeps_what_it_was_given(ivs: Any) -> None:
    """Every member but insecureIngest can be read again."""
    stage = ivs.create_stage()["stage"]["arn"]
    given = {
        "name": "host",
        "stageArn": stage,
        "userId": "Zoë 1",
        "attributes": {"role": "host"},
        "ingestProtocol": "RTMP",
        "tags": {"a": "b"},
        "redundantIngest": True,
    }
    made = ivs.create_ingest_configuration(insecureIngest=True, **given)["ingestConfiguration"]
    assert {name: made[name] for name in given} == given


def test_the_list_of_ingest_configurations_has_no_key_no_attributes_and_no_tags(ivs: Any) -> None:
    """IngestConfigurationSummary lacks all three."""
    ivs.create_ingest_configuration(ingestProtocol="RTMPS", attributes={"a": "b"}, tags={"c": "d"})
    (summary,) = ivs.list_ingest_configurations()["ingestConfigurations"]
    names = {"arn", "name", "ingestProtocol", "stageArn", "participantId", "state", "userId", "redundantIngest"}
    assert set(summary) == names


def test_redundant_ingest_brings_credentials_of_its_own_and_takes_them_away(ivs: Any) -> None:
    """Present only when redundantIngest is true, says the model; an update that repeats it keeps them."""
    made = ivs.create_ingest_configuration(ingestProtocol="RTMPS")["ingestConfiguration"]
    doubled = ivs.update_ingest_configuration(arn=made["arn"], redundantIngest=True)["ingestConfiguration"]
    credentials = doubled.pop("redundantIngestCredentials")
    assert doubled == made | {"redundantIngest": True}
    participants = {one["participantId"] for one in credentials} | {made["participantId"]}
    keys = {one["streamKey"] for one in credentials} | {made["streamKey"]}
    assert len(participants) == len(keys) == len(credentials) + 1 > 1
    same = ivs.update_ingest_configuration(arn=made["arn"], redundantIngest=True)["ingestConfiguration"]
    assert same["redundantIngestCredentials"] == credentials
    moved = ivs.update_ingest_configuration(arn=made["arn"], stageArn="")["ingestConfiguration"]
    assert moved["redundantIngestCredentials"] == credentials
    single = ivs.update_ingest_configuration(arn=made["arn"], redundantIngest=False)["ingestConfiguration"]
    assert single == made


def test_an_ingest_configuration_moves_between_stages(ivs: Any) -> None:
    """To another one, and to none at all; key and participant stay."""
    first, second = (ivs.create_stage()["stage"]["arn"] for _ in range(2))
    made = ivs.create_ingest_configuration(ingestProtocol="RTMPS", stageArn=first)["ingestConfiguration"]
    moved = ivs.update_ingest_configuration(arn=made["arn"], stageArn=second)["ingestConfiguration"]
    assert moved == made | {"stageArn": second}
    freed = ivs.update_ingest_configuration(arn=made["arn"], stageArn="")["ingestConfiguration"]
    assert freed == made | {"stageArn": ""}


def test_an_active_ingest_configuration_can_be_neither_updated_nor_deleted(ivs: Any, admin: Admin) -> None:
    """Except by force, which is what force is for."""
    arn = ivs.create_ingest_configuration(ingestProtocol="RTMPS")["ingestConfiguration"]["arn"]
    admin.do("POST", "resource", {"arn": arn, "active": True})
    assert ivs.get_ingest_configuration(arn=arn)["ingestConfiguration"]["state"] == "ACTIVE"
    assert refused(ivs.update_ingest_configuration, arn=arn, stageArn="").kind == "ConflictException"
    assert refused(ivs.delete_ingest_configuration, arn=arn).kind == "ConflictException"
    assert refused(ivs.delete_ingest_configuration, arn=arn, force=False).status == 409
    ivs.delete_ingest_configuration(arn=arn, force=True)
    assert refused(ivs.get_ingest_configuration, arn=arn).status == 404


def test_disconnecting_a_publisher_clears_the_stage(ivs: Any, admin: Admin) -> None:
    """As DisconnectParticipant does: drift that operators make."""
    stage = ivs.create_stage()["stage"]["arn"]
    made = ivs.create_ingest_configuration(ingestProtocol="RTMPS", stageArn=stage)["ingestConfiguration"]
    admin.do("POST", "resource", {"arn": made["arn"], "active": True})
    admin.do("POST", "resource", {"arn": made["arn"], "disconnect": True})
    after = ivs.get_ingest_configuration(arn=made["arn"])["ingestConfiguration"]
    assert after == made | {"stageArn": "", "state": "INACTIVE"}


def test_a_public_key_comes_back_as_it_was_imported(ivs: Any, account: str) -> None:
    """With a fingerprint of sixteen bytes; the list shows neither."""
    made = ivs.import_public_key(publicKeyMaterial=P384, name="signer", tags={"a": "b"})["publicKey"]
    assert re.fullmatch(rf"arn:aws:ivs:{REGION}:{account}:public-key/[a-zA-Z0-9]{{12}}", made["arn"])
    assert made["publicKeyMaterial"] == P384
    assert made["fingerprint"] == P384_FINGERPRINT
    assert ivs.get_public_key(arn=made["arn"])["publicKey"] == made
    (summary,) = ivs.list_public_keys()["publicKeys"]
    assert summary == {"arn": made["arn"], "name": "signer", "tags": {"a": "b"}}
    ivs.delete_public_key(arn=made["arn"])
    assert refused(ivs.get_public_key, arn=made["arn"]).status == 404


def test_the_same_key_is_imported_once(ivs: Any) -> None:
    """Also when it is written differently; after its deletion it may come again."""
    arn = ivs.import_public_key(publicKeyMaterial=P384)["publicKey"]["arn"]
    assert refused(ivs.import_public_key, publicKeyMaterial=P384.replace("\n", "\r\n")).kind == "ConflictException"
    ivs.import_public_key(publicKeyMaterial=OTHER_P384)
    ivs.delete_public_key(arn=arn)
    ivs.import_public_key(publicKeyMaterial=P384)


@pytest.mark.parametrize(
    "material",
    [
        pytest.param(P256, id="another curve"),
        pytest.param(P384.replace("MHYw", "AAAA"), id="no DER"),
        pytest.param("-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----", id="no base64"),
        pytest.param(P384.replace("PUBLIC", "EC PRIVATE"), id="another armour"),
    ],
)
def test_what_is_no_p384_key_is_refused(ivs: Any, material: str) -> None:
    """IVS checks tokens with ES384 and nothing else."""
    refusal = refused(ivs.import_public_key, publicKeyMaterial=material)
    assert (refusal.kind, refusal.status) == ("ValidationException", 400)
    assert "/publicKeyMaterial" in refusal.message
