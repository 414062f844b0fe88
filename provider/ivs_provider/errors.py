"""The closed list of errors that can stop an operation, each with its retry verdict.

These classes know nothing of gRPC, exit codes or boto3: the edges translate (``cloud.translate`` into them,
``rpc.errors`` and ``cli`` out of them), and a test proves that no class is missing in either table. Wrong
*inputs* are no errors: they are collected as `ivs_provider.values.Problem` before any call.
"""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

__all__ = [
    "AccessDenied",
    "BadAnswer",
    "Cancelled",
    "Conflict",
    "IvsError",
    "Misconfigured",
    "NoCredentials",
    "NotFound",
    "PartlyApplied",
    "PendingVerification",
    "QuotaExceeded",
    "Rejected",
    "Retry",
    "ServiceFailure",
    "Throttled",
    "TimedOut",
    "TooLate",
    "Unreachable",
]


class Retry(Enum):
    """Whether repeating a call that ended with an error can help, and whether it is safe."""

    NEVER = "never"
    """The answer will be the same."""
    BACK_OFF = "back off"
    """Certainly not performed: repeat it later, whatever the operation is."""
    AMBIGUOUS = "ambiguous"
    """Perhaps performed: repeat only what may be performed twice; a create must be looked for first."""


class IvsError(Exception):
    """Something stopped an operation; the text says what happened and what to do.

    Args:
        what: What happened, one sentence without the final stop.
        todo: What the reader can do about it, one or more sentences; empty where nothing helps.
    """

    retry: ClassVar[Retry] = Retry.NEVER

    def __init__(self, what: str, todo: str = "") -> None:
        """Keep both halves: the boundary adds the resource between them."""
        super().__init__(what, todo)
        self.what = what
        self.todo = todo

    def __str__(self) -> str:
        """Both halves as one line."""
        return f"{self.what}. {self.todo}".rstrip() if self.todo else f"{self.what}."

    def about(self, subject: str) -> IvsError:
        """The same error with the resource or operation that it concerns in front."""
        return type(self)(f"{subject}: {self.what}", self.todo)


class Misconfigured(IvsError):
    """The provider's own settings cannot work.

    Args:
        what: As of every error.
        todo: As of every error.
        setting: Which one, where that is known: the command line has an option of its name.
    """

    def __init__(self, what: str, todo: str = "", setting: str = "") -> None:
        """Keep the setting beside the words."""
        super().__init__(what, todo)
        self.setting = setting

    def about(self, subject: str) -> IvsError:
        """The same error, of the same setting."""
        return Misconfigured(f"{subject}: {self.what}", self.todo, self.setting)


class NoCredentials(IvsError):
    """No AWS credentials were found, or they have expired."""


class Rejected(IvsError):
    """AWS refused the request as invalid (``ValidationException`` and its like)."""


class AccessDenied(IvsError):
    """AWS refused the caller (``AccessDeniedException``)."""


class PendingVerification(IvsError):
    """The AWS account is still being verified (``PendingVerification``)."""


class QuotaExceeded(IvsError):
    """A count quota of the account is used up (``ServiceQuotaExceededException``, HTTP 402)."""


class Conflict(IvsError):
    """The resource is in use or in a mode that forbids the operation (``ConflictException``)."""


class NotFound(IvsError):
    """The resource does not exist (``ResourceNotFoundException``)."""


class Throttled(IvsError):
    """The call rate of the account is used up (HTTP 429, ``ThrottlingException`` and its cousins)."""

    retry = Retry.BACK_OFF


class Unreachable(IvsError):
    """No connection came about: nothing was sent."""

    retry = Retry.BACK_OFF


class ServiceFailure(IvsError):
    """AWS answered with a failure of its own (5xx): the request may have been performed."""

    retry = Retry.AMBIGUOUS


class TimedOut(IvsError):
    """The connection was lost, or no answer came: the request may have been performed."""

    retry = Retry.AMBIGUOUS


class TooLate(IvsError):
    """The time-out of the resource came before the call's turn: nothing was sent."""


class BadAnswer(IvsError):
    """AWS answered with success, but the promised object is missing or cut off."""

    retry = Retry.AMBIGUOUS


class Cancelled(IvsError):
    """The user or the engine cancelled while the operation waited for its turn."""


class PartlyApplied(IvsError):
    """An update was carried out in part; what the account holds now is recorded."""
