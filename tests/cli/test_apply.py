"""`ivs apply`: exactly what was shown is done, once, and what stops it is told so that it can be run again."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.documents import document
from tests.cli.projects import SHOP, Project, arn_of, asked, changes, names, seen, stages, start
from tests.rpc.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from click.testing import Result

    Run = Callable[..., Result]

pytestmark = pytest.mark.usefixtures("project")
PASSWORD = "open-sesame-19"
SECRET = f"""\
name: shop
runtime: yaml
resources:
  hall:
    type: ivs:index:Stage
    properties:
      tags: {{door: {{fn::secret: {PASSWORD}}}}}
outputs:
  door: ${{hall.tags["door"]}}
"""
FAR = """\
name: shop
runtime: yaml
resources:
  far:
    type: pulumi:providers:ivs
    properties: {region: us-west-2, defaultTags: {where: far}}
  hall:
    type: ivs:index:Stage
    properties: {name: hall}
  gate:
    type: ivs:index:IngestConfiguration
    properties: {name: gate, ingestProtocol: RTMPS}
    options: {provider: "${far}"}
"""


def kept(run: Run, *options: str) -> None:
    """Keep a plan in `plan.json`."""
    ended = run("plan", "--out", "plan.json", *options)
    assert ended.exit_code == 0, ended.output


def outcomes(ended: Result) -> dict[str, tuple[str, str]]:
    """Action and outcome of each step, by name."""
    return {step["name"]: (step["action"], step["outcome"]) for step in document("applied", ended.stdout)["steps"]}


# --- Without a file -------------------------------------------------------------------------------------------------


def test_what_is_declared_is_made_and_a_second_run_has_nothing_to_do(world: World, run: Run) -> None:
    first = run("apply", "--yes")
    assert first.exit_code == 0, first.output
    assert "done: 2 created\n" in first.stdout
    assert f"  hallArn: {arn_of(world, 'hall')}\n" in first.stdout
    assert "  streamKey: [secret]\n" in first.stdout
    world.forget()
    again = run("apply", "--yes")
    assert (again.exit_code, again.stdout.count("Nothing to do")) == (0, 1)
    assert changes(world) == {}
    assert f"  hallArn: {arn_of(world, 'hall')}\n" in again.stdout


def test_a_program_of_outputs_alone_has_them_printed(run: Run, project: Project) -> None:
    project.write('name: shop\nruntime: yaml\noutputs: {season: "2026"}\n')
    ended = run("apply", "--yes")
    assert ended.exit_code == 0
    assert "  season: 2026\n" in ended.stdout


def test_a_plan_through_a_provider_is_refused_where_that_has_moved(world: World, run: Run, project: Project) -> None:
    """Everything would be created in another region than the one that was looked at."""
    project.write(FAR)
    kept(run)
    project.write(FAR.replace("us-west-2", "us-east-1"))
    ended = run("apply", "plan.json")
    assert ended.exit_code == 1
    assert (
        'the program declares something else than when the plan was made: ingest configuration "gate"' in ended.stderr
    )
    assert world.resources() == []


def test_a_plan_knows_its_account_by_what_another_region_holds(world: World, run: Run, project: Project) -> None:
    project.write(FAR[: FAR.index("  hall:")] + FAR[FAR.index("  gate:") :])
    assert run("apply", "--yes").exit_code == 0
    assert document("plan", run("plan", "--json").stdout)["account"] == world.account


def test_json_says_what_was_done_and_the_plan_goes_to_stderr(world: World, run: Run) -> None:
    ended = run("apply", "--yes", "--json")
    assert ended.exit_code == 0, ended.output
    told = document("applied", ended.stdout)
    assert (told["complete"], told["problems"]) == (True, [])
    assert [(step["action"], step["name"], step["outcome"]) for step in told["steps"]] == [
        ("create", "hall", "done"),
        ("create", "feed", "done"),
    ]
    assert told["outputs"] == {"hallArn": arn_of(world, "hall"), "streamKey": "[secret]"}
    assert ended.stderr.startswith("Plan for shop/dev in eu-west-1\n")
    assert document("applied", run("apply", "--yes", "--json").stdout) == {**told, "steps": []}


def test_who_cannot_be_asked_has_to_say_so_before_anything_is_called(world: World, run: Run) -> None:
    ended = run("apply")
    assert (ended.exit_code, ended.stdout, world.counts()) == (64, "", {})
    assert "there is no terminal to ask at: add --yes" in ended.stderr


def test_no_means_no_and_yes_means_yes(world: World, run: Run) -> None:
    del run  # it sets the credentials
    code, _, told = asked(world, "apply", answer="n")
    assert (code, world.resources()) == (130, [])
    assert "Apply this plan? [y/N]:" in told
    assert told.endswith("\nStopped.\n")
    code, out, _ = asked(world, "apply", answer="y")
    assert (code, names(world)) == (0, ["feed", "hall"])
    assert "done: 2 created\n" in out


def test_the_question_leaves_stdout_to_the_result(world: World, run: Run) -> None:
    del run  # it sets the credentials
    code, out, _ = asked(world, "apply", "--json", answer="y")
    assert (code, document("applied", out)["complete"]) == (0, True)


def test_the_question_says_where_something_is_lost(world: World, run: Run, project: Project) -> None:
    assert run("apply", "--yes").exit_code == 0
    project.edit("ingestProtocol: RTMPS", "ingestProtocol: RTMP\n      insecureIngest: true")
    code, _, told = asked(world, "apply", answer="n")
    assert code == 130
    assert "Apply this plan? What is deleted does not come back. [y/N]:" in told


def test_what_moved_while_the_question_was_open_is_told_and_nothing_is_done(
    world: World, run: Run, project: Project
) -> None:
    assert run("apply", "--yes").exit_code == 0
    project.edit("team: live", "team: stage")
    hall = arn_of(world, "hall")

    def move() -> None:
        world.call("UpdateStage", arn=hall, name="theirs")
        world.forget()

    code, _, told = asked(world, "apply", answer="y", meanwhile=move)
    assert (code, changes(world)) == (1, {})
    assert f'the account has moved: name of stage "hall" ({hall}) is now "theirs"' in told
    assert "Plan again, and look at it." in told


def test_what_is_not_declared_any_more_is_deleted_only_where_asked_for(
    world: World, run: Run, project: Project
) -> None:
    assert run("apply", "--yes").exit_code == 0
    project.write(SHOP[: SHOP.index("  feed:")])
    listed = run("apply", "--yes")
    assert (listed.exit_code, names(world)) == (0, ["feed", "hall"])
    assert "ivs apply --prune deletes it" in listed.stdout
    assert run("apply", "--yes", "--prune").exit_code == 0
    assert names(world) == ["hall"]


def test_all_problems_of_a_program_come_with_their_places(world: World, run: Run, project: Project) -> None:
    project.edit("name: hall", "nam: hall")
    project.edit("${hall.arn}\n  streamKey", "${hal.arn}\n  streamKey")
    ended = run("apply", "--yes", "--json")
    assert ended.exit_code == 1
    told = document("error", ended.stdout)
    assert told["error"]["name"] == "BadProgram"
    assert [(each["place"], each["subject"], each["path"]) for each in told["problems"]] == [
        ({"file": "Pulumi.yaml", "line": 7, "column": 7}, "hall", "nam"),
        ({"file": "Pulumi.yaml", "line": 16, "column": 12}, "hallArn", ""),
    ]
    assert changes(world) == {}


# --- With a file ----------------------------------------------------------------------------------------------------


def test_a_kept_plan_is_carried_out_exactly_and_again_without_harm(world: World, run: Run) -> None:
    kept(run)
    first = run("apply", "plan.json", "--json")
    assert first.exit_code == 0, first.output
    assert outcomes(first) == {"hall": ("create", "done"), "feed": ("create", "done")}
    world.forget()
    again = run("apply", "plan.json", "--json")
    assert (again.exit_code, outcomes(again), changes(world)) == (0, {}, {})


def test_a_kept_plan_is_never_asked_about(world: World, run: Run) -> None:
    kept(run)
    assert (run("apply", "plan.json").exit_code, len(world.resources())) == (0, 2)


def refused(run: Run, world: World, *options: str) -> tuple[dict[str, Any], str]:
    """A kept plan is refused, in both forms, and nothing is written: the JSON, and the text."""
    world.forget()
    printed, plain = run("apply", "plan.json", "--json", *options), run("apply", "plan.json", *options)
    assert (printed.exit_code, plain.exit_code, plain.stdout, changes(world)) == (1, 1, "", {})
    told: dict[str, Any] = document("error", printed.stdout)
    assert told["error"]["name"] == "Refused"
    for problem in told["problems"]:
        assert problem["reason"] in plain.stderr
    return told, plain.stderr


def test_a_plan_is_refused_where_the_account_has_moved_since(world: World, run: Run, project: Project) -> None:
    assert run("apply", "--yes").exit_code == 0
    project.edit("team: live", "team: stage")
    kept(run)
    hall = arn_of(world, "hall")
    world.call("UpdateStage", arn=hall, name="theirs")
    told, plain = refused(run, world)
    assert told["error"]["what"] == "the plan does not hold any more, and nothing was changed"
    assert [each["reason"] for each in told["problems"]] == [
        f'the account has moved: name of stage "hall" ({hall}) is now "theirs"'
    ]
    assert plain.endswith("\nPlan again, and look at it.\n")


def test_a_plan_is_refused_where_what_it_keeps_is_gone(world: World, run: Run, project: Project) -> None:
    assert run("apply", "--yes").exit_code == 0
    project.edit("team: live", "team: stage")
    kept(run)
    feed = arn_of(world, "feed")
    world.call("DeleteIngestConfiguration", arn=feed)
    assert [each["reason"] for each in refused(run, world)[0]["problems"]] == [
        f'the account has moved: ingest configuration "feed" ({feed}) is gone'
    ]


def test_a_plan_is_refused_where_the_program_was_edited(world: World, run: Run, project: Project) -> None:
    kept(run)
    project.edit("team: live", "team: stage")
    project.edit("  feed:\n", "  gate:\n")
    project.edit("${feed.streamKey}", "${gate.streamKey}")
    edited = "the program declares something else than when the plan was made: "
    assert [each["reason"] for each in refused(run, world)[0]["problems"]] == [
        f'{edited}stage "hall"',
        f'{edited}ingest configuration "feed" is not declared any more',
        f'{edited}ingest configuration "gate" is new',
    ]


def test_a_plan_is_refused_where_a_secret_changed_and_no_secret_is_ever_shown(
    world: World, run: Run, project: Project
) -> None:
    project.write(SECRET)
    planned = run("plan", "--out", "plan.json", "--json", "--log-format", "json")
    project.edit(PASSWORD, "open-sesame-20")
    told, plain = refused(run, world)
    assert [each["reason"] for each in told["problems"]] == [
        'the program declares something else than when the plan was made: stage "hall"'
    ]
    project.edit("open-sesame-20", PASSWORD)
    applied = run("apply", "plan.json", "--log-format", "json")
    assert applied.exit_code == 0, applied.output
    assert world.tags(arn_of(world, "hall"))["door"] == PASSWORD
    drifting = run("drift", "--json")
    file = Path("plan.json").read_text(encoding="utf-8")
    for text in (planned.output, plain, json.dumps(told), applied.output, drifting.output, file):
        assert "sesame" not in text
    assert "  door: [secret]\n" in applied.stdout


def test_a_plan_of_another_stack_is_refused(world: World, run: Run, project: Project) -> None:
    kept(run)
    project.write(SHOP, prod="config: {}\n")
    told, _ = refused(run, world, "--stack", "prod")
    assert told["error"] == {
        "name": "Refused",
        "what": f"{project.directory / 'plan.json'} is a plan of shop/dev, this is shop/prod",
        "todo": "Give --stack, or the directory of its program by --cwd.",
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is no JSON (line 1, column 1); give one whole JSON document"),
        ("[" * 100_000, "is nested too deeply to be read"),
        ('{"format": "pulumi-ivs/plan/1"', "is no JSON"),
        ("{}", "is no plan of `ivs plan --out`"),
        ('{"format": "pulumi-ivs/plan/9", "project": 1}', "is no plan of `ivs plan --out`"),
    ],
)
def test_a_damaged_file_is_refused_in_words(world: World, run: Run, text: str, reason: str) -> None:
    Path("plan.json").write_text(text, encoding="utf-8")
    told, plain = refused(run, world)
    assert reason in told["error"]["what"]
    assert "Traceback" not in plain


def test_a_plan_whose_middle_was_changed_by_hand_is_refused(world: World, run: Run) -> None:
    kept(run)
    plan = json.loads(Path("plan.json").read_text(encoding="utf-8"))
    plan["steps"][0] |= {"action": "destroy", "surprise": True}
    Path("plan.json").write_text(json.dumps(plan), encoding="utf-8")
    assert [each["path"] for each in refused(run, world)[0]["problems"]] == ["steps[0].action", "steps[0].surprise"]


def test_a_plan_to_prune_prunes_what_it_says_and_nothing_that_came_later(
    world: World, run: Run, project: Project
) -> None:
    assert run("apply", "--yes").exit_code == 0
    project.write(SHOP[: SHOP.index("  feed:")])
    kept(run, "--prune")
    tags = {"pulumi-ivs:stack": "shop/dev", "pulumi-ivs:name": "late"}
    late = world.call("CreateStage", tags=tags)["stage"]["arn"]
    assert [each["reason"] for each in refused(run, world)[0]["problems"]] == [
        f'the account has moved: stage "late" ({late}) would be deleted now, and the plan does not say so'
    ]
    world.call("DeleteStage", arn=late)
    assert outcomes(run("apply", "plan.json", "--json")) == {"feed": ("delete", "done")}
    assert names(world) == ["hall"]


CHILD = """\
name: shop
runtime: yaml
resources:
  hall:
    type: ivs:index:Stage
    properties: {name: hall}
  feed:
    type: ivs:index:IngestConfiguration
    properties: {ingestProtocol: RTMPS, force: true}
    options: {parent: "${hall}"}
