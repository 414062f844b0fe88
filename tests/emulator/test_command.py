"""`ivs emulator` as a process: what it prints, how it ends, what it keeps."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.cli.documents import document
from tests.emulator.talking import COMMAND, Admin, connect, process, send

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_goes_when_told(number: signal.Signals) -> None:
    """The first line is the URL and nothing else; it ends with 0, also while a call hangs."""
    with process() as (running, url):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
        Admin(url).fault(operation="*", kind="hang")
        begun = time.monotonic()
        with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)) as hanging:
            head = "POST /ListStages HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nAuthorization: "
            scope = "Credential=1/20260101/eu-west-1/ivs/aws4_request, SignedHeaders=a, Signature=b"
            hanging.sendall(f"{head}AWS4-HMAC-SHA256 {scope}\r\n\r\n".encode())
            while not Admin(url).counts():
                time.sleep(0.01)
            running.send_signal(number)
            assert running.wait(5) == 0
        assert time.monotonic() - begun < 3
        assert running.stdout
        assert running.stdout.read() == ""


def test_as_json_the_first_line_is_an_object() -> None:
    with process("--json") as (_, line):
        assert Admin(document("emulator", line)["url"]).counts() == {}


def test_its_options_are_its_first_settings() -> None:
    """Latency, rates, quotas and denials, as given on the command line."""
    denied = ("--deny", "ivs:DeleteStage", "--deny", "ivs:Update*")
    with process("--latency", "0.01", "--rates", "--no-quotas", *denied) as (_, url):
        settings = Admin(url).do("GET", "settings")
        assert (settings["latency"], settings["quotas"]) == (0.01, False)
        assert settings["rates"]["TagResource"] == 10
        assert [one["action"] for one in settings["deny"]] == ["ivs:DeleteStage", "ivs:Update*"]


def test_it_keeps_a_file_when_asked_to(tmp_path: Path) -> None:
    """After an orderly end, everything is there again, in every detail."""
    data = tmp_path / "ivs.db"
    with process("--data", str(data)) as (running, url):
        client = connect(url, "555555555555")
        stage = client.create_stage(name="hall", tags={"a": "b"})["stage"]
        ingest = client.create_ingest_configuration(ingestProtocol="RTMPS", stageArn=stage["arn"])
        client.close()
        running.send_signal(signal.SIGTERM)
        assert running.wait(5) == 0
    with process("--data", str(data)) as (_, url):
        client = connect(url, "555555555555")
        assert client.get_stage(arn=stage["arn"])["stage"] == stage
        made = ingest["ingestConfiguration"]
        assert client.get_ingest_configuration(arn=made["arn"])["ingestConfiguration"] == made
        client.close()


def fails(*arguments: str) -> str:
    """Run the command, which must fail with a message, and answer the message."""
    ended = subprocess.run([*COMMAND, *arguments], check=False, capture_output=True, text=True, timeout=20)
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
    return ended.stderr


def test_a_file_in_use_a_foreign_file_and_a_taken_port_are_told_plainly(tmp_path: Path) -> None:
    """One sentence and a way out, no trace."""
    data = tmp_path / "ivs.db"
    with process("--data", str(data)) as (_, url):
        assert "--data" in fails("--port", "0", "--data", str(data))
        port = str(urlsplit(url).port)
        assert "--port" in fails("--port", port)
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear emulator, " * 100)
    assert "--data" in fails("--port", "0", "--data", str(letter))
    assert letter.read_text().startswith("Dear emulator")


def test_a_denial_of_no_action_is_refused() -> None:
    """It would deny nothing, and a test pass for the wrong reason."""
    assert fails("--port", "0", "--deny", "foo").splitlines()[-1] == (
        "Error: --deny takes actions such as ivs:DeleteStage or ivs:Delete* (not foo)"
    )


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    """Rather than misread."""
    data = tmp_path / "ivs.db"
    script = f"import sqlite3; sqlite3.connect({str(data)!r}).execute('PRAGMA user_version = 99')"
    subprocess.run([sys.executable, "-c", script], check=True)
    assert "99" in fails("--port", "0", "--data", str(data))


def help_of(*arguments: str) -> str:
    """Answer what `ivs ARGUMENTS --help` prints."""
    ended = subprocess.run([*COMMAND[:-1], *arguments, "--help"], check=True, capture_output=True, text=True)
    return ended.stdout


def test_the_help_teaches() -> None:
    """How to point a client at it, the credentials, the admin interface, where the guesses are."""
    text = help_of("emulator")
    for word in (
        "AWS_ENDPOINT_URL_IVS_REALTIME",
        "AWS_ENDPOINT_URL_IVS=",
        "/_admin/join",
        "/_admin/clock",
        "AWS_ACCESS_KEY_ID",
        "aws ivs-realtime",
        "boto3",
        "/_admin/faults",
        "/_admin/settings",
        "docs/reference/guesses.md",
    ):
        assert word in text
    assert "emulator" in help_of()


def test_help_loads_no_library_of_a_command() -> None:
    """`ivs --help` stays quick because it imports neither boto nor aiohttp nor the emulator."""
    script = (
        "import sys; from ivs_provider.cli.main import ivs; ivs(['--help'], standalone_mode=False);"
        "print(sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    loaded = ended.stderr
    assert "click" in loaded
    for name in ("aiohttp", "botocore", "boto3", "ivs_emulator", "grpc", "cryptography"):
        assert f"'{name}'" not in loaded


def test_the_admin_interface_of_a_process_answers_json() -> None:
    """Health, for whoever waits for it in a script."""
    with process() as (_, url):
        status, headers, body = send(url, "GET", "/_admin/health")
        assert (status, headers["content-type"], json.dumps(body)) == (200, "application/json", '{"status": "ok"}')


def test_a_command_that_is_none_is_a_usage_error() -> None:
    """64, as for every wrong use; the message names it."""
    ended = subprocess.run([*COMMAND[:-1], "emulate"], check=False, capture_output=True, text=True)
    assert (ended.returncode, "emulate" in ended.stderr) == (64, True)
