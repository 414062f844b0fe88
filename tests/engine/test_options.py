"""Pulumi's own resource options, as users of any provider know them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tests.engine import keys
from tests.engine.account import OTHER_REGION, REGION, writes
from tests.engine.stack import resource
from tests.engine.steps import Step, deleted, replaced

if TYPE_CHECKING:
    from tests.engine.account import Account
    from tests.engine.stack import Stack

INGEST = {"ingestProtocol": "RTMPS"}


def test_ignored_changes_stay_ignored(stack: Stack, account: Account) -> None:
    """Edits and drift alike; and a disconnect, which clears the stage of an ingest configuration."""
    hosts = {
        "left": resource("IngestConfiguration", {**INGEST, "stageArn": "${hall.arn}"}, ignoreChanges=["stageArn"]),
        "held": resource("IngestConfiguration", {**INGEST, "stageArn": "${hall.arn}"}),
    }
    ignored = ["name", "tags.a", "autoParticipantRecordingConfiguration"]
    hall = resource("Stage", {"name": "hall", "tags": {"a": "1", "b": "1"}}, ignoreChanges=ignored)
    stack.program({"hall": hall, **hosts})
    stack.up()
    ids = stack.ids()
    for name in hosts:
        account.happen(ids[name], disconnect=True)
    account.ivs.update_stage(arn=ids["hall"], name="drifted")
    account.ivs.tag_resource(resourceArn=ids["hall"], tags={"a": "drifted"})
    assert stack.preview() == {"held": Step("update", {"stageArn": "update"})}
    edited = {**hall, "properties": {"name": "edited", "tags": {"a": "2", "b": "2"}}}
    stack.program({"hall": edited, **hosts})
    assert stack.preview() == {
        "held": Step("update", {"stageArn": "update"}),
        "hall": Step("update", {"tags.b": "update"}),
    }
    stack.up()
    assert account.ivs.get_ingest_configuration(arn=ids["left"])["ingestConfiguration"]["stageArn"] == ""
    assert account.ivs.get_ingest_configuration(arn=ids["held"])["ingestConfiguration"]["stageArn"] == ids["hall"]
    held = account.ivs.get_stage(arn=ids["hall"])["stage"]
    assert (held["name"], held["tags"]["a"], held["tags"]["b"]) == ("drifted", "drifted", "2")
    account.ivs.update_stage(arn=ids["hall"], name="drifted-again")
    stack.run("refresh", "--preview-only", "--expect-no-changes")
    assert stack.preview() == {}


def _renamed(old: str, properties: dict[str, Any], **options: Any) -> dict[str, Any]:
    return resource("Stage", properties, aliases=[{"name": old}], **options)


def test_options_about_renaming_replacing_and_keeping(stack: Stack, account: Account) -> None:
    """Aliases, replaceOnChanges, deleteBeforeReplace, retainOnDelete, protect: each on a resource of its own."""
    first = {
        "old": resource("Stage", {"name": "alias"}),
        "replaced": resource("Stage", {"name": "one"}, replaceOnChanges=["name"]),
        "early": resource("StorageConfiguration", {"s3": {"bucketName": "one"}}, deleteBeforeReplace=True),
        "kept": resource("Stage", {"name": "kept"}, retainOnDelete=True),
        "guarded": resource("Stage", {"name": "guarded"}, protect=True),
    }
    stack.program(first)
    stack.up()
    before = stack.ids()
    second = {
        "new": _renamed("old", {"name": "alias"}),
        "replaced": resource("Stage", {"name": "two"}, replaceOnChanges=["name"]),
        "early": resource("StorageConfiguration", {"s3": {"bucketName": "two"}}, deleteBeforeReplace=True),
        "guarded": resource("Stage", {"name": "guarded"}, protect=True),
    }
    stack.program(second)
    steps = stack.preview()
    assert steps == {
        "replaced": Step("replace", {"name": "update-replace"}, frozenset({"name"})),
        "early": replaced("s3.bucketName"),
        "kept": deleted(),
    }
    with account.counting():
        stack.up()
        order = [each["operation"] for each in account.calls() if "StorageConfiguration" in each["operation"]]
    assert [each for each in order if not each.startswith(("Get", "List"))] == [
        "DeleteStorageConfiguration",
        "CreateStorageConfiguration",
    ]
    after = stack.ids()
    assert after["new"] == before["old"]
    assert before["kept"] in account.arns()
    assert before["replaced"] not in account.arns()
    assert stack.preview() == {}
    stack.program({name: each for name, each in second.items() if name != "guarded"})
    assert "protect" in stack.run("preview", fails=True).text
    assert after["guarded"] in account.arns()


def test_targets_and_forced_replacement(stack: Stack, account: Account) -> None:
    """`--target` touches and reads nothing else; `--replace` makes one anew although nothing changed."""
    stack.program({name: resource("Stage", {"name": name}) for name in ("one", "two")})
    stack.up()
    before = stack.ids()
    stack.program({name: resource("Stage", {"name": f"{name}-edited"}) for name in ("one", "two")})
    with account.counting() as counts:
        stack.up("--target", stack.urn("one"))
    assert counts == {"GetStage": 1, "UpdateStage": 1, "TagResource": 1}
    assert [account.ivs.get_stage(arn=before[name])["stage"]["name"] for name in ("one", "two")] == [
        "one-edited",
        "two",
    ]
    stack.up("--replace", stack.urn("two"))
    after = stack.ids()
    assert after["one"] == before["one"]
    assert after["two"] != before["two"]
    assert account.arns() == set(after.values())
    assert stack.preview() == {}


def test_custom_timeouts_end_a_hanging_call(stack: Stack, account: Account) -> None:
    """In time, with what to do, and nothing recorded."""
    account.fault("CreateStage", kind="hang", times=None)
    stack.program({"slow": resource("Stage", customTimeouts={"create": "2s"})})
    began = time.monotonic()
    told = stack.up(fails=True).text
    assert time.monotonic() - began < 10
    assert 'nobody knows whether stage "slow" was created: its answer was lost' in told
    assert stack.recorded() == {}


def test_explicit_providers_reach_two_regions(stack: Stack, account: Account) -> None:
    """One program, two regions; a changed region replaces what is in it."""

    def program(second: str) -> dict[str, Any]:
        here = {
            name: {"type": "pulumi:providers:ivs", "properties": {"region": region}}
            for name, region in (("first", REGION), ("second", second))
        }
        stages = {f"in-{name}": resource("Stage", {"name": "hall"}, provider=f"${{{name}}}") for name in here}
        return {**here, **stages}

    stack.program(program(OTHER_REGION))
    stack.up()
    ids = stack.ids()
    assert REGION in ids["in-first"]
    assert OTHER_REGION in ids["in-second"]
    assert account.in_region(OTHER_REGION).get_stage(arn=ids["in-second"])["stage"]["name"] == "hall"
    assert stack.preview() == {}
    stack.program(program("ap-south-1"))
    assert stack.preview()["in-second"].op == "replace"
    stack.up()
    assert "ap-south-1" in stack.ids()["in-second"]
    assert account.arns() == set(stack.ids().values())
    stack.destroy()
    assert account.arns() == set()


def test_another_region_in_the_environment_loses_nothing(stack: Stack, account: Account) -> None:
    """The region of the shell is in no state: what is recorded elsewhere is neither forgotten nor made again."""
    stack.program({"hall": resource("Stage", {"name": "hall"})})
    stack.up()
    before = stack.ids()
    for command in (["preview"], ["up", "--yes"], ["refresh", "--yes"], ["destroy", "--yes"]):
        said = stack.run(*command, fails=True, env={"AWS_REGION": OTHER_REGION}).text
        assert f"is in {REGION}, this provider is in {OTHER_REGION}" in said
    skipping = {"AWS_REGION": OTHER_REGION, "PULUMI_IVS_DRIFT": "off"}
    assert f"is in {REGION}" in stack.run("destroy", "--yes", fails=True, env=skipping).text
    assert stack.ids() == before
    assert account.arns() == set(before.values())


def test_a_renamed_public_key_is_deleted_first(stack: Stack, account: Account) -> None:
    """The account takes no key twice, and has room for three: its replacement can't stand beside it."""
    material = keys.public_key("renamed")
    fillers = {f"filler{number}": keys.public_key(f"filler{number}") for number in range(2)}
    beside = {name: resource("PublicKey", {"publicKeyMaterial": each}) for name, each in fillers.items()}
    stack.program({**beside, "key": resource("PublicKey", {"name": "old", "publicKeyMaterial": material})})
    stack.up()
    before = stack.ids()["key"]
    stack.program({**beside, "key": resource("PublicKey", {"name": "new", "publicKeyMaterial": material})})
    assert stack.preview() == {"key": replaced("name")}
    stack.up()
    assert before not in account.arns()
    assert account.ivs.get_public_key(arn=stack.ids()["key"])["publicKey"]["name"] == "new"
    # Other line breaks are no other key.
    stack.program(
        {**beside, "key": resource("PublicKey", {"name": "new", "publicKeyMaterial": material.replace("\n", "\r\n")})}
    )
    assert stack.preview() == {}


