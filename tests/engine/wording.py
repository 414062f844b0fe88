"""What a user must never read: the words of Python, of boto3 and of gRPC."""

from __future__ import annotations

from typing import Final

__all__ = ["NOT_FOR_USERS"]

NOT_FOR_USERS: Final = (
    r"Traceback|botocore|An error occurred \(|ClientError|Exception:|<class |HTTPConnection|NoneType|File \"|\.py\b"
    r"|StatusCode|Parameter validation failed|Max retries|a bug in pulumi-ivs|exited prematurely|unexpected EOF"
)
