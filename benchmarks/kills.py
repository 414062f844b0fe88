#!/usr/bin/env python3
"""Kills an emulator over and over while somebody writes to it, and checks that nothing answered was lost.

    PYTHONPATH=.:provider:emulator python benchmarks/kills.py --kills 1000

The suite does the same with 200 kills (tests/emulator/test_durability.py).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from tests.emulator.test_durability import survive


def main() -> None:
    """Run the command line; an assertion fails if anything was lost."""
    parser = argparse.ArgumentParser(description="Kill an emulator over and over.")
    parser.add_argument("--kills", type=int, default=1000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        answered = survive(asked.kills, Path(folder) / "ivs.db")
    print(f"{asked.kills} kills in {time.monotonic() - begun:.0f} s: {answered} answered states held, none was lost")


if __name__ == "__main__":
    main()
