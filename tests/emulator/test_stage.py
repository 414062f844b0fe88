"""Stages: what is answered, what is filled in, what an update changes and what it leaves alone."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from tests.emulator.talking import REGION, Admin, refused

ABSENT = f"arn:aws:ivs:{REGION}:123456789012:stage/abcdABCDefgh"

# Defaults as botocore's documentation of each member states them.
RECORDING_DEFAULTS = {
    "mediaTypes": ["AUDIO_VIDEO"],
    "thumbnailConfiguration": {
        "targetIntervalSeconds": 60,
        "storage": ["SEQUENTIAL"],
        "recordingMode": "DISABLED",
    },
    "recordingReconnectWindowSeconds": 0,
    "hlsConfiguration": {"targetSegmentDurationSeconds": 6},
    "recordParticipantReplicas": True,
}


def storage(ivs: Any) -> str:
    """Create a storage configuration and answer its ARN."""
    arn: str = ivs.create_storage_configuration(s3={"bucketName": "recordings"})["storageConfiguration"]["arn"]
    return arn


def test_a_stage_without_arguments_has_everything_but_a_recording(ivs: Any, account: str) -> None:
    """AWS's own examples show empty names and tags, four endpoints, and no recording."""
    stage = ivs.create_stage()["stage"]
    assert set(stage) == {"arn", "name", "tags", "endpoints"}
    assert (stage["name"], stage["tags"]) == ("", {})
    assert re.fullmatch(rf"arn:aws:ivs:{REGION}:{account}:stage/[a-zA-Z0-9]{{12}}", stage["arn"])
    endpoints = stage["endpoints"]
    assert endpoints["events"] == "wss://global.events.live-video.net"
    assert re.fullmatch(r"https://[a-z0-9]+\.global-bm\.whip\.live-video\.net", endpoints["whip"])
    assert re.fullmatch(r"rtmp://[a-z0-9]+\.global-contribute\.live-video\.net/app/", endpoints["rtmp"])
    host = endpoints["rtmp"].removeprefix("rtmp://").partition("/")[0]
    assert endpoints["rtmps"] == f"rtmps://{host}:443/app/"


def test_get_answers_what_create_answered(ivs: Any) -> None:
    """A stage is the same whichever call shows it; its endpoints don't change."""
    stage = ivs.create_stage(name="hall", tags={"team": "video"})["stage"]
    assert (stage["name"], stage["tags"]) == ("hall", {"team": "video"})
    assert ivs.get_stage(arn=stage["arn"])["stage"] == stage


def test_two_stages_may_have_one_name(ivs: Any) -> None:
    """Names are no identities."""
    first, second = (ivs.create_stage(name="twin")["stage"]["arn"] for _ in range(2))
    assert first != second


def test_a_list_shows_no_endpoints_and_no_recording(ivs: Any) -> None:
    """StageSummary lacks both."""
    arn = storage(ivs)
    recording = {"storageConfigurationArn": arn}
    ivs.create_stage(name="hall", tags={"a": "b"}, autoParticipantRecordingConfiguration=recording)
    (summary,) = ivs.list_stages()["stages"]
    assert set(summary) == {"arn", "name", "tags"}


def test_a_recording_is_completed_with_its_defaults(ivs: Any) -> None:
    """Only the storage configuration is required; AWS documents a default for all the rest."""
    recording = {"storageConfigurationArn": storage(ivs)}
    stage = ivs.create_stage(autoParticipantRecordingConfiguration=recording)["stage"]
    assert stage["autoParticipantRecordingConfiguration"] == recording | RECORDING_DEFAULTS


def test_a_recording_keeps_every_member_that_was_given(ivs: Any) -> None:
    """What the caller says wins over every default."""
    recording = {
        "storageConfigurationArn": storage(ivs),
        "mediaTypes": ["AUDIO_ONLY"],
        "thumbnailConfiguration": {
            "targetIntervalSeconds": 10,
            "storage": ["SEQUENTIAL", "LATEST"],
            "recordingMode": "INTERVAL",
        },
        "recordingReconnectWindowSeconds": 300,
        "hlsConfiguration": {"targetSegmentDurationSeconds": 10},
        "recordParticipantReplicas": False,
    }
    stage = ivs.create_stage(autoParticipantRecordingConfiguration=recording)["stage"]
    assert stage["autoParticipantRecordingConfiguration"] == recording


def test_empty_lists_in_a_recording_mean_their_defaults(ivs: Any) -> None:
    """The model allows them and gives them no meaning (a guess, in the table of guesses)."""
    recording = {"storageConfigurationArn": storage(ivs)}
    empty = {"mediaTypes": [], "thumbnailConfiguration": {"storage": []}}
    stage = ivs.create_stage(autoParticipantRecordingConfiguration=recording | empty)["stage"]
    assert stage["autoParticipantRecordingConfiguration"] == recording | RECORDING_DEFAULTS


def test_an_empty_storage_configuration_switches_recording_off_and_resets_the_rest(ivs: Any) -> None:
    """The model's text: other fields in this object will be set to their default values."""
    given = {"storageConfigurationArn": storage(ivs), "recordingReconnectWindowSeconds": 9}
    arn = ivs.create_stage(autoParticipantRecordingConfiguration=given)["stage"]["arn"]
    off = {"storageConfigurationArn": "", "mediaTypes": ["NONE"], "recordingReconnectWindowSeconds": 9}
    stage = ivs.update_stage(arn=arn, autoParticipantRecordingConfiguration=off)["stage"]
    expected = {"storageConfigurationArn": ""} | RECORDING_DEFAULTS
    assert stage["autoParticipantRecordingConfiguration"] == expected
    assert ivs.get_stage(arn=arn)["stage"] == stage


