"""program/: programs in Python, run in this process."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from ivs_provider import program
from ivs_provider.planning.declaration import Foreign, Options, Place, Program, ProviderArguments
from ivs_provider.values import UNKNOWN, Problem, Secret
from tests.unit.program.writing import ARN, Book, head, ran

STAGE = "urn:pulumi:dev::video::ivs:index:Stage::"


def _loaded(directory: Path, text: str, stack: str = "", more: str = "") -> Program:
    (directory / "Pulumi.yaml").write_text(head("python") + more)
    (directory / "Pulumi.dev.yaml").write_text(dedent(stack))
    imports = "import pulumi\nfrom pulumi import CustomResource, ResourceOptions\n"
    (directory / "__main__.py").write_text(imports + dedent(text))
    return program.load(directory, environment={})


def test_resources_and_their_options_are_collected(tmp_path: Path) -> None:
    text = """
        west = pulumi.ProviderResource("ivs", "west", {"region": "us-west-2", "quotaWarnings": "false"})
        hall = CustomResource("ivs:index:Stage", "hall", {"name": "x", "tags": {"a": pulumi.Output.secret("s")}})
        CustomResource("ivs:index/ingestConfiguration:IngestConfiguration", "host", {"stageArn": hall.id},
            ResourceOptions(provider=west, protect=True, ignore_changes=["tags.a"], replace_on_changes=["name"],
                delete_before_replace=True, retain_on_delete=True, import_="arn:x", depends_on=[hall],
                custom_timeouts=pulumi.CustomTimeouts(create="1m", update="2s"),
                aliases=[pulumi.Alias(name="guest"), "urn:pulumi:dev::video::ivs:index:Stage::y"]))
        CustomResource("aws:s3/bucket:Bucket", "bucket", {})
        pulumi.export("arn", hall.id)
        pulumi.export("urn", hall.urn)
        print("said by the program")
    """
    declared = _loaded(tmp_path, text, "config: {ivs:region: eu-west-1}")
    book, run = ran(declared, Book(answers=lambda resource: {"arn": ARN} if resource.name == "hall" else {}))
    assert run.flaws == ()
    hall, host = book["hall"], book["host"]
    ingest = "urn:pulumi:dev::video::ivs:index:IngestConfiguration::"
    assert hall.declared == {"name": "x", "tags": {"a": Secret("s")}}
    assert (hall.options, hall.wanted) == (Options(), None)
    assert hall.provider == ProviderArguments("", {"region": "eu-west-1"})
    assert (host.urn, host.declared) == (ingest + "host", {"stageArn": ARN})
    assert host.options == Options(
        depends_on=frozenset({STAGE + "hall"}),
        protect=True,
        ignore_changes=(("tags", "a"),),
        replace_on_changes=(("name",),),
        delete_before_replace=True,
        retain_on_delete=True,
        aliases=(ingest + "guest", STAGE + "y"),
        import_id="arn:x",
        timeouts={"create": 60.0, "update": 2.0},
    )
    assert host.provider == ProviderArguments("west", {"region": "us-west-2", "quotaWarnings": False})
    assert run.foreign == (Foreign("aws:s3/bucket:Bucket", "bucket"),)
    assert run.outputs == {"arn": ARN, "urn": STAGE + "hall"}


def test_what_is_not_known_is_unknown_to_the_program(tmp_path: Path) -> None:
    text = """
        hall = CustomResource("ivs:index:Stage", "hall", {})
        name = hall.id.apply(lambda arn: f"x{arn}")
        CustomResource("ivs:index:Stage", "other", {"name": name})
        pulumi.export("name", name)
    """
    book, run = ran(_loaded(tmp_path, text))
    assert (book["other"].declared, run.outputs, run.flaws) == ({"name": UNKNOWN}, {"name": UNKNOWN}, ())
    assert book["other"].options.depends_on == {STAGE + "hall"}


def test_components_give_their_types_names_and_places_to_their_children(tmp_path: Path) -> None:
    text = """
        class Hall(CustomResource):
            def __init__(self, name, options):
                super().__init__("ivs:index:Stage", name, {}, options)

        class Studio(pulumi.ComponentResource):
            def __init__(self, name, options):
                super().__init__("video:index:Studio", name, None, options)
                self.hall = Hall(f"{name}-hall", ResourceOptions(parent=self))
                self.register_outputs({})

        studio = Studio("main", ResourceOptions(protect=True, aliases=[pulumi.Alias(name="first")]))
        CustomResource("ivs:index:Stage", "after", {}, ResourceOptions(depends_on=[studio]))
    """
    book, run = ran(_loaded(tmp_path, text))
    chain = "urn:pulumi:dev::video::video:index:Studio$ivs:index:Stage::"
    hall = book["main-hall"]
    assert run.flaws == ()
    assert hall.urn == chain + "main-hall"
    assert hall.options == Options(protect=True, aliases=(chain + "first-hall",))
    assert hall.place == Place("__main__.py", 11, 1)
    assert book["after"].options.depends_on == {chain + "main-hall"}


def test_configuration_reaches_the_program_and_what_is_encrypted_is_unknown(tmp_path: Path) -> None:
    text = """
        config = pulumi.Config()
        CustomResource("ivs:index:Stage", "hall", {
            "name": f"{config.require('name')}{config.require_int('size')}{config.require_object('tree')['a']}",
            "tags": {"a": config.require_secret("key"), "b": "x" + config.require("key")},
        })
    """
    stack = "config: {name: n, tree: {a: 1}, video:key: {secure: v1}}"
    book, run = ran(_loaded(tmp_path, text, stack, "config: {size: {type: integer, default: 3}}\n"))
    assert run.flaws == ()
    assert book["hall"].declared == {"name": "n31", "tags": {"a": Secret(UNKNOWN), "b": Secret(UNKNOWN)}}
    assert run.notes == ("the configuration video:key is encrypted: it is unknown here",)


def test_two_resources_of_one_name_are_refused(tmp_path: Path) -> None:
    text = """
        class Stage(CustomResource):
            def __init__(self, name):
                super().__init__("ivs:index:Stage", name, {})

        Stage("hall")
        Stage("hall")
    """
    _, run = ran(_loaded(tmp_path, text))
    assert list(map(str, run.flaws)) == [
        "__main__.py:9:1: hall: is declared twice: two resources of one type have this name; give one of them another"
    ]


def test_a_timeout_that_is_no_duration_is_refused(tmp_path: Path) -> None:
    text = """
        wrong = pulumi.CustomTimeouts(create="5 minutes", update="5m")
        CustomResource("ivs:index:Stage", "hall", {}, ResourceOptions(custom_timeouts=wrong))
    """
    _, run = ran(_loaded(tmp_path, text))
    assert list(map(str, run.flaws)) == ["hall: customTimeouts.create must be a duration, such as 30s or 1h30m"]


def test_functions_are_asked_of_the_callback_and_changing_ones_are_not_run(tmp_path: Path) -> None:
    text = """
        hall = CustomResource("ivs:index:Stage", "hall", {})
        got = pulumi.runtime.invoke_output("ivs:index:getStage", {"arn": "a"})
        started = pulumi.runtime.invoke_output("ivs:index:startComposition", {"stageArn": "a"})
        unknown = pulumi.runtime.invoke_output("ivs:index:getStage", {"arn": hall.id})
        pulumi.export("got", got.apply(lambda it: it["stage"]["name"]))
        pulumi.export("started", started)
        pulumi.export("unknown", unknown)
    """
    book, run = ran(_loaded(tmp_path, text), Book(answer={"stage": {"name": "hall"}}))
    assert run.flaws == ()
    assert book.called == [("getStage", {"arn": "a"}, "")]
    assert run.outputs == {"got": "hall", "started": Secret(UNKNOWN), "unknown": UNKNOWN}
    assert run.notes == ("startComposition changes something and is not run here: its answer is unknown",)


def test_what_a_function_finds_wrong_is_a_flaw(tmp_path: Path) -> None:
    text = 'pulumi.runtime.invoke_output("ivs:index:getStage", {"arn": "a"})'
    _, run = ran(_loaded(tmp_path, text), Book(answer=[Problem(("arn",), "must be an ARN")]))
    assert [str(flaw) for flaw in run.flaws] == ["getStage: arn: must be an ARN"]


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("\nraise ValueError('no')", "__main__.py:4:1: the program stopped with ValueError: no; mend it"),
        ("import nowhere_to_be_found", "install it beside ivs: the program runs in the Python of ivs"),
        ("import sys; sys.exit(3)", "the program ended itself; look at its output"),
        ("\nx = (", "__main__.py:4:5: the program stopped with SyntaxError: '(' was never closed; mend it"),
        ("pulumi.Config().require('x')", "__main__.py:3:1: the program stopped with ConfigMissingError"),
        ("CustomResource('ivs:index:Stag', 'a', {})", "a: ivs:index:Stag is no type; there are"),
        ("pulumi.Output.from_input(1).apply(lambda _: 1 / 0)", "ZeroDivisionError"),
    ],
)
def test_what_stops_a_program_is_a_flaw_with_its_line(tmp_path: Path, text: str, flaw: str) -> None:
    _, run = ran(_loaded(tmp_path, text))
    assert flaw in str(run.flaws[0])


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    declared = _loaded(tmp_path, "")
    (tmp_path / "__main__.py").unlink()
    _, run = ran(declared)
    assert "there is no __main__.py" in str(run.flaws[0])


def test_what_needs_a_resource_that_cannot_be_had_is_left_out(tmp_path: Path) -> None:
    text = """
        hall = CustomResource("ivs:index:Stage", "hall", {})
        host = CustomResource("ivs:index:IngestConfiguration", "host", {"stageArn": hall.id})
        CustomResource("ivs:index:Stage", "third", {"name": host.id})
        CustomResource("ivs:index:Stage", "other", {})
    """
    book, _ = ran(_loaded(tmp_path, text), Book(missing=frozenset({"hall"})))
    assert book.names == ["other"]


def test_what_a_register_raises_ends_the_run(tmp_path: Path) -> None:
    def fails(_: Any) -> Any:
        raise LookupError

    with pytest.raises(LookupError):
        ran(_loaded(tmp_path, 'CustomResource("ivs:index:Stage", "hall", {})'), Book(answers=fails))


def test_a_run_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("count = 0\n")
    text = """
        import os, helper
        helper.count += 1
        pulumi.export("count", helper.count)
        pulumi.export("at", os.getcwd())
    """
    declared = _loaded(tmp_path, text)
    before = (Path.cwd(), list(sys.path), sys.argv, dict(os.environ))
    for _ in range(2):
        _, run = ran(declared)
        assert run.outputs == {"count": 1, "at": str(tmp_path)}
    assert (Path.cwd(), list(sys.path), sys.argv, dict(os.environ)) == before
    assert "helper" not in sys.modules


def test_a_package_without_an_init_is_run_each_time(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/stages.py").write_text('import pulumi\npulumi.CustomResource("ivs:index:Stage", "hall", {})\n')
    declared = _loaded(tmp_path, "from parts import stages")
    for _ in range(2):
        book, _ = ran(declared)
        assert book.names == ["hall"]


def test_a_slip_in_a_type_is_not_another_providers(tmp_path: Path) -> None:
    _, run = ran(_loaded(tmp_path, 'CustomResource("ivss:index:Stage", "hall", {})'))
    assert [flaw.reason for flaw in run.flaws] == [
        "ivss:index:Stage is no type of ivs, and ivss no package that is known here; did you mean ivs:Stage?"
    ]
    assert run.foreign == ()


def test_what_is_installed_in_the_project_is_not_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A virtual environment is often a directory of the project: other threads use what lies there."""
    installed = tmp_path / ".venv" / "site-packages"
    installed.mkdir(parents=True)
    (installed / "installed_beside.py").write_text("")
    monkeypatch.syspath_prepend(installed)
    _, run = ran(_loaded(tmp_path, "import installed_beside"))
    assert run.flaws == ()
    assert "installed_beside" in sys.modules
    monkeypatch.delitem(sys.modules, "installed_beside")


def test_a_declaration_holds_what_python_declared(tmp_path: Path) -> None:
    text = """
        west = pulumi.ProviderResource("ivs", "hall", {"region": "us-west-2"})
        hall = CustomResource("ivs:index:Stage", "hall", {"name": "$x"}, ResourceOptions(provider=west))
        CustomResource("ivs:index:PublicKey", "hall", {"name": hall.id})
    """
    told, _ = ran(declared := _loaded(tmp_path, text))
    again, run = ran(program.load_declared(json.dumps(program.declared_json(declared))))
    assert run.flaws == ()
    by_urn = {resource.urn: resource for resource in again.taken}
    for one in told.taken:
        other = by_urn[one.urn]
        assert (other.declared, other.options, other.provider) == (one.declared, one.options, one.provider)
