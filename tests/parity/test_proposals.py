"""The comparison sees what it is there to see: each difference, by name, and nothing where there is none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.parity.proposals import by_engine, by_ivs, differences
from tests.parity.rules import at_once, gone_unread

URN = "urn:pulumi:dev::video::ivs:index:Stage::hall"
ENGINE: dict[str, Any] = {
    "op": "update",
    "urn": URN,
    "oldState": {"inputs": {"name": "one", "tags": {"pin": "[secret]"}}},
    "newState": {"inputs": {"name": "two", "tags": {"pin": "[secret]"}}},
    "detailedDiff": {"name": {"kind": "update", "inputDiff": True}},
}
CHANGE = {"path": "name", "kind": "update", "consequence": "in place", "old": "one", "new": "two"}
IVS: dict[str, Any] = {
    "action": "update",
    "urn": URN,
    "changes": [CHANGE],
    "inputs": {"name": "two", "tags": {"pin": {"$secret": "21d35f34"}}},
}


def apart(engine: dict[str, Any], ivs: dict[str, Any]) -> list[str]:
    """In what two steps differ."""
    found = differences(by_engine({"steps": [engine]}), by_ivs({"steps": [ivs]}))
    return [str(each).removeprefix("ivs:index:Stage::hall").strip() for each in found]


def test_the_same_change_in_both_words_is_no_difference() -> None:
    assert apart(ENGINE, IVS) == []
    assert apart({"op": "same", "urn": URN}, {"action": "keep", "urn": URN}) == []
    assert differences({}, by_ivs({"steps": [{"action": "keep", "urn": URN}]})) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"path": "tags.a"}, ["name: the engine says update from 'one' to 'two', ivs says nothing"]),
        ({"kind": "add"}, ["name: the engine says update from 'one' to 'two', ivs says add from 'one' to 'two'"]),
        ({"consequence": "replace"}, ["ivs says update-replace from 'one' to 'two'"]),
        ({"old": "other"}, ["ivs says update from 'other' to 'two'"]),
        ({"new": {"$unknown": True}}, ["ivs says update from 'one' to 'unknown'"]),
    ],
    ids=["path", "kind", "consequence", "old", "new"],
)
def test_a_path_that_differs_is_named(change: dict[str, Any], told: list[str]) -> None:
    found = apart(ENGINE, {**IVS, "changes": [{**CHANGE, **change}]})
    assert found[0].endswith(told[0])
    assert len(found) == (2 if "path" in change else 1)


def test_another_action_other_inputs_and_a_missing_step_are_named() -> None:
    assert apart(ENGINE, {**IVS, "action": "replace"}) == [": the engine says update, ivs says replace"]
    assert apart(ENGINE, {**IVS, "inputs": {"name": "two"}})[0].startswith(
        "(inputs): the engine says {'name': 'two', 'tags'"
    )
    assert apart({"op": "delete", "urn": URN}, {"action": "keep", "urn": URN}) == [
        ": the engine says delete, ivs says keep"
    ]


def test_a_step_that_nobody_knows_and_two_of_one_resource_are_errors() -> None:
    with pytest.raises(KeyError, match="import"):
        by_engine({"steps": [{"op": "import", "urn": URN}]})
    with pytest.raises(AssertionError, match="has two steps"):
        by_ivs({"steps": [IVS, IVS]})


def test_a_rule_covers_what_it_names_and_no_more() -> None:
    found = differences(by_engine({"steps": [ENGINE]}), by_ivs({"steps": [{"action": "create", "urn": URN}]}))
    assert all(gone_unread({"hall"}).covers(each) for each in found)
    assert not any(gone_unread({"foyer"}).covers(each) for each in found)
    moved = at_once({("hall", "name")})
    assert [each.path for each in found if moved.covers(each)] == ["name"]
    assert not any(at_once({("hall", "tags")}).covers(each) for each in found)
