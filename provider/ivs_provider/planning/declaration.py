"""What a program declares, in the words of the reconciler: resources with their options, and what is wrong with them.

A program is run against a *register*: each resource is handed over when everything that it refers to has been, and is
answered with its outputs, unknown where they cannot be known yet. So planning, checking and applying see programs in
the same way, whatever language they are written in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeAlias

from ivs_provider.model.resource_type import ResourceType
from ivs_provider.values import Declared, Path, Problem, Tree, format_path

__all__ = [
    "BadProgram",
    "Flaw",
    "Foreign",
    "Invoke",
    "Options",
    "Place",
    "Program",
    "ProviderArguments",
    "Ran",
    "Register",
    "Resource",
    "Unregistered",
    "misnamed",
    "parent_of_types",
    "urn_of",
]

_LONGEST: Final = 100
_NAME: Final = re.compile(rf"[A-Za-z0-9_.-]{{1,{_LONGEST}}}", re.ASCII)
"""Names of projects and stacks (Pulumi, ``ValidateProjectName`` and ``ParseStackName``)."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands in a program; line and column count from 1, 0 where they are not known."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """As compilers write it."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a program, where, and what to do about it.

    Args:
        place: Where it stands.
        subject: The resource, variable or output; empty for the program as a whole.
        path: The place inside it.
        reason: What is wrong, and what to do.
    """

    place: Place | None
    subject: str
    path: Path
    reason: str

    def __str__(self) -> str:
        """One line: place, subject, path, reason."""
        parts = (str(self.place or ""), self.subject, format_path(self.path), self.reason)
        return ": ".join(part for part in parts if part)


class BadProgram(Exception):
    """A program that cannot be planned: every flaw of it.

    Args:
        flaws: What is wrong; at least one.
        what: What that means, in a few words.
    """

    def __init__(self, flaws: Iterable[Flaw], what: str = "the program cannot be used") -> None:
        """Keep them in the order of their places."""
        self.what = what
        ordered = sorted(set(flaws), key=lambda flaw: (flaw.place or Place(""), flaw.subject, str(flaw)))
        super().__init__("\n".join(map(str, ordered)))
        self.flaws = tuple(ordered)


class Unregistered(Exception):
    """Raised by a register: this resource cannot be had, so that nothing that needs it can be registered either."""


