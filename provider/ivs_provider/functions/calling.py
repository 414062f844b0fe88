"""What functions are made of: who calls them, one operation as it is, and a List with all its pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, cast

from ivs_provider.cloud import Account, Answer, Deadline
from ivs_provider.model.function_type import Run
from ivs_provider.values import Tree, Value

__all__ = ["Caller", "all_of", "as_it_is", "pages_of"]

_PAGE: Final = 100
_SMALL_PAGES: Final = {"ListParticipantReplicas": 50}


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf a function runs.

    Args:
        account: Where.
        stack: ``PROJECT/STACK``; empty where nobody said.
        deadline: When it must have ended.
    """

    account: Account
    stack: str = ""
    deadline: Deadline = field(default_factory=Deadline)


def as_it_is(operation: str) -> Run:
    """The operation itself: its request are the arguments, its answer is the result."""

    def run(caller: Caller, arguments: Tree) -> Tree:
        return cast("Tree", caller.account.call(operation, arguments, caller.deadline))

    return run


def all_of(operation: str, member: str) -> Run:
    """A List: what all its pages hold, in one."""

    def run(caller: Caller, arguments: Tree) -> Tree:
        return {member: cast("Value", list(pages_of(caller, operation, member, arguments)))}

    return run


def pages_of(caller: Caller, operation: str, member: str, filters: Tree) -> Iterator[Answer]:
    """What a List holds, page after page.

    Raises:
        IvsError: A call failed.
    """
    token = ""
    while True:
        request: Tree = {**filters, "maxResults": _SMALL_PAGES.get(operation, _PAGE)}
        answer = caller.account.call(operation, {**request, "nextToken": token} if token else request, caller.deadline)
        yield from cast("list[Answer]", answer.get(member, []))
        token = str(answer.get("nextToken") or "")
        if not token:
            return
