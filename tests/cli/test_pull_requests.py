"""The workflows to copy: pinned, no text of a fork in a script, and every `ivs` line one that the command takes."""

from __future__ import annotations

import http.server
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
import yaml
from click.testing import CliRunner

from ivs_provider.cli.main import ivs
from tests.cli.projects import SHOP, Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result

HERE = Path(__file__).resolve().parents[2] / "examples/pull-requests"
WORKFLOWS = sorted(HERE.glob("github/*.yml"))
GITLAB = HERE / "gitlab/gitlab-ci.yml"
MARKER = "<!-- pulumi-ivs:plan shop/prod -->"

each_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def steps(path: Path) -> list[dict[str, Any]]:
    jobs: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


def scripts() -> list[str]:
    """Every script of every file."""
    found = [step["run"] for path in WORKFLOWS for step in steps(path) if "run" in step]
    jobs = yaml.safe_load(GITLAB.read_text(encoding="utf-8")).values()
    return found + [line for job in jobs if isinstance(job, dict) for line in job.get("script", ())]


def commands() -> list[str]:
    """Every line that runs `ivs`, without what the shell makes of its output."""
    lines = (line.strip() for script in scripts() for line in script.replace("\\\n", " ").splitlines())
    return sorted({re.split(r" >|\|\|", line)[0].strip() for line in lines if line.startswith("ivs ")})


@each_workflow
def test_every_action_is_pinned_by_a_commit_and_names_its_version(path: Path) -> None:
    uses = re.findall(r"uses: .*", path.read_text(encoding="utf-8"))
    assert uses
    assert [line for line in uses if not re.fullmatch(r"uses: [\w./-]+@[0-9a-f]{40} # v[\d.]+", line)] == []


@each_workflow
def test_no_expression_stands_in_a_script(path: Path) -> None:
    """What GitHub puts in there before the shell reads it may be a fork's: the name of a branch, say."""
    assert [step["run"] for step in steps(path) if "${{" in step.get("run", "")] == []


@each_workflow
def test_nothing_is_permitted_but_what_a_job_asks_for(path: Path) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert document["permissions"] == {}
    writing = {name for name, job in document["jobs"].items() if "write" in job["permissions"].values()}
    assert writing <= {"plan", "apply", "comment"}
    assert not any({"id-token", "pull-requests"} <= job["permissions"].keys() for job in document["jobs"].values())


@pytest.mark.parametrize("line", commands())
def test_every_line_is_one_that_the_command_takes(line: str) -> None:
    _, name, *arguments = shlex.split(line)
    command = ivs.get_command(click.Context(ivs), name)
    assert command is not None, f"there is no ivs {name}"
    # Resilient: files and directories need not be there.
    options = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
    assert {argument for argument in arguments if argument.startswith("--")} <= options


# --- The comment on GitHub ------------------------------------------------------------------------------------------

GH = """#!/bin/sh
echo "$*" >> asked
case "$*" in
  *--method\\ GET*/pulls*) cat pulls.json ;;
  *--paginate*) cat comments.json ;;
esac
"""


