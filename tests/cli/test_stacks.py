"""`ivs stacks`: who owns what, what is nobody's, what is pending and for how long, and how full the account is."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from tests.cli.documents import document

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from tests.rpc.world import World

    Run = Callable[..., Result]

HOUR = 3_600


def owned(stack: str, name: str, **more: str) -> dict[str, str]:
    return {"pulumi-ivs:stack": stack, "pulumi-ivs:name": name, **more}


def fill(world: World) -> dict[str, str]:
    """Two stacks, one of them with a leftover, and a stage of nobody's; answer the ARNs."""
    since = int(time.time()) - 3 * HOUR
    hidden = world.call("CreateIngestConfiguration", ingestProtocol="RTMPS", tags=owned("shop/pr-7", "feed"))
    return {
        "hall": world.call("CreateStage", tags=owned("shop/dev", "hall"))["stage"]["arn"],
        "left": world.call(
            "CreateStage", tags=owned("shop/pr-7", "left", **{"pulumi-ivs:pending": f"provider-1 0123 {since}"})
        )["stage"]["arn"],
        "feed": hidden["ingestConfiguration"]["arn"],
        "lone": world.call("CreateStage", name="lone", tags={"team": "live"})["stage"]["arn"],
    }


def test_json_says_who_owns_what(world: World, run: Run) -> None:
    arns = fill(world)
    ended = run("stacks", "--json")
    assert ended.exit_code == 0, ended.output
    told = document("stacks", ended.stdout)
    assert told["region"] == "eu-west-1"
    assert told["stacks"][0] == {
        "stack": "shop/dev",
        "counts": {"Stage": 1},
        "resources": [{"type": "Stage", "name": "hall", "arn": arns["hall"], "pending": None}],
    }
    second: dict[str, Any] = told["stacks"][1]
    assert (second["stack"], second["counts"]) == ("shop/pr-7", {"IngestConfiguration": 1, "Stage": 1})
    feed, left = second["resources"]
    assert (feed["arn"], feed["pending"]) == (arns["feed"], None)
    assert (left["arn"], left["pending"]["owner"]) == (arns["left"], "provider-1")
    assert 3 * HOUR <= left["pending"]["seconds"] < 3 * HOUR + 600
    assert told["unowned"] == [{"type": "Stage", "name": "lone", "arn": arns["lone"], "pending": None}]
    assert {each["type"]: (each["used"], each["limit"], each["adjustable"]) for each in told["quotas"]} == {
        "EncoderConfiguration": (0, 20, True),
        "IngestConfiguration": (1, 100, True),
        "PublicKey": (0, 3, False),
        "Stage": (3, 1000, True),
        "StorageConfiguration": (0, 5, True),
    }


def test_text_has_a_line_for_each_stack_and_one_for_each_leftover(world: World, run: Run) -> None:
    arns = fill(world)
    lines = run("stacks").stdout.splitlines()
    rows = {line.split()[0]: line.split()[1:] for line in lines if line.strip()}
    assert rows["shop/dev"] == ["1"]
    assert rows["shop/pr-7"] == ["1", "1", "1"]
    assert rows["(nobody's)"] == ["1"]
    assert rows["in"] == [
        "all",
        "/",
        "quota",
        "0",
        "/",
        "20",
        "1",
        "/",
        "100",
        "0",
        "/",
        "3",
        "3",
        "/",
        "1,000",
        "0",
        "/",
        "5",
        "1",
    ]
    assert lines[-1] == f"pending for 3 h: stage of shop/pr-7, {arns['left']}"


def test_every_resource_is_named_where_asked_for(world: World, run: Run) -> None:
    arns = fill(world)
    lines = run("stacks", "--resources").stdout.splitlines()
    start = lines.index("shop/dev")
    assert lines[start : start + 7] == [
        "shop/dev",
        f'  stage "hall"  {arns["hall"]}',
        "shop/pr-7",
        f'  ingest configuration "feed"  {arns["feed"]}',
        f'  stage "left"  {arns["left"]}',
        "(nobody's)",
        f'  stage "lone"  {arns["lone"]}',
    ]


def test_an_empty_account_is_no_failure(run: Run) -> None:
    told = document("stacks", run("stacks", "--json").stdout)
    assert (told["stacks"], told["unowned"]) == ([], [])
    assert run("stacks").exit_code == 0


def test_a_tag_that_looks_like_markup_is_shown_as_it_is(world: World, run: Run) -> None:
    world.call("CreateStage", tags=owned("a/b:/c@[red]", "x"))
    assert "a/b:/c@[red]" in run("stacks").stdout


def test_a_refusal_is_told_in_both_forms(world: World, run: Run) -> None:
    world.settings(deny=["ivs:ListStages"])
    plain, printed = run("stacks"), run("stacks", "--json")
    assert (plain.exit_code, plain.stdout) == (1, "")
    assert plain.stderr.startswith("Error: AWS refused ListStages")
    assert printed.exit_code == 1
    assert document("error", printed.stdout)["error"]["name"] == "AccessDenied"


def test_calls_are_told_on_stderr_and_each_list_once(world: World, run: Run) -> None:
    fill(world)
    ended = run("stacks", "--json", "--log-format", "json")
    calls = [json.loads(line) for line in ended.stderr.splitlines()]
    assert sorted(call["operation"] for call in calls) == [
        "ListEncoderConfigurations",
        "ListIngestConfigurations",
        "ListPublicKeys",
        "ListStages",
        "ListStorageConfigurations",
        "ListTagsForResource",
    ]
    assert {call["outcome"] for call in calls} == {"ok"}
    document("stacks", ended.stdout)
