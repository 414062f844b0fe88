"""Secrets that a program no longer calls so, or that a fork would like to see: no command shows them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.projects import Project, arn_of

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
