"""program/: Python programs with encrypted configuration: nothing that is made of it is taken for a value."""

from __future__ import annotations

import sys
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from ivs_provider import program
from ivs_provider.values import UNKNOWN, Problem, Secret
from tests.unit.program.writing import ARN, Book, head, ran

if TYPE_CHECKING:
    from pathlib import Path

    from ivs_provider.planning.declaration import Program

HIDDEN = Secret(UNKNOWN)
STACK = "config: {plain: seen, video:p: {secure: v1}, ivs:region: eu-west-1}\n"
USE_UP = "ivs does not know it; use pulumi up"


def _loaded(directory: Path, text: str) -> Program:
    (directory / "Pulumi.yaml").write_text(head("python"))
    (directory / "Pulumi.dev.yaml").write_text(STACK)
    top = """
        import hashlib, pulumi
        from pulumi import CustomResource, ResourceOptions
        c = pulumi.Config()
        p = c.require("p")
        STAGE = "ivs:index:Stage"
    """
    (directory / "__main__.py").write_text(dedent(top).lstrip() + dedent(text))
    return program.load(directory, environment={})


@pytest.mark.parametrize(
    "made",
    [
        "p",
        "'x' + p + 'y'",
        "p.strip('[]').replace(' ', '-')",
        "p.upper()",
        "p.lower()",
        "p.title()",
        "p[:1]",
        "p[-1]",
        "p[2:5]",
        "p[::-1]",
        "'-'.join(p)",
        "hashlib.sha256(p.encode()).hexdigest()",
        "str(len(p))",
        "''.join(each for each in p if each.isdigit())",
        "''.join(each for each in p if each.isalpha())",
        "c.require_secret('p')",
        "c.require_secret('p').apply(lambda it: it.upper()[:4])",
        "pulumi.Output.concat('a-', hall.id, '-', p.upper())",
        "hall.id.apply(lambda arn: arn[:3] + p[1])",
        "len(p)",
        "[p.upper(), 'a']",
        "[*p]",
        "{p[:2]: 1}",
    ],
)
def test_what_is_made_of_an_encrypted_value_is_unknown_wherever_it_stands(tmp_path: Path, made: str) -> None:
    text = f"""
        hall = CustomResource(STAGE, "hall", {{"name": "hall"}})
        CustomResource(STAGE, "a", {{"name": {made}, "tags": {{"x": {made}, "y": "plain", "z": c.require("plain")}}}})
        pulumi.export("made", {made})
        pulumi.export("arn", hall.id)
    """
    book, run = ran(_loaded(tmp_path, text), Book(answers=lambda _: {"arn": ARN}))
    assert run.flaws == ()
    declared = book["a"].declared
    inside = {"[p.upper(), 'a']": [HIDDEN, "a"]}.get(made, HIDDEN)
    assert declared == {"name": inside, "tags": {"x": inside, "y": "plain", "z": "seen"}}
    assert run.outputs == {"made": inside, "arn": ARN}
    assert run.notes == ("the configuration video:p is encrypted: it is unknown here",)


def test_each_resource_is_registered_once_after_what_it_needs(tmp_path: Path) -> None:
    text = """
        hall = CustomResource(STAGE, "hall", {"name": "hall"})
        host = CustomResource("ivs:index:IngestConfiguration", "host", {"stageArn": hall.id, "name": p})
        CustomResource(STAGE, "third", {"name": host.id.apply(lambda arn: arn[-3:])})
        CustomResource(STAGE, "lost", {})
        CustomResource(STAGE, "never", {"name": "n"}, ResourceOptions(parent=hall))
    """
    answers = {"hall": "arn:hall", "host": "arn:abc"}
    book = Book(answers=lambda each: {"arn": answers.get(each.name, "arn")}, missing=frozenset({"lost"}))
    for workers in (1, 4):
        book.taken.clear()
        _, run = ran(_loaded(tmp_path, text), book, workers=workers)
        assert run.flaws == ()
        assert sorted(book.names) == ["hall", "host", "never", "third"]
        assert book.names.index("hall") < book.names.index("host") < book.names.index("third")
        assert book["host"].declared == {"stageArn": "arn:hall", "name": HIDDEN}
        assert book["third"].declared == {"name": "abc"}


def test_what_needs_a_resource_that_cannot_be_had_is_left_out(tmp_path: Path) -> None:
    text = """
        hall = CustomResource(STAGE, "hall", {})
        CustomResource("ivs:index:IngestConfiguration", "host", {"stageArn": hall.id})
        CustomResource(STAGE, "other", {})
    """
    book, run = ran(_loaded(tmp_path, text), Book(missing=frozenset({"hall"})))
    assert (book.names, run.flaws) == (["other"], ())


