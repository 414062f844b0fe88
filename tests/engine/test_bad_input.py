"""Wrong declarations are refused before any call: every problem at once, each with its path and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engine.bad_input import BAD_INPUT, Bad
from tests.engine.stack import resource

if TYPE_CHECKING:
    from tests.engine.account import Account
    from tests.engine.plugin import Plugin
    from tests.engine.stack import Stack


def test_the_table_is_long_enough_and_covers_every_type() -> None:
    assert len(BAD_INPUT) >= 40
    assert len({bad.kind for bad in BAD_INPUT}) == 5


def test_every_problem_is_named_at_once(plugin: Plugin) -> None:
    """Over the real protocol; the paths are all that there are, and each is named once or with each of its reasons."""
    for bad in BAD_INPUT:
        problems = plugin.problems(bad.kind, bad.properties)
        assert problems.keys() == bad.problems.keys(), f"{bad}: {problems}"
        for path, fragment in bad.problems.items():
            assert any(fragment in reason for reason in problems[path]), f"{bad}: {problems}"


def test_what_is_refused_is_never_a_secret_said_aloud(plugin: Plugin) -> None:
    """A private key given by mistake is not repeated."""
    for bad in BAD_INPUT:
        material = str(bad.properties.get("publicKeyMaterial", ""))
        if "PRIVATE KEY" in material:
            told = str(plugin.problems(bad.kind, bad.properties))
            assert not any(line in told for line in material.splitlines()[1:-1])


WORST = {
    kind: max((bad for bad in BAD_INPUT if bad.kind == kind), key=lambda bad: len(bad.problems))
    for kind in sorted({bad.kind for bad in BAD_INPUT})
}


@pytest.mark.parametrize("bad", WORST.values(), ids=WORST)
def test_the_engine_shows_every_problem_and_nothing_is_called(bad: Bad, stack: Stack, account: Account) -> None:
    """A preview of the worst declaration of each type fails, and prints path and cure of everything."""
    stack.program({"wrong": resource(bad.kind, bad.properties)})
    with account.counting() as counts:
        told = stack.run("preview", fails=True).text
    assert counts == {}
    for path, fragment in bad.problems.items():
        assert path in told
        assert fragment in told
