"""One account of the emulator: what is in it, what was called, what goes wrong, and a plain boto3 client."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from tests.emulator.talking import Admin, connect

if TYPE_CHECKING:
    from collections.abc import Iterator

PENDING = "pulumi-ivs:pending"
__all__ = ["OTHER_REGION", "READS", "REGION", "Account"]

REGION = "eu-west-1"
OTHER_REGION = "us-west-2"
READS = ("Get", "List")


@dataclass
class Account:
    """Speaks to the emulator about one account, behind the provider's back."""

    url: str
    number: str
    _clients: dict[str, Any] = field(default_factory=dict)

    def __enter__(self) -> Self:
        """Nothing to do before the first call."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        for client in self._clients.values():
            client.close()

    def environment(self) -> dict[str, str]:
        """What a program needs to reach it: what boto3 and every AWS tool read."""
        return {
            "AWS_ENDPOINT_URL_IVS_REALTIME": self.url,
            "AWS_ACCESS_KEY_ID": self.number,
            "AWS_SECRET_ACCESS_KEY": "x",
            "AWS_REGION": REGION,
        }

    @property
    def ivs(self) -> Any:
        """A plain boto3 client."""
        return self.in_region(REGION)

    def in_region(self, region: str) -> Any:
        """A plain boto3 client in another region."""
        if region not in self._clients:
            self._clients[region] = connect(self.url, self.number, region, is_checked=False)
        return self._clients[region]

    def settings(self, **changes: Any) -> None:
        """Change the emulator's settings for this account."""
        self._admin.settings(**changes)

    def fault(self, operation: str, **fault: Any) -> None:
        """Let a call go wrong."""
        self._admin.fault(operation=operation, **fault)

    def heal(self) -> None:
        """Forget all faults that are still to come."""
        self._admin.do("DELETE", "faults")

    def happen(self, arn: str, **event: bool) -> None:
        """Let something happen to a resource that no call can do: recording, active, disconnect."""
        self._admin.do("POST", "resource", {"arn": arn, **event})

    def reset(self) -> None:
        """Empty it, and forget calls, faults and settings."""
        self._admin.do("POST", "reset")

    def resources(self) -> list[dict[str, Any]]:
        """Everything that exists, with secrets masked."""
        found: list[dict[str, Any]] = self._admin.do("GET", "resources")["resources"]
        return found

    def arns(self) -> set[str]:
        """The ARN of everything that exists."""
        return {each["arn"] for each in self.resources()}

    def tags(self, arn: str) -> dict[str, str]:
        """All tags of a resource, ours too."""
        tags: dict[str, str] = next(each["tags"] for each in self.resources() if each["arn"] == arn)
        return tags

    @contextmanager
    def counting(self) -> Iterator[dict[str, int]]:
        """Count the calls of a block, by operation; filled when it ends.

        What takes the pending tag away is left out: it comes when there is time for it.
        """
        self._admin.do("DELETE", "calls")
        counts: dict[str, int] = {}
        yield counts
        counted = (each for each in self._admin.calls() if each["tag_keys"] != [PENDING])
        counts.update(Counter(each["operation"] for each in counted))

    def calls(self) -> list[dict[str, Any]]:
        """The calls since counting began, in their order."""
        return self._admin.calls()

    @property
    def _admin(self) -> Admin:
        return Admin(self.url, self.number)


def writes(counts: dict[str, int]) -> dict[str, int]:
    """The calls that are no reads."""
    return {operation: number for operation, number in counts.items() if not operation.startswith(READS)}
