"""Walks a graph: every name after all that it needs, one by one or several at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from graphlib import TopologicalSorter
from queue import SimpleQueue
from typing import TypeAlias

from ivs_provider.program.graph import Graph

__all__ = ["walk"]

_Done: TypeAlias = "tuple[str, Future[None]]"


def walk(graph: Graph, do: Callable[[str], None], order: Callable[[str], str], workers: int) -> None:
    """Do something with every name.

    Args:
        graph: What needs what, without circles.
        do: What is done.
        order: Which of those that could be next is: the least. With several workers, whichever is ready.
        workers: How many at once.
    """
    sorter = TopologicalSorter(graph)
    sorter.prepare()
    if workers > 1:
        _at_once(sorter, do, workers)
    while sorter.is_active():
        for name in sorted(sorter.get_ready(), key=order):
            do(name)
            sorter.done(name)


def _at_once(sorter: TopologicalSorter[str], do: Callable[[str], None], workers: int) -> None:
    finished: SimpleQueue[_Done] = SimpleQueue()

    def tell(name: str, future: Future[None]) -> None:
        finished.put((name, future))

    with ThreadPoolExecutor(workers) as pool:
        try:
            while sorter.is_active():
                for name in sorter.get_ready():
                    pool.submit(do, name).add_done_callback(partial(tell, name))
                name, future = finished.get()
                future.result()
                sorter.done(name)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
