"""What an earlier release said to the engine, today's plugin says too (issue 3, 4.10).

Recorded by ``tools/record_transcripts.py`` at each release, never edited. Two promises: a request that was answered
without looking at the account is answered the same; and what an earlier release recorded as state shows no change.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict, ParseDict
from pulumi.runtime.proto import provider_pb2 as pb

from tests.rpc.plugin import Plugin

FILES = sorted((Path(__file__).parent / "transcripts").glob("*/*.json"))
REQUESTS: dict[str, Any] = {
    "CheckConfig": pb.CheckRequest,
    "DiffConfig": pb.DiffRequest,
    "Configure": pb.ConfigureRequest,
    "Check": pb.CheckRequest,
    "Diff": pb.DiffRequest,
    "Create": pb.CreateRequest,
    "Update": pb.UpdateRequest,
}
RESPONSES: dict[str, Any] = {
    "CheckConfig": pb.CheckResponse,
    "DiffConfig": pb.DiffResponse,
    "Configure": pb.ConfigureResponse,
    "Check": pb.CheckResponse,
    "Diff": pb.DiffResponse,
    "Create": pb.CreateResponse,
    "Update": pb.UpdateResponse,
}
TYPES = {"EncoderConfiguration", "IngestConfiguration", "PublicKey", "Stage", "StorageConfiguration"}


def calls(file: Path) -> list[dict[str, Any]]:
    """The calls of one engine run."""
    found: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return found


def is_answered_without_the_account(call: dict[str, Any]) -> bool:
    """Whether the answer depends on the request alone."""
    if call["method"] in {"Create", "Update"}:
        return bool(call["request"].get("preview"))
    return call["method"] in REQUESTS


def ask(plugin: Plugin, method: str, request: dict[str, Any]) -> Any:
    """Send a recorded request; what a newer engine has beside it matters to nobody."""
    message = ParseDict(request, REQUESTS[method](), ignore_unknown_fields=True)
    return getattr(plugin.stub, method)(message, timeout=30)


def plain(message: Any) -> dict[str, Any]:
    """A message as a dictionary; the order of `diffs` and the like is nobody's promise."""
    return {
        key: sorted(value) if key in {"diffs", "replaces", "stables"} else value
        for key, value in MessageToDict(message).items()
    }


@pytest.mark.parametrize("file", FILES, ids=[f"{file.parent.name}/{file.stem}" for file in FILES])
def test_what_was_answered_then_is_answered_now(process: Plugin, file: Path) -> None:
    replayed = 0
    for call in calls(file):
        if is_answered_without_the_account(call):
            method = call["method"]
            recorded = ParseDict(call["response"], RESPONSES[method](), ignore_unknown_fields=True)
            assert plain(ask(process, method, call["request"])) == plain(recorded), (method, call["request"])
            replayed += 1
    assert replayed


def creations() -> list[dict[str, Any]]:
    """Everything that ever was created for a recording."""
    found = [call for file in FILES for call in calls(file)]
    return [call for call in found if call["method"] == "Create" and not call["request"].get("preview")]


def name_of(call: dict[str, Any]) -> str:
    """A recorded create as a test is named: by the id that was made up for it."""
    return str(call["response"]["id"]).rpartition(":")[2]


@pytest.mark.parametrize("call", [pytest.param(call, id=name_of(call)) for call in creations()])
def test_what_was_recorded_then_is_no_change_now(plugin: Plugin, call: dict[str, Any]) -> None:
    """State of the first release, with an unchanged program: a check changes nothing and a diff finds nothing."""
    request, response = call["request"], call["response"]
    identity = {name: request[name] for name in ("urn", "type", "name")}
    news = {**request["properties"]}
    checked = ask(plugin, "Check", {**identity, "news": news, "olds": news})
    assert MessageToDict(checked) == {"inputs": news}
    same = {"olds": response["properties"], "oldInputs": news, "news": news, "id": response["id"]}
    assert ask(plugin, "Diff", {**identity, **same}).changes == pb.DiffResponse.DIFF_NONE


def test_the_recordings_hold_every_type_and_every_kind_of_answer() -> None:
    """A recording that lacks something promises nothing about it."""
    assert {call["request"]["type"].rpartition(":")[2] for call in creations()} == TYPES
    found = [call for file in FILES for call in calls(file)]
    assert {call["method"] for call in found if is_answered_without_the_account(call)} == set(REQUESTS)
    kinds = {
        change["kind"]
        for call in found
        if call["method"] == "Diff"
        for change in call["response"].get("detailedDiff", {}).values()
        if "kind" in change
    }
    assert {"UPDATE", "ADD_REPLACE"} <= kinds


def test_the_recordings_hold_no_stream_key_and_no_path_of_a_machine() -> None:
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        assert text.count("rt_") == text.count("rt_123456789012_eu-west-1_AAAAAAAAAAAA_thiskeyneverwas")
        assert "file://" not in text
        assert "stackTrace" not in text
