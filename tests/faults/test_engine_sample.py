"""A sample of the campaign on the real engine with the real plugin: every kind of lost answer and of kill, every type.

One run makes one resource of each type, and the same thing happens to all of them: so each test is five cases, and all
tests together are 70.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.cases import CASES
from tests.engine.stack import Stack, resource
from tests.faults.killing import Up, until
from tests.faults.program import kind_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engine.account import Account

pytestmark = [pytest.mark.engine, pytest.mark.slow]

LOST: dict[str, dict[str, Any]] = {
    "drop": {"kind": "drop"},
    "reset": {"kind": "reset"},
    "500": {"kind": "status", "status": 500},
    "503": {"kind": "status", "status": 503},
    "cut": {"kind": "cut"},
    "empty": {"kind": "empty"},
}
CREATES = {kind_of(kind).create.operation for kind in CASES}


def program(**options: Any) -> dict[str, Any]:
    """One resource of each type, none waiting for another, so that all creates are under way at once."""
    return {
        kind.lower(): resource(kind, case.declared(kind.lower(), minimal=True), **options)
        for kind, case in CASES.items()
    }


def check_law(stack: Stack, account: Account) -> None:
    """Hold the account against the program: one resource of each type, each of them recorded."""
    there = account.resources()
    assert Counter(each["kind"] for each in there) == Counter(list(CASES))
    assert {each["arn"] for each in there} == set(stack.ids().values())
    assert stack.preview() == {}


@pytest.mark.parametrize("fault", LOST)
def test_a_lost_answer(stack: Stack, account: Account, fault: str) -> None:
    stack.program(program())
    for operation in CREATES:
        account.fault(operation, when="after", **LOST[fault])
    ended = stack.up()
    assert ended.text.count("the answer to its creation was lost") >= len(CASES)
    check_law(stack, account)


@pytest.mark.parametrize("when", ["before", "after"])
def test_no_answer_within_the_programs_own_time(stack: Stack, account: Account, when: str) -> None:
    stack.program(program(customTimeouts={"create": "3s"}))
    for operation in CREATES:
        account.fault(operation, when=when, kind="hang")
    # What was performed is found with the last look; what was not, nobody can know in so short a time.
    ended = stack.up(fails=when == "before")
    assert ("nobody knows whether" in ended.text) is (when == "before")
    stack.up()
    check_law(stack, account)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("who", ["provider", "engine", "both"])
def test_a_kill_in_the_middle_of_a_create(stack: Stack, account: Account, tmp_path: Path, who: str, when: str) -> None:
    stack.program(program())
    for operation in CREATES:
        account.fault(operation, when=when, kind="hang")
    killed = Up(stack, tmp_path / "up.txt")
    killed.start()
    until(lambda: {call["operation"] for call in account.calls()} >= CREATES)
    killed.kill(who)
    assert len(account.resources()) == (len(CASES) if when == "after" else 0)
    account.heal()
    stack.run("cancel", "--yes")  # a killed engine leaves its lock
    ended = stack.up()
    assert ended.text.count("an interrupted run created it") >= (len(CASES) if when == "after" else 0)
    check_law(stack, account)
