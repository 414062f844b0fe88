"""Programs, edits and drifts as they are drawn: many resources in one stack, each with a life of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.parity.drawing import BESIDE, Life, drawn, written
from tests.parity.drift import happen
from tests.parity.rules import Rule, at_once, beside_nothing, held_already, retained
from tests.property.declaring import MORE, RECORDING, Tree

if TYPE_CHECKING:
    from tests.parity.pair import Pair

SEEDS = range(2 * MORE)
RESOURCES = 50
UNLISTED = {"Stage": {RECORDING}, "IngestConfiguration": {"redundantIngest"}}
"""Members that can move and that Lists do not show (API reference)."""


@pytest.mark.parametrize("seed", SEEDS)
def test_both_propose_the_same_for_drawn_lives(pair: Pair, seed: int) -> None:
    """IVS_EXAMPLES=20 for a long look."""
    lives = {f"r{number}": life for number, life in enumerate(drawn(seed, RESOURCES))}
    pair.tell = lives.get
    said = {name: life.before for name, life in lives.items()}
    pair.program(declared(lives, said))
    pair.agree()
    pair.stack.up()
    pair.settled()
    for turn in range(max(len(life.moves) for life in lives.values())):
        ids = pair.stack.ids()
        rules = excusing(lives, said, turn)
        for name in said:
            for drift in lives[name].moves[turn].drifts:
                happen(pair.account, drift, ids[name], ids)
        moved = {name: lives[name].moves[turn].after for name in said}
        said = {name: after for name, after in moved.items() if after is not None}
        pair.program(declared(lives, said))
        pair.agree(*rules)
        pair.stack.up()
        pair.settled(*rules)
    assert sum(pair.excused.values()) < RESOURCES / 2, pair.excused


def declared(lives: dict[str, Life], said: dict[str, Tree]) -> Tree:
    """The program."""
    return {**BESIDE, **{name: written(name, lives[name], properties) for name, properties in said.items()}}


def excusing(lives: dict[str, Life], said: dict[str, Tree], turn: int) -> list[Rule]:
    """What of this turn cannot agree."""
    both, beside, unread = set(), set(), set()
    for name, before in said.items():
        moves = lives[name].moves
        after = moves[turn].after or {}
        touched = {drift.touches for move in moves[: turn + 1] for drift in move.drifts}
        edited = {member for member in {*before, *after} if before.get(member) != after.get(member)}
        both |= {(name, member) for member in edited & touched}
        if before.get(RECORDING, {}).get("storageConfigurationArn") == "" and RECORDING in edited:
            beside.add((name, RECORDING))
        new = edited - before.keys()
        unread |= {(name, member) for member in new & touched & UNLISTED.get(lives[name].kind, set())}
    kept = {name for name, life in lives.items() if life.options.get("retainOnDelete")}
    return [held_already(unread), beside_nothing(beside), at_once(both), retained(kept)]
