"""program/: what `ivs declare` writes, and how it is read again, as a stranger's data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ivs_provider import program
from ivs_provider.planning.declaration import BadProgram, Foreign, Place
from ivs_provider.program.running import YamlProgram
from ivs_provider.values import UNKNOWN, Secret
from tests.unit.program.writing import ARN, Book, loaded, ran

STAGE = "urn:pulumi:dev::video::ivs:index:Stage::"
SMALL: dict[str, Any] = {"format": "pulumi-ivs/declared/1", "project": "video", "stack": "dev", "resources": {}}
DECLARED = """
    config: {size: {type: integer, default: 3}}
    resources:
      bucket: {type: "aws:s3:Bucket"}
      west: {type: "pulumi:providers:ivs", properties: {region: us-west-2}}
      hall:
        type: ivs:Stage
        name: main hall
        properties:
          name: "hall ${size} $${x}"
          tags:
            cost: "${bucket.cost}"
            pass: {fn::secret: s3cret}
            deep: {fn::join: ["-", [known, "${part.list[0]}", "${host.name}"]]}
            key: "${encrypted}"
            odd: {fn::toJSON: {file: {fn::readFile: ./a.txt}, arn: "${host.arn}"}}
        options: {protect: true, provider: "${west}", aliases: [{name: foyer}], customTimeouts: {create: 1m}}
      host: {type: "ivs:IngestConfiguration", properties: {name: "${size}"}, options: {dependsOn: ["${third}"]}}
      child: {type: "ivs:Stage", options: {parent: "${hall}"}}
      third: {type: "ivs:Stage"}
    variables:
      part: {list: ["${host.arn}", 5], plain: here}
      unused: {fn::readFile: ./a.txt}
    outputs: {arn: "${hall.arn}", text: "${size}: ${hall.arn}", plain: "${part.plain}", made: "${part}"}
