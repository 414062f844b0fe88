"""Creates, updates and deletes one resource, in as few calls as the service has.

A create is one call (its answer is the whole resource), an update one call and the tag calls beside it, a delete one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from ivs_provider.cloud import Account, Answer, Deadline
from ivs_provider.errors import AccessDenied, Conflict, IvsError, NotFound, PartlyApplied, QuotaExceeded, Retry
from ivs_provider.model import limits, ownership
from ivs_provider.model.ownership import Identity
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.model.schema import Shape
from ivs_provider.reconcile import compositions
from ivs_provider.reconcile.compare import Change
from ivs_provider.reconcile.represent import merged
from ivs_provider.values import ABSENT, Absent, Desired, Secret, Tree, Value, masked, reveal

__all__ = ["Target", "Update", "create", "delete", "release", "update"]

_OFF_SWITCH = (
    " Where a policy refuses the tags pulumi-ivs:*, `pulumi config set ivs:ownershipTags false` leaves them out; a"
    " create whose answer is lost can then no longer be found again, and a stack's resources not be told from others."
)


@dataclass(frozen=True, slots=True)
class Target:
    """Which resource an operation is about, and how long it may take.

    Args:
        kind: Its type.
        identity: Which resource of which program it is.
        deadline: When the operation must have ended.
        supersedes: ARNs of the resources that a create replaces, where no engine records that.
    """

    kind: ResourceType
    identity: Identity
    deadline: Deadline
    supersedes: tuple[str, ...] = ()

    @property
    def noun(self) -> str:
        """The resource in a sentence: ``stage "main"``."""
        return f'{self.kind.noun} "{self.identity.name}"'

    def explain(self, error: IvsError, arn: str, *trees: Tree) -> IvsError:
        """The same error with the resource in front, the service's own reasons behind, and no secret of the trees."""
        where = f" ({arn})" if arn else ""
        explained = error.about(self.noun + where)
        explained.what = masked(explained.what, *trees)
        if isinstance(error, Conflict) and self.kind.conflict_note:
            explained.todo = self.kind.conflict_note
        quota = limits.count(self.kind.name)
        if isinstance(error, QuotaExceeded) and quota and not quota.adjustable:
            explained.todo = f"AWS does not raise this quota ({quota.limit} {self.kind.noun}s): delete some first."
        return explained


@dataclass(frozen=True, slots=True)
class Update:
    """What an update is to do.

    Args:
        arn: The resource.
        desired: Its new inputs.
        changes: The paths in which it differs from what is recorded.
        outputs: What the account was last seen to hold.
    """

    arn: str
    desired: Desired
    changes: Sequence[Change]
    outputs: Tree


def create(account: Account, target: Target, desired: Desired, pending: str) -> Answer:
    """Create a resource with one call that is never repeated blindly.

    Args:
        account: Where.
        target: What is created, for which program.
        desired: Its inputs.
        pending: Value of the ``pending`` tag: how a create whose answer was lost is found again. Not used where the
            settings leave our tags out.

    Raises:
        IvsError: It was not created, or (retry verdict `Retry.AMBIGUOUS`) nobody knows; the text says which.
    """
    kind = target.kind
    request = _request(kind, desired)
    if account.settings.ownership_tags:
        own = {**target.identity.lasting_tags(desired), ownership.PENDING: pending}
        request["tags"] = {**cast("Tree", request.get("tags", {})), **own}
    try:
        return account.resource(kind.create, request, target.deadline)
    except IvsError as error:
        raise _explained_create(account, target, error, desired) from error


def update(account: Account, target: Target, wanted: Update) -> tuple[Answer, PartlyApplied | None]:
    """Update a resource: its own members by one call, its tags by tag calls beside it.

    Returns:
        What AWS holds afterwards, and what could not be done although something else was.

    Raises:
        IvsError: Nothing was changed.
    """
    kind = target.kind
    held = {key: reveal(value) for key, value in wanted.outputs.items()}
    members = _changed_members(kind, wanted)
    try:
        if kind.update and members:
            request: Tree = {"arn": wanted.arn, **kind.tidied(members)}
            answer = account.resource(kind.update, request, target.deadline)
            held = {**_lasting(kind, held), **answer}
    except IvsError as error:
        raise target.explain(error, wanted.arn, wanted.desired, wanted.outputs) from error
    is_tagged = False
    try:
        for now in _tagging(account, target, wanted, held):
            held, is_tagged = now, True
    except IvsError as error:
        explained = target.explain(error, wanted.arn, wanted.desired, wanted.outputs)
        if isinstance(error, AccessDenied) and account.settings.ownership_tags:
            explained.todo += _OFF_SWITCH
        if not members and not is_tagged:
            raise explained from error
        done = "tags were taken away, but none set" if is_tagged else "everything but the tags was updated"
        return held, PartlyApplied(f"{explained.what} ({done})", explained.todo)
    return held, None


