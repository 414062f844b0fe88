"""`ivs declare` and `ivs plan --declared`: a fork's program, with none of its code, files, credentials or stack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from ivs_provider.cli import accounts
from ivs_provider.cli.main import ivs
from ivs_provider.cloud import Account
from ivs_provider.config import DriftDetection, Settings
from tests.cli.documents import document
from tests.cli.projects import SHOP, Project, changes

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from tests.rpc.world import World

    Run = Callable[..., Result]

PASSWORD = "open-sesame-19"
DECLARED = "declared.json"


def declare(*arguments: str) -> Result:
    return CliRunner().invoke(ivs, ["declare", *arguments], prog_name="ivs")


@pytest.fixture
def bare(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project in a job that knows neither credentials nor region."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    return project


@pytest.fixture
def elsewhere(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory, where there is nothing but what was declared."""
    (tmp_path / "job").mkdir()
    assert declare("--out", str(tmp_path / "job" / DECLARED)).exit_code == 0
    project.program.unlink()
    monkeypatch.chdir(tmp_path / "job")
    return tmp_path / "job"


# --- Declaring ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("bare")
def test_a_program_is_declared_without_credentials_region_or_call() -> None:
    ended = declare()
    assert (ended.exit_code, ended.stderr) == (0, "")
    told = document("declared", ended.stdout)
    assert (told["project"], told["stack"]) == ("shop", "dev")
    assert told["resources"]["hall"]["properties"] == {"name": "hall", "tags": {"team": "live"}}
    assert told["resources"]["feed"]["properties"]["stageArn"] == "${hall.arn}"


def test_secrets_become_digests(bare: Project) -> None:
    bare.edit("team: live", f"team: {{fn::secret: {PASSWORD}}}")
    ended = declare()
    assert ended.exit_code == 0, ended.output
    document("declared", ended.stdout)
    assert "sesame" not in ended.output


def test_all_problems_come_with_their_places_as_json(bare: Project) -> None:
    bare.edit("name: hall", "nam: hall")
    bare.edit("ingestProtocol: RTMPS", "ingestProtocol: SMTP")
    ended = declare("--json")
    told = document("error", ended.stdout)
    assert (ended.exit_code, told["error"]["name"]) == (1, "BadProgram")
    assert [(each["place"]["line"], each["subject"], each["path"]) for each in told["problems"]] == [
        (7, "hall", "nam"),
        (13, "feed", "ingestProtocol"),
    ]


def test_a_place_where_nothing_can_be_written_is_told(bare: Project) -> None:
    del bare
    ended = declare("--out", "nowhere/declared.json", "--json")
    assert (ended.exit_code, document("error", ended.stdout)["error"]["todo"]) == (1, "Choose another --out.")


# --- Planning what was declared -------------------------------------------------------------------------------------


def test_the_plan_is_that_of_the_program(run: Run, project: Project, tmp_path: Path) -> None:
    project.edit("team: live", f"team: {{fn::secret: {PASSWORD}}}")
    assert declare("--out", str(tmp_path / DECLARED)).exit_code == 0
    for _ in range(2):  # before it is applied, and after
        plans = [
            document("plan", run("plan", "--json", *how).stdout)
            for how in ([], ["--declared", str(tmp_path / DECLARED)])
        ]
        told = [[(step["action"], step["urn"], step.get("place")) for step in plan["steps"]] for plan in plans]
        assert told[0] == told[1]
        assert plans[0]["calls"] == plans[1]["calls"]
        assert run("apply", "--yes").exit_code == 0


@pytest.mark.usefixtures("elsewhere")
def test_nothing_of_the_fork_is_needed_but_the_declaration(world: World, run: Run) -> None:
    ended = run("plan", "--declared", DECLARED, "--json")
    assert ended.exit_code == 0, ended.output
    assert document("plan", ended.stdout)["summary"]["create"] == 2
    typed = run("plan", "--declared", "-", "--json", typed=Path(DECLARED).read_text(encoding="utf-8"))
    assert document("plan", typed.stdout)["steps"] == document("plan", ended.stdout)["steps"]
    assert changes(world) == {}


