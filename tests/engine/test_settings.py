"""The provider's own settings, and the stack's: what counts as drift, which tags are written, how names are made."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.account import writes
from tests.engine.stack import resource
from tests.engine.steps import Step, created

if TYPE_CHECKING:
    from tests.engine.account import Account
    from tests.engine.stack import Stack

RECORDING = "autoParticipantRecordingConfiguration"
HALL = {"hall": resource("Stage", {"name": "hall", "tags": {"team": "video"}})}


def _meddle(account: Account, arn: str) -> None:
    """Change what the program declares, and what it never mentioned."""
    bucket = account.ivs.create_storage_configuration(s3={"bucketName": "thieves"})["storageConfiguration"]["arn"]
    account.ivs.update_stage(arn=arn, name="drifted", **{RECORDING: {"storageConfigurationArn": bucket}})
    account.ivs.tag_resource(resourceArn=arn, tags={"team": "thieves", "undeclared": "yes"})


DECLARED = {"name": "update", "tags.team": "update"}
NEVER_MENTIONED = {"tags.undeclared": "delete", f"{RECORDING}.storageConfigurationArn": "delete"}


@pytest.mark.parametrize(
    ("mode", "seen", "reads"),
    [
        ("off", {}, set()),
        ("fast", DECLARED, {"GetStage"}),
        ("declared", DECLARED, {"GetStage"}),
        ("all", DECLARED | NEVER_MENTIONED, {"GetStage"}),
    ],
)
def test_drift_detection(mode: str, seen: dict[str, str], reads: set[str], stack: Stack, account: Account) -> None:
    """Off reads nothing, and sees nothing; all sees also what the program never mentioned."""
    stack.configure({"ivs:driftDetection": mode})
    stack.program(HALL)
    stack.up()
    arn = stack.ids()["hall"]
    _meddle(account, arn)
    with account.counting() as counts:
        assert stack.preview() == ({"hall": Step("update", seen)} if seen else {})
    assert set(counts) == reads
    stack.up()
    held = account.ivs.get_stage(arn=arn)["stage"]
    assert (held["name"] == "hall") is (mode != "off")
    assert ("undeclared" in held["tags"]) is (mode != "all")
    assert (held[RECORDING]["storageConfigurationArn"] == "") is (mode == "all")
    assert stack.preview() == {}


def test_drift_detection_fast_does_not_see_what_lists_lack(stack: Stack, account: Account) -> None:
    """It says so on the tin; nothing else is missed."""
    stack.configure({"ivs:driftDetection": "fast"})
    archive = resource("StorageConfiguration", {"s3": {"bucketName": "recordings"}})
    recording = {RECORDING: {"storageConfigurationArn": "${archive.arn}"}}
    stack.program(
        {"archive": archive, "hall": resource("Stage", {"name": "hall", **recording}), "gone": resource("Stage")}
    )
    stack.up()
    ids = stack.ids()
    account.ivs.update_stage(arn=ids["hall"], name="drifted", **{RECORDING: {"storageConfigurationArn": ""}})
    account.ivs.delete_stage(arn=ids["gone"])
    assert stack.preview() == {"hall": Step("update", {"name": "update"}), "gone": created()}


def test_defaults_spelled_out_are_no_change(stack: Stack) -> None:
    """Declaring what AWS does anyway, or declaring it no longer, changes nothing."""
    said = {
        "name": "",
        "tags": {},
        RECORDING: {
            "storageConfigurationArn": "",
            "mediaTypes": ["AUDIO_VIDEO"],
            "recordParticipantReplicas": True,
            "thumbnailConfiguration": {"recordingMode": "DISABLED", "storage": ["SEQUENTIAL"]},
        },
    }
    quiet = {"stageArn": "", "redundantIngest": False, "insecureIngest": False, "userId": "", "attributes": {}}
    video = {"width": 1280, "height": 720, "framerate": 30, "bitrate": 2_500_000}
    least = {
        "hall": resource("Stage"),
        "host": resource("IngestConfiguration", {"ingestProtocol": "RTMPS"}),
        "landscape": resource("EncoderConfiguration"),
    }
    full = {
        "hall": resource("Stage", said),
        "host": resource("IngestConfiguration", {"ingestProtocol": "RTMPS", **quiet}),
        "landscape": resource("EncoderConfiguration", {"video": video}),
    }
    stack.program(least)
    stack.up()
    stack.program(full)
    assert stack.preview() == {}
    stack.up("--expect-no-changes")
    stack.program(least)
    assert stack.preview() == {}


def test_default_tags_are_on_everything(stack: Stack, account: Account) -> None:
    """Added, changed and taken away by tag calls alone; a resource's own value wins."""
    own = resource("Stage", {"tags": {"cost": "own"}})
    stack.program({"own": own, "plain": resource("EncoderConfiguration")})
    stack.configure({"ivs:defaultTags": json.dumps({"cost": "42", "team": "video"})})
    stack.up()
    ids = stack.ids()
    stack.configure({"ivs:defaultTags": json.dumps({"cost": "43", "unit": "live"})})
    assert stack.preview() == {
        "own": Step("update", {"tags.team": "delete", "tags.unit": "add"}),
        "plain": Step("update", {"tags.cost": "update", "tags.team": "delete", "tags.unit": "add"}),
    }
    with account.counting() as counts:
        stack.up()
    assert writes(counts) == {"TagResource": 2, "UntagResource": 2}
    assert _without_ours(account.tags(ids["own"])) == {"cost": "own", "unit": "live"}
    assert _without_ours(account.tags(ids["plain"])) == {"cost": "43", "unit": "live"}
    account.ivs.untag_resource(resourceArn=ids["plain"], tagKeys=["unit"])
    assert stack.preview() == {"plain": Step("update", {"tags.unit": "add"})}
    stack.configure()
    assert stack.preview()["own"] == Step("update", {"tags.unit": "delete"})


