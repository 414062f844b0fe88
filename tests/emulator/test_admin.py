"""The admin interface: call log, settings, denials, simulated life, what exists, reset."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from ivs_emulator.exchange import Answer, Incoming
from ivs_emulator.store import Row
from tests.emulator.samples import P384
from tests.emulator.talking import REGION, Admin, connect, refused, send, signature


def test_calls_are_counted_and_listed(ivs: Any, admin: Admin, account: str) -> None:
    """With operation, account, region, status, error and ARN, in order; and forgotten on request."""
    begun = time.time()
    arn = ivs.create_stage()["stage"]["arn"]
    ivs.get_stage(arn=arn)
    refused(ivs.get_stage, arn="x")
    ivs.list_stages()
    assert admin.counts() == {"CreateStage": 1, "GetStage": 2, "ListStages": 1}
    calls = admin.calls()
    assert [call["operation"] for call in calls] == ["CreateStage", "GetStage", "GetStage", "ListStages"]
    assert [call["status"] for call in calls] == [200, 200, 400, 200]
    assert [call["error"] for call in calls] == [None, None, "ValidationException", None]
    assert [call["arn"] for call in calls] == [arn, arn, None, None]
    assert [call["performed"] for call in calls] == [True, True, False, True]
    assert {(call["account"], call["region"]) for call in calls} == {(account, REGION)}
    assert all(begun - 1 <= call["time"] <= time.time() for call in calls)
    admin.do("DELETE", "calls")
    assert (admin.counts(), admin.calls()) == ({}, [])


def test_calls_without_an_account_are_in_the_whole_log(url: str, account: str) -> None:
    """Unsigned ones, and ones to no operation."""
    whole = Admin(url)
    before = whole.counts()
    send(url, "POST", "/ListStages", b"{}")
    send(url, "POST", "/Nothing", b"{}", signature(account))
    after = whole.counts()
    assert after["ListStages"] - before.get("ListStages", 0) == 1
    assert after["Unknown"] - before.get("Unknown", 0) == 1


def test_no_stream_key_is_in_log_or_list(ivs: Any, admin: Admin) -> None:
    """Searched for by their actual values; only AWS's own calls show them."""
    stage = ivs.create_stage(participantTokenConfigurations=[{}])
    made = ivs.create_ingest_configuration(ingestProtocol="RTMPS", redundantIngest=True)["ingestConfiguration"]
    secrets = [made["streamKey"], *(one["streamKey"] for one in made["redundantIngestCredentials"])]
    secrets.append(stage["participantTokens"][0]["token"])
    seen = json.dumps([admin.do("GET", "calls"), admin.do("GET", "resources"), admin.do("GET", "faults")])
    seen += json.dumps(admin.do("POST", "resource", {"arn": made["arn"], "active": True}))
    assert made["participantId"] in seen
    assert not [secret for secret in secrets if secret in seen]


def test_no_body_is_in_any_repr() -> None:
    """A failing test or a log prints these; neither may show a stream key."""
    values = [
        Incoming("POST", "/x", "AWS4-HMAC-SHA256 hidden", b"hidden"),
        Answer(200, b"hidden"),
        Row("IngestConfiguration", {"streamKey": "hidden"}),
    ]
    assert "hidden" not in repr(values)


def test_everything_that_exists_is_listed_with_what_aws_hides(ivs: Any, admin: Admin) -> None:
    """Kind, tags, and members that no call shows, such as insecureIngest."""
    ivs.create_stage(name="hall", tags={"a": "b"})
    ivs.create_ingest_configuration(ingestProtocol="RTMP", insecureIngest=True)
    ivs.import_public_key(publicKeyMaterial=P384)
    stage, ingest, key = admin.do("GET", "resources")["resources"]
    assert [one["kind"] for one in (stage, ingest, key)] == ["Stage", "IngestConfiguration", "PublicKey"]
    assert (stage["tags"], stage["attributes"]["name"]) == ({"a": "b"}, "hall")
    assert ingest["attributes"]["insecureIngest"] is True
    assert ingest["attributes"]["streamKey"] == "***"
    assert ivs.list_stages()["stages"][0]["arn"] == stage["arn"]


def test_settings_are_an_accounts_own(url: str, admin: Admin) -> None:
    """What one account changes, no other one sees; a reset gives back what was."""
    other = Admin(url, "777777777777")
    first = admin.do("GET", "settings")
    changed = admin.settings(latency=0.1, listLag=2, burst=3, missingBuckets=["b"], deny=["ivs:*"])
    expected = {
        "latency": 0.1,
        "listLag": 2,
        "burst": 3,
        "missingBuckets": ["b"],
        "deny": [{"action": "ivs:*", "tagKeys": []}],
    }
    assert changed == first | expected
    assert other.do("GET", "settings") == first
    admin.do("POST", "reset")
    assert admin.do("GET", "settings") == first


