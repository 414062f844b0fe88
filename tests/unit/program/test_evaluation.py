"""program/: what expressions mean. Where the engine was asked, the values are its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ivs_provider.values import UNKNOWN, Problem, Secret
from tests.unit.program.writing import Book, loaded, ran

E = "fn::"


def _output(directory: Path, expression: str, **sections: str) -> Any:
    text = "".join(f"{name}: {content}\n" for name, content in sections.items()) + f"outputs:\n  o: {expression}\n"
    _, run = ran(loaded(directory, text))
    assert run.flaws == ()
    return run.outputs["o"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'$${a} $$ $x'", "${a} $ $x"),
        ("{fn::join: ['-', [a, b]]}", "a-b"),
        ("{fn::join: [null, [a, b]]}", "ab"),
        ("{FN::Join: ['-', [a, b]]}", "a-b"),
        ("{fn::split: [',', 'a,b,,']}", ["a", "b", "", ""]),
        ("{fn::split: ['', abc]}", ["a", "b", "c"]),
        ("{fn::select: [1, [1, 2]]}", 2),
        ("{fn::length: 'äé'}", 2),
        ("{fn::length: [1, 2, 3]}", 3),
        (
            "{fn::toJSON: {b: 1000000, a: '<é>', c: 1.5, d: null, e: 1e21}}",
            '{"a":"\\u003cé\\u003e","b":1000000,"c":1.5,"d":null,"e":1e+21}',
        ),
        ("{fn::toJSON: [1e-7, 0.000001]}", "[1e-7,0.000001]"),
        ("{fn::toBase64: hé}", "aMOp"),
        ("{fn::fromBase64: aMOp}", "hé"),
        ("{fn::sha1: abc}", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("{fn::singleOrNone: []}", None),
        ("{fn::singleOrNone: [7]}", 7),
        ("{'${pulumi.stack}': 1}", {"dev": 1}),
        ("'${pulumi.project}/${pulumi.stack}'", "video/dev"),
        ("{fn::secret: a}", Secret("a")),
        ("{fn::unsecret: {fn::secret: a}}", "a"),
        ("{fn::join: ['-', [a, {fn::secret: b}]]}", Secret("a-b")),
        ("{fn::toJSON: {a: {fn::secret: b}}}", Secret('{"a":"b"}')),
        ("{fn::select: [0, [a, {fn::secret: b}]]}", "a"),
        ("${v.list[1].deep}", "x"),
        ("'${v[\"a key\"]}!'", "1!"),
        ("${v.hidden.inner}", Secret("s")),
        ("'${v.hidden.inner}!'", Secret("s!")),
        ("'${number}'", 1000000),
        ("'n${number}'", "n1e+06"),
    ],
)
def test_expressions_mean_what_the_yaml_host_makes_of_them(tmp_path: Path, expression: str, value: Any) -> None:
    variables = "{v: {list: [1, {deep: x}], 'a key': 1, hidden: {fn::secret: {inner: s}}}, number: 1000000}"
    assert _output(tmp_path, expression, variables=variables) == value


def test_files_are_read_from_the_directory_of_the_program(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/Main.yaml").write_text(
        "outputs: {a: {fn::readFile: ./k.pem}, b: {fn::filebase64: k.pem}, c: {fn::filebase64sha256: k.pem}}"
    )
    (tmp_path / "sub/k.pem").write_text("abc")
    _, run = ran(loaded(tmp_path, "main: sub"))
    assert run.outputs == {"a": "abc", "b": "YWJj", "c": "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="}


def test_what_is_computed_from_an_unknown_is_unknown_and_the_rest_is_known(tmp_path: Path) -> None:
    text = """
        resources: {hall: {type: "ivs:Stage"}}
        variables: {v: {a: "${hall.arn}", b: known}}
        outputs:
          whole: ${v}
          known: ${v.b}
          text: "x${hall.arn}"
          secret: {fn::secret: "${hall.arn}"}
          picked: {fn::select: [1, ["${hall.arn}", b]]}
    """
    _, run = ran(loaded(tmp_path, text))
    assert run.outputs == {
        "whole": {"a": UNKNOWN, "b": "known"},
        "known": "known",
        "text": UNKNOWN,
        "secret": Secret(UNKNOWN),
        "picked": "b",
    }


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("{fn::join: ['-', [a, 1]]}", "element 1 of fn::join must be a text, not a number"),
        ("{fn::join: a}", "fn::join takes a list of 2 arguments"),
        ("{fn::select: [2, [a, b]]}", "must be an index of the list, 0 to 1, not 2"),
        ("{fn::select: [true, [a]]}", "must be an index of the list, 0 to 0, not true or false"),
        ("{fn::split: [1, a]}", "the first argument of fn::split must be a text, not a number"),
        ("{fn::fromBase64: '%'}", "must be the base64 of a text in UTF-8"),
        ("{fn::fromBase64: {fn::secret: '%'}}", "cannot take this secret"),
        ("{fn::readFile: nowhere.pem}", "the file nowhere.pem cannot be read (no such file or directory)"),
        ("{fn::readFile: 5}", "the path of a file must be a text, not a number"),
        ("{fn::zzz: 1}", "fn::zzz is no function of Pulumi YAML; there are"),
        ("{fn::lenght: a}", "did you mean length?"),
        ("{fn::length: 5}", "must be a list, an object or a text, not a number"),
        ("{fn::singleOrNone: [1, 2]}", "must have one element at most, not 2"),
        ("{'${v.n}': 1, b: 2}", "a key must be a text, not a number"),
        ("${v.n.deep}", "a plain value has no deep"),
        ("${v.list[7]}", "a list of 2 has no [7]"),
        ("${v.nope}", "${v.nope} is not known: there is no nope; there are list, n"),
        ("${w.nope}", "${w.nope} is not known: there is no nope; there are list, n"),
        ("${pulumi.stak}", "did you mean stack?"),
        ("${}", "a reference must begin with a name"),
        ("'${v.n'", "is not complete"),
        ("${configured.a.b}", "${configured.a} is a number, it has no b"),
        ("${configured.list.b}", "${configured.list} is a list, it has no b"),
        ("${configured.list[3]}", "${configured.list} has 1 elements, no [3]"),
        ("{fn::invoke: {function: ivs:index:getStag}}", "ivs has no function getStag; did you mean getStage?"),
        ("{fn::invoke: {}}", "fn::invoke needs a function"),
        ("{fn::ivs:getStage: {arn: x}, fn::b: 1}", ""),
    ],
)
def test_what_is_wrong_is_a_flaw_at_its_place_and_unknown(tmp_path: Path, expression: str, reason: str) -> None:
    text = f"variables: {{v: {{n: 1, list: [1, 2]}}, w: '${{v}}'}}\noutputs:\n  o: {expression}\n"
    stack = {"Pulumi.dev.yaml": "config: {configured: {a: 1, list: [1]}}"}
    _, run = ran(loaded(tmp_path, text, stack))
    if not reason:
        assert run.flaws == ()
        return
    assert [flaw.place.line for flaw in run.flaws if flaw.place] == [5]
    assert reason in run.flaws[0].reason
    assert "s3cret" not in str(run.flaws)


def test_functions_that_read_are_run_and_others_are_named(tmp_path: Path) -> None:
    text = """
        resources: {hall: {type: "ivs:Stage"}}
        variables:
          long: {fn::invoke: {function: "ivs:index:getStage", arguments: {arn: a}, return: stage}}
          short: {fn::ivs:getStage: {arn: "${hall.arn}"}}
          index: {fn::ivs:index:getStage: {arn: {fn::secret: b}}}
          starts: {fn::ivs:startComposition: {stageArn: "${hall.arn}"}}
          foreign: {fn::aws:getRegion: {}}
          other: {fn::stackReference: [a, b]}
          started: ${starts}
          region: ${foreign.x}
        outputs: {long: "${long.name}", short: "${short.stage.name}", index: "${index.stage.name}"}
    """
    book, run = ran(loaded(tmp_path, text), Book(answer={"stage": {"name": "hall", "arn": "a"}}))
    assert run.flaws == ()
    assert sorted(book.called, key=str) == [
        ("getStage", {"arn": "a"}, ""),
        ("getStage", {"arn": Secret("b")}, ""),
    ]
    assert run.outputs == {
        "long": "hall",
        "short": UNKNOWN,
        "index": Secret("hall"),
    }
    assert run.notes == (
        "Pulumi.yaml:11:11: fn::stackReference asks a backend, and there is none here; what it answers is unknown here",
        "aws:getRegion is another provider's: what it answers is unknown here",
        "startComposition changes something and is not run here: its answer is unknown",
    )


def test_what_a_function_finds_wrong_is_told_at_its_argument(tmp_path: Path) -> None:
    text = "outputs:\n  o:\n    fn::ivs:getStage:\n      name: a\n      arn: b\n"
    book = Book(answer=[Problem(("arn",), "must be an ARN")])
    _, run = ran(loaded(tmp_path, text), book)
    assert [str(flaw) for flaw in run.flaws] == ["Pulumi.yaml:7:12: o: arn: must be an ARN"]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("'007'", "007"),
        ("'5'", 5),
        ("'1.5'", 1.5),
        ("'1e3'", 1000),
        ("'true'", True),
        ("'True'", True),
        ("'0.5'", 0.5),
        ("'{\"a\": 1}'", {"a": 1}),
        ("'[1, 2]'", [1, 2]),
        ("''", ""),
        ("'\"q\"'", "q"),
        ("{a: [1, x]}", {"a": [1, "x"]}),
        ("1.5", 1.5),
        ("yes", "yes"),
    ],
)
def test_configuration_is_typed_as_the_yaml_host_types_it(tmp_path: Path, said: str, value: Any) -> None:
    program = loaded(
        tmp_path, "outputs: {a: '${key}', b: '${video:key}'}", {"Pulumi.dev.yaml": f"config: {{video:key: {said}}}"}
    )
    _, run = ran(program)
    assert run.outputs == {"a": value, "b": value}


def test_configuration_that_is_declared_is_checked_defaulted_and_hidden(tmp_path: Path) -> None:
    text = """
        config:
          short: 2
          typed: {type: integer}
          absent: {type: string}
          hidden: {type: string, secret: true, default: h}
          clear: {type: string, secret: true}
          names: {type: array, items: {type: string}}
          odd: {type: strin}
          inner: {type: 'list<nmber>', default: []}
          items: {type: array, items: {type: txt}, default: []}
          ivs:region: eu-west-1
        outputs: {short: "${short}", hidden: "${hidden}", absent: "${absent}", region: "${ivs:region}"}
    """
    stack = "config: {typed: word, video:clear: x, names: word}"
    program = loaded(tmp_path, text, {"Pulumi.dev.yaml": stack})
    _, run = ran(program)
    assert run.outputs == {"short": 2, "hidden": Secret("h"), "absent": UNKNOWN, "region": "eu-west-1"}
    assert program.provider.arguments == {"region": "eu-west-1"}
    assert sorted(str(flaw) for flaw in run.flaws) == [
        "Pulumi.dev.yaml:1:17: typed: must be of type integer, as the project declares it",
        "Pulumi.dev.yaml:1:36: clear: is declared secret and stands in clear; pulumi config set --secret clear VALUE",
        "Pulumi.dev.yaml:1:46: names: must be of type array, as the project declares it",
        "Pulumi.yaml:11:15: odd: strin is no type of configuration; did you mean string?",
        "Pulumi.yaml:11:8: odd: the stack dev does not set it; pulumi config set odd VALUE, or give it a default",
        "Pulumi.yaml:12:17: inner: list<nmber> is no type of configuration; did you mean number?",
        (
            "Pulumi.yaml:13:38: items: txt is no type of configuration; there are array, bool, boolean, int, integer,"
            " number, object, string"
        ),
        "Pulumi.yaml:7:11: absent: the stack dev does not set it; pulumi config set absent VALUE, or give it a default",
    ]


def test_encrypted_configuration_and_environments_are_unknown_and_named(tmp_path: Path) -> None:
    text = "config: {fromesc: {type: string}}\noutputs: {a: '${key}', b: 'x${key}', c: '${elsewhere}', d: '${fromesc}'}"
    stack = """
        environment: [prod]
        config: {video:key: {secure: v1:a}, ivs:profile: {secure: v1:b}, ivs:defaultTags: {a: b}}
    """
    program = loaded(tmp_path, text, {"Pulumi.dev.yaml": stack})
    _, run = ran(program)
    assert run.flaws == ()
    assert run.outputs == {"a": Secret(UNKNOWN), "b": Secret(UNKNOWN), "c": UNKNOWN, "d": UNKNOWN}
    assert program.provider.arguments == {"profile": Secret(UNKNOWN), "defaultTags": {"a": "b"}}
    assert run.notes == (
        "environments (ESC) are not opened here: what they configure is unknown",
        "the configuration video:key is encrypted: it is unknown here",
        "the configuration ivs:profile is encrypted: it is unknown here",
    )