"""


def _declared(tmp_path: Path) -> dict[str, Any]:
    files = {"a.txt": "$a", "Pulumi.dev.yaml": "config: {encrypted: {secure: x}, ivs:profile: p}"}
    return program.declared_json(loaded(tmp_path, DECLARED, files))


def test_what_can_be_known_is_a_value_and_the_rest_an_expression(tmp_path: Path) -> None:
    declared = _declared(tmp_path)
    digest = program.secret_digest(STAGE + "main hall", ("tags", "pass"), Secret("s3cret"))
    assert declared["resources"]["hall"] == {
        "type": "ivs:index:Stage",
        "name": "main hall",
        "place": "Pulumi.yaml:8:3",
        "properties": {
            "name": "hall 3 $${x}",
            "tags": {
                "cost": {"fn::ivs-unknown": ""},
                "pass": {"fn::ivs-secret": digest},
                "deep": {"fn::join": ["-", ["known", "${part.list[0]}", "${host.name}"]]},
                "key": {"fn::ivs-secret": ""},
                "odd": {"fn::toJSON": {"file": "$$a", "arn": "${host.arn}"}},
            },
        },
        "options": {
            "protect": True,
            "aliases": [STAGE + "foyer"],
            "customTimeouts": {"create": "60s"},
            "dependsOn": ["${host}"],
            "provider": "${west}",
        },
    }
    assert declared["resources"]["child"]["chain"] == "ivs:index:Stage"
    assert declared["variables"] == {"part": {"list": ["${host.arn}", 5], "plain": "here"}}
    assert declared["outputs"] == {
        "arn": "${hall.arn}",
        "text": "3: ${hall.arn}",
        "plain": "here",
        "made": "${part}",
    }
    assert declared["provider"] == {"profile": "p"}
    assert declared["foreign"] == [{"type": "aws:s3:Bucket", "name": "bucket", "place": "Pulumi.yaml:6:3"}]
    assert "s3cret" not in json.dumps(declared)


def test_a_declaration_means_what_the_program_means(tmp_path: Path) -> None:
    text = json.dumps(_declared(tmp_path))
    read = program.load_declared(text)
    answers = {"arn": ARN, "name": "n"}
    told, run = ran(loaded(tmp_path, DECLARED), Book(answers=lambda _: dict(answers)))
    again, rerun = ran(read, Book(answers=lambda _: dict(answers)))
    assert rerun.flaws == ()
    assert again.names == told.names
    assert (read.project, read.stack, read.provider.arguments) == ("video", "dev", {"profile": "p"})
    for one in told.taken:
        other = again[one.name]
        assert (other.urn, other.options, other.provider, other.place) == (
            one.urn,
            one.options,
            one.provider,
            one.place,
        )
    assert again["main hall"].declared == {
        "name": "hall 3 ${x}",
        "tags": {
            "cost": UNKNOWN,
            "pass": Secret(UNKNOWN),
            "deep": f"known-{ARN}-n",
            "key": Secret(UNKNOWN),
            "odd": f'{{"arn":"{ARN}","file":"$a"}}',
        },
    }
    assert again["main hall"].wanted == told["main hall"].wanted
    assert rerun.outputs == run.outputs
    assert (rerun.foreign, rerun.notes) == (run.foreign, run.notes)
    assert rerun.foreign == (Foreign("aws:s3:Bucket", "bucket", Place("Pulumi.yaml", 6, 3)),)


def test_digests_of_secrets_are_kept_beside_the_unknown(tmp_path: Path) -> None:
    read = program.load_declared(json.dumps(_declared(tmp_path)))
    assert isinstance(read, YamlProgram)
    digest = program.secret_digest(STAGE + "main hall", ("tags", "pass"), "s3cret")
    assert read.digests == {"hall": {("tags", "pass"): digest}}
    assert digest != program.secret_digest(STAGE + "main hall", ("tags", "other"), "s3cret")
    assert digest != program.secret_digest(STAGE + "other", ("tags", "pass"), "s3cret")


def test_a_program_with_flaws_is_not_declared(tmp_path: Path) -> None:
    with pytest.raises(BadProgram, match="nothing is called x"):
        program.declared_json(loaded(tmp_path, "outputs: {o: '${x}'}"))


def _deep(levels: int) -> Any:
    tree: Any = "x"
    for _ in range(levels):
        tree = [tree]
    return tree


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is not JSON as ivs declare writes it"),
        (
            '{"format": "pulumi-ivs/plan/1", "steps": []}',
            "is a Plan, as ivs plan --out writes it; give what ivs declare --out wrote",
        ),
        ('{"a": 1, "a": 2}', "is not JSON as ivs declare writes it"),
        ('{"a": NaN}', "is not JSON as ivs declare writes it"),
        ('{"a": ' + "9" * 5000 + "}", "is not JSON"),
        (" " * 5_000_001, "5,000,000 are read"),
        (json.dumps(SMALL | {"outputs": {"o": _deep(45)}}), "deeper than 40 levels"),
        (json.dumps(SMALL | {"outputs": {"o": [0] * 300_001}}), "more than 300,000 values"),
        (json.dumps(SMALL | {"outputs": {"o": "\x1b[2J"}}), "control characters"),
        (json.dumps(SMALL | {"outputs": {"o": "\ud800"}}), "control characters"),
        (json.dumps(SMALL | {"outputs": {"\u202ex": 1}}), "control characters"),
        (json.dumps(SMALL | {"outputs": {"o": "x" * 100_001}}), "a text of more than 100,000"),
        ('{"a": 1e999}', "a number that JSON's readers do not agree on"),
        (json.dumps(SMALL | {"format": "2"}), "format: must be one of pulumi-ivs/declared/1"),
        (json.dumps(SMALL | {"config": {}}), "config: is not known"),
        (json.dumps(SMALL | {"project": "a/../b"}), "project: must be letters"),
        (json.dumps(SMALL | {"stack": "dev\n"}), "stack: must be letters"),
        (json.dumps(SMALL | {"notes": ["a\nb"]}), "notes[0]: must be one line of text"),
        (
            json.dumps(SMALL | {"resources": {"a": {"type": "aws:s3:Bucket"}}}),
            "resources.a.type: must be a type of ivs",
        ),
        (
            json.dumps(SMALL | {"resources": {"a": {"type": "ivs:index:Stage", "get": {}}}}),
            "resources.a.get: is not known",
        ),
        (
            json.dumps(SMALL | {"resources": {"a": {"type": "ivs:index:Stage", "options": {"parent": "${b}"}}}}),
            "resources.a.options.parent: is not known",
        ),
        (
            json.dumps(SMALL | {"resources": {"a": {"type": "ivs:index:Stage", "place": "/etc/x\ny:1:1"}}}),
            "resources.a.place: must be FILE:LINE:COLUMN",
        ),
        (json.dumps({"format": "pulumi-ivs/declared/1"}), "resources: is required"),
    ],
)
def test_what_no_declaration_of_ours_says_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadProgram) as refused:
        program.load_declared(text)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ({"fn::readFile": "/etc/passwd"}, "fn::readFile reads a file, which a declaration may not"),
        ({"fn::FileBase64": "/etc/passwd"}, "reads a file"),
        ({"fn::filebase64sha256": "/etc/passwd"}, "reads a file"),
        ({"fn::invoke": {"function": "ivs:index:getStage"}}, "a declaration may not run functions"),
        ({"fn::ivs:signParticipantToken": {"privateKeyFile": "k"}}, "a declaration may not run functions"),
        ({"fn::ivs-secret": {"a": 1}}, "is not as ivs declare writes it"),
        ("${pulumi.home}", "${pulumi.home} is not known"),
        ("${HOME}", "nothing is called HOME"),
    ],
)
def test_a_declaration_reaches_nothing(expression: Any, reason: str) -> None:
    book, run = ran(program.load_declared(json.dumps(SMALL | {"outputs": {"o": expression}})))
    assert [reason in str(flaw) for flaw in run.flaws] == [True]
    assert run.outputs == {"o": UNKNOWN}
    assert book.called == []


def test_marks_are_no_functions_of_programs(tmp_path: Path) -> None:
    _, run = ran(loaded(tmp_path, "outputs: {o: {fn::ivs-secret: x}}"))
    assert "is no function of Pulumi YAML" in str(run.flaws[0])


def test_a_key_that_looks_like_a_function_survives(tmp_path: Path) -> None:
    declared = program.declared_json(
        loaded(tmp_path, "outputs: {o: '${obj}'}", {"Pulumi.dev.yaml": "config: {obj: {'fn::readFile': '$$x', }}"})
    )
    assert declared["outputs"] == {"o": {"fn::ivs-entry": ["fn::readFile", "$$$$x"]}}
    _, run = ran(program.load_declared(json.dumps(declared)))
    assert run.outputs == {"o": {"fn::readFile": "$$x"}}


@pytest.mark.parametrize("kind", ["doubled text", "doubled list", "nested JSON"])
def test_short_expressions_that_mean_huge_values_are_stopped(kind: str) -> None:
    variables: dict[str, Any] = {"v0": "x" * 1000}
    for number in range(1, 60):
        before = f"${{v{number - 1}}}"
        variables[f"v{number}"] = {
            "doubled text": before + before,
            "doubled list": [before, before],
            "nested JSON": {"fn::toJSON": [before]},
        }[kind]
    if kind == "nested JSON":
        variables["v0"] = '"' * 1000
    _, run = ran(program.load_declared(json.dumps(SMALL | {"variables": variables})))
    assert "is too large" in str(run.flaws[0])


def test_values_woven_into_each_other_are_stopped() -> None:
    variables = {f"v{n}": [f"${{v{m}}}" for m in range(max(0, n - 30), n)] for n in range(300)}
    _, run = ran(program.load_declared(json.dumps(SMALL | {"variables": variables})))
    assert [flaw.reason for flaw in run.flaws] == ["what the expressions of the declaration mean is too large"]


def test_many_circles_and_long_chains_are_survived() -> None:
    circles = {f"v{n}": f"${{v{n ^ 1}}}" for n in range(100)}
    _, run = ran(program.load_declared(json.dumps(SMALL | {"variables": circles})))
    assert sum("needs itself" in str(flaw) for flaw in run.flaws) == 20
    chain = {f"v{n}": f"${{v{n + 1}.a}}" for n in range(2000)} | {"v2000": {"a": 1}}
    _, run = ran(program.load_declared(json.dumps(SMALL | {"variables": chain})))
    assert run.flaws
