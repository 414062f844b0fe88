"""What is wrong with references before anything is evaluated: names that nothing has, members that cannot exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from ivs_provider.model import schema
from ivs_provider.model.schema import JsonObject, Shape
from ivs_provider.planning.declaration import Flaw
from ivs_provider.program.expression import (
    Call,
    Expression,
    Invocation,
    Literal,
    Many,
    Members,
    Reference,
    Text,
    references,
)
from ivs_provider.program.reading import close
from ivs_provider.program.template import RESERVED, Role, Template, Written
from ivs_provider.values import Path

__all__ = ["PULUMI", "called", "functions", "reference_flaws", "wanted"]

PULUMI = ("cwd", "organization", "project", "rootDirectory", "stack")
"""What Pulumi says of a run."""


_DEEPEST: Final = 50
"""So many variables are followed one after the other."""


@cache
def functions() -> Mapping[str, JsonObject]:
    """The declaration of each function of ours, by its name."""
    return {name: each for group in schema.FUNCTION_GROUPS for name, each in schema.load_functions(group).items()}


def reference_flaws(template: Template, configured: Iterable[str], *, open_names: bool) -> Iterator[Flaw]:
    """What is wrong with the references of a program.

    Args:
        template: The program.
        configured: Names that configuration has.
        open_names: Whether there may be configuration that nobody knows here.
    """
    checking = _Checking(template, frozenset(configured), open_names=open_names)
    for subject, expression in _expressions(template):
        for reference in references(expression):
            reason = checking.reference(reference)
            if reason:
                yield Flaw(reference.place, subject, (), reason)
        yield from checking.invocations(subject, expression)


def called(template: Template) -> frozenset[str]:
    """Names of the functions that the program calls, whether or not they can be run."""
    return frozenset(each.function for _, expression in _expressions(template) for each in _invocations(expression))


def wanted(template: Template) -> Mapping[str, frozenset[str]]:
    """Which outputs of each resource the program refers to."""
    found: dict[str, set[str]] = {}
    for _, expression in _values(template):
        for reference in references(expression):
            written = template.resources.get(reference.root)
            if written and written.role is Role.OURS:
                found.setdefault(reference.root, set()).update(_outputs(written, reference.keys))
    return {key: frozenset(names) for key, names in found.items()}


def _outputs(written: Written, keys: Path) -> Iterable[str]:
    if not keys:
        return _readable(written.kind.shape)
    name = {"id": "arn"}.get(str(keys[0]), str(keys[0]))
    return (name,) if name in _readable(written.kind.shape) else ()


def _readable(shape: Shape) -> Mapping[str, Shape]:
    return {**shape.inputs(), **shape.outputs()}


def _values(template: Template) -> Iterator[tuple[str, Expression]]:
    """All expressions whose values count, by whose they are."""
    for key, written in template.resources.items():
        yield key, written.inputs
    yield from template.variables.items()
    yield from template.outputs.items()


def _expressions(template: Template) -> Iterator[tuple[str, Expression]]:
    yield from _values(template)
    for key, written in template.resources.items():
        for expression in written.options.expressions():
            yield key, expression


class _Checking:
    """Follows references as far as they can be followed without evaluating."""

    def __init__(self, template: Template, configured: frozenset[str], *, open_names: bool) -> None:
        self._template = template
        self._configured = configured
        self._open = open_names

    def reference(self, reference: Reference, said: str = "", depth: int = 0) -> str:
        """What is wrong with one; empty where nothing is."""
        template, root, keys = self._template, reference.root, reference.keys
        said = said or str(reference)
        if root == RESERVED:
            good = keys[:1] and keys[0] in PULUMI
            return "" if good else f"{said} is not known; {close(str(keys[0]) if keys else '', PULUMI)}"
        if root in template.resources:
            return self._resource(template.resources[root], keys, said)
        if root in self._configured or self._open:
            return ""
        if root in template.variables:
            # A variable that refers to itself is a cycle, which is told elsewhere.
            return self._static(template.variables[root], keys, said, depth) if depth < _DEEPEST else ""
        known = {*template.resources, *template.variables, *(name for name in self._configured if ":" not in name)}
        return f"nothing is called {root}; {close(root, known)}"

    def invocations(self, subject: str, expression: Expression) -> Iterator[Flaw]:
        """What is wrong with the functions that an expression names."""
        for each in _invocations(expression):
            if ":" in each.function:
                continue
            declared = functions().get(each.function)
            if declared is None:
                reason = f"ivs has no function {each.function}; {close(each.function, functions())}"
                yield Flaw(each.place, subject, (), reason)
            elif each.returned and each.returned not in declared["result"]["properties"]:
                answered = declared["result"]["properties"]
                yield Flaw(
                    each.place,
                    subject,
                    (),
                    f"{each.function} answers no {each.returned}; {close(each.returned, answered)}",
                )

    def _resource(self, written: Written, keys: Path, said: str) -> str:
        if written.role in (Role.FOREIGN, Role.PROVIDER) or not keys or keys[0] in ("id", "urn"):
            return ""
        first, *rest = keys
        known = _readable(written.kind.shape)
        if first not in known:
            return f"{said} is not known: {written.kind.name} has no {first}; {close(str(first), known)}"
        return _along(known[str(first)], tuple(rest), said)

    def _static(self, expression: Expression, keys: Path, said: str, depth: int) -> str:
        """Follows keys through what is written out."""
        for number, key in enumerate(keys):
            onward = _below(expression, key)
            if isinstance(onward, str):
                return onward and f"{said} is not known: {onward}"
            if onward is None:
                return self._onward(expression, keys[number:], said, depth)
            expression = onward
        return ""

    def _onward(self, expression: Expression, keys: Path, said: str, depth: int) -> str:
        """Follows keys to another name, or into what a function answers."""
        if isinstance(expression, Reference):
            return self.reference(
                Reference(expression.root, (*expression.keys, *keys), expression.place), said, depth + 1
            )
        if isinstance(expression, Invocation) and expression.function in functions():
            returned = (expression.returned,) if expression.returned else ()
            return _along(_result(expression.function), (*returned, *keys), said)
        return ""


def _below(expression: Expression, key: str | int) -> Expression | str | None:
    """What stands at a key of what is written out; what is wrong with the key; `None` where nothing is written out."""
    match expression:
        case Members() if all(isinstance(each, Literal) for each, _ in expression.entries):
            members = {str(each.value): item for each, item in expression.entries if isinstance(each, Literal)}
            return members.get(str(key)) or f"there is no {key}; {close(str(key), members)}"
        case Many():
            inside = isinstance(key, int) and key < len(expression.items)
            return expression.items[int(key)] if inside else f"a list of {len(expression.items)} has no {_shown(key)}"
        case Text() | Literal(value=bool() | int() | float() | str()):
            return f"a plain value has no {_shown(key)}"
    return None


@cache
def _result(function: str) -> Shape:
    return schema.shape_of(functions()[function]["result"])


def _along(shape: Shape, keys: Path, said: str) -> str:
    """Follows keys through a schema."""
    for key in keys:
        if isinstance(key, str) and shape.properties and key not in shape.properties:
            return f"{said} is not known: there is no {key}; {close(key, shape.properties)}"
        onward = shape.member(key)
        if onward is None:
            what = (
                "a list, an element is [0]"
                if shape.items
                else "a plain value"
                if shape.type != "object"
                else "an object"
            )
            return f"{said} is not known: what has no {_shown(key)} is {what}" if shape.type != "object" else ""
        shape = onward
    return ""


def _shown(key: str | int) -> str:
    return f"[{key}]" if isinstance(key, int) else key


def _invocations(expression: Expression) -> Iterator[Invocation]:
    match expression:
        case Invocation():
            yield expression
            yield from _invocations(expression.arguments)
        case Members():
            for _, item in expression.entries:
                yield from _invocations(item)
        case Many():
            for item in expression.items:
                yield from _invocations(item)
        case Call():
            for item in expression.arguments:
                yield from _invocations(item)
        case _:
            pass
