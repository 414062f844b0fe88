"""Adds to a Plan what people want to know before it is carried out: who is hit, and whether the account has room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ivs_provider.errors import IvsError
from ivs_provider.model.resource_type import Call
from ivs_provider.planning.declaration import ProviderArguments
from ivs_provider.planning.meaning import loses, meaning
from ivs_provider.planning.plan import Action, Plan
from ivs_provider.planning.planner import Planner
from ivs_provider.reconcile.compositions import holders
from ivs_provider.reconcile.cost import room
from ivs_provider.resources import registry
from ivs_provider.values import Tree

__all__ = ["explained"]

_PARTICIPANTS: Final = Call(operation="ListParticipants", result="participants")
_MOST_COUNTED: Final = 20
"""Stages whose participants are counted, at 5 calls a second."""


def explained(plan: Plan, planner: Planner) -> Plan:
    """The same Plan with what each Step means, and with warnings of quotas."""
    participants = dict(_participants(plan, planner))
    users = dict(_users(plan, planner))
    return replace(
        plan,
        participants=participants,
        steps=tuple(
            replace(step, notes=(*step.notes, *meaning(step, participants), *users.get(step.arn, ())))
            for step in plan.steps
        ),
        warnings=(*plan.warnings, *_short_of_room(plan)),
        notes=tuple(sorted({*plan.notes, *_taken_over(plan)})),
    )


def _participants(plan: Plan, planner: Planner) -> Iterator[tuple[str, int]]:
    """How many are in each stage that would go, or that cannot be changed while it is used, as far as may be read."""
    hit = [step for step in plan.changing if step.kind.holds_participants and (loses(step) or meaning(step, {}))]
    for step in sorted(hit, key=loses, reverse=True)[:_MOST_COUNTED]:
        sight = planner.sight(ProviderArguments(step.provider))
        listed = sight.claims.at(step.arn)
        session = listed.summary.get("activeSessionId") if listed else None
        if not session:
            yield step.arn, 0
            continue
        request: Tree = {"stageArn": step.arn, "sessionId": str(session), "filterByState": "CONNECTED"}
        try:
            yield step.arn, sum(len(page) for page, _ in sight.reconciler.account.pages(_PARTICIPANTS, request))
        except IvsError:
            return  # it only informs: a plan needs no permission for it


def _users(plan: Plan, planner: Planner) -> Iterator[tuple[str, tuple[str]]]:
    """Whether compositions use the configurations that would go, as far as that may be read."""
    going = [step for step in plan.changing if loses(step) and step.kind.held_by_compositions]
    for step in going[:_MOST_COUNTED]:
        account = planner.sight(ProviderArguments(step.provider)).reconciler.account
        try:
            number = sum(1 for _ in holders(account, step.arn))
        except IvsError:
            return
        using = {0: "no composition uses it now", 1: "1 composition uses it now"}
        yield step.arn, (using.get(number, f"{number} compositions use it now"),)


def _short_of_room(plan: Plan) -> Iterator[str]:
    asked, replacing = Counter[str](), Counter[str]()
    for step in plan.changing:
        beside = step.action is Action.REPLACE and not step.delete_first
        asked[step.token] += step.action is Action.CREATE or beside
        replacing[step.token] += beside
    for token, kind in registry().items():
        told = room(kind, plan.counts.get(kind.name, 0), asked[token], replacing[token])
        if asked[token] and told:
            yield told


def _taken_over(plan: Plan) -> Iterator[str]:
    """What ivs made and the program now declares with another provider's type: by intent, or by a slip."""
    others = {(each.name, each.type.rpartition(":")[2]): each.type for each in plan.foreign}
    for extra in plan.extras:
        kind = registry()[extra.token]
        other = others.get((extra.name, kind.name))
        if other:
            yield (
                f'{kind.noun} "{extra.name}" is undeclared because the program now says {other}, a type of another'
                f" provider; if that is a slip, write {extra.token}"
            )
