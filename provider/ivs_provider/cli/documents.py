"""Reads JSON that others wrote: a file or standard input, within limits, and every refusal in words."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final, NoReturn

from ivs_provider.cli.failing import Refused

__all__ = ["read_json"]

_MOST: Final = 100_000_000  # a preview of 5,000 resources takes 50 MB, most of it stack traces


def read_json(file: str, most: int = _MOST) -> Any:  # noqa: ANN401 - any JSON value
    """The JSON in a file; ``-`` is standard input.

    Args:
        file: Its name.
        most: How many bytes are read at most.

    Raises:
        Refused: It cannot be read, is too long, or is no JSON.
    """
    name = "standard input" if file == "-" else file
    try:
        text = _bytes(file, most + 1)
    except OSError as error:
        raise Refused(f"{name} cannot be read: {error.strerror}") from error
    if len(text) > most:
        raise Refused(f"{name} has more than {most:,} bytes; that is no plan of this program's")
    try:
        return json.loads(text.decode("utf-8-sig"), parse_constant=_no_number)
    except ValueError as error:
        where = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise Refused(f"{name} is no JSON{where}; give one whole JSON document") from error
    except RecursionError as error:
        raise Refused(f"{name} is nested too deeply to be read") from error


def _bytes(file: str, most: int) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(most)
    with Path(file).open("rb") as opened:
        return opened.read(most)


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and Infinity are Python's, not JSON's
