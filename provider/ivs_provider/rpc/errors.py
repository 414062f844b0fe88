"""How our errors travel: each class has a gRPC status that the engine understands; the text is ours.

The engine takes Unknown, Internal and DataLoss for a provider in disarray (``facts/pulumi.md`` 2.7), so none of ours
uses them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import grpc

from ivs_provider import errors
from ivs_provider.errors import IvsError

__all__ = ["STATUS"]

STATUS: Final[Mapping[type[IvsError], grpc.StatusCode]] = {
    errors.AccessDenied: grpc.StatusCode.PERMISSION_DENIED,
    errors.BadAnswer: grpc.StatusCode.ABORTED,
    errors.Cancelled: grpc.StatusCode.CANCELLED,
    errors.Conflict: grpc.StatusCode.FAILED_PRECONDITION,
    errors.Misconfigured: grpc.StatusCode.INVALID_ARGUMENT,
    errors.NoCredentials: grpc.StatusCode.UNAUTHENTICATED,
    errors.NotFound: grpc.StatusCode.NOT_FOUND,
    errors.PartlyApplied: grpc.StatusCode.ABORTED,
    errors.PendingVerification: grpc.StatusCode.FAILED_PRECONDITION,
    errors.QuotaExceeded: grpc.StatusCode.RESOURCE_EXHAUSTED,
    errors.Rejected: grpc.StatusCode.INVALID_ARGUMENT,
    errors.ServiceFailure: grpc.StatusCode.UNAVAILABLE,
    errors.Throttled: grpc.StatusCode.RESOURCE_EXHAUSTED,
    errors.TimedOut: grpc.StatusCode.DEADLINE_EXCEEDED,
    errors.TooLate: grpc.StatusCode.DEADLINE_EXCEEDED,
    errors.Unreachable: grpc.StatusCode.UNAVAILABLE,
}
