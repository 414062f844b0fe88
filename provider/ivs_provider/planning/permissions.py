"""The least IAM policy with which a program can be planned, or applied by the command line. Pure.

Which actions take which ARNs is AWS's Service Authorization Reference (``facts/ivs.md`` 6). Creates are held to the
stack by the tag that they send, changes and deletes by the tag that the resource carries: no other stack's resource
can be touched, whatever the program says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ivs_provider.model import ownership
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.resources import registry

__all__ = ["Needs", "policy", "verbs"]

Statement = dict[str, Any]

_TAGGING: Final = ("TagResource", "UntagResource")
_READ_TAGS: Final = "ListTagsForResource"
_LOOK_INTO_STAGES: Final = frozenset({"GetStage", "ListParticipants"})
"""A plan tells who is in a stage that it would delete, declared or not."""
_LOOK_FOR_USERS: Final = frozenset({"GetComposition", "ListCompositions"})
"""And which compositions use a configuration that would go."""
_STOP_COMPOSITIONS: Final = frozenset({"GetComposition", "ListCompositions", "StopComposition"})
_COMPOSITION: Final = "composition"
_STAGE: Final = ("stage",)
_TAKEN: Final[Mapping[str, tuple[str, ...]]] = {
    "CreateParticipantToken": _STAGE,
    "DisconnectParticipant": _STAGE,
    "GetChannel": ("channel",),
    "GetComposition": (_COMPOSITION,),
    "GetParticipant": _STAGE,
    "GetStageSession": _STAGE,
    "ListChannels": ("channel",),
    "ListParticipantEvents": _STAGE,
    "ListParticipantReplicas": _STAGE,
    "ListParticipants": _STAGE,
    "ListStageSessions": _STAGE,
    "ListStages": _STAGE,
    "StartComposition": ("channel", "encoder-configuration", "stage", "storage-configuration"),
    "StartParticipantReplication": _STAGE,
    "StopComposition": (_COMPOSITION,),
    "StopParticipantReplication": _STAGE,
}
"""Kinds of ARNs that an action takes, where it is not a resource type's own; what is in neither takes ``*`` alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a program declares and calls, as far as permissions depend on it.

    Args:
        stack: ``PROJECT/STACK``.
        kinds: Tokens of the types that it declares.
        reading: Operations of the functions that it calls in every run.
        changing: Operations of the functions that a plan does not run.
        places: Region and account, for each account that it reaches; ``*`` where one is not known.
        buckets: Buckets of its storage configurations; ``*`` for one that is not known.
        owned: Whether its resources carry our tags.
        reads_all: Whether drift is looked for in what is not declared, too (``driftDetection: all``).
        stops_compositions: Whether compositions that hold what is to be deleted are stopped (``stopCompositions``).
    """

    stack: str
    kinds: frozenset[str]
    reading: frozenset[str] = frozenset()
    changing: frozenset[str] = frozenset()
    places: tuple[tuple[str, str], ...] = (("*", "*"),)
    buckets: frozenset[str] = frozenset()
    owned: bool = True
    reads_all: bool = False
    stops_compositions: bool = False

    @property
    def declared(self) -> list[ResourceType]:
        """The types that it declares."""
        return [kind for token, kind in registry().items() if token in self.kinds]


@dataclass(slots=True)
class _Grants:
    """Actions, with the kinds of ARNs that each of them is held to."""

    needs: Needs
    typed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    untyped: set[str] = field(default_factory=set)

    def add(self, operations: Iterable[str]) -> None:
        for operation in operations:
            if kinds := _taken(operation):
                self.typed[operation] = kinds
            else:
                self.untyped.add(operation)

    def statements(self, typed: str, untyped: str) -> Iterator[Statement]:
        """One statement for what takes ``*``, one for the rest: an action does nothing on other kinds of ARNs."""
        if self.untyped:
            yield _statement(untyped, self.untyped, ["*"])
        if self.typed:
            kinds = {kind for each in self.typed.values() for kind in each}
            yield _statement(typed, self.typed, _arns(self.needs, kinds))


def policy(needs: Needs, *, apply: bool) -> dict[str, Any]:
    """The policy's document.

    Args:
        needs: What the program needs.
        apply: Whether it is to be applied; else only planned.
    """
    statements = list(_looking(needs))
    if apply:
        statements += _calling(needs)
        statements += _writing(needs)
        statements += _buckets(needs, "EditBucketPolicies", ("create", "delete"))
    return {"Version": "2012-10-17", "Statement": statements}


def verbs(kind: ResourceType) -> Iterator[tuple[str, list[str]]]:
    """What is done to resources of a type, each with the actions that it takes."""
    yield "preview", [*map(_ivs, _looks(kind)), *_further(kind, "read")]
    create = [kind.create.operation, kind.list.operation, *_TAGGING]
    yield "create", [*map(_ivs, create), *_further(kind, "create")]
    if kind.update:
        yield "update", [_ivs(kind.update.operation), *map(_ivs, _TAGGING), *_further(kind, "update")]
    yield "tags", list(map(_ivs, _TAGGING))
    yield "delete", [_ivs(kind.delete.operation), *_further(kind, "delete")]


def _looking(needs: Needs) -> Iterator[Statement]:
    """What a plan does: every type is listed, since what the stack owned before may be of any."""
    kinds = registry().values()
    grants = _Grants(needs)
    grants.add(kind.list.operation for kind in kinds)
    grants.add(_LOOK_INTO_STAGES | _LOOK_FOR_USERS)
    grants.add(kind.read.operation for kind in (kinds if needs.reads_all else needs.declared))
    grants.add(needs.reading - {_READ_TAGS})
    yield from grants.statements("Look", "List")
    tagless = {kind.arn_kind for kind in kinds if "tags" in kind.lists_lack}
    yield _statement("ReadTagsThatListsLack", [_READ_TAGS], _arns(needs, tagless))
    yield from _buckets(needs, "FindBuckets", ("read",))


def _calling(needs: Needs) -> Iterator[Statement]:
    """What functions do that a plan does not run."""
    stopping = _STOP_COMPOSITIONS if needs.stops_compositions else frozenset[str]()
    grants = _Grants(needs)
    grants.add((needs.changing | stopping) - {*_TAGGING})
    yield from grants.statements("CallFunctions", "CallFunctionsAnywhere")


def _writing(needs: Needs) -> Iterator[Statement]:
    own = f"/{ownership.STACK}"
    stack = ownership.stack_tag(needs.stack)
    sends = {"StringEquals": {f"aws:RequestTag{own}": stack}} if needs.owned else {}
    carries = {"StringEquals": {f"aws:ResourceTag{own}": stack}} if needs.owned else {}
    declared = {kind.arn_kind for kind in needs.declared}
    if declared:
        creates = [kind.create.operation for kind in needs.declared]
        yield _statement("Create", creates, _arns(needs, declared), sends)
    tagged = declared | ({_COMPOSITION} if "TagResource" in needs.changing else set())
    if tagged:
        # Where the resource carries no stack's tag: it is being created, or adopted. IAM can't tell these two apart.
        nobodys = {"StringEqualsIfExists": {f"aws:ResourceTag{own}": stack}} if needs.owned else {}
        yield _statement("Tag", ["TagResource"], _arns(needs, tagged), {**sends, **nobodys})
    # Of every type where tags tell what is ours: what left the program is pruned, what there is destroyed.
    deleted = list(registry().values()) if needs.owned else needs.declared
    changes = [kind.delete.operation for kind in deleted] + [
        kind.update.operation for kind in needs.declared if kind.update
    ]
    if deleted:
        where = _arns(needs, {kind.arn_kind for kind in deleted})
        yield _statement("ChangeOwn", [*changes, "UntagResource"], where, carries)


def _buckets(needs: Needs, sid: str, of: Iterable[str]) -> Iterator[Statement]:
    """AWS edits a bucket's policy with the caller's rights."""
    actions = {action for kind in needs.declared for verb in of for action in _further(kind, verb)}
    if actions and needs.buckets:
        buckets = [f"arn:aws:s3:::{bucket}" for bucket in sorted(needs.buckets)]
        yield {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": buckets}


def _looks(kind: ResourceType) -> list[str]:
    return [kind.read.operation, kind.list.operation, *([_READ_TAGS] if "tags" in kind.lists_lack else [])]


def _taken(operation: str) -> tuple[str, ...]:
    for kind in registry().values():
        if operation in {call.operation for call in (kind.create, kind.read, kind.delete, kind.update) if call}:
            return (kind.arn_kind,)
    return _TAKEN.get(operation, ())


def _further(kind: ResourceType, verb: str) -> list[str]:
    """Actions of other services that the call needs from its caller."""
    return list(kind.shape.schema.get("permissions", {}).get(verb, []))


def _arns(needs: Needs, kinds: Iterable[str]) -> list[str]:
    return [
        f"arn:aws:ivs:{region}:{account}:{kind}/*"
        for region, account in sorted(set(needs.places))
        for kind in sorted(kinds)
    ]


def _statement(
    sid: str, operations: Iterable[str], resources: list[str], condition: Mapping[str, Any] | None = None
) -> Statement:
    document = {"Sid": sid, "Effect": "Allow", "Action": sorted(map(_ivs, operations)), "Resource": resources}
    return {**document, "Condition": dict(condition)} if condition else document


def _ivs(operation: str) -> str:
    return f"ivs:{operation}"
