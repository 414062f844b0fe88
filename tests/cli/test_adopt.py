"""`ivs adopt`: the stack's tags onto what the program names and nobody owns, and nothing else."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest

from tests.cli.documents import document
from tests.cli.projects import Project, asked, changes, stages, start

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from tests.rpc.world import World

    Run = Callable[..., Result]

PROGRAM = """\
name: shop
runtime: yaml
resources:
  hall:
    type: ivs:index:Stage
    properties: {name: hall}
"""


@pytest.fixture(autouse=True)
def hall(project: Project, world: World) -> str:
    """A stage of nobody's with the name of the declared one."""
    project.write(PROGRAM)
    world.forget()
    return str(world.call("CreateStage", name="hall")["stage"]["arn"])


def adopted(ended: Result) -> list[tuple[str, str, str]]:
    """Name, ARN and reason of each."""
    assert ended.exit_code == 0, ended.output
    return [(each["name"], each["arn"], each["why"]) for each in document("adopted", ended.stdout)["adopted"]]


def settled(run: Run) -> None:
    """The plan has nothing to do, and the stack owns what it has adopted."""
    assert run("plan", "--detailed-exitcode").exit_code == 0
    assert run("drift", "--detailed-exitcode").exit_code == 0


def test_what_alone_has_the_type_and_name_is_taken_over_by_tags_alone(world: World, run: Run, hall: str) -> None:
    assert "ivs adopt takes it over" in run("plan").stdout
    world.forget()
    assert adopted(run("adopt", "--yes", "--json")) == [("hall", hall, "the only one with its type and name")]
    assert changes(world) == {"TagResource": 1}
    assert world.tags(hall)["pulumi-ivs:stack"] == "shop/dev"
    settled(run)
    assert adopted(run("adopt", "--yes", "--json")) == []
    assert run("adopt", "--yes").stdout == "Nothing to adopt.\n"


def test_what_the_program_imports_is_taken_over(run: Run, project: Project, hall: str) -> None:
    project.write(f"{PROGRAM}    options: {{import: '{hall}'}}\n")
    before = run("plan", "--detailed-exitcode")
    assert before.exit_code == 2
    assert before.stdout.endswith("Nothing to do: 1 to adopt before that: ivs adopt.\n")
    assert adopted(run("adopt", "--yes", "--json")) == [("hall", hall, "named by options.import")]
    settled(run)


def test_of_two_alike_the_one_that_is_named_is_taken_over(world: World, run: Run, hall: str) -> None:
    world.call("CreateStage", name="hall")
    assert adopted(run("adopt", "--yes", "--json")) == []
    ended = run("adopt", f"hall={hall}", "--yes")
    assert (ended.exit_code, ended.stdout) == (0, f"hall  {hall}  (named)\nAdopted: 1.\n")
    settled(run)


def test_what_cannot_be_taken_over_is_all_told_at_once(world: World, run: Run) -> None:
    theirs = world.call("CreateStage", tags={"pulumi-ivs:stack": "shop/prod"})["stage"]["arn"]
    world.forget()
    ended = run("adopt", f"hall={theirs}", f"gate={theirs}", "--yes", "--json")
    assert (ended.exit_code, changes(world)) == (1, {})
    assert [(each["subject"], each["reason"]) for each in document("error", ended.stdout)["problems"]] == [
        ("gate", "is not declared; name a resource of the program"),
        ("hall", f"{theirs} belongs to shop/prod; let that stack give it up first"),
    ]
    gone = "arn:aws:ivs:eu-west-1:123456789012:stage/AbCdEfGhIjKl"
    ended = run("adopt", f"hall={gone}", "--yes", "--json")
    [problem] = document("error", ended.stdout)["problems"]
    assert problem["reason"] == f"there is no stage {gone} in this account and region"


TWO = """\
name: shop
runtime: yaml
resources:
  one:
    type: ivs:index:Stage
    properties: {name: hall}
  two:
    type: ivs:index:Stage
    properties: {name: hall}
"""


def reasons(ended: Result) -> list[tuple[str, str]]:
    """What was refused, and why."""
    assert ended.exit_code == 1, ended.output
    return [(each["subject"], each["reason"]) for each in document("error", ended.stdout)["problems"]]


@pytest.mark.parametrize("naming", [(), ("one={hall}", "two={hall}"), ("two={hall}",)])
def test_one_resource_is_never_given_to_two(
    world: World, run: Run, project: Project, hall: str, naming: tuple[str, ...]
) -> None:
    project.write(TWO)
    named = [each.format(hall=hall) for each in naming]
    world.forget()
    if naming == ("two={hall}",):
        assert adopted(run("adopt", *named, "--yes", "--json")) == [("two", hall, "named")]
        return
    why = f"{hall} would be taken over as one and as two; name the one that it is: ivs adopt NAME={hall}"
    assert reasons(run("adopt", *named, "--yes", "--json")) == [("one", why), ("two", why)]
    assert changes(world) == {}


