"""Whatever arrives, the answer is one that the model knows: never a 500, never a body that doesn't fit."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.emulator.model_check import complaints
from tests.emulator.talking import MODEL, REGION, send, signature

ACCOUNT = "333333333333"
TYPICAL = st.sampled_from(
    [
        f"arn:aws:ivs:{REGION}:{ACCOUNT}:stage/abcdABCDefgh",
        f"arn:aws:ivs:{REGION}:{ACCOUNT}:storage-configuration/abcdABCDefgh",
        "RTMP",
        "RTMPS",
        "INTERVAL",
        "ACTIVE",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "tape",
        "",
    ]
)
LEAF = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9) | TYPICAL
JSON = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def fitting(shape_name: str) -> st.SearchStrategy[Any]:
    """Make values of a shape's structure whose leaves are mostly of the right type and anything at all."""
    shape = MODEL["shapes"][shape_name]
    kind = shape["type"]
    if kind == "structure":
        return st.fixed_dictionaries({}, optional={n: value(m["shape"]) for n, m in shape["members"].items()})
    if kind == "list":
        return st.lists(value(shape["member"]["shape"]), max_size=3)
    if kind == "map":
        return st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=3)
    if kind == "string":
        return st.sampled_from(shape["enum"]) if "enum" in shape else st.text(max_size=9) | TYPICAL
    return {"boolean": st.booleans(), "integer": st.integers(-2, 3000), "float": st.floats(allow_nan=False)}[kind]


def value(shape_name: str) -> st.SearchStrategy[Any]:
    """Make values that fit more often than not."""
    return st.one_of(fitting(shape_name), fitting(shape_name), fitting(shape_name), JSON)


CALLS = st.sampled_from(sorted(MODEL["operations"])).flatmap(
    lambda name: st.tuples(st.just(name), fitting(MODEL["operations"][name]["input"]["shape"]) | JSON)
)


@settings(max_examples=500)
@given(call=CALLS, arn=TYPICAL)
def test_no_request_is_answered_with_a_fault(url: str, call: tuple[str, Any], arn: str) -> None:
    """200 with a body that the model allows, or a refusal of a type that the model has."""
    name, body = call
    operation = MODEL["operations"][name]
    target = operation["http"]["requestUri"].replace("{resourceArn}", quote(arn, safe="") or "x")
    status, headers, answer = send(
        url, operation["http"]["method"], target, json.dumps(body).encode(), signature(ACCOUNT)
    )
    event(f"answered {status}")
    if status == 200:
        assert not complaints(MODEL["shapes"], operation["output"]["shape"], answer)
        return
    kind = headers["x-amzn-errortype"]
    assert kind in {error["shape"] for error in operation["errors"]}
    assert status == MODEL["shapes"][kind]["error"]["httpStatusCode"] != 500
    assert answer["exceptionMessage"]
