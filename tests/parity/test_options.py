"""Resource options, providers and settings: the same answers from both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.engine.account import OTHER_REGION, REGION
from tests.engine.keys import public_key
from tests.engine.stack import resource
from tests.parity.rules import at_once, dependents, elsewhere, retained

if TYPE_CHECKING:
    from tests.parity.pair import Pair

RECORDING = "autoParticipantRecordingConfiguration"
TAGS = {"a": "1", "a b": "1", "c": "1"}
EDITED = {"a": "2", "a b": "2", "d": "2"}
INGEST = {"ingestProtocol": "RTMPS"}


def _edited(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A stage with options, before and after an edit of its name and tags."""
    before = resource("Stage", {"name": "one", "tags": TAGS}, **options)
    return before, resource("Stage", {"name": "two", "tags": EDITED}, **options)


IGNORING = {
    f"ignoring-{number}": _edited({"ignoreChanges": paths})
    for number, paths in enumerate((["name"], ["tags"], ["tags.a", "tags.d"], ['tags["a b"]'], ["tags.*"], ["*"]))
}
REPLACING = {
    f"replacing-{number}": _edited({"replaceOnChanges": paths})
    for number, paths in enumerate((["name"], ["tags.a"], ["tags"], ["*"], ["description"]))
}
BOTH = {
    "both": _edited({"replaceOnChanges": ["name"], "ignoreChanges": ["name"]}),
    "first": _edited({"replaceOnChanges": ["name"], "deleteBeforeReplace": True}),
    "kept": _edited({"replaceOnChanges": ["name"], "retainOnDelete": True}),
    "slow": _edited({"customTimeouts": {"create": "1m"}, "version": "0.1.0", "additionalSecretOutputs": ["name"]}),
}


def test_what_is_ignored_and_what_replaces(pair: Pair) -> None:
    """Paths, wildcards, and options together; then drift below what is ignored."""
    cases = {**IGNORING, **REPLACING, **BOTH}
    pair.program({name: before for name, (before, _) in cases.items()})
    pair.stack.up()
    pair.program({name: after for name, (_, after) in cases.items()})
    found = pair.agree()
    assert found["replacing-0"].action == "replace"
    assert set(found["ignoring-2"].edits) == {"name", 'tags["a b"]', "tags.c"}
    pair.stack.up()
    pair.settled()
    for arn in pair.stack.ids().values():
        pair.account.ivs.update_stage(arn=arn, name="theirs")
        pair.account.ivs.tag_resource(resourceArn=arn, tags={"a": "theirs", "theirs": "x"})
    moved = at_once({(name, "tags") for name in IGNORING})
    pair.agree(moved)
    pair.stack.up()
    pair.settled(moved)
    assert pair.excused[moved.name] == 2


def test_what_was_renamed_moved_or_is_needed_by_others(pair: Pair) -> None:
    """Aliases, parents, what hangs on a replaced resource, and what is dropped."""
    key = public_key("renamed")
    archive = {"s3": {"bucketName": "one"}}
    pair.program(
        {
            "archive": resource("StorageConfiguration", archive, deleteBeforeReplace=True),
            "hall": resource("Stage", {"name": "hall", RECORDING: {"storageConfigurationArn": "${archive.arn}"}}),
            "host": resource(
                "IngestConfiguration",
                {**INGEST, "stageArn": "${hall.arn}", "attributes": {"archive": "${archive.arn}"}},
            ),
            "after": resource("EncoderConfiguration", {}, dependsOn=["${archive}"]),
            "old": resource("Stage", {"name": "renamed"}),
            "forgotten": resource("Stage", {"name": "renamed-without-alias"}),
            "root": resource("Stage", {"name": "below-another"}),
            "parent": resource("Stage", {"name": "parent"}),
            "child": resource("Stage", {"name": "child"}, parent="${parent}"),
            "orphan": resource("Stage", {"name": "dropped"}, parent="${parent}"),
            "key": resource("PublicKey", {"name": "one", "publicKeyMaterial": key}),
            "kept": resource("Stage", {"name": "kept"}, retainOnDelete=True),
        }
    )
    pair.stack.up()
    pair.settled()
    other = {"s3": {"bucketName": "two"}}
    pair.program(
        {
            "archive": resource("StorageConfiguration", other, deleteBeforeReplace=True),
            "hall": resource("Stage", {"name": "hall", RECORDING: {"storageConfigurationArn": "${archive.arn}"}}),
            "host": resource(
                "IngestConfiguration",
                {**INGEST, "stageArn": "${hall.arn}", "attributes": {"archive": "${archive.arn}"}},
            ),
            "after": resource("EncoderConfiguration", {}, dependsOn=["${archive}"]),
            "new": resource("Stage", {"name": "renamed", "tags": {"a": "1"}}, aliases=[{"name": "old"}]),
            "remembered": resource("Stage", {"name": "renamed-without-alias"}),
            "root": resource("Stage", {"name": "moved"}, parent="${grown}", aliases=[{"noParent": True}]),
            "grown": resource("Stage", {"name": "parent"}, aliases=[{"name": "parent"}]),
            "child": resource("Stage", {"name": "child"}, parent="${grown}"),
            "key": resource("PublicKey", {"name": "two", "publicKeyMaterial": key}),
        }
    )
    found = pair.agree(dependents(["host"]))
    actions = {name: proposed.action for name, proposed in found.items() if proposed.action != "keep"}
    assert actions == {
        "archive": "replace",
        "hall": "update",
        "host": "replace",
        "new": "update",
        "remembered": "create",
        "forgotten": "delete",
        "root": "update",
        "orphan": "delete",
        "key": "replace",
        "kept": "delete",
    }
    pair.stack.up()
    pair.settled(retained(["kept"]))


