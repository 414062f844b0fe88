"""IAM-like refusals: which action, and optionally for which tag keys.

Real policies deny by action and by `aws:TagKeys` far more often than by anything else, and those two are
what a client must survive; the rest of IAM's language is not imitated.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ivs_emulator.caller import Scope
from ivs_emulator.errors import ACCESS_DENIED, ServiceError
from ivs_emulator.records import Record


@dataclass(frozen=True, slots=True)
class Denial:
    """An IAM action (wildcards allowed), and the tag keys that it is denied for (none: always)."""

    action: str
    tag_keys: tuple[str, ...] = ()

    def covers(self, action: str, tag_keys: Iterable[str]) -> bool:
        """Tell whether this denial stops an action that is asked for with these tag keys."""
        if not fnmatchcase(action, self.action):
            return False
        patterns = self.tag_keys
        return not patterns or any(fnmatchcase(key, pattern) for key in tag_keys for pattern in patterns)


def actions_of(operation: str, arguments: Record) -> Iterator[str]:
    """Yield the IAM actions that a call needs: creating with tags needs `ivs:TagResource` too."""
    yield f"ivs:{operation}"
    if arguments.get("tags") and operation != "TagResource":
        yield "ivs:TagResource"


def check_denials(denials: Iterable[Denial], scope: Scope, operation: str, arguments: Record) -> None:
    """Refuse a call that any denial covers.

    Raises:
        ServiceError: AccessDeniedException, naming the action.
    """
    tags = arguments.get("tags")
    keys = [*(tags if isinstance(tags, dict) else ()), *(arguments.get("tagKeys") or ())]
    for action in actions_of(operation, arguments):
        if any(denial.covers(action, keys) for denial in denials):
            user = f"arn:aws:iam::{scope.account}:user/emulated"
            raise ServiceError(ACCESS_DENIED, f"User: {user} is not authorized to perform: {action}")