"""


@pytest.mark.parametrize(
    "rest", [CHILD[: CHILD.index("  feed:")], 'name: shop\nruntime: yaml\noutputs: {season: "2026"}\n']
)
def test_what_was_told_to_be_forced_is_forced_below_a_parent_too(
    world: World, run: Run, project: Project, rest: str
) -> None:
    """The option's digest is salted with the whole URN, parents' types included."""
    project.write(CHILD)
    assert run("apply", "--yes").exit_code == 0
    feed = next(each["arn"] for each in world.resources() if ":ingest-configuration/" in each["arn"])
    project.write(rest)
    [step] = [
        each for each in document("plan", run("plan", "--prune", "--json").stdout)["steps"] if each["arn"] == feed
    ]
    assert step["inputs"] == {"force": True}
    assert step["urn"] == "urn:pulumi:dev::shop::ivs:index:Stage$ivs:index:IngestConfiguration::feed"


def test_pruning_is_decided_when_the_plan_is_made(run: Run) -> None:
    kept(run)
    ended = run("apply", "plan.json", "--prune")
    assert (ended.exit_code, "ivs plan --prune --out FILE" in ended.stderr) == (64, True)


# --- Failing --------------------------------------------------------------------------------------------------------


def test_a_failing_step_stops_what_needs_it_and_nothing_else(world: World, run: Run, project: Project) -> None:
    project.write(SHOP + "  more: ${lone.arn}\n")
    project.edit("outputs:\n", "  lone:\n    type: ivs:index:PublicKey\n    properties: {name: lone}\noutputs:\n")
    project.edit("type: ivs:index:PublicKey\n    properties: {name: lone}", "type: ivs:index:EncoderConfiguration")
    world.settings(deny=["ivs:CreateStage"])
    ended = run("apply", "--yes", "--json")
    assert ended.exit_code == 1
    assert outcomes(ended) == {
        "hall": ("create", "failed"),
        "feed": ("create", "left"),
        "lone": ("create", "done"),
    }
    told = document("applied", ended.stdout)
    [reason] = [step["error"] for step in told["steps"] if "error" in step]
    assert reason.startswith('stage "hall": AWS refused CreateStage')
    assert not told["complete"]
    plain = run("apply", "--yes")
    assert plain.exit_code == 1
    assert plain.stderr.startswith('Error: stage "hall": AWS refused CreateStage')
    assert plain.stderr.endswith("Run again: what is done already is seen in the account, and not done twice.\n")
    world.settings(deny=[])
    assert outcomes(run("apply", "--yes", "--json")) == {"hall": ("create", "done"), "feed": ("create", "done")}
    assert names(world) == ["feed", "hall", "lone"]


def test_a_replacement_whose_old_one_stays_is_not_told_as_done(world: World, run: Run, project: Project) -> None:
    """In the other region: what is left is deleted there, whatever the default provider's region is."""
    project.write(FAR)
    assert run("apply", "--yes").exit_code == 0
    project.edit("ingestProtocol: RTMPS", "ingestProtocol: RTMP, insecureIngest: true")
    world.settings(deny=["ivs:DeleteIngestConfiguration"])
    failed = run("apply", "--yes", "--json")
    assert (failed.exit_code, outcomes(failed)) == (1, {"gate": ("replace", "failed")})
    assert len(world.resources()) == 3
    world.settings(deny=[])
    again = run("apply", "--yes", "--json")
    assert (again.exit_code, outcomes(again)) == (0, {"gate": ("delete", "done")})
    assert names(world) == ["gate", "hall"]


