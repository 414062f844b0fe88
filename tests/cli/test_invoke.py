"""`ivs invoke` and `ivs key` as a person types them: words, files, secrets, exit codes."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from ivs_provider.cli.main import ivs
from ivs_provider.functions import functions
from ivs_provider.tokens import create_key_pair, fingerprint, verify_token
from tests.cli.documents import document
from tests.emulator.talking import connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

KEY = "arn:aws:ivs:eu-west-1:123456789012:public-key/k"
STAGE = "arn:aws:ivs:eu-west-1:123456789012:stage/s"
ENDPOINTS = '{"events": "wss://e", "whip": "https://w"}'
SIGN = [
    "signParticipantToken",
    f"publicKeyArn={KEY}",
    f"stageArn={STAGE}",
    f"endpoints={ENDPOINTS}",
    "privateKeyFile=private.pem",
]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in an empty directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    """Run the command; what it wrote on both streams is in `output`."""
    return CliRunner().invoke(ivs, list(arguments), prog_name="ivs")


@pytest.fixture
def call(url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Invoke a function against the emulator, as JSON."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "123456789012")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    reach = ["--endpoint", url, "--region", "eu-west-1", "--json"]

    def invoke(*arguments: str) -> Any:
        ended = run("invoke", *arguments, *reach)
        assert ended.exit_code == 0, ended.output
        return json.loads(ended.stdout)

    return invoke


# --- ivs key --------------------------------------------------------------------------------------------------------


def test_a_pair_is_made_once_and_only_its_owner_reads_the_private_half(here: Path) -> None:
    """Mode 0600 from the first moment; the halves belong together; nothing secret on the screen."""
    ended = run("key", "create")
    assert ended.exit_code == 0
    private, public = here / "private.pem", here / "private.pub.pem"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert fingerprint(private) == fingerprint(public)
    assert fingerprint(private) in ended.output
    assert "PRIVATE" not in ended.output
    assert "BEGIN PUBLIC KEY" in public.read_text()


def test_json_names_the_files_and_the_fingerprint(here: Path) -> None:
    told = document("key", run("key", "create", "--json").stdout)
    assert (told["private"], told["public"]) == ("private.pem", "private.pub.pem")
    assert told["fingerprint"] == fingerprint(here / "private.pem")
    shown = document("key", run("key", "fingerprint", "private.pub.pem", "--json").stdout)
    assert shown == {"format": "pulumi-ivs/key/1", "fingerprint": told["fingerprint"]}
    again = run("key", "create", "--json")
    assert (again.exit_code, document("error", again.stdout)["error"]) == (
        1,
        {
            "name": "Refused",
            "what": "private.pem exists and is not overwritten",
            "todo": "Choose another --out.",
        },
    )
    (here / "no.pem").write_text("no key")
    no_key = run("key", "fingerprint", "no.pem", "--json")
    assert (no_key.exit_code, document("error", no_key.stdout)["error"]["name"]) == (1, "Refused")


@pytest.mark.parametrize("there", ["key.pem", "key.pub.pem"])
def test_nothing_is_ever_overwritten(here: Path, there: str) -> None:
    """Neither half, and a half pair is not left behind."""
    (here / there).write_text("mine")
    ended = run("key", "create", "--out", "key.pem")
    assert ended.exit_code == 1
    assert "exists and is not overwritten" in ended.output
    assert [(path.name, path.read_text()) for path in here.iterdir()] == [(there, "mine")]


def test_a_place_that_is_none_is_named() -> None:
    """A directory that does not exist."""
    ended = run("key", "create", "--out", "nowhere/key.pem")
    assert (ended.exit_code, "cannot be written" in ended.output) == (1, True)


def test_fingerprints_of_both_halves_and_of_no_key(here: Path) -> None:
    """One line for a program to read; a reason for a person."""
    pair = create_key_pair()
    (here / "a.pem").write_text(pair.private_pem)
    (here / "b.pem").write_text(pair.public_pem)
    (here / "c.pem").write_text("no key")
    assert (
        run("key", "fingerprint", "a.pem").stdout
        == run("key", "fingerprint", "b.pem").stdout
        == f"{pair.fingerprint}\n"
    )
    ended = run("key", "fingerprint", "c.pem")
    assert (ended.exit_code, "c.pem cannot be read as a public key" in ended.output) == (1, True)
    assert run("key", "fingerprint", "d.pem").exit_code == 64


# --- ivs invoke -----------------------------------------------------------------------------------------------------


def test_without_a_name_it_lists_all_functions() -> None:
    """One line each."""
    lines = run("invoke").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(functions())


def test_a_token_is_masked_unless_it_is_asked_for() -> None:
    """On a screen; JSON goes to programs, and a mask would be taken for a token."""
    assert run("key", "create").exit_code == 0
    masked, shown, as_json = (run("invoke", *SIGN, *more) for more in ([], ["--show-secrets"], ["--json"]))
    assert "token: [secret]" in masked.stdout
    assert "eyJ" not in masked.output
    assert "token: eyJ" in shown.stdout
    token = json.loads(as_json.stdout)["participantToken"]["token"]
    assert verify_token(token, Path("private.pub.pem")).is_valid


def test_files_stand_for_values_and_the_exit_code_for_the_verdict(here: Path) -> None:
    """0 where the token holds, 1 where it does not."""
    run("key", "create")
    token = json.loads(run("invoke", *SIGN, "--json").stdout)["participantToken"]["token"]
    (here / "token.jwt").write_text(f"{token}\n")
    arguments = ["verifyToken", "token=@token.jwt", "publicKeyMaterial=@private.pub.pem"]
    good = run("invoke", *arguments)
    assert (good.exit_code, "valid: true" in good.stdout) == (0, True)
    bad = run("invoke", *arguments, f"stageArn={STAGE}x")
    assert (bad.exit_code, "names another stage" in bad.stdout) == (1, True)
    assert token not in good.output + bad.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing"], "there is no function nothing; there are createParticipantToken"),
        (["getStage", "name"], "'name' is no KEY=VALUE"),
        (["getStage", "name=a", "name=b"], "name is given twice"),
        (["getStage", "tags=x"], "tags takes object as JSON, not 'x'"),
        (["getStage", "name=@missing"], "missing cannot be read: No such file"),
        (["getStage"], "give arn, or name, or tags"),
        (["getStage", "nam=a"], "nam: is not known; did you mean name?"),
        (["stopComposition", "arn=x", "timeoutSeconds=-1"], "timeoutSeconds: must be at least 0"),
    ],
)
def test_wrong_arguments_exit_with_64_and_call_nothing(arguments: list[str], words: str) -> None:
    """Nothing is reached for: there is no endpoint in this test."""
    ended = run("invoke", *arguments)
    assert ended.exit_code == 64
    assert words in ended.output


def test_a_failed_call_exits_with_1(url: str, call: Callable[..., Any]) -> None:
    """With what AWS said, and what to do."""
    assert "stages" in call("listStages")
    ended = run("invoke", "getStage", f"arn={STAGE}", "--endpoint", url, "--region", "eu-west-1")
    assert ended.exit_code == 1
    assert "getStage: AWS refused GetStage" in ended.output
    assert "Check the ARN" in ended.output


def test_a_stacks_composition_is_found_from_the_command_line(url: str, call: Callable[..., Any]) -> None:
    """Started twice: one composition; of another stack: another one."""
    client = connect(url, "123456789012", "eu-west-1")
    stage = client.create_stage(name="hall")["stage"]["arn"]
    picture = client.create_encoder_configuration()["encoderConfiguration"]["arn"]
    archive = client.create_storage_configuration(s3={"bucketName": "recordings"})["storageConfiguration"]["arn"]
    s3 = {"storageConfigurationArn": archive, "encoderConfigurationArns": [picture]}
    arguments = ["startComposition", f"stageArn={stage}", f"destinations={json.dumps([{'s3': s3}])}"]
    first, second = (call(*arguments, "--stack", "video/dev") for _ in range(2))
    assert (first["started"], second["started"]) == (True, False)
    assert call(*arguments, "--stack", "video/prod")["started"] is True
    assert len(call("listCompositions", f"filterByStageArn={stage}")["compositions"]) == 2


def test_a_call_that_fails_is_told_as_json_and_every_call_on_stderr(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "123456789012")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    there = ["--endpoint", url, "--region", "eu-west-1", "--json", "--log-format", "json"]
    ended = run("invoke", "getStage", "name=nowhere", *there)
    assert (ended.exit_code, document("error", ended.stdout)["error"]["name"]) == (1, "Rejected")
    assert [json.loads(line)["operation"] for line in ended.stderr.splitlines()] == ["ListStages"]
