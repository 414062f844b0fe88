"""Secrets that a program no longer calls so, or that a fork would like to see: no command shows them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.projects import Project, arn_of, names

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from tests.rpc.world import World

    Run = Callable[..., Result]

DECLARED = "declared.json"
SHOWING = (["--format", "text", "--verbose"], ["--format", "markdown"], ["--json"])


def declared(resources: dict[str, Any], **sections: Any) -> None:
    """Write what a fork says it declares."""
    head = {"format": "pulumi-ivs/declared/1", "project": "shop", "stack": "dev", "resources": resources}
    Path(DECLARED).write_text(json.dumps(head | sections), encoding="utf-8")


def shown(run: Run) -> str:
    """All that plans of the declaration show, in every format."""
    ended = [run("plan", "--declared", DECLARED, "--out", "plan.json", *how) for how in SHOWING]
    assert [each.exit_code for each in ended] == [0, 0, 0], ended[0].output
    return "".join(each.output for each in ended) + Path("plan.json").read_text(encoding="utf-8")


# --- What a fork declares -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "expression",
    [
        "${feed.streamKey}",
        {"fn::unsecret": "${feed.streamKey}"},
        {"fn::unsecret": {"fn::join": ["", {"fn::split": ["", "${feed.streamKey}"]}]}},
    ],
    ids=str,
)
def test_a_live_key_is_not_shown_to_a_fork(world: World, run: Run, project: Project, expression: Any) -> None:
    del project
    assert run("apply", "--yes").exit_code == 0
    key = world.call("GetIngestConfiguration", arn=arn_of(world, "feed"))["ingestConfiguration"]["streamKey"]
    feed = {"name": "feed", "ingestProtocol": "RTMPS"}
    resources = {
        "hall": {"type": "ivs:index:Stage", "properties": {"name": "hall", "tags": {"x": expression}}},
        "feed": {"type": "ivs:index:IngestConfiguration", "properties": feed},
        "new": {"type": "ivs:index:Stage", "properties": {"name": expression, "tags": {"y": expression}}},
    }
    declared(resources, outputs={"x": expression})
    assert key not in shown(run)


def test_what_a_fork_takes_the_secret_mark_from_is_not_shown(run: Run, project: Project) -> None:
    """The account's own tags say what was secret; the fork's file need not."""
    project.write(FORMER)
    assert run("apply", "--yes").exit_code == 0
    ignoring = {"ignoreChanges": ["tags"]}
    openly = {"tags": {"mine": {"fn::secret": "not yours"}, "s": "x"}}
    new = {"type": "ivs:index:Stage", "properties": {"tags": {"x": "${hall.tags.s}", "y": "a ${hall.tags.s}"}}}
    outputs = {"x": "${hall.tags}", "y": "${hall.tags.s}", "z": "${hall}"}
    for properties in ({"name": "hall"}, {"name": "foyer"}, openly):
        for options in (ignoring, {}):
            hall = {"type": "ivs:index:Stage", "properties": properties, "options": options}
            declared({"hall": hall, "new": new}, outputs=outputs)
            assert "sesame" not in shown(run)


# --- What our own program no longer calls a secret ------------------------------------------------------------------

PASSWORD = "open-sesame-19"
FORMER = f"""\
name: shop
runtime: yaml
resources:
  hall:
    type: ivs:index:Stage
    properties:
      name: hall
      tags: {{s: {{fn::secret: {PASSWORD}}}, team: live}}
"""
IGNORING = """\
name: shop
runtime: yaml
resources:
  hall:
    type: ivs:index:Stage
    properties: {name: hall}
    options: {ignoreChanges: [tags]}
outputs: {x: "${hall.tags}", y: "${hall.tags.s}", z: "${hall}", t: "a ${hall.tags.s}"}
"""
COMMANDS = (
    ["plan", "--format", "text", "--verbose"],
    ["plan", "--format", "markdown", "--out", "plan.json"],
    ["plan", "--json"],
    ["drift"],
    ["drift", "--json"],
    ["apply", "--yes"],
    ["apply", "--yes", "--json"],
    ["plan", "--json", "--verbose"],
)


@pytest.mark.parametrize(
    "edit",
    [
        ("name: hall", "name: hall"),
        ("name: hall", "name: foyer"),
        ("options: {ignoreChanges: [tags]}", "options: {ignoreChanges: ['tags.s']}"),
        ("options: {ignoreChanges: [tags]}", "options: {ignoreChanges: [tags], replaceOnChanges: [name]}"),
        ("    options: {ignoreChanges: [tags]}\n", ""),
    ],
    ids=["kept", "updated", "ignored in part", "replaced", "dropped"],
)
def test_a_former_secret_stays_one_as_long_as_the_account_holds_it(
    run: Run, project: Project, edit: tuple[str, str]
) -> None:
    project.write(FORMER)
    assert run("apply", "--yes").exit_code == 0
    project.write(IGNORING.replace(*edit) if edit[0] != edit[1] else IGNORING)
    if "replaceOnChanges" in edit[1]:
        project.edit("name: hall}", "name: foyer}")
    for command in COMMANDS:
        ended = run(*command)
        assert (ended.exit_code, command) == (0, command), ended.output
        assert "sesame" not in ended.output, command
    assert "sesame" not in Path("plan.json").read_text(encoding="utf-8")


def test_a_value_that_the_program_now_says_openly_is_shown(run: Run, project: Project) -> None:
    """Its author took the mark away: what stands in the program is no secret of the account's."""
    project.write(FORMER)
    assert run("apply", "--yes").exit_code == 0
    project.write(FORMER.replace(f"{{fn::secret: {PASSWORD}}}", PASSWORD) + "outputs: {x: '${hall.tags.s}'}\n")
    outputs = json.loads(run("plan", "--json").stdout)["outputs"]
    assert outputs == {"x": PASSWORD}


# --- What a Python program makes of configuration that only Pulumi can decrypt ---------------------------------------

PYTHON = """\
import pulumi
from pulumi import CustomResource

config = pulumi.Config()
p = config.require("p")
CustomResource("ivs:index:Stage", "known", {"name": "known"})
CustomResource("ivs:index:Stage", "a", {"name": p.strip("[]").replace(" ", "-"), "tags": {"u": p.upper()}})
pulumi.export("u", p.upper())
"""


def test_nothing_is_applied_that_python_made_of_an_encrypted_value(world: World, run: Run, project: Project) -> None:
    project.write("name: shop\nruntime: python\n", dev="config: {shop:p: {secure: AAABAA==}}\n")
    (project.directory / "__main__.py").write_text(PYTHON, encoding="utf-8")
    planned = json.loads(run("plan", "--json").stdout)
    [step] = [each for each in planned["steps"] if each["name"] == "a"]
    assert step["inputs"] == {"name": {"$unknown": True}, "tags": {"u": {"$unknown": True}}}
    assert planned["outputs"] == {"u": {"$unknown": True}}
    ended = run("apply", "--yes")
    assert ended.exit_code != 0
    assert "cannot be known here" in ended.output
    assert names(world) in ([], ["known"])
