"""What both front ends do with one resource: check, compare, create, read, update, delete.

A `Reconciler` holds one account as one set of settings reaches it. It answers values; how they travel is the front
end's business.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from ivs_provider.cloud import Account, Answer
from ivs_provider.config import DriftDetection, Settings
from ivs_provider.errors import PartlyApplied, Rejected
from ivs_provider.model import ownership
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.reconcile import apply, represent
from ivs_provider.reconcile.apply import Target
from ivs_provider.reconcile.compare import Change, compare
from ivs_provider.reconcile.notice import Notice, Tell
from ivs_provider.reconcile.observe import Reader
from ivs_provider.reconcile.once import Once
from ivs_provider.reconcile.preflight import Preflight
from ivs_provider.reconcile.settle import Settling
from ivs_provider.values import Desired, Observed, Path, Recorded, Tree, reveal

__all__ = ["Found", "Reconciler", "Updated"]

_ARN: Final = re.compile(r"arn:aws:ivs:([a-z0-9-]+):([0-9]+):([a-z-]+)/([a-zA-Z0-9-]+)\Z")
_RENEW_AFTER: Final = 7 * 86_400.0
_RENEWALS: Final = 10
"""Reads that are made in one run only to renew what may be cached: two seconds of the quota."""


@dataclass(frozen=True, slots=True)
class Found:
    """A resource as the account has it: ready to be recorded."""

    arn: str
    inputs: Recorded
    outputs: Tree


@dataclass(frozen=True, slots=True)
class Updated:
    """A resource after an update, and what could not be done although something else was."""

    inputs: Recorded
    outputs: Tree
    failure: PartlyApplied | None


@dataclass(slots=True)
class Reconciler:
    """The operations on single resources of one account.

    Args:
        account: Where.
        owner: Id of the provider resource: tells two states of one stack's name apart.
        nonces: A value that no create has had before, each time.
        tell: Who is told what happens.
    """

    account: Account
    owner: str
    nonces: Iterator[str]
    tell: Tell = lambda _notice: None
    reader: Reader = field(init=False)
    once: Once = field(init=False)
    settling: Settling = field(init=False)
    preflight: Preflight = field(init=False)
    _renewals: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        """Give it its parts."""
        self.reader = Reader(self.account)
        self.once = Once(self.account, self.reader, self.owner, self.nonces, self.tell)
        self.settling = Settling(self.account)
        self.preflight = Preflight(self.once.roll, self.tell, enabled=self.settings.quota_warnings)

    @property
    def settings(self) -> Settings:
        """The account's settings."""
        return self.account.settings

    def create(self, target: Target, desired: Desired) -> Found:
        """Create a resource.

        Raises:
            IvsError: It was not created, or nobody knows.
        """
        self.settling.writing()
        self.preflight.wants(target.kind, target.identity.urn, now=True)
        answer = self.once.create(target, desired)
        if self.settings.ownership_tags:
            self.settling.answered(str(answer["arn"]))
        self.reader.forget()
        outputs = self._outputs(target.kind, answer, frozenset(), desired)
        return Found(str(answer["arn"]), Recorded(desired), outputs)

    def name(self, arn: str) -> None:
        """The engine has sent an id: the resource is recorded."""
        if arn not in self.once.answered:
            self.once.named.add(arn)

    def find(self, kind: ResourceType, arn: str) -> Found | None:
        """A resource that no record speaks of yet (import); ``None`` where it does not exist.

        Raises:
            IvsError: The id is no ARN of this type and region, or the read failed.
        """
        self._expect_arn(kind, arn)
        answer = self.reader.get(kind, arn)
        if answer is None:
            return None
        inputs = represent.importable(kind, represent.normalised(kind, answer), self.settings.default_tags)
        defaults: Tree = {"tags": dict(self.settings.default_tags)}  # secret ones are so in the outputs, too
        return Found(arn, inputs, self._outputs(kind, answer, frozenset(), inputs, defaults))

    def read(self, kind: ResourceType, arn: str, inputs: Recorded, outputs: Tree) -> Found | None:
        """A recorded resource as it is now, in the program's words; ``None`` where it is gone.

        Raises:
            IvsError: The read failed.
        """
        self._expect_arn(kind, arn)
        wanted = self._wanted(kind, inputs, outputs)
        answer, untold = (
            (self.reader.get(kind, arn), frozenset[str]()) if wanted is None else self.reader.read(kind, arn, wanted)
        )
        if answer is None:
            return None
        if ownership.PENDING in answer.get("tags", {}):
            self.settling.inherited(arn)
        found = self._seen(kind, answer, untold, inputs, outputs)
        if self._may_hide_more(kind, untold, found.inputs, inputs):
            whole = self.reader.get(kind, arn)
            return self._seen(kind, whole, frozenset(), inputs, outputs) if whole else None
        return found

    def _may_hide_more(self, kind: ResourceType, untold: frozenset[str], now: Recorded, before: Recorded) -> bool:
        """Whether something changed with which an output changes that Lists lack: credentials with redundancy, say."""
        hidden = untold & kind.shape.outputs().keys() - set(kind.stable_outputs)
        changed = _except(now, frozenset({"tags"})) != _except(before, frozenset({"tags"}))
        return bool(hidden) and changed and self.settings.drift_detection is not DriftDetection.FAST

    def _seen(
        self, kind: ResourceType, answer: Answer, untold: frozenset[str], inputs: Recorded, outputs: Tree
    ) -> Found:
        """A recorded resource as an answer tells it, and as the record does where the answer does not."""
        detection = self.settings.drift_detection
        # What Lists lack is not compared in the fast mode, even where a Get told it: the answer must not depend on
        # how many resources there are.
        ignored = kind.lists_lack if detection is DriftDetection.FAST else untold
        observed = represent.normalised(kind, answer)
        shown = Observed({**_only(outputs, ignored), **_except(observed, ignored)})
        now = represent.recorded_inputs(kind, inputs, Observed({**shown, **_only(inputs, ignored)}))
        if detection is DriftDetection.ALL:
            now = Recorded(represent.merged(now, represent.importable(kind, shown, {})))
        return Found(str(answer["arn"]), now, self._outputs(kind, answer, untold, inputs, outputs))

    def changes(
        self, kind: ResourceType, inputs: Recorded, outputs: Tree, desired: Desired, ignore: Iterable[Path]
    ) -> list[Change]:
        """How what is desired differs from what is recorded."""
        return compare(kind, inputs, desired, outputs=outputs, ignore=ignore)

    def update(self, target: Target, wanted: apply.Update, inputs: Recorded) -> Updated:
        """Carry out the changes of an update.

        Raises:
            IvsError: Nothing was changed.
        """
        self._expect_arn(target.kind, wanted.arn)
        self.settling.writing()
        answer, failure = apply.update(self.account, target, wanted)
        self.reader.forget()
        outputs = self._outputs(target.kind, answer, frozenset(), wanted.desired, wanted.outputs)
        now = represent.tagged_in_part(wanted.desired, inputs, outputs) if failure else Recorded(wanted.desired)
        return Updated(now, outputs, failure)

    def delete(self, target: Target, arn: str, inputs: Recorded) -> None:
        """Delete a resource; one that is gone counts as deleted.

        Raises:
            IvsError: It still exists, or nobody knows.
        """
        self._expect_arn(target.kind, arn)
        if self.once.guards(arn):
            text = f"{arn} was just created as {target.noun}, so it is not deleted although the engine asked to"
            self.tell(Notice(f"{text}. Run `pulumi refresh` to see that the state agrees.", target.identity.urn))
            return
        self.settling.writing()
        shape = target.kind.shape
        options = {name: reveal(value) for name, value in inputs.items() if shape.marks(name, "deleteOption")}
        apply.delete(self.account, target, arn, options)
        self.settling.deleted(arn)
        self.reader.forget()

    def _wanted(self, kind: ResourceType, inputs: Recorded, outputs: Tree) -> frozenset[str] | None:
        """The members that a read must tell; ``None`` for all that there are."""
        if "arn" not in outputs or self.settings.drift_detection is DriftDetection.ALL:
            return None
        renewed = frozenset({kind.cacheable}) if self._is_stale(kind, outputs) else frozenset[str]()
        if self.settings.drift_detection is DriftDetection.FAST:
            return renewed
        drifting = {name for name in inputs if not kind.shape.marks(name, "createOnly")}
        return renewed | drifting

    def _is_stale(self, kind: ResourceType, outputs: Tree) -> bool:
        """Whether what may be cached should be read again; of many, only some in one run."""
        return bool(kind.cacheable) and self._age(kind, outputs) > _RENEW_AFTER and next(self._renewals) <= _RENEWALS

    def _age(self, kind: ResourceType, outputs: Tree) -> float:
        try:
            read = datetime.fromisoformat(str(reveal(outputs.get(kind.read_time, ""))))
        except ValueError:
            return float("inf")
        return self.account.clock.wall() - read.timestamp()

    def _outputs(self, kind: ResourceType, answer: Answer, untold: frozenset[str], *sources: Tree) -> Tree:
        """The outputs to record: the answer, and what it does not tell as it was recorded before."""
        older = sources[-1]
        now = represent.normalised(kind, answer)
        told = represent.outputs(kind, Observed({**_only(older, untold), **now}), *sources)
        if not kind.cacheable:
            return told
        unchanged = kind.cacheable in older and reveal(older[kind.cacheable]) == reveal(told.get(kind.cacheable))
        if kind.cacheable in untold or (unchanged and self._age(kind, older) <= _RENEW_AFTER):
            return {**told, **_only(older, frozenset({kind.read_time}))}
        read = datetime.fromtimestamp(self.account.clock.wall(), UTC).isoformat(timespec="seconds")
        return {**told, kind.read_time: read}

    def _expect_arn(self, kind: ResourceType, arn: str) -> None:
        match = _ARN.match(arn)
        if match is None or match[3] != kind.arn_kind:
            what = f"{arn!r} is not the id of a {kind.noun}"
            raise Rejected(what, f"Give its ARN: arn:aws:ivs:REGION:ACCOUNT:{kind.arn_kind}/ID.")
        region = self.account.region()
        if match[1] != region:
            what = f"{arn} is in {match[1]}, this provider is in {region}"
            raise Rejected(what, "Set that region (ivs:region or AWS_REGION), or use an explicit provider with it.")


def _only(tree: Tree, names: frozenset[str]) -> Tree:
    return {name: value for name, value in tree.items() if name in names}


def _except(tree: Tree, names: frozenset[str]) -> Tree:
    return {name: value for name, value in tree.items() if name not in names}
