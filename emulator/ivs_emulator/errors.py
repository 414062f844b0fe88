"""How the service says no.

One exception carries every refusal, because the type of a refusal is data on the wire (a header), not
a class: the HTTP status comes from the service model, and the few types that the model lacks are here.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ACCESS_DENIED: Final = "AccessDeniedException"
CONFLICT: Final = "ConflictException"
INTERNAL: Final = "InternalServerException"
NOT_FOUND: Final = "ResourceNotFoundException"
NOT_IMPLEMENTED: Final = "NotImplementedException"
PENDING: Final = "PendingVerification"
QUOTA: Final = "ServiceQuotaExceededException"
THROTTLING: Final = "ThrottlingException"
UNKNOWN_OPERATION: Final = "UnknownOperationException"
VALIDATION: Final = "ValidationException"

UNMODELLED_STATUSES: Final[Mapping[str, int]] = MappingProxyType(
    {THROTTLING: 429, UNKNOWN_OPERATION: 404, NOT_IMPLEMENTED: 501},
)
"""HTTP statuses of types that the service's model does not know (throttling: by analogy with `ivs`)."""


class ServiceError(Exception):
    """A refusal as the caller will see it: its type and a text, nothing secret in either."""

    def __init__(self, kind: str, message: str) -> None:
        """Keep the type apart from the text, because they travel apart (header and body)."""
        super().__init__(message)
        self.kind = kind
        self.message = message
