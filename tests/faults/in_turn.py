"""Threads of the command line, one after another: a case is the same again, and a stop stops all of them.

What several threads have performed when a process is killed is what one thread would have performed in some order: so
the order is drawn.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any, Self, TypeVar
from unittest import mock

from ivs_provider.planning import execute, sight, survey

__all__ = ["in_turn"]

_Thing = TypeVar("_Thing")
_Result = TypeVar("_Result")


@contextmanager
def in_turn(chance: Random) -> Iterator[None]:
    """Within this, the pools of the command line are taken in turn."""
    with ExitStack() as stack:
        for module in (execute, sight, survey):
            stack.enter_context(mock.patch.object(module, "ThreadPoolExecutor", functools.partial(_Pool, chance)))
        yield


@dataclass
class _Pool:
    """Does at once what a pool of threads does soon. A stop is no exception that a pool keeps: it goes through."""

    chance: Random
    workers: int
    name: str = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing runs any more."""

    def submit(self, work: Callable[..., _Result], *arguments: Any) -> Future[_Result]:
        """The outcome, which is there already."""
        future = Future[_Result]()
        try:
            future.set_result(work(*arguments))
        except Exception as error:  # noqa: BLE001 - as a pool does; whoever asks for the result meets it
            future.set_exception(error)
        return future

    def map(self, work: Callable[[_Thing], _Result], things: Iterable[_Thing]) -> list[_Result]:
        """All of them, in a drawn order."""
        kept = list(enumerate(things))
        self.chance.shuffle(kept)
        done = {number: work(each) for number, each in kept}
        return [done[number] for number in sorted(done)]

    def shutdown(self, *, wait: bool, cancel_futures: bool) -> None:
        """Nothing waits any more."""