@pytest.mark.parametrize("how", ["option", "environment"])
@pytest.mark.usefixtures("elsewhere")
def test_another_stack_than_the_one_that_is_named_is_refused(
    world: World, run: Run, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    if how == "environment":
        monkeypatch.setenv("PULUMI_STACK", "prod")
    said = ["--stack", "prod"] if how == "option" else []
    ended = run("plan", "--declared", DECLARED, "--json", *said)
    assert ended.exit_code == 1
    [problem] = document("error", ended.stdout)["problems"]
    assert problem["reason"] == "declares shop/dev, not prod: planned is what you name, alone"
    assert world.counts() == {}


def test_a_checkout_says_which_stack_and_how_aws_is_reached(run: Run, project: Project, tmp_path: Path) -> None:
    """Credentials go where the checkout says, and never where the declaration does."""
    project.write(SHOP, dev="config: {'ivs:endpoint': 'http://127.0.0.1:9'}\n")
    assert declare("--out", str(tmp_path / DECLARED)).exit_code == 0
    project.write(SHOP)
    assert run("plan", "--declared", str(tmp_path / DECLARED)).exit_code == 0
    project.write(SHOP.replace("name: shop", "name: store"))
    ended = run("plan", "--declared", str(tmp_path / DECLARED), "--json")
    [problem] = document("error", ended.stdout)["problems"]
    assert problem["reason"].startswith("declares shop/dev, not store/dev")


# --- Hostile files --------------------------------------------------------------------------------------------------


def test_a_changed_secret_is_told_from_an_unchanged_one_and_neither_is_shown(
    run: Run, project: Project, tmp_path: Path
) -> None:
    out = str(tmp_path / "declared.json")
    project.edit("{team: live}", "{team: {fn::secret: hush}}")
    assert run("apply", "--yes").exit_code == 0
    assert declare("--out", out).exit_code == 0
    assert run("plan", "--declared", out, "--detailed-exitcode").exit_code == 0
    project.edit("hush", "sesame")
    assert declare("--out", out).exit_code == 0
    ended = run("plan", "--declared", out, "--detailed-exitcode")
    assert ended.exit_code == 2
    assert "~ tags.team: [secret] => [secret]" in ended.stdout


def hostile(run: Run, text: str) -> list[dict[str, Any]]:
    """A file is refused in words, with no call: the problems."""
    Path(DECLARED).write_text(text, encoding="utf-8", errors="surrogatepass")
    ended = run("plan", "--declared", DECLARED, "--json")
    assert (ended.exit_code, "Traceback" in ended.stderr) == (1, False)
    told: dict[str, Any] = document("error", ended.stdout)
    return told["problems"] or [{"reason": told["error"]["what"]}]


def declaration(**resource: Any) -> str:
    """A declaration of one stage."""
    resources = {"hall": {"type": "ivs:index:Stage", "properties": {}, **resource}}
    return json.dumps({"format": "pulumi-ivs/declared/1", "project": "shop", "stack": "dev", "resources": resources})


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is not JSON; make it with ivs declare"),
        ("[]", "is not JSON as ivs declare writes it"),
        ('{"project": "a", "project": "b"}', "is not JSON as ivs declare writes it"),
        ('{"project": NaN}', "is not JSON as ivs declare writes it"),
        ("[" * 100_000, "is not JSON; make it with ivs declare"),
        ('{"a": ' + "[" * 50 + "]" * 50 + "}", "is deeper than 40 levels"),
        ("x" * 5_000_001, "is longer than 5,000,000 characters"),
        (declaration(properties={"name": "a\x1b[2Jb"}), "holds control characters"),
        (declaration(properties={"name": "a\ud800"}), "holds control characters"),
        (declaration(properties={"tags": {"n": 10**400}}), "holds a number that JSON's readers do not agree on"),
        (declaration(type="aws:s3/bucket:Bucket"), "a type of ivs"),
    ],
)
def test_what_no_declaration_looks_like_is_refused(world: World, run: Run, text: str, reason: str) -> None:
    assert any(reason in each["reason"] for each in hostile(run, text))
    assert world.counts() == {}


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    "reading",
    [
        {"fn::readFile": "SECRET"},
        {"fn::fileAsset": "SECRET"},
        {"fn::invoke": {"function": "ivs:index:getStage", "arguments": {"name": "hall"}}},
        {"fn::pulumiResourceName": "${hall}"},
        "${pulumi.cwd}",
    ],
)
def test_nothing_is_read_or_run_for_a_stranger(world: World, run: Run, tmp_path: Path, reading: Any) -> None:
    (tmp_path / "secret.txt").write_text(PASSWORD, encoding="utf-8")
    text = declaration(properties={"name": reading}).replace("SECRET", str(tmp_path / "secret.txt"))
    Path(DECLARED).write_text(text, encoding="utf-8")
    ended = run("plan", "--declared", DECLARED, "--json")
    assert "sesame" not in ended.output
    assert str(tmp_path) not in ended.stdout.replace(str(tmp_path / "secret.txt"), "")
    assert changes(world) == {}
    if ended.exit_code == 0:
        assert document("plan", ended.stdout)["steps"][0]["inputs"]["name"] == {"$unknown": True}
    else:
        assert document("error", ended.stdout)["problems"] != []


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    "argument",
    [
        {"endpoint": "http://127.0.0.1:9"},
        {"profile": "admin"},
        {"assumeRole": {"roleArn": "arn:aws:iam::123456789012:role/admin"}},
    ],
)
def test_a_stranger_does_not_say_where_credentials_go(world: World, run: Run, argument: dict[str, Any]) -> None:
    written = json.loads(declaration(options={"provider": "${far}"}))
    written["resources"]["far"] = {"type": "pulumi:providers:ivs", "properties": {"region": "us-west-2", **argument}}
    [problem] = hostile(run, json.dumps(written))
    assert problem["subject"] == "provider far"
    assert problem["path"] == next(iter(argument))
    assert "may not say where credentials go" in problem["reason"]
    assert world.writes() == {}


