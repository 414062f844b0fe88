"""The page of the errors that can stop an operation."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise

from generating.markdown import code, page, table
from ivs_provider import errors
from ivs_provider.errors import IvsError, Retry

__all__ = ["errors_page"]


def errors_page() -> str:
    """Each class, what it means, and whether repeating helps."""
    return page("Errors", "provider/ivs_provider/errors.py", _parts())


def _parts() -> Iterator[str]:
    yield (
        "What can stop an operation: a closed list. A message says what happened, to which resource, and what to do."
        " Wrong inputs are none of these: they are told all at once, each with its path, before any call."
    )
    rows = [[code(each.__name__), _meaning(each), each.retry.value] for each in _classes()]
    yield table(["error", "meaning", "repeat"], rows)
    yield "## Repeat"
    meanings = _meanings_of_verdicts()
    yield table(["verdict", "meaning"], [[verdict.value, meanings[verdict.name]] for verdict in Retry])


def _classes() -> list[type[IvsError]]:
    """The errors in the order of their names, without the one that all are."""
    found = [getattr(errors, name) for name in sorted(errors.__all__)]
    return [each for each in found if isinstance(each, type) and issubclass(each, IvsError) and each is not IvsError]


def _meaning(each: type[IvsError]) -> str:
    return inspect.cleandoc(each.__doc__ or "").split("\n\n")[0].replace("\n", " ").replace("``", "`")


def _meanings_of_verdicts() -> dict[str, str]:
    """The text below each member of `Retry`: Python keeps none at run time, so it is read from the source."""
    found: dict[str, str] = {}
    body = next(node for node in ast.parse(inspect.getsource(Retry)).body if isinstance(node, ast.ClassDef)).body
    for member, text in pairwise(body):
        if isinstance(member, ast.Assign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            name = member.targets[0]
            if isinstance(name, ast.Name):
                found[name.id] = str(text.value.value)
    return found
