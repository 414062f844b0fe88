"""Reads a Pulumi program into what it declares: YAML evaluated here, Python run in process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ivs_provider.planning.declaration import Program, Resource
from ivs_provider.program.marks import secret_digest
from ivs_provider.values import Problem

if TYPE_CHECKING:
    from ivs_provider.program.running import YamlProgram

__all__ = ["STACK_VARIABLE", "declared_json", "load", "load_declared", "secret_digest"]

STACK_VARIABLE: Final = "PULUMI_STACK"
"""Names the stack where the command line does not."""


def load(directory: Path, stack: str = "", *, environment: Mapping[str, str]) -> Program:
    """The program of a project, as `ivs_provider.program.loading.load` says."""
    from ivs_provider.program import loading

    return loading.load(directory, stack, environment=environment)


def declared_json(program: Program, check: Callable[[Resource], Iterable[Problem]] = lambda _: ()) -> dict[str, Any]:
    """What a program declares, as `ivs_provider.program.declared.declared_json` says."""
    from ivs_provider.program import declared

    return declared.declared_json(program, check)


def load_declared(text: str) -> YamlProgram:
    """The program that a declaration stands for, as `ivs_provider.program.restricted.load_declared` says."""
    from ivs_provider.program import restricted

    return restricted.load_declared(text)
