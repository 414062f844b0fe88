#!/usr/bin/env python3
"""Holds each room of the house to its own coverage floor.

    tools/coverage_floors.py build/coverage.json

The floors stand in pyproject.toml, `[tool.coverage-floors]`: a room (a directory) and the per cent of lines and
branches that its tests reach. A file counts for the innermost room that holds it. A file in no room is an error: a new
room is given its floor when it is made. A room without code is passed over.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def main(arguments: list[str]) -> int:
    """Print a line for each room; return 1 where one is below its floor."""
    report = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    floors = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["tool"]["coverage-floors"]
    covered, total = count(report["files"], floors)
    below = 0
    for room in sorted(room for room in total if total[room]):
        percent = 100 * covered[room] / total[room]
        low = percent < floors[room]
        below += low
        print(f"coverage {room}: {percent:.1f} % (floor {floors[room]}){'  TOO LOW' if low else ''}")
    return 1 if below else 0


def count(files: dict[str, Any], floors: dict[str, float]) -> tuple[Counter[str], Counter[str]]:
    """Add up, for each room, the lines and branches that were reached, and all that there are."""
    covered: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for name, data in files.items():
        room, summary = room_of(name, floors), data["summary"]
        covered[room] += summary["covered_lines"] + summary["covered_branches"]
        total[room] += summary["num_statements"] + summary["num_branches"]
    return covered, total


def room_of(name: str, floors: dict[str, float]) -> str:
    """Return the innermost room with a floor that holds this file."""
    rooms = [str(parent) for parent in Path(name).parents if str(parent) in floors]
    if not rooms:
        raise SystemExit(f"{name} lies in no room of [tool.coverage-floors] in pyproject.toml: give it a floor")
    return rooms[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