@pytest.mark.usefixtures("elsewhere")
def test_a_stranger_sets_neither_the_pace_nor_what_is_looked_at(
    world: World, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A List in a thousand million seconds would hold the trusted job up, and `off` would hide what has moved."""
    provider = {"rateLimits": {"ListStages": 1e-9}, "driftDetection": "off", "defaultTags": {"team": "live"}}
    written = json.loads(declaration(options={"provider": "${far}"}, properties={"name": "hall"}))
    written["resources"]["far"] = {"type": "pulumi:providers:ivs", "properties": provider}
    Path(DECLARED).write_text(json.dumps(written), encoding="utf-8")
    used = list[Settings]()

    def reached(settings: Settings, *others: Any) -> Account:
        used.append(settings)
        return Account(settings, *others)

    monkeypatch.setattr(accounts, "Account", reached)
    ended = run("plan", "--declared", DECLARED, "--json")
    assert ended.exit_code == 0, ended.output
    assert [(each.rate_limits, each.drift_detection) for each in used] == [({}, DriftDetection.DECLARED)] * 2
    [step] = document("plan", ended.stdout)["steps"]
    assert step["inputs"] == {"name": "hall", "tags": {"team": "live"}}
    assert changes(world) == {}


@pytest.mark.usefixtures("elsewhere")
def test_a_stranger_does_not_have_the_account_listed_without_end(run: Run) -> None:
    """Each provider has all resources of its region listed."""
    providers = {f"p{number}": {"type": "pulumi:providers:ivs", "properties": {}} for number in range(21)}
    stages = {f"s{number}": stage(f"${{p{number}}}") for number in range(21)}
    written = json.loads(declaration()) | {"resources": {**providers, **stages}}
    [problem] = hostile(run, json.dumps(written))
    assert problem["reason"] == "a declaration may use 20 providers at most; declare fewer"


def stage(provider: str) -> dict[str, Any]:
    return {"type": "ivs:index:Stage", "properties": {}, "options": {"provider": provider}}


@pytest.mark.usefixtures("elsewhere")
def test_that_no_checkout_says_the_settings_is_told(run: Run) -> None:
    told = document("plan", run("plan", "--declared", DECLARED, "--json").stdout)
    [note] = told["notes"]
    assert note.startswith("planned with the default settings: no Pulumi.yaml lies here; give --cwd")


@pytest.mark.usefixtures("elsewhere")
def test_the_default_provider_of_a_declaration_does_not_count(run: Run) -> None:
    """The endpoint that it names would be called by the trusted job, with its credentials."""
    written = json.loads(declaration()) | {"provider": {"endpoint": "http://127.0.0.1:9", "profile": "admin"}}
    Path(DECLARED).write_text(json.dumps(written), encoding="utf-8")
    assert run("plan", "--declared", DECLARED).exit_code == 0
