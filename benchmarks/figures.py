"""What was measured, beside what it is compared with and what it should be; as a table and as JSON."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

__all__ = ["Figure", "beyond", "document", "level", "ratio", "table", "tell"]

_COLUMNS: Final = ("figure", "unit", "ours", "yardstick", "compared", "target", "verdict")
_WORDS: Final = {True: "met", False: "MISSED", None: ""}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Args:
        part: Which part of the benchmarks measured it.
        name: What was measured.
        unit: In what.
        ours: Median of our provider.
        yardstick: Median of what it is compared with.
        compared: Ratio or difference, in words.
        target: What it should be, in words; empty where nothing was promised.
        met: Whether it is.
    """

    part: str
    name: str
    unit: str
    ours: float
    yardstick: float | None = None
    compared: str = ""
    target: str = ""
    met: bool | None = None


def ratio(
    name: tuple[str, str], unit: str, ours: Sequence[float], theirs: Sequence[float], *, at_most: float | None = None
) -> Figure:
    """Compare by the median of the ratios of runs that followed one another: load that comes and goes hits both."""
    times = statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
    target = "" if at_most is None else f"<= {at_most:g} x"
    met = None if at_most is None else times <= at_most
    middle = statistics.median
    return Figure(*name, unit, middle(ours), middle(theirs), f"{times:.2f} x", target, met)


def beyond(
    name: tuple[str, str], unit: str, ours: Sequence[float], theirs: Sequence[float], *, at_most: float
) -> Figure:
    """Compare by the median of the differences of runs that followed one another."""
    more = statistics.median(one - other for one, other in zip(ours, theirs, strict=True))
    middle = statistics.median
    return Figure(
        *name, unit, middle(ours), middle(theirs), f"{more:+.2f} {unit}", f"<= +{at_most:g} {unit}", more <= at_most
    )


def level(
    name: tuple[str, str], unit: str, ours: float, theirs: float | None = None, *, at_most: float | None = None
) -> Figure:
    """Hold one value against a ceiling."""
    target = "" if at_most is None else f"<= {at_most:g}"
    return Figure(*name, unit, ours, theirs, "", target, None if at_most is None else ours <= at_most)


def table(figures: Iterable[Figure]) -> str:
    """The figures in aligned columns, one part after another."""
    rows = [_COLUMNS, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    right = ("ours", "yardstick", "compared")
    lines = [
        "  ".join(
            cell.rjust(width) if title in right else cell.ljust(width)
            for cell, width, title in zip(row, widths, _COLUMNS, strict=True)
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def document(figures: Iterable[Figure]) -> dict[str, Any]:
    """The figures for programs, with when and where they were taken."""
    return {**_circumstances(), "figures": [asdict(figure) for figure in figures]}


def tell() -> str:
    """When and where the figures were taken, in one line."""
    now = _circumstances()
    return "{date}, {cores} cores ({processor}), {memory} GB, Python {python}, load {load}".format(**now)


def _row(figure: Figure) -> tuple[str, ...]:
    yardstick = "" if figure.yardstick is None else _number(figure.yardstick)
    name = f"{figure.part}: {figure.name}"
    return (
        name,
        figure.unit,
        _number(figure.ours),
        yardstick,
        figure.compared,
        figure.target,
        _WORDS[figure.met],
    )


def _number(value: float) -> str:
    """Three digits that count, and no more."""
    digits = 0 if value >= 100 or value == int(value) else 1 if value >= 10 else 2 if value >= 1 else 3  # noqa: PLR2004 -- powers of ten
    return f"{value:.{digits}f}"


def _circumstances() -> dict[str, Any]:
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory": round(pages * size / 1024**3),
        "python": platform.python_version(),
        "load": " ".join(f"{load:.1f}" for load in os.getloadavg()),
    }


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
