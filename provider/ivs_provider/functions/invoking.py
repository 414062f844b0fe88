"""Runs one function for either front end: check, preview or run, and say the result in the API's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from ivs_provider.errors import IvsError, NotFound
from ivs_provider.functions.calling import Caller
from ivs_provider.functions.placeholders import placeholders
from ivs_provider.model import ownership
from ivs_provider.model.check import without_nulls
from ivs_provider.model.function_type import FunctionType
from ivs_provider.model.schema import Shape
from ivs_provider.tokens import TokenRefused
from ivs_provider.values import Path, Problem, Secret, Tree, Value, contains_unknown, masked, reveal, secret_texts

__all__ = ["Invoked", "invoke"]


@dataclass(frozen=True, slots=True)
class Invoked:
    """What came of a call: a result, or what is wrong with the arguments."""

    result: Tree = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def invoke(function: FunctionType, declared: Tree, caller: Caller, *, preview: bool = False) -> Invoked:
    """Run a function, unless a preview forbids it.

    Args:
        function: Which.
        declared: Its arguments as the program says them.
        caller: On whose behalf.
        preview: Whether nothing may be changed, and arguments may still be unknown.

    Raises:
        IvsError: It failed.
    """
    arguments = cast("Tree", without_nulls(declared))
    problems = _problems(function, arguments)
    if problems:
        return Invoked(problems=problems)
    if contains_unknown(arguments) or (preview and function.changes):
        return Invoked(placeholders(function.result))
    try:
        answer = function.run(caller, cast("Tree", reveal(arguments)))
    except TokenRefused as refused:
        return Invoked(problems=tuple(Problem(_camel(each.path), each.reason) for each in refused.problems))
    except IvsError as error:
        explained = error.about(function.name)
        explained.what = masked(explained.what, arguments)
        if isinstance(error, NotFound):
            explained.todo = "Check the ARN and the ids that it was given, the region and the account."
        raise explained from error
    secrets = frozenset(secret_texts(arguments))
    return Invoked(cast("Tree", _told(function.result, answer, secrets)))


def _problems(function: FunctionType, arguments: Tree) -> tuple[Problem, ...]:
    from ivs_provider.model.validation import shape_problems  # as late as jsonschema behind it

    opened = cast("Tree", reveal(arguments))
    found = set(shape_problems(function.arguments, arguments))
    for rule in function.rules:
        found.update(rule(opened))
    return tuple(sorted(found, key=lambda problem: ([str(key) for key in problem.path], problem.reason)))


def _told(shape: Shape, value: object, secrets: frozenset[str], name: str = "") -> Value:
    """An answer as a program gets it: known members, no nulls, times as texts, our tags left out, secrets marked."""
    if shape.flag("secret") or (isinstance(value, str) and value in secrets):
        return Secret(cast("Value", value))
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, dict):
        return _told_object(shape, value, secrets, name)
    if isinstance(value, list) and shape.items:
        return [_told(shape.items, item, secrets) for item in value]
    return cast("Value", value)


def _told_object(shape: Shape, value: Mapping[str, object], secrets: frozenset[str], name: str) -> Value:
    if shape.values:
        kept = ownership.without_own(cast("Mapping[str, str]", value)) if name == "tags" else value
        return {key: _told(shape.values, item, secrets) for key, item in kept.items()}
    return {
        key: _told(shape.properties[key], item, secrets, key)
        for key, item in value.items()
        if key in shape.properties and item is not None
    }


def _camel(path: Path) -> Path:
    """A path into arguments of `ivs_provider.tokens`, as a program writes it."""
    head, *rest = path or ("",)
    first, *words = str(head).split("_")
    return (first + "".join(word.capitalize() for word in words), *rest) if path else path