def test_two_regions_and_default_tags(world: World, run: Run, project: Project) -> None:
    project.write(FAR, dev='config:\n  ivs:defaultTags: \'{"where": "near"}\'\n')
    assert run("apply", "--yes").exit_code == 0
    found = {each["tags"]["pulumi-ivs:name"]: each for each in world.resources()}
    assert {name: (each["arn"].split(":")[3], each["tags"]["where"]) for name, each in found.items()} == {
        "hall": ("eu-west-1", "near"),
        "gate": ("us-west-2", "far"),
    }
    assert document("plan", run("plan", "--json").stdout)["summary"]["keep"] == 2
    assert run("destroy", "--yes").exit_code == 0
    assert world.resources() == []


# --- Stopping -------------------------------------------------------------------------------------------------------

SIXTY = [f"s{number:02}" for number in range(60)]


def begun(world: World, *arguments: str) -> Any:
    """An apply that has made some of its stages, and waits for the quota to make the next."""
    process = start(world, "apply", "--yes", *arguments)
    until = time.monotonic() + 60
    while len(world.resources()) < 6 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    return process


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_lets_what_is_on_its_way_finish_and_the_next_run_goes_on(
    world: World, run: Run, project: Project, how: signal.Signals
) -> None:
    project.write(stages(SIXTY), dev="config:\n  ivs:rateLimits: '{\"CreateStage\": 20}'\n")
    process = begun(world)
    process.send_signal(how)
    out, err = process.communicate(timeout=60)
    made = len(world.resources())
    assert (process.returncode, 6 <= made < 60) == (130, True)
    assert f"done: {made} created\nleft: {60 - made} to create\n" in out
    assert err.splitlines() == [
        "",
        "Stopping: what is on its way is finished first. Ctrl-C again ends at once.",
        "Run again: what is done already is seen in the account, and not done twice.",
    ]
    project.write(stages(SIXTY), dev="config:\n  ivs:rateLimits: '{\"CreateStage\": 1000}'\n")
    again = run("apply", "--yes", "--json")
    assert (again.exit_code, len(outcomes(again)), names(world)) == (0, 60 - made, SIXTY)


