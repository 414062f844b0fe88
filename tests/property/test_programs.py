"""Laws of programs: their order means nothing, and a declaration means what its program means."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ivs_provider import program
from ivs_provider.planning.declaration import Program, Ran, Resource
from ivs_provider.values import Tree, reveal
from tests.property.declaring import MORE

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=8)
SCALARS = st.one_of(TEXTS, st.booleans(), st.integers(-(2**40), 2**40), st.none())
ANSWERS: Tree = {"arn": "arn:x", "name": "n", "endpoints": {"whip": "w", "events": "e"}}


def _escaped(value: Any) -> Any:
    """The value as a program writes it."""
    if isinstance(value, dict):
        return {_escaped(key): _escaped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    return value.replace("$", "$$") if isinstance(value, str) else value


KEYS = TEXTS.filter(lambda key: not key.lower().startswith("fn::")).map(_escaped)


@st.composite
def _expressions(draw: st.DrawFn, names: tuple[str, ...], depth: int = 2) -> Any:
    """Something that a program may say, with references to what is there already."""
    texts = [TEXTS.map(_escaped)]
    if names:
        reference = st.sampled_from(names)
        texts += [reference, st.tuples(TEXTS.map(_escaped), reference).map("".join)]
    text: Any = st.one_of(texts)
    if depth == 0:
        return draw(st.one_of(SCALARS.map(_escaped), text))
    below = _expressions(names, depth - 1)
    return draw(
        st.one_of(
            text,
            SCALARS.map(_escaped),
            st.lists(below, max_size=3),
            st.dictionaries(KEYS, below, max_size=3),
            st.tuples(text, st.lists(text, max_size=3)).map(lambda both: {"fn::join": list(both)}),
            below.map(lambda inner: {"fn::toJSON": inner}),
            below.map(lambda inner: {"fn::secret": inner}),
            text.map(lambda inner: {"fn::toBase64": inner}),
        )
    )


@st.composite
def _programs(draw: st.DrawFn) -> dict[str, Any]:
    """A program whose names refer to earlier ones only."""
    resources: dict[str, Any] = {}
    variables: dict[str, Any] = {}
    names: tuple[str, ...] = ()
    for number in range(draw(st.integers(1, 6))):
        if draw(st.booleans()):
            variables[f"v{number}"] = draw(_expressions(names))
            texts = isinstance(variables[f"v{number}"], str)
            names += (f"${{v{number}}}",) if texts else ()
        else:
            properties = {"name": draw(_expressions(names)), "tags": draw(_expressions(names))}
            resources[f"r{number}"] = {"type": "ivs:Stage", "properties": properties}
            names += (f"${{r{number}.arn}}", f"${{r{number}.endpoints.whip}}")
    return {"resources": resources, "variables": variables, "outputs": {"o": draw(_expressions(names))}}


def _ran(declared: Program, workers: int = 1) -> tuple[list[Resource], Ran]:
    taken: list[Resource] = []

    def register(resource: Resource) -> Tree:
        taken.append(resource)
        return dict(ANSWERS)

    return taken, declared.run(register, lambda *_: {}, workers=workers)


def _loaded(directory: Path, document: dict[str, Any]) -> Program:
    text = json.dumps({"name": "video", "runtime": "yaml", **document}, ensure_ascii=False)
    (directory / "Pulumi.yaml").write_text(text)
    return program.load(directory, "dev", environment={})


def _shuffled(document: dict[str, Any], seed: int) -> dict[str, Any]:
    order = random.Random(seed)  # noqa: S311 - an order, no secret
    mixed = {}
    for section, members in document.items():
        keys = sorted(members)
        order.shuffle(keys)
        mixed[section] = {key: members[key] for key in keys}
    return mixed


def _said(resources: list[Resource]) -> Any:
    return [(each.urn, each.declared, each.options, each.provider, each.wanted) for each in resources]


@settings(max_examples=60 * MORE)
@given(document=_programs(), seed=st.integers(0, 1000))
def test_the_order_of_declarations_means_nothing(tmp_path_factory: Any, document: dict[str, Any], seed: int) -> None:
    directory = tmp_path_factory.mktemp("program")
    one, first = _ran(_loaded(directory, document))
    other, second = _ran(_loaded(directory, _shuffled(document, seed)))
    assert _said(one) == _said(other)
    assert first.outputs == second.outputs
    assert {flaw.reason for flaw in first.flaws} == {flaw.reason for flaw in second.flaws}


@settings(max_examples=30 * MORE)
@given(document=_programs())
def test_several_workers_register_the_same(tmp_path_factory: Any, document: dict[str, Any]) -> None:
    declared = _loaded(tmp_path_factory.mktemp("program"), document)
    one, first = _ran(declared)
    other, second = _ran(declared, workers=4)
    by_urn = sorted(other, key=lambda resource: resource.urn)
    assert _said(sorted(one, key=lambda resource: resource.urn)) == _said(by_urn)
    assert first.outputs == second.outputs


def _without_secrets(document: Any) -> Any:
    """The same program with nothing secret: what a declaration can say all of."""
    if isinstance(document, dict):
        if document.keys() == {"fn::secret"}:
            return _without_secrets(document["fn::secret"])
        return {key: _without_secrets(item) for key, item in document.items()}
    return [_without_secrets(item) for item in document] if isinstance(document, list) else document


@settings(max_examples=60 * MORE)
@given(document=_programs())
def test_a_declaration_means_what_its_program_means(tmp_path_factory: Any, document: dict[str, Any]) -> None:
    declared = _loaded(tmp_path_factory.mktemp("program"), _without_secrets(document))
    told, run = _ran(declared)
    if run.flaws:
        return
    text = json.dumps(program.declared_json(declared))
    again, rerun = _ran(program.load_declared(text))
    by_urn = [sorted(run, key=lambda resource: resource.urn) for run in (again, told)]
    assert _said(by_urn[0]) == _said(by_urn[1])
    assert (rerun.outputs, rerun.flaws) == (run.outputs, ())


@settings(max_examples=60 * MORE)
@given(document=_programs(), secret=st.text("0123456789abcdef", min_size=12, max_size=16))
def test_no_secret_is_in_a_declaration(tmp_path_factory: Any, document: dict[str, Any], secret: str) -> None:
    hidden = {"fn::secret": f"begin-{secret}-end"}
    document["variables"]["hidden"] = hidden
    document["outputs"] |= {"a": "${hidden}", "b": "x${hidden}", "c": {"fn::join": ["", ["${hidden}"]]}, "d": [hidden]}
    document["resources"]["last"] = {"type": "ivs:Stage"}
    document["outputs"]["e"] = "${hidden}${last.arn}"
    document["outputs"]["f"] = {"fn::toJSON": ["${hidden}", "${last.arn}"]}
    declared = _loaded(tmp_path_factory.mktemp("program"), document)
    _, run = _ran(declared)
    assert secret in str(reveal(run.outputs["e"]))
    if not run.flaws:
        assert secret not in json.dumps(program.declared_json(declared))
