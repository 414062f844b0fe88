"""The page at `/`: by HTTP, and in a real browser where one is installed."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.emulator.browser import browsing
from tests.emulator.rooms import Room
from tests.emulator.samples import P384
from tests.emulator.talking import Admin, refused

if TYPE_CHECKING:
    from pathlib import Path


def get(url: str, target: str) -> tuple[int, dict[str, str], str]:
    """Answer status, headers and text of a page."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("GET", target)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, {key.lower(): value for key, value in answer.getheaders()}, text


def post(url: str, target: str, **fields: str) -> tuple[int, str | None, str]:
    """Send a form, and answer status, where to go next, and the text."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", target, urlencode(fields), headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.headers["Location"], text


@pytest.fixture
def full(ivs: Any, channels: Any, admin: Admin) -> dict[str, Any]:
    """Answer an account with something of everything, and its secrets."""
    storage = ivs.create_storage_configuration(name="archive", s3={"bucketName": "tape"})["storageConfiguration"]["arn"]
    recording = {"storageConfigurationArn": storage}
    room = Room.made(
        ivs, admin, name="main-hall", tags={"team": "events"}, autoParticipantRecordingConfiguration=recording
    )
    token = room.token(userId="<b>alice</b>")
    name = admin.do("POST", "join", {"token": token, "client": {"browserName": "Firefox"}})["participant"][
        "participantId"
    ]
    room.do("publish", name)
    room.do("subscribe", room.enter(userId="bob"), to=name)
    other = Room.made(ivs, admin, name="overflow")
    ivs.start_participant_replication(sourceStageArn=room.arn, destinationStageArn=other.arn, participantId=name)
    encoder = ivs.create_encoder_configuration(name="hd")["encoderConfiguration"]["arn"]
    channel = channels.create_channel(name="public")
    to_channel = {"channelArn": channel["channel"]["arn"], "encoderConfigurationArn": encoder}
    to_s3 = {"storageConfigurationArn": storage, "encoderConfigurationArns": [encoder]}
    ivs.start_composition(stageArn=room.arn, destinations=[{"channel": to_channel}, {"s3": to_s3}])
    ingest = ivs.create_ingest_configuration(name="desk", ingestProtocol="RTMPS", stageArn=room.arn)[
        "ingestConfiguration"
    ]
    ivs.import_public_key(name="signer", publicKeyMaterial=P384)
    refused(ivs.get_stage, arn=room.arn[:-1] + "-")
    secrets = [token, ingest["streamKey"], channel["streamKey"]["value"], channel["channel"]["srt"]["passphrase"]]
    return {"room": room, "name": name, "secrets": secrets}


def test_the_page_shows_everything_and_no_secret(full: dict[str, Any], url: str, account: str) -> None:
    """Stages with people and sessions, compositions, ingest configurations, channels, keys, calls; text is escaped."""
    status, headers, text = get(url, f"/?account={account}")
    assert (status, headers["content-type"].partition(";")[0]) == (200, "text/html")
    shown = ("main-hall", "overflow", "team=events", full["name"], "Firefox", "replica", "hd", "archive", "desk")
    for word in (*shown, "public", "signer", full["room"].session, "StartComposition", "ResourceNotFoundException"):
        assert word in text, word
    assert "&lt;b&gt;alice&lt;/b&gt;" in text
    assert "<b>" not in text
    assert not [secret for secret in full["secrets"] if secret in text]
    assert "script" not in text.lower()


def test_an_empty_account_has_a_page_too(url: str, account: str) -> None:
    """It says how to begin; an unknown path is no page."""
    status, _, text = get(url, f"/?account={account}")
    assert status == 200
    assert "create-stage" in text
    assert get(url, "/index.html")[0] == 404


def test_forms_switch_faults_on_and_off(ivs: Any, admin: Admin, url: str, account: str) -> None:
    """And lead back to the page; nonsense is refused in words."""
    query = f"?account={account}"
    fields = {"operation": "ListStages", "kind": "throttle", "when": "before", "times": "2"}
    assert post(url, f"/_admin/form/faults{query}", **fields)[:2] == (303, f"/{query}#faults")
    assert refused(ivs.list_stages).kind == "ThrottlingException"
    assert "throttle" in get(url, f"/{query}")[2]
    post(url, f"/_admin/form/faults{query}", operation="*", kind="throttle", when="before", times="")
    assert admin.do("GET", "faults")["faults"][-1]["times"] is None
    assert post(url, f"/_admin/form/clear{query}")[0] == 303
    assert admin.do("GET", "faults") == {"faults": []}
    ivs.list_stages()
    assert post(url, f"/_admin/form/faults{query}", operation="Dance", kind="drop")[0] == 400
    assert post(url, f"/_admin/form/faults{query}", operation="*", kind="drop", times="x")[0] == 400
    assert post(url, f"/_admin/form/nothing{query}")[0] == 404


def test_a_person_with_a_browser_sees_it_and_switches_faults(
    full: dict[str, Any], url: str, account: str, ivs: Any, tmp_path: Path
) -> None:
    """In Chromium: what is shown, nothing cut off, and the forms work by clicking."""
    with browsing() as browser:
        browser.go(f"{url}/?account={account}")
        assert "IVS emulator" in browser.text("h1")
        stages = browser.text("#stages")
        for word in ("main-hall", full["name"], "<b>alice</b>", "publishes", "connected"):
            assert word in stages
        assert "channel" in browser.text("#compositions")
        # A page that is wider than its window is cut off; a sheet of style that was refused looks like nothing.
        assert browser.script("return document.documentElement.scrollWidth <= window.innerWidth")
        assert browser.script("return getComputedStyle(document.querySelector('section')).borderRadius") == "10px"
        browser.type("input[name=times]", "1")
        browser.click("select[name=operation] option:nth-child(2)")
        browser.click("select[name=kind] option:nth-child(6)")
        browser.click("#faults form button")
        assert browser.shows("#faults table", "throttle")
        assert browser.script("return location.hash") == "#faults"
        browser.click("#faults button.plain")
        assert browser.shows("#faults", "every call works")
        browser.screenshot(tmp_path / "page.png")
        assert (tmp_path / "page.png").stat().st_size > 10_000
    ivs.list_stages()
