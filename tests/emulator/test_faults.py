"""Faults on the real connection: what the client meets, and whether the operation was done."""

from __future__ import annotations

import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError, ReadTimeoutError

from tests.emulator.talking import MODEL, Admin, connect, refused, signature

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def hasty(url: str, account: str) -> Iterator[Any]:
    """Answer a client that loses patience after 0.3 seconds."""
    client = connect(url, account, is_checked=False, read_timeout=0.3)
    yield client
    client.close()


def stages(ivs: Any) -> int:
    """Answer how many stages there are."""
    return len(ivs.list_stages()["stages"])


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize("kind", ["drop", "reset"])
def test_a_lost_answer_leaves_open_what_was_done(unchecked: Any, admin: Admin, kind: str, when: str, made: int) -> None:
    """A closed or reset connection looks alike before and after the stage was made; the log tells the truth."""
    admin.fault(operation="CreateStage", kind=kind, when=when)
    with pytest.raises(HTTPClientError):
        unchecked.create_stage()
    (call,) = admin.calls()
    assert (call["performed"], call["status"], call["fault"]) == (bool(made), None, kind)
    assert [stage["arn"] for stage in unchecked.list_stages()["stages"]] == [call["arn"]] * made
    unchecked.create_stage()
    assert stages(unchecked) == made + 1


def test_a_dropped_connection_says_goodbye_and_a_reset_one_does_not(url: str, account: str, admin: Admin) -> None:
    """End of file against ECONNRESET, as the socket sees it."""
    for kind, expected in (("drop", http.client.RemoteDisconnected), ("reset", ConnectionResetError)):
        admin.fault(operation="ListStages", kind=kind)
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
        connection.request("POST", "/ListStages", b"{}", signature(account))
        with pytest.raises(expected) as caught:
            connection.getresponse()
        connection.close()
        assert caught.type is expected


def test_a_cut_answer_promises_more_than_it_sends(url: str, account: str, admin: Admin) -> None:
    """200, a Content-Length, half of the body, and the end."""
    admin.fault(operation="CreateStage", kind="cut", when="after")
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
    connection.request("POST", "/CreateStage", b"{}", signature(account))
    answer = connection.getresponse()
    with pytest.raises(http.client.IncompleteRead) as caught:
        answer.read()
    connection.close()
    assert answer.status == 200
    assert caught.value.partial.startswith(b'{"stage": {"arn"')
    promised = int(answer.headers["Content-Length"])
    assert len(caught.value.partial) == promised // 2


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_hanging_call_is_never_answered(hasty: Any, unchecked: Any, admin: Admin, when: str, made: int) -> None:
    """The client's own time-out ends it; others are served meanwhile."""
    admin.fault(operation="CreateStage", kind="hang", when=when)
    with pytest.raises(ReadTimeoutError):
        hasty.create_stage()
    assert stages(unchecked) == made
    (call,) = [call for call in admin.calls() if call["operation"] == "CreateStage"]
    assert (call["status"], call["fault"], call["performed"]) == (None, "hang", bool(made))


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize("kind", ["cut", "empty"])
def test_a_cut_or_empty_answer_looks_like_success_to_boto3(
    unchecked: Any, admin: Admin, kind: str, when: str, made: int
) -> None:
    """200 without a stage: botocore checks no length and swallows JSON that it can't parse."""
    admin.fault(operation="CreateStage", kind=kind, when=when)
    assert "stage" not in unchecked.create_stage()
    assert stages(unchecked) == made


@pytest.mark.parametrize("kind", ["cut", "empty"])
def test_a_cut_or_empty_refusal_is_no_success(unchecked: Any, admin: Admin, kind: str) -> None:
    """Whatever becomes of a body: a status line of 200 says that it was done."""
    admin.settings(deny=["ivs:CreateStage"])
    admin.fault(operation="CreateStage", kind=kind, when="after")
    assert refused(unchecked.create_stage).status == 403
    assert stages(unchecked) == 0


