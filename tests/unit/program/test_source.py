"""program/: texts to nodes. The values are what the real engine (3.259, YAML host 1.38.1) made of the same scalars."""

from __future__ import annotations

from typing import Any

import pytest

from ivs_provider.planning.declaration import Place
from ivs_provider.program.builtins import go_text
from ivs_provider.program.source import parse, plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("012", 10),
        ("0o12", 10),
        ("0x1F", 31),
        ("0b11", 3),
        ("1_000", 1000),
        ("1_000.5", 1000.5),
        ("+5", 5),
        ("1e3", 1000),
        ("1.0", 1),
        ("09", 9),
        ("9007199254740993", 9007199254740992),
        ("yes", "yes"),
        ("on", "on"),
        ("True", True),
        ("~", None),
        ("", None),
        ("2020-01-01", "2020-01-01"),
        ("1:30", "1:30"),
        ("!!str 5", "5"),
        ("'5'", "5"),
        (".inf", float("inf")),
        ("1.2.3", "1.2.3"),
    ],
)
def test_scalars_are_typed_as_the_yaml_host_types_them(text: str, value: Any) -> None:
    node, flaws = parse(f"a: {text}", "Pulumi.yaml")
    assert node
    assert (plain(node), flaws) == ({"a": value}, [])
    assert type(node.members["a"].value) is type(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1000000, "1e+06"),
        (2500000.0, "2.5e+06"),
        (999999, "999999"),
        (1.5, "1.5"),
        (0.00001, "1e-05"),
        (0, "0"),
        (-3, "-3"),
        (True, "true"),
        (None, "<nil>"),
        ([1, "a", {"b": True}, None], "[1 a map[b:true] <nil>]"),
    ],
)
def test_values_in_texts_are_written_as_go_writes_them(value: Any, text: str) -> None:
    assert go_text(value) == text


def test_nodes_know_their_places() -> None:
    node, _ = parse("a:\n  b: [x,\n    y]\n", "P")
    assert node
    assert dict(node.places()) == {
        ("a",): Place("P", 1, 1),
        ("a", "b"): Place("P", 2, 3),
        ("a", "b", 0): Place("P", 2, 7),
        ("a", "b", 1): Place("P", 3, 5),
    }


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("a: 1\nb: 2\na: 3\n", "P:3:1: a is there twice, first in line 1; rename or remove one"),
        ("a: &x {}\nb: *x\n", "P:1:4: is used through an alias (*name), which Pulumi YAML does not know; write it out"),
        ("1: a\n", "P:1:1: keys must be texts; quote it"),
        ("a: !Sub x\n", "P:1:4: the tag !Sub means nothing to Pulumi; remove it"),
        (
            "a: b: c\n",
            "P:1:5: not YAML: a colon that begins a value cannot stand here; indent the key, or quote the text",
        ),
        ("a: [1, 2\n", "P:2:1: not YAML: a bracket above is not closed, or a comma is missing"),
        ("a:\n\tb: 1\n", "P:2:1: not YAML: a character that cannot begin a value, often a tab"),
        ("a: 'x\n", "P:2:1: not YAML: the text ends inside a quotation; close it"),
        ("a: \x01\n", "P:1:4: holds a character that YAML does not allow; remove it"),
        ("a: 1\n---\nb: 1\n", "P:2:1: not YAML: a second document begins here (---); Pulumi reads one"),
        ("a: *nowhere\n", "P:1:4: not YAML: an alias (*name) of what is nowhere marked (&name); write it out"),
    ],
)
def test_what_is_no_yaml_is_told_in_our_words_with_its_place(text: str, flaw: str) -> None:
    _, flaws = parse(text, "P")
    assert [str(each)[: len(flaw)] for each in flaws] == [flaw]


def test_aliases_stand_for_what_they_mark_where_pulumi_takes_them() -> None:
    node, flaws = parse("a: &x {b: 1}\nc: *x\n", "Pulumi.dev.yaml", aliases=True)
    assert node
    assert (plain(node), flaws) == ({"a": {"b": 1}, "c": {"b": 1}}, [])


def test_an_alias_of_itself_is_a_flaw() -> None:
    _, flaws = parse("a: &x [*x]\n", "P", aliases=True)
    assert len(flaws) == 1


# --- What is too deep, too long, or without end ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: " + "[" * 3_000 + "]" * 3_000, "P:1:103"),
        ("a: " + "[" * 100_000, "P:1:103"),
        ("a:\n" + "- " * 3_000 + "x", "P:2:199"),
        ("a: " + "{b: " * 3_000 + "}" * 3_000, "P:1:400"),
        ("\n".join(" " * n + "a:" for n in range(200)), "P:101:101"),
        ("a: &a [x]\n" + "".join(f"b{n}: &b{n} [*{f'b{n - 1}' if n else 'a'}]\n" for n in range(200)), "P:100:12"),
    ],
    ids=["brackets", "many brackets", "dashes", "braces", "lines", "aliases"],
)
def test_what_is_nested_too_deeply_is_a_flaw_with_its_place(text: str, place: str) -> None:
    node, flaws = parse(text, "P", aliases=True)
    assert node is None
    assert [str(flaw) for flaw in flaws] == [f"{place}: is nested deeper than 100 levels; write it flatter"]


def test_a_hundred_levels_are_read() -> None:
    node, flaws = parse("a: " + "[" * 99 + "]" * 99, "P")
    assert (node is not None, flaws) == (True, [])


@pytest.mark.parametrize(
    "text",
    [
        "9" * 5_000,
        "-" + "9" * 400,
        "1e400",
        "-1.5e999",
        "0x" + "f" * 5_000,
        "0xffffffffffffffffff",
        "0b" + "1" * 400,
        "9" * 400 + ".5",
    ],
)
def test_a_number_that_has_no_place_in_64_bits_is_a_text_as_for_go(text: str) -> None:
    node, flaws = parse(f"a: {text}", "P")
    assert node
    assert (plain(node), flaws) == ({"a": text}, [])
