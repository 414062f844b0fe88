"""Validates inputs against a schema: jsonschema finds what is wrong, the words are ours.

jsonschema's own words name no cure and show every value, secret or not. Unknown values satisfy every keyword.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, Final, cast

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator

from ivs_provider.model import schema
from ivs_provider.values import UNKNOWN, Path, Problem, Tree, reveal, secret_paths

__all__ = ["schema_problems"]

_SHOWN_LENGTH: Final = 40
_KINDS: Final = {
    "string": "a string",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "object": "an object",
}


def schema_problems(schema_name: str, inputs: Tree) -> Iterator[Problem]:
    """What the schema alone finds wrong, once each."""
    secrets = secret_paths(inputs)
    found: set[Problem] = set()
    for error in _validator(schema_name).iter_errors(cast("Any", reveal(inputs))):
        path = tuple(error.absolute_path)
        by_schema = any(shape.flag("secret") for shape in schema.load(schema_name).along(path))
        hidden = by_schema or any(path[: len(secret)] == secret for secret in secrets)
        found.update(_problems(error, path, hidden=hidden))
    yield from found


def _problems(error: ValidationError, path: Path, *, hidden: bool) -> Iterable[Problem]:
    """The problems behind one finding; a finding about members is one problem for each member."""
    keyword, limit, instance = str(error.validator), cast("Any", error.validator_value), cast("Any", error.instance)
    if "propertyNames" in error.absolute_schema_path:
        return [Problem((*path, str(instance)), f"the key {_limit_words(keyword, limit, error)}")]
    if keyword == "required":
        return [Problem((*path, key), "is required; set it") for key in limit if key not in instance]
    if keyword == "additionalProperties" and isinstance(error.schema, dict):
        known = error.schema["properties"]
        return [Problem((*path, key), _unknown_member(key, known)) for key in instance if key not in known]
    shown = "" if hidden or keyword in ("refused", "readOnly") else _shown(instance)
    return [Problem(path, _limit_words(keyword, limit, error) + shown)]


def _limit_words(keyword: str, limit: Any, error: ValidationError) -> str:  # noqa: ANN401 - a limit is any JSON value
    """What one keyword asks for."""
    words = _WORDS.get(keyword)
    return words(limit, cast("dict[str, Any]", error.schema)) if words else f"does not satisfy {keyword}: {limit}"


def _unknown_member(key: str, known: dict[str, Any]) -> str:
    close = difflib.get_close_matches(key, known, n=1, cutoff=0.6) or [
        name for name in known if name.lower() == key.lower().replace("_", "")
    ]
    hint = f"did you mean {close[0]}?" if close else f"known here: {', '.join(sorted(known))}"
    return f"is not known; {hint}"


def _shown(instance: object) -> str:
    """The offending value, where it is short and not a container."""
    if isinstance(instance, dict | list):
        return f", not {_kind(instance)}" if not instance else ""
    text = repr(instance)
    return f", not {text}" if len(text) <= _SHOWN_LENGTH else ""


def _kind(instance: object) -> str:
    return "an object" if isinstance(instance, dict) else "a list"


_WORDS: Final[dict[str, Callable[[Any, dict[str, Any]], str]]] = {
    "type": lambda limit, _: f"must be {_KINDS[limit]}",
    "enum": lambda limit, _: f"must be one of {', '.join(map(str, limit))}",
    "pattern": lambda _, node: f"must be {node['hint']}",
    "minLength": lambda limit, _: f"must have at least {limit} character{'s'[: limit != 1]}",
    "maxLength": lambda limit, _: f"must have at most {limit} characters",
    "minimum": lambda limit, _: f"must be at least {limit}",
    "maximum": lambda limit, _: f"must be at most {limit:,}",
    "exclusiveMinimum": lambda limit, _: f"must be more than {limit}",
    "multipleOf": lambda limit, _: "must be even" if limit == 2 else f"must be a multiple of {limit}",  # noqa: PLR2004 - the word for two
    "maxItems": lambda limit, _: f"must have at most {limit} element{'s'[: limit != 1]}",
    "uniqueItems": lambda *_: "must not have an element twice",
    "maxProperties": lambda limit, _: f"must have at most {limit} members",
    "refused": lambda reason, _: f"is not accepted: {reason}",
    "readOnly": lambda *_: "is set by AWS and cannot be declared; remove it",
}

_Check = Callable[[Validator, Any, Any, Any], Iterable[ValidationError]]


@cache
def _validator(schema_name: str) -> Validator:
    """Jsonschema's validator with our keywords, and blind to what is unknown."""
    keywords = {**Draft202012Validator.VALIDATORS, "refused": _forbids, "readOnly": _forbids, "pattern": _matches}
    known_only = {keyword: _passing_unknown(function) for keyword, function in keywords.items()}
    extended = validators.extend(Draft202012Validator, known_only)  # type: ignore[no-untyped-call] # its stubs lack it
    return cast("Validator", extended(schema.load(schema_name).schema))


def _passing_unknown(function: _Check) -> _Check:
    """The same keyword, blind to unknown values, and to the value of what may not be there at all."""

    def known(validator: Validator, limit: Any, instance: Any, node: Any) -> Iterable[ValidationError]:  # noqa: ANN401 - jsonschema's own signature
        undecided = instance is UNKNOWN or (function is _UNIQUE and isinstance(instance, list) and UNKNOWN in instance)
        settled = function is not _forbids and (node.get("readOnly") or node.get("refused"))
        return () if undecided or settled else function(validator, limit, instance, node) or ()

    return known


_UNIQUE: Final = cast("_Check", Draft202012Validator.VALIDATORS["uniqueItems"])


def _forbids(_: Validator, limit: Any, __: Any, ___: Any) -> Iterator[ValidationError]:  # noqa: ANN401 - jsonschema's own signature
    """A keyword that no value satisfies."""
    if limit:
        yield ValidationError("refused")


def _matches(_: Validator, limit: str, instance: Any, __: Any) -> Iterator[ValidationError]:  # noqa: ANN401 - jsonschema's own signature
    """``pattern``, with ``$`` as JSON Schema means it: Python's would let a last line break pass."""
    if isinstance(instance, str) and not re.search(limit.replace("$", r"\Z"), instance):
        yield ValidationError("pattern")
