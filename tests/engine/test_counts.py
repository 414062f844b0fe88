"""How many calls things take: quotas are calls a second, so calls are what a user waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.account import writes
from tests.engine.plugin import Plugin
from tests.engine.stack import resource
from tests.engine.steps import Step

if TYPE_CHECKING:
    from tests.engine.account import Account
    from tests.engine.stack import Stack

MOST_CALLS = 14


def _counted(stack: Stack, account: Account, properties: dict[str, Any]) -> dict[str, int]:
    stack.program({"hall": resource("Stage", properties)})
    with account.counting() as counts:
        stack.up()
    return writes(counts)


def test_each_operation_takes_its_calls_and_no_more(stack: Stack, account: Account) -> None:
    """Create 1, update 1 and the tag call beside it, tags 1, and 1 more where keys go; delete 1."""
    assert _counted(stack, account, {"name": "a", "tags": {"x": "1", "y": "1"}}) == {"CreateStage": 1}
    assert _counted(stack, account, {"name": "b", "tags": {"x": "1", "y": "1"}}) == {"UpdateStage": 1, "TagResource": 1}
    assert _counted(stack, account, {"name": "b", "tags": {"x": "2", "y": "2", "z": "1"}}) == {"TagResource": 1}
    assert _counted(stack, account, {"name": "b", "tags": {"x": "2"}}) == {"TagResource": 1, "UntagResource": 1}
    everything = {"UpdateStage": 1, "TagResource": 1, "UntagResource": 1}
    assert _counted(stack, account, {"name": "c", "tags": {"new": "1"}}) == everything
    assert _counted(stack, account, {"name": "c", "tags": {"new": "1"}}) == {}
    with account.counting() as counts:
        stack.destroy()
    assert writes(counts) == {"DeleteStage": 1}


def test_the_list_of_an_account_comes_in_pages_of_a_hundred(account: Account) -> None:
    """By the List RPC, which no command of this engine calls yet."""
    made = {account.ivs.create_stage()["stage"]["arn"] for _ in range(150)}
    with Plugin(account.environment()) as plugin, account.counting() as counts:
        first, token = plugin.listed("Stage")
        second, end = plugin.listed("Stage", token)
    assert (len(first), len(second), end) == (100, 50, "")
    assert {*first, *second} == made
    assert counts == {"ListStages": 2}


@pytest.mark.slow
def test_a_preview_of_a_thousand_unchanged_stages_takes_few_calls(stack: Stack, account: Account) -> None:
    """Ten pages of a List, and a few reads before it is clear how many there will be; drift among them is seen."""
    stages = {f"stage{number}": resource("Stage", {"name": f"hall{number}"}) for number in range(1000)}
    stack.program(stages)
    with account.counting() as counts:
        stack.up(env={"PULUMI_SKIP_CHECKPOINTS": "true"})
    assert writes(counts) == {"CreateStage": 1000}
    with account.counting() as counts:
        assert stack.preview() == {}
    assert sum(counts.values()) <= MOST_CALLS
    account.ivs.update_stage(arn=stack.ids()["stage500"], name="drifted")
    with account.counting() as counts:
        assert stack.preview() == {"stage500": Step("update", {"name": "update"})}
    assert sum(counts.values()) <= MOST_CALLS
