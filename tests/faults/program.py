"""Programs of the campaign: what is declared, and how an edit of it looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ivs_provider.config import Settings
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.resources import registry
from ivs_provider.values import Secret

__all__ = ["ORDER", "Declaration", "Program", "Ref", "kind_of", "resolved", "urn_of"]

PROJECT, STACK = "video", "dev"
ORDER = ("StorageConfiguration", "EncoderConfiguration", "PublicKey", "Stage", "IngestConfiguration")
"""A resource refers only to one of a type before its own."""


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