@dataclass(frozen=True, slots=True)
class ProviderArguments:
    """The configuration of one provider: the default one's name is empty.

    Args:
        name: Logical name of the explicit provider resource.
        arguments: Its typed arguments (`ivs_provider.config.typed`); may hold unknowns and secrets.
        place: Where the program declares it.
        places: Where single arguments stand.
    """

    name: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = field(default=None, compare=False)
    places: Mapping[Path, Place] = field(default_factory=dict, compare=False)

    def flaw(self, problem: Problem) -> Flaw:
        """A problem of an argument, with the nearest place that the program has for it."""
        place = _nearest(self.places, problem.path) or self.place
        return Flaw(place, self.name or "configuration ivs", problem.path, problem.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a program says about how its resource is treated. Names are Pulumi's."""

    depends_on: frozenset[str] = frozenset()
    """URNs of all that must come first: named, referred to, or parents."""
    protect: bool = False
    ignore_changes: tuple[Path, ...] = ()
    replace_on_changes: tuple[Path, ...] = ()
    delete_before_replace: bool = False
    retain_on_delete: bool = False
    aliases: tuple[str, ...] = ()
    """URNs that the resource had before."""
    import_id: str = ""
    """ARN of an existing resource that the program takes over (``import``)."""
    timeouts: Mapping[str, float] = field(default_factory=dict)
    """Seconds for ``create``, ``update`` and ``delete``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource of ours that a program declares.

    Args:
        urn: Pulumi's whole URN.
        kind: Its type.
        declared: Its inputs as written; may hold unknowns and secrets.
        options: How it is treated.
        provider: Through which settings it is reached.
        place: Where the program declares it.
        places: Where single inputs stand.
        digests: Of secrets that are declared and whose values are not here (`secrecy.digest`), by their place.
        strange: Whether a stranger declares it: what it calls no secret may still be one.
        wanted: Output members that the program refers to elsewhere; ``None`` where that is not known.
    """

    urn: str
    kind: ResourceType
    declared: Declared
    options: Options = field(default_factory=Options)
    provider: ProviderArguments = field(default_factory=ProviderArguments)
    place: Place | None = None
    places: Mapping[Path, Place] = field(default_factory=dict)
    digests: Mapping[Path, str] = field(default_factory=dict)
    strange: bool = False
    wanted: frozenset[str] | None = frozenset()

    @property
    def name(self) -> str:
        """The logical name."""
        return self.urn.split("::", 3)[-1]

    def flaw(self, problem: Problem) -> Flaw:
        """A problem of an input, with the nearest place that the program has for it."""
        place = _nearest(self.places, problem.path) or self.place
        return Flaw(place, self.name, problem.path, problem.reason)


def _nearest(places: Mapping[Path, Place], path: Path) -> Place | None:
    above = (places.get(path[:depth]) for depth in range(len(path), 0, -1))
    return next(filter(None, above), None)


@dataclass(frozen=True, slots=True)
class Foreign:
    """A resource of another provider: not ours, and left alone."""

    type: str
    name: str
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What came of running a program, besides what was registered.

    Args:
        outputs: The stack's outputs; may hold unknowns and secrets.
        foreign: Resources of other providers.
        notes: What could not be known here and why, one line each.
        flaws: What is wrong with the program.
        functions: Names of the functions that it calls, whether or not they could be run.
    """

    outputs: Tree = field(default_factory=dict)
    foreign: tuple[Foreign, ...] = ()
    notes: tuple[str, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    functions: frozenset[str] = frozenset()


Register: TypeAlias = Callable[[Resource], Tree]
"""Takes a resource, answers its outputs: members that it leaves out are unknown. May raise `Unregistered`. Called from
several threads where the program is run by several."""

Invoke: TypeAlias = Callable[[str, Tree, ProviderArguments], "Tree | list[Problem]"]
"""Runs a function by its name (``getStage``) with arguments: its result, or what is wrong with them."""


class Program(Protocol):
    """A program that has been read."""

    @property
    def project(self) -> str:
        """Name of the project."""
        ...

    @property
    def stack(self) -> str:
        """Name of the stack, without project or organisation."""
        ...

    @property
    def provider(self) -> ProviderArguments:
        """The default provider: what the stack's configuration says under ``ivs:``."""
        ...

    def run(self, register: Register, invoke: Invoke, *, workers: int = 1) -> Ran:
        """Evaluate it, registering each resource after all that it refers to.

        Args:
            register: Who takes the resources.
            invoke: Who runs functions.
            workers: How many resources may be registered at once; 1 registers in an order that does not depend on
                the order of declarations.
        """
        ...


def misnamed(what: str, name: str, place: Place | None = None) -> list[Flaw]:
    """What Pulumi refuses of a name.

    Args:
        what: Whose name it is: of a project or a stack.
        name: The name.
        place: Where it stands.
    """
    if _NAME.fullmatch(name):
        return []
    shown = repr(name) if len(name) <= _LONGEST else f"of {len(name)} characters"
    rule = f"letters, digits, -, _ and . alone, at most {_LONGEST} of them"
    return [Flaw(place, "", (), f"the name {shown} is none that Pulumi takes for a {what}; choose one of {rule}")]


def urn_of(stack: str, project: str, token: str, name: str, parent: str = "") -> str:
    """Pulumi's URN of a resource; the type chain leaves out the stack itself.

    Args:
        stack: Name of the stack.
        project: Name of the project.
        token: Type of the resource.
        name: Its logical name.
        parent: URN of its parent; empty where that is the stack.
    """
    chain = f"{parent.split('::', 3)[2]}$" if parent else ""
    return f"urn:pulumi:{stack}::{project}::{chain}{token}::{name}"


def parent_of_types(chain: str) -> str:
    """What stands for the URN of a parent of which only the types are known; empty where there is none."""
    return f"::::{chain}::" if chain else ""
