"""The clock that tests move, snapshots, and browsers from anywhere."""

from __future__ import annotations

import http.client
import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from ivs_emulator.emulator import Emulator
from tests.emulator.rooms import Room
from tests.emulator.talking import Admin, connect, send, signature


def test_each_account_has_a_clock_of_its_own(admin: Admin, url: str) -> None:
    """Advanced, set, and set back by a reset; the others' time is left alone."""
    other = Admin(url, "999999999999")
    before = other.do("GET", "clock")
    assert before["offset"] == 0
    assert admin.do("POST", "clock", {"advance": 90})["offset"] == pytest.approx(90)
    assert admin.do("POST", "clock", {"advance": 10})["offset"] == pytest.approx(100)
    told = admin.do("POST", "clock", {"set": "2030-01-01T00:00:00Z"})
    assert told["now"].startswith("2030-01-01T00:00:00.")
    assert admin.do("POST", "clock", {"set": 0, "advance": 60})["now"].startswith("1970-01-01T00:01:00.")
    assert other.do("GET", "clock")["offset"] == 0
    admin.do("POST", "reset")
    assert admin.do("GET", "clock")["offset"] == 0


@pytest.mark.parametrize(
    "body", [{"set": "yesterday"}, {"advance": "long"}, {"forward": 1}, {"advance": True}, {"set": 1e30}]
)
def test_a_wish_for_another_time_must_make_sense(admin: Admin, body: dict[str, Any]) -> None:
    """400 and a sentence."""
    status, answer = admin.ask("POST", "clock", body)
    assert (status, bool(answer["error"])) == (400, True)


def test_the_clock_of_all_moves_all_that_have_none_of_their_own() -> None:
    """For an emulator that one suite has for itself."""
    with Emulator() as emulator:
        whole = Admin(emulator.url)
        whole.do("POST", "clock", {"set": "2031-05-05T00:00:00Z"})
        client = connect(emulator.url, "123456789012")
        client.create_participant_token(stageArn=client.create_stage()["stage"]["arn"])
        token = client.create_participant_token(stageArn=client.list_stages()["stages"][0]["arn"])
        assert token["participantToken"]["expirationTime"].isoformat().startswith("2031-05-05T12:00:0")
        client.close()
        assert datetime.fromisoformat(whole.do("GET", "clock")["now"]).year == 2031
        whole.do("POST", "reset")
        assert whole.do("GET", "clock")["offset"] == 0


def test_a_snapshot_brings_everything_back(room: Room, admin: Admin) -> None:
    """People inside, tokens out in the world, settings, faults, the time, and what is still to happen."""
    name = room.enter(publishing=True)
    outside = room.token(userId="later")
    room.ivs.create_ingest_configuration(ingestProtocol="RTMPS", stageArn=room.arn)
    admin.do("POST", "clock", {"advance": 1000})
    admin.fault(operation="CreateStage", kind="throttle", times=None)
    before = admin.do("GET", "snapshot")
    seen = room.participant(name)
    admin.do("POST", "reset")
    assert admin.do("GET", "resources") == {"resources": []}
    admin.do("POST", "restore", before)
    after = admin.do("GET", "snapshot")
    assert after == before | {"offset": after["offset"]}
    assert after["offset"] == pytest.approx(1000, abs=5)
    assert room.participant(name) == seen
    assert admin.do("POST", "join", {"token": outside})["participant"]["userId"] == "later"
    room.pass_time(24 * 3600)
    assert "PUBLISH_ERROR" in room.history(name)


def test_what_is_no_snapshot_is_refused_and_changes_nothing(room: Room, admin: Admin, url: str) -> None:
    """Another format, a missing part, another account's."""
    good = admin.do("GET", "snapshot")
    part = {name: value for name, value in good.items() if name != "rows"}
    for bad in ({}, good | {"format": 1}, part, good | {"rows": [{}]}, good | {"rows": 7}):
        assert admin.ask("POST", "restore", bad)[0] == 400
    assert Admin(url, "888888888888").ask("POST", "restore", good)[0] == 400
    assert room.ivs.get_stage(arn=room.arn)


def preflight(url: str, target: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    """Ask as a browser asks before it calls."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
    connection.request("OPTIONS", target, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@pytest.mark.parametrize("target", ["/CreateStage", "/tags/arn%3Aaws", "/_admin/calls"])
def test_a_browser_may_call_from_anywhere(url: str, target: str) -> None:
    """With the headers that its SDK signs; asking is no call."""
    wanted = "authorization,content-type,x-amz-date,x-amz-user-agent"
    origin = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"}
    answer = preflight(url, target, origin | {"Access-Control-Request-Headers": wanted})
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Headers"] == wanted
    assert {"POST", "GET", "DELETE"} <= set(answer.headers["Access-Control-Allow-Methods"].split(", "))


def test_a_browser_can_read_the_error_type_and_the_request_id(url: str, account: str, admin: Admin) -> None:
    """In answers and in refusals, and the other headers that the model names."""
    for body, status in ((b"{}", 200), (b'{"name": "two words"}', 400)):
        seen, headers, _ = send(url, "POST", "/CreateStage", body, signature(account))
        assert seen == status
        assert headers["access-control-allow-origin"] == "*"
        exposed = headers["access-control-expose-headers"].lower()
        assert "x-amzn-errortype" in exposed
        assert "x-amzn-requestid" in exposed
        for name in (
            "cache-control",
            "content-security-policy",
            "strict-transport-security",
            "x-content-type-options",
            "x-frame-options",
        ):
            assert headers[name]
    assert admin.counts() == {"CreateStage": 2}


def test_the_admin_interface_takes_no_strange_wishes(room: Room, admin: Admin) -> None:
    """Unknown members, wrong types, unknown participants: a status and a sentence, never a fault."""
    name = room.enter()
    cases: list[tuple[str, dict[str, Any], int]] = [
        ("publish", {}, 400),
        ("publish", {"stageArn": room.arn}, 400),
        ("publish", {"stageArn": 7, "participantId": name}, 400),
        ("publish", {"stageArn": room.arn, "participantId": "nobody"}, 404),
        ("publish", {"stageArn": f"{room.arn}x", "participantId": name}, 404),
        ("subscribe", {"stageArn": room.arn, "participantId": name}, 400),
        ("join", {}, 400),
        ("join", {"token": 7}, 400),
        ("join", {"token": room.token(), "error": "BAD_LUCK"}, 400),
        ("stream", {}, 400),
        ("channel", {"arn": room.arn, "live": True}, 404),
        ("composition", {"arn": room.arn}, 404),
        ("resource", {"arn": 7}, 404),
    ]
    for action, body, status in cases:
        seen, answer = admin.ask("POST", action, body)
        assert (seen, bool(answer["error"])) == (status, True), (action, body, answer)


def test_no_token_or_stream_key_is_repeated_in_a_refusal(room: Room, admin: Admin) -> None:
    """Refusals end up in logs."""
    token = room.token()
    _, answer = admin.ask("POST", "join", {"token": token, "colour": "red"})
    assert token not in json.dumps(answer)
    key = room.ivs.create_ingest_configuration(ingestProtocol="RTMPS")["ingestConfiguration"]["streamKey"]
    status, answer = admin.ask("POST", "stream", {"streamKey": key})
    assert (status, key in json.dumps(answer)) == (409, False)
