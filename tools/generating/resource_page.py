"""The reference page of one resource type."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from generating import words
from generating.markdown import code, page, table
from ivs_provider.model import limits
from ivs_provider.model.resource_type import Call, ResourceType
from ivs_provider.model.schema import Shape

__all__ = ["example_arn", "resource_page"]


def resource_page(kind: ResourceType) -> str:
    """The page of one type."""
    parts = [
        *_opening(kind),
        *_inputs(kind),
        *_outputs(kind),
        *_rules(kind),
        *_replacement(kind),
        *_calls(kind),
        *_importing(kind),
    ]
    return page(kind.name, f"schemas/{kind.schema_name}.json and provider/ivs_provider/resources/", parts)


def example_arn(kind: ResourceType) -> str:
    """An ARN as AWS gives them, of nobody's account."""
    return f"arn:aws:ivs:us-west-2:123456789012:{kind.arn_kind}/AbCdEf123456"


def _opening(kind: ResourceType) -> Iterator[str]:
    yield kind.shape.description
    yield f"Pulumi type {code(kind.token)}. Names of members are those of the AWS API."
    for example in kind.shape.schema.get("examples", []):
        program = {"resources": {"main": {"type": kind.token, "properties": example}}}
        yield f"```yaml\n{yaml.dump(program, Dumper=_Dumper, sort_keys=False)}```"


def _inputs(kind: ResourceType) -> Iterator[str]:
    yield "## Inputs"
    rows = []
    for path, shape in words.members(kind.shape.inputs()):
        top = kind.shape.properties[path.split(".")[0].removesuffix("[]")]
        parent = _parent(kind.shape, path)
        needed = path.rpartition(".")[2] in parent.required
        said = [shape.description, words.sentence(words.limits(shape))]
        cells = [
            code(path),
            words.type_name(shape),
            "yes" if needed else "",
            "" if needed else code(words.default(shape)),
            _change(kind, path, top),
            " ".join(filter(None, said)),
        ]
        rows.append(cells)
    yield table(["name", "type", "required", "default", "a change", "meaning and limits"], rows)
    yield (
        "*Default* is what AWS assumes; the provider never sends what a program does not say. Removing an input puts it"
        " back to that default."
    )
    refused = {name: shape.text("refused") for name, shape in kind.shape.properties.items() if shape.text("refused")}
    if refused:
        yield "Not accepted, though the AWS API has it:"
        yield "\n".join(f"- {code(name)}: {reason}." for name, reason in refused.items())


def _parent(shape: Shape, path: str) -> Shape:
    """The shape that a member belongs to."""
    for step in path.split(".")[:-1]:
        below = shape.properties[step.removesuffix("[]")]
        shape = below.items or below
    return shape


def _change(kind: ResourceType, path: str, top: Shape) -> str:
    if path == "tags":
        return "in place, tag calls"
    if top.flag("deleteOption"):
        return "in place, no call"
    return "**replaces**" if top.flag("createOnly") or not kind.update else "in place"


def _outputs(kind: ResourceType) -> Iterator[str]:
    yield "## Outputs"
    yield "Every input is an output too. Besides:"
    rows = []
    for path, shape in words.members(kind.shape.outputs()):
        top = kind.shape.properties[path.split(".")[0].removesuffix("[]")]
        marks = ["secret"] if shape.flag("secret") or top.flag("secret") else []
        marks += ["always there"] if shape.flag("always") else []
        marks += ["AWS changes it by itself"] if shape.flag("volatile") else []
        marks += [f"not of the AWS API: {shape.text('provider')}"] if shape.text("provider") else []
        rows.append([code(path), words.type_name(shape), "; ".join(marks), shape.description])
    yield table(["name", "type", "notes", "meaning"], rows)


def _rules(kind: ResourceType) -> Iterator[str]:
    if kind.rules:
        yield "## Rules between members"
        yield "Checked before any call, like everything above:"
        yield "\n".join(f"- {_first_line(rule.__doc__)}" for rule in kind.rules)


def _first_line(docstring: str | None) -> str:
    """The summary of a docstring, as Markdown writes code."""
    return (docstring or "").strip().split("\n")[0].replace("``", "`")


def _replacement(kind: ResourceType) -> Iterator[str]:
    yield "## Replacement"
    if not any(shape.flag("createOnly") for shape in kind.shape.inputs().values()):
        yield "No change of an input causes one; `pulumi up --replace` and a change of the provider's region do."
    note = f" What that means: {kind.replacement_note}." if kind.replacement_note else ""
    yield f"A replacement creates the new one first and deletes the old one after.{note}"


def _calls(kind: ResourceType) -> Iterator[str]:
    yield "## Calls"
    rows = [[when, code(call.operation), f"{limits.rate(call.operation):g}"] for when, call in _named_calls(kind)]
    tags = "TagResource", "UntagResource"
    rows += [["tags change", code(operation), f"{limits.rate(operation):g}"] for operation in tags]
    yield table(["when", "operation", "calls a second"], rows)
    lack = ", ".join(code(name) for name in sorted(kind.lists_lack))
    if lack:
        yield f"{code(kind.list.operation)} does not tell {lack}: seeing a change there costs a call for each resource."


def _named_calls(kind: ResourceType) -> Iterator[tuple[str, Call]]:
    yield "create", kind.create
    yield "read", kind.read
    yield "read many", kind.list
    if kind.update:
        yield "update", kind.update
    yield "delete", kind.delete


def _importing(kind: ResourceType) -> Iterator[str]:
    yield "## Import"
    yield f"The id is the ARN:\n\n```console\n$ pulumi import {kind.token} main {example_arn(kind)}\n```"
    hidden = [code(name) for name, shape in kind.shape.inputs().items() if shape.flag("writeOnly")]
    if hidden:
        yield f"AWS never returns {', '.join(hidden)}: look at what the import writes for it."


class _Dumper(yaml.SafeDumper):
    """YAML as people write it: texts of several lines as blocks."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)
