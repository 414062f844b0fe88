"""`ivs destroy`: what the stack's tags own, in reverse order, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.documents import document
from tests.cli.projects import SHOP, Project, arn_of, asked, changes, names

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    from tests.rpc.world import World

    Run = Callable[..., Result]

PROTECTED = "    options: {protect: true}\noutputs:"
RETAINED = "    options: {retainOnDelete: true}\noutputs:"


@pytest.fixture(autouse=True)
def applied(project: Project, run: Run) -> None:
    """What is declared is there."""
    del project
    assert run("apply", "--yes").exit_code == 0


def test_everything_of_the_stack_goes_in_reverse_order(world: World, run: Run) -> None:
    ended = run("destroy", "--yes", "--json")
    assert (ended.exit_code, world.resources()) == (0, [])
    told = document("applied", ended.stdout)
    assert [(each["action"], each["name"], each["outcome"]) for each in told["steps"]] == [
        ("delete", "feed", "done"),
        ("delete", "hall", "done"),
    ]
    assert "! deletes the stage: disconnects everybody in it" in ended.stderr
    again = run("destroy", "--yes", "--json")
    assert (again.exit_code, document("applied", again.stdout)["steps"]) == (0, [])
    assert run("destroy", "--yes").stdout == "Plan for shop/dev in eu-west-1\n\nNothing to do.\n"


def test_what_left_the_program_goes_too(world: World, run: Run, project: Project) -> None:
    project.write(SHOP[: SHOP.index("  feed:")])
    assert (run("destroy", "--yes").exit_code, world.resources()) == (0, [])


def test_a_stack_that_owns_nothing_may_be_misspelt(world: World, run: Run, tmp_path: Path) -> None:
    world.call("CreateStage", tags={"pulumi-ivs:stack": "shop/pr-7"})
    nothing = "No resource in this account and region carries the tags of"
    there = ("destroy", "--cwd", str(tmp_path), "--stack", "nope/dev", "--yes")
    ended = run(*there)
    assert (ended.exit_code, len(world.resources())) == (0, 3)
    assert ended.stderr == f"{nothing} nope/dev. Stacks that own something here: shop/dev, shop/pr-7.\n"
    assert run("destroy", "--stack", "prd", "--yes", "--json").stderr.splitlines()[-1] == (
        f"{nothing} shop/prd. Stacks that own something here: shop/dev, shop/pr-7."
    )
    assert run("destroy", "--yes").stderr == ""
    world.reset()
    ended = run(*there)
    assert (ended.exit_code, ended.stderr) == (0, f"{nothing} nope/dev. No stack owns anything here.\n")


@pytest.mark.parametrize(
    ("stack", "wrong"),
    [
        ("nope/bad stack", ["'bad stack' is none that Pulumi takes for a stack"]),
        ("my shop/", ["'' is none that Pulumi takes for a stack", "'my shop' is none that Pulumi takes for a project"]),
        (f"shop/{'x' * 101}", ["of 101 characters is none that Pulumi takes for a stack"]),
    ],
)
def test_a_stack_that_pulumi_could_not_have_made_is_refused(
    world: World, run: Run, tmp_path: Path, stack: str, wrong: list[str]
) -> None:
    world.forget()
    ended = run("destroy", "--cwd", str(tmp_path), "--stack", stack, "--yes")
    rule = "; choose one of letters, digits, -, _ and . alone, at most 100 of them"
    assert (ended.exit_code, world.counts()) == (1, {})
    assert [line.strip() for line in ended.stderr.splitlines()[1:]] == [f"the name {each}{rule}" for each in wrong]


def test_what_is_nobodys_and_what_other_stacks_own_stays(world: World, run: Run) -> None:
    world.call("CreateStage", name="hall")
    world.call("CreateStage", name="hall", tags={"pulumi-ivs:stack": "shop/prod", "pulumi-ivs:name": "prod"})
    world.call("CreateStage", name="hall", tags={"pulumi-ivs:stack": "shop/dev2", "pulumi-ivs:name": "dev2"})
    assert run("destroy", "--yes").exit_code == 0
    assert names(world) == ["", "dev2", "prod"]


def test_a_protected_resource_stops_it_before_anything_is_deleted(world: World, run: Run, project: Project) -> None:
    project.write(SHOP.replace("outputs:", PROTECTED))
    world.forget()
    ended = run("destroy", "--yes", "--json")
    assert (ended.exit_code, changes(world), len(world.resources())) == (1, {}, 2)
    [problem] = document("error", ended.stdout)["problems"]
    assert problem == {
        "place": {"file": "Pulumi.yaml", "line": 9, "column": 3},
        "subject": "feed",
        "path": "",
        "reason": "is protected; remove options.protect first",
    }


def test_what_the_program_retains_stays_and_is_named(world: World, run: Run, project: Project) -> None:
    project.write(SHOP.replace("outputs:", RETAINED))
    feed = arn_of(world, "feed")
    ended = run("destroy", "--yes")
    assert (ended.exit_code, names(world)) == (0, ["feed"])
    assert f'ingest configuration "feed" ({feed}): would be deleted, and stays' in ended.stdout


def test_who_cannot_be_asked_has_to_say_so(world: World, run: Run) -> None:
    world.forget()
    ended = run("destroy")
    assert (ended.exit_code, world.counts(), len(world.resources())) == (64, {}, 2)
    assert "add --yes" in ended.stderr


def test_the_question_is_answered_at_the_terminal(world: World) -> None:
    code, _, told = asked(world, "destroy", answer="n")
    assert (code, names(world)) == (130, ["feed", "hall"])
    assert "Delete these? What is deleted does not come back. [y/N]:" in told
    assert (asked(world, "destroy", answer="y")[0], world.resources()) == (0, [])


def test_a_delete_that_fails_leaves_what_comes_after_and_is_run_again(world: World, run: Run) -> None:
    world.settings(deny=["ivs:DeleteIngestConfiguration"])
    ended = run("destroy", "--yes", "--json")
    told = document("applied", ended.stdout)
    assert (ended.exit_code, told["complete"]) == (1, False)
    assert [(each["name"], each["outcome"]) for each in told["steps"]] == [("feed", "failed"), ("hall", "left")]
    world.settings(deny=[])
    assert (run("destroy", "--yes").exit_code, world.resources()) == (0, [])
