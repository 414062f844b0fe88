"""What is left of a YAML program's expressions when all that can be known is known."""

from __future__ import annotations

from typing import Any, TypeAlias, cast

from ivs_provider.program.builtins import BUILTINS, UNSUPPORTED, go_text
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
from ivs_provider.program.interpolation import escaped
from ivs_provider.program.marks import encoded
from ivs_provider.program.running import YamlProgram
from ivs_provider.program.template import Role
from ivs_provider.values import Path, Secret, contains_unknown

__all__ = ["Residue"]

Json: TypeAlias = Any
"""What JSON can say; an expression has any form of it."""


class Residue:
    """The residue of one program, in which every output is unknown.

    Args:
        program: The program.
    """

    def __init__(self, program: YamlProgram) -> None:
        self._template = program.template
        self._evaluation = program.evaluation()
        self._kept = {key for key, written in program.template.resources.items() if written.role is Role.OURS}
        graph, _ = program.plain_graph
        for name in program.names_in_order():
            expression = self._template.variables.get(name)
            if expression is None or isinstance(expression, Invocation) or self._known(expression):
                continue
            if self._kept.intersection(graph[name]):
                self._kept.add(name)

    def inputs(self, key: str, urn: str) -> dict[str, Json]:
        """The inputs of a resource."""
        expression = self._template.resources[key].inputs
        if isinstance(expression, Members):
            entries = ((str(cast("Literal", name).value), value) for name, value in expression.entries)
            return {name: self._left(value, urn, (name,)) for name, value in entries}
        value = self._evaluation.value(expression)
        opened = value.value if isinstance(value, Secret) else value
        members = opened if isinstance(opened, dict) else {}
        return {
            name: encoded(Secret(item) if isinstance(value, Secret) else item, urn, (name,))
            for name, item in members.items()
        }

    def variables(self) -> dict[str, Json]:
        """Variables that others still refer to."""
        kept = ((key, item) for key, item in sorted(self._template.variables.items()) if key in self._kept)
        return {key: self._left(item, "", (key,)) for key, item in kept}

    def outputs(self) -> dict[str, Json]:
        """The stack's outputs."""
        return {key: self._left(item, "", (key,)) for key, item in sorted(self._template.outputs.items())}

    def _known(self, expression: Expression) -> bool:
        return not contains_unknown(self._evaluation.value(expression))

    def _left(self, expression: Expression, urn: str, path: Path) -> Json:
        value = self._evaluation.value(expression)
        kept = any(reference.root in self._kept for reference in references(expression))
        if not kept or (isinstance(expression, Literal | Invocation)) or not contains_unknown(value):
            return encoded(value, urn, path)
        return self._expression(expression, urn, path) or encoded(value, urn, path)

    def _expression(self, expression: Expression, urn: str, path: Path) -> Json:
        """The expression with what is known put in; nothing where it cannot be said."""
        match expression:
            case Reference():
                return str(expression)
            case Text():
                return self._text(expression)
            case Many():
                return [self._left(item, urn, (*path, number)) for number, item in enumerate(expression.items)]
            case Members():
                return self._members(expression, urn, path)
            case Call() if expression.name in BUILTINS and expression.name not in UNSUPPORTED:
                builtin = BUILTINS[expression.name]
                # No place in the inputs is one inside an argument.
                arguments = [self._left(item, "", ()) for item in expression.arguments]
                return {f"fn::{builtin.name}": arguments if builtin.arity > 1 else arguments[0]}
        return None

    def _text(self, text: Text) -> str | None:
        said = ""
        for part in text.parts:
            value = part if isinstance(part, str) else self._evaluation.value(part)
            if not contains_unknown(value) and not isinstance(value, Secret):
                said += escaped(go_text(value))
            elif isinstance(part, Reference) and part.root in self._kept:
                said += str(part)
            else:
                return None
        return said

    def _members(self, members: Members, urn: str, path: Path) -> dict[str, Json] | None:
        keys = [self._evaluation.value(key) for key, _ in members.entries]
        texts = [key for key in keys if isinstance(key, str)]
        if len(texts) != len(keys) or (len(texts) == 1 and texts[0].lower().startswith("fn::")):
            return None
        values = (value for _, value in members.entries)
        return {escaped(key): self._left(value, urn, (*path, key)) for key, value in zip(texts, values, strict=True)}
