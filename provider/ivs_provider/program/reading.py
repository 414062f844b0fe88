"""Nodes to expressions: which texts hold references, which objects call a built-in. Wrong ones are unknown."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable
from typing import Final

from ivs_provider.model.resource_type import PACKAGE
from ivs_provider.planning.declaration import Flaw, Place
from ivs_provider.program.builtins import BUILTINS, UNSUPPORTED
from ivs_provider.program.expression import Call, Expression, Invocation, Literal, Many, Members, Reference
from ivs_provider.program.interpolation import BadText, interpolated
from ivs_provider.program.marks import MARKS
from ivs_provider.program.source import Node
from ivs_provider.resources import registry
from ivs_provider.values import UNKNOWN

__all__ = ["Reader", "close", "listed", "mistyped"]

_SHORT_INVOKE: Final = re.compile(r"[^:]+:[^:]+(:[^:]+)?\Z")
_PREFIX: Final = "fn::"
_RESOURCE_NAMES: Final = ("pulumiresourcename", "pulumiresourcetype")
_LISTED: Final = 12
_COMPARED: Final = 1000
"""With more names than this, only the case of letters is looked at: comparing takes its time."""


def listed(names: Iterable[str]) -> str:
    """Names in order, for a sentence; of many, the first."""
    ordered = sorted(names)
    more = f" and {len(ordered) - _LISTED} more" if len(ordered) > _LISTED else ""
    return (", ".join(ordered[:_LISTED]) or "none") + more


def close(name: str, known: Iterable[str]) -> str:
    """What a wrong name may have meant: the nearest, else all."""
    by_case = {each.lower(): each for each in known}
    exact = [name.lower()] if name.lower() in by_case else []
    near = exact or (difflib.get_close_matches(name.lower(), by_case, n=1) if len(by_case) <= _COMPARED else [])
    return f"did you mean {by_case[near[0]]}?" if near else f"there are {listed(by_case.values())}"


def mistyped(token: str) -> str:
    """Why a type of nobody's is surely a slip; empty where it may be another provider's.

    What is taken for another provider's is left alone, and what it was before is undeclared: a slip must not delete.
    """
    package, colon, rest = token.partition(":")
    names = {kind.name.lower(): kind.name for kind in registry().values()}
    near = difflib.get_close_matches((rest if colon else package).rpartition(":")[2].lower(), names, n=1)
    meant = f"did you mean {PACKAGE}:{names[near[0]]}?" if near else f"write {PACKAGE}:Stage, say"
    if not colon:
        return f"{token} is no type: it names no package; {meant}"
    slipped = near and package != PACKAGE and difflib.get_close_matches(package.lower(), [PACKAGE])
    return f"{token} is no type of {PACKAGE}, and {package} no package that is known here; {meant}" if slipped else ""


class Reader:
    """Reads the expressions of one program, and collects what is wrong with them.

    Args:
        restricted: Whether the program is a stranger's data: no files, no functions of providers, but marks.
    """

    def __init__(self, *, restricted: bool = False) -> None:
        self.flaws: list[Flaw] = []
        self.restricted = restricted

    def flaw(self, place: Place, subject: str, reason: str) -> None:
        """Note one."""
        self.flaws.append(Flaw(place, subject, (), reason))

    def read(self, node: Node, subject: str) -> Expression:
        """The expression that a node is.

        Args:
            node: What is written.
            subject: Whose it is, for flaws.
        """
        if isinstance(node.value, str):
            try:
                return interpolated(node.value, node.place)
            except BadText as bad:
                self.flaw(node.place, subject, str(bad))
                return Literal(UNKNOWN, node.place)
        if isinstance(node.value, list):
            return Many(tuple(self.read(item, subject) for item in node.value), node.place)
        if isinstance(node.value, dict):
            return self._object(node, subject)
        if isinstance(node.value, float) and not math.isfinite(node.value):
            self.flaw(node.place, subject, "is a number without end, for which JSON has no word; quote it")
            return Literal(UNKNOWN, node.place)
        return Literal(node.value, node.place)

    def _object(self, node: Node, subject: str) -> Expression:
        members = node.members
        if len(members) == 1:
            [(key, argument)] = members.items()
            if key.lower().startswith(_PREFIX):
                return self._call(key[len(_PREFIX) :], argument, node.keys[key], subject)
        entries = (
            (self.read(Node(key, node.keys[key]), subject), self.read(item, subject)) for key, item in members.items()
        )
        return Members(tuple(entries), node.place)

    def _call(self, name: str, argument: Node, place: Place, subject: str) -> Expression:
        low = name.lower()
        if low in MARKS and self.restricted:
            return self._mark(MARKS[low], argument, place, subject)
        if low == "invoke" or _SHORT_INVOKE.match(name):
            return self._invocation(name, argument, place, subject)
        if low in UNSUPPORTED:
            return Call(low, (), place)
        if low in _RESOURCE_NAMES:
            return self._of_resource(low, argument, place, subject)
        return self._builtin(name, argument, place, subject)

    def _builtin(self, name: str, argument: Node, place: Place, subject: str) -> Expression:
        builtin = BUILTINS.get(name.lower())
        if builtin is None:
            known = [each.name for each in BUILTINS.values()] + ["invoke"]
            self.flaw(place, subject, f"fn::{name} is no function of Pulumi YAML; {close(name, known)}")
        elif builtin.reads and self.restricted:
            self.flaw(place, subject, f"fn::{name} reads a file, which a declaration may not; make it with ivs declare")
        elif builtin.arity == 1:
            return Call(name.lower(), (self.read(argument, subject),), place)
        elif isinstance(argument.value, list) and len(argument.value) == builtin.arity:
            return Call(name.lower(), tuple(self.read(item, subject) for item in argument.value), place)
        else:
            self.flaw(argument.place, subject, f"fn::{builtin.name} takes a list of {builtin.arity} arguments")
        return Literal(UNKNOWN, place)

    def _mark(self, name: str, argument: Node, place: Place, subject: str) -> Expression:
        if name == "entry" and isinstance(argument.value, list) and len(argument.value) == 2:  # noqa: PLR2004 - a key and a value
            return Call(name, tuple(self.read(item, subject) for item in argument.value), place)
        if name != "entry" and isinstance(argument.value, str):
            return Call(name, (), place)
        self.flaw(place, subject, f"fn::{name} is not as ivs declare writes it; make the file again")
        return Literal(UNKNOWN, place)

    def _of_resource(self, low: str, argument: Node, place: Place, subject: str) -> Expression:
        resource = self.read(argument, subject)
        if isinstance(resource, Reference) and not resource.keys:
            return Call(low, (resource,), place)
        self.flaw(argument.place, subject, "takes a resource: ${name}")
        return Literal(UNKNOWN, place)

    def _invocation(self, name: str, argument: Node, place: Place, subject: str) -> Expression:
        if self.restricted:
            self.flaw(place, subject, "a declaration may not run functions; make it with ivs declare")
            return Literal(UNKNOWN, place)
        members = {key.lower(): node for key, node in argument.members.items()}
        if name.lower() != "invoke":
            members = {"function": Node(name, place), "arguments": argument}
        elif unknown := members.keys() - {"function", "arguments", "options", "return"}:
            known = ("function", "arguments", "options", "return")
            self.flaw(place, subject, f"fn::invoke does not know {listed(unknown)}; {close(min(unknown), known)}")
        function = members.get("function", argument).value
        if not isinstance(function, str):
            self.flaw(place, subject, "fn::invoke needs a function, such as function: ivs:index:getStage")
            return Literal(UNKNOWN, place)
        arguments = members.get("arguments")
        if arguments and arguments.value is not None and not isinstance(arguments.value, dict):
            self.flaw(arguments.place, subject, "the arguments of a function must be an object")
        read = self.read(arguments, subject) if arguments else None
        returned = members.get("return")
        wanted = returned.value if returned and isinstance(returned.value, str) else ""
        options = members.get("options")
        provider, after = self._invoke_options(options, subject) if options else (None, ())
        inner = read if isinstance(read, Members) else Members((), place)
        return Invocation(_function_name(function), inner, wanted, provider, after, place)

    def _invoke_options(self, node: Node, subject: str) -> tuple[Reference | None, tuple[Expression, ...]]:
        provider: Reference | None = None
        after: list[Expression] = []
        known = ("dependsOn", "parent", "pluginDownloadURL", "provider", "version")
        for key, item in node.members.items():
            read = self.read(item, subject)
            if key.lower() == "provider" and isinstance(read, Reference):
                provider = read
            elif key.lower() in ("dependson", "parent", "provider"):
                after.append(read)
            elif key.lower() not in ("version", "plugindownloadurl"):
                self.flaw(node.keys[key], subject, f"{key} is no option of a function; {close(key, known)}")
        return provider, tuple(after)


def _function_name(token: str) -> str:
    """The name of a function of ours, however its token is written; the token of any other."""
    package, _, rest = token.partition(":")
    return rest.rpartition(":")[2] if package == PACKAGE else token
