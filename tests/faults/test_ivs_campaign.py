"""A few hundred cases of the command line in the normal suite, and the tests that show that they can fail."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from unittest import mock

import pytest

from ivs_provider.planning.execute import Execution
from ivs_provider.planning.planner import Planner
from ivs_provider.reconcile.once import Once
from tests.faults.campaign import campaign
from tests.faults.front_ends import IVS
from tests.faults.ivs_world import IvsWorld

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.tally import Tally

CASES = 120
SEEDS = (20261123, 7)


@pytest.fixture(scope="module")
def world() -> Iterator[IvsWorld]:
    """Run one emulator for all cases of the module."""
    with IvsWorld() as running:
        yield running


def lived(world: IvsWorld, first: int, last: int) -> Tally:
    """What came of some cases of a seed, under whatever is broken."""
    return campaign(SEEDS[0], range(first, last), world, IVS)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_law_holds_under_drawn_faults(world: IvsWorld, seed: int) -> None:
    tally = campaign(seed, range(CASES), world, IVS)
    assert tally.is_clean, "\n\n".join(tally.stories)
    assert tally.cases == CASES
    # What is drawn must also happen: faults, stops, and creates that found their lost resource again.
    assert tally.faults.total() > CASES / 4
    assert tally.crashes.total() > CASES / 4
    assert tally.adopted > CASES / 20


def test_a_case_is_the_same_again(world: IvsWorld) -> None:
    first, second = (IVS.live(7, 3, world)[0] for _ in range(2))
    # Only the ids that the service makes differ.
    assert [line[:24] for line in first.story] == [line[:24] for line in second.story]


def test_without_the_search_it_finds_duplicates() -> None:
    with IvsWorld(searching=False) as world:
        tally = lived(world, 0, 60)
    assert tally.breaches["duplicates"] + tally.breaches["plan not kept"] >= 3
    assert "--front-end ivs" in tally.stories[0]


def test_without_the_mark_of_what_is_superseded_it_finds_duplicates(world: IvsWorld) -> None:
    with mock.patch.object(Once, "_owner", lambda self, _target: self.owner):
        tally = lived(world, 200, 300)
    assert tally.breaches["duplicates"] >= 1


def test_without_the_naming_of_what_is_there_it_finds_plans_that_are_not_kept(world: IvsWorld) -> None:
    with mock.patch.object(Execution, "_know_what_is_there"):
        tally = lived(world, 20, 90)
    assert tally.breaches["plan not kept"] >= 1


def test_where_what_is_not_declared_is_deleted_unasked_it_finds_wrong_deletes(world: IvsWorld) -> None:
    told = Planner.undeclared
    with mock.patch.object(Planner, "undeclared", lambda self, listed: replace(told(self, listed), deleted=True)):
        tally = lived(world, 0, 100)
    assert tally.breaches["live deleted"] >= 1
