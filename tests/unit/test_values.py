"""values.py: secrets, unknowns, paths."""

from __future__ import annotations

import pytest

from ivs_provider.values import (
    ABSENT,
    UNKNOWN,
    Path,
    Problem,
    Secret,
    Tree,
    Value,
    at,
    conceal,
    contains_unknown,
    format_path,
    masked,
    parse_path,
    reveal,
    secret_paths,
)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("a",), "a"),
        (("a", "b"), "a.b"),
        (("a", 0, "b"), "a[0].b"),
        (("a b",), '["a b"]'),
        (("tags", "a.b"), 'tags["a.b"]'),
        (("tags", 'a"b\\c'), 'tags["a\\"b\\\\c"]'),
        (("tags", "0"), 'tags["0"]'),
        (("tags", ""), 'tags[""]'),
    ],
)
def test_a_path_is_written_as_pulumi_writes_it(path: Path, text: str) -> None:
    assert format_path(path) == text
    assert parse_path(text) == path


@pytest.mark.parametrize(
    ("text", "path"), [("*", ("*",)), ("tags.*", ("tags", "*")), ("tags[*]", ("tags", "*")), ("a-b.c", ("a-b", "c"))]
)
def test_a_path_may_be_written_otherwise(text: str, path: Path) -> None:
    assert parse_path(text) == path


@pytest.mark.parametrize("text", ["a..b", "a[", "a[x]", 'a["b]', "a]"])
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a property path"):
        parse_path(text)


def test_nothing_tells_its_secret() -> None:
    assert repr(Secret("S3CRET")) == str(Secret("S3CRET")) == "[secret]"
    assert (repr(UNKNOWN), repr(ABSENT)) == ("unknown", "absent")


TREE: Tree = {"a": Secret("x"), "b": {"c": [1, Secret({"d": Secret("y")})]}, "e": None}


def test_secrets_are_found_and_opened() -> None:
    assert secret_paths(TREE) == {("a",), ("b", "c", 1)}
    assert reveal(TREE) == {"a": "x", "b": {"c": [1, {"d": "y"}]}, "e": None}


@pytest.mark.parametrize(
    ("value", "secrets", "expected"),
    [
        ({"a": 1, "b": 2}, {("a",)}, {"a": Secret(1), "b": 2}),
        ({"a": {"b": 1, "c": 2}}, {("a", "b")}, {"a": {"b": Secret(1), "c": 2}}),
        ({"a": "now a string"}, {("a", "b")}, {"a": Secret("now a string")}),
        ({"a": [1, 2]}, {("a", 1)}, {"a": Secret([1, 2])}),
        ({"b": 1}, {("a",)}, {"b": 1}),
        ({"a": Secret({"b": 1})}, {("a", "b")}, {"a": Secret({"b": 1})}),
        ({"a": {"b": Secret(1)}}, {("a",)}, {"a": Secret({"b": 1})}),
        ({"a": 1}, set(), {"a": 1}),
        ({"a": 1}, {()}, Secret({"a": 1})),
    ],
)
def test_what_was_secret_is_made_secret_again(value: Value, secrets: set[Path], expected: Value) -> None:
    assert conceal(value, frozenset(secrets)) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), TREE),
        (("a",), Secret("x")),
        (("b", "c", 0), 1),
        (("b", "c", 1, "d"), Secret("y")),
        (("b", "c", 2), ABSENT),
        (("e",), None),
        (("e", "f"), ABSENT),
        (("a", "b"), ABSENT),
        (("b", 0), ABSENT),
    ],
)
def test_one_place_of_a_tree(path: Path, expected: Value) -> None:
    assert at(TREE, path) == expected


def test_below_an_unknown_everything_is_unknown() -> None:
    assert at({"a": UNKNOWN}, ("a", "b", 0)) is UNKNOWN


@pytest.mark.parametrize(
    ("value", "has"),
    [(UNKNOWN, True), ({"a": [1, Secret({"b": UNKNOWN})]}, True), ({"a": [1, Secret(2)]}, False), ("unknown", False)],
)
def test_unknowns_are_found_at_any_depth(value: Value, has: bool) -> None:
    assert contains_unknown(value) is has


def test_what_others_wrote_is_masked() -> None:
    """The longest first, so that no half of a secret is left; empty ones hide nothing."""
    trees: list[Value] = [{"a": Secret("abc"), "b": Secret(["abcdef", "", 7])}, Secret("q")]
    assert masked("abcdef, abc and q; a7", *trees) == "[secret], [secret] and [secret]; a7"


def test_a_problem_names_its_place() -> None:
    assert str(Problem(("tags", "a b"), "is wrong")) == 'tags["a b"]: is wrong'
    assert str(Problem((), "is wrong")) == "is wrong"
