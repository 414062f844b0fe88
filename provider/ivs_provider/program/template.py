"""A Pulumi YAML document to what it declares, by name: resources, variables, outputs. Nothing is evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Final

from ivs_provider.model.resource_type import PACKAGE, ResourceType
from ivs_provider.planning.declaration import Flaw, Place
from ivs_provider.program.expression import Expression, Literal, Members
from ivs_provider.program.options import WrittenOptions, read_options
from ivs_provider.program.reading import Reader, close, listed, mistyped
from ivs_provider.program.source import Node
from ivs_provider.resources import registry
from ivs_provider.values import Path

__all__ = ["RESERVED", "Role", "Template", "Written", "read_place", "read_template"]

RESERVED: Final = "pulumi"
"""The name that stands for what Pulumi says of the run."""
_PROVIDERS: Final = "pulumi:providers:"
_FIELDS: Final = ("defaultProvider", "get", "name", "options", "properties", "type")
_OF_DECLARATIONS: Final = ("chain", "place")


class Role(Enum):
    """What a resource is to us."""

    OURS = "ours"
    READ = "read"
    """Of one of our types, and only looked at (``get``)."""
    PROVIDER = "provider"
    """Settings under which ours are reached."""
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One resource as the program writes it.

    Args:
        key: Its name in the program.
        name: Its logical name.
        role: What it is to us.
        token: Its type; ours as Pulumi writes it in URNs.
        inputs: Its properties; of a resource that is only read, its id.
        place: Where it is declared.
        places: Where its properties stand.
        options: Its options.
        default: Whether it is the provider of all that name none.
        chain: Types of its parents, in a declaration.
    """

    key: str
    name: str
    role: Role
    token: str
    inputs: Expression
    place: Place
    places: Mapping[Path, Place] = field(default_factory=dict)
    options: WrittenOptions = field(default_factory=WrittenOptions)
    default: bool = False
    chain: str = ""

    @property
    def kind(self) -> ResourceType:
        """Its type; only of what is ours or read."""
        return registry()[self.token]


@dataclass
class Template:
    """All that a document declares."""

    resources: dict[str, Written] = field(default_factory=dict)
    variables: dict[str, Expression] = field(default_factory=dict)
    outputs: dict[str, Expression] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)

    @cached_property
    def default(self) -> str:
        """The explicit provider that is everybody's who names none; empty where there is none."""
        return next((key for key, each in self.resources.items() if each.default), "")


def read_template(document: Node, *, restricted: bool = False) -> Template:
    """What a document declares, with what is wrong in it.

    Args:
        document: The whole.
        restricted: Whether it is a declaration of ``ivs declare``: a stranger's data.
    """
    reader = Reader(restricted=restricted)
    made = Template(flaws=reader.flaws)
    sections = {key.lower(): node for key, node in document.members.items()}
    if "components" in sections:
        reader.flaw(sections["components"].place, "", "components are for plugins; a program cannot have them")
    resources = _section(sections, "resources", reader)
    made.resources = {key: _resource(key, node, resources.keys[key], reader) for key, node in resources.members.items()}
    variables = _section(sections, "variables", reader)
    made.variables = {key: reader.read(node, key) for key, node in variables.members.items()}
    outputs = _section(sections, "outputs", reader)
    made.outputs = {key: reader.read(node, key) for key, node in outputs.members.items()}
    for key in made.variables.keys() & made.resources.keys():
        reader.flaw(variables.keys[key], key, "is a resource and a variable; rename one")
    for key in {RESERVED} & (made.variables.keys() | made.resources.keys()):
        reader.flaw(
            {**variables.keys, **resources.keys}[key], key, "is a name that Pulumi keeps for itself; choose another"
        )
    return made


def _section(sections: Mapping[str, Node], name: str, reader: Reader) -> Node:
    node = sections.get(name)
    if node and node.value is not None and not isinstance(node.value, dict):
        reader.flaw(node.place, "", f"{name} must be an object")
    empty = Node({}, node.place if node else Place(""))
    return node if node and isinstance(node.value, dict) else empty


