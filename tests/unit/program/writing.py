"""Programs for tests: written to a directory, run with a register that remembers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

from ivs_provider import program
from ivs_provider.planning.declaration import Program, Ran, Resource, Unregistered
from ivs_provider.values import Tree

__all__ = ["Book", "head", "loaded", "ran"]

ARN = "arn:aws:ivs:eu-west-1:123456789012:stage/AbCdEf123456"


def head(runtime: str = "yaml") -> str:
    """The first two lines of a project."""
    return f"name: video\nruntime: {runtime}\n"


def loaded(directory: Path, text: str, files: Mapping[str, str] | None = None, *, stack: str = "dev") -> Program:
    """A program in a directory; what is written below its head begins in line 3."""
    (directory / "Pulumi.yaml").write_text(head() + dedent(text))
    for name, content in (files or {}).items():
        (directory / name).parent.mkdir(exist_ok=True, parents=True)
        (directory / name).write_text(dedent(content))
    return program.load(directory, stack, environment={})


@dataclass
class Book:
    """A register: remembers what it took, and answers what it is told to."""

    answers: Callable[[Resource], Tree] = lambda _: {}
    missing: frozenset[str] = frozenset()
    taken: list[Resource] = field(default_factory=list)
    called: list[tuple[str, Tree, str]] = field(default_factory=list)
    answer: Any = field(default_factory=dict)

    def register(self, resource: Resource) -> Tree:
        """Take one."""
        if resource.name in self.missing:
            raise Unregistered
        self.taken.append(resource)
        return self.answers(resource)

    def invoke(self, name: str, arguments: Tree, provider: Any) -> Any:
        """Run a function."""
        self.called.append((name, arguments, provider.name))
        return self.answer

    @property
    def names(self) -> list[str]:
        """Of what was taken, in order."""
        return [resource.name for resource in self.taken]

    def __getitem__(self, name: str) -> Resource:
        return next(resource for resource in self.taken if resource.name == name)


def ran(declared: Program, book: Book | None = None, *, workers: int = 1) -> tuple[Book, Ran]:
    """A run, with the register that it had."""
    book = book or Book()
    return book, declared.run(book.register, book.invoke, workers=workers)
