"""config.py: from what the engine sends to typed settings."""

from __future__ import annotations

import pytest

from ivs_provider.config import AssumeRole, DriftDetection, Settings, drift_is_off, settings_from, typed
from ivs_provider.values import UNKNOWN, Secret, Tree

ROLE = "arn:aws:iam::123456789012:role/deploy"


def test_everything_that_can_be_set() -> None:
    arguments: Tree = {
        "region": "eu-west-1",
        "profile": "p",
        "endpoint": "http://localhost:1",
        "assumeRole": {"roleArn": ROLE, "sessionName": "s", "externalId": Secret("e"), "durationSeconds": 900},
        "defaultTags": {"a": "b", "c": Secret("d")},
        "ownershipTags": False,
        "driftDetection": "all",
        "rateLimits": {"CreateStage": 2.5},
    }
    assert settings_from(arguments, {}) == Settings(
        region="eu-west-1",
        profile="p",
        endpoint="http://localhost:1",
        assume_role=AssumeRole(role_arn=ROLE, session_name="s", external_id="e", duration_seconds=900),
        default_tags={"a": "b", "c": Secret("d")},
        ownership_tags=False,
        drift_detection=DriftDetection.ALL,
        rate_limits={"CreateStage": 2.5},
    )


def test_nothing_set_is_the_usual() -> None:
    assert settings_from({}, {}) == Settings()
    assert settings_from({"region": ""}, {"AWS_REGION": ""}) == Settings()
    role = settings_from({"assumeRole": {"roleArn": ROLE}}, {}).assume_role
    assert role == AssumeRole(role_arn=ROLE, session_name="pulumi-ivs")


def test_the_region_of_the_environment_is_used_where_none_is_set() -> None:
    assert settings_from({}, {"AWS_REGION": "us-west-2"}).region == "us-west-2"
    assert settings_from({"region": "eu-west-1"}, {"AWS_REGION": "us-west-2"}).region == "eu-west-1"


def test_no_setting_tells_the_external_id() -> None:
    settings = settings_from({"assumeRole": {"roleArn": ROLE, "externalId": "S3CRET"}}, {})
    assert "S3CRET" not in repr(settings)


def test_a_secret_map_of_default_tags_is_a_map_of_secrets() -> None:
    arguments: Tree = {"defaultTags": Secret({"a": "b", "c": Secret("d")})}
    assert settings_from(arguments, {}).default_tags == {"a": Secret("b"), "c": Secret("d")}


def test_what_is_unknown_is_as_if_it_were_not_set() -> None:
    arguments: Tree = {"region": UNKNOWN, "assumeRole": {"roleArn": UNKNOWN}, "defaultTags": UNKNOWN}
    assert settings_from(arguments, {}) == Settings()


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ({"ownershipTags": "false"}, {"ownershipTags": False}),
        ({"defaultTags": '{"a": "1"}'}, {"defaultTags": {"a": "1"}}),
        ({"defaultTags": Secret('{"a": "1"}')}, {"defaultTags": Secret({"a": "1"})}),
        ({"rateLimits": "no json"}, {"rateLimits": "no json"}),
        ({"region": "12"}, {"region": "12"}),
        ({"version": "1", "pluginDownloadURL": "x", "__internal": {}, "profile": None}, {}),
        ({"assumeRole": {"roleArn": ROLE}}, {"assumeRole": {"roleArn": ROLE}}),
    ],
)
def test_json_text_is_read_where_a_structure_is_meant(sent: Tree, meant: Tree) -> None:
    assert typed(sent) == meant


@pytest.mark.parametrize(("value", "is_off"), [("off", True), (" OFF ", True), ("on", False), ("", False)])
def test_the_variable_that_skips_reads(value: str, is_off: bool) -> None:
    assert drift_is_off({"PULUMI_IVS_DRIFT": value}) is is_off
    assert not drift_is_off({})
