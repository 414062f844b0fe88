"""The tags that say, on the resource itself, who made it, for which program, and what was last applied.

Pure: names, digests and how they are written. When they are written is ``reconcile``'s business. The format of each
tag is a contract with every earlier version of this program: see ``docs/design/0001-the-account-is-the-record.md``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ivs_provider.values import Desired, Value, reveal, secret_paths

__all__ = [
    "APPLIED",
    "COMMAND_LINE",
    "NAME",
    "OWN_TAGS",
    "PENDING",
    "PREFIX",
    "STACK",
    "URN",
    "Identity",
    "Pending",
    "applied_in",
    "is_own",
    "secret_in",
    "stack_tag",
    "without_own",
]

PREFIX: Final = "pulumi-ivs:"
STACK: Final = PREFIX + "stack"
URN: Final = PREFIX + "urn"
NAME: Final = PREFIX + "name"
APPLIED: Final = PREFIX + "applied"
PENDING: Final = PREFIX + "pending"
OWN_TAGS: Final = (STACK, URN, NAME, APPLIED, PENDING)

COMMAND_LINE: Final = "ivs"
"""Owner of what the standalone command line creates: it has no record but the account."""

_RESERVED: Final = "aws:"
_SECRET: Final = "+"  # noqa: S105 -- a mark, no password
_VALUE_LIMIT: Final = 256
_URN_DIGITS: Final = 32
_APPLIED_DIGITS: Final = 8
_NOT_IN_TAGS: Final = re.compile(r"[^\w\s+\-=.:/@]", re.ASCII)


def is_own(key: str) -> bool:
    """Whether a tag is ours."""
    return key.startswith(PREFIX)


def without_own(tags: Mapping[str, str]) -> dict[str, str]:
    """The tags that a program can mean: not ours, and not those that AWS itself adds."""
    return {key: value for key, value in tags.items() if not is_own(key) and not key.startswith(_RESERVED)}


def applied_in(tags: Mapping[str, str]) -> dict[str, str]:
    """Top-level members that were last applied, each with its digest; empty where the tag is not there."""
    pairs = (pair.partition("=")[::2] for pair in tags.get(APPLIED, "").split())
    return {name: digest.removesuffix(_SECRET) for name, digest in pairs}


def secret_in(tags: Mapping[str, str]) -> frozenset[str]:
    """Top-level members that held a secret when they were last applied."""
    pairs = (pair.partition("=")[::2] for pair in tags.get(APPLIED, "").split())
    return frozenset(name for name, digest in pairs if digest.endswith(_SECRET))


@dataclass(frozen=True, slots=True)
class Pending:
    """The ``pending`` tag: a create that nobody may have recorded yet.

    Args:
        owner: Id of the provider resource in the engine's state: tells two states of one project and stack apart. The
            command line's is `COMMAND_LINE`, in a replacement with ``/`` and the id of each that it supersedes.
        nonce: What tells this create from every other.
        since: When it was asked for, in seconds since 1970.
    """

    owner: str
    nonce: str
    since: int

    def __str__(self) -> str:
        """As the tag's value."""
        return f"{self.owner} {self.nonce} {self.since}"

    @property
    def front_end(self) -> str:
        """Who created it: the owner, without what a replacement says of the resource that it supersedes."""
        return self.owner.partition("/")[0]

    @property
    def superseded(self) -> tuple[str, ...]:
        """Ids (the last part of the ARN) of the resources that it was created to replace."""
        return tuple(self.owner.split("/")[1:])

    def supersedes(self, arn: str) -> bool:
        """Whether it was created to replace that resource."""
        return arn.rpartition("/")[2] in self.superseded

    @classmethod
    def read(cls, tags: Mapping[str, str]) -> Pending | None:
        """From a resource's tags; ``None`` where there is none that we wrote."""
        owner, _, rest = tags.get(PENDING, "").partition(" ")
        nonce, _, since = rest.partition(" ")
        return cls(owner, nonce, int(since)) if owner and nonce and since.isdigit() else None


@dataclass(frozen=True, slots=True)
class Identity:
    """Which resource of which program this is: what its tags say of it.

    Args:
        urn: Pulumi's whole URN, ``urn:pulumi:STACK::PROJECT::TYPE$TYPE::NAME``.
    """

    urn: str

    @property
    def name(self) -> str:
        """The logical name in the program."""
        return self.urn.split("::", 3)[-1]

    @property
    def stack(self) -> str:
        """``PROJECT/STACK``."""
        parts = self.urn.split("::", 3)
        return f"{parts[1]}/{parts[0].rpartition(':')[2]}" if len(parts) > 1 else self.urn

    @property
    def digest(self) -> str:
        """32 hexadecimal digits of SHA-256 over the URN: the identity that the account keeps."""
        return hashlib.sha256(self.urn.encode()).hexdigest()[:_URN_DIGITS]

    def lasting_tags(self, desired: Desired) -> dict[str, str]:
        """Everything but ``pending``: what a resource carries as long as it lives."""
        return {
            STACK: stack_tag(self.stack),
            URN: self.digest,
            NAME: _taggable(self.name),
            APPLIED: self.applied(desired),
        }

    def says_applied(self, tags: Mapping[str, str], name: str, desired: Desired) -> bool:
        """Whether the ``applied`` tag says that a member was last applied as it is desired now."""
        return applied_in(tags).get(name) == (self.digest_of(desired[name]) if name in desired else None)

    def applied(self, desired: Desired) -> str:
        """``MEMBER=DIGEST`` for each top-level member as applied, in order, joined by spaces.

        Digests are salted with the URN, so equal values of two resources do not show as equal. A ``+`` behind one says
        that the member held a secret: what the account holds of it is then shown to nobody.
        """
        marks = {key: _SECRET if secret_paths(value) else "" for key, value in desired.items()}
        return " ".join(f"{key}={self.digest_of(value)}{marks[key]}" for key, value in sorted(desired.items()))

    def digest_of(self, value: Value) -> str:
        """8 hexadecimal digits of SHA-256 over the URN and the value of one member."""
        text = json.dumps(reveal(value), sort_keys=True, default=repr)
        return hashlib.sha256(f"{self.urn}\0{text}".encode()).hexdigest()[:_APPLIED_DIGITS]


def stack_tag(stack: str) -> str:
    """``PROJECT/STACK`` as it stands in tags."""
    return _taggable(stack)


def _taggable(text: str) -> str:
    """The text with what AWS refuses in tag values replaced, within its length."""
    return _NOT_IN_TAGS.sub("_", text)[:_VALUE_LIMIT]
