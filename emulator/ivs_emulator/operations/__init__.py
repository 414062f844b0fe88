"""The operations that are implemented, one small module per kind of resource.

A new group of operations is a module with an `OPERATIONS` table, named in `GROUPS`; nothing else changes.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ivs_emulator.call import Implementation
from ivs_emulator.operations import (
    channel,
    composition,
    encoder_configuration,
    ingest_configuration,
    participant,
    public_key,
    replication,
    stage,
    storage_configuration,
    tagging,
    tokens,
)

GROUPS: Final = (
    stage,
    storage_configuration,
    encoder_configuration,
    ingest_configuration,
    public_key,
    composition,
    participant,
    replication,
    tokens,
    channel,
    tagging,
)
"""The modules that hold operations."""

OPERATIONS: Final[Mapping[str, Implementation]] = MappingProxyType(
    {name: operation for group in GROUPS for name, operation in group.OPERATIONS.items()},
)
"""Every implemented operation by its name; the model's others are answered with 501."""