def test_an_update_changes_what_it_names_and_nothing_else(ivs: Any) -> None:
    """Omitted members stay; the name can be emptied; the ARN and tags remain."""
    recording = {"storageConfigurationArn": storage(ivs)}
    before = ivs.create_stage(name="old", tags={"a": "b"}, autoParticipantRecordingConfiguration=recording)["stage"]
    renamed = ivs.update_stage(arn=before["arn"], name="new")["stage"]
    assert renamed == before | {"name": "new"}
    assert ivs.update_stage(arn=before["arn"], name="")["stage"] == before | {"name": ""}
    assert ivs.update_stage(arn=before["arn"])["stage"] == before | {"name": ""}


def test_a_recording_given_in_an_update_replaces_the_old_one(ivs: Any) -> None:
    """Members of the old object don't survive in the new one (a guess, in the table of guesses)."""
    arn = storage(ivs)
    given = {"storageConfigurationArn": arn, "mediaTypes": ["NONE"]}
    stage = ivs.create_stage(autoParticipantRecordingConfiguration=given)["stage"]
    new = {"storageConfigurationArn": arn, "recordingReconnectWindowSeconds": 5}
    updated = ivs.update_stage(arn=stage["arn"], autoParticipantRecordingConfiguration=new)["stage"]
    assert updated["autoParticipantRecordingConfiguration"] == RECORDING_DEFAULTS | new


def test_a_recording_in_progress_refuses_a_new_recording_but_not_a_new_name(ivs: Any, admin: Admin) -> None:
    """The API's text: cannot be updated while recording is active."""
    recording = {"storageConfigurationArn": storage(ivs)}
    arn = ivs.create_stage(autoParticipantRecordingConfiguration=recording)["stage"]["arn"]
    admin.do("POST", "resource", {"arn": arn, "recording": True})
    off = {"storageConfigurationArn": ""}
    refusal = refused(ivs.update_stage, arn=arn, name="x", autoParticipantRecordingConfiguration=off)
    assert (refusal.kind, refusal.status) == ("ConflictException", 409)
    assert ivs.get_stage(arn=arn)["stage"]["name"] == ""
    assert ivs.update_stage(arn=arn, name="x")["stage"]["name"] == "x"
    admin.do("POST", "resource", {"arn": arn, "recording": False})
    ivs.update_stage(arn=arn, autoParticipantRecordingConfiguration=off)


def test_a_session_shows_in_get_and_list_while_it_lasts(ivs: Any, admin: Admin) -> None:
    """An activeSessionId is there when somebody is; sixteen characters, says the model."""
    arn = ivs.create_stage()["stage"]["arn"]
    admin.do("POST", "resource", {"arn": arn, "session": True})
    session = ivs.get_stage(arn=arn)["stage"]["activeSessionId"]
    assert re.fullmatch(r"st-[a-zA-Z0-9]{13}", session)
    assert ivs.list_stages()["stages"][0]["activeSessionId"] == session
    admin.do("POST", "resource", {"arn": arn, "session": False})
    assert "activeSessionId" not in ivs.get_stage(arn=arn)["stage"]


def test_tokens_are_issued_with_the_stage_when_asked_for(ivs: Any) -> None:
    """Without being asked there is no such member; with defaults filled in when nothing is said."""
    assert "participantTokens" not in ivs.create_stage()
    attributes = {"role": "guest"}
    wanted = [{"userId": "alice", "duration": 30, "capabilities": ["SUBSCRIBE"], "attributes": attributes}, {}]
    answer = ivs.create_stage(participantTokenConfigurations=wanted)
    asked, plain = answer["participantTokens"]
    assert {name: asked[name] for name in wanted[0]} == wanted[0]
    assert (plain["duration"], plain["capabilities"]) == (720, ["PUBLISH", "SUBSCRIBE"])
    assert asked["participantId"] != plain["participantId"]
    assert asked["token"] != plain["token"]
    remaining = plain["expirationTime"] - datetime.now(plain["expirationTime"].tzinfo)
    assert timedelta(minutes=719) < remaining <= timedelta(minutes=720)


def test_a_deleted_stage_is_gone_for_every_call(ivs: Any) -> None:
    """Get, Update, Delete and the tag calls all answer 404; the list is empty."""
    arn = ivs.create_stage()["stage"]["arn"]
    answer = ivs.delete_stage(arn=arn)
    assert set(answer) == {"ResponseMetadata"}
    for call in (ivs.get_stage, ivs.update_stage, ivs.delete_stage):
        refusal = refused(call, arn=arn)
        assert (refusal.kind, refusal.status) == ("ResourceNotFoundException", 404)
    assert refused(ivs.list_tags_for_resource, resourceArn=arn).status == 404
    assert ivs.list_stages()["stages"] == []


def test_deleting_a_stage_detaches_its_ingest_configurations(ivs: Any) -> None:
    """What AWS says of those in use is taken for idle ones too (a guess, in the table of guesses)."""
    gone, kept = (ivs.create_stage()["stage"]["arn"] for _ in range(2))
    made = [
        ivs.create_ingest_configuration(ingestProtocol="RTMPS", stageArn=arn)["ingestConfiguration"]
        for arn in (gone, kept)
    ]
    ivs.delete_stage(arn=gone)
    stages = [ivs.get_ingest_configuration(arn=one["arn"])["ingestConfiguration"]["stageArn"] for one in made]
    assert stages == ["", kept]


def test_a_stage_that_never_was_is_not_found(ivs: Any) -> None:
    """A well-formed ARN of nothing is 404 and not 400."""
    absent = ivs.create_stage()["stage"]["arn"][:-12] + "AbCdEfGhIjKl"
    assert refused(ivs.get_stage, arn=absent).kind == "ResourceNotFoundException"
