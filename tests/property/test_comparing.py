"""Laws of checking and comparing: pure, so many examples."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivs_provider.config import Settings
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.reconcile.compare import Consequence, compare, same
from ivs_provider.reconcile.desire import desire
from ivs_provider.resources import registry
from ivs_provider.values import UNKNOWN, Declared, Desired, Recorded, Secret, at
from tests.property.declaring import KINDS, MORE, SCHEMA, Tree, changed, declarations, expected

# A minute for the whole folder; every law holds for five types.
few = settings(max_examples=25 * MORE)
each_kind = pytest.mark.parametrize("kind", KINDS)


def type_of(kind: str) -> ResourceType:
    """A type by its bare name."""
    return registry()[f"ivs:index:{kind}"]


def differing(kind: str, old: Tree, new: Tree) -> set[tuple[Any, ...]]:
    """The paths that the provider tells."""
    return {change.path for change in compare(type_of(kind), Recorded(old), Desired(new))}


@each_kind
@few
@given(data=st.data())
def test_what_is_generated_passes_the_check_and_stays_as_it_is(kind: str, data: st.DataObject) -> None:
    declared = data.draw(declarations(kind))
    desired, problems = desire(type_of(kind), Declared(declared), Recorded({}), Settings(), None)
    assert problems == []
    assert desired == declared
    again, problems = desire(type_of(kind), Declared(dict(desired)), Recorded(dict(desired)), Settings(), None)
    assert (again, problems) == (desired, [])


@each_kind
@few
@given(data=st.data())
def test_two_declarations_differ_exactly_in_the_paths_that_were_changed(kind: str, data: st.DataObject) -> None:
    old = data.draw(declarations(kind))
    new = data.draw(st.one_of(changed(kind, old), declarations(kind)))
    assert differing(kind, old, new) == expected(kind, old, new)
    assert differing(kind, new, old) == expected(kind, old, new)


@each_kind
@few
@given(data=st.data())
def test_each_change_takes_what_the_schema_says(kind: str, data: st.DataObject) -> None:
    old = data.draw(declarations(kind))
    new = data.draw(changed(kind, old))
    for change in compare(type_of(kind), Recorded(old), Desired(new)):
        member = SCHEMA[kind]["properties"][change.path[0]]
        fixed = Consequence.REPLACE if member.get("createOnly") else Consequence.IN_PLACE
        assert change.consequence is (Consequence.TAGS_ONLY if change.path[0] == "tags" else fixed)
        assert (change.old, change.new) == (at(old, change.path), at(new, change.path))


@each_kind
@few
@given(data=st.data())
def test_nothing_differs_from_itself(kind: str, data: st.DataObject) -> None:
    tree = data.draw(declarations(kind))
    assert differing(kind, tree, tree) == set()
    assert differing(kind, tree, _copied(tree, lambda _: False, None)) == set()


@each_kind
@few
@given(data=st.data(), seed=st.integers())
def test_the_order_of_members_and_of_unordered_lists_never_matters(kind: str, data: st.DataObject, seed: int) -> None:
    tree = data.draw(declarations(kind))
    source = random.Random(seed)  # noqa: S311 -- a test wants the same order again

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in source.sample(sorted(value), len(value))}
        return source.sample(value, len(value)) if isinstance(value, list) else value

    assert differing(kind, tree, turned(tree)) == set()


@each_kind
@few
@given(data=st.data())
def test_secretness_alone_is_no_difference(kind: str, data: st.DataObject) -> None:
    tree = data.draw(declarations(kind))
    for hidden in ({name: Secret(value) for name, value in tree.items()}, _copied(tree, _is_leaf, Secret)):
        assert differing(kind, tree, hidden) == set()
        assert differing(kind, hidden, tree) == set()


@each_kind
@few
@given(data=st.data())
def test_an_unknown_is_never_equal(kind: str, data: st.DataObject) -> None:
    tree = data.draw(declarations(kind))
    names = sorted(SCHEMA[kind]["properties"].keys() & tree.keys())
    for name in names:
        assert differing(kind, tree, {**tree, name: UNKNOWN}) == {(name,)}
    everywhere = _copied(tree, _is_leaf, lambda _: UNKNOWN)
    for path in _leaves(tree):
        assert any(found == path[: len(found)] for found in differing(kind, tree, everywhere)), path


@each_kind
@few
@given(data=st.data())
def test_an_unknown_equals_not_even_an_unknown(kind: str, data: st.DataObject) -> None:
    tree = data.draw(declarations(kind))
    shape = type_of(kind).shape
    assert not same(shape, UNKNOWN, UNKNOWN)
    if list(_leaves(tree)):
        everywhere = _copied(tree, _is_leaf, lambda _: UNKNOWN)
        assert not same(shape, everywhere, everywhere)


@each_kind
@few
@given(data=st.data())
def test_what_is_ignored_is_never_told_and_nothing_else_is_left_out(kind: str, data: st.DataObject) -> None:
    old = data.draw(declarations(kind))
    new = data.draw(declarations(kind))
    paths = sorted(path for path in expected(kind, old, new) if "*" not in path)
    ignored = data.draw(st.sets(st.sampled_from(paths))) if paths else set()
    ignored |= {path[:1] for path in data.draw(st.sets(st.sampled_from(paths)) if paths else st.just(set()))}
    told = {change.path for change in compare(type_of(kind), Recorded(old), Desired(new), ignore=ignored)}
    assert {path for path in told if "*" not in path} == {
        path for path in paths if path not in ignored and path[:1] not in ignored
    }


def _is_leaf(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _copied(value: Any, where: Any, wrap: Any) -> Any:
    if where(value):
        return wrap(value)
    if isinstance(value, dict):
        return {key: _copied(item, where, wrap) for key, item in value.items()}
    return [_copied(item, where, wrap) for item in value] if isinstance(value, list) else value


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Any:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif not isinstance(value, list) or value:
        yield path
