"""The same programs, evaluated by the engine's YAML host and by `ivs_provider.program`: the same outputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ivs_provider import program
from ivs_provider.values import reveal
from tests.engine.stack import STACK, resource

if TYPE_CHECKING:
    from tests.engine.stack import Stack

SCALARS = "012 0o12 0x1F 0b11 1_000 1_000.5 +5 1e3 1.0 09 yes on True ~ 2020-01-01 1:30 .5 1e21 -0x10 0o8 1__0 null".split()
CONFIG: dict[str, Any] = {
    "video:quoted": "5",
    "video:zeros": "007",
    "video:fraction": "1.5",
    "video:exponent": "1e3",
    "video:flag": "True",
    "video:short": "t",
    "video:text": "yes",
    "video:json": '{"a": [1, "x"]}',
    "video:empty": "",
    "video:number": 1000000,
    "video:tree": {"list": [1000000, "a"], "m": {"x": True}},
}
VARIABLES: dict[str, Any] = {
    "v": {"list": [{"deep": "y"}, {"deep": "x"}], "a key": 1, "hidden": {"fn::secret": {"inner": "s"}}},
    "million": 1000000,
    "parts": ["a", 1.5, True, None, {"b": 2}],
}
EXPRESSIONS: list[Any] = [
    "$${a} $$ $x $",
    "n${million}",
    "${parts}",
    "all ${parts}",
    '${v["a key"]} ${v.list[1].deep}',
    "${v.hidden.inner}!",
    {"fn::join": ["-", ["a", "${v.list[1].deep}"]]},
    {"fn::join": [None, ["a", "b"]]},
    {"fn::split": [",", "a,b,,"]},
    {"fn::split": ["", "abc"]},
    {"fn::select": [1, [1, "two"]]},
    {"fn::toJSON": {"b": 1000000, "a": "<é>&\u2028", "c": [1.5, None, True, 1e21, 1e-7, 0.000001, 123456789]}},
    {"fn::toBase64": "hé"},
    {"fn::fromBase64": "aMOp"},
    {"fn::sha1": "abc"},
    {"fn::length": "äé"},
    {"fn::length": {"a": 1}},
    {"fn::singleOrNone": [7]},
    {"fn::pulumiResourceName": "${hall}"},
    {"fn::pulumiResourceType": "${hall}"},
    {"fn::readFile": "./a.txt"},
    {"fn::filebase64": "./a.txt"},
    {"fn::filebase64sha256": "./a.txt"},
    {"${pulumi.stack}": "${pulumi.project}"},
    "${hall.urn}",
    "${short} ${number} ${fraction} ${zeros} ${flag} ${text}",
    *(f"${{{name}}}" for name in CONFIG),
    *(f"${{{name.removeprefix('video:')}}}" for name in CONFIG),
]


def test_expressions_mean_the_same_to_the_engine_and_to_us(stack: Stack) -> None:
    stack.configure(CONFIG)
    (stack.directory / "a.txt").write_text("$a é")
    sections = {
        "resources": {"hall": {**resource("Stage"), "name": "main hall"}},
        "variables": VARIABLES,
        "outputs": {f"e{number}": expression for number, expression in enumerate(EXPRESSIONS)},
    }
    text = "\n".join(f"{name}: {json.dumps(members, ensure_ascii=False)}" for name, members in sections.items())
    scalars = "".join(f", s{number}: {scalar}" for number, scalar in enumerate(SCALARS))
    stack.program_text(text.rstrip("}") + scalars + "}")
    stack.up()
    told: dict[str, Any] = json.loads(stack.run("stack", "output", "--json", "--show-secrets").out)
    declared = program.load(stack.directory, STACK, environment={})
    ours = declared.run(lambda _: {}, lambda *_: {})
    assert ours.flaws == ()
    revealed = reveal(ours.outputs)
    assert isinstance(revealed, dict)
    assert {key: value for key, value in revealed.items() if value is not None} == told
