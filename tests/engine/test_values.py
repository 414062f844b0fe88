"""Values that a preview cannot know, and values that nobody may see."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.engine import keys
from tests.engine.stack import resource
from tests.engine.steps import Step, created

if TYPE_CHECKING:
    from tests.engine.account import Account
    from tests.engine.stack import Run, Stack

RECORDING = "autoParticipantRecordingConfiguration"


def _studio(archive: str) -> dict[str, Any]:
    """A program in which everything takes a value of the storage configuration."""
    recording = {RECORDING: {"storageConfigurationArn": "${archive.arn}"}}
    return {
        "archive": resource("StorageConfiguration", {"name": archive, "s3": {"bucketName": "recordings"}}),
        "hall": resource("Stage", {**recording, "tags": {"archive": "${archive.id}"}}),
        "host": resource("IngestConfiguration", {"ingestProtocol": "RTMPS", "stageArn": "${hall.arn}"}),
        "guest": resource("IngestConfiguration", {"ingestProtocol": "RTMPS", "userId": "${archive.arn}"}),
    }


def test_unknown_values_pass_a_preview_and_are_resolved(stack: Stack, account: Account) -> None:
    """At creation, and again when what they come from is replaced."""
    stack.program(_studio("first"))
    assert stack.preview() == dict.fromkeys(["archive", "hall", "host", "guest"], created())
    stack.up()
    _assert_resolved(stack, account)
    stack.program(_studio("second"))
    unknown = {f"{RECORDING}.storageConfigurationArn": "update", "tags.archive": "update"}
    assert stack.preview() == {
        "archive": Step("replace", {"name": "update-replace"}, frozenset({"name"})),
        "hall": Step("update", unknown),
        "guest": Step("replace", {"userId": "update-replace"}, frozenset({"userId"})),
    }
    hall = stack.ids()["hall"]
    stack.up()
    _assert_resolved(stack, account)
    assert stack.ids()["hall"] == hall
    assert stack.preview() == {}


def _assert_resolved(stack: Stack, account: Account) -> None:
    ids = stack.ids()
    hall = account.ivs.get_stage(arn=ids["hall"])["stage"]
    assert hall[RECORDING]["storageConfigurationArn"] == ids["archive"]
    assert hall["tags"]["archive"] == ids["archive"]
    assert account.ivs.get_ingest_configuration(arn=ids["host"])["ingestConfiguration"]["stageArn"] == ids["hall"]
    assert account.ivs.get_ingest_configuration(arn=ids["guest"])["ingestConfiguration"]["userId"] == ids["archive"]


MINE = "hunter2-in-config"
WRAPPED = "hunter2-in-program"
DEFAULT = "hunter2-in-default-tags"
THEIRS = "hunter2-set-by-hand"
TOO_LONG = "hunter2-" + "x" * 300


def test_secrets_are_never_seen(stack: Stack, account: Account) -> None:
    """Not in what is printed, the state, or the event log: after create, refresh, drift, repair and a failure."""
    stack.program({})
    stack.run("config", "set", "--secret", "password", MINE)
    stack.run("config", "set", "--secret", "ivs:defaultTags", json.dumps({"default": DEFAULT}))
    _declare(stack, WRAPPED)
    _logged(stack, "up", "--yes", "--diff")
    secrets = _issued(stack, account)
    _logged(stack, "preview", "--diff")
    host = stack.ids()["host"]
    account.ivs.tag_resource(resourceArn=host, tags={"password": THEIRS, "wrapped": THEIRS, "default": THEIRS})
    assert stack.preview()["host"] == Step("update", {f"tags.{key}": "update" for key in _TAGS})
    _logged(stack, "preview", "--diff")
    _logged(stack, "refresh", "--yes", "--diff")
    _logged(stack, "up", "--yes", "--diff", "--show-full-output")
    stack.run("stack", "export")
    stack.run("stack", "output", "--json")
    _declare(stack, TOO_LONG)
    _logged(stack, "preview", fails=True)
    _logged(stack, "destroy", "--yes")
    everything = "\n".join(stack.told)
    assert "[secret]" in everything
    for secret in [MINE, WRAPPED, DEFAULT, THEIRS, TOO_LONG, *secrets]:
        assert secret not in everything


def test_what_is_refused_is_not_printed_where_it_is_secret(stack: Stack) -> None:
    """The engine prints the value at a failure's property, secret or not: a secret name, a whole secret map, a key."""
    secret_map = {f"tag{number}": f"{WRAPPED}-{number}" for number in range(47)}
    private = keys.private_key()
    refused = {
        "name: must be letters": resource("Stage", {"name": {"fn::secret": f"{WRAPPED} is no name"}}),
        "tags: 47 tags": resource("Stage", {"tags": {"fn::secret": secret_map}}),
        "publicKeyMaterial: holds a private key": resource("PublicKey", {"publicKeyMaterial": private}),
    }
    for said, declared in refused.items():
        stack.program({"wrong": declared})
        assert said in stack.run("preview", fails=True).text
    printed = "\n".join(stack.told)
    assert WRAPPED not in printed
    assert not any(line in printed for line in private.split("\n")[1:-2])


_TAGS = ("password", "wrapped", "default")


def _declare(stack: Stack, wrapped: str) -> None:
    tags = {"password": "${password}", "wrapped": {"fn::secret": wrapped}}
    declared = {"ingestProtocol": "RTMPS", "redundantIngest": True, "tags": tags}
    outputs = {name: f"${{host.{name}}}" for name in ("streamKey", "redundantIngestCredentials", "tags", "state")}
    stack.program(
        {"host": resource("IngestConfiguration", declared)},
        outputs={**outputs, "whole": "${host}"},
        configuration={"password": {"type": "string", "secret": True}},
    )


def _logged(stack: Stack, *arguments: str, fails: bool = False) -> Run:
    """Run a command that writes the engine's event log, and keep that too."""
    log = stack.directory / "events.json"
    log.unlink(missing_ok=True)
    ended = stack.run(*arguments, "--event-log", str(log), fails=fails, env={"PULUMI_DEBUG_COMMANDS": "true"})
    stack.told.append(log.read_text())
    stack.export()
    return ended


def _issued(stack: Stack, account: Account) -> list[str]:
    """The keys that the account really issued."""
    held = account.ivs.get_ingest_configuration(arn=stack.ids()["host"])["ingestConfiguration"]
    keys = [held["streamKey"], *(each["streamKey"] for each in held["redundantIngestCredentials"])]
    assert len(keys) > 1
    assert all(key.startswith("rt_") for key in keys)
    return keys


def test_credentials_leave_the_record_with_the_redundancy(stack: Stack) -> None:
    """What AWS no longer answers after an update is no longer an output."""
    stack.program({"host": resource("IngestConfiguration", {"ingestProtocol": "RTMPS", "redundantIngest": True})})
    stack.up()
    assert "redundantIngestCredentials" in stack.recorded()["host"]["outputs"]
    stack.program({"host": resource("IngestConfiguration", {"ingestProtocol": "RTMPS"})})
    stack.up()
    outputs = stack.recorded()["host"]["outputs"]
    assert "redundantIngestCredentials" not in outputs
    assert outputs["redundantIngest"] is False
    assert stack.preview() == {}
