"""Round trips: property paths as text, values on the wire."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ivs_provider.rpc.convert import tree_from, wire_from
from ivs_provider.values import UNKNOWN, Path, Secret, Value, format_path, parse_path
from tests.property.declaring import MORE
from tests.rpc.wire import SIGNATURE, UNKNOWNS, Hidden, from_wire, to_wire

many = settings(max_examples=100 * MORE)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
KEYS = TEXT.filter(lambda key: key != SIGNATURE and not key.startswith("__"))
NUMBERS = st.one_of(st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False, width=32))
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, TEXT.filter(lambda text: text not in UNKNOWNS), st.just(UNKNOWN))


def _hidden(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return inner.filter(lambda value: value is not UNKNOWN and not isinstance(value, Secret)).map(Secret)


VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3), _hidden(inner)),
    max_leaves=8,
)


@many
@given(st.lists(st.one_of(TEXT, st.integers(0, 999)), max_size=5))
def test_a_path_is_read_as_it_was_written(keys: list[str | int]) -> None:
    path: Path = tuple(keys)
    assert parse_path(format_path(path)) == path


@many
@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_values_come_back_from_the_wire_as_they_went(tree: dict[str, Value]) -> None:
    again = tree_from(wire_from(tree))
    assert again == tree
    assert repr(_whole(again)) == repr(_whole(tree))  # 1 and True are equal to Python, and must not be swapped


@many
@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_the_wire_says_what_the_protocol_says(tree: dict[str, Value]) -> None:
    """Read and written by the tests' own converter."""
    wire = wire_from(tree)
    assert from_wire(wire) == _as_test(tree)
    assert tree_from(to_wire(_as_test(tree))) == tree


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in sorted(value.items())}
    return [_whole(item) for item in value] if isinstance(value, list) else value


def _as_test(value: Any) -> Any:
    if value is UNKNOWN:
        return UNKNOWNS[2]
    if isinstance(value, Secret):
        return Hidden(_as_test(value.value))
    if isinstance(value, dict):
        return {key: _as_test(item) for key, item in value.items()}
    return [_as_test(item) for item in value] if isinstance(value, list) else value