def test_force_deletes_what_somebody_streams_with(stack: Stack, account: Account) -> None:
    """Without it the delete is refused and says what to do; with it, declared later, the delete goes through."""
    stack.program({"host": resource("IngestConfiguration", INGEST)})
    stack.up()
    account.happen(stack.ids()["host"], active=True)
    told = stack.destroy(fails=True).text
    assert "force: true" in told
    assert stack.recorded().keys() == {"host"}
    stack.program({"host": resource("IngestConfiguration", {**INGEST, "force": True})})
    with account.counting() as counts:
        assert stack.preview() == {"host": Step("update", {"force": "add"})}
        stack.up()
    assert writes(counts).keys() <= {"TagResource"}
    stack.destroy()
    assert account.arns() == set()


def test_what_carries_no_tags_of_ours_is_healed_by_its_next_update(stack: Stack, account: Account) -> None:
    """Imported or renamed by an alias: no change by itself; the next update writes who owns it."""
    arn = account.ivs.create_stage(name="hall", tags={"team": "video"})["stage"]["arn"]
    declared = {"name": "hall", "tags": {"team": "video"}}
    stack.program({"first": resource("Stage", declared, **{"import": arn})})
    with account.counting() as counts:
        stack.up()
    assert writes(counts) == {}
    stack.program({"second": _renamed("first", {**declared, "name": "foyer"})})
    assert stack.preview() == {"second": Step("update", {"name": "update"})}
    stack.up()
    tags = account.tags(arn)
    assert stack.ids() == {"second": arn}
    assert (tags["team"], tags["pulumi-ivs:name"], tags["pulumi-ivs:stack"]) == ("video", "second", "video/dev")


def test_replace_of_a_key_that_stays_needs_its_place_first(stack: Stack, account: Account) -> None:
    """The account holds a key once: replaced on demand, the old one must go first, and the error says how."""
    key = {"publicKeyMaterial": keys.public_key("stays")}
    stack.program({"signing": resource("PublicKey", key)})
    stack.up()
    refused = stack.up("--replace", stack.urn("signing"), fails=True)
    assert "deleteBeforeReplace: true" in refused.text
    stack.program({"signing": resource("PublicKey", key, deleteBeforeReplace=True)})
    stack.up("--replace", stack.urn("signing"))
    assert [each["kind"] for each in account.resources()] == ["PublicKey"]
