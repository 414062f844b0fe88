"""Draws resources of a stack: what a program says of each, and what the program and others then change.

Many are drawn at once and put into one stack, since each run of the engine costs a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.engine.keys import public_key
from tests.engine.stack import resource
from tests.parity.drift import Drift, deleted, untagged
from tests.property.declaring import KINDS, RECORDING, changed, declarations

__all__ = ["BESIDE", "Life", "Move", "drawn", "written"]

Tree = dict[str, Any]

BESIDE = {
    "archive": resource("StorageConfiguration", {"s3": {"bucketName": "archive"}}),
    "attic": resource("StorageConfiguration", {"s3": {"bucketName": "attic"}}),
    "hall": resource("Stage"),
    "foyer": resource("Stage"),
}
_ARNS = {
    "storageConfigurationArn": ["${archive.arn}", "${attic.arn}"],
    "stageArn": ["${hall.arn}", "${foyer.arn}"],
}
_REFERENCES = {reference for references in _ARNS.values() for reference in references}
_OPTIONS: list[Tree] = [
    *[{}] * 8,
    {"ignoreChanges": ["name"]},
    {"ignoreChanges": ["tags"]},
    {"ignoreChanges": ["stageArn", f"{RECORDING}.storageConfigurationArn"]},
    {"ignoreChanges": [RECORDING, "video.width"]},
    {"replaceOnChanges": ["name"]},
    {"replaceOnChanges": ["tags", RECORDING]},
    {"deleteBeforeReplace": True},
    {"retainOnDelete": True},
]
_MOVES = 2


@dataclass(frozen=True)
class Move:
    """What happens to a resource between two runs: to it in the account, and to what the program says of it.

    Args:
        drifts: Calls of somebody else.
        after: The declaration afterwards; ``None`` where the program drops it.
    """

    drifts: tuple[Drift, ...]
    after: Tree | None


@dataclass(frozen=True)
class Life:
    """One resource of the stack, with the options that the program gives it."""

    kind: str
    before: Tree
    moves: tuple[Move, ...]
    options: Tree


def drawn(number: int, count: int) -> list[Life]:
    """So many lives: the same for the same number."""
    lives: list[Life] = []

    @seed(number)
    @settings(max_examples=count, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))
    @given(_lives())
    def collect(life: Life) -> None:
        lives.append(life)

    collect()
    return lives


def written(name: str, life: Life, properties: Tree) -> Tree:
    """A declaration as it stands in the program: with a key of its own, and text that is no reference."""
    if "publicKeyMaterial" in properties:
        properties = {**properties, "publicKeyMaterial": _own_key(name, properties["publicKeyMaterial"])}
    return resource(life.kind, _literal(properties), **life.options)


@st.composite
def _lives(draw: st.DrawFn) -> Life:
    kind = draw(st.sampled_from([*KINDS, "Stage"]))
    before = now = draw(declarations(kind, _ARNS))
    moves: list[Move] = []
    while len(moves) < _MOVES and (not moves or moves[-1].after is not None):
        drifts = draw(_drifts(kind, now))
        after = draw(st.one_of(st.just(now), changed(kind, now, _ARNS), changed(kind, now, _ARNS), st.none()))
        moves.append(Move(drifts, after))
        now = after or now
    return Life(kind, before, tuple(moves), draw(st.sampled_from(_OPTIONS)))


def _drifts(kind: str, now: Tree) -> st.SearchStrategy[tuple[Drift, ...]]:
    one = [_tags(now), *_OWN.get(kind, [])]
    some = st.lists(st.one_of(one), min_size=1, max_size=2).map(tuple)
    gone = st.just((deleted(kind),))
    return st.one_of(st.just(()), st.just(()), some, some, some, gone)


def _tags(now: Tree) -> st.SearchStrategy[Drift]:
    """A tag that the program declares is changed or taken away, or another one is written."""
    keys = sorted(now.get("tags", {}))
    written = st.sampled_from([*keys, "theirs"]).map(lambda key: Drift("TagResource", {"tags": {key: "x"}}, "tags"))
    return st.one_of(written, st.sampled_from(keys).map(untagged)) if keys else written


def _called(operation: str, kind: str, *names: str) -> st.SearchStrategy[Drift]:
    """An update with one member of another declaration."""
    return (
        declarations(kind, _ARNS)
        .filter(lambda tree: any(name in tree for name in names))
        .map(lambda tree: next((name, tree[name]) for name in names if name in tree))
        .map(lambda pair: Drift(operation, dict([pair]), pair[0]))
    )


_OWN = {
    "Stage": [_called("UpdateStage", "Stage", "name"), _called("UpdateStage", "Stage", RECORDING)],
    "IngestConfiguration": [
        _called("UpdateIngestConfiguration", "IngestConfiguration", "stageArn"),
        _called("UpdateIngestConfiguration", "IngestConfiguration", "redundantIngest"),
    ],
}


def _literal(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _literal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_literal(item) for item in value]
    return value.replace("${", "$${") if isinstance(value, str) and value not in _REFERENCES else value


def _own_key(name: str, drawn_key: str) -> str:
    """Another key for each name and each drawn one, with the same line breaks: an account takes a key once."""
    body = "".join(drawn_key.split())
    lines = public_key(f"{name} {body}").strip().split("\n")
    line_break = "\r\n" if "\r\n" in drawn_key else "\n"
    return line_break.join(lines) + (line_break if drawn_key.endswith("\n") else "")
