"""Who calls: read from the signature's credential scope, which nobody here can or need verify.

The account is the access key id when that is twelve digits (LocalStack's convention, so that one test
suite works on both), else one default account. Account and region together are a world of their own.
"""

import re
from dataclasses import dataclass
from typing import Final

from ivs_emulator.errors import ACCESS_DENIED, ServiceError

DEFAULT_ACCOUNT: Final = "123456789012"
"""The account of everybody whose access key id is not an account number."""

SIGNING_NAME: Final = "ivs"
"""The service's name in credential scopes; the same for real-time and low-latency."""

_SCOPE: Final = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/,]+)/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request,",
)


@dataclass(frozen=True, slots=True)
class Scope:
    """An account in a region: nothing in one is ever visible in another."""

    account: str
    region: str


def scope_of(authorization: str | None) -> Scope:
    """Read the scope out of an Authorization header.

    Raises:
        ServiceError: AccessDeniedException, if the header is missing, unreadable or for another service.
    """
    if not authorization:
        raise ServiceError(ACCESS_DENIED, "Missing Authentication Token: the request is not signed")
    match = _SCOPE.match(authorization)
    if not match:
        raise ServiceError(ACCESS_DENIED, "The Authorization header is not a Signature Version 4 one")
    key, region, service = match.groups()
    if service != SIGNING_NAME:
        raise ServiceError(ACCESS_DENIED, f"Credential should be scoped to correct service: '{SIGNING_NAME}'")
    account = key if re.fullmatch(r"\d{12}", key) else DEFAULT_ACCOUNT
    return Scope(account, region)
