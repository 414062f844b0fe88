"""Paging, filters, and lists that lag behind."""

from __future__ import annotations

import base64
import http.client
import json
import time
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.emulator.samples import OTHER_P384, P384
from tests.emulator.talking import Admin, refused, signature

TAGS = dict.fromkeys("abcd", "b" * 256)


def stages(ivs: Any, number: int) -> list[str]:
    """Create so many stages and answer their ARNs."""
    return [ivs.create_stage(name=f"s{index}")["stage"]["arn"] for index in range(number)]


def pages(ivs: Any, **arguments: Any) -> list[list[str]]:
    """Answer the ARNs of each page of the list of stages."""
    found: list[list[str]] = []
    token: dict[str, str] = {}
    while True:
        page = ivs.list_stages(**arguments, **token)
        found.append([stage["arn"] for stage in page["stages"]])
        if "nextToken" not in page:
            return found
        token = {"nextToken": page["nextToken"]}


def test_pages_hold_everything_exactly_once(ivs: Any) -> None:
    """Full pages, then the rest, and no empty page behind a full last one."""
    made = stages(ivs, 6)
    for size, lengths in ((4, [4, 2]), (3, [3, 3]), (6, [6]), (100, [6])):
        found = pages(ivs, maxResults=size)
        assert [len(page) for page in found] == lengths
        assert sorted(arn for page in found for arn in page) == sorted(made)


def test_the_default_page_of_stages_has_fifty(ivs: Any) -> None:
    """As the model's text says of maxResults."""
    stages(ivs, 51)
    assert [len(page) for page in pages(ivs)] == [50, 1]


def test_the_default_page_of_encoders_has_more_than_the_quota(ivs: Any) -> None:
    """100 by default, and there can't be so many."""
    for _ in range(20):
        ivs.create_encoder_configuration()
    answer = ivs.list_encoder_configurations()
    assert len(answer["encoderConfigurations"]) == 20
    assert "nextToken" not in answer


def test_the_default_page_of_ingest_configurations_has_fifty(ivs: Any) -> None:
    """As the model's text says, and botocore's own paginator walks over all pages."""
    for _ in range(51):
        ivs.create_ingest_configuration(ingestProtocol="RTMPS")
    walked = list(ivs.get_paginator("list_ingest_configurations").paginate())
    assert [len(page["ingestConfigurations"]) for page in walked] == [50, 1]


def test_paging_goes_on_when_the_page_before_was_deleted(ivs: Any) -> None:
    """A reader that deletes what it reads must neither skip nor repeat."""
    made = stages(ivs, 4)
    page = ivs.list_stages(maxResults=2)
    seen = [stage["arn"] for stage in page["stages"]]
    for arn in seen:
        ivs.delete_stage(arn=arn)
    rest = ivs.list_stages(nextToken=page["nextToken"])["stages"]
    assert sorted(seen + [stage["arn"] for stage in rest]) == sorted(made)


def test_a_token_belongs_to_its_list(ivs: Any) -> None:
    """Made up, altered, or of another list: refused."""
    stages(ivs, 2)
    ivs.import_public_key(publicKeyMaterial=P384)
    ivs.import_public_key(publicKeyMaterial=OTHER_P384)
    token = ivs.list_public_keys(maxResults=1)["nextToken"]
    assert len(ivs.list_public_keys(nextToken=token)["publicKeys"]) == 1
    for bad in (token, "abc", "AAAA", base64.b64encode(b"[1]").decode(), base64.b64encode(b"7").decode()):
        assert refused(ivs.list_stages, nextToken=bad).kind == "ValidationException"
    assert len(ivs.list_stages(nextToken="")["stages"]) == 2


def test_ingest_configurations_are_filtered_by_stage_or_by_state(ivs: Any, admin: Admin) -> None:
    """Each filter alone, over pages too; a token of one filter is no token of the other."""
    stage = stages(ivs, 1)[0]
    with_stage = [
        ivs.create_ingest_configuration(ingestProtocol="RTMPS", stageArn=stage)["ingestConfiguration"]["arn"]
        for _ in range(2)
    ]
    alone = ivs.create_ingest_configuration(ingestProtocol="RTMPS")["ingestConfiguration"]["arn"]
    admin.do("POST", "resource", {"arn": alone, "active": True})

    def listed(**filters: Any) -> list[str]:
        return [one["arn"] for one in ivs.list_ingest_configurations(**filters)["ingestConfigurations"]]

    assert listed(filterByStageArn=stage) == with_stage
    assert listed(filterByState="ACTIVE") == [alone]
    assert listed(filterByState="INACTIVE") == with_stage
    first = ivs.list_ingest_configurations(filterByStageArn=stage, maxResults=1)
    assert listed(filterByStageArn=stage, nextToken=first["nextToken"]) == with_stage[1:]
    refusal = refused(ivs.list_ingest_configurations, filterByState="ACTIVE", nextToken=first["nextToken"])
    assert refusal.kind == "ValidationException"


def test_a_list_can_lag_behind_while_get_does_not(ivs: Any, admin: Admin) -> None:
    """What a client must bear that looks for what it has just made."""
    admin.settings(listLag=0.3)
    arn = stages(ivs, 1)[0]
    assert ivs.list_stages()["stages"] == []
    assert ivs.get_stage(arn=arn)["stage"]["arn"] == arn
    time.sleep(0.35)
    assert [stage["arn"] for stage in ivs.list_stages()["stages"]] == [arn]


@pytest.mark.parametrize(
    ("operation", "member"),
    [
        ("list_stages", "stages"),
        ("list_storage_configurations", "storageConfigurations"),
        ("list_encoder_configurations", "encoderConfigurations"),
        ("list_ingest_configurations", "ingestConfigurations"),
        ("list_public_keys", "publicKeys"),
    ],
)
def test_an_empty_account_lists_nothing(ivs: Any, operation: str, member: str) -> None:
    """The list is there and empty, and there is no further page."""
    answer = getattr(ivs, operation)()
    assert (answer[member], "nextToken" in answer) == ([], False)


def test_a_thousand_stages_are_listed_and_restored(url: str, account: str) -> None:
    """As many as an account may have: ten pages of a hundred, each stage once; a snapshot holds them all."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)

    def call(target: str, body: object) -> Any:
        connection.request("POST", target, json.dumps(body), signature(account))
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == 200, text
        return json.loads(text)

    made = [call("/CreateStage", {"name": f"n{number}", "tags": TAGS})["stage"] for number in range(1000)]
    admin = Admin(url, account)
    kept = admin.do("GET", "snapshot")
    assert len(json.dumps(kept)) > 1024 * 1024
    admin.do("POST", "reset")
    admin.do("POST", "restore", kept)
    listed: list[str] = []
    wanted: dict[str, Any] = {"maxResults": 100}
    for _ in range(10):
        page = call("/ListStages", wanted)
        listed += [stage["arn"] for stage in page["stages"]]
        wanted["nextToken"] = page.get("nextToken")
    assert listed == [stage["arn"] for stage in made]
    assert wanted["nextToken"] is None
    connection.close()