def delete(account: Account, target: Target, arn: str, options: Tree) -> None:
    """Delete a resource; one that is gone already counts as deleted.

    Args:
        account: Where.
        target: What is deleted.
        arn: Its ARN.
        options: Inputs that go to the delete call (``force``).

    Raises:
        IvsError: It still exists, or nobody knows; running again is safe.
    """

    def call() -> object:
        return account.call(target.kind.delete.operation, {"arn": arn, **options}, target.deadline)

    try:
        if target.kind.held_by_compositions:
            compositions.delete_held(account, arn, target.deadline, call)
        else:
            call()
    except NotFound:
        return
    except IvsError as error:
        raise target.explain(error, arn) from error


def release(account: Account, target: Target, arn: str) -> None:
    """Take our tags off a resource that its stack leaves to itself.

    Raises:
        IvsError: It still carries them, or nobody knows; running again is safe.
    """
    try:
        keys = cast("Value", list(ownership.OWN_TAGS))
        account.call("UntagResource", {"resourceArn": arn, "tagKeys": keys}, target.deadline)
    except NotFound:
        return
    except IvsError as error:
        raise target.explain(error, arn) from error


def _request(kind: ResourceType, desired: Desired) -> Tree:
    """The inputs that a create call takes, secrets opened."""
    return {name: reveal(value) for name, value in desired.items() if not kind.shape.marks(name, "deleteOption")}


def _changed_members(kind: ResourceType, wanted: Update) -> Tree:
    """Each top-level member in which something changes, whole.

    Whether AWS merges a partial object or replaces it is not documented. So a member is sent with what the account
    holds of it, what the program says over that, and the default where the program has taken something back.
    """
    touched = {change.path[0] for change in wanted.changes}
    names = [name for name in (kind.update.members if kind.update else ()) if name in touched]
    return {name: _whole(kind.shape.properties[name], name, wanted) for name in names}


def _whole(shape: Shape, name: str, wanted: Update) -> Value:
    held, desired = reveal(wanted.outputs.get(name)), reveal(wanted.desired.get(name))
    if not shape.properties:
        return _or_default(shape, wanted.desired.get(name, ABSENT))
    whole = merged(desired if isinstance(desired, dict) else {}, held if isinstance(held, dict) else {})
    for change in wanted.changes:
        if change.path[0] == name and isinstance(change.new, Absent):
            *_, place = shape.along(change.path[1:])
            whole = _put(whole, change.path[1:], _or_default(place, ABSENT))
    return whole


def _lasting(kind: ResourceType, held: Tree) -> Tree:
    """What stays true where an answer leaves it out: credentials and sessions are left out when they are gone."""
    outputs = kind.shape.outputs()
    return {name: value for name, value in held.items() if name not in outputs or not outputs[name].flag("volatile")}


def _or_default(shape: Shape, value: Value | Absent) -> Value:
    if not isinstance(value, Absent):
        return reveal(value)
    return {} if isinstance(shape.default, Absent) else shape.default


def _put(tree: Tree, path: Sequence[str | int], value: Value) -> Tree:
    head, *rest = path
    inner = tree.get(str(head))
    return {**tree, str(head): _put(inner if isinstance(inner, dict) else {}, rest, value) if rest else value}


def _tagging(account: Account, target: Target, wanted: Update, held: Answer) -> Iterator[Answer]:
    """Take away the tags that the program no longer says, then write those that changed, and ours beside them.

    In this order, since ours say what was applied: with them written first, a run that is interrupted in between
    would leave tags of which nothing tells that they are to go. And an account at its limit of tags has room.

    Yields:
        What AWS holds after each call.
    """
    tags_now = cast("dict[str, str]", reveal(held.get("tags", {})))
    changed = {str(change.path[1]): change.new for change in wanted.changes if change.path[0] == "tags"}
    set_now = {key: cast("str", reveal(value)) for key, value in changed.items() if not isinstance(value, Absent)}
    gone = sorted(key for key, value in changed.items() if isinstance(value, Absent))
    own = target.identity.lasting_tags(wanted.desired) if account.settings.ownership_tags else {}
    if gone:
        account.call("UntagResource", {"resourceArn": wanted.arn, "tagKeys": cast("Value", gone)}, target.deadline)
        tags_now = {key: value for key, value in tags_now.items() if key not in gone}
        yield {**held, "tags": tags_now}
    if tags := {**set_now, **own}:
        account.call("TagResource", {"resourceArn": wanted.arn, "tags": cast("Value", tags)}, target.deadline)
        yield {**held, "tags": {**tags_now, **set_now}}


def _explained_create(account: Account, target: Target, error: IvsError, desired: Desired) -> IvsError:
    explained = target.explain(error, "", desired)
    if isinstance(error, AccessDenied) and account.settings.ownership_tags:
        explained.todo += _OFF_SWITCH
    if error.retry is Retry.AMBIGUOUS:
        tagged = account.settings.ownership_tags
        trace = f" with the tag {ownership.URN}={target.identity.digest}" if tagged else _named(desired)
        explained.todo = (
            f"It may have been created all the same: look for a new {target.kind.noun}{trace} before running again."
        )
    return explained


def _named(desired: Desired) -> str:
    """What the program says of a name, as words that follow the kind's; nothing where it is secret."""
    name = desired.get("name")
    if isinstance(name, Secret):
        return ""
    return f" with the name {json.dumps(name)}" if name else " without a name"
