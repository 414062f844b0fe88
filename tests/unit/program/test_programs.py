"""program/: YAML programs as registers see them, and everything that is wrong with one at once."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from ivs_provider import program
from ivs_provider.planning.declaration import BadProgram, Foreign, Options, Place, ProviderArguments
from ivs_provider.values import UNKNOWN, Problem, Secret
from tests.unit.program.writing import ARN, Book, head, loaded, ran

STAGE = "urn:pulumi:dev::video::ivs:index:Stage::"
INGEST = "urn:pulumi:dev::video::ivs:index:IngestConfiguration::"


def test_a_resource_is_registered_with_all_that_the_program_says_of_it(tmp_path: Path) -> None:
    text = """
        resources:
          first: {type: ivs:Stage}
          hall:
            type: ivs:index/stage:Stage
            name: main hall
            properties:
              name: hall
              tags:
                team: ${team}
            options:
              dependsOn: ["${first}"]
              protect: true
              ignoreChanges: [name, 'tags["a b"]']
              replaceOnChanges: [tags]
              deleteBeforeReplace: true
              retainOnDelete: true
              import: arn:aws:ivs:eu-west-1:123456789012:stage/AbCdEf123456
              customTimeouts: {create: 1m30s, delete: 500ms, read: 1h}
              aliases:
                - urn:pulumi:dev::video::ivs:index:Stage::old
                - {name: older}
                - {noParent: true, stack: test, project: film, type: "ivs:index:Room"}
              version: 1.0.0
        variables: {team: video}
        outputs: {o: "${hall.id} ${hall.endpoints.whip}"}
    """
    book, run = ran(loaded(tmp_path, text))
    assert run.flaws == ()
    hall = book["main hall"]
    assert hall.urn == STAGE + "main hall"
    assert hall.kind.token == "ivs:index:Stage"
    assert hall.declared == {"name": "hall", "tags": {"team": "video"}}
    assert hall.options == Options(
        depends_on=frozenset({STAGE + "first"}),
        protect=True,
        ignore_changes=(("name",), ("tags", "a b")),
        replace_on_changes=(("tags",),),
        delete_before_replace=True,
        retain_on_delete=True,
        aliases=(STAGE + "old", STAGE + "older", "urn:pulumi:test::film::ivs:index:Room::main hall"),
        import_id=ARN,
        timeouts={"create": 90.0, "delete": 0.5},
    )
    assert hall.wanted == frozenset({"arn", "endpoints"})
    assert hall.place == Place("Pulumi.yaml", 6, 3)
    assert hall.places == {
        ("name",): Place("Pulumi.yaml", 10, 7),
        ("tags",): Place("Pulumi.yaml", 11, 7),
        ("tags", "team"): Place("Pulumi.yaml", 12, 9),
    }
    assert str(hall.flaw(Problem(("tags", "team"), "no"))) == "Pulumi.yaml:12:9: main hall: tags.team: no"
    assert run.outputs == {"o": UNKNOWN}


def test_outputs_reach_what_refers_to_them(tmp_path: Path) -> None:
    text = """
        resources:
          host: {type: "ivs:IngestConfiguration", properties: {stageArn: "${arns[0]}"}}
          hall: {type: "ivs:Stage"}
        variables: {arns: ["${hall.id}", "${hall.name}"]}
        outputs: {urn: "${hall.urn}", name: "${hall.name}", whole: "${hall}"}
    """
    book, run = ran(loaded(tmp_path, text), Book(answers=lambda _: {"arn": ARN, "endpoints": {"whip": "w"}}))
    assert book.names == ["hall", "host"]
    assert book["host"].declared == {"stageArn": ARN}
    assert book["host"].options.depends_on == {STAGE + "hall"}
    assert run.outputs["urn"] == STAGE + "hall"
    assert run.outputs["name"] is UNKNOWN
    whole: Any = run.outputs["whole"]
    assert (whole["arn"], whole["id"], whole["endpoints"], whole["name"]) == (ARN, ARN, {"whip": "w"}, UNKNOWN)
    shape = book["hall"].kind.shape
    assert book["hall"].wanted == frozenset({*shape.inputs(), *shape.outputs()})


def test_children_inherit_and_carry_the_types_of_their_parents(tmp_path: Path) -> None:
    text = """
        resources:
          west: {type: "pulumi:providers:ivs", properties: {region: us-west-2}}
          hall:
            type: ivs:Stage
            options: {protect: true, retainOnDelete: true, provider: "${west}", aliases: [{name: foyer}]}
          hall-host:
            type: ivs:IngestConfiguration
            options: {parent: "${hall}"}
          free:
            type: ivs:IngestConfiguration
            options: {parent: "${hall}", protect: false, retainOnDelete: false}
    """
    book, run = ran(loaded(tmp_path, text))
    assert run.flaws == ()
    child, free = book["hall-host"], book["free"]
    chain = "urn:pulumi:dev::video::ivs:index:Stage$ivs:index:IngestConfiguration::"
    assert (child.urn, child.options.aliases) == (chain + "hall-host", (chain + "foyer-host",))
    assert child.options.depends_on == {STAGE + "hall"}
    assert child.provider == ProviderArguments("west", {"region": "us-west-2"})
    assert (child.options.protect, child.options.retain_on_delete) == (True, True)
    assert (free.options.protect, free.options.retain_on_delete) == (False, False)


def test_the_default_provider_serves_what_names_no_other(tmp_path: Path) -> None:
    text = """
        resources:
          west: {type: "pulumi:providers:ivs", defaultProvider: true, properties: {quotaWarnings: "false"}}
          east: {type: "pulumi:providers:ivs", name: orient, properties: {region: us-east-1}}
          hall: {type: "ivs:Stage"}
          foyer: {type: "ivs:Stage", options: {provider: "${east}"}}
        variables:
          asked: {fn::ivs:getStage: {arn: x}}
          elsewhere: {fn::invoke: {function: "ivs:getStage", arguments: {arn: y}, options: {provider: "${east}"}}}
    """
    book, run = ran(loaded(tmp_path, text))
    assert run.flaws == ()
    assert book["hall"].provider == ProviderArguments("west", {"quotaWarnings": False})
    assert book["foyer"].provider == ProviderArguments("orient", {"region": "us-east-1"})
    assert {provider: arguments for _, arguments, provider in book.called} == {
        "west": {"arn": "x"},
        "orient": {"arn": "y"},
    }


def test_resources_of_others_are_listed_and_their_outputs_unknown(tmp_path: Path) -> None:
    text = """
        resources:
          bucket: {type: "aws:s3:Bucket", properties: {source: {fn::fileAsset: nowhere}, policy: {fn::later: 1}}}
          archive: {type: "ivs:StorageConfiguration", properties: {s3: {bucketName: "${bucket.name}"}}}
          seen: {type: "ivs:Stage", get: {id: "arn:x"}}
          host: {type: "ivs:IngestConfiguration", properties: {stageArn: "${seen.arn}", name: "${seen.name}"}}
    """
    book, run = ran(loaded(tmp_path, text))
    assert run.flaws == ()
    assert run.foreign == (Foreign("aws:s3:Bucket", "bucket", Place("Pulumi.yaml", 5, 3)),)
    assert book["archive"].declared == {"s3": {"bucketName": UNKNOWN}}
    assert book["host"].declared == {"stageArn": "arn:x", "name": UNKNOWN}
    assert book.names == ["host", "archive"]
    assert run.notes == ("seen is only read (get): of it, nothing but its ARN is known here",)


@pytest.mark.parametrize("workers", [1, 4])
def test_what_needs_a_resource_that_cannot_be_had_is_left_out(tmp_path: Path, workers: int) -> None:
    text = """
        resources:
          hall: {type: "ivs:Stage"}
          host: {type: "ivs:IngestConfiguration", properties: {stageArn: "${arn}"}}
          other: {type: "ivs:Stage"}
        variables: {arn: "${hall.arn}"}
        outputs: {a: "${arn}", b: "${other.arn}"}
    """
    book, run = ran(loaded(tmp_path, text), Book(missing=frozenset({"hall"})), workers=workers)
    assert book.names == ["other"]
    assert run.outputs == {"b": UNKNOWN}


@pytest.mark.parametrize("workers", [1, 4])
def test_what_a_register_raises_ends_the_run(tmp_path: Path, workers: int) -> None:
    def fails(_: Any) -> Any:
        raise LookupError

    with pytest.raises(LookupError):
        ran(loaded(tmp_path, "resources: {hall: {type: 'ivs:Stage'}}"), Book(answers=fails), workers=workers)


def test_several_workers_register_each_after_what_it_needs(tmp_path: Path) -> None:
    ingest = "{{type: 'ivs:IngestConfiguration', properties: {{stageArn: '${{s{0}.arn}}'}}}}"
    chains = "".join(f"  s{n}: {{type: 'ivs:Stage'}}\n  i{n}: {ingest.format(n)}\n" for n in range(20))
    program = loaded(tmp_path, f"resources:\n{chains}")
    book, _ = ran(program, Book(answers=lambda each: {"arn": each.name}), workers=8)
    assert len(book.names) == 40
    assert {each.name: each.declared.get("stageArn") for each in book.taken if each.name[0] == "i"} == {
        f"i{n}": f"s{n}" for n in range(20)
    }


def test_the_order_is_by_level_then_urn_whatever_the_program_says_first(tmp_path: Path) -> None:
    one = [
        "b: {type: 'ivs:Stage'}",
        "a: {type: 'ivs:Stage'}",
        "x: {type: 'ivs:PublicKey', properties: {name: '${b.arn}'}}",
    ]
    orders = set()
    for lines in (one, one[::-1]):
        book, _ = ran(loaded(tmp_path, "resources:\n" + "".join(f"  {line}\n" for line in lines)))
        orders.add(tuple(book.names))
    assert orders == {("a", "b", "x")}


def test_everything_wrong_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    text = """
        config:
          absent: {type: string}
        resources:
          a: {type: "ivs:IngestConfiguration", properties: {stageArn: "${b.arn}"}}
          b: {type: "ivs:Stage", properties: {name: "${d}"}}
          wrong: {type: "ivs:index:Stag", propertys: {}}
          hall: {type: "ivs:Stage", dependsOn: []}
          twin: {type: "ivs:Stage", name: hall, options: {protekt: true, deletedWith: "${a}"}}
          c: {type: "ivs:Stage"}
          c: {type: "ivs:Stage"}
          x:
            type: ivs:Stage
            properties:
              name: ${hal.arn}
              tags: {a: "${hall.endpoints.whipp}", b: "${hall.nme}", d: {fn::jion: 1}, f: "${oops"}
            options: {protect: "${hall.arn}", provider: "${a}", customTimeouts: {create: soon}, aliases: [{nme: x}]}
          untyped: {properties: {}}
          hidden: 5
          slip: {type: ivss:Stage}
          bare: {type: storageConfiguration, options: {provider: "${nobody}"}}
          settings: {type: "pulumi:providers:ivs", properties: {region: 5}}
        variables:
          d: ${a.arn}
          hall: 1
          pulumi: 1
    """
    stack = "config: {ivs:driftDetection: sometimes, absent: 1}"
    _, run = ran(
        loaded(
            tmp_path,
            text.replace('name: "${c}"', 'name: "${d}"').replace("  c: ${a.arn}", "  d: ${a.arn}"),
            {"Pulumi.dev.yaml": stack},
        )
    )
    told = [
        str(flaw).removeprefix("Pulumi.yaml:") for flaw in sorted(run.flaws, key=lambda flaw: flaw.place or Place(""))
    ]
    assert told == [
        (
            "Pulumi.dev.yaml:1:30: configuration ivs: driftDetection: must be one of off, fast, declared, all,"
            " not 'sometimes'"
        ),
        "7:3: a: needs itself: a → b → d → a; take one of these references out",
        "9:17: wrong: ivs:index:Stag is no type of ivs; did you mean Stage?",
        "9:35: wrong: a resource has no propertys; did you mean properties?",
        "10:29: hall: a resource has no dependsOn; it is an option",
        "11:3: twin: has the type, name and parent of hall (Pulumi.yaml:10:3); give one of them another name",
        "11:51: twin: protekt is no option of a resource; did you mean protect?",
        "11:66: twin: the option deletedWith is not supported here; use pulumi preview, or remove it",
        "13:3: c is there twice, first in line 12; rename or remove one",
        "17:13: x: nothing is called hal; did you mean hall?",
        "18:17: x: ${hall.endpoints.whipp} is not known: there is no whipp; did you mean whip?",
        "18:47: x: ${hall.nme} is not known: Stage has no nme; did you mean name?",
        "18:66: x: fn::jion is no function of Pulumi YAML; did you mean join?",
        "18:83: x: the reference in '${oops' is not complete; write ${name.key}, or $${ for the characters",
        "19:24: x: protect must be true or false, and known before anything is created",
        "19:49: x: a is no provider of ivs; write one of type pulumi:providers:ivs",
        "19:82: x: customTimeouts.create must be a duration, such as 30s or 1h30m",
        "19:99: x: must be a URN, or say what was different: name, type, parent, noParent",
        "20:3: untyped: has no type; write type: ivs:index:Stage, say",
        "21:3: hidden: has no type; write type: ivs:index:Stage, say",
        "21:11: hidden: a resource must be an object with type and properties",
        "22:16: slip: ivss:Stage is no type of ivs, and ivss no package that is known here; did you mean ivs:Stage?",
        "23:16: bare: storageConfiguration is no type: it names no package; did you mean ivs:StorageConfiguration?",
        (
            "23:58: bare: nothing is called nobody; "
            "there are a, absent, b, bare, c, d, hall, hidden, pulumi, settings, slip, twin and 3 more"
        ),
        "24:57: settings: region: must be a string, not 5",
        "27:3: hall: is a resource and a variable; rename one",
        "28:3: pulumi: is a name that Pulumi keeps for itself; choose another",
    ]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "there is no Pulumi.yaml here; go to the project's directory, or name it: -C DIR (--cwd)"),
        ({"Pulumi.yaml": "runtime: yaml"}, "Pulumi.yaml: has no name"),
        ({"Pulumi.yaml": "name: a"}, "Pulumi.yaml: has no runtime; write runtime: yaml"),
        (
            {"Pulumi.yaml": "name: my project\nruntime: yaml", "Pulumi.dev.yaml": ""},
            "Pulumi.yaml:1:7: the name 'my project' is none that Pulumi takes for a project; choose one of letters",
        ),
        (
            {"Pulumi.yaml": head(), "Pulumi.bad stack.yaml": ""},
            "the name 'bad stack' is none that Pulumi takes for a stack",
        ),
        (
            {"Pulumi.yaml": "name: a\nruntime: {name: nodejs}"},
            "Pulumi.yaml:2:10: programs in nodejs are not read here, only python, yaml; use pulumi preview",
        ),
        ({"Pulumi.yaml": "- a"}, "Pulumi.yaml:1:1: must be an object"),
        ({"Pulumi.yaml": "a: b: c"}, "Pulumi.yaml:1:5: not YAML"),
        (
            {"Pulumi.yaml": head(), "Pulumi.dev.yaml": "", "Pulumi.test.yaml": ""},
            "which stack? There are dev, test; say --stack NAME, or set PULUMI_STACK",
        ),
        ({"Pulumi.yaml": head()}, "which stack? There are none"),
        ({"Pulumi.yaml": head(), "Pulumi.dev.yaml": "a: b: c"}, "Pulumi.dev.yaml:1:5: not YAML"),
    ],
)
def test_what_cannot_be_read_at_all_is_said(tmp_path: Path, files: dict[str, str], reason: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(BadProgram) as refused:
        program.load(tmp_path, environment={})
    assert reason in str(refused.value)


def test_the_stack_is_named_by_argument_environment_or_being_the_only_one(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yml").write_text(
        head() + "stackConfigDir: stacks\noutputs: {o: '${pulumi.organization}', s: '${size}'}\n"
    )
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks/Pulumi.prod.yml").write_text("config: {video:size: 5}")
    only = program.load(tmp_path, environment={})
    named = program.load(tmp_path, "acme/video/test", environment={"PULUMI_STACK": "other"})
    told = program.load(tmp_path, environment={"PULUMI_STACK": "other"})
    assert (only.stack, named.stack, told.stack) == ("prod", "test", "other")
    _, run = ran(only)
    assert run.outputs == {"o": UNKNOWN, "s": 5}
    assert ran(named)[1].outputs["o"] == "acme"


def test_a_program_elsewhere_is_found_by_main(tmp_path: Path) -> None:
    book, run = ran(
        loaded(tmp_path, "main: program", {"program/Main.yaml": "resources: {a: {type: 'ivs:Stage', x: 1}}"})
    )
    assert book.names == ["a"]
    assert str(run.flaws[0]).startswith("program/Main.yaml:1:36: a: a resource has no x")
    (tmp_path / "program/Main.yaml").unlink()
    _, run = ran(loaded(tmp_path, "main: program"))
    assert "there is no Main.yaml" in run.flaws[0].reason


def test_secret_properties_as_a_whole_are_secret_one_by_one(tmp_path: Path) -> None:
    text = "variables: {p: {fn::secret: {name: a}}}\nresources: {a: {type: 'ivs:Stage', properties: '${p}'}}"
    book, run = ran(loaded(tmp_path, text))
    assert (book["a"].declared, run.flaws) == ({"name": Secret("a")}, ())


def test_the_examples_are_read_without_a_flaw(tmp_path: Path) -> None:
    for path in sorted(Path(__file__).parents[3].glob("examples/*/Pulumi.yaml")):
        directory = tmp_path / path.parent.name
        directory.mkdir()
        (directory / "Pulumi.yaml").write_text(dedent(path.read_text()))
        for key in ("old", "new", "private"):
            (directory / f"{key}.pub.pem").write_text("key")
        book, run = ran(program.load(directory, "dev", environment={}))
        assert run.flaws == ()
        assert book.taken


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ("5", "options must be an object"),
        ("{dependsOn: 5}", "dependsOn must be a list"),
        ("{aliases: x}", "aliases must be a list"),
        ("{parent: '${a.arn}'}", "parent must be a resource: ${name}"),
        ("{provider: west}", "provider must be a resource: ${name}"),
        ("{ignoreChanges: ['a[']}", "ignoreChanges must be a list of property paths"),
        ("{replaceOnChanges: [5]}", "replaceOnChanges must be a list of property paths"),
        ("{deleteBeforeReplace: 1}", "deleteBeforeReplace must be true or false, written out"),
        ("{retainOnDelete: '${v}'}", "retainOnDelete must be true or false, written out"),
        ("{import: '${a.arn}'}", "import must be an ARN, written out"),
        ("{customTimeouts: 5m}", "customTimeouts must be an object"),
        ("{customTimeouts: {creat: 5m}}", "customTimeouts has no creat; did you mean create?"),
        ("{customTimeouts: {make: 5m}}", "customTimeouts has no make; there are create, delete, read, update"),
        ("{aliases: [{parent: nobody}]}", "must be a URN, or say what was different"),
        ("{aliases: [{parent: '${a}'}, {urn: 'urn:pulumi:x'}]}", ""),
    ],
)
def test_options_are_checked_one_by_one(tmp_path: Path, options: str, reason: str) -> None:
    resources = f"resources:\n  a: {{type: 'ivs:Stage'}}\n  b: {{type: 'ivs:Stage', options: {options}}}\n"
    text = f"variables: {{v: true}}\n{resources}"
    book, run = ran(loaded(tmp_path, text))
    assert [reason in flaw.reason for flaw in run.flaws] == [True] * bool(reason)
    assert [flaw.subject for flaw in run.flaws] == ["b"] * bool(reason)
    assert sorted(book.names) == ["a", "b"]


def test_an_alias_may_name_a_parent(tmp_path: Path) -> None:
    text = "resources:\n  a: {type: 'ivs:Stage'}\n  b: {type: 'ivs:Stage', options: {aliases: [{parent: '${a}'}]}}\n"
    book, _ = ran(loaded(tmp_path, text))
    assert book["b"].options.aliases == ("urn:pulumi:dev::video::ivs:index:Stage$ivs:index:Stage::b",)


@pytest.mark.parametrize("number", [".inf", "-.INF", ".nan"])
def test_a_number_without_end_is_refused_where_it_stands(tmp_path: Path, number: str) -> None:
    """JSON has no word for it, and what `ivs` prints for programs is JSON."""
    _, run = ran(loaded(tmp_path, f"outputs:\n  o: [{number}]\n"))
    assert [str(flaw) for flaw in run.flaws] == [
        "Pulumi.yaml:4:7: o: is a number without end, for which JSON has no word; quote it"
    ]
    assert run.outputs == {"o": [UNKNOWN]}


@pytest.mark.parametrize(
    "said",
    [
        ".inf",
        "'1e400'",
        "'Infinity'",
        "'[1e400]'",
        "'[NaN]'",
        f"'{'[' * 900}{']' * 900}'",
        f"'{'[' * 9_000}{']' * 9_000}'",
    ],
)
def test_configuration_that_is_no_number_of_json_is_a_text(tmp_path: Path, said: str) -> None:
    text = {".inf": "+Inf"}.get(said, said.strip("'"))
    _, run = ran(loaded(tmp_path, "outputs: {o: '${key}'}", {"Pulumi.dev.yaml": f"config: {{key: {said}}}"}))
    assert (run.flaws, run.outputs) == ((), {"o": text})
