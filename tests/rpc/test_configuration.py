"""The process, the package and the provider's own settings, as the engine asks for them."""

from __future__ import annotations

import json
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2
from pulumi.runtime.proto import provider_pb2 as pb

from ivs_provider import __version__
from tests.rpc.plugin import Plugin, failed, running, urn
from tests.rpc.wire import SECRET, SIGNATURE, UNKNOWNS, Hidden, to_wire

SOME = pb.DiffResponse.DIFF_SOME
NONE = pb.DiffResponse.DIFF_NONE


def test_handshake_and_configure_say_the_same(process: Plugin) -> None:
    """The protocol demands that Configure repeats what Handshake said."""
    shaken, configured = process.handshake(), process.configure({"region": "eu-west-1"})
    assert (shaken.accept_secrets, configured.acceptSecrets) == (True, True)
    assert (shaken.supports_autonaming_configuration, configured.supports_autonaming_configuration) == (True, True)
    assert configured.supportsPreview  # a handshaking provider must
    assert (shaken.accept_resources, configured.acceptResources) == (False, False)
    assert (shaken.accept_outputs, configured.acceptOutputs) == (False, False)


def test_without_arguments_it_waits_to_be_attached() -> None:
    """PULUMI_DEBUG_PROVIDERS: no engine address in argv; the engine dials, shakes hands and attaches."""
    with running() as plugin:
        plugin.handshake()
        plugin.stub.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1"), timeout=10)
        assert plugin.configure({"region": "eu-west-1"}).acceptSecrets
        assert plugin.check("Stage", {"name": "hall"}).inputs == {"name": "hall"}


def test_it_tells_its_version(process: Plugin) -> None:
    assert process.stub.GetPluginInfo(Empty(), timeout=10).version == __version__


def test_the_schema_is_json_and_names_every_type(process: Plugin) -> None:
    schema = json.loads(process.stub.GetSchema(pb.GetSchemaRequest(), timeout=10).schema)
    assert schema["name"] == "ivs"
    names = ("EncoderConfiguration", "IngestConfiguration", "PublicKey", "Stage", "StorageConfiguration")
    assert sorted(schema["resources"]) == [f"ivs:index:{name}" for name in names]


def test_the_schemas_version_is_the_plugins(process: Plugin) -> None:
    schema = json.loads(process.stub.GetSchema(pb.GetSchemaRequest(), timeout=10).schema)
    assert schema.get("version", __version__) == __version__


def test_before_configure_a_resource_call_is_refused_and_a_check_works() -> None:
    """Where the provider's configuration is unknown the engine checks all the same."""
    with running() as plugin:
        plugin.handshake()
        assert plugin.check("Stage", {"name": "hall"}).inputs == {"name": "hall"}
        with pytest.raises(grpc.RpcError) as caught:
            plugin.create("Stage", {"name": "hall"})
        assert failed(caught.value).code is grpc.StatusCode.INVALID_ARGUMENT
        assert "has not been configured" in failed(caught.value).text


@pytest.mark.parametrize(
    ("settings", "path", "reason"),
    [
        ({"regoin": "x"}, "regoin", "did you mean region?"),
        ({"region": "here"}, "region", "a region such as us-west-2, not 'here'"),
        ({"profile": ""}, "profile", "at least 1 character"),
        ({"endpoint": "localhost:4577"}, "endpoint", "begins with http:// or https://"),
        ({"assumeRole": {}}, "assumeRole.roleArn", "is required"),
        ({"assumeRole": '{"roleArn": "admin"}'}, "assumeRole.roleArn", "the ARN of an IAM role"),
        ({"assumeRole": "{"}, "assumeRole", "must be an object"),
        ({"defaultTags": {"x": 3}}, "defaultTags.x", "must be a string"),
        ({"defaultTags": {"aws:x": "y"}}, 'defaultTags["aws:x"]', "belong to AWS"),
        ({"defaultTags": {"pulumi-ivs:urn": "x"}}, 'defaultTags["pulumi-ivs:urn"]', "written by the provider"),
        ({"ownershipTags": "perhaps"}, "ownershipTags", "must be true or false"),
        ({"driftDetection": "sometimes"}, "driftDetection", "must be one of off, fast, declared, all"),
        ({"rateLimits": {"CreateStage": 0}}, "rateLimits.CreateStage", "must be more than 0"),
        ({"rateLimits": '{"MakeStage": 3}'}, "rateLimits.MakeStage", "is no operation of this provider"),
    ],
)
def test_each_wrong_setting_is_named_with_its_cure(
    process: Plugin, settings: dict[str, Any], path: str, reason: str
) -> None:
    failures = process.check_config(settings).failures
    assert [each for each, _ in failures] == [path]
    assert reason in failures[0][1]


