"""Which values of a plan are secret, and what stands for them where the plan is shown or kept. Pure.

AWS answers in clear what a program keeps secret, and a path below a secret is compared without its wrapper. So a
plan is shown only with its changes as `guarded` gives them, and kept as `sealed` gives it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Final, cast, final

from ivs_provider.planning.plan import Plan, Step
from ivs_provider.reconcile.compare import Change
from ivs_provider.values import (
    UNKNOWN,
    Absent,
    Desired,
    Path,
    Secret,
    Tree,
    Value,
    contains_unknown,
    format_path,
    reveal,
    secret_paths,
)

__all__ = ["Digest", "digest", "guarded", "sealed"]

_DIGITS: Final = 32


@final
class Digest(str):
    """What stands for a secret in a plan that is kept: it tells a changed secret, and can be shown."""

    __slots__ = ()


def guarded(step: Step) -> tuple[Change, ...]:
    """The changes of a step, old and new values secret wherever the program or the schema says so.

    A secret in one of them, or in the input that they belong to, makes both secret as wholes: one is the value before,
    or after.
    """
    secrets = secret_paths(step.inputs)
    return tuple(
        replace(change, old=_hidden(change.old), new=_hidden(change.new))
        if _is_secret(step, change, secrets)
        else change
        for change in step.changes
    )


def _is_secret(step: Step, change: Change, secrets: frozenset[Path]) -> bool:
    return (
        any(_overlap(change.path, secret) for secret in secrets)
        or any(_holds_secret(end) for end in (change.old, change.new))
        or any(shape.flag("secret") for shape in step.kind.shape.along(change.path))
    )


def _overlap(one: Path, other: Path) -> bool:
    return all(left == right for left, right in zip(one, other, strict=False))


def _holds_secret(value: Value | Absent) -> bool:
    return not isinstance(value, Absent) and bool(secret_paths(value))


def _hidden(value: Value | Absent) -> Value | Absent:
    return value if isinstance(value, Absent | Secret) else Secret(reveal(value))


def sealed(plan: Plan) -> Plan:
    """The same plan with a digest in the place of every secret; one that is not known yet is only unknown."""
    return replace(
        plan,
        steps=tuple(map(_sealed_step, plan.steps)),
        outputs=cast("Tree", _sealed(plan.outputs, f"{plan.project}/{plan.stack}", ())),
    )


def _sealed_step(step: Step) -> Step:
    changes = tuple(
        replace(
            change,
            old=_sealed_or_absent(change.old, step.urn, change.path),
            new=_sealed_or_absent(change.new, step.urn, change.path),
        )
        for change in guarded(step)
    )
    return replace(step, changes=changes, inputs=Desired(cast("Tree", _sealed(step.inputs, step.urn, ()))))


def _sealed_or_absent(value: Value | Absent, urn: str, path: Path) -> Value | Absent:
    return value if isinstance(value, Absent) else _sealed(value, urn, path)


def _sealed(value: Value, urn: str, path: Path) -> Value:
    if isinstance(value, Secret):
        if contains_unknown(value):
            return UNKNOWN
        return value if isinstance(value.value, Digest) else Secret(digest(value, urn, path))
    if isinstance(value, dict):
        return {key: _sealed(item, urn, (*path, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_sealed(item, urn, (*path, index)) for index, item in enumerate(value)]
    return value


def digest(value: Value, urn: str, path: Path) -> Digest:
    """Tells whether a secret changed, and nothing else of it; salted by where it stands.

    Args:
        value: The secret, wrapped or not; wholly known.
        urn: Of the resource that holds it; empty for what no resource holds.
        path: The place in its inputs.
    """
    text = json.dumps(reveal(value), sort_keys=True)
    return Digest(hashlib.sha256(f"{urn}\0{format_path(path)}\0{text}".encode()).hexdigest()[:_DIGITS])