@pytest.mark.parametrize("at", [("before", 0), ("after", 1)])
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({}, ("InternalServerException", 500)),
        ({"status": 503, "error": "ServiceUnavailable"}, ("ServiceUnavailable", 503)),
        ({"error": "PendingVerification"}, ("PendingVerification", 403)),
        ({"error": "ConflictException"}, ("ConflictException", 409)),
    ],
)
def test_a_status_can_be_asked_for(
    unchecked: Any, admin: Admin, fault: dict[str, Any], expected: tuple[str, int], at: tuple[str, int]
) -> None:
    """With the type's own status where the model has one, and done or not as the test wants."""
    when, made = at
    admin.fault(operation="CreateStage", kind="status", when=when, **fault)
    refusal = refused(unchecked.create_stage)
    assert (refusal.kind, refusal.status) == expected
    # botocore drops the text of types that it has no model of.
    assert bool(refusal.message) == (expected[0] in MODEL["shapes"])
    assert stages(unchecked) == made


def test_a_throttle_can_be_asked_for(ivs: Any, admin: Admin) -> None:
    """The same answer as when a rate is exceeded; nothing is performed."""
    admin.fault(operation="CreateStage", kind="throttle")
    refusal = refused(ivs.create_stage)
    assert (refusal.kind, refusal.status) == ("ThrottlingException", 429)
    assert stages(ivs) == 0


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delay_only_delays(ivs: Any, admin: Admin, when: str) -> None:
    """Before the work or after it: the stage is made, the answer is whole."""
    admin.fault(operation="CreateStage", kind="delay", when=when, seconds=0.3)
    with ThreadPoolExecutor(1) as pool:
        begun = time.monotonic()
        call = pool.submit(ivs.create_stage)
        time.sleep(0.15)
        made_meanwhile = len(admin.do("GET", "resources")["resources"])
        assert call.result()["stage"]["arn"]
        assert time.monotonic() - begun >= 0.3
    assert made_meanwhile == (1 if when == "after" else 0)


def test_times_and_skip_choose_the_calls_that_are_hit(ivs: Any, admin: Admin) -> None:
    """The third and fourth, and no other; a fault that is used up is gone."""
    admin.fault(operation="ListStages", kind="status", error="ConflictException", skip=2, times=2)
    outcomes = []
    for _ in range(6):
        try:
            ivs.list_stages()
            outcomes.append("fine")
        except ClientError:
            outcomes.append("hit")
    assert outcomes == ["fine", "fine", "hit", "hit", "fine", "fine"]
    assert admin.do("GET", "faults") == {"faults": []}


def test_a_fault_for_every_operation_lasts_until_it_is_cleared(ivs: Any, admin: Admin) -> None:
    """`*` and no number of times."""
    admin.fault(operation="*", kind="throttle", times=None)
    for call in (ivs.list_stages, ivs.list_public_keys, ivs.list_stages):
        assert refused(call).status == 429
    assert len(admin.do("GET", "faults")["faults"]) == 1
    admin.do("DELETE", "faults")
    ivs.list_stages()


def test_faults_stay_in_their_account(url: str, ivs: Any, admin: Admin) -> None:
    """So that many tests can share an emulator."""
    admin.fault(operation="*", kind="throttle")
    other = connect(url, "888888888888")
    other.list_stages()
    other.close()
    assert refused(ivs.list_stages).status == 429


def test_a_refused_call_is_not_done_even_if_its_answer_is_lost(unchecked: Any, admin: Admin) -> None:
    """`after` does not mean that bad arguments were taken."""
    admin.fault(operation="CreateStage", kind="drop", when="after")
    with pytest.raises(ConnectionClosedError):
        unchecked.create_stage(name="two words")
    (call,) = admin.calls()
    assert (call["performed"], call["status"]) == (False, None)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "explode"},
        {"when": "meanwhile"},
        {"operation": "CreateRoom"},
        {"times": "often"},
        {"secnds": 1},
        {"skip": True},
    ],
)
def test_a_misspelt_fault_is_refused(admin: Admin, fault: dict[str, Any]) -> None:
    """A fault that silently never strikes makes a test pass for the wrong reason."""
    status, answer = admin.ask("POST", "faults", fault)
    assert (status, bool(answer["error"])) == (400, True)
    assert admin.do("GET", "faults") == {"faults": []}
