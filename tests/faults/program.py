"""Programs of the campaign: what is declared, and how an edit of it looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ivs_provider.config import Settings
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.resources import registry
from ivs_provider.values import Secret

__all__ = ["ORDER", "PROJECT", "STACK", "Declaration", "Program", "Ref", "Verb", "kind_of", "resolved", "urn_of"]

PROJECT, STACK = "video", "dev"
ORDER = ("StorageConfiguration", "EncoderConfiguration", "PublicKey", "Stage", "IngestConfiguration")
"""A resource refers only to one of a type before its own."""


class Verb(Enum):
    """What a program is given to."""

    UP = "pulumi up"
    APPLY = "ivs apply --yes"
    PRUNE = "ivs apply --yes --prune"
    FILE = "ivs plan --out FILE; ivs apply FILE"
    DESTROY = "ivs destroy --yes"


@dataclass(frozen=True)
class Ref:
    """The ARN of another resource of the program."""

    name: str


@dataclass(frozen=True)
class Declaration:
    """One resource of a program, with the resource options that matter here."""

    name: str
    kind: str
    inputs: dict[str, Any] = field(hash=False)
    aliases: tuple[str, ...] = ()
    retain: bool = False
    delete_first: bool = False
    timeout: float = 0.0
    replace_on: tuple[str, ...] = ()
    """Members whose change replaces it (``replaceOnChanges``); the model of the engine does not know them."""


@dataclass(frozen=True)
class Program:
    """What one `pulumi up` runs: resources in the order of their dependencies, and the provider's settings."""

    resources: tuple[Declaration, ...]
    settings: Settings

    def named(self, name: str) -> Declaration | None:
        """The declaration of that name."""
        return next((each for each in self.resources if each.name == name), None)


def kind_of(name: str) -> ResourceType:
    """The resource type of a bare name."""
    return registry()[f"ivs:index:{name}"]


def urn_of(kind: str, name: str) -> str:
    """The URN of a resource."""
    return f"urn:pulumi:{STACK}::{PROJECT}::ivs:index:{kind}::{name}"


def resolved(value: Any, arns: dict[str, str]) -> Any:
    """The same tree with an ARN for each reference."""
    if isinstance(value, Ref):
        return arns[value.name]
    if isinstance(value, Secret):
        return Secret(resolved(value.value, arns))
    if isinstance(value, dict):
        return {key: resolved(each, arns) for key, each in value.items()}
    if isinstance(value, list):
        return [resolved(each, arns) for each in value]
    return value
