"""A few hundred cases of the campaign in the normal suite, and the tests that show that it can fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.campaign import campaign, main, repeated, without_guard
from tests.faults.draw import drawn
from tests.faults.front_ends import ENGINE
from tests.faults.world import REGION, World

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = 120
SEEDS = (20261122, 7)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Run one emulator for all cases of the module."""
    with World() as running:
        yield running


@pytest.mark.parametrize("seed", SEEDS)
def test_the_law_holds_under_drawn_faults(world: World, seed: int) -> None:
    tally = campaign(seed, range(CASES), world)
    assert tally.is_clean, "\n\n".join(tally.stories)
    assert tally.cases == CASES
    # What is drawn must also happen: faults, stops, and creates that found their lost resource again.
    assert tally.faults.total() > CASES / 4
    assert tally.crashes.total() > CASES / 4
    assert tally.adopted > CASES / 20


def test_a_case_is_the_same_again(world: World) -> None:
    first, second = (world.live(drawn(7, 3, world.url, REGION)) for _ in range(2))
    # Only the ids that the service makes differ.
    assert [line[:24] for line in first.story] == [line[:24] for line in second.story]


def test_without_the_search_it_finds_duplicates() -> None:
    with World(searching=False) as world:
        tally = campaign(SEEDS[0], range(200), world)
    assert tally.breaches["duplicates"] + tally.breaches["orphans"] >= 5
    assert repeated(ENGINE, SEEDS[0], 0)[:-1] in tally.stories[0]


def test_without_the_guard_it_finds_a_deleted_live_resource(world: World) -> None:
    with without_guard():
        tally = campaign(SEEDS[0], range(200), world)
    assert tally.breaches["live deleted"] >= 1


def test_the_command_says_what_it_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--front-end", "both", "--cases", "10", "--seed", "7", "--jobs", "1"]) == 0
    told = capsys.readouterr()
    assert "DUPLICATES                                       0" in told.out
    assert told.out.rstrip().endswith(" 7")
    assert "10 of 10 cases" in told.err
