"""All figures, or some: `python -m benchmarks [PART ...]`, as `make bench ARGS='PART ...'` runs it.

Prints a table on stdout (JSON with --json), progress on stderr. Exit codes: 0 every target is met, 1 one is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from typing import Final

from benchmarks import creates, plans, previews, rpc, start
from benchmarks.figures import Figure, document, table, tell
from benchmarks.world import World, open_world

Part = Callable[[World, argparse.Namespace], list[Figure]]

PARTS: Final[Mapping[str, Part]] = {
    "start": lambda world, asked: start.measure(world, asked.starts),
    "rpc": lambda world, asked: rpc.measure(world, asked.blocks),
    "creates": lambda world, asked: creates.measure(world, asked.creates),
    "plans": lambda world, asked: plans.measure(world, asked.rounds),
    "previews": lambda world, asked: previews.measure(world, asked.rounds, tuple(asked.stages), _progress),
}


def main() -> int:
    """Measure what was asked for."""
    asked = _arguments()
    figures: list[Figure] = []
    with open_world() as world:
        _progress(tell())
        for name in asked.parts or PARTS:
            _progress(f"measuring {name}")
            figures += PARTS[name](world, asked)
    print(json.dumps(document(figures), indent=2) if asked.json else f"{tell()}\n\n{table(figures)}")
    missed = [figure for figure in figures if figure.met is False]
    _progress(f"{len(missed)} targets missed" if missed else "every target is met")
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure; no part: all of them.")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--starts", type=int, default=start.RUNS, help="starts of each provider (%(default)s)")
    parser.add_argument("--blocks", type=int, default=rpc.BLOCKS, help="blocks of 100 calls of each RPC (%(default)s)")
    parser.add_argument("--creates", type=int, default=creates.COUNT, help="stages to create (%(default)s)")
    parser.add_argument(
        "--rounds", type=int, default=previews.ROUNDS, help="rounds of engine and command line (%(default)s)"
    )
    parser.add_argument("--stages", type=int, nargs="*", default=previews.SIZES, help="sizes of its programs (1 1000)")
    return parser.parse_args()


def _progress(line: str) -> None:
    print(f"    {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
