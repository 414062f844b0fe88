"""From a request line to an operation and the arguments that travel outside the body."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

from ivs_emulator.records import Record
from ivs_emulator.service_model import Operation


@dataclass(frozen=True, slots=True)
class Route:
    """An operation, and the arguments found in the path and the query."""

    operation: Operation
    arguments: Record


class Router:
    """Finds operations by the first segment of the path; the tag operations carry a label behind it."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        """Index the operations once, so that finding one is a single look-up."""
        self._routes: Mapping[tuple[str, str, int], Operation] = {
            (operation.method, *_head(operation.path)): operation for operation in operations
        }

    def find(self, method: str, target: str) -> Route | None:
        """Answer the route of a raw request target (still percent-encoded), or None if there is none."""
        path, _, query = target.partition("?")
        operation = self._routes.get((method, *_head(path)))
        if operation is None:
            return None
        arguments = _labels(operation, path) | _query_arguments(operation, query)
        return Route(operation, arguments)


def _head(path: str) -> tuple[str, int]:
    segments = path.split("/")
    return segments[1] if len(segments) > 1 else "", len(segments)


def _labels(operation: Operation, path: str) -> Record:
    # Decoded only after splitting: an ARN's own slash arrives as %2F and must not split the path.
    pairs = zip(operation.path.split("/"), path.split("/"), strict=True)
    return {label[1:-1]: unquote(segment) for label, segment in pairs if label.startswith("{")}


def _query_arguments(operation: Operation, query: str) -> Record:
    values = parse_qs(query, keep_blank_values=True)
    return {
        name: values[member.wire_name] if member.shape.kind == "list" else values[member.wire_name][0]
        for name, member in operation.takes.members.items()
        if member.location == "querystring" and member.wire_name in values
    }