def test_all_wrong_settings_are_named_at_once(process: Plugin) -> None:
    wrong = process.check_config({"region": "x", "endpoint": "x", "driftDetection": "x", "nothing": 1}).wrong
    assert sorted(wrong) == ["driftDetection", "endpoint", "nothing", "region"]


def test_json_text_of_generated_sdks_is_understood(process: Plugin) -> None:
    """SDKs and `pulumi config set` send all but strings as JSON text; the engine adds members of its own."""
    news = {
        "ownershipTags": "false",
        "defaultTags": '{"team": "video"}',
        "rateLimits": '{"CreateStage": 10}',
        "assumeRole": '{"roleArn": "arn:aws:iam::123456789012:role/deploy", "durationSeconds": 900}',
        "version": "0.1.0",
        "pluginDownloadURL": "https://example.org",
        "__internal": {"x": "y"},
    }
    checked = process.check_config(news)
    assert checked.failures == []
    assert checked.inputs == news


def test_unknown_settings_pass(process: Plugin) -> None:
    """They are known before Configure comes."""
    assert process.check_config({"region": UNKNOWNS[2], "defaultTags": UNKNOWNS[6]}).failures == []


def test_secret_settings_stay_secret_and_are_not_told(process: Plugin) -> None:
    news = {"defaultTags": Hidden({"cost": "S3CRET", "x": 1}), "assumeRole": Hidden("S3CRET")}
    checked = process.check_config(news)
    assert checked.inputs == news
    assert sorted(checked.wrong) == ["assumeRole", "defaultTags.x"]
    assert "S3CRET" not in str(checked.failures)


def test_what_the_schema_calls_secret_is_not_told_though_the_engine_unwraps_it(process: Plugin) -> None:
    """CheckConfig always gets secrets unwrapped; the schema knows that an external id is one."""
    role = {"roleArn": "arn:aws:iam::123456789012:role/deploy", "externalId": "Q"}
    failures = process.check_config({"assumeRole": role}).failures
    assert [path for path, _ in failures] == ["assumeRole.externalId"]
    assert "Q" not in failures[0][1].replace("Q…", "")


@pytest.mark.parametrize("wrap", [lambda tags: tags, Hidden, json.dumps])
def test_default_tags_reach_every_resource_as_secret_as_they_are(
    process: Plugin, settings: dict[str, Any], wrap: Any
) -> None:
    process.configure(
        {**settings, "defaultTags": wrap({"team": "video", "cost": Hidden("c") if wrap is None else "c"})}
    )
    inputs = process.check("Stage", {"tags": {"team": "own"}}).inputs
    expected = Hidden("c") if wrap is Hidden else "c"
    assert inputs == {"tags": {"team": "own", "cost": expected}}


@pytest.mark.parametrize(
    ("old", "new", "changed", "replaces"),
    [
        ({"region": "eu-west-1"}, {"region": "us-west-2"}, ["region"], ["region"]),
        ({"region": "eu-west-1"}, {"region": "eu-west-1"}, [], []),
        ({"profile": "a"}, {"profile": "b"}, ["profile"], []),
        ({}, {"endpoint": "http://localhost"}, ["endpoint"], []),
        ({"defaultTags": {"a": "1"}}, {"defaultTags": '{"a": "1"}'}, [], []),
        ({"defaultTags": {"a": "1"}}, {"defaultTags": {"a": "2"}}, ["defaultTags"], []),
        ({"version": "0.1.0"}, {"version": "0.2.0"}, [], []),
        ({"ownershipTags": "true"}, {"ownershipTags": "false"}, ["ownershipTags"], []),
        ({"region": "eu-west-1", "profile": "a"}, {"profile": "b"}, ["profile", "region"], ["region"]),
    ],
)
def test_only_another_region_means_other_resources(
    process: Plugin, old: dict[str, Any], new: dict[str, Any], changed: list[str], replaces: list[str]
) -> None:
    answer = process.diff_config(old, new)
    assert answer.changes == (SOME if changed else NONE)
    assert list(answer.diffs) == changed
    assert list(answer.replaces) == replaces


def test_the_marks_of_secrets_are_the_protocols() -> None:
    """The tests' own conversion is right: two wrongs must not make a pass."""
    wire = to_wire({"a": Hidden("b")})
    assert wire.fields["a"].struct_value.fields[SIGNATURE].string_value == SECRET
    assert urn("Stage").count("::") == 3
