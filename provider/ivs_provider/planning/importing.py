"""What exists and is nobody's, put into the words of a program: names, references, remarks. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ivs_provider.errors import Rejected
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.planning.holdings import name_of, region_of, stack_of
from ivs_provider.planning.survey import Listed
from ivs_provider.reconcile.reconciler import Found
from ivs_provider.values import Secret, Tree, Value

__all__ = ["Imported", "chosen", "imported", "named"]

_NO_NAME: Final = re.compile(r"[^A-Za-z0-9_-]+")
_RESERVED: Final = "pulumi"
"""A name that Pulumi's YAML keeps for itself (``${pulumi.stack}``)."""
_FUNCTION: Final = "fn::"


@dataclass(frozen=True, slots=True)
class Imported:
    """A resource as a Pulumi YAML program declares it.

    Args:
        name: Its logical name, unique among all.
        kind: Its type.
        arn: What it is imported by.
        properties: In Pulumi's YAML: references as expressions, everything else escaped.
        remarks: What could not be written, and what to do; one line each.
    """

    name: str
    kind: ResourceType
    arn: str
    properties: Tree
    remarks: tuple[str, ...]


def chosen(listed: Sequence[Listed], arns: Sequence[str], region: str) -> list[Listed]:
    """The resources with these ARNs.

    Args:
        listed: What is there.
        arns: Of what is wanted.
        region: Where it was listed.

    Raises:
        Rejected: Any of them does not exist here, or is a stack's: all of them at once.
    """
    by_arn = {each.arn: each for each in listed}
    wrong = [f"{arn} {_why_not(arn, region)}" for arn in arns if arn not in by_arn]
    wrong += [
        f"{arn} is owned by stack {stack_of(by_arn[arn])}" for arn in arns if arn in by_arn and stack_of(by_arn[arn])
    ]
    if wrong:
        raise Rejected(
            "; ".join(wrong), "Correct these, or leave them out: only what exists and is nobody's can be imported."
        )
    return [by_arn[arn] for arn in dict.fromkeys(arns)]


def _why_not(arn: str, region: str) -> str:
    theirs = region_of(arn)
    if not theirs:
        return "is no ARN of Amazon IVS"
    if theirs != region:
        return f"is in {theirs}; here is {region} (say --region {theirs})"
    return "does not exist in this account and region"


def named(listed: Iterable[Listed]) -> dict[str, str]:
    """A logical name for each ARN: valid in a program, unique, the same at every run."""
    names: dict[str, str] = {}
    taken = {_RESERVED}
    for each in listed:
        wanted = _valid(each)
        name, number = wanted, 1
        while name in taken:
            number += 1
            name = f"{wanted}-{number}"
        taken.add(name)
        names[each.arn] = name
    return names


def imported(found: Iterable[tuple[Listed, Found]], names: Mapping[str, str]) -> list[Imported]:
    """Each resource as a program declares it, the imported ones referring to each other.

    Args:
        found: The resources, in the order of the program.
        names: Logical names by ARN.
    """
    return [_imported(listed, each, names) for listed, each in found]


def _imported(listed: Listed, found: Found, names: Mapping[str, str]) -> Imported:
    kind, remarks, properties = listed.kind, list(_never_told(listed.kind, found)), {}
    for name, value in found.inputs.items():
        if reason := _unwritable(value):
            remarks.append(f"{name}: left out, {reason}")
        else:
            properties[name] = _written(value, names)
    return Imported(names[listed.arn], kind, listed.arn, properties, tuple(remarks))


def _never_told(kind: ResourceType, found: Found) -> Iterator[str]:
    for name, shape in kind.shape.inputs().items():
        if shape.flag("writeOnly") and name not in found.inputs:
            yield f"{name}: AWS never returns it; if it was set, set it here"


def _unwritable(value: Value) -> str:
    """Why a value cannot stand in a program's text; empty where it can."""
    if isinstance(value, Secret):
        return "since it is secret: set it from configuration (pulumi config set --secret)"
    if isinstance(value, dict) and any(key.lower().startswith(_FUNCTION) for key in value):
        return f"since Pulumi's YAML takes a key that begins with {_FUNCTION} for a function"
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next(filter(None, map(_unwritable, below)), "")


def _written(value: Value, names: Mapping[str, str]) -> Value:
    if isinstance(value, dict):
        return {_escaped(key): _written(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_written(item, names) for item in value]
    if not isinstance(value, str):
        return value
    return f"${{{names[value]}.arn}}" if value in names else _escaped(value)


def _escaped(text: str) -> str:
    """The text as Pulumi's YAML reads it back: ``${`` begins an expression, ``$$`` is one dollar."""
    return text.replace("$", "$$") if "${" in text or "$$" in text else text


def _valid(listed: Listed) -> str:
    name = _NO_NAME.sub("-", name_of(listed)).strip("-")
    if not name:
        return listed.kind.arn_kind
    return name if name[0].isalpha() else f"{listed.kind.arn_kind}-{name}"
