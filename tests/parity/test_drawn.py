"""Programs, edits and drifts as they are drawn: many resources in one stack, each with a life of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.parity.drawing import BESIDE, Life, drawn, written
from tests.parity.drift import happen
from tests.parity.rules import retained
from tests.property.declaring import MORE

if TYPE_CHECKING:
    from tests.parity.pair import Pair

SEEDS = range(2 * MORE)
RESOURCES = 50


@pytest.mark.parametrize("seed", SEEDS)
def test_both_propose_the_same_for_drawn_lives(pair: Pair, seed: int) -> None:
    """IVS_EXAMPLES=20 for a long look."""
    lives = {f"r{number}": life for number, life in enumerate(drawn(seed, RESOURCES))}
    pair.tell = lives.get
    kept = {name for name, life in lives.items() if life.options.get("retainOnDelete")}
    pair.program(declared(lives, {name: life.before for name, life in lives.items()}))
    pair.agree()
    pair.stack.up()
    pair.settled()
    for turn in range(max(len(life.moves) for life in lives.values())):
        ids = pair.stack.ids()
        going = {name: life for name, life in lives.items() if turn < len(life.moves)}
        for name, life in going.items():
            for drift in life.moves[turn].drifts:
                happen(pair.account, drift, ids[name], ids)
        pair.program(declared(lives, {name: life.moves[turn].after for name, life in going.items()}))
        pair.agree(retained(kept))
        pair.stack.up()
        pair.settled(retained(kept))


def declared(lives: dict[str, Life], properties: dict[str, Any]) -> dict[str, Any]:
    """The program, without what it drops."""
    said = {name: each for name, each in properties.items() if each is not None}
    return {**BESIDE, **{name: written(name, lives[name], each) for name, each in said.items()}}
