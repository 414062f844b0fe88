"""A pytest plugin: the fixture `ivs_emulator`, with which users test their own back ends.

Installed with the package, so that nothing need be configured:

    def test_a_room_is_made(ivs_emulator):
        boto3.client("ivs-realtime").create_stage(name="hall")
        assert ivs_emulator.admin("GET", "calls")["counts"] == {"CreateStage": 1}

One emulator runs for the whole session, on a thread; each test has an account of its own in it, and the environment
variables that lead every AWS SDK there, child processes included.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REGION: Final = "eu-west-1"
"""The region that the environment names; the emulator knows every other one too."""

_FIRST_ACCOUNT: Final = 900_000_000_001


class AdminError(Exception):
    """The admin interface refused; `status`, and the `reason` as one word where there is one."""

    def __init__(self, status: int, message: str, reason: str | None) -> None:
        """Keep both beside the text."""
        super().__init__(message)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class EmulatedIvs:
    """One test's own account in the emulator."""

    url: str
    account: str
    region: str = REGION

    @property
    def environment(self) -> Mapping[str, str]:
        """What leads an AWS SDK or the AWS CLI here; the fixture has set it already."""
        return {
            "AWS_ENDPOINT_URL_IVS_REALTIME": self.url,
            "AWS_ENDPOINT_URL_IVS": self.url,
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": "emulated",
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
        }

    def client(self, service: str = "ivs-realtime", **options: object) -> Any:  # noqa: ANN401  (boto3 has no types)
        """Answer a boto3 client of this account, for `ivs-realtime` or `ivs`."""
        from boto3.session import Session

        session = Session(self.account, "emulated", region_name=self.region)
        return session.client(service, endpoint_url=self.url, **options)

    def admin(self, method: str, name: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Ask the admin interface for something in this account, and answer the JSON.

        Raises:
            AdminError: if it refuses.
        """
        content = None if body is None else json.dumps(body).encode()
        target = f"{self.url}/_admin/{name}?account={self.account}"
        request = Request(target, content, method=method)  # noqa: S310  (our own loopback URL)
        try:
            with urlopen(request) as answer:  # noqa: S310  (as above)
                document: dict[str, Any] = json.load(answer)
                return document
        except HTTPError as refusal:
            with refusal:
                told = json.load(refusal)
            raise AdminError(refusal.code, told["error"], told.get("reason")) from None

    def join(self, token: str, **options: object) -> dict[str, Any]:
        """Let somebody join with a token, and answer the participant.

        Raises:
            AdminError: with the reason, if the token is refused.
        """
        answer = self.admin("POST", "join", {"token": token, **options})
        found: dict[str, Any] = answer.get("participant") or answer
        return found

    def publish(self, participant: Mapping[str, Any]) -> dict[str, Any]:
        """Let a participant publish, and answer it.

        Raises:
            AdminError: with the event's error code, if it may not.
        """
        who = {name: participant[name] for name in ("stageArn", "participantId")}
        found: dict[str, Any] = self.admin("POST", "publish", who)["participant"]
        return found

    def leave(self, participant: Mapping[str, Any]) -> dict[str, Any]:
        """Let a participant leave, and answer it."""
        who = {name: participant[name] for name in ("stageArn", "participantId")}
        found: dict[str, Any] = self.admin("POST", "leave", who)["participant"]
        return found

    def advance(self, seconds: float) -> None:
        """Let time pass in this account."""
        self.admin("POST", "clock", {"advance": seconds})


@pytest.fixture(scope="session")
def _ivs_emulator_url() -> Iterator[str]:
    """Run an emulator on a thread for as long as the tests run."""
    from ivs_emulator.emulator import Emulator

    with Emulator() as emulator:
        yield emulator.url


@pytest.fixture(scope="session")
def _ivs_emulator_accounts() -> Iterator[int]:
    """Answer the numbers of accounts that no test has used."""
    return count(_FIRST_ACCOUNT)


@pytest.fixture
def ivs_emulator(
    _ivs_emulator_url: str, _ivs_emulator_accounts: Iterator[int], monkeypatch: pytest.MonkeyPatch
) -> EmulatedIvs:
    """An Amazon IVS on this machine, in an account of the test's own; the environment leads every AWS SDK to it."""
    emulated = EmulatedIvs(_ivs_emulator_url, str(next(_ivs_emulator_accounts)))
    for name, value in emulated.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    if "boto3" in sys.modules:
        # `boto3.client` keeps one session for ever, with the credentials of the test that came first.
        monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    return emulated
