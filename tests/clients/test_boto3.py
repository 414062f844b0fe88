"""The same documented examples by boto3, their arguments read as the command line reads them."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import pytest

from tests.clients.examples import EXAMPLES, EXCEPTIONS, TITLES, SetUp, differences, prepared
from tests.emulator.talking import MODEL

SHAPES = MODEL["shapes"]


def arguments_of(operation: str, argv: list[str]) -> dict[str, Any]:
    """Turn `--some-name value` into a keyword argument of the right type."""
    members = SHAPES[MODEL["operations"][operation]["input"]["shape"]]["members"]
    found: dict[str, Any] = {}
    words = list(argv)
    while words:
        name = re.sub(r"-(\w)", lambda match: match.group(1).upper(), words.pop(0).removeprefix("--"))
        has_value = bool(words) and not re.match(r"--[a-z]", words[0])
        found[name] = value_of(members[name]["shape"], words.pop(0)) if has_value else True
    return found


def value_of(shape_name: str, text: str) -> Any:
    """Read a value: JSON, the command line's shorthand, or plain text."""
    shape = SHAPES[shape_name]
    if text.startswith(("[", "{")):
        if shape["type"] == "structure" and "=" in text and ":" not in text:
            return value_of(shape_name, text[1:-1])
        return json.loads(text)
    if shape["type"] == "list":
        return [value_of(shape["member"]["shape"], text)]
    if shape["type"] == "structure":
        pairs = [pair.partition("=") for pair in re.split(r",(?![^{]*})", text)]
        return {name: value_of(shape["members"][name]["shape"], value) for name, _, value in pairs}
    readers: dict[str, Any] = {"integer": int, "float": float}
    return readers.get(shape["type"], str)(text)


def camel(name: str) -> str:
    """Answer an operation's name as the API has it."""
    return "".join(word.capitalize() for word in name.split("-"))


def plain(value: Any) -> str:
    """Write a time as the command line does."""
    assert isinstance(value, datetime)
    return value.isoformat()


@pytest.mark.parametrize("title", TITLES)
def test_a_documented_example_answers_what_is_documented(set_up: SetUp, title: str) -> None:
    """By boto3's parser, and every answer held to the model besides."""
    example = EXAMPLES[TITLES.index(title)]
    arguments = arguments_of(camel(example["operation"]), prepared(title, set_up))
    answer = getattr(set_up.ivs, example["operation"].replace("-", "_"))(**arguments)
    metadata = answer.pop("ResponseMetadata")
    assert metadata["HTTPStatusCode"] == 200
    found = json.loads(json.dumps(answer, default=plain))
    if example["output"] is None:
        assert found == {}
    else:
        assert differences(example["output"], found, EXCEPTIONS.get(title, {})) == []


@pytest.mark.parametrize("title", sorted(EXCEPTIONS))
def test_every_exception_is_still_needed(set_up: SetUp, title: str) -> None:
    """Compared without its exceptions, each such example differs in exactly those places."""
    example = EXAMPLES[TITLES.index(title)]
    arguments = arguments_of(camel(example["operation"]), prepared(title, set_up))
    answer = getattr(set_up.ivs, example["operation"].replace("-", "_"))(**arguments)
    answer.pop("ResponseMetadata")
    found = differences(example["output"], json.loads(json.dumps(answer, default=plain)), {})
    expected = {path for path in EXCEPTIONS[title] if not path.startswith("--")}
    assert {text.partition(":")[0] for text in found} == expected
