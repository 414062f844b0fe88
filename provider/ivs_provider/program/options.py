"""Resource options as written: what must be a plain value is checked here, the rest are expressions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ivs_provider.planning.declaration import Place
from ivs_provider.program.expression import Expression, Literal, Many, Reference
from ivs_provider.program.reading import Reader, close
from ivs_provider.program.source import Node
from ivs_provider.values import Path, parse_path

__all__ = ["WrittenOptions", "read_options", "seconds_of"]

_WITHOUT_EFFECT: Final = (
    "additionalSecretOutputs",
    "envVarMappings",
    "hideDiffs",
    "pluginDownloadURL",
    "providers",
    "version",
)
"""What only the engine or plugins of Pulumi heed."""
_UNSUPPORTED: Final = ("deletedWith", "replaceWith", "replacementTrigger")
_TIMEOUTS: Final = ("create", "update", "delete", "read")
_UNITS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION: Final = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")


@dataclass(slots=True)
class WrittenOptions:
    """The options of one resource; ``None`` where the program says nothing."""

    depends_on: tuple[Expression, ...] = ()
    parent: Reference | None = None
    provider: Reference | None = None
    protect: Expression | None = None
    aliases: tuple[Expression, ...] = ()
    timeouts: Mapping[str, Expression] = field(default_factory=dict)
    ignore_changes: tuple[Path, ...] = ()
    replace_on_changes: tuple[Path, ...] = ()
    delete_before_replace: bool = False
    retain_on_delete: bool | None = None
    import_id: str = ""

    def expressions(self) -> tuple[Expression, ...]:
        """All in which references may stand."""
        single = (self.parent, self.provider, self.protect)
        several = (*self.depends_on, *self.aliases, *self.timeouts.values())
        return (*(each for each in single if each is not None), *several)


def seconds_of(text: str) -> float | None:
    """Seconds of a duration as Go writes it (``1h30m``); `None` where it is none."""
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    return float(sum(float(number) * _UNITS[unit] for number, unit in parts))


def read_options(node: Node, reader: Reader, subject: str) -> WrittenOptions:
    """The options that an object says.

    Args:
        node: The object.
        reader: Collects what is wrong.
        subject: Name of the resource.
    """
    reading = _Reading(reader, subject)
    by_name = {name.lower(): name for name in (*_READERS, *_WITHOUT_EFFECT, *_UNSUPPORTED)}
    if not isinstance(node.value, dict):
        reader.flaw(node.place, subject, "options must be an object")
    for key, item in node.members.items():
        name = by_name.get(key.lower(), "")
        if name in _READERS:
            _READERS[name](reading, item)
        elif name in _UNSUPPORTED:
            reader.flaw(
                node.keys[key], subject, f"the option {name} is not supported here; use pulumi preview, or remove it"
            )
        elif not name:
            reader.flaw(node.keys[key], subject, f"{key} is no option of a resource; {close(key, by_name.values())}")
    return reading.made


class _Reading:
    """Reads options one by one into `made`."""

    def __init__(self, reader: Reader, subject: str) -> None:
        self.made = WrittenOptions()
        self._reader = reader
        self._subject = subject

    def flaw(self, place: Place, reason: str) -> None:
        """What is wrong with one."""
        self._reader.flaw(place, self._subject, reason)

    def depends_on(self, node: Node) -> None:
        """A list of resources."""
        self.made.depends_on = tuple(
            each for each in self._many(node, "dependsOn") if self._is_resource(node, each, "dependsOn")
        )

    def aliases(self, node: Node) -> None:
        """A list of URNs, or of objects that say what was different."""
        self.made.aliases = self._many(node, "aliases")

    def parent(self, node: Node) -> None:
        """A resource."""
        self.made.parent = self._resource(node, "parent")

    def provider(self, node: Node) -> None:
        """An explicit provider."""
        self.made.provider = self._resource(node, "provider")

    def protect(self, node: Node) -> None:
        """True, false, or what computes to it."""
        self.made.protect = self._reader.read(node, self._subject)

    def timeouts(self, node: Node) -> None:
        """Durations by operation."""
        if not isinstance(node.value, dict):
            self.flaw(node.place, "customTimeouts must be an object")
        known = {key: item for key, item in node.members.items() if key in _TIMEOUTS}
        for key in node.members.keys() - known:
            self.flaw(node.keys[key], f"customTimeouts has no {key}; {close(key, _TIMEOUTS)}")
        self.made.timeouts = {key: self._reader.read(item, self._subject) for key, item in known.items()}

    def ignore_changes(self, node: Node) -> None:
        """Property paths."""
        self.made.ignore_changes = self._paths(node, "ignoreChanges")

    def replace_on_changes(self, node: Node) -> None:
        """Property paths."""
        self.made.replace_on_changes = self._paths(node, "replaceOnChanges")

    def delete_before_replace(self, node: Node) -> None:
        """True or false."""
        self.made.delete_before_replace = self._flag(node, "deleteBeforeReplace")

    def retain_on_delete(self, node: Node) -> None:
        """True or false."""
        self.made.retain_on_delete = self._flag(node, "retainOnDelete")

    def import_id(self, node: Node) -> None:
        """The ARN of what exists."""
        read = self._reader.read(node, self._subject)
        if isinstance(read, Literal) and isinstance(read.value, str):
            self.made.import_id = read.value
        else:
            self.flaw(node.place, "import must be an ARN, written out")

    def _many(self, node: Node, name: str) -> tuple[Expression, ...]:
        read = self._reader.read(node, self._subject)
        if isinstance(read, Many):
            return read.items
        self.flaw(node.place, f"{name} must be a list")
        return ()

    def _is_resource(self, node: Node, read: Expression, name: str) -> bool:
        if isinstance(read, Reference):
            return True
        self.flaw(node.place, f"{name} takes resources: ${{name}}")
        return False

    def _resource(self, node: Node, name: str) -> Reference | None:
        read = self._reader.read(node, self._subject)
        if isinstance(read, Reference) and not read.keys:
            return read
        self.flaw(node.place, f"{name} must be a resource: ${{name}}")
        return None

    def _paths(self, node: Node, name: str) -> tuple[Path, ...]:
        found: list[Path] = []
        for item in node.value if isinstance(node.value, list) else [node]:
            try:
                found.append(parse_path(item.value if isinstance(item.value, str) else ""))
            except ValueError:
                found.append(())
            if not found[-1]:
                self.flaw(item.place, f"{name} must be a list of property paths, such as [name, tags.team]")
        return tuple(filter(None, found))

    def _flag(self, node: Node, name: str) -> bool:
        if not isinstance(node.value, bool):
            self.flaw(node.place, f"{name} must be true or false, written out")
        return node.value is True


_READERS: Final[Mapping[str, Callable[[_Reading, Node], None]]] = {
    "aliases": _Reading.aliases,
    "customTimeouts": _Reading.timeouts,
    "deleteBeforeReplace": _Reading.delete_before_replace,
    "dependsOn": _Reading.depends_on,
    "ignoreChanges": _Reading.ignore_changes,
    "import": _Reading.import_id,
    "parent": _Reading.parent,
    "protect": _Reading.protect,
    "provider": _Reading.provider,
    "replaceOnChanges": _Reading.replace_on_changes,
    "retainOnDelete": _Reading.retain_on_delete,
}
