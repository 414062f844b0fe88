"""What is told of every call: each try, how it ended, how long it took, and nothing that a user may keep secret."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from ivs_provider.cli.call_log import log_call
from ivs_provider.errors import IvsError, NotFound, TimedOut

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivs_provider.cloud import Account, CallRecord
    from ivs_provider.reconcile.reconciler import Reconciler
    from tests.rpc.world import World

HIDDEN = "hunter2"


@pytest.fixture
def told() -> list[CallRecord]:
    return []


@pytest.fixture
def account(reaching: Callable[..., Reconciler], told: list[CallRecord], monkeypatch: pytest.MonkeyPatch) -> Account:
    """An account that tells, and waits for nothing between tries."""
    monkeypatch.setattr("ivs_provider.cloud.account._FIRST_PAUSE", 0.0)
    found = reaching().account
    found.on_call = told.append
    return found


def test_a_call_is_told_with_its_subject_and_the_request_id(
    world: World, account: Account, told: list[CallRecord]
) -> None:
    arn = world.call("CreateStage")["stage"]["arn"]
    account.call("GetStage", {"arn": arn})
    account.call("ListTagsForResource", {"resourceArn": arn})
    account.call("ListStages", {})
    assert [(call.operation, call.resource, call.attempt, call.error) for call in told] == [
        ("GetStage", arn, 1, ""),
        ("ListTagsForResource", arn, 1, ""),
        ("ListStages", "", 1, ""),
    ]
    assert all(call.request_id and call.seconds >= 0 and call.at > 0 for call in told)


def test_a_throttled_call_is_told_at_every_try(world: World, account: Account, told: list[CallRecord]) -> None:
    world.fault(operation="ListStages", when="before", kind="throttle", times=2)
    account.call("ListStages", {})
    assert [(call.attempt, call.error) for call in told] == [(1, "Throttled"), (2, "Throttled"), (3, "")]
    assert told[0].request_id


def test_a_lost_answer_is_told_as_such_and_has_no_request_id(
    world: World, account: Account, told: list[CallRecord]
) -> None:
    world.fault(operation="CreateStage", when="after", kind="drop")
    with pytest.raises(TimedOut):
        account.call("CreateStage", {"tags": {"pulumi-ivs:name": "lobby"}})
    assert [(call.resource, call.error, call.request_id) for call in told] == [("lobby", "TimedOut", "")]


def test_a_refusal_is_told_with_its_request_id(world: World, account: Account, told: list[CallRecord]) -> None:
    with pytest.raises(NotFound):
        account.call("GetStage", {"arn": f"arn:aws:ivs:eu-west-1:{world.account}:stage/none"})
    assert [(call.error, bool(call.request_id)) for call in told] == [("NotFound", True)]


def test_a_line_is_json_and_holds_nothing_of_the_request_but_the_subject(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.on_call = log_call
    account.call("CreateStage", {"name": HIDDEN, "tags": {"pulumi-ivs:name": "lobby", "password": HIDDEN}})
    with pytest.raises(IvsError):
        account.call("CreateStage", {"name": f"{HIDDEN} with a blank"})
    out, err = capsys.readouterr()
    lines: list[dict[str, Any]] = [json.loads(line) for line in err.splitlines()]
    assert (out, HIDDEN in err) == ("", False)
    assert [set(line) for line in lines] == [
        {"time", "operation", "resource", "attempt", "milliseconds", "outcome", "requestId"},
        {"time", "operation", "attempt", "milliseconds", "outcome", "requestId"},
    ]
    assert (lines[0]["resource"], lines[0]["outcome"], lines[1]["outcome"]) == ("lobby", "ok", "Rejected")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", lines[0]["time"])
