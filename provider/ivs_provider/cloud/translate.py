"""Turns what boto3 raises into our own errors: what happened, and what to do about it."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from ivs_provider import errors
from ivs_provider.errors import IvsError

__all__ = ["from_answer", "from_boto"]

_THROTTLES: Final = frozenset(
    {
        "ThrottlingException",
        "Throttling",
        "ThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "LimitExceededException",
    }
)
_TOO_MANY: Final = 429
_SERVER_FAULT: Final = 500
_MOST_TEXT: Final = 300
_EXPIRED: Final = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "UnrecognizedClientException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
    }
)
_LOOKED: Final = (
    "Looked in the provider setting profile, the variables AWS_ACCESS_KEY_ID and AWS_PROFILE, ~/.aws/credentials,"
    " ~/.aws/config (SSO, processes, roles), and the container's or machine's own role."
    " `aws sts get-caller-identity` tells whether there are any."
)
_BY_CODE: Final[Mapping[str, tuple[type[IvsError], str]]] = {
    "ValidationException": (errors.Rejected, "Correct the input that AWS names."),
    "AccessDeniedException": (errors.AccessDenied, "Grant the caller the action ivs:{operation}{tagging}."),
    "PendingVerification": (
        errors.PendingVerification,
        "The AWS account is pending verification: wait for AWS's mail, or ask AWS Support, then run again.",
    ),
    "ServiceQuotaExceededException": (
        errors.QuotaExceeded,
        "Delete what is not needed, or ask for a higher quota in the Service Quotas console (Amazon IVS).",
    ),
    "ConflictException": (errors.Conflict, "Wait until it is no longer in use, then run again."),
    "ResourceNotFoundException": (errors.NotFound, "`pulumi refresh` records what is gone."),
}

_NO_CREDENTIALS = (errors.NoCredentials, "no usable AWS credentials were found", _LOOKED)
_SIGNED_OUT = (errors.NoCredentials, "the AWS sign-in (SSO) has expired", "Run `aws sso login`, then run again.")
_UNSENT = (
    errors.Unreachable,
    "{operation} could not be sent: no connection to {address}",
    "Check the network, the region and the endpoint setting, then run again.",
)
_LOST = (errors.TimedOut, "{operation} was sent, but its answer was lost", "Run again.")
_UNREADABLE = (errors.BadAnswer, "{operation} was answered with something that cannot be read", "Run again.")
_BUG = (errors.Rejected, "{operation} was not sent: boto3 refuses the request", "Please report this as a bug.")
# By the names of botocore's exceptions (and of those they are made from), so that nothing is imported to name them.
_BY_CLASS: Final[Mapping[str, tuple[type[IvsError], str, str]]] = {
    "NoCredentialsError": _NO_CREDENTIALS,
    "PartialCredentialsError": _NO_CREDENTIALS,
    "CredentialRetrievalError": _NO_CREDENTIALS,
    "TokenRetrievalError": _SIGNED_OUT,
    "SSOError": _SIGNED_OUT,
    "ConnectTimeoutError": _UNSENT,
    "EndpointConnectionError": _UNSENT,
    "ProxyConnectionError": _UNSENT,
    "SSLCertVerificationError": _UNSENT,
    "SSLError": _LOST,  # a connection can break in the middle of an answer
    "HTTPClientError": _LOST,
    "ResponseParserError": _UNREADABLE,
    "ParamValidationError": _BUG,
}


def from_boto(error: Exception, operation: str) -> IvsError:
    """Our error for anything that a boto3 call raised.

    Args:
        error: A ``ClientError`` or another exception of boto3's.
        operation: The operation that was called.
    """
    answer = getattr(error, "response", None)
    if isinstance(answer, dict) and "ResponseMetadata" in answer:
        return _from_client_error(answer, operation)
    for ancestor in (*_refused_certificates(error), *type(error).__mro__):
        if ancestor.__name__ in _BY_CLASS:
            kind, what, todo = _BY_CLASS[ancestor.__name__]
            return kind(what.format(operation=operation, address=_address(error)), todo)
    return errors.ServiceFailure(f"{operation} failed inside boto3 ({type(error).__name__})", "Run again.")


def _refused_certificates(error: BaseException) -> tuple[type[BaseException], ...]:
    """The refusal of a certificate behind a TLS error: the only one that certainly came before anything was sent."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return (ssl.SSLCertVerificationError,)
        seen = seen.__cause__ or seen.__context__
    return ()


def _address(error: Exception) -> str:
    """Whom a call did not reach: never the rest of the URL, which may hold credentials and names."""
    said = getattr(error, "kwargs", {})
    proxy = "the proxy " if "proxy_url" in said else ""
    try:
        url = urlsplit(str(said.get("proxy_url") or said.get("endpoint_url") or ""))
        host, port = url.hostname or "", url.port
    except ValueError:
        host, port, url = "", None, urlsplit("")
    if not host:
        return (proxy or "the service").strip()
    shown = f"[{host}]" if ":" in host else host
    return f"{proxy}{url.scheme}://{shown}{f':{port}' if port else ''}"


def from_answer(operation: str, member: str) -> IvsError:
    """Our error for a success that lacks what it promises."""
    return errors.BadAnswer(f"{operation} was answered with success, but without {member}", "Run again.")


def _one_line(text: str) -> str:
    """What somebody else wrote, fit for one line; a page of HTML is no message of IVS."""
    if "<html" in text.lower() or "<!doctype" in text.lower():
        return "the answer is a web page: is the endpoint right?"
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= _MOST_TEXT else line[:_MOST_TEXT] + " …"


def _from_client_error(response: Mapping[str, Any], operation: str) -> IvsError:
    code = str(response.get("Error", {}).get("Code", ""))
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    # The service's own member: boto3 fills Error.Message from `message` only, which IVS does not send.
    text = _one_line(str(response.get("exceptionMessage") or response.get("Error", {}).get("Message") or ""))
    said = f": {text}" if text else ""
    if code in _THROTTLES or status == _TOO_MANY:
        return errors.Throttled(f"AWS throttled {operation}{said}", "Other clients use the account's quota; run again.")
    if code in _EXPIRED:
        return errors.NoCredentials(f"AWS does not accept the credentials ({code})", "Sign in again. " + _LOOKED)
    if status >= _SERVER_FAULT:
        return errors.ServiceFailure(f"AWS failed to answer {operation} (HTTP {status}){said}", "Run again.")
    kind, todo = _BY_CODE.get(code, (errors.Rejected, "See the service's documentation of this error."))
    tagging = " (and ivs:TagResource, since it sends tags)" if operation.startswith(("Create", "Import")) else ""
    name = f" ({code})" if code not in _BY_CODE and code else ""
    return kind(f"AWS refused {operation}{name}{said}", todo.format(operation=operation, tagging=tagging))
