"""What is wrong with a request, all of it at once, according to the service's model.

Texts never repeat a value: values may be secrets, and nobody outside AWS knows the real texts anyway.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ivs_emulator.errors import VALIDATION, ServiceError
from ivs_emulator.records import Record
from ivs_emulator.service_model import Shape


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken constraint; `malformed` ones make any further look at the value meaningless."""

    path: str
    constraint: str
    malformed: bool = False

    def __str__(self) -> str:
        """Say it in the manner of AWS's own validation messages."""
        return f"Value at '{self.path}' failed to satisfy constraint: {self.constraint}"


def refuse(violations: Iterable[Violation]) -> None:
    """Turn violations into one refusal that names them all.

    Raises:
        ServiceError: ValidationException, if there is any violation.
    """
    texts = [str(violation) for violation in violations]
    if texts:
        plural = "s" if len(texts) > 1 else ""
        message = f"{len(texts)} validation error{plural} detected: {'; '.join(texts)}"
        raise ServiceError(VALIDATION, message)


def violations_of(shape: Shape, value: object, path: str = "") -> Iterator[Violation]:
    """Yield every violation of a value against a shape, depth first in the model's order."""
    if not _has_type(shape.kind, value):
        yield Violation(path or "/", f"Member must be of type {shape.kind}", malformed=True)
        return
    yield from _limits(shape, value, path)
    yield from _text(shape, value, path)
    if isinstance(value, dict):
        inside = _structure if shape.kind == "structure" else _map
        yield from inside(shape, value, path)
    elif isinstance(value, list) and shape.item:
        for index, item in enumerate(value):
            yield from violations_of(shape.item, item, f"{path}/{index}")


def _is_number(value: object) -> bool:
    # JSON's true is an int to Python and no number to AWS.
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_integer(value: object) -> bool:
    return _is_number(value) and not isinstance(value, float)


def _is_of(kind: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, kind)


_TYPES: Final[Mapping[str, Callable[[object], bool]]] = MappingProxyType(
    {
        "structure": _is_of(dict),
        "map": _is_of(dict),
        "list": _is_of(list),
        "string": _is_of(str),
        "boolean": _is_of(bool),
        "integer": _is_integer,
        "long": _is_integer,
        "float": _is_number,
        "double": _is_number,
        "timestamp": _is_of(str),
    },
)


def _has_type(kind: str, value: object) -> bool:
    return _TYPES[kind](value)


def _limits(shape: Shape, value: object, path: str) -> Iterator[Violation]:
    if isinstance(value, str | list | dict):
        size, noun = float(len(value)), "have length"
    elif isinstance(value, int | float):
        size, noun = float(value), "have value"
    else:
        return
    if shape.minimum is not None and size < shape.minimum:
        yield Violation(path, f"Member must {noun} greater than or equal to {shape.minimum}")
    if shape.maximum is not None and size > shape.maximum:
        yield Violation(path, f"Member must {noun} less than or equal to {shape.maximum}")


def _text(shape: Shape, value: object, path: str) -> Iterator[Violation]:
    if not isinstance(value, str):
        return
    if shape.enum and value not in shape.enum:
        yield Violation(path, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
    if shape.pattern and not shape.pattern.fullmatch(value):
        pattern = shape.pattern.pattern
        yield Violation(path, f"Member must satisfy regular expression pattern: {pattern}")


def _structure(shape: Shape, value: Record, path: str) -> Iterator[Violation]:
    for name in shape.required:
        if name not in value:
            yield Violation(f"{path}/{name}", "Member must not be null")
    for name, member in shape.members.items():
        # Members that the model doesn't know are ignored, as AWS does; nulls are gone by now.
        if name in value:
            yield from violations_of(member.shape, value[name], f"{path}/{name}")


def _map(shape: Shape, value: Record, path: str) -> Iterator[Violation]:
    for key, item in value.items():
        if shape.key:
            yield from violations_of(shape.key, key, f"{path}/{key}")
        if shape.item:
            yield from violations_of(shape.item, item, f"{path}/{key}")