def _without_ours(tags: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if not key.startswith("pulumi-ivs:")}


def test_ownership_tags_say_who_made_it_and_can_be_off(stack: Stack, account: Account) -> None:
    """On, the resource carries all five, and nothing shows; off, it carries none, and an update writes none."""
    stack.program(HALL)
    stack.up()
    arn = stack.ids()["hall"]
    tags = account.tags(arn)
    assert tags["pulumi-ivs:stack"] == "video/dev"
    assert tags["pulumi-ivs:name"] == "hall"
    assert tags.keys() - {"team"} == {f"pulumi-ivs:{name}" for name in ("stack", "urn", "name", "applied", "pending")}
    assert stack.recorded()["hall"]["outputs"]["tags"] == {"team": "video"}
    account.ivs.untag_resource(resourceArn=arn, tagKeys=["pulumi-ivs:stack", "pulumi-ivs:urn"])
    assert stack.preview() == {}
    stack.configure({"ivs:ownershipTags": False})
    stack.program({**HALL, "new": resource("Stage", {"tags": {"a": "1"}})})
    with account.counting() as counts:
        stack.up()
    assert writes(counts) == {"CreateStage": 1}
    assert account.tags(stack.ids()["new"]) == {"a": "1"}
    stack.program({**HALL, "new": resource("Stage", {"name": "n", "tags": {"a": "1"}})})
    with account.counting() as counts:
        stack.up()
    assert writes(counts) == {"UpdateStage": 1}


def _autonaming(**settings: Any) -> dict[str, Any]:
    return {"pulumi:autonaming": settings}


def test_autonaming_makes_names_only_where_the_stack_asks(stack: Stack, account: Account) -> None:
    """Without it there is no name; switched on later, what exists keeps its own; a name once made stays."""
    first = {"plain": resource("Stage", {"tags": {"a": "1"}}), "named": resource("Stage", {"name": "mine"})}
    stack.program(first)
    stack.configure(_autonaming(mode="default"))
    stack.up()
    assert account.ivs.get_stage(arn=stack.ids()["plain"])["stage"].get("name", "") == ""
    stack.configure(_autonaming(pattern="${name}-${hex(7)}"))
    assert stack.preview() == {}
    bucket = resource("StorageConfiguration", {"s3": {"bucketName": "abc"}})
    stack.program({**first, "main hall": resource("Stage"), "bucket": bucket})
    stack.up()
    made = {name: each["inputs"].get("name") for name, each in stack.recorded().items() if "inputs" in each}
    assert re.fullmatch(r"main-hall-[0-9a-f]{7}", made["main hall"])
    assert re.fullmatch(r"bucket-[0-9a-f]{7}", made["bucket"])
    assert (made["plain"], made["named"]) == (None, "mine")
    stack.configure(_autonaming(mode="verbatim"))
    assert stack.preview() == {}


def test_autonaming_leaves_alone_what_exists_and_declares_nothing(stack: Stack) -> None:
    stack.program({"hall": resource("Stage"), "landscape": resource("EncoderConfiguration")})
    stack.up()
    stack.configure(_autonaming(pattern="${name}-${hex(7)}"))
    assert stack.preview() == {}


def test_autonaming_modes(stack: Stack) -> None:
    """Verbatim takes the logical name, a pattern is followed, an enforced one to the letter, disabled asks for one."""
    stack.program({"hall": resource("Stage")})
    stack.configure(_autonaming(mode="verbatim"))
    stack.up()
    assert stack.recorded()["hall"]["inputs"]["name"] == "hall"
    stack.program({"foyer": resource("Stage")})
    stack.configure(_autonaming(pattern="${stack}-${name}", enforce=True))
    stack.up()
    assert stack.recorded()["foyer"]["inputs"]["name"] == "dev-foyer"
    stack.program({"attic room": resource("Stage")})
    told = stack.run("preview", fails=True).text
    assert "letters, digits, '-' and '_'" in told
    stack.configure(_autonaming(mode="disabled"))
    told = stack.run("preview", fails=True).text
    assert "is required, since the stack disables autonaming" in told
    stack.program({"attic room": resource("Stage", {"name": "attic"})})
    assert stack.preview().keys() == {"attic room", "foyer"}
