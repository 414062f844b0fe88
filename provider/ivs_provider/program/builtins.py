"""The built-in functions of Pulumi YAML that compute, as its host computes them. Pure: files are read elsewhere."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias, cast

from ivs_provider.values import Value

__all__ = ["BUILTINS", "UNSUPPORTED", "Builtin", "ReadFile", "Wrong", "go_text", "kind_of"]

ReadFile: TypeAlias = Callable[[str], bytes]
"""Reads a file by its path as written. May raise `Wrong`."""


class Wrong(Exception):
    """An argument that a built-in cannot take; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Builtin:
    """One built-in.

    Args:
        name: With the case that Pulumi wants.
        run: Known arguments, secrets opened, to the result.
        arity: How many arguments it takes, as a list; 1 takes the value itself.
        reads: Whether its argument is a file.
        most: Of the same arguments, how many characters the result has at most, where that may be much more than they
            have; 0 where it may not.
    """

    name: str
    run: Callable[..., Value]
    arity: int = 1
    reads: bool = False
    most: Callable[..., int] = lambda *_: 0


def go_text(value: Value) -> str:
    """A value inside a text, as Go prints it: large numbers with exponents, lists and maps with brackets."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return str(value).lower()
        case int() | float():
            return _go_number(float(value))
        case list():
            return f"[{' '.join(map(go_text, value))}]"
        case dict():
            return f"map[{' '.join(f'{key}:{go_text(item)}' for key, item in sorted(value.items()))}]"
    return str(value)


def kind_of(value: Value) -> str:
    """What a value is, in a sentence."""
    return _KINDS.get(type(value), "nothing")


_KINDS: Final[Mapping[type, str]] = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
}


def _go_number(number: float, least: int = -4, most: int = 6) -> str:
    """The shortest digits that mean the number; with an exponent below the least and from the most on."""
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else "+Inf" if number > 0 else "-Inf"
    sign, digits, shift = Decimal(repr(number)).normalize().as_tuple()
    shown = "".join(map(str, digits))
    power = len(shown) - 1 + cast("int", shift)
    if number and not least <= power < most:
        fraction = f".{shown[1:]}" if shown[1:] else ""
        return f"{'-' * sign}{shown[0]}{fraction}e{'-' if power < 0 else '+'}{abs(power):02}"
    return f"{Decimal(repr(number)).normalize():f}"


def _json(value: Value) -> str:
    """As Go writes JSON: keys in order, no blanks, the characters of HTML escaped."""
    match value:
        case dict():
            return f"{{{','.join(f'{_json(key)}:{_json(value[key])}' for key in sorted(value))}}}"
        case list():
            return f"[{','.join(map(_json, value))}]"
        case str():
            return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
        case bool() | None:
            return json.dumps(value)
        case int() | float():
            if not math.isfinite(value):
                raise Wrong("a number without end cannot be written as JSON; take it out")
            return _go_number(float(value), *_JSON_POWERS).replace("e-0", "e-")
    raise Wrong(f"{kind_of(value)} cannot be written as JSON")


_JSON_POWERS: Final = (-6, 21)
_ESCAPES: Final = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def _text(value: Value, what: str) -> str:
    if isinstance(value, str):
        return value
    raise Wrong(f"{what} must be a text, not {kind_of(value)}")


def _list(value: Value, what: str) -> list[Value]:
    if isinstance(value, list):
        return value
    raise Wrong(f"{what} must be a list, not {kind_of(value)}")


def _join(delimiter: Value, values: Value) -> Value:
    between = _text("" if delimiter is None else delimiter, "the first argument of fn::join")
    texts = _list(values, "the second argument of fn::join")
    return between.join(_text(each, f"element {number} of fn::join") for number, each in enumerate(texts))


def _most_joined(delimiter: Value, values: Value) -> int:
    texts = [each for each in values if isinstance(each, str)] if isinstance(values, list) else []
    return sum(map(len, texts)) + len(texts) * len(delimiter if isinstance(delimiter, str) else "")


def _split(delimiter: Value, source: Value) -> Value:
    between = _text(delimiter, "the first argument of fn::split")
    text = _text(source, "the second argument of fn::split")
    return cast("list[Value]", text.split(between) if between else list(text))


def _select(index: Value, values: Value) -> Value:
    many = _list(values, "the second argument of fn::select")
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(many):
        shown = str(index) if isinstance(index, int | float) and not isinstance(index, bool) else kind_of(index)
        raise Wrong(f"the first argument of fn::select must be an index of the list, 0 to {len(many) - 1}, not {shown}")
    return many[index]


def _from_base64(value: Value) -> Value:
    text = _text(value, "the argument of fn::fromBase64")
    try:
        return base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise Wrong("the argument of fn::fromBase64 must be the base64 of a text in UTF-8") from None


def _length(value: Value) -> Value:
    if isinstance(value, str):  # marks that join the letter before them are no letters of their own
        return sum(not unicodedata.combining(character) for character in value)
    if isinstance(value, list | dict):
        return len(value)
    raise Wrong(f"the argument of fn::length must be a list, an object or a text, not {kind_of(value)}")


def _single(value: Value) -> Value:
    many = _list(value, "the argument of fn::singleOrNone")
    if len(many) > 1:
        raise Wrong(f"the argument of fn::singleOrNone must have one element at most, not {len(many)}")
    return many[0] if many else None


def _sha1(value: Value) -> Value:
    text = _text(value, "the argument of fn::sha1")
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _read(data: bytes) -> Value:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Wrong("the file of fn::readFile must be a text in UTF-8; use fn::filebase64") from None


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


_ALL: Final = (
    Builtin("join", _join, arity=2, most=_most_joined),
    Builtin("split", _split, arity=2),
    Builtin("select", _select, arity=2),
    Builtin("toJSON", _json),
    Builtin("toBase64", lambda value: _base64(_text(value, "the argument of fn::toBase64").encode())),
    Builtin("fromBase64", _from_base64),
    Builtin("length", _length),
    Builtin("singleOrNone", _single),
    Builtin("sha1", _sha1),
    Builtin("secret", lambda value: value),
    Builtin("unsecret", lambda value: value),
    Builtin("readFile", _read, reads=True),
    Builtin("filebase64", _base64, reads=True),
    Builtin("filebase64sha256", lambda data: _base64(hashlib.sha256(data).digest()), reads=True),
)
BUILTINS: Final[Mapping[str, Builtin]] = {each.name.lower(): each for each in _ALL}
"""By name in lower case: Pulumi takes any case, and warns."""
UNSUPPORTED: Final[Mapping[str, str]] = {
    "stackreference": "fn::stackReference asks a backend, and there is none here",
    **dict.fromkeys(
        ("fileasset", "stringasset", "remoteasset", "filearchive", "remotearchive", "assetarchive"),
        "an asset or archive means nothing to IVS",
    ),
}
"""Built-ins of Pulumi that have no meaning here, and why: what they would answer is unknown."""
