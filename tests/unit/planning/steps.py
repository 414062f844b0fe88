"""Plans for tests: small ones by hand, and any that can be, drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from ivs_provider.planning.declaration import Foreign, Place
from ivs_provider.planning.plan import Action, Extra, ExtraKind, Plan, Step
from ivs_provider.reconcile.compare import Change, Consequence, Kind, Origin
from ivs_provider.resources import registry
from ivs_provider.values import ABSENT, UNKNOWN, Desired, Secret

HIDDEN = "k3-hidden"
"""Part of every secret that is drawn."""
ARN = "arn:aws:ivs:eu-west-1:123456789012:"


def urn(kind: str, name: str) -> str:
    """A URN of the tests' stack."""
    return f"urn:pulumi:dev::video::ivs:index:{kind}::{name}"


def step(action: Action, kind: str, name: str, *changes: Change, **more: Any) -> Step:
    """A step; what exists has an ARN that ends in its name."""
    arn = "" if action is Action.CREATE else f"{ARN}{registry()[f'ivs:index:{kind}'].arn_kind}/{name}"
    members: dict[str, Any] = {"arn": arn, "fingerprint": "f", "changes": changes} | more
    return Step(action=action, urn=urn(kind, name), token=f"ivs:index:{kind}", name=name, **members)


def update(path: str, old: Any, new: Any, **more: Any) -> Change:
    """A change of one path, written with dots; `...` stands for nothing there."""
    keys = tuple(path.split("."))
    kind = Kind.ADD if old is ... else Kind.REMOVE if new is ... else Kind.UPDATE
    consequence = Consequence.TAGS_ONLY if keys[0] == "tags" else Consequence.IN_PLACE
    members: dict[str, Any] = {"consequence": consequence} | more
    return Change(path=keys, kind=kind, old=_end(old), new=_end(new), **members)


def drift(path: str, old: Any, new: Any) -> Change:
    """The same, made by the account."""
    return replace(update(path, old, new), origin=Origin.DRIFT)


def forcing(path: str, old: Any, new: Any) -> Change:
    """The same, which only a replacement carries out."""
    return replace(update(path, old, new), consequence=Consequence.REPLACE)


def plan(*steps: Step, **more: Any) -> Plan:
    """A plan of the tests' stack."""
    return Plan(project="video", stack="dev", region="eu-west-1", steps=steps, **more)


def _end(value: Any) -> Any:
    return ABSENT if value is ... else value


# --- Any plan at all --------------------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
KEYS = st.one_of(st.sampled_from(["$secret", "$unknown", "$", "$$x", "*", "a.b", 'a"b', "a[0]", "", "a\\\nb"]), TEXTS)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(2**40), 2**40), st.floats(allow_nan=False), TEXTS)
HIDDEN_VALUES: st.SearchStrategy[Any] = st.one_of(
    TEXTS.map(lambda text: HIDDEN + text), st.dictionaries(KEYS, TEXTS.map(lambda text: HIDDEN + text), max_size=2)
)
VALUES = st.recursive(
    st.one_of(SCALARS, st.just(UNKNOWN), HIDDEN_VALUES.map(Secret), st.just(Secret(UNKNOWN))),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=6,
)
TREES = st.dictionaries(KEYS, VALUES, max_size=3)
PATHS = st.lists(st.one_of(KEYS, st.integers(0, 9)), min_size=1, max_size=3).map(tuple)
ENDS: st.SearchStrategy[Any] = st.one_of(st.just(ABSENT), VALUES)
PLACES = st.none() | st.builds(Place, TEXTS, st.integers(0, 99), st.integers(0, 99))
TOKENS = st.sampled_from(sorted(registry()))
CHANGES = st.builds(
    Change,
    path=PATHS,
    kind=st.sampled_from(Kind),
    old=ENDS,
    new=ENDS,
    consequence=st.sampled_from(Consequence),
    origin=st.sampled_from(Origin),
)
STEPS = st.builds(
    Step,
    action=st.sampled_from(Action),
    urn=TEXTS,
    token=TOKENS,
    name=TEXTS,
    arn=TEXTS,
    changes=st.lists(CHANGES, max_size=3, unique_by=lambda change: change.path).map(tuple),
    inputs=TREES.map(Desired),
    fingerprint=TEXTS,
    delete_first=st.booleans(),
    retained=st.booleans(),
    notes=st.lists(TEXTS, max_size=2).map(tuple),
    depends_on=st.frozensets(TEXTS, max_size=3),
    place=PLACES,
    provider=TEXTS,
)
EXTRAS = st.builds(
    Extra,
    kind=st.sampled_from(ExtraKind),
    token=TOKENS,
    name=TEXTS,
    arn=TEXTS,
    urn=TEXTS,
    deleted=st.booleans(),
    note=TEXTS,
)
PLANS = st.builds(
    Plan,
    project=TEXTS,
    stack=TEXTS,
    account=TEXTS,
    region=TEXTS,
    made=TEXTS,
    steps=st.lists(STEPS, max_size=3, unique_by=lambda each: each.urn).map(tuple),
    extras=st.lists(EXTRAS, max_size=2).map(tuple),
    foreign=st.lists(st.builds(Foreign, TEXTS, TEXTS, PLACES), max_size=2).map(tuple),
    warnings=st.lists(TEXTS, max_size=2).map(tuple),
    notes=st.lists(TEXTS, max_size=2).map(tuple),
    outputs=TREES,
    rates=st.dictionaries(st.sampled_from(["CreateStage", "TagResource"]), st.floats(0.1, 1e6)),
    counts=st.dictionaries(TEXTS, st.integers(0, 2000), max_size=2),
    participants=st.dictionaries(TEXTS, st.integers(0, 2000), max_size=2),
)

__all__ = ["ARN", "HIDDEN", "PLANS", "drift", "forcing", "plan", "step", "update", "urn"]
