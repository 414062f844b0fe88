"""Creation exactly once, although no create of the service can be repeated safely.

Every create carries a nonce in its ``pending`` tag. After an answer that leaves open whether the create was performed,
the account is searched for the nonce before any second try. Before the first create of a type in a process, one List
finds what an earlier process of the same state left behind. Only what is certainly ours is adopted: pending, for this
state's provider, for this very URN, equal in everything that a create fixes, and not an id that the engine has named.
Everything else is warned about and left alone.

Refused: deleting what looks like a duplicate (it may be somebody's), and refusing to create beside it (a warning
that stops a pipeline is an outage).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from ivs_provider.cloud import Account, Answer
from ivs_provider.config import OnUnrecorded
from ivs_provider.errors import AccessDenied, Cancelled, Conflict, IvsError, Retry, TimedOut
from ivs_provider.model.ownership import Pending
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.reconcile import apply, represent
from ivs_provider.reconcile.apply import Target, Update
from ivs_provider.reconcile.compare import Change, Consequence, compare
from ivs_provider.reconcile.notice import Notice, Tell
from ivs_provider.reconcile.observe import Reader
from ivs_provider.reconcile.roll import Roll
from ivs_provider.values import Desired, Observed, Recorded

__all__ = ["Once"]

_TRIES: Final = 3
_SEARCH_SECONDS: Final = 30.0
"""How long a List may lag behind a create that was performed (design, section 6)."""
_PAUSES: Final = (0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0)
_MOST_SUPERSEDED: Final = 16
"""As many ids as a tag's 256 characters hold: so many replacements of one resource may be interrupted in a row."""
_CLEAR: Final = (
    "If the stack still lists a pending create for it, `pulumi refresh --clear-pending-creates` clears that."
)


