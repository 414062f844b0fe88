"""Resource options to what the reconciler is told: expressions evaluated, aliases as URNs, inherited from parents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from ivs_provider.planning.declaration import Options, urn_of
from ivs_provider.program.evaluation import Evaluation
from ivs_provider.program.expression import Expression
from ivs_provider.program.options import seconds_of
from ivs_provider.program.template import Written
from ivs_provider.values import Unknown, Value, reveal, secret_paths

__all__ = ["Family", "alias_urn", "durations", "settled", "with_inherited"]

_NO_DURATION: Final = "customTimeouts.{} must be a duration, such as 30s or 1h30m"


@dataclass(frozen=True, slots=True)
class Family:
    """What a resource has of its place in the program.

    Args:
        project: Name of the project.
        stack: Name of the stack.
        urn: Its own URN.
        parent: Its parent's; empty where that is the stack.
        inherited: The parent's options, where the parent is a resource of ours.
        depends_on: URNs that come before it.
    """

    project: str
    stack: str
    urn: str
    parent: str = ""
    inherited: Options = field(default_factory=Options)
    depends_on: frozenset[str] = frozenset()


def settled(written: Written, family: Family, evaluation: Evaluation) -> Options:
    """The options of a resource.

    Args:
        written: The resource.
        family: Its place in the program.
        evaluation: Evaluates what is an expression, and takes the flaws.
    """
    said, above = written.options, family.inherited
    return Options(
        depends_on=family.depends_on,
        protect=_protect(said.protect, evaluation) if said.protect else above.protect,
        ignore_changes=said.ignore_changes,
        replace_on_changes=said.replace_on_changes,
        delete_before_replace=said.delete_before_replace,
        retain_on_delete=above.retain_on_delete if said.retain_on_delete is None else said.retain_on_delete,
        aliases=tuple(dict.fromkeys(_aliases(written, family, evaluation))),
        import_id=said.import_id,
        timeouts=dict(_timeouts(said.timeouts, evaluation)),
    )


def _protect(expression: Expression, evaluation: Evaluation) -> bool:
    value = reveal(evaluation.value(expression))
    if not isinstance(value, bool):
        evaluation.flaw(expression.place, "protect must be true or false, and known before anything is created")
    return value is not False  # where it is not known, nothing is to be deleted


def _timeouts(timeouts: Mapping[str, Expression], evaluation: Evaluation) -> Iterator[tuple[str, float]]:
    for operation, expression in timeouts.items():
        value = reveal(evaluation.value(expression))
        seconds = seconds_of(value) if isinstance(value, str) else None
        if seconds is None:
            evaluation.flaw(expression.place, _NO_DURATION.format(operation))
        elif operation != "read":
            yield operation, seconds


def durations(texts: Mapping[str, str]) -> tuple[dict[str, float], list[str]]:
    """Seconds by operation of what is said about any, and what is wrong with the rest."""
    said = {operation: seconds_of(text) for operation, text in texts.items() if text}
    wrong = [_NO_DURATION.format(operation) for operation, seconds in said.items() if seconds is None]
    return {operation: seconds for operation, seconds in said.items() if seconds is not None}, wrong


def _aliases(written: Written, family: Family, evaluation: Evaluation) -> Iterator[str]:
    own: list[str] = []
    for expression in written.options.aliases:
        alias = evaluation.value(expression)
        urn = alias_urn(alias, (written.token, written.name), family)
        if secret_paths(alias):
            evaluation.flaw(expression.place, "an alias cannot be a secret: it is a name; write it out")
        elif urn:
            own.append(urn)
        else:
            evaluation.flaw(expression.place, "must be a URN, or say what was different: name, type, parent, noParent")
    yield from with_inherited(own, family)


def with_inherited(own: Iterable[str], family: Family) -> Iterator[str]:
    """Aliases of a resource: its own, and what all its names were under its parent's former names."""
    urns = (family.urn, *own)
    yield from urns[1:]
    for above in family.inherited.aliases:
        for urn in urns:
            yield _child(urn, family.parent, above)


def alias_urn(alias: Value, own: tuple[str, str], family: Family) -> str:
    """The URN that an alias means; empty where it means none.

    Args:
        alias: A URN, or what was different.
        own: Type and name of the resource now.
        family: Its place in the program.
    """
    if isinstance(alias, str):
        return alias if alias.startswith("urn:pulumi:") else ""
    if not isinstance(alias, dict) or alias.keys() - {"urn", "name", "type", "parent", "noParent", "stack", "project"}:
        return ""
    said = {key: value for key, value in alias.items() if isinstance(value, str)}
    if "urn" in said:
        return said["urn"]
    parent = family.parent if "parent" not in alias else _urn_in(alias["parent"])
    if parent is None or any(isinstance(value, Unknown) for value in alias.values()):
        return ""
    return urn_of(
        said.get("stack", family.stack),
        said.get("project", family.project),
        said.get("type", own[0]),
        said.get("name", own[1]),
        "" if alias.get("noParent") is True else parent,
    )


def _urn_in(parent: Value) -> str | None:
    """The URN of a parent that is a text, or a resource as a whole."""
    urn = parent.get("urn") if isinstance(parent, dict) else parent
    return urn if isinstance(urn, str) and urn.startswith("urn:pulumi:") else None


def _child(urn: str, parent: str, alias: str) -> str:
    """The URN of a child under a parent's former URN; a child that is named after its parent was so before."""
    front, project, chain, name = urn.split("::", 3)
    parent_name, former_name = (each.split("::", 3)[3] for each in (parent, alias))
    if name.startswith(parent_name):
        name = former_name + name.removeprefix(parent_name)
    return urn_of(front.rpartition(":")[2], project, chain.rpartition("$")[2], name, alias)
