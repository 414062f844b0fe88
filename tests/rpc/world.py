"""The account on the other side: an emulator, asked by bare HTTP, so that no client library stands between.

One emulator serves a whole test session; each test has an account of its own in it.
"""

from __future__ import annotations

import http.client
import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from pathlib import Path

REGION = "eu-west-1"
ACCOUNTS = tuple(str(200_000_000_000 + number) for number in range(1_500))
NUMBERS = itertools.count()


def write_credentials(path: Path) -> None:
    """Write a shared credentials file with a profile for each account: a profile's name is its account's number."""
    path.write_text(
        "".join(f"[{number}]\naws_access_key_id = {number}\naws_secret_access_key = x\n" for number in ACCOUNTS),
        encoding="utf-8",
    )


@dataclass(frozen=True)
class World:
    """One account of an emulator: its resources, its faults, its call log."""

    url: str
    account: str
    region: str = REGION

    def call(self, operation: str, **members: Any) -> dict[str, Any]:
        """Call an operation of the service behind the provider's back."""
        answer: dict[str, Any] = self._sent("POST", f"/{operation}", members)
        return answer

    def tag(self, arn: str, **tags: str) -> None:
        """Set tags behind the provider's back."""
        self._sent("POST", f"/tags/{quote(arn, safe='')}", {"tags": tags})

    def untag(self, arn: str, *keys: str) -> None:
        """Take tags away behind the provider's back."""
        query = "&".join(f"tagKeys={quote(key, safe='')}" for key in keys)
        self._sent("DELETE", f"/tags/{quote(arn, safe='')}?{query}", {})

    def tags(self, arn: str) -> dict[str, str]:
        """Answer all tags of a resource, ours too."""
        found: dict[str, str] = self._sent("GET", f"/tags/{quote(arn, safe='')}", {})["tags"]
        return found

    def fault(self, **fault: Any) -> None:
        """Break calls to come."""
        self._admin("POST", "faults", fault)

    def faults(self) -> list[dict[str, Any]]:
        """The faults still to come."""
        left: list[dict[str, Any]] = self._admin("GET", "faults")["faults"]
        return left

    def settings(self, **changes: Any) -> None:
        """Change how the emulator treats this account."""
        self._admin("PATCH", "settings", changes)

    def happens(self, arn: str, **life: bool) -> None:
        """Let somebody publish, record or leave."""
        self._admin("POST", "resource", {"arn": arn, **life})

    def counts(self) -> dict[str, int]:
        """How many calls of each operation there were since `forget`."""
        counts: dict[str, int] = self._admin("GET", "calls")["counts"]
        return counts

    def writes(self) -> dict[str, int]:
        """The same without Lists: before a type's first create, one looks for what an earlier run left behind."""
        return {name: number for name, number in self.counts().items() if not name.startswith("List")}

    def forget(self) -> None:
        """Begin to count anew."""
        self._admin("DELETE", "calls")

    def resources(self) -> list[dict[str, Any]]:
        """Everything that exists."""
        found: list[dict[str, Any]] = self._admin("GET", "resources")["resources"]
        return found

    def reset(self) -> None:
        """No resources, no faults, no calls, the usual settings."""
        self._admin("POST", "reset")

    def _admin(self, method: str, name: str, body: Any = None) -> Any:
        return self._sent(method, f"/_admin/{name}?account={self.account}", body)

    def _sent(self, method: str, target: str, body: Any) -> Any:
        scope = f"{self.account}/20260101/{self.region}/ivs/aws4_request"
        headers = {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            connection.request(method, target, b"" if body is None else json.dumps(body).encode(), headers)
            answer = connection.getresponse()
            document = json.loads(answer.read())
        finally:
            connection.close()
        assert answer.status == 200, document
        return document
