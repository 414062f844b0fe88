"""cloud/translate.py: every row, from what boto3 raises to what a reader can use."""

from __future__ import annotations

from typing import Any

import pytest
from botocore import exceptions

from ivs_provider import errors
from ivs_provider.cloud import translate
from ivs_provider.errors import IvsError


def refused(code: str, status: int, message: str = "", **more: Any) -> exceptions.ClientError:
    """What boto3 raises for a refusal of IVS: the text stands in a member of the service's own."""
    answer = {
        "Error": {"Code": code, "Message": ""},
        "ResponseMetadata": {"HTTPStatusCode": status},
        "exceptionMessage": message,
        **more,
    }
    return exceptions.ClientError(answer, "CreateStage")


CODES: list[tuple[str, int, type[IvsError]]] = [
    ("ValidationException", 400, errors.Rejected),
    ("AccessDeniedException", 403, errors.AccessDenied),
    ("PendingVerification", 403, errors.PendingVerification),
    ("ServiceQuotaExceededException", 402, errors.QuotaExceeded),
    ("ConflictException", 409, errors.Conflict),
    ("ResourceNotFoundException", 404, errors.NotFound),
    ("InternalServerException", 500, errors.ServiceFailure),
    ("SomethingNew", 503, errors.ServiceFailure),
    ("SomethingNew", 418, errors.Rejected),
    ("SomethingNew", 429, errors.Throttled),
    *((code, 400, errors.Throttled) for code in sorted(translate._THROTTLES)),
    *((code, 403, errors.NoCredentials) for code in sorted(translate._EXPIRED)),
]


@pytest.mark.parametrize(("code", "status", "kind"), CODES)
def test_each_refusal_has_its_error(code: str, status: int, kind: type[IvsError]) -> None:
    error = translate.from_boto(refused(code, status, "it says so."), "CreateStage")
    assert type(error) is kind
    assert error.todo
    if kind is not errors.NoCredentials:
        assert "CreateStage" in error.what
        assert error.what.endswith(": it says so")
    if code == "SomethingNew" and status == 418:
        assert "(SomethingNew)" in error.what


def test_a_create_that_is_denied_may_lack_the_right_to_tag() -> None:
    for operation in ("CreateStage", "ImportPublicKey"):
        assert "and ivs:TagResource" in translate.from_boto(refused("AccessDeniedException", 403), operation).todo
    denied = translate.from_boto(refused("AccessDeniedException", 403), "GetStage")
    assert denied.todo == "Grant the caller the action ivs:GetStage."
    assert denied.what == "AWS refused GetStage"


def test_boto3s_own_place_for_a_text_is_read_too() -> None:
    error = refused("ValidationException", 400, Error={"Code": "ValidationException", "Message": "here"})
    assert translate.from_boto(error, "GetStage").what.endswith(": here")


RAISED: list[tuple[Exception, type[IvsError], str]] = [
    (exceptions.NoCredentialsError(), errors.NoCredentials, "AWS_ACCESS_KEY_ID"),
    (exceptions.PartialCredentialsError(provider="env", cred_var="x"), errors.NoCredentials, "AWS_PROFILE"),
    (exceptions.CredentialRetrievalError(provider="p", error_msg="x"), errors.NoCredentials, "credentials"),
    (exceptions.TokenRetrievalError(provider="sso", error_msg="x"), errors.NoCredentials, "aws sso login"),
    (exceptions.UnauthorizedSSOTokenError(), errors.NoCredentials, "aws sso login"),
    (exceptions.EndpointConnectionError(endpoint_url="u"), errors.Unreachable, "endpoint setting"),
    (exceptions.ConnectTimeoutError(endpoint_url="u"), errors.Unreachable, "network"),
    (exceptions.ProxyConnectionError(proxy_url="u"), errors.Unreachable, "network"),
    (exceptions.SSLError(endpoint_url="u", error="x"), errors.TimedOut, "Run again."),
    (exceptions.ReadTimeoutError(endpoint_url="u"), errors.TimedOut, "Run again."),
    (exceptions.ConnectionClosedError(endpoint_url="u"), errors.TimedOut, "Run again."),
    (exceptions.HTTPClientError(error="x"), errors.TimedOut, "Run again."),
    (exceptions.ParamValidationError(report="x"), errors.Rejected, "report this as a bug"),
    (ValueError("S3CRET"), errors.ServiceFailure, "Run again."),
]


@pytest.mark.parametrize(("raised", "kind", "todo"), RAISED, ids=[type(row[0]).__name__ for row in RAISED])
def test_each_exception_of_boto3_has_its_error(raised: Exception, kind: type[IvsError], todo: str) -> None:
    error = translate.from_boto(raised, "GetStage")
    assert type(error) is kind
    assert todo in error.todo
    assert "S3CRET" not in str(error)


def test_every_row_is_tried_here() -> None:
    from botocore.parsers import ResponseParserError

    unreadable = translate.from_boto(ResponseParserError("x"), "GetStage")
    assert type(unreadable) is errors.BadAnswer
    names = {ancestor.__name__ for raised, _, _ in RAISED for ancestor in type(raised).__mro__}
    assert translate._BY_CLASS.keys() <= names | {
        "ResponseParserError",
        "SSLCertVerificationError",
    }  # the last: test_tls.py
    assert translate._BY_CODE.keys() <= {code for code, _, _ in CODES}


def test_a_success_without_what_it_promises() -> None:
    error = translate.from_answer("GetStage", "stage")
    assert type(error) is errors.BadAnswer
    assert "without stage" in error.what


@pytest.mark.parametrize(
    ("error", "address"),
    [
        (
            exceptions.EndpointConnectionError(endpoint_url="http://127.0.0.1:4444/ListStages?a=b"),
            "http://127.0.0.1:4444",
        ),
        (
            exceptions.ConnectTimeoutError(endpoint_url="https://ivs.eu-west-1.example/x"),
            "https://ivs.eu-west-1.example",
        ),
        (exceptions.EndpointConnectionError(endpoint_url="http://me:hidden@[::1]:9/x"), "http://[::1]:9"),
        (exceptions.ProxyConnectionError(proxy_url="http://me:hidden@proxy:3128/"), "the proxy http://proxy:3128"),
        (exceptions.ProxyConnectionError(proxy_url="proxy"), "the proxy"),
        (exceptions.EndpointConnectionError(endpoint_url="http://here:many/x"), "the service"),
        (exceptions.EndpointConnectionError(endpoint_url="u"), "the service"),
    ],
)
def test_who_was_not_reached_is_named_and_nothing_else_of_the_url(error: Exception, address: str) -> None:
    told = translate.from_boto(error, "ListStages")
    assert told.what == f"ListStages could not be sent: no connection to {address}"