def test_a_stop_is_told_as_json_without_an_error_for_each_step(world: World, run: Run, project: Project) -> None:
    del run
    project.write(stages(SIXTY), dev="config:\n  ivs:rateLimits: '{\"CreateStage\": 20}'\n")
    process = begun(world, "--json")
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    told = document("applied", out)
    assert (process.returncode, told["complete"]) == (130, False)
    assert {step["outcome"] for step in told["steps"]} == {"done", "left"}
    assert [step for step in told["steps"] if "error" in step] == []


def test_a_second_stop_ends_at_once(world: World, run: Run, project: Project) -> None:
    """While a call is on its way that takes longer than anybody waits."""
    del run
    project.write(stages(["slow"]))
    world.fault(operation="CreateStage", when="before", kind="hang", seconds=45)
    process = start(world, "apply", "--yes")
    assert process.stderr is not None
    while world.faults():
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    while "Ctrl-C again ends at once." not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130


# --- Telling --------------------------------------------------------------------------------------------------------


def test_every_call_is_told_as_json_on_stderr(run: Run) -> None:
    ended = run("apply", "--yes", "--log-format", "json")
    calls: Sequence[dict[str, Any]] = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [(call["operation"], call["resource"]) for call in calls if call["operation"].startswith("Create")] == [
        ("CreateStage", "hall"),
        ("CreateIngestConfiguration", "feed"),
    ]
    assert {"time", "operation", "attempt", "milliseconds", "outcome", "requestId"} <= calls[0].keys()


def test_a_terminal_sees_how_far_it_is(world: World, run: Run) -> None:
    """Of the bar, that it counts to the end; what it looks like is its library's matter."""
    del run
    assert seen(world, "apply", "--yes").count("2 of 2 done") >= 1