@pytest.mark.parametrize(
    "change",
    [
        {"latencyy": 1},
        {"latency": -1},
        {"latency": "slow"},
        {"latency": True},
        {"rates": "fast"},
        {"rates": {"CreateRoom": 1}},
        {"quotas": {"Rooms": 1}},
        {"deny": "ivs:DeleteStage"},
        {"deny": [{"actions": "x"}]},
        {"deny": ["DeleteStage"]},
        {"deny": [{"action": "ivs:Delete Stage", "tagKeys": ["owner"]}]},
        {"burst": False},
        {"missingBuckets": "b"},
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(admin: Admin, change: dict[str, Any]) -> None:
    """And nothing is changed by it."""
    before = admin.do("GET", "settings")
    status, answer = admin.ask("PATCH", "settings", change)
    assert (status, bool(answer["error"])) == (400, True)
    assert admin.do("GET", "settings") == before


def test_latency_is_added_to_every_answer(ivs: Any, admin: Admin) -> None:
    """And can be taken away again."""
    admin.settings(latency=0.2)
    begun = time.monotonic()
    ivs.list_stages()
    assert time.monotonic() - begun >= 0.2
    admin.settings(latency=0)
    begun = time.monotonic()
    ivs.list_stages()
    assert time.monotonic() - begun < 0.2


def test_a_denied_action_is_denied(ivs: Any, admin: Admin) -> None:
    """403, naming the action; before anything else is looked at."""
    arn = ivs.create_stage()["stage"]["arn"]
    admin.settings(deny=["ivs:DeleteStage", {"action": "ivs:Get*"}])
    for operation, action in (("delete_stage", "ivs:DeleteStage"), ("get_stage", "ivs:GetStage")):
        refusal = refused(getattr(ivs, operation), arn=arn)
        assert (refusal.kind, refusal.status) == ("AccessDeniedException", 403)
        assert action in refusal.message
    admin.settings(deny=[])
    ivs.delete_stage(arn=arn)


def test_creating_with_tags_needs_leave_to_tag(ivs: Any, admin: Admin) -> None:
    """As AWS wants ivs:TagResource for it; without tags it goes through."""
    admin.settings(deny=["ivs:TagResource"])
    refusal = refused(ivs.create_stage, tags={"a": "b"})
    assert (refusal.status, "ivs:TagResource" in refusal.message) == (403, True)
    arn = ivs.create_stage()["stage"]["arn"]
    assert refused(ivs.tag_resource, resourceArn=arn, tags={"a": "b"}).status == 403
    ivs.untag_resource(resourceArn=arn, tagKeys=["a"])


def test_certain_tag_keys_can_be_denied(ivs: Any, admin: Admin) -> None:
    """Like a condition on aws:TagKeys, for adding and for removing."""
    admin.settings(deny=[{"action": "ivs:*Resource", "tagKeys": ["owner:*"]}])
    assert refused(ivs.create_stage, tags={"owner:x": "1", "b": "2"}).status == 403
    arn = ivs.create_stage(tags={"b": "2"})["stage"]["arn"]
    assert refused(ivs.tag_resource, resourceArn=arn, tags={"owner:y": "1"}).status == 403
    assert refused(ivs.untag_resource, resourceArn=arn, tagKeys=["owner:y"]).status == 403
    ivs.untag_resource(resourceArn=arn, tagKeys=["b"])


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"arn": "arn:aws:ivs:eu-west-1:1:stage/nothing", "recording": True}, 404),
        ({"recording": True}, 404),
        ({"active": True}, 400),
        ({"recording": "yes"}, 400),
        ({"dancing": True}, 400),
    ],
)
def test_what_cannot_happen_to_a_stage_is_refused(ivs: Any, admin: Admin, wish: dict[str, Any], status: int) -> None:
    """And the stage stays as it is."""
    stage = ivs.create_stage()["stage"]
    arn = {} if status == 404 else {"arn": stage["arn"]}
    assert admin.ask("POST", "resource", arn | wish)[0] == status
    assert ivs.get_stage(arn=stage["arn"])["stage"] == stage


def test_a_reset_empties_one_account(url: str, ivs: Any, admin: Admin) -> None:
    """Resources in all its regions, calls, faults, settings; nobody else's."""
    other = connect(url, "666666666666")
    kept = other.create_stage()["stage"]["arn"]
    ivs.create_stage()
    admin.fault(operation="*", kind="drop", skip=99)
    admin.settings(latency=0.01)
    admin.do("POST", "reset")
    assert admin.do("GET", "resources") == {"resources": []}
    assert admin.do("GET", "faults") == {"faults": []}
    assert admin.counts() == {}
    assert other.get_stage(arn=kept)["stage"]["arn"] == kept
    other.close()


def test_the_interface_helps_who_is_lost(admin: Admin) -> None:
    """Healthy; and an unknown path names the known ones."""
    assert admin.do("GET", "health") == {"status": "ok"}
    for method, name in (("GET", "everything"), ("DELETE", "settings")):
        status, answer = admin.ask(method, name)
        assert (status, "GET /_admin/health" in answer["error"]) == (404, True)
    assert admin.ask("POST", "faults", [1])[0] == 400
    assert send(admin.url, "POST", "/_admin/faults", b"{")[0] == 400