def test_what_stands_for_another_declared_resource_is_not_taken_from_it(
    world: World, run: Run, project: Project
) -> None:
    project.write(TWO.replace("name: hall", "tags: {}"))
    assert run("apply", "--yes").exit_code == 0
    one, two = (
        next(each["arn"] for each in world.resources() if world.tags(each["arn"]).get("pulumi-ivs:name") == name)
        for name in ("one", "two")
    )
    world.call("DeleteStage", arn=two)
    why = f"{one} is one of this program already; take one out of the program, or name another"
    assert reasons(run("adopt", f"two={one}", "--yes", "--json")) == [("two", why)]


@pytest.mark.parametrize(
    ("arn", "told"),
    [
        (
            "arn:aws:ivs:eu-west-1:123456789012:public-key/AbCdEfGhIjKl",
            "is a stage, and {arn} is a public key; name the ARN of a stage",
        ),
        (
            "arn:aws:ivs:eu-west-1:123456789012:ingest-configuration/AbCdEfGhIjKl",
            "is a stage, and {arn} is an ingest configuration; name the ARN of a stage",
        ),
        ("arn:aws:s3:::bucket", "is a stage, and {arn} is no resource of Amazon IVS; name the ARN of a stage"),
        (
            "arn:aws:ivs:us-east-1:123456789012:stage/AbCdEfGhIjKl",
            "is declared in eu-west-1, and {arn} is in us-east-1; name one that is there",
        ),
    ],
)
def test_what_is_of_another_type_or_region_is_told_so(run: Run, arn: str, told: str) -> None:
    ended = run("adopt", f"hall={arn}", "--yes", "--json")
    [problem] = document("error", ended.stdout)["problems"]
    assert (ended.exit_code, problem["subject"], problem["reason"]) == (1, "hall", told.format(arn=arn))


def test_an_import_of_another_stacks_is_refused(world: World, run: Run, project: Project) -> None:
    theirs = world.call("CreateStage", tags={"pulumi-ivs:stack": "shop/prod"})["stage"]["arn"]
    project.write(f"{PROGRAM}    options: {{import: '{theirs}'}}\n")
    ended = run("adopt", "--yes", "--json")
    assert ended.exit_code == 1
    [problem] = document("error", ended.stdout)["problems"]
    assert problem["reason"].startswith(f"{theirs} belongs to shop/prod already")


@pytest.mark.parametrize("wrong", ["hall", "hall=stage", "=arn:aws:ivs:eu-west-1:1:stage/x"])
def test_what_is_no_name_and_arn_is_wrong_usage(world: World, run: Run, wrong: str) -> None:
    world.forget()
    assert (run("adopt", wrong, "--yes").exit_code, world.counts()) == (64, {})


def test_somebody_is_asked_and_may_say_no(world: World, run: Run, hall: str) -> None:
    world.forget()
    assert (run("adopt").exit_code, world.counts()) == (64, {})
    code, _, told = asked(world, "adopt", answer="n")
    assert (code, world.tags(hall)) == (130, {})
    assert "Take these over? [y/N]:" in told
    code, out, _ = asked(world, "adopt", answer="y")
    assert (code, out.splitlines()[-1]) == (0, "Adopted: 1.")
    assert world.tags(hall)["pulumi-ivs:name"] == "hall"


def test_a_refusal_of_the_tags_is_told(world: World, run: Run, hall: str) -> None:
    world.settings(deny=["ivs:TagResource"])
    ended = run("adopt", "--yes", "--json")
    assert (ended.exit_code, world.tags(hall)) == (1, {})
    told = document("error", ended.stdout)["error"]
    assert (told["name"], told["what"].startswith(f'stage "hall" ({hall}): AWS refused TagResource')) == (
        "AccessDenied",
        True,
    )


def test_a_stop_lets_the_tags_on_their_way_be_written_and_begins_no_others(
    world: World, run: Run, project: Project
) -> None:
    project.write(stages(["one", "two"]))
    arns = [world.call("CreateStage", name=name)["stage"]["arn"] for name in ("one", "two")]
    world.fault(operation="TagResource", when="before", kind="delay", seconds=3)
    process = start(world, "adopt", "--yes")
    while world.faults():
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out.splitlines()[-1]) == (130, "Adopted: 1.")
    assert err.splitlines() == [
        "",
        "Stopping: what is on its way is finished first. Ctrl-C again ends at once.",
        "Left: 1. Run again: what is adopted already is seen.",
    ]
    assert [world.tags(arn).get("pulumi-ivs:name") for arn in arns] == ["one", None]
    assert [name for name, *_ in adopted(run("adopt", "--yes", "--json"))] == ["two"]
