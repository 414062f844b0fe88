"""`ivs plan`: what would change, from reads alone, in three forms and with an exit code for pipelines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.documents import document
from tests.cli.projects import SHOP, Project, arn_of, changes

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from tests.rpc.world import World

    Run = Callable[..., Result]

pytestmark = pytest.mark.usefixtures("project")


def actions(ended: Result) -> dict[str, str]:
    """What is done to each resource, by name."""
    return {step["name"]: step["action"] for step in document("plan", ended.stdout)["steps"]}


def test_json_is_a_whole_plan_in_order(run: Run) -> None:
    ended = run("plan", "--json")
    assert (ended.exit_code, ended.stderr) == (0, "")
    told = document("plan", ended.stdout)
    assert [(step["action"], step["name"]) for step in told["steps"]] == [("create", "hall"), ("create", "feed")]
    assert told["steps"][0]["place"] == {"file": "Pulumi.yaml", "line": 4, "column": 3}
    assert told["steps"][1]["inputs"]["stageArn"] == {"$unknown": True}
    assert told["calls"] == {"CreateIngestConfiguration": 1, "CreateStage": 1}


def test_text_says_the_same_and_ends_with_one_line_break(run: Run) -> None:
    ended = run("plan")
    assert (ended.exit_code, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert lines[0] == "Plan for shop/dev in eu-west-1"
    assert ' + ivs:index:Stage "hall": create' in lines
    assert "    + 2 to create" in lines
    assert ended.stdout.endswith(" at the pace of AWS's quotas\n")


def test_markdown_is_a_comment_with_the_stacks_marker(run: Run) -> None:
    assert run("plan", "--format", "markdown").stdout.startswith("<!-- pulumi-ivs:plan shop/dev -->\n")


def test_json_and_format_json_are_one(run: Run) -> None:
    both = [json.loads(run("plan", *how).stdout) for how in (["--json"], ["--format", "json"])]
    assert [{**each, "made": ""} for each in both] == [{**both[0], "made": ""}] * 2


def test_the_exit_code_tells_changes_only_where_asked_for(run: Run) -> None:
    assert run("plan").exit_code == 0
    assert run("plan", "--detailed-exitcode").exit_code == 2
    assert run("apply", "--yes").exit_code == 0
    assert run("plan", "--detailed-exitcode").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [["--format", "xml"], ["--declared", "missing.json"], ["--cwd", "nowhere"], ["surprise"], ["--log-format", "yes"]],
)
def test_wrong_usage_ends_with_64_and_calls_nothing(world: World, run: Run, arguments: list[str]) -> None:
    assert (run("plan", *arguments).exit_code, world.counts()) == (64, {})


def test_a_plan_only_reads(world: World, run: Run, project: Project) -> None:
    """Of an empty account, of one as declared, of one that has drifted, and of one that was replaced in part."""
    world.forget()
    assert actions(run("plan", "--json")) == {"hall": "create", "feed": "create"}
    assert (changes(world), world.counts() != {}) == ({}, True)
    assert run("apply", "--yes").exit_code == 0
    world.call("UpdateStage", arn=arn_of(world, "hall"), name="theirs")
    world.forget()
    assert actions(run("plan", "--json")) == {"hall": "update", "feed": "keep"}
    project.edit("ingestProtocol: RTMPS", "ingestProtocol: RTMP\n      insecureIngest: true")
    assert actions(run("plan", "--json", "--prune")) == {"hall": "update", "feed": "replace"}
    assert changes(world) == {}


def test_what_the_account_did_is_told_from_what_the_program_asks_for(world: World, run: Run, project: Project) -> None:
    assert run("apply", "--yes").exit_code == 0
    world.call("UpdateStage", arn=arn_of(world, "hall"), name="theirs")
    project.edit("team: live", "team: stage")
    [step] = [each for each in document("plan", run("plan", "--json").stdout)["steps"] if each["name"] == "hall"]
    assert [(each["path"], each["origin"], each["old"], each["new"]) for each in step["changes"]] == [
        ("name", "drift", "theirs", "hall"),
        ("tags.team", "program", "live", "stage"),
    ]
    assert '     ~ name: "theirs" => "hall"  [drift]\n' in run("plan").stdout


def test_all_problems_come_at_once_with_file_line_and_column(world: World, run: Run, project: Project) -> None:
    project.write(
        "name: shop\nruntime: yaml\nresources:\n"
        "  a: {type: 'ivs:index:Stagee'}\n"
        "  b: {type: 'ivs:index:Stage', properties: {nam: x}}\n"
        "  c: {type: 'ivs:index:Stage', properties: {name: '${d.arn}'}}\n"
    )
    ended = run("plan", "--json")
    told = document("error", ended.stdout)
    assert (ended.exit_code, ended.stderr, told["error"]["name"]) == (1, "", "BadProgram")
    assert [(each["place"]["line"], each["place"]["column"], each["subject"]) for each in told["problems"]] == [
        (4, 13, "a"),
        (5, 45, "b"),
        (6, 51, "c"),
    ]
    plain = run("plan")
    assert (plain.exit_code, plain.stdout) == (1, "")
    assert plain.stderr.splitlines() == [
        "Error: the program cannot be used, 3 problems:",
        "  Pulumi.yaml:4:13: a: ivs:index:Stagee is no type of ivs; did you mean Stage?",
        "  Pulumi.yaml:5:45: b: nam: is not known; did you mean name?",
        "  Pulumi.yaml:6:51: c: nothing is called d; there are a, b, c",
    ]
    assert changes(world) == {}


def test_a_type_of_another_provider_in_the_place_of_ours_is_pointed_out(run: Run, project: Project) -> None:
    """To a plan it is undeclared: whoever deletes it must have meant that."""
    assert run("apply", "--yes").exit_code == 0
    project.edit("type: ivs:index:Stage", "type: aws:ivs:Stage")
    note = (
        'stage "hall" is undeclared because the program now says aws:ivs:Stage, a type of another provider;'
        " if that is a slip, write ivs:index:Stage"
    )
    assert note in document("plan", run("plan", "--json", "--prune").stdout)["notes"]


def test_what_aws_refuses_is_told_in_both_forms(world: World, run: Run) -> None:
    world.settings(deny=["ivs:ListStages"])
    printed, plain = run("plan", "--json"), run("plan")
    assert (printed.exit_code, document("error", printed.stdout)["error"]["name"]) == (1, "AccessDenied")
    assert (plain.exit_code, plain.stdout) == (1, "")
    assert plain.stderr.startswith("Error: AWS refused ListStages")


def test_missing_credentials_are_told_in_words(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    ended = run("plan", "--json")
    assert (ended.exit_code, document("error", ended.stdout)["error"]["name"]) == (1, "NoCredentials")


def test_a_project_that_is_not_there_is_told_in_words(run: Run, project: Project) -> None:
    project.program.unlink()
    ended = run("plan", "--json")
    assert ended.exit_code == 1
    [problem] = document("error", ended.stdout)["problems"]
    assert problem["reason"] == (
        "there is no Pulumi.yaml here; go to the project's directory, or name it: -C DIR (--cwd)"
    )


# --- Files and directories ------------------------------------------------------------------------------------------


def test_a_plan_is_kept_as_it_is_printed(run: Run) -> None:
    ended = run("plan", "--json", "--out", "plan.json")
    assert document("plan", Path("plan.json").read_text(encoding="utf-8")) == json.loads(ended.stdout)
    assert sorted(path.name for path in Path().iterdir()) == ["Pulumi.dev.yaml", "Pulumi.yaml", "plan.json"]


def test_a_place_where_nothing_can_be_kept_is_told(run: Run) -> None:
    ended = run("plan", "--json", "--out", "nowhere/plan.json")
    assert ended.exit_code == 1
    assert document("error", ended.stdout)["error"] == {
        "name": "Refused",
        "what": f"{Path('nowhere/plan.json').absolute()} cannot be written: No such file or directory",
        "todo": "Choose another --out.",
    }


def test_the_program_is_read_in_its_directory_and_files_are_the_callers(
    run: Run, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.edit("team: live", "team: {fn::readFile: team.txt}")
    (project.directory / "team.txt").write_text("inside", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ended = run("plan", "-C", "shop", "--out", "plan.json")
    assert ended.exit_code == 0, ended.output
    told = document("plan", (tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert told["steps"][0]["inputs"]["tags"] == {"team": "inside"}
    assert Path.cwd() == tmp_path
    assert run("apply", "plan.json", "--cwd", "shop").exit_code == 0


def test_the_stack_is_said_by_option_then_environment_then_the_only_file(
    run: Run, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stack(*said: str) -> Any:
        return document("plan", run("plan", "--json", *said).stdout)["stack"]

    assert stack() == "dev"
    project.write(SHOP, prod="config: {}\n")
    ended = run("plan")
    assert (ended.exit_code, "which stack? There are dev, prod; say --stack NAME" in ended.stderr) == (1, True)
    monkeypatch.setenv("PULUMI_STACK", "prod")
    assert stack() == "prod"
    assert stack("--stack", "dev") == "dev"


def test_calls_are_told_without_anything_else_on_stderr(run: Run) -> None:
    ended = run("plan", "--log-format", "json", "--json")
    calls = [json.loads(line) for line in ended.stderr.splitlines()]
    assert sorted(call["operation"] for call in calls) == [
        "ListEncoderConfigurations",
        "ListIngestConfigurations",
        "ListPublicKeys",
        "ListStages",
        "ListStorageConfigurations",
    ]
    document("plan", ended.stdout)
