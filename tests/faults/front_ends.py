"""The front ends that the campaign tries: how their cases are drawn, lived through and judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.draw import Case, drawn
from tests.faults.ivs_draw import drawn_for_ivs
from tests.faults.ivs_law import judged_by_ivs
from tests.faults.ivs_lived import LivedByIvs
from tests.faults.ivs_world import IvsWorld
from tests.faults.law import Verdict, judged
from tests.faults.world import REGION, Lived, World

__all__ = ["ENGINE", "FRONT_ENDS", "IVS", "FrontEnd"]


@dataclass(frozen=True)
class FrontEnd:
    """One of them.

    Args:
        name: As the campaign's command takes it.
        world: Where its cases live.
        draw: Draws the case with a number, of a seed.
        judge: Holds what came of it against the law.
    """

    name: str
    world: type[World]
    draw: Callable[[int, int, str, str], Case]
    judge: Callable[[Lived, list[str]], Verdict]

    def live(self, seed: int, number: int, world: World) -> tuple[Lived, Verdict]:
        """Live through one case."""
        lived = world.live(self.draw(seed, number, world.url, REGION))
        return lived, self.judge(lived, world.logged)


def _judged_by_ivs(lived: Lived, logged: list[str]) -> Verdict:
    assert isinstance(lived, LivedByIvs)
    return judged_by_ivs(lived, logged)


ENGINE = FrontEnd("engine", World, drawn, judged)
IVS = FrontEnd("ivs", IvsWorld, drawn_for_ivs, _judged_by_ivs)
FRONT_ENDS = {each.name: each for each in (ENGINE, IVS)}
