"""The reference page of one group of functions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from generating import words
from generating.markdown import code, page, table
from ivs_provider.functions import functions
from ivs_provider.model import schema
from ivs_provider.model.function_type import FunctionType
from ivs_provider.model.schema import Shape

__all__ = ["functions_index", "functions_page"]


def functions_page(group: str) -> str:
    """The page of one group."""
    document = json.loads(schema.read_text(f"functions/{group}.json"))
    made_from = f"schemas/functions/{group}.json and provider/ivs_provider/functions/{group}.py"
    members = [function for function in functions().values() if function.group == group]
    ordered = sorted(members, key=lambda each: list(document["functions"]).index(each.name))
    title = group.replace("_", "-").capitalize()
    return page(title, made_from, [document["description"], *(part for each in ordered for part in _function(each))])


def functions_index(groups: Iterable[str]) -> str:
    """A table of the groups for the index of the reference."""
    rows = []
    for group in groups:
        names = json.loads(schema.read_text(f"functions/{group}.json"))["functions"]
        rows.append([f"[{group.replace('_', '-')}](functions/{group}.md)", ", ".join(code(name) for name in names)])
    return table(["functions", "names"], rows)


def _function(function: FunctionType) -> Iterator[str]:
    yield f"## {function.name}"
    yield function.description
    yield _when(function)
    example = json.dumps({"fn::invoke": {"function": function.token, "arguments": _example(function)}}, indent=2)
    yield f"```json\n{example}\n```"
    if function.arguments.properties:
        yield table(["argument", "type", "required", "default", "meaning and limits"], list(_arguments(function)))
    else:
        yield "It takes no arguments."
    if function.rules:
        lines = ((rule.__doc__ or "").split("\n")[0].replace("``", "`") for rule in function.rules)
        yield "\n".join(f"- {line}" for line in lines)
    yield table(["result", "type", "meaning"], list(_results(function.result)))


def _when(function: FunctionType) -> str:
    if function.changes:
        run = "**It changes something**: a preview does not run it, and answers placeholders marked secret."
    else:
        run = "It changes nothing, so previews run it too."
    calls = ", ".join(code(operation) for operation in function.operations)
    return f"{run} Operations: {calls}." if calls else f"{run} It calls nothing."


def _example(function: FunctionType) -> object:
    return function.declaration["examples"][0]


def _arguments(function: FunctionType) -> Iterator[list[str]]:
    required = function.arguments.required
    for path, shape in words.members(dict(function.arguments.properties)):
        needed = "yes" if path in required else ""
        said = [shape.description, "Secret." if shape.flag("secret") else "", words.sentence(words.limits(shape))]
        meaning = " ".join(filter(None, said))
        yield [code(path), words.type_name(shape), needed, "" if needed else code(words.default(shape)), meaning]


def _results(result: Shape) -> Iterator[list[str]]:
    for path, shape in words.members(dict(result.properties)):
        secret = " Secret." if shape.flag("secret") else ""
        yield [code(path), words.type_name(shape), f"{shape.description}{secret}"]
