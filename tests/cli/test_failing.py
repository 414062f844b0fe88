"""What stops a command is told in one place: every problem at once, plainly or as JSON, with exit code 1."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
import pytest

from ivs_provider.cli.failing import telling_failures
from ivs_provider.errors import AccessDenied, Cancelled, Misconfigured
from ivs_provider.planning.declaration import BadProgram, Flaw, Place
from tests.cli.documents import document
from tests.cli.projects import SHOP, Project

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from ivs_provider.errors import IvsError

    Run = Callable[..., Result]

DENIED = AccessDenied("AWS refused ListStages", "Grant the caller the action ivs:ListStages.")
BAD = BadProgram(
    [
        Flaw(Place("Pulumi.yaml", 9, 5), "lobby", ("tags", "aws:x"), "belongs to AWS; choose another"),
        Flaw(Place("Pulumi.yaml", 3, 1), "", (), "there is no runtime; write runtime: yaml"),
        Flaw(None, "configuration ivs", ("region",), "is no region"),
    ]
)


def told(error: IvsError | BadProgram, *, as_json: bool) -> int:
    """Let an error stop a command; answer the exit code."""
    with pytest.raises(SystemExit) as ended, telling_failures(as_json=as_json):
        raise error
    code = ended.value.code
    assert isinstance(code, int)
    return code


def test_an_error_is_one_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(DENIED, as_json=False) == 1
    assert capsys.readouterr() == (
        "",
        "Error: AWS refused ListStages. Grant the caller the action ivs:ListStages.\n",
    )


def test_a_setting_that_the_command_line_can_say_is_told_with_its_option(capsys: pytest.CaptureFixture[str]) -> None:
    unset = Misconfigured("no AWS region is known", "Set AWS_REGION.", "region")
    other = Misconfigured("the AWS configuration cannot be used", "Check ~/.aws/config.")
    assert (told(unset.about("stage hall"), as_json=False), told(other, as_json=False)) == (1, 1)
    assert capsys.readouterr().err == (
        "Error: stage hall: no AWS region is known. Set AWS_REGION. On the command line, --region says it.\n"
        "Error: the AWS configuration cannot be used. Check ~/.aws/config.\n"
    )
    assert told(unset, as_json=True) == 1
    assert document("error", capsys.readouterr().out)["error"]["todo"] == (
        "Set AWS_REGION. On the command line, --region says it."
    )


def test_all_problems_are_told_at_once_in_the_order_of_their_places(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(BAD, as_json=False) == 1
    assert capsys.readouterr().err == (
        "Error: the program cannot be used, 3 problems:\n"
        "  configuration ivs: region: is no region\n"
        "  Pulumi.yaml:3:1: there is no runtime; write runtime: yaml\n"
        '  Pulumi.yaml:9:5: lobby: tags["aws:x"]: belongs to AWS; choose another\n'
    )


def test_json_goes_to_stdout_and_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(DENIED, as_json=True) == 1
    assert document("error", capsys.readouterr().out) == {
        "error": {
            "name": "AccessDenied",
            "what": "AWS refused ListStages",
            "todo": "Grant the caller the action ivs:ListStages.",
        },
        "problems": [],
    }
    assert told(BAD, as_json=True) == 1
    told_of = document("error", capsys.readouterr().out)
    assert told_of["error"]["name"] == "BadProgram"
    assert told_of["problems"][2] == {
        "place": {"file": "Pulumi.yaml", "line": 9, "column": 5},
        "subject": "lobby",
        "path": 'tags["aws:x"]',
        "reason": "belongs to AWS; choose another",
    }
    assert told_of["problems"][0]["place"] is None


def test_a_call_that_was_cancelled_is_a_stop_and_no_failure() -> None:
    with pytest.raises(click.Abort), telling_failures():
        raise Cancelled("cancelled before the call was made")


@pytest.mark.parametrize("levels", [3_000, 100_000])
def test_a_program_that_is_too_deep_is_refused_in_words(run: Run, project: Project, levels: int) -> None:
    project.write(f"{SHOP}x: {'[' * levels}{']' * levels}\n")
    ended = run("plan", "--json")
    [problem] = document("error", ended.stdout)["problems"]
    assert (ended.exit_code, problem["place"]) == (1, {"file": "Pulumi.yaml", "line": 18, "column": 103})
    assert problem["reason"] == "is nested deeper than 100 levels; write it flatter"


def test_what_is_printed_for_programs_is_json_whatever_the_numbers_are(run: Run, project: Project) -> None:
    project.write(f"{SHOP}  big: 1e400\n  long: {'9' * 5_000}\n")
    ended = run("plan", "--json")
    assert ended.exit_code == 0
    told = json.loads(ended.stdout, parse_constant=pytest.fail)
    assert (told["outputs"]["big"], told["outputs"]["long"]) == ("1e400", "9" * 5_000)
    project.edit("1e400", ".inf")
    assert document("error", run("plan", "--json").stdout)["problems"][0]["place"]["line"] == 18
