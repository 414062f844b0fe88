"""Reads what `ivs declare` wrote, as a stranger's data: limits on everything, and nothing that reaches outside.

No file is read, no function of a provider is run, no variable of the environment counts. What the text says is
checked by ``schemas/cli/declared.json``; what its expressions may come to, by the budget of their evaluation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias, cast

from ivs_provider.config import typed
from ivs_provider.model import schema
from ivs_provider.model.schema import Shape
from ivs_provider.model.validation import shape_problems
from ivs_provider.planning.declaration import BadProgram, Flaw, Foreign, Place, ProviderArguments
from ivs_provider.program.expression import Literal
from ivs_provider.program.marks import SECRET
from ivs_provider.program.running import YamlProgram
from ivs_provider.program.source import Node
from ivs_provider.program.template import read_place, read_template
from ivs_provider.values import Path

__all__ = ["load_declared"]

_SIZE: Final = 5_000_000
_DEPTH: Final = 40
_NODES: Final = 300_000
_TEXT: Final = 100_000
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_PLACE: Final = Place("the declaration")
_PLAN: Final = "pulumi-ivs/plan/"
Json: TypeAlias = Any
"""What JSON can say."""


def load_declared(text: str) -> YamlProgram:
    """The program that a declaration stands for.

    Args:
        text: JSON, as `ivs_provider.program.declared_json` makes it. Nothing in it is trusted.

    Raises:
        BadProgram: It is not what ``ivs declare`` writes.
    """
    document = _document(text)
    flaws = _hostile(document) or _mistaken(document) or _unlike(document)
    if flaws:
        raise BadProgram(flaws)
    provider = read_template(_node({"variables": {"provider": document.get("provider", {})}}), restricted=True)
    template = read_template(_node(document), restricted=True)
    settings = YamlProgram(project="", stack="", provider=ProviderArguments(), template=provider).evaluation()
    arguments = settings.value(provider.variables.get("provider", Literal({}, _PLACE)))
    return YamlProgram(
        project=document["project"],
        stack=document["stack"],
        provider=ProviderArguments("", typed(arguments if isinstance(arguments, dict) else {})),
        template=template,
        notes=tuple(document.get("notes", ())),
        flaws=(*provider.flaws, *settings.flaws),
        foreign=tuple(_foreign(each) for each in document.get("foreign", ())),
        digests=_digests(document["resources"]),
    )


def _document(text: str) -> Json:
    """The JSON, if it is not too large to be looked at."""
    if len(text) > _SIZE:
        raise BadProgram([Flaw(_PLACE, "", (), f"has {len(text):,} characters, {_SIZE:,} are read; declare less")])
    twice: list[str] = []

    def members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        twice.extend(["a key is there twice"] if len({key for key, _ in pairs}) < len(pairs) else [])
        return dict(pairs)

    try:
        document = json.loads(text, object_pairs_hook=members, parse_constant=twice.append)
    except (ValueError, RecursionError):
        raise BadProgram([Flaw(_PLACE, "", (), "is not JSON; make it with ivs declare")]) from None
    if twice or not isinstance(document, dict):
        raise BadProgram([Flaw(_PLACE, "", (), "is not JSON as ivs declare writes it; make it again")])
    return document


def _hostile(document: Json) -> list[Flaw]:
    """What no declaration of ours has, found without recursion."""
    waiting: list[tuple[Json, int]] = [(document, 1)]
    met = 0
    while waiting:
        here, depth = waiting.pop()
        met += 1
        below = [*here.values()] if isinstance(here, dict) else here if isinstance(here, list) else []
        texts = [*here] if isinstance(here, dict) else [here] if isinstance(here, str) else []
        if depth > _DEPTH or met + len(waiting) > _NODES:
            return [Flaw(_PLACE, "", (), f"is deeper than {_DEPTH} levels, or holds more than {_NODES:,} values")]
        if any(len(text) > _TEXT or _CONTROL.search(text) for text in texts):
            return [Flaw(_PLACE, "", (), f"holds control characters, or a text of more than {_TEXT:,} characters")]
        if isinstance(here, int | float) and not abs(here) < 2**53:
            return [Flaw(_PLACE, "", (), "holds a number that JSON's readers do not agree on")]
        waiting += [(item, depth + 1) for item in below]
    return []


def _mistaken(document: Json) -> list[Flaw]:
    """A file of the other kind."""
    said = document.get("format")
    reason = "is a Plan, as ivs plan --out writes it; give what ivs declare --out wrote"
    return [Flaw(_PLACE, "", (), reason)] if isinstance(said, str) and said.startswith(_PLAN) else []


def _unlike(document: Json) -> list[Flaw]:
    """How it differs from its schema."""
    shape = Shape(schema=json.loads(schema.read_text("cli/declared.json")))
    return [Flaw(_PLACE, "", problem.path, problem.reason) for problem in shape_problems(shape, document)]


def _node(value: Json) -> Node:
    if isinstance(value, dict):
        return Node({key: _node(item) for key, item in value.items()}, _PLACE, dict.fromkeys(value, _PLACE))
    return Node([_node(item) for item in value] if isinstance(value, list) else value, _PLACE)


def _foreign(told: Mapping[str, str]) -> Foreign:
    return Foreign(told["type"], told["name"], read_place(told["place"]) if "place" in told else None)


def _digests(resources: Mapping[str, Json]) -> dict[str, dict[Path, str]]:
    """Digests of secrets by the resource's key and the place in its inputs."""
    found = {key: dict(_marked(each.get("properties", {}), ())) for key, each in resources.items()}
    return {key: digests for key, digests in found.items() if digests}


def _marked(value: Json, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict) and value.keys() == {SECRET}:
        if isinstance(value[SECRET], str) and value[SECRET]:
            yield path, value[SECRET]
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _marked(item, (*path, cast("str | int", key)))
