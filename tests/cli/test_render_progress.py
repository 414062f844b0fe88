"""cli/render/progress.py: how far, how long still, and never a flood of lines."""

from __future__ import annotations

import io

from ivs_provider.cli.render.progress import progress
from ivs_provider.planning.plan import Action
from tests.unit.planning.steps import plan, step

STAGES = plan(*(step(Action.CREATE, "Stage", f"s{number}") for number in range(104)), step(Action.KEEP, "Stage", "k"))


class Terminal(io.StringIO):
    """A stream that says it is one."""

    def isatty(self) -> bool:
        """Yes."""
        return True


class Clock:
    """A clock that a test turns."""

    now = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


def test_off_a_terminal_short_work_is_silent() -> None:
    told, clock = io.StringIO(), Clock()
    with progress(STAGES, told, clock) as watching:
        for each in STAGES.changing:
            watching.step_started(each)
            watching.step_done(each)
            clock.now += 0.05
    assert told.getvalue() == ""


def test_on_a_terminal_a_plan_that_does_nothing_draws_no_bar() -> None:
    told = Terminal()
    with progress(plan(), told, Clock()):
        pass
    assert told.getvalue() == ""


def test_off_a_terminal_long_work_says_a_line_now_and_then() -> None:
    """Four stages go at once, then five a second: of 104, 84 take (84 - 4) / 5 = 16 s."""
    told, clock = io.StringIO(), Clock()
    with progress(STAGES, told, clock) as watching:
        for number, each in enumerate(STAGES.changing[:40]):
            clock.now = number * 0.55
            watching.step_done(each, failed=number == 2)
        clock.now = 40.0
        watching.waiting("CreateStage's turn\x1b[2J")
    assert told.getvalue().splitlines() == [
        "20 of 104 done, 1 failed, about 16 s left",
        "39 of 104 done, 1 failed, about 13 s left",
        "40 of 104 done, 1 failed, about 12 s left, waiting for CreateStage's turn\\u001b[2J",
    ]


def test_on_a_terminal_a_bar_tells_it() -> None:
    told = Terminal()
    with progress(STAGES, told, Clock()) as watching:
        first, second, *_ = STAGES.changing
        watching.step_started(first)
        watching.step_done(first)
        watching.step_started(second)
        watching.waiting("its turn")
    assert "1/104" in told.getvalue()
    assert "1 of 104 done, about 20 s left" in told.getvalue()
