"""Accounts and regions share a process and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.talking import REGION, connect, refused, send, signature


@pytest.fixture
def hidden(ivs: Any) -> dict[str, str]:
    """Answer the ARNs of a stage, a storage and an ingest configuration of this test's account."""
    return {
        "stage": ivs.create_stage(tags={"a": "b"})["stage"]["arn"],
        "storage": ivs.create_storage_configuration(s3={"bucketName": "tape"})["storageConfiguration"]["arn"],
        "ingest": ivs.create_ingest_configuration(ingestProtocol="RTMPS")["ingestConfiguration"]["arn"],
    }


@pytest.mark.parametrize("is_other_account", [True, False])
def test_nothing_is_visible_from_elsewhere(
    url: str, account: str, ivs: Any, hidden: dict[str, str], is_other_account: bool
) -> None:
    """Neither for another account nor in another region, by no call at all."""
    other = connect(url, "999999999999") if is_other_account else connect(url, account, "us-west-2")
    arn = hidden["stage"]
    calls: list[tuple[str, dict[str, Any]]] = [
        ("get_stage", {"arn": arn}),
        ("update_stage", {"arn": arn, "name": "mine"}),
        ("delete_stage", {"arn": arn}),
        ("list_tags_for_resource", {"resourceArn": arn}),
        ("tag_resource", {"resourceArn": arn, "tags": {"a": "mine"}}),
        ("untag_resource", {"resourceArn": arn, "tagKeys": ["a"]}),
        ("delete_ingest_configuration", {"arn": hidden["ingest"], "force": True}),
    ]
    for operation, arguments in calls:
        kind = "AccessDeniedException" if is_other_account else "ResourceNotFoundException"
        assert refused(getattr(other, operation), **arguments).kind == kind
    recording = {"storageConfigurationArn": hidden["storage"]}
    assert refused(other.create_stage, autoParticipantRecordingConfiguration=recording).status == 400
    assert refused(other.create_ingest_configuration, ingestProtocol="RTMPS", stageArn=arn).status == 400
    assert other.list_stages()["stages"] == []
    other.close()
    stage = ivs.get_stage(arn=arn)["stage"]
    assert (stage["name"], stage["tags"]) == ("", {"a": "b"})


def test_a_token_of_one_account_opens_no_list_of_another(url: str, ivs: Any, hidden: dict[str, str]) -> None:
    """NextToken is bound to its caller."""
    assert hidden
    ivs.create_stage()
    token = ivs.list_stages(maxResults=1)["nextToken"]
    other = connect(url, "999999999999")
    assert refused(other.list_stages, nextToken=token).kind == "ValidationException"
    other.close()


def test_a_key_id_that_is_no_account_number_means_the_default_account(url: str) -> None:
    """LocalStack's convention the other way round."""
    client = connect(url, "AKIAIOSFODNN7EXAMPLE", "ap-south-1")
    arn = client.create_stage()["stage"]["arn"]
    client.close()
    assert arn.startswith("arn:aws:ivs:ap-south-1:123456789012:stage/")
    same = connect(url, "123456789012", "ap-south-1")
    assert same.get_stage(arn=arn)["stage"]["arn"] == arn
    same.delete_stage(arn=arn)
    same.close()


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="unsigned"),
        pytest.param({"Authorization": "Basic abc"}, id="another scheme"),
        pytest.param(signature("1", service="s3"), id="another service"),
        pytest.param(signature("1", region=REGION.upper()), id="no region"),
    ],
)
def test_whoever_does_not_sign_is_denied(url: str, headers: dict[str, str]) -> None:
    """403, in the form of every other refusal."""
    status, answered, body = send(url, "POST", "/ListStages", b"{}", headers)
    assert (status, answered["x-amzn-errortype"]) == (403, "AccessDeniedException")
    assert set(body) == {"exceptionMessage"}
