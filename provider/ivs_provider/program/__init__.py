"""Reads a Pulumi program into what it declares: YAML evaluated here, Python run in process."""

from __future__ import annotations

from ivs_provider.program.declared import declared_json
from ivs_provider.program.loading import load
from ivs_provider.program.marks import secret_digest
from ivs_provider.program.restricted import load_declared

__all__ = ["declared_json", "load", "load_declared", "secret_digest"]
