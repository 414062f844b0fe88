"""Reads a Pulumi program into what it declares: YAML evaluated here, Python run in process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ivs_provider.program.marks import secret_digest
from ivs_provider.reconcile.declaration import Program

__all__ = ["declared_json", "load", "load_declared", "secret_digest"]


def load(directory: Path, stack: str = "", *, environment: Mapping[str, str]) -> Program:
    """The program of a project, as `ivs_provider.program.loading.load` says."""
    from ivs_provider.program import loading

    return loading.load(directory, stack, environment=environment)


def declared_json(program: Program) -> dict[str, Any]:
    """What a program declares, as `ivs_provider.program.declared.declared_json` says."""
    from ivs_provider.program import declared

    return declared.declared_json(program)


def load_declared(text: str) -> Program:
    """The program that a declaration stands for, as `ivs_provider.program.restricted.load_declared` says."""
    from ivs_provider.program import restricted

    return restricted.load_declared(text)