@pytest.mark.parametrize(
    ("text", "subject", "reason"),
    [
        ("CustomResource(STAGE, p.upper(), {})", None, "which resources there are depends on encrypted configuration"),
        (
            "for each in range(len(p) // 10): CustomResource(STAGE, f'a{each}', {})",
            None,
            "which resources there are depends on encrypted configuration",
        ),
        (
            "CustomResource(STAGE, 'a', {}, ResourceOptions(protect=p.islower()))",
            "a",
            "its options depend on encrypted configuration",
        ),
        ("int(p)", "", "the program stopped with ValueError: invalid literal for int() with base 10: '[encrypted]'"),
    ],
)
def test_what_cannot_be_known_at_all_is_refused_before_anything_is_registered(
    tmp_path: Path, text: str, subject: str | None, reason: str
) -> None:
    book, run = ran(_loaded(tmp_path, f"CustomResource(STAGE, 'first', {{}})\n{text}"))
    assert book.taken == []
    assert all(reason in flaw.reason for flaw in run.flaws)
    assert {flaw.subject for flaw in run.flaws} == {subject} or subject is None
    assert run.flaws
    assert all(USE_UP in flaw.reason for flaw in run.flaws) or subject == ""


def test_functions_are_asked_once_and_never_with_what_is_made_of_an_encrypted_value(tmp_path: Path) -> None:
    text = """
        got = pulumi.runtime.invoke("ivs:index:getStage", {"arn": "a"}).value["stage"]["name"]
        pulumi.runtime.invoke("ivs:index:getStage", {"arn": p.upper()})
        late = pulumi.runtime.invoke_output("ivs:index:getStage", {"arn": got})
        pulumi.export("got", got)
        pulumi.export("late", late.apply(lambda it: it["stage"]["name"]))
    """
    book, run = ran(_loaded(tmp_path, text), Book(answer={"stage": {"name": "hall"}}))
    assert run.flaws == ()
    assert book.called == [("getStage", {"arn": "a"}, ""), ("getStage", {"arn": "hall"}, "")]
    assert run.outputs == {"got": "hall", "late": "hall"}


def test_what_a_function_finds_wrong_is_a_flaw(tmp_path: Path) -> None:
    text = 'pulumi.runtime.invoke_output("ivs:index:getStage", {"arn": "a"})'
    _, run = ran(_loaded(tmp_path, text), Book(answer=[Problem(("arn",), "must be an ARN")]))
    assert [str(flaw) for flaw in run.flaws] == ["getStage: arn: must be an ARN"]


def test_a_provider_that_is_made_of_an_encrypted_value_is_unknown_in_that_alone(tmp_path: Path) -> None:
    text = """
        west = pulumi.ProviderResource("ivs", "west", {"region": "us-west-2", "profile": p.upper()})
        CustomResource(STAGE, "hall", {}, ResourceOptions(provider=west))
    """
    book, run = ran(_loaded(tmp_path, text))
    assert run.flaws == ()
    assert book["hall"].provider.arguments == {"region": "us-west-2", "profile": HIDDEN}


def test_what_a_register_raises_ends_the_run(tmp_path: Path) -> None:
    def fails(_: Any) -> Any:
        raise LookupError

    with pytest.raises(LookupError):
        ran(_loaded(tmp_path, 'CustomResource(STAGE, "hall", {})'), Book(answers=fails))


def test_the_program_is_heard_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran(_loaded(tmp_path, "print('said by the program')"))
    heard = capsys.readouterr()
    assert (heard.out, heard.err.count("said by the program")) == ("", 1)


KEEPERS = {
    "parts/kept.py": "import pulumi\nKEY = pulumi.Config().require('p')\n",  # without __init__.py
    "outside/site-packages/installed_keeper.py": "import pulumi\nKEY = 'x' + pulumi.Config().require('p')\n",
}


@pytest.mark.parametrize(
    "kept",
    [
        "__import__('parts.kept').kept.KEY",
        "__import__('installed_keeper').KEY",
        "__import__('os').environ.setdefault('KEEPS', p)",
        "__import__('os').environ.setdefault('KEEPS', p.upper())",
    ],
)
def test_what_a_run_leaves_behind_does_not_look_known_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: str
) -> None:
    for name, text in KEEPERS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path / "outside/site-packages")
    book, run = ran(_loaded(tmp_path, f'CustomResource(STAGE, "a", {{"tags": {{"x": {kept}}}}})'))
    monkeypatch.delitem(sys.modules, "installed_keeper", raising=False)
    assert run.flaws == ()
    assert book["a"].declared == {"tags": {"x": HIDDEN}}


def test_a_name_that_was_kept_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in KEEPERS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path / "outside/site-packages")
    _, run = ran(_loaded(tmp_path, "import installed_keeper\nCustomResource(STAGE, installed_keeper.KEY, {})"))
    monkeypatch.delitem(sys.modules, "installed_keeper", raising=False)
    assert [flaw.reason[:61] for flaw in run.flaws] == ["the name of a resource depends on encrypted configuration (or"]


def test_a_stand_in_is_not_judged_as_a_setting(tmp_path: Path) -> None:
    text = 'pulumi.ProviderResource("ivs", "far", {"region": p})'
    _, run = ran(_loaded(tmp_path, text))
    assert run.flaws == ()
