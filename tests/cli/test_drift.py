"""`ivs drift`: what moved in the account, and nothing of what the program asks for anew."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.cli.documents import document
from tests.cli.projects import SHOP, Project, arn_of, changes

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from tests.rpc.world import World

    Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def applied(project: Project, run: Run) -> None:
    """What is declared is there."""
    del project
    assert run("apply", "--yes").exit_code == 0


def test_an_edit_of_the_program_is_no_drift(world: World, run: Run, project: Project) -> None:
    project.edit("team: live", "team: stage")
    ended = run("drift", "--detailed-exitcode")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout == "Drift of shop/dev in eu-west-1\n\nNo drift: the account holds what was applied.\n"
    told = document("plan", run("drift", "--json").stdout)
    assert (told["steps"], told["extras"]) == ([], [])
    assert world.resources() != []


def test_what_moved_is_told_with_what_it_is_and_what_it_should_be(world: World, run: Run, project: Project) -> None:
    hall = arn_of(world, "hall")
    world.call("UpdateStage", arn=hall, name="theirs")
    project.edit("team: live", "team: stage")
    world.forget()
    ended = run("drift", "--detailed-exitcode")
    assert (ended.exit_code, changes(world)) == (2, {})
    assert ended.stdout.splitlines() == [
        "Drift of shop/dev in eu-west-1",
        "",
        f' ~ stage "hall" ({hall})',
        '     name: is "theirs", declared "hall"',
        "",
        "1 drifted, 0 declared and not there, 0 there besides.",
    ]
    [step] = document("plan", run("drift", "--json").stdout)["steps"]
    assert [each["path"] for each in step["changes"]] == ["name"]


def test_what_the_program_was_edited_in_too_is_marked(world: World, run: Run, project: Project) -> None:
    """The tag of what was applied covers a member as a whole: of one path it cannot always tell who moved it."""
    world.tag(arn_of(world, "hall"), team="audio")
    project.edit("tags: {team: live}", "tags: {team: video, desk: '2'}")
    told = run("drift").stdout
    assert '     tags.team: is "audio", declared "video" (the program was edited there too)\n' in told
    assert '     tags.desk: is (not set), declared "2" (the program was edited there too)\n' in told
    comment = run("plan", "--format", "markdown").stdout
    assert '| `tags.team` | `"audio"` | `"video"` (the program was edited there too) |' in comment


def test_without_the_option_drift_is_no_failure(world: World, run: Run) -> None:
    world.call("UpdateStage", arn=arn_of(world, "hall"), name="theirs")
    assert run("drift").exit_code == 0


def test_what_was_deleted_is_told(world: World, run: Run) -> None:
    world.call("DeleteIngestConfiguration", arn=arn_of(world, "feed"))
    ended = run("drift", "--detailed-exitcode")
    assert ended.exit_code == 2
    assert 'Declared, and not in the account:\n   - ingest configuration "feed"\n' in ended.stdout


def test_what_lost_its_tags_is_told_beside_what_is_missing(world: World, run: Run) -> None:
    arn = arn_of(world, "hall")
    world.untag(arn, *(key for key in world.tags(arn) if key.startswith("pulumi-ivs:")))
    ended = run("drift", "--detailed-exitcode")
    assert ended.exit_code == 2
    assert "Declared, and not in the account:" in ended.stdout
    assert f'stage "hall" ({arn}): carries no stack\'s tags and looks like what is declared: ivs adopt' in ended.stdout


def test_what_carries_the_stacks_tags_and_is_not_declared_is_told(world: World, run: Run, project: Project) -> None:
    feed = arn_of(world, "feed")
    project.write(SHOP[: SHOP.index("  feed:")])
    ended = run("drift", "--json", "--detailed-exitcode")
    assert ended.exit_code == 2
    assert [(each["kind"], each["arn"]) for each in document("plan", ended.stdout)["extras"]] == [("undeclared", feed)]


def test_a_create_that_nobody_recorded_is_told(world: World, run: Run) -> None:
    tags = {
        "pulumi-ivs:stack": "shop/dev",
        "pulumi-ivs:name": "left",
        "pulumi-ivs:pending": f"0a1b 0123456789abcdef {int(time.time())}",
    }
    left = world.call("CreateStage", tags=tags)["stage"]["arn"]
    ended = run("drift", "--json")
    assert [(each["kind"], each["arn"]) for each in document("plan", ended.stdout)["extras"]] == [("pending", left)]


def test_what_is_nobodys_or_another_stacks_is_no_drift(world: World, run: Run, project: Project) -> None:
    lone = world.call("CreateStage", name="lone")["stage"]["arn"]
    world.call("CreateStage", name="other", tags={"pulumi-ivs:stack": "shop/prod"})
    project.write(
        SHOP.replace("outputs:", f"  lone:\n    type: ivs:index:Stage\n    options: {{import: '{lone}'}}\noutputs:")
    )
    ended = run("drift", "--detailed-exitcode")
    assert (ended.exit_code, "No drift" in ended.stdout) == (0, True)


def test_a_refusal_is_told_as_json(world: World, run: Run) -> None:
    world.settings(deny=["ivs:ListStages"])
    ended = run("drift", "--json")
    assert (ended.exit_code, document("error", ended.stdout)["error"]["name"]) == (1, "AccessDenied")