def written(tmp_path: Path, pulls: list[Any], comments: list[Any]) -> list[str]:
    """Run the script with a `gh` that answers from files; answer what was written."""
    if not shutil.which("jq"):
        pytest.skip("GitHub's runners have jq, this machine has not")
    [script] = [step["run"] for step in steps(HERE / "github/ivs-plan.yml") if step.get("name", "").startswith("Write")]
    (tmp_path / "comment.md").write_text(f"{MARKER}\nNothing to do.\n")
    (tmp_path / "pulls.json").write_text(json.dumps(pulls))
    (tmp_path / "comments.json").write_text("".join(json.dumps([each]) for each in comments) or "[]")  # pages
    (tmp_path / "gh").write_text(GH)
    (tmp_path / "gh").chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "GITHUB_REPOSITORY": "o/r",
        "HEAD": "fork:topic",
        "SHA": "5a",
    }
    subprocess.run(["/bin/bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, env=environment, check=True)
    asked = (tmp_path / "asked").read_text().splitlines()
    return [line for line in asked if "--silent" in line]


def note(number: int, login: str, body: str) -> dict[str, Any]:
    return {"id": number, "user": {"login": login}, "body": body}


PULLS = [{"number": 7, "head": {"sha": "0d"}}, {"number": 8, "head": {"sha": "5a"}}]


def test_the_first_comment_is_written(tmp_path: Path) -> None:
    others = [note(1, "ann", MARKER), note(2, "github-actions[bot]", "<!-- pulumi-ivs:plan shop/dev -->\nx")]
    assert written(tmp_path, PULLS, others) == [
        "api --silent --method POST repos/o/r/issues/8/comments -F body=@comment.md"
    ]


def test_the_next_comment_takes_its_place(tmp_path: Path) -> None:
    """GitHub may give line ends back as CR LF."""
    assert written(tmp_path, PULLS, [note(1, "ann", "hi"), note(3, "github-actions[bot]", f"{MARKER}\r\nold")]) == [
        "api --silent --method PATCH repos/o/r/issues/comments/3 -F body=@comment.md"
    ]


def test_a_plan_of_an_older_push_is_not_shown(tmp_path: Path) -> None:
    assert written(tmp_path, PULLS[:1], []) == []


# --- GitLab ---------------------------------------------------------------------------------------------------------

MERGE_REQUEST = "/projects/5/merge_requests/12"
NOTES = f"{MERGE_REQUEST}/notes?per_page=100&page=1"
ARTIFACT = "/projects/9/jobs/2/artifacts/declared.json"


class GitLab(http.server.ThreadingHTTPServer):
    """A GitLab that has one merge request, from a fork; it keeps what is written."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.written: list[tuple[str, str, Any]] = []
        self.answers: dict[str, Any] = {
            MERGE_REQUEST: {"sha": "5a", "head_pipeline": {"id": 3, "project_id": 9, "sha": "5a"}},
            "/projects/9/pipelines/3/jobs?scope[]=success": [{"name": "lint", "id": 1}, {"name": "declare", "id": 2}],
            ARTIFACT: {"project": "shop", "stack": "prod"},
            "/user": {"id": 1},
            NOTES: [{"id": 1, "author": {"id": 2}, "body": f"{MARKER}\nhi"}],
        }


class Answering(http.server.BaseHTTPRequestHandler):
    """Answers by path alone."""

    def do_GET(self) -> None:
        """Answer what there is."""
        self._answer(self._gitlab.answers[self.path])

    def do_POST(self) -> None:
        """Keep what is written."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._gitlab.written.append((self.command, self.path, json.loads(body)["body"]))
        self._answer({})

    def do_PUT(self) -> None:
        """Keep what is written."""
        self.do_POST()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    @property
    def _gitlab(self) -> GitLab:
        assert isinstance(self.server, GitLab)
        return self.server

    def _answer(self, document: Any) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())


@pytest.fixture
def gitlab() -> Iterator[GitLab]:
    """Run it."""
    with GitLab() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def script(url: str, verb: str, file: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        "CI_API_V4_URL": url,
        "CI_PROJECT_ID": "5",
        "IVS_MERGE_REQUEST": "12",
        "IVS_COMMENT_TOKEN": "t",
        "IVS_PROJECT": "shop",
        "IVS_STACK": "prod",
    }
    command = [sys.executable, str(HERE / "gitlab/merge_request.py"), verb, str(file)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_what_a_fork_declares_is_fetched_from_its_last_pipeline(gitlab: GitLab, tmp_path: Path) -> None:
    ended = script(gitlab.url, "fetch", tmp_path / "declared.json")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads((tmp_path / "declared.json").read_text()) == {"project": "shop", "stack": "prod"}


def test_a_fork_that_claims_another_stack_is_refused(gitlab: GitLab, tmp_path: Path) -> None:
    gitlab.answers[ARTIFACT] = {"project": "shop", "stack": "secret"}
    ended = script(gitlab.url, "fetch", tmp_path / "declared.json")
    assert (ended.returncode, (tmp_path / "declared.json").exists()) == (1, False)
    assert "not about this project and stack" in ended.stderr


def test_a_note_is_written_once_and_then_replaced(gitlab: GitLab, tmp_path: Path) -> None:
    (tmp_path / "comment.md").write_text(f"{MARKER}\nnew")
    assert script(gitlab.url, "comment", tmp_path / "comment.md").returncode == 0
    gitlab.answers[NOTES].append({"id": 4, "author": {"id": 1}, "body": f"{MARKER}\nold"})
    assert script(gitlab.url, "comment", tmp_path / "comment.md").returncode == 0
    assert gitlab.written == [
        ("POST", f"{MERGE_REQUEST}/notes", f"{MARKER}\nnew"),
        ("PUT", f"{MERGE_REQUEST}/notes/4", f"{MARKER}\nnew"),
    ]


# --- The settings of the checkout -----------------------------------------------------------------------------------

CONFIGURED = "config: {'ivs:defaultTags': {team: live}}\n"


@pytest.mark.parametrize("where", ["github", "gitlab"])
def test_a_fork_is_planned_with_the_settings_of_the_trusted_checkout(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Without them, each default tag would look like one that the fork takes away."""
    checkout = Project(tmp_path / "infrastructure")
    checkout.directory.mkdir()
    checkout.write(SHOP, prod=CONFIGURED)
    monkeypatch.chdir(tmp_path)
    settings = {"RUNNER_TEMP": str(tmp_path), "IVS_DIRECTORY": "infrastructure", "IVS_STACK": "prod"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    [line] = [each for each in commands() if "--declared" in each and ("RUNNER_TEMP" in each) == (where == "github")]
    _, *plan = shlex.split(os.path.expandvars(line))
    file = Path(plan[plan.index("--declared") + 1])
    file.parent.mkdir(exist_ok=True)
    assert run("apply", "--cwd", "infrastructure", "--yes").exit_code == 0
    checkout.edit("name: hall", "name: foyer")
    declared = CliRunner().invoke(ivs, ["declare", "--cwd", "infrastructure", "--out", str(file)])
    assert declared.exit_code == 0, declared.output
    checkout.edit("name: foyer", "name: hall")  # what the fork edits is not there
    ended = run(*plan)
    assert ended.exit_code == 0, ended.output
    assert "foyer" in ended.stdout
    assert "tags.team" not in ended.stdout
    assert "default settings" not in ended.stdout
