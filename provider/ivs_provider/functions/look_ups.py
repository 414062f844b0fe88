"""Look-ups: one of a kind, by ARN or by name and tags; or all of a kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from ivs_provider.cloud import Answer
from ivs_provider.errors import Rejected
from ivs_provider.functions.calling import Caller, all_of, pages_of
from ivs_provider.model.function_type import FunctionType
from ivs_provider.model.resource_type import Call
from ivs_provider.resources import registry
from ivs_provider.values import Problem, Tree, Value

__all__ = ["FUNCTIONS"]

_SHOWN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """What can be looked up.

    Args:
        noun: Its name in a sentence.
        read: Its Get.
        list: Its List.
        lacks_tags: Whether the List does not tell tags.
        by_name: Filter of the List that takes a name; empty where it has none.
        read_time: The output that says when it was read; empty where it has none.
    """

    noun: str
    read: Call
    list: Call
    lacks_tags: bool = False
    by_name: str = ""
    read_time: str = ""

    def one(self, caller: Caller, arguments: Tree) -> Tree:
        """The one that the arguments mean."""
        arn = str(arguments["arn"]) if "arn" in arguments else self._found(caller, arguments)
        answer = caller.account.resource(self.read, {"arn": arn}, caller.deadline)
        now = datetime.fromtimestamp(caller.account.clock.wall(), UTC).isoformat(timespec="seconds")
        read: Tree = {self.read_time: now} if self.read_time else {}
        return {self.read.result: cast("Value", {**answer, **read})}

    def _found(self, caller: Caller, arguments: Tree) -> str:
        """The ARN of the only one that matches.

        Raises:
            Rejected: None or several do; the text lists them.
        """
        filters: Tree = {self.by_name: arguments["name"]} if self.by_name and arguments.get("name") else {}
        listed = list(pages_of(caller, self.list.operation, self.list.result, filters))
        matching = [each for each in listed if self._matches(caller, each, arguments)]
        if len(matching) == 1:
            return str(matching[0]["arn"])
        wanted = " and ".join(_asked(arguments))
        if not matching:
            what = f"no {self.noun} of this account and region has {wanted}; there are {_names(listed)}"
            raise Rejected(what, "Correct the name or the tags, or look it up by its ARN.")
        what = f"{len(matching)} {self.noun}s have {wanted}: {_names(matching)}"
        raise Rejected(what, "Exactly one must match: add tags that tell them apart, or look it up by its ARN.")

    def _matches(self, caller: Caller, found: Answer, arguments: Tree) -> bool:
        if "name" in arguments and found.get("name", "") != arguments["name"]:
            return False
        wanted = cast("dict[str, str]", arguments.get("tags", {}))
        if not wanted:
            return True
        if self.lacks_tags:
            answer = caller.account.call("ListTagsForResource", {"resourceArn": found["arn"]}, caller.deadline)
            tags = answer.get("tags", {})
        else:
            tags = found.get("tags", {})
        return all(tags.get(key) == value for key, value in wanted.items())


def one_way(arguments: Tree) -> Iterator[Problem]:
    """Either ``arn``, or at least one of ``name`` and ``tags``."""
    if "arn" in arguments:
        for name in ("name", "tags"):
            if name in arguments:
                yield Problem((name,), "is not needed beside arn; remove it")
    elif not arguments.get("name") and not arguments.get("tags"):
        yield Problem((), "give arn, or name, or tags")


def _asked(arguments: Tree) -> Iterator[str]:
    if "name" in arguments:
        yield f'the name "{arguments["name"]}"'
    tags = cast("dict[str, str]", arguments.get("tags", {}))
    if tags:
        yield "the tags " + ", ".join(f"{key}={value}" for key, value in tags.items())


def _names(found: Sequence[Answer]) -> str:
    shown = [f'"{each.get("name", "")}" ({each["arn"]})' for each in found[:_SHOWN]]
    more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return ", ".join([*shown, *more]) or "none"


def _kinds() -> Iterator[_Kind]:
    for kind in registry().values():
        lacks = "tags" in kind.lists_lack
        yield _Kind(noun=kind.noun, read=kind.read, list=kind.list, lacks_tags=lacks, read_time=kind.read_time)
    # The other API's: what compositions broadcast to.
    read, listing = Call(operation="GetChannel", result="channel"), Call(operation="ListChannels", result="channels")
    yield _Kind(noun="channel", read=read, list=listing, by_name="filterByName")


def _functions() -> Iterator[FunctionType]:
    for kind in _kinds():
        name, plural = (call.operation[0].lower() + call.operation[1:] for call in (kind.read, kind.list))
        yield FunctionType(name=name, group="look_ups", run=kind.one, rules=(one_way,))
        yield FunctionType(name=plural, group="look_ups", run=all_of(kind.list.operation, kind.list.result))


FUNCTIONS: Final = tuple(_functions())
