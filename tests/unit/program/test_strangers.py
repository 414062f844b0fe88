"""program/: a stranger's declaration. Nothing of it tells a secret of the account, not even one bit."""

from __future__ import annotations

import json
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from ivs_provider import program
from ivs_provider.values import UNKNOWN, Secret
from tests.unit.program.writing import ARN, Book, ran

if TYPE_CHECKING:
    from ivs_provider.values import Value

SMALL: dict[str, Any] = {"format": "pulumi-ivs/declared/1", "project": "video", "stack": "dev"}
INGEST = {"type": "ivs:index:IngestConfiguration"}
KEY = "${ing.streamKey}"
LETTERS = {"fn::split": ["", KEY]}
FIRST = {"fn::select": [0, LETTERS]}


def run_with(key: str, declared: dict[str, Any]) -> Any:
    """All that comes of a declaration where the account holds this key."""
    answers: dict[str, Value] = {
        "arn": ARN,
        "streamKey": Secret(key),
        "tags": Secret({"code": key, key: "x"}),
        "attributes": {"plain": "seen", "hidden": Secret([key, len(key)])},
    }
    book, run = ran(program.load_declared(json.dumps(SMALL | declared)), Book(answers=lambda _: dict(answers)))
    return [(each.urn, each.declared, each.options, each.provider) for each in book.taken], run


def everywhere(expression: Any) -> list[dict[str, Any]]:
    """A declaration for each place where an expression may stand."""
    stage = {"type": "ivs:index:Stage"}
    return [
        {"resources": {"ing": INGEST, "a": {**stage, "properties": {"name": expression}}}},
        {"resources": {"ing": INGEST, "a": {**stage, "properties": {"tags": {"x": expression}}}}},
        {"resources": {"ing": INGEST, "a": {**stage, "properties": {"video": [expression, {"deep": expression}]}}}},
        {"resources": {"ing": INGEST}, "outputs": {"x": expression}},
        {"resources": {"ing": INGEST}, "variables": {"v": expression}, "outputs": {"x": "${v[2]}", "y": "${v.code}"}},
        {
            "resources": {
                "ing": INGEST,
                "p": {"type": "pulumi:providers:ivs", "properties": {"region": expression}},
                "a": {**stage, "options": {"provider": "${p}"}},
            }
        },
    ]


@pytest.mark.parametrize(
    "expression",
    [
        KEY,
        {"fn::unsecret": KEY},
        {"fn::UnSecret": {"fn::toJSON": [KEY]}},
        f"x{KEY}",
        {"fn::join": ["", ["a", KEY]]},
        {"fn::join": [KEY, ["a", "b"]]},
        LETTERS,
        {"fn::split": ["rt_", KEY]},
        {"fn::split": [KEY, "rt_1111"]},
        FIRST,
        {"fn::select": [30, LETTERS]},
        {"fn::select": [KEY, ["a", "b"]]},
        {"fn::select": [{"fn::length": KEY}, ["a", "b"]]},
        {"fn::select": [1, {"fn::split": ["r", FIRST]}]},
        {"fn::singleOrNone": {"fn::split": ["r", FIRST]}},
        {"fn::length": KEY},
        {"fn::toJSON": {"a": KEY}},
        {"fn::toJSON": "${ing}"},
        {"fn::toBase64": KEY},
        {"fn::fromBase64": KEY},
        {"fn::sha1": KEY},
        {"fn::sha1": FIRST},
        {"fn::secret": KEY},
        {KEY: 1},
        {KEY: 1, "b": KEY},
        {f"x{KEY}": {"fn::unsecret": KEY}},
        {"fn::ivs-entry": [KEY, KEY]},
        "${ing.tags}",
        "${ing.tags.code}",
        "${ing.tags.rt_1111}",
        "${ing.attributes}",
        "${ing.attributes.hidden[0]}",
        "${ing.attributes.hidden[7]}",
        "${ing.streamKey.x}",
        "${ing}",
    ],
    ids=str,
)
def test_whatever_a_secret_is_a_declaration_means_the_same(expression: Any) -> None:
    """So neither a value, nor a message, nor what differs tells of it."""
    for declared in everywhere(expression):
        told = run_with("rt_1111", declared)
        assert told == run_with("sk-2222222-longer", declared)
        assert "rt_1111" not in repr(told).replace("ing.tags.rt_1111", "")


def test_what_is_no_secret_is_seen() -> None:
    declared = {"resources": {"ing": INGEST}, "outputs": {"x": "${ing.attributes}", "y": "${ing.attributes.plain}"}}
    _, run = run_with("rt_1111", declared)
    assert run.outputs == {"x": {"plain": "seen", "hidden": Secret(UNKNOWN)}, "y": "seen"}


def test_what_a_declaration_opens_stays_a_secret() -> None:
    """`ivs declare` writes `fn::unsecret` where a program opens what is not known yet."""
    declared = {"resources": {"ing": INGEST}, "outputs": {"x": {"fn::unsecret": KEY}}}
    _, run = run_with("rt_1111", declared)
    assert (run.flaws, run.outputs) == ((), {"x": Secret(UNKNOWN)})
    assert run.notes == ("the declaration: fn::unsecret opens nothing here: what is secret in a declaration stays so",)


# --- Short expressions that mean huge values ------------------------------------------------------------------------

LONG = 90_000
MANY: dict[str, Any] = {"letters": {"fn::split": ["", "x" * LONG]}, "numbers": [[0.1234567890123456] * 1_000] * 10}
BOMBS: dict[str, dict[str, Any]] = {
    "join": {**MANY, "v": {"fn::join": ["y" * LONG, "${letters}"]}},
    "join of joins": {"a": {"fn::join": ["", ["${b}"] * 3_000]}, "b": {"fn::join": ["", ["z" * LONG] * 20]}},
    "interpolation": {"a": "z" * LONG, "v": "${a}" * 3_000},
    "numbers in a text": {**MANY, "a": ["${numbers}"] * 200, "v": "${a}${a}${a}"},
    "JSON": {"a": ["${b}"] * 8, "b": "<" * LONG, "c": {"fn::toJSON": ["${a}"] * 8}, "d": {"fn::toJSON": ["${c}"] * 9}},
    "base64": {"a": {"fn::toBase64": {"fn::join": ["", ["${b}"] * 50]}}, "b": "\U0001f600" * LONG},
    "split": {"a": {"fn::join": ["", ["z" * LONG] * 15]}, **{f"v{n}": {"fn::split": ["", "${a}"]} for n in range(9)}},
    "empty lists": {"a": [[]] * 30_000, **{f"v{n}": {"fn::secret": ["${a}"] * 30} for n in range(30)}},
    "secrets": {"a": {"fn::secret": [[]] * 30_000}, "v": [["${a}"] * 30] * 30},
}


@pytest.mark.parametrize("name", BOMBS)
def test_no_more_is_ever_computed_than_a_declaration_may_mean(name: str) -> None:
    """The file itself is read before; what evaluating it takes at its peak is measured, however fast it is."""
    read = program.load_declared(json.dumps(SMALL | {"resources": {}, "variables": BOMBS[name]}))
    tracemalloc.start()
    try:
        _, run = ran(read)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [flaw.reason for flaw in run.flaws] == ["what the expressions of the declaration mean is too large"]
    assert peak < 60_000_000
