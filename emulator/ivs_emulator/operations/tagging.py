"""Tags: the three operations, and the rules that hold wherever tags are given."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ivs_emulator.call import Call, Implementation
from ivs_emulator.limits import TAGS_PER_RESOURCE
from ivs_emulator.records import Record
from ivs_emulator.validation import Violation

RESERVED_PREFIX: Final = "aws:"
"""Keys that begin so, in any case, belong to AWS."""


def reserved_keys(_call: Call, arguments: Record) -> Iterator[Violation]:
    """Refuse tag keys that belong to AWS; holds for every operation that takes tags."""
    for key in arguments.get("tags", {}):
        if key.lower().startswith(RESERVED_PREFIX):
            yield Violation(f"/tags/{key}", f"Tag keys must not begin with {RESERVED_PREFIX}")


def _not_too_many(call: Call, arguments: Record) -> Iterator[Violation]:
    row = call.store.fetch(call.scope, arguments["resourceArn"])
    added = arguments.get("tags", {})
    merged = (row.record["tags"] if row else {}) | added
    # A request that is itself too large is the model's to refuse.
    if len(merged) > TAGS_PER_RESOURCE >= len(added):
        yield Violation("/tags", f"A resource can have at most {TAGS_PER_RESOURCE} tags")


def _tag(call: Call, arguments: Record) -> Record:
    record = call.lookup(arguments["resourceArn"]).record
    call.store.rewrite(record | {"tags": record["tags"] | arguments["tags"]})
    return {}


def _untag(call: Call, arguments: Record) -> Record:
    record = call.lookup(arguments["resourceArn"]).record
    gone = set(arguments["tagKeys"])
    left = {key: value for key, value in record["tags"].items() if key not in gone}
    call.store.rewrite(record | {"tags": left})
    return {}


def _list_tags(call: Call, arguments: Record) -> Record:
    return {"tags": call.lookup(arguments["resourceArn"]).record["tags"]}


OPERATIONS: Final[Mapping[str, Implementation]] = MappingProxyType(
    {
        "TagResource": Implementation(_tag, (reserved_keys, _not_too_many)),
        "UntagResource": Implementation(_untag),
        "ListTagsForResource": Implementation(_list_tags),
    },
)
"""The operations of this module."""
