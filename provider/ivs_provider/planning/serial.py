"""Plans in files: a Plan as JSON and back. Pure.

A file never holds a secret. Digests stand in their place, salted with the URN and the path, so that a changed secret
is told from an unchanged one and equal secrets of two places do not show as equal. What was read from a file equals
the plan as `sealed` gives it, and what is written of that equals the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ivs_provider.model.schema import JsonObject
from ivs_provider.planning.declaration import Foreign, Place
from ivs_provider.planning.moved import moved
from ivs_provider.planning.parse_plan import FORMAT, SECRET_KEY, UNKNOWN_KEY, BadPlan, from_json
from ivs_provider.planning.plan import Extra, Plan, Step
from ivs_provider.planning.secrecy import Digest, sealed
from ivs_provider.reconcile import cost
from ivs_provider.reconcile.compare import Change
from ivs_provider.values import Absent, Secret, Unknown, Value, format_path

__all__ = ["FORMAT", "BadPlan", "Digest", "from_json", "moved", "sealed", "to_json"]

_THOUSANDTHS: Final = 3


def to_json(plan: Plan) -> JsonObject:
    """The plan as a JSON document (``schemas/cli/plan.json``), secrets as digests."""
    kept = sealed(plan)
    calls = dict(sorted(kept.calls.items()))
    return {
        "format": FORMAT,
        "project": kept.project,
        "stack": kept.stack,
        "account": kept.account,
        "region": kept.region,
        "made": kept.made,
        "summary": kept.summary,
        "calls": calls,
        "seconds": round(cost.seconds(calls, kept.rates), _THOUSANDTHS),
        "steps": [_step(step) for step in kept.steps],
        "extras": [_extra(extra) for extra in kept.extras],
        "foreign": [_foreign(each) for each in kept.foreign],
        "warnings": list(kept.warnings),
        "notes": list(kept.notes),
        "outputs": _tree(kept.outputs),
        "rates": dict(kept.rates),
        "counts": dict(kept.counts),
        "participants": dict(kept.participants),
    }


def _step(step: Step) -> JsonObject:
    """Members that say nothing are left out: most steps of most plans keep what there is."""
    told: JsonObject = {
        "arn": step.arn,
        "changes": [_change(change) for change in step.changes],
        "inputs": _tree(step.inputs),
        "fingerprint": step.fingerprint,
        "deleteFirst": step.delete_first,
        "retained": step.retained,
        "notes": list(step.notes),
        "dependsOn": sorted(step.depends_on),
        "place": _place(step.place),
        "provider": step.provider,
    }
    named = {"action": step.action.value, "urn": step.urn, "type": step.token, "name": step.name}
    return named | _saying(told)


def _saying(members: JsonObject) -> JsonObject:
    return {name: member for name, member in members.items() if member}


def _change(change: Change) -> JsonObject:
    ends = {"old": change.old, "new": change.new}
    return {
        "path": format_path(change.path),
        "kind": change.kind.value,
        "origin": change.origin.value,
        "consequence": change.consequence.value,
    } | {name: _value(value) for name, value in ends.items() if not isinstance(value, Absent)}


def _extra(extra: Extra) -> JsonObject:
    named = {"kind": extra.kind.value, "type": extra.token, "name": extra.name, "arn": extra.arn}
    return named | _saying({"urn": extra.urn, "deleted": extra.deleted, "note": extra.note})


def _foreign(foreign: Foreign) -> JsonObject:
    return {"type": foreign.type, "name": foreign.name} | _saying({"place": _place(foreign.place)})


def _place(place: Place | None) -> JsonObject:
    if place is None:
        return {}
    return {"file": place.file} | _saying({"line": place.line, "column": place.column})


def _tree(tree: Mapping[str, Value]) -> JsonObject:
    return {_escaped(key): _value(item) for key, item in tree.items()}


def _value(value: Value) -> object:
    if isinstance(value, dict):
        return _tree(value)
    if isinstance(value, list):
        return _values(value)
    if isinstance(value, Unknown):
        return {UNKNOWN_KEY: True}
    return {SECRET_KEY: str(value.value)} if isinstance(value, Secret) else value


def _values(values: Iterable[Value]) -> list[object]:
    return [_value(item) for item in values]


def _escaped(key: str) -> str:
    """A key of the program's that looks like one of ours."""
    return f"${key}" if key.startswith("$") else key
