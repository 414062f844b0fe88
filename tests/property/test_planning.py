"""What holds for every Plan, on an account behind HTTP."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivs_provider.planning.destruction import destruction
from ivs_provider.planning.execute import Execution
from ivs_provider.planning.planner import Planner
from ivs_provider.reconcile.reconciler import Reconciler
from tests.planning import Quiet, Ref, Told, actions, applied, never, planned
from tests.property.declaring import KINDS, MORE, changed, declarations

if TYPE_CHECKING:
    from tests.rpc.world import World

STACKS = (f"s{number}" for number in itertools.count())
Resources = dict[str, tuple[str, dict[str, Any]]]


@pytest.fixture(scope="session")
def look(reconciler: Reconciler) -> Any:
    """A fresh look at the account, as each command has one."""
    nonces = map("n{}".format, itertools.count())

    def fresh() -> Reconciler:
        return Reconciler(reconciler.account, "ivs", nonces)

    return fresh


def programs(arns: dict[str, list[str]]) -> st.SearchStrategy[Resources]:
    """Up to four resources; ingest configurations may refer to a stage of the same program."""
    one = st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(st.just(kind), declarations(kind, arns)))
    return st.lists(one, min_size=1, max_size=4).map(_with_references)


def _with_references(drawn: list[tuple[str, dict[str, Any]]]) -> Resources:
    names = {f"r{number}": each for number, each in enumerate(sorted(drawn, key=lambda each: each[0] != "Stage"))}
    stage = next((name for name, (kind, _) in names.items() if kind == "Stage"), None)
    for name, (kind, inputs) in names.items():
        if kind == "IngestConfiguration" and stage and "stageArn" in inputs:
            names[name] = (kind, inputs | {"stageArn": Ref(stage)})
    return _one_of_each_key(names)


def _one_of_each_key(resources: Resources) -> Resources:
    """An account takes each public key once."""
    keys: set[str] = set()
    kept: Resources = {}
    for name, (kind, inputs) in resources.items():
        key = _key(name, inputs)
        if key not in keys:
            kept[name] = (kind, inputs)
        keys.add(key)
    return kept


def edits(resources: Resources, arns: dict[str, list[str]]) -> st.SearchStrategy[Resources]:
    """The same program, changed near and far: members drawn anew, resources gone."""
    edited = {
        name: st.tuples(st.just(kind), changed(kind, _plain(inputs, arns), arns))
        for name, (kind, inputs) in resources.items()
    }
    keys = {name: _key(name, inputs) for name, (_, inputs) in resources.items()}

    def keeps_to_its_keys(edited: Resources) -> bool:
        """Whether no resource takes the key of another: deletes come last, so that one cannot be had yet."""
        taken = {_key(name, inputs) for name, (_, inputs) in edited.items() if _key(name, inputs) != keys[name]}
        return not taken & set(keys.values())

    return st.fixed_dictionaries({}, optional=edited).map(_one_of_each_key).filter(keeps_to_its_keys)


def _key(name: str, inputs: dict[str, Any]) -> str:
    return "".join(str(inputs.get("publicKeyMaterial", name)).split())


def _plain(inputs: dict[str, Any], arns: dict[str, list[str]]) -> dict[str, Any]:
    return {name: arns["stageArn"][0] if isinstance(value, Ref) else value for name, value in inputs.items()}


def destroyed(program: Told, reconciler: Reconciler) -> None:
    """What `ivs destroy --yes` would do."""
    planner = Planner(program, lambda _provider: reconciler)
    assert Execution(planner, destruction(planner, never), Quiet()).run(never).complete


def others(world: World, stack: str) -> list[dict[str, Any]]:
    """What does not carry a stack's tags."""
    return [each for each in world.resources() if each["tags"].get("pulumi-ivs:stack") != f"studio/{stack}"]


@settings(max_examples=25 * MORE)
@given(data=st.data())
def test_a_plan_is_carried_out_as_it_says_and_leaves_nothing_to_plan(
    data: st.DataObject, world: World, arns: dict[str, list[str]], look: Any
) -> None:
    """Plan, apply, plan again: nothing. The same after an edit. And nothing else in the account is touched."""
    stack = next(STACKS)
    before = others(world, stack)
    drawn = data.draw(programs(arns))
    program = Told(drawn, stack=stack)
    try:
        plan, executed = applied(program, look())
        assert executed.complete, executed.errors
        assert set(actions(plan).values()) == {"create"}
        assert _settled(program, look())

        edited = replace(program, resources=data.draw(edits(drawn, arns)))
        plan, executed = applied(edited, look(), prune=True)
        assert executed.complete, executed.errors
        assert {name for name, action in actions(plan).items() if action == "delete"} == (
            program.resources.keys() - edited.resources.keys()
        )
        assert _settled(edited, look())
        assert others(world, stack) == before
    finally:
        destroyed(program, look())
    assert world.resources() == before


def _settled(program: Told, reconciler: Reconciler) -> bool:
    plan = planned(program, reconciler)
    assert {name: [*step.changes] for name, step in ((step.name, step) for step in plan.changing)} == {}
    return not plan.extras


@settings(max_examples=15 * MORE)
@given(data=st.data())
def test_a_plan_does_not_depend_on_the_order_of_declarations(
    data: st.DataObject, arns: dict[str, list[str]], look: Any
) -> None:
    """Nor do its notes, extras or costs."""
    resources = {name: (kind, _plain(inputs, arns)) for name, (kind, inputs) in data.draw(programs(arns)).items()}
    program = Told(resources, stack=next(STACKS))
    shuffled = replace(program, resources=dict(data.draw(st.permutations(list(resources.items())))))
    assert planned(program, look()) == planned(shuffled, look())
