"""What goes over the wire beside the members: routes, headers, statuses, error types."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.emulator.model_check import complaints
from tests.emulator.talking import MODEL, refused, send, signature


@pytest.mark.parametrize("operation", sorted(MODEL["operations"]))
def test_every_operation_of_the_model_is_there(url: str, account: str, operation: str) -> None:
    """Without arguments each one answers, or says what is missing."""
    http = MODEL["operations"][operation]["http"]
    arn = f"arn:aws:ivs:eu-west-1:{account}:stage/abcdABCDefgh"
    target = http["requestUri"].replace("{resourceArn}", quote(arn, safe=""))
    status, headers, _ = send(url, http["method"], target, b"{}", signature(account))
    assert status in {200, 400, 404}
    assert headers.get("x-amzn-errortype") in {None, "ValidationException", "ResourceNotFoundException"}


def test_an_operation_that_is_not_implemented_says_so(url: str, account: str) -> None:
    """Those of the low-latency API that compositions don't need: 501 names the operation."""
    status, headers, body = send(url, "POST", "/PutMetadata", b"{}", signature(account))
    assert (status, headers["x-amzn-errortype"]) == (501, "NotImplementedException")
    assert "PutMetadata" in body["exceptionMessage"]


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("POST", "/CreateSomething"),
        ("GET", "/CreateStage"),
        ("POST", "/"),
        ("GET", "/"),
        ("POST", "/CreateStage/"),
        ("PUT", "/tags/arn%3Aaws"),
        ("GET", "/tags/arn:aws:ivs:eu-west-1:1:stage/unescaped"),
    ],
)
def test_what_is_no_operation_is_an_unknown_operation(url: str, account: str, method: str, target: str) -> None:
    """404 with a type that tells it from a resource that is not there."""
    status, headers, body = send(url, method, target, b"{}", signature(account))
    assert (status, headers["x-amzn-errortype"]) == (404, "UnknownOperationException")
    assert body["exceptionMessage"]


def test_every_answer_has_a_request_id_of_its_own(url: str, account: str) -> None:
    """Also refusals have one; two answers never share it."""
    seen = [
        send(url, "POST", target, b"{}", signature(account))[1]["x-amzn-requestid"]
        for target in ("/ListStages", "/ListStages", "/GetStage", "/Nothing")
    ]
    assert len(set(seen)) == 4


def test_boto3_finds_the_type_but_not_the_text_of_a_refusal(ivs: Any) -> None:
    """The text travels as exceptionMessage, so str(error) is empty; sending `message` would hide that."""
    with pytest.raises(ivs.exceptions.ValidationException) as caught:
        ivs.get_stage(arn="x")
    assert str(caught.value).endswith(": ")
    assert "/arn" in caught.value.response["exceptionMessage"]
    assert caught.value.response["xAmznErrorType"] == "ValidationException"


def test_the_arn_of_a_tag_call_is_decoded_once(ivs: Any, url: str, account: str) -> None:
    """It arrives percent-encoded in the path, its own slash too."""
    arn = ivs.create_stage(tags={"a": "b"})["stage"]["arn"]
    status, _, body = send(url, "GET", f"/tags/{quote(arn, safe='')}", headers=signature(account))
    assert (status, body) == (200, {"tags": {"a": "b"}})
    twice = quote(quote(arn, safe=""), safe="")
    assert send(url, "GET", f"/tags/{twice}", headers=signature(account))[0] == 400


def test_a_body_cannot_replace_the_arn_in_the_path(ivs: Any, url: str, account: str) -> None:
    """What the model places in the path is read from the path."""
    first, second = (ivs.create_stage()["stage"]["arn"] for _ in range(2))
    body = f'{{"resourceArn": "{second}", "tags": {{"a": "b"}}}}'.encode()
    assert send(url, "POST", f"/tags/{quote(first, safe='')}", body, signature(account))[0] == 200
    assert ivs.list_tags_for_resource(resourceArn=first)["tags"] == {"a": "b"}
    assert ivs.list_tags_for_resource(resourceArn=second)["tags"] == {}


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        pytest.param("GetStageResponse", {"stage": {"name": "x"}}, id="required"),
        pytest.param("GetStageResponse", {"stage": {"arn": "x"}}, id="pattern"),
        pytest.param("GetStageResponse", {"stage": []}, id="type"),
        pytest.param("GetStageResponse", {"room": {}}, id="unknown"),
        pytest.param("ListStagesResponse", {"stages": [{"name": "x"}]}, id="inside a list"),
        pytest.param("Video", {"width": 1921}, id="maximum"),
        pytest.param("Video", {"width": True}, id="a truth value is no number"),
        pytest.param("IngestProtocol", "rtmps", id="enum"),
        pytest.param("Tags", {"": "x"}, id="key"),
        pytest.param("StageSessionId", "st-short", id="minimum"),
        pytest.param("UpdateIngestConfigurationResponse", {"cacheControl": "x"}, id="header in the body"),
    ],
)
def test_the_checker_of_answers_finds_what_is_wrong(shape: str, body: Any) -> None:
    """A checker that finds nothing proves nothing."""
    assert complaints(MODEL["shapes"], shape, body)


def test_a_checked_client_notices_a_wrong_answer(ivs: Any, admin: Any) -> None:
    """The hook that holds every answer to the model really runs: an unfit status of an error trips it."""
    admin.fault(operation="GetStage", kind="status", status=418, error="ConflictException")
    with pytest.raises(AssertionError):
        ivs.get_stage(arn="arn:aws:ivs:eu-west-1:1:stage/a")
    assert refused(ivs.get_stage, arn="x").status == 400
