"""program/: keys are shown in plans, paths and errors, so a secret cannot be one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ivs_provider.values import UNKNOWN, Secret
from tests.unit.program.writing import ARN, Book, loaded, ran

if TYPE_CHECKING:
    from pathlib import Path

REASON = "a key cannot be a secret: keys are shown where values are masked; give the secret as a value"


@pytest.mark.parametrize("key", ["${ing.streamKey}", "a ${ing.streamKey}", "${hush}", "${encrypted}"])
@pytest.mark.parametrize("where", ["video", "tags"])
def test_a_secret_is_no_key_and_what_is_said_does_not_show_it(tmp_path: Path, key: str, where: str) -> None:
    text = f"""
        resources:
          ing: {{type: "ivs:IngestConfiguration"}}
          enc:
            type: ivs:EncoderConfiguration
            properties: {{{where}: {{'{key}': 1}}}}
        variables: {{hush: {{fn::secret: open-sesame}}}}
    """
    stack = {"Pulumi.dev.yaml": "config: {encrypted: {secure: v1:a}}"}
    answers: dict[str, Any] = {"arn": ARN, "streamKey": Secret("open-sesame")}
    book, run = ran(loaded(tmp_path, text, stack), Book(answers=lambda _: dict(answers)))
    assert [(flaw.place and flaw.place.line, flaw.subject, flaw.reason) for flaw in run.flaws] == [(8, "enc", REASON)]
    assert book["enc"].declared == {where: UNKNOWN}


def test_a_value_under_a_plain_key_may_be_one(tmp_path: Path) -> None:
    text = "outputs: {o: {fn::secret: {'${pulumi.stack}': 1}}, p: {'${pulumi.stack}': {fn::secret: 1}}}"
    _, run = ran(loaded(tmp_path, text))
    assert (run.flaws, run.outputs) == ((), {"o": Secret({"dev": 1}), "p": {"dev": Secret(1)}})


def test_how_a_secret_cannot_be_followed_is_told_without_its_form(tmp_path: Path) -> None:
    text = "variables: {v: {fn::split: ['', {fn::secret: open}]}, w: {fn::secret: 5}}\noutputs:\n"
    for said in ("'${v[9]}'", "${w.x}", "{fn::select: ['${w}', [a, b]]}", "{fn::select: [9, '${v}']}"):
        _, run = ran(loaded(tmp_path, f"{text}  o: {said}\n"))
        [flaw] = run.flaws
        assert "secret; look at its type and form" in flaw.reason
        assert not {"4", "5", "number"} & set(flaw.reason.split())


def test_an_alias_cannot_be_a_secret(tmp_path: Path) -> None:
    text = """
        resources:
          hall: {type: "ivs:Stage", options: {aliases: [{name: "${hush}"}, "${hush}"]}}
        variables: {hush: {fn::secret: open-sesame}}
    """
    book, run = ran(loaded(tmp_path, text))
    assert {flaw.reason for flaw in run.flaws} == {"an alias cannot be a secret: it is a name; write it out"}
    assert book["hall"].options.aliases == ()
