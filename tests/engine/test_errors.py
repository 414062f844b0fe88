"""What goes wrong in the account, as the engine's user meets it: what it says, and what is recorded."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine import keys
from tests.engine.stack import resource
from tests.engine.steps import Step, created
from tests.engine.wording import NOT_FOR_USERS

if TYPE_CHECKING:
    from tests.engine.account import Account
    from tests.engine.stack import Run, Stack

RECORDING = "autoParticipantRecordingConfiguration"
WAY_OUT = "PULUMI_IVS_DRIFT=off"


def _readable(run: Run) -> str:
    """The text, if it is one that a user can read."""
    assert run.code == 255 or 0 < run.code < 128
    assert not re.search(NOT_FOR_USERS, run.text), run.text
    return run.text


FAILING = {
    "hall": resource("Stage"),
    "archive": resource("StorageConfiguration", {"s3": {"bucketName": "recordings"}}),
    "portrait": resource("EncoderConfiguration"),
    "host": resource("IngestConfiguration", {"ingestProtocol": "RTMPS"}, customTimeouts={"create": "2s"}),
    "key": resource("PublicKey", {"publicKeyMaterial": keys.public_key("twice")}),
}
SAID = {
    "hall": ('stage "hall"', "Grant the caller the action ivs:CreateStage"),
    "archive": ('storage configuration "archive"', "pending verification"),
    "portrait": ('encoder configuration "portrait"', "ask for a higher quota"),
    "host": ('ingest configuration "host"', "nobody knows whether"),
    "key": ('public key "key"', "import it by its ARN"),
}


def test_creates_that_fail_leave_nothing_and_succeed_later(stack: Stack, account: Account) -> None:
    """Five types, five reasons, one run; each names its resource and what to do. Then nothing hinders the next run."""
    twin = account.ivs.import_public_key(publicKeyMaterial=keys.public_key("twice"))["publicKey"]["arn"]
    account.settings(deny=["ivs:CreateStage"], quotas={"EncoderConfiguration": 0})
    account.fault("CreateStorageConfiguration", kind="status", status=403, error="PendingVerification")
    account.fault("CreateIngestConfiguration", kind="status", status=500)
    stack.program(FAILING)
    told = _readable(stack.up("--continue-on-error", fails=True))
    for subject, todo in SAID.values():
        assert subject in told
        assert todo in told
    assert stack.recorded() == {}
    account.settings(deny=[], quotas=False)
    account.ivs.delete_public_key(arn=twin)
    assert stack.preview() == dict.fromkeys(FAILING, created())
    stack.up()
    assert account.arns() == set(stack.ids().values())


def _halls(name: str, media: str, stage: str) -> dict[str, Any]:
    recording = {RECORDING: {"storageConfigurationArn": "${archive.arn}", "mediaTypes": [media]}}
    return {
        "archive": resource("StorageConfiguration", {"s3": {"bucketName": "recordings"}}),
        "recorded": resource("Stage", recording),
        "failing": resource("Stage", {"name": name}),
        "streaming": resource("IngestConfiguration", {"ingestProtocol": "RTMPS", "stageArn": stage}),
        "place": resource("Stage"),
    }


def test_updates_that_fail_leave_the_record_as_it_was(stack: Stack, account: Account) -> None:
    """An active recording, an active stream, a service that is down: the next run has the same to do, and does it."""
    stack.program(_halls("old", "AUDIO_VIDEO", ""))
    stack.up()
    ids, before = stack.ids(), {name: each["inputs"] for name, each in stack.recorded().items() if "inputs" in each}
    account.happen(ids["recorded"], recording=True)
    account.happen(ids["streaming"], active=True)
    account.fault("UpdateStage", kind="status", status=503, times=None, skip=0)
    stack.program(_halls("new", "NONE", "${place.arn}"))
    changes = stack.preview()
    told = _readable(stack.up("--continue-on-error", fails=True))
    assert f'stage "failing" ({ids["failing"]}): AWS failed to answer UpdateStage (HTTP 503)' in told
    assert f'ingest configuration "streaming" ({ids["streaming"]})' in told
    assert {name: each["inputs"] for name, each in stack.recorded().items() if "inputs" in each} == before
    account.heal()
    told = _readable(stack.up("--continue-on-error", fails=True))
    assert "While a recording is active its settings cannot be changed" in told
    account.happen(ids["recorded"], recording=False)
    account.happen(ids["streaming"], active=False)
    del changes["failing"]
    assert stack.preview() == changes
    stack.up()
    assert stack.ids() == ids
    assert stack.preview() == {}


def test_an_update_that_half_succeeds_is_recorded_as_it_is(stack: Stack, account: Account) -> None:
    """The name is changed, the tags may not be: that is what the record says, and the next run finishes it."""
    stack.program({"hall": resource("Stage", {"name": "old", "tags": {"team": "a"}})})
    stack.up()
    account.settings(deny=["ivs:TagResource"])
    stack.program({"hall": resource("Stage", {"name": "new", "tags": {"team": "b"}})})
    told = _readable(stack.up(fails=True))
    assert "everything but the tags was updated" in told
    assert "ivs:TagResource" in told
    assert "pulumi config set ivs:ownershipTags false" in told
    outputs = stack.recorded()["hall"]["outputs"]
    assert (outputs["name"], outputs["tags"]) == ("new", {"team": "a"})
    account.settings(deny=[])
    assert stack.preview()["hall"].paths == {"tags.team": "update"}
    stack.up()
    held = account.ivs.get_stage(arn=stack.ids()["hall"])["stage"]
    assert (held["name"], held["tags"]["team"]) == ("new", "b")
    assert stack.preview() == {}


def test_a_failing_read_has_a_way_out(stack: Stack, account: Account) -> None:
    """It fails preview and destroy, names the variable, and with that everything goes on without reading."""
    stack.program({"hall": resource("Stage", {"name": "old"})})
    stack.up()
    account.settings(deny=["ivs:Get*", "ivs:List*"])
    for command in (["preview"], ["destroy", "--yes"]):
        told = _readable(stack.run(*command, fails=True))
        assert 'reading stage "hall"' in told
        assert WAY_OUT in told
        assert "ivs:GetStage" in told
    stack.program({"hall": resource("Stage", {"name": "new"})})
    off = {"PULUMI_IVS_DRIFT": "off"}
    with account.counting() as counts:
        assert stack.preview(env=off) == {"hall": Step("update", {"name": "update"})}
        stack.up(env=off)
        stack.destroy(env=off)
    assert counts == {"UpdateStage": 1, "TagResource": 1, "DeleteStage": 1}
    assert account.arns() == set()


def test_without_credentials_or_connection_a_new_stack_can_be_previewed(stack: Stack, account: Account) -> None:
    """And applying says where credentials were looked for, or what cannot be reached."""
    stack.program({"hall": resource("Stage")})
    del stack.environment["AWS_ACCESS_KEY_ID"]
    assert stack.preview() == {"hall": created()}
    told = _readable(stack.up(fails=True))
    assert 'stage "hall": no usable AWS credentials were found. Looked in' in told
    stack.environment |= account.environment()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        stack.environment["AWS_ENDPOINT_URL_IVS_REALTIME"] = f"http://127.0.0.1:{closed.getsockname()[1]}"
        assert stack.preview() == {"hall": created()}
        told = _readable(stack.up(fails=True))
    address = stack.environment["AWS_ENDPOINT_URL_IVS_REALTIME"]
    assert f"could not be sent: no connection to {address}" in told
    assert stack.recorded() == {}


@pytest.mark.parametrize(
    ("settings", "fragments"),
    [
        ({"ivs:region": "nowhere"}, ["region", "us-west-2"]),
        ({"ivs:driftDetection": "sometimes"}, ["driftDetection", "off, fast, declared, all"]),
        ({"ivs:rateLimits": '{"MakeStage": 1}'}, ["rateLimits.MakeStage", "CreateStage"]),
        ({"ivs:defaultTags": '{"pulumi-ivs:x": "y"}'}, ["defaultTags", "written by the provider"]),
        ({"ivs:regoin": "us-west-2"}, ["regoin", "did you mean region?"]),
    ],
)
def test_wrong_settings_name_the_key(
    settings: dict[str, str], fragments: list[str], stack: Stack, account: Account
) -> None:
    """In a preview, before anything is called."""
    stack.configure(settings)
    stack.program({"hall": resource("Stage")})
    with account.counting() as counts:
        told = _readable(stack.run("preview", fails=True))
    assert counts == {}
    for fragment in fragments:
        assert fragment in told, told
