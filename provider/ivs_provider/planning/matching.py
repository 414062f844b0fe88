"""Which resource of the account is which of the program: by tags alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from ivs_provider.model import ownership
from ivs_provider.model.ownership import Identity, Pending
from ivs_provider.planning.declaration import Resource
from ivs_provider.planning.survey import Listed
from ivs_provider.values import Desired

__all__ = ["Claims", "Match"]


@dataclass(frozen=True, slots=True)
class Match:
    """The resource that stands for a declared one.

    Args:
        listed: What the account lists.
        identity: By which URN it is known: the present one, or an alias.
        others: Resources with the same tags that it stands in the place of.
    """

    listed: Listed
    identity: Identity
    others: tuple[Listed, ...] = ()

    def settles(self, other: Listed) -> bool:
        """Whether one of both says itself that it was created to supersede the other: the replacement ends here.

        Where the program takes a replacement back before it has ended, what was to be replaced stands.
        """
        return _supersedes(self.listed, other) or _supersedes(other, self.listed)


@dataclass(slots=True)
class Claims:
    """Gives each declared resource what carries its tags.

    Args:
        stack: ``PROJECT/STACK`` as its tag writes it.
        listed: Everything in the account.
    """

    stack: str
    listed: Iterable[Listed]
    _by_digest: dict[tuple[str, str], list[Listed]] = field(init=False)
    _free: dict[tuple[str, str], list[Listed]] = field(init=False)
    _by_arn: dict[str, Listed] = field(init=False)
    matched: set[str] = field(default_factory=set, init=False)
    """ARNs that declared resources have claimed."""

    def __post_init__(self) -> None:
        """Sort what is there by whose it is."""
        self._by_digest, self._free, self._by_arn = defaultdict(list), defaultdict(list), {}
        for each in self.listed:
            self._by_arn[each.arn] = each
            if each.tags.get(ownership.STACK) == self.stack:
                self._by_digest[each.kind.token, each.tags.get(ownership.URN, "")].append(each)
            elif ownership.STACK not in each.tags and each.summary.get("name"):
                self._free[each.kind.token, str(each.summary["name"])].append(each)

    def match(self, resource: Resource) -> Match | None:
        """What carries the tags of a declared resource, under its present URN or an earlier one."""
        wanted = Desired(dict(resource.declared))
        for urn in (resource.urn, *resource.options.aliases):
            identity = Identity(urn)
            found = [
                each
                for each in self._by_digest.get((resource.kind.token, identity.digest), ())
                if each.arn not in self.matched
            ]
            if found:
                rank = partial(_rank, all_of_them=found, identity=identity, wanted=wanted)
                first, *others = sorted(found, key=lambda each: (rank(each), each.arn)) if len(found) > 1 else found
                self.matched.update(each.arn for each in found)
                return Match(first, identity, tuple(others))
        return None

    def at(self, arn: str) -> Listed | None:
        """A resource by its ARN."""
        return self._by_arn.get(arn)

    def alike(self, resource: Resource, name: str) -> list[Listed]:
        """Resources of nobody that have the type and the name of a declared one."""
        return self._free.get((resource.kind.token, name), [])

    def unmatched(self) -> Iterator[Listed]:
        """What carries the stack's tags, and no declared resource has claimed here."""
        for found in self._by_digest.values():
            yield from (each for each in found if each.arn not in self.matched)


def _rank(listed: Listed, all_of_them: list[Listed], identity: Identity, wanted: Desired) -> tuple[bool, int, int, int]:
    """Of replacements what need not be replaced again comes first, then what supersedes most of the others.

    Then the newest, then what was applied as it is declared.
    """
    pending = Pending.read(listed.tags)
    superseded = sum(_supersedes(listed, other) for other in all_of_them)
    related = superseded or any(_supersedes(other, listed) for other in all_of_them)
    alike = sum(identity.says_applied(listed.tags, name, wanted) for name in wanted)
    return (
        bool(related) and not _fits(listed, identity, wanted),
        -superseded,
        -pending.since if pending else 0,
        -alike,
    )


def _fits(listed: Listed, identity: Identity, wanted: Desired) -> bool:
    """Whether it was applied with what is declared, in everything that only a create can set."""
    shape = listed.kind.shape
    names = wanted.keys() | ownership.applied_in(listed.tags).keys()
    return all(identity.says_applied(listed.tags, name, wanted) for name in names if shape.marks(name, "createOnly"))


def _supersedes(listed: Listed, other: Listed) -> bool:
    pending = Pending.read(listed.tags)
    return pending is not None and pending.supersedes(other.arn)
