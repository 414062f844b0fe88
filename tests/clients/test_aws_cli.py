"""All 37 documented examples through a real AWS command line, as a user types them."""

from __future__ import annotations

import json
import os
import subprocess
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import aws_cli
import pytest

from tests.clients.examples import EXAMPLES, EXCEPTIONS, TITLES, SetUp, differences, prepared
from tests.emulator.talking import MODEL, REGION, Admin

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def aws() -> Path:
    """Answer the pinned AWS command line; made once, where a network allows."""
    try:
        return aws_cli.find() or aws_cli.make()
    except (OSError, subprocess.CalledProcessError) as problem:
        pytest.skip(f"no AWS command line, and it cannot be installed: {problem}")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer a folder with botocore's newest model: the command line on PyPI lags behind it by an operation."""
    folder = tmp_path_factory.mktemp("models")
    place = folder / "ivs-realtime" / "2020-07-14"
    place.mkdir(parents=True)
    (place / "service-2.json").write_text(json.dumps(MODEL))
    rules = files("botocore") / "data" / "ivs-realtime" / "2020-07-14" / "endpoint-rule-set-1.json.gz"
    (place / "endpoint-rule-set-1.json.gz").write_bytes(rules.read_bytes())
    return folder


def run(aws: Path, models: Path, url: str, account: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `aws ivs-realtime` against the emulator."""
    environment = os.environ | {
        "AWS_ENDPOINT_URL_IVS_REALTIME": url,
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_DATA_PATH": str(models),
        "AWS_PAGER": "",
        "AWS_MAX_ATTEMPTS": "1",
    }
    environment.pop("PYTHONPATH", None)
    command = [str(aws), "ivs-realtime", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=60)


@pytest.mark.parametrize("title", TITLES)
def test_a_documented_example_answers_what_is_documented(  # noqa: PLR0917  (fixtures)
    aws: Path, models: Path, url: str, account: str, set_up: SetUp, title: str
) -> None:
    """The documented members, types and fixed values; every departure stands in `EXCEPTIONS` with its reason."""
    example = EXAMPLES[TITLES.index(title)]
    ended = run(aws, models, url, account, example["operation"], *prepared(title, set_up))
    assert ended.returncode == 0, ended.stderr
    if example["output"] is None:
        assert ended.stdout == ""
    else:
        assert differences(example["output"], json.loads(ended.stdout), EXCEPTIONS.get(title, {})) == []


def test_every_exception_is_needed() -> None:
    """A departure that is none any more goes from the list; each names an example."""
    assert set(EXCEPTIONS) <= set(TITLES)
    assert all(reason for named in EXCEPTIONS.values() for reason in named.values())


def test_lower_case_rtmps_is_refused_as_the_enum_says(aws: Path, models: Path, url: str, account: str) -> None:
    """The one argument of the examples that is changed here; the command line shows the reason's type."""
    ended = run(aws, models, url, account, "create-ingest-configuration", "--ingest-protocol", "rtmps")
    assert ended.returncode != 0
    assert "ValidationException" in ended.stderr


def test_the_newest_operation_can_be_called_too(aws: Path, models: Path, url: str, account: str) -> None:
    """RevokeConnectionToken, of which no example exists."""
    ended = run(aws, models, url, account, "revoke-connection-token", "--token-id", "connection-1")
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr
    assert Admin(url, account).counts() == {"RevokeConnectionToken": 1}


def counted(document: Any) -> int:
    """Count the values of a document."""
    if isinstance(document, dict):
        return sum(counted(value) for value in document.values())
    if isinstance(document, list):
        return sum(counted(value) for value in document)
    return 1


def test_there_are_thirty_seven_examples() -> None:
    """29 with an output, of many values; none is lost."""
    outputs = [example["output"] for example in EXAMPLES if example["output"] is not None]
    assert (len(EXAMPLES), len(outputs)) == (37, 29)
    assert counted(outputs) > 200