def _resource(key: str, node: Node, place: Place, reader: Reader) -> Written:
    members = _members(key, node, reader)
    role, token = _role(key, members, place, reader)
    # What is not ours is not judged: only its references count.
    reading = Reader() if role is Role.FOREIGN else reader
    properties = members.get("properties", Node({}, place))
    got = members.get("get")
    if role is Role.OURS and got:
        role = Role.READ
    inputs = _inputs(got.members.get("id", got), reading, key) if got else _inputs(properties, reading, key)
    return Written(
        key=key,
        name=_text(members, "name", key, reader) or key,
        role=role,
        token=token,
        inputs=inputs,
        place=_told_place(members) or place,
        places=dict(properties.places()),
        options=read_options(members["options"], reading, key) if "options" in members else WrittenOptions(),
        default=_default(members, role, key, reader),
        chain=_text(members, "chain", key, reader),
    )


def _members(key: str, node: Node, reader: Reader) -> dict[str, Node]:
    if not isinstance(node.value, dict):
        reader.flaw(node.place, key, "a resource must be an object with type and properties")
    known = (*_FIELDS, *(_OF_DECLARATIONS if reader.restricted else ()))
    by_name = {name.lower(): name for name in known}
    found: dict[str, Node] = {}
    for said, item in node.members.items():
        name = by_name.get(said.lower())
        if name:
            found[name] = item
        else:
            hint = "it is an option" if said in ("dependsOn", "protect", "parent", "provider") else close(said, _FIELDS)
            reader.flaw(node.keys[said], key, f"a resource has no {said}; {hint}")
    return found


def _role(key: str, members: Mapping[str, Node], place: Place, reader: Reader) -> tuple[Role, str]:
    """What a resource is, and its type as URNs have it; what has no type that we know is not ours."""
    token = _text(members, "type", key, reader)
    if not token:
        reader.flaw(place, key, "has no type; write type: ivs:index:Stage, say")
    if token == f"{_PROVIDERS}{PACKAGE}":
        return Role.PROVIDER, token
    package, _, rest = token.partition(":")
    if package != PACKAGE:
        if token and (slip := mistyped(token)):
            reader.flaw(members["type"].place, key, slip)
        return Role.FOREIGN, token
    module, _, name = rest.rpartition(":")
    known = f"{PACKAGE}:index:{name}"
    if known in registry() and module in ("", "index", f"index/{name[:1].lower()}{name[1:]}"):
        return Role.OURS, known
    hint = close(name, (kind.name for kind in registry().values()))
    if not hint.startswith("did"):
        hint = f"there are {listed(registry())}"
    reader.flaw(members["type"].place, key, f"{token} is no type of {PACKAGE}; {hint}")
    return Role.FOREIGN, token


def _inputs(node: Node, reader: Reader, subject: str) -> Expression:
    """Properties: a key at the top is a key, whatever it looks like."""
    if not isinstance(node.value, dict):
        return reader.read(node, subject)
    entries = tuple((Literal(key, node.keys[key]), reader.read(item, subject)) for key, item in node.members.items())
    return Members(entries, node.place)


def _text(members: Mapping[str, Node], name: str, subject: str, reader: Reader) -> str:
    node = members.get(name)
    if node is None or node.value is None:
        return ""
    if isinstance(node.value, str) and "${" not in node.value:
        return node.value
    reader.flaw(node.place, subject, f"{name} must be a text, written out")
    return ""


def _default(members: Mapping[str, Node], role: Role, subject: str, reader: Reader) -> bool:
    node = members.get("defaultProvider")
    if node and (role is Role.OURS or not isinstance(node.value, bool)):
        reader.flaw(node.place, subject, "defaultProvider is true or false, and only a provider has it")
    return bool(node and node.value is True and role is Role.PROVIDER)


def _told_place(members: Mapping[str, Node]) -> Place | None:
    """Where the program that a declaration was made from says it."""
    told = members["place"].value if "place" in members else None
    return read_place(told) if isinstance(told, str) else None


def read_place(told: str) -> Place:
    """The place that a text means, as places are written."""
    file, _, rest = told.partition(":")
    line, _, column = rest.partition(":")
    return Place(file, int(line or 0), int(column or 0))
