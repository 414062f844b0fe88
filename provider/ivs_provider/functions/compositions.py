"""Compositions: started once, found again by their tags, stopped and waited for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from ivs_provider.cloud import Answer
from ivs_provider.errors import NotFound
from ivs_provider.functions.calling import Caller, all_of, as_it_is, pages_of
from ivs_provider.model import ownership
from ivs_provider.model.function_type import FunctionType, Run
from ivs_provider.model.ownership import Identity
from ivs_provider.model.resource_type import PACKAGE, Call, Rule
from ivs_provider.reconcile import compositions
from ivs_provider.values import Desired, Problem, Tree, Value, at

__all__ = ["FUNCTIONS"]

_START: Final = Call(operation="StartComposition", result="composition")
_GET: Final = Call(operation="GetComposition", result="composition")
_RUNNING: Final = ("STARTING", "ACTIVE")
_OWN: Final = ("name", "idempotencyToken", "tags")
"""Arguments that say nothing about the composition itself."""
_HOUR: Final = 3600
_GENERATIONS: Final = 10
_TOKEN_DIGITS: Final = 48


def one_layout(arguments: Tree) -> Iterator[Problem]:
    """A layout is ``grid`` or ``pip``, not both."""
    layout = arguments.get("layout")
    if isinstance(layout, dict) and {"grid", "pip"} <= layout.keys():
        yield Problem(("layout",), "has both grid and pip; remove one")


def destinations_fit(arguments: Tree) -> Iterator[Problem]:
    """Each destination is a channel or a bucket, and of two one is each."""
    listed = arguments.get("destinations")
    destinations = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    kinds = [[kind for kind in ("channel", "s3") if kind in each] for each in destinations]
    for index, found in enumerate(kinds):
        if len(found) != 1:
            yield Problem(
                ("destinations", index), f"must have one of channel and s3, not {'both' if found else 'none'}"
            )
    singles = [found[0] for found in kinds if len(found) == 1]
    if len(singles) > len(set(singles)):
        yield Problem(("destinations",), f"has two of {singles[0]}; AWS takes one channel, one s3, or one of each")


def own_tags(arguments: Tree) -> Iterator[Problem]:
    """Tags that begin with ``pulumi-ivs:`` or ``aws:`` are not the program's."""
    tags = at(arguments, ("tags",))
    for key in tags if isinstance(tags, dict) else ():
        if ownership.is_own(key) or key.lower().startswith("aws:"):
            yield Problem(("tags", key), "is a tag that others write; choose another key")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A composition that is to run, and how it is known again."""

    identity: Identity
    arguments: Tree

    @property
    def essence(self) -> Desired:
        """The arguments that make it what it is."""
        return Desired({name: value for name, value in self.arguments.items() if name not in _OWN})

    def is_same(self, found: Answer) -> bool:
        """Whether a composition was started by this stack, under this name, with these arguments."""
        tags = cast("dict[str, str]", found.get("tags", {}))
        return self.is_namesake(found) and tags.get(ownership.APPLIED) == self.identity.applied(self.essence)

    def is_namesake(self, found: Answer) -> bool:
        """Whether a composition was started by this stack under this name."""
        return cast("dict[str, str]", found.get("tags", {})).get(ownership.URN) == self.identity.digest

    def token(self, *seen: object) -> str:
        """The same text for the same composition under the same circumstances, and for no other."""
        text = "\0".join([self.identity.urn, self.identity.applied(self.essence), *map(str, seen)])
        return hashlib.sha256(text.encode()).hexdigest()[:_TOKEN_DIGITS]


def start(caller: Caller, arguments: Tree) -> Tree:
    """Start a composition, unless the very same one runs.

    It is found by its tags. For what tags can't tell (a List that lags, two calls at once, a lost answer), AWS itself
    keeps one of all requests with one idempotency token. So the token is made of what is wanted and of the runs that
    have ended: the same for every attempt at one run, and another one for the next run.
    """
    wanted = _wanted(caller, arguments)
    listed = list(pages_of(caller, "ListCompositions", "compositions", {"filterByStageArn": arguments["stageArn"]}))
    tagged = caller.account.settings.ownership_tags
    for found in listed if tagged else ():
        if found.get("state") in _RUNNING and wanted.is_same(found) and (whole := _whole(caller, str(found["arn"]))):
            return {"composition": cast("Value", whole), "started": False, "warnings": []}
    warnings = [
        f"{found['arn']} runs under the same name with other arguments; stop it (stopComposition) unless it is wanted"
        for found in listed
        if found.get("state") in _RUNNING and wanted.is_namesake(found)
    ]
    if not tagged:
        warnings.append("ownershipTags is off: a composition that runs already cannot be found again")
    ended = sorted(
        str(found["arn"]) for found in listed if found.get("state") not in _RUNNING and wanted.is_same(found)
    )
    composition = _started(caller, wanted, ended)
    return {"composition": cast("Value", composition), "started": True, "warnings": cast("Value", warnings)}


def stop(caller: Caller, arguments: Tree) -> Tree:
    """Stop a composition and wait."""
    seconds = cast("float", arguments.get("timeoutSeconds", 120))
    return {"state": compositions.stop(caller.account, str(arguments["arn"]), caller.deadline, seconds)}


def _wanted(caller: Caller, arguments: Tree) -> _Wanted:
    project, _, stack = caller.stack.partition("/")
    name = arguments.get("name") or "composition"
    return _Wanted(Identity(f"urn:pulumi:{stack}::{project}::{PACKAGE}:index:startComposition::{name}"), arguments)


def _started(caller: Caller, wanted: _Wanted, ended: list[str]) -> Answer:
    own = wanted.identity.lasting_tags(wanted.essence) if caller.account.settings.ownership_tags else {}
    tags = {**cast("dict[str, str]", wanted.arguments.get("tags", {})), **own}
    request: Tree = {**wanted.essence, **({"tags": cast("Value", tags)} if tags else {})}
    if given := wanted.arguments.get("idempotencyToken"):
        return caller.account.resource(_START, {**request, "idempotencyToken": given}, caller.deadline)
    hour = int(caller.account.clock.wall() // _HOUR)
    answer: Answer = {}
    for generation in range(_GENERATIONS):
        token = wanted.token(hour, generation, *ended)
        answer = caller.account.resource(_START, {**request, "idempotencyToken": token}, caller.deadline)
        if answer.get("state") in _RUNNING:
            break
        # AWS remembers the token of a run that has ended and is listed no more: it stands for that one.
    return answer


def _whole(caller: Caller, arn: str) -> Answer | None:
    """All of a composition that a List has shown; ``None`` where it ended meanwhile."""
    try:
        found = caller.account.resource(_GET, {"arn": arn}, caller.deadline)
    except NotFound:
        return None
    return found if found.get("state") in _RUNNING else None


def _function(name: str, run: Run, *rules: Rule) -> FunctionType:
    return FunctionType(name=name, group="compositions", run=run, rules=rules)


FUNCTIONS: Final = (
    _function("startComposition", start, one_layout, destinations_fit, own_tags),
    _function("stopComposition", stop),
    _function("getComposition", as_it_is("GetComposition")),
    _function("listCompositions", all_of("ListCompositions", "compositions")),
)
