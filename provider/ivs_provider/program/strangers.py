"""What holds for a stranger's expressions alone: they see no secret, and mean nothing of any size."""

from __future__ import annotations

from ivs_provider.values import UNKNOWN, Secret, Value

__all__ = ["veiled"]


def veiled(value: Value) -> Value:
    """The same tree with every secret unknown.

    A mask at the end would not do: from a secret that a stranger's expressions may compute with, they can make parts
    whose digests can be guessed, and errors and differences that tell of it, one bit each.
    """
    if isinstance(value, Secret):
        return Secret(UNKNOWN)
    if isinstance(value, dict):
        return {key: veiled(item) for key, item in value.items()}
    return [veiled(item) for item in value] if isinstance(value, list) else value
