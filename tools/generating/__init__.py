"""What is generated from ``schemas/`` and the registry: one module for each kind of file."""

from __future__ import annotations

__all__ = ["NOTE"]

NOTE = "generated; edit schemas/ (or what this page says it is made from), then `make generate`"
"""Stands in every generated file that can hold a remark; by it, a file that is left over is known."""