def test_protected_resources_are_refused_by_both(pair: Pair) -> None:
    """A replacement of one is an error of the program to both, and an update is none."""
    guarded = {
        "stage": resource("Stage", {"name": "one"}, protect=True),
        "archive": resource("StorageConfiguration", {"s3": {"bucketName": "one"}}, protect=True),
    }
    pair.program(guarded)
    pair.stack.up()
    pair.program({**guarded, "stage": resource("Stage", {"name": "two"}, protect=True)})
    assert {name: each.action for name, each in pair.agree().items()} == {"stage": "update"}
    pair.program({**guarded, "archive": resource("StorageConfiguration", {"s3": {"bucketName": "two"}}, protect=True)})
    assert 'unable to replace resource "urn:pulumi:dev::video::ivs:index:StorageConfiguration::archive"' in (
        pair.stack.run("preview", fails=True).text
    )
    (problem,) = pair.plan(fails=True)["problems"]
    assert (problem["subject"], "protected" in problem["reason"]) == ("archive", True)
    pair.program({"stage": guarded["stage"]})
    assert "protect" in pair.stack.run("preview", fails=True).text
    assert [step["name"] for step in pair.plan("--prune")["steps"] if step["action"] == "delete"] == ["archive"]


def test_explicit_providers_and_their_tags(pair: Pair) -> None:
    """Two regions and default tags; default tags that change are changes of what carries them."""

    def program(second: str = OTHER_REGION, **tags: str) -> dict[str, Any]:
        here = {"type": "pulumi:providers:ivs", "properties": {"region": REGION, "defaultTags": tags}}
        there = {"type": "pulumi:providers:ivs", "properties": {"region": second}}
        stages = {
            f"in-{name}-{number}": resource("Stage", {"name": "hall", **said}, provider=f"${{{name}}}")
            for name in ("here", "there")
            for number, said in enumerate(({}, {"tags": {"team": "own"}}))
        }
        return {"here": here, "there": there, **stages}

    pair.program(program(team="all", cost="1"))
    pair.agree()
    pair.stack.up()
    pair.settled()
    for name, arn in pair.stack.ids().items():
        region = REGION if "in-here" in name else OTHER_REGION
        pair.account.in_region(region).tag_resource(resourceArn=arn, tags={"team": "theirs"})
    assert {name for name, each in pair.agree().items() if each.action == "update"} == {
        "in-here-0",
        "in-here-1",
        "in-there-1",
    }
    pair.stack.up()
    pair.program(program(team="everybody", owner="x"))
    pair.agree()
    pair.program(program(second="ap-south-1", team="all", cost="1"))
    pair.agree(elsewhere(["in-there-0", "in-there-1"]))
    assert pair.excused["elsewhere"] == 2


def test_default_tags_of_the_stack(pair: Pair) -> None:
    """Settings of the default provider that change between runs, and drift of what they say."""
    halls = {"plain": resource("Stage"), "own": resource("Stage", {"tags": {"team": "own"}})}
    pair.program(halls)
    for tags in ('{"team": "all", "cost": "1"}', '{"team": "everybody"}', "{}"):
        pair.stack.configure({"ivs:defaultTags": tags})
        pair.agree()
        pair.stack.up()
    pair.account.ivs.tag_resource(resourceArn=pair.stack.ids()["plain"], tags={"team": "theirs"})
    pair.settled()