@dataclass(slots=True)
class Once:
    """Creates each resource of one state once. One for a configured process; all threads share it.

    Args:
        account: Where.
        reader: Reads single resources of it.
        owner: Id of the provider resource in the engine's state.
        nonces: A value that no create has had before, each time.
        tell: Who is told of what was found.
        searching: Switch of the campaign's own test: without the search, lost answers must make duplicates.
    """

    account: Account
    reader: Reader
    owner: str
    nonces: Iterator[str]
    tell: Tell
    searching: bool = True
    named: set[str] = field(default_factory=set)
    """Ids that the engine has sent to this process: they are recorded, so they are no leftovers."""
    answered: dict[str, Pending] = field(default_factory=dict)
    """What this process answered to a create, by ARN, with the pending tag that it carries."""
    _open: dict[str, str] = field(default_factory=dict)
    """Nonces of creates whose outcome is not known, by URN: the engine may ask for the same create again."""
    roll: Roll = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Give it a view of what the account lists."""
        self.roll = Roll(self.account)

    def create(self, target: Target, desired: Desired) -> Answer:
        """The resource that a create asks for: found again, or made.

        Raises:
            IvsError: It was not made, or nobody knows whether it was.
        """
        if not self.account.settings.ownership_tags:
            return apply.create(self.account, target, desired, "")
        answer = self._found_again(target, desired) if target.identity.urn in self._open else None
        answer = answer or self._left_behind(target, desired) or self._made(target, desired)
        self._open.pop(target.identity.urn, None)
        return answer

    def guards(self, arn: str) -> bool:
        """Whether deleting an id would delete what this process has just answered as created."""
        return arn in self.answered

    # Lost answers.

    def _made(self, target: Target, desired: Desired) -> Answer:
        for attempt in range(1, _TRIES + 1):
            try:
                return self._try(target, desired)
            except IvsError as error:
                if error.retry is not Retry.AMBIGUOUS:
                    self._open.pop(target.identity.urn, None)
                    raise
                if self.searching and (found := self._found_again(target, desired)):
                    return found
                if attempt == _TRIES or target.deadline.left(self.account.clock) <= 0:
                    raise
        raise AssertionError  # the last attempt above returns or raises

    def _try(self, target: Target, desired: Desired) -> Answer:
        nonce = self._open.setdefault(target.identity.urn, next(self.nonces))
        pending = Pending(self._owner(target), nonce, int(self.account.clock.wall()))
        answer = apply.create(self.account, target, desired, str(pending))
        self.answered[str(answer["arn"])] = pending
        return answer

    def _found_again(self, target: Target, desired: Desired) -> Answer | None:
        """The resource with the nonce of this URN's open create; ``None`` where there is certainly none.

        Only a List that began when nothing can be hidden any more says that nothing was created.

        Raises:
            IvsError: Nobody knows: the List failed to the end, or the operation's own time was over before.
        """
        nonce = self._open[target.identity.urn]
        clock = self.account.clock
        shown = clock.now() + _SEARCH_SECONDS
        until = min(shown, target.deadline.at)
        for pause in _endless(_PAUSES):
            try:
                if pause:
                    target.deadline.on_wait(f"the list to show whether {target.noun} was created", until - clock.now())
                    clock.sleep(min(pause, max(0.0, until - clock.now())))
                began = clock.now()
                matches = self._with_nonce(target, desired, nonce)
            except IvsError as error:
                if error.retry is Retry.NEVER or clock.now() >= until:
                    raise _undecided(target, error) from error
                continue
            if matches:
                why = "the answer to its creation was lost"
                return self._adopted(target, desired, matches[0], why, Pending(self._owner(target), nonce, 0))
            if began >= shown:
                return None
            if began >= until:
                raise _undecided(target, TimedOut("the list has not shown it within the time that the program allows"))
        return None

    def _with_nonce(self, target: Target, desired: Desired, nonce: str) -> list[str]:
        return [
            arn
            for arn, tags in self.roll.fresh(target.kind, desired, self._is_known)
            if (pending := Pending.read(tags)) and pending.nonce == nonce and pending.front_end == self.owner
        ]

    def _owner(self, target: Target) -> str:
        """The owner as the tag says it: a replacement without an engine names what it supersedes."""
        superseded = [arn.rpartition("/")[2] for arn in target.supersedes[:_MOST_SUPERSEDED]]
        return "/".join([self.owner, *superseded])

    # Leftovers of earlier processes.

    def _left_behind(self, target: Target, desired: Desired) -> Answer | None:
        """A leftover that is certainly this create's, if there is one; the others are told about."""
        # The newest first: where a replacement was interrupted, what it made is wanted, and not what it replaces.
        for arn, tags in sorted(self._listed(target, desired), key=_age):
            if self._is_known(arn):  # since it was listed
                continue
            pending = Pending.read(tags)
            full = self.reader.get(target.kind, arn)
            if full is None:
                continue
            certain = pending is not None and pending.front_end == self.owner
            fits = self._fits(target, desired, full, tags)
            if fits and (certain or self.account.settings.on_unrecorded is OnUnrecorded.ADOPT):
                why = "an interrupted run created it" if certain else "ivs:onUnrecorded says adopt"
                return self._adopted(target, desired, arn, why, pending)
            self._report(target, arn, fits=fits, certain=certain)
        return None

    def _listed(self, target: Target, desired: Desired) -> list[tuple[str, Mapping[str, str]]]:
        try:
            return list(self.roll.first(target.kind, desired, target.identity.digest, self._is_known))
        except AccessDenied as error:
            self.tell(Notice(f"leftovers of interrupted runs cannot be looked for: {error}", target.identity.urn))
            return []
        except IvsError as error:
            raise target.explain(error, "", desired) from error

    def _report(self, target: Target, arn: str, *, fits: bool, certain: bool) -> None:
        reason = (
            "it differs in what only a create can set"
            if certain
            else "it was not created by this stack's state, or it is recorded elsewhere"
        )
        text = f"{arn} carries the tags of {target.noun}, and is left alone: {reason}"
        if self.account.settings.on_unrecorded is OnUnrecorded.REFUSE:
            todo = "Import or delete it, or set ivs:onUnrecorded to warn."
            raise target.explain(Conflict(text, todo), arn)
        wanted = (
            "import it (`pulumi import`), or delete it if nobody needs it" if fits else "delete it if nobody needs it"
        )
        self.tell(Notice(f"{text}. A new one is created; {wanted}.", target.identity.urn))

    def _adopted(self, target: Target, desired: Desired, arn: str, why: str, pending: Pending | None) -> Answer | None:
        """Take a resource as the answer of a create, brought to what is desired where that can still change."""
        kind = target.kind
        full = self.reader.get(kind, arn)
        if full is None:
            return None
        with self._lock:
            if arn in self.answered:
                return None
            self.answered[arn] = pending or Pending(self.owner, "", 0)
        observed = represent.normalised(kind, full)
        changes = _changes(kind, desired, observed)
        try:
            if changes:
                full, failure = apply.update(self.account, target, Update(arn, desired, changes, dict(observed)))
                if failure:
                    raise failure
        except IvsError:
            del self.answered[arn]  # not answered after all: the next one who asks may have it
            raise
        self.tell(Notice(f"adopted {arn} as {target.noun}: {why}. {_CLEAR}", target.identity.urn))
        return full

    def _fits(self, target: Target, desired: Desired, full: Answer, tags: Mapping[str, str]) -> bool:
        """Whether a resource equals what is desired in everything that only a create can set."""
        kind = target.kind
        observed = represent.normalised(kind, full)
        changes = _changes(kind, desired, observed)
        hidden = [name for name, shape in kind.shape.inputs().items() if shape.flag("writeOnly")]
        told = all(target.identity.says_applied(tags, name, desired) for name in hidden)
        return told and not any(change.consequence is Consequence.REPLACE for change in changes)

    def _is_known(self, arn: str) -> bool:
        return arn in self.named or arn in self.answered


def _changes(kind: ResourceType, desired: Desired, observed: Observed) -> list[Change]:
    """How a resource that nobody has recorded differs from what is desired, in what the program does not say too."""
    said = represent.recorded_inputs(kind, Recorded(desired), observed)
    recorded = Recorded(represent.merged(said, represent.importable(kind, observed, {})))
    return compare(kind, recorded, desired, outputs=observed)


def _age(listed: tuple[str, Mapping[str, str]]) -> int:
    """An order in which what was created last comes first."""
    pending = Pending.read(listed[1])
    return -pending.since if pending else 0


def _undecided(target: Target, error: IvsError) -> IvsError:
    """The error of a create that may have been performed, where the account does not tell."""
    if isinstance(error, Cancelled):  # which would say that nothing was done
        error = TimedOut("looking for it was cancelled")
    first = f"{error.todo} " if error.retry is Retry.NEVER and error.todo else ""
    what = f"nobody knows whether {target.noun} was created: its answer was lost, and then: {error.what}"
    return type(error)(what, f"{first}Run again: if it was created, it is found and adopted then.")


def _endless(pauses: tuple[float, ...]) -> Iterator[float]:
    yield from pauses
    while True:
        yield pauses[-1]
