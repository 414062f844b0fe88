"""`ivs import`: a program for what is nobody's, in text that Pulumi reads back as it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ivs_provider.planning.importing import imported, named
from ivs_provider.planning.survey import Listed
from ivs_provider.reconcile.reconciler import Found
from ivs_provider.resources import registry
from ivs_provider.values import Recorded, Secret
from tests.cli.documents import document
from tests.engine.keys import public_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    from tests.rpc.world import World

    Run = Callable[..., Result]

OWNED = {"pulumi-ivs:stack": "shop/dev", "pulumi-ivs:name": "hall"}


def resources(ended: Result) -> dict[str, Any]:
    assert ended.exit_code == 0, ended.output
    found: dict[str, Any] = yaml.safe_load(ended.stdout)["resources"]
    return found


def listed(name: str, arn: str = "", kind: str = "Stage", **tags: str) -> Listed:
    return Listed(registry()[f"ivs:index:{kind}"], arn or f"arn:{name}", {"name": name}, tags)


def test_what_is_nobodys_becomes_a_program_whose_resources_refer_to_each_other(world: World, run: Run) -> None:
    archive = world.call("CreateStorageConfiguration", name="archive", s3={"bucketName": "recordings"})[
        "storageConfiguration"
    ]["arn"]
    recording = {"storageConfigurationArn": archive, "mediaTypes": ["AUDIO_ONLY"]}
    hall = world.call(
        "CreateStage", name="hall", autoParticipantRecordingConfiguration=recording, tags={"team": "live"}
    )["stage"]["arn"]
    feed = world.call("CreateIngestConfiguration", name="feed", ingestProtocol="RTMPS", stageArn=hall)[
        "ingestConfiguration"
    ]
    key = world.call("ImportPublicKey", publicKeyMaterial=public_key(1))["publicKey"]["arn"]
    ended = run("import", "--all")
    assert resources(ended) == {
        "feed": {
            "type": "ivs:index:IngestConfiguration",
            "properties": {"name": "feed", "ingestProtocol": "RTMPS", "stageArn": "${hall.arn}"},
            "options": {"import": feed["arn"]},
        },
        "public-key": {
            "type": "ivs:index:PublicKey",
            "properties": {"publicKeyMaterial": public_key(1)},
            "options": {"import": key},
        },
        "hall": {
            "type": "ivs:index:Stage",
            "properties": {
                "name": "hall",
                "autoParticipantRecordingConfiguration": {
                    "storageConfigurationArn": "${archive.arn}",
                    "mediaTypes": ["AUDIO_ONLY"],
                },
                "tags": {"team": "live"},
            },
            "options": {"import": hall},
        },
        "archive": {
            "type": "ivs:index:StorageConfiguration",
            "properties": {"name": "archive", "s3": {"bucketName": "recordings"}},
            "options": {"import": archive},
        },
    }
    assert "  # insecureIngest: AWS never returns it; if it was set, set it here\n  feed:\n" in ended.stdout
    assert feed["streamKey"] not in ended.output
    assert world.counts().keys().isdisjoint({"TagResource", "UpdateStage", "DeleteStage"})


def test_what_a_stack_owns_is_left_out_and_counted(world: World, run: Run) -> None:
    world.call("CreateStage", tags=OWNED)
    ended = run("import", "--all")
    assert resources(ended) == {}
    assert ended.stderr.splitlines() == [
        "Left out: 1 that stacks own (`ivs stacks --resources` names them).",
        "Nothing is there to be imported.",
    ]


def test_every_arn_that_cannot_be_imported_is_told_at_once(world: World, run: Run) -> None:
    owned = world.call("CreateStage", tags=OWNED)["stage"]["arn"]
    free = world.call("CreateStage")["stage"]["arn"]
    far = "arn:aws:ivs:us-east-1:123456789012:stage/AbCdEfGhIjKl"
    ended = run("import", free, owned, f"{free}x", "hall", far, "arn:aws:s3:::bucket")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr == (
        f"Error: {free}x does not exist in this account and region; hall is no ARN of Amazon IVS;"
        f" {far} is in us-east-1; here is eu-west-1 (say --region us-east-1);"
        f" arn:aws:s3:::bucket is no ARN of Amazon IVS; {owned} is owned by stack shop/dev."
        " Correct these, or leave them out: only what exists and is nobody's can be imported.\n"
    )


def test_tags_choose_all_of_them_must_fit(world: World, run: Run) -> None:
    world.call("CreateStage", name="one", tags={"team": "live", "of": "a=b"})
    world.call("CreateStage", name="two", tags={"team": "live"})
    assert list(resources(run("import", "--tag", "team=live"))) == ["one", "two"]
    assert list(resources(run("import", "--tag", "team=live", "--tag", "of=a=b"))) == ["one"]


def test_the_import_file_names_type_name_and_id(world: World, run: Run, tmp_path: Path) -> None:
    arn = world.call("CreateStage", name="hall")["stage"]["arn"]
    out = tmp_path / "import.json"
    ended = run("import", arn, "--format", "pulumi", "--out", str(out))
    assert (ended.exit_code, ended.output) == (0, "")
    assert json.loads(out.read_text()) == {"resources": [{"type": "ivs:index:Stage", "name": "hall", "id": arn}]}
    assert "ListTagsForResource" not in world.counts()


def test_a_file_that_exists_is_kept(world: World, run: Run, tmp_path: Path) -> None:
    world.call("CreateStage")
    out = tmp_path / "mine.yaml"
    out.write_text("mine")
    ended = run("import", "--all", "--out", str(out))
    assert (ended.exit_code, "exists and is not overwritten" in ended.stderr, out.read_text()) == (1, True, "mine")
    missing = run("import", "--all", "--out", str(tmp_path / "no/where.yaml"))
    assert (missing.exit_code, "cannot be written: No such file" in missing.stderr) == (1, True)


@pytest.mark.parametrize(
    "arguments", [[], ["arn:x", "--all"], ["--all", "--tag", "a=b"], ["--tag", "team"], ["--tag", "=x"]]
)
def test_it_must_be_said_what_to_import(run: Run, arguments: list[str]) -> None:
    assert run("import", *arguments).exit_code == 64


@pytest.mark.parametrize(
    "value",
    [
        "1e3",
        "0o17",
        "0x1f",
        "1_000",
        "12:30:00",
        "2026-11-23",
        "yes",
        "null",
        "~",
        "=",
        ".inf",
        " a",
        "a: b",
        "-",
        "+1",
        "@x",
    ],
)
def test_text_that_looks_like_something_else_stays_text_for_every_yaml(world: World, run: Run, value: str) -> None:
    """PyYAML reads YAML 1.1, Pulumi 1.2: what is quoted is text to both."""
    world.call("CreateStage", name="hall", tags={"of": value, value: "x"})
    ended = run("import", "--all")
    assert resources(ended)["hall"]["properties"]["tags"] == {"of": value, value: "x"}
    assert f'of: "{value}"\n' in ended.stdout or f"of: '{value}'\n" in ended.stdout


# --- Names and values -----------------------------------------------------------------------------------------------


def test_names_are_valid_unique_and_always_the_same() -> None:
    found = [
        listed("hall", "arn:1"),
        listed("hall", "arn:2"),
        listed("hall-2", "arn:3"),
        listed("", "arn:4"),
        listed("", "arn:5", "IngestConfiguration"),
        listed("7up", "arn:6"),
        listed("-Ä b.c-", "arn:7"),
        listed("pulumi", "arn:8"),
    ]
    assert list(named(found).values()) == [
        "hall",
        "hall-2",
        "hall-2-2",
        "stage",
        "ingest-configuration",
        "stage-7up",
        "b-c",
        "pulumi-2",
    ]


def test_dollars_are_written_so_that_pulumi_reads_them_as_they_were() -> None:
    """``${`` begins an expression and ``$$`` is one dollar (pulumi-yaml, ast/interpolation.go)."""
    inputs = Recorded({"name": "${a}", "tags": {"one": "5$", "two": "a$$b", "three": "$${x} $"}})
    [made] = imported([(listed("x", "arn:1"), Found("arn:1", inputs, {}))], {"arn:1": "x"})
    assert made.properties == {"name": "$${a}", "tags": {"one": "5$", "two": "a$$$$b", "three": "$$$${x} $$"}}


def test_what_is_secret_or_would_be_run_is_left_out_and_said() -> None:
    inputs = Recorded({"name": Secret("hidden"), "tags": {"Fn::join": "x"}})
    [made] = imported([(listed("x", "arn:1"), Found("arn:1", inputs, {}))], {"arn:1": "x"})
    assert (made.properties, len(made.remarks)) == ({}, 2)
    assert made.remarks[0].startswith("name: left out, since it is secret")
    assert made.remarks[1].startswith("tags: left out, since Pulumi's YAML takes a key that begins with fn::")


def test_json_is_the_file_of_pulumi_import_and_errors_are_json_too(world: World, run: Run) -> None:
    arn = world.call("CreateStage", name="lone")["stage"]["arn"]
    ended = run("import", "--all", "--json")
    assert json.loads(ended.stdout) == {"resources": [{"type": "ivs:index:Stage", "name": "lone", "id": arn}]}
    world.settings(deny=["ivs:ListStages"])
    refused = run("import", "--all", "--json")
    assert (refused.exit_code, document("error", refused.stdout)["error"]["name"]) == (1, "AccessDenied")
