"""How the emulator's tests talk to it: checked boto3 clients, the admin interface, bare HTTP, a process."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.emulator.model_check import complaints, read_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MODEL = read_model()
REGION = "eu-west-1"
# One for all clients: a session of its own would read the model anew for each test.
SESSION = boto3.Session()


def connect(
    url: str,
    account: str,
    region: str = REGION,
    *,
    service: str = "ivs-realtime",
    is_checked: bool = True,
    **config: Any,
) -> Any:
    """Make a real client that never retries; a checked one holds every answer to the model."""
    settings = Config(retries={"total_max_attempts": 1}, parameter_validation=False, **{"read_timeout": 5} | config)
    client = SESSION.client(
        service,
        endpoint_url=url,
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="x",
        config=settings,
    )
    if is_checked and service == "ivs-realtime":
        client.meta.events.register("after-call.ivs-realtime", _check_answer)
    return client


def _check_answer(http_response: Any, model: Any, **_named: Any) -> None:
    body = json.loads(http_response.content)
    headers = http_response.headers
    assert headers["x-amzn-RequestId"]
    assert headers["Content-Type"] == "application/json"
    if http_response.status_code == 200:
        assert "x-amzn-ErrorType" not in headers
        found = complaints(MODEL["shapes"], model.output_shape.name, body)
        assert not found, f"{model.name}: {found}"
        return
    assert set(body) == {"exceptionMessage"}
    modelled = MODEL["shapes"].get(headers["x-amzn-ErrorType"])
    if modelled:
        assert http_response.status_code == modelled["error"]["httpStatusCode"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a client learns of a refused call."""

    kind: str
    status: int
    message: str


def refused(call: Callable[..., Any], **arguments: Any) -> Refusal:
    """Make a call that must be refused, and answer how it was."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return Refusal(
        response["Error"]["Code"],
        response["ResponseMetadata"]["HTTPStatusCode"],
        response.get("exceptionMessage", ""),
    )


def send(
    url: str, method: str, target: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], Any]:
    """Send one bare request, and answer status, headers (lower case) and the JSON body."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
    try:
        connection.request(method, target, body, headers or {})
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, {key.lower(): value for key, value in answer.getheaders()}, json.loads(text)
    finally:
        connection.close()


def signature(account: str, region: str = REGION, service: str = "ivs") -> dict[str, str]:
    """Answer headers that look signed; the emulator verifies no signature."""
    scope = f"{account}/20260101/{region}/{service}/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}


@dataclass(frozen=True, slots=True)
class Admin:
    """The admin interface, confined to one account where one is given."""

    url: str
    account: str | None = None

    def ask(self, method: str, name: str, body: Any = None) -> tuple[int, Any]:
        """Ask for something, and answer status and body."""
        query = f"?account={self.account}" if self.account else ""
        content = b"" if body is None else json.dumps(body).encode()
        status, _, answer = send(self.url, method, f"/_admin/{name}{query}", content)
        return status, answer

    def do(self, method: str, name: str, body: Any = None) -> Any:
        """Ask for something that must succeed."""
        status, answer = self.ask(method, name, body)
        assert status == 200, answer
        return answer

    def settings(self, **changes: Any) -> Any:
        """Change settings."""
        return self.do("PATCH", "settings", changes)

    def fault(self, **fault: Any) -> Any:
        """Add a fault."""
        return self.do("POST", "faults", fault)

    def calls(self) -> list[dict[str, Any]]:
        """Answer the calls so far."""
        calls: list[dict[str, Any]] = self.do("GET", "calls")["calls"]
        return calls

    def counts(self) -> dict[str, int]:
        """Answer how many calls there were of each operation."""
        counts: dict[str, int] = self.do("GET", "calls")["counts"]
        return counts


COMMAND = (sys.executable, "-c", "from ivs_provider.cli.main import main; main()", "emulator")


@contextmanager
def process(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `ivs emulator` as a process on a free port; gives the process and the endpoint's URL."""
    command = [*COMMAND, "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout
            yield running, running.stdout.readline().strip()
        finally:
            running.kill()
            running.wait()
