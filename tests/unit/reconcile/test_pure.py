"""reconcile/: comparing, representing, desiring and previewing, on values made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from ivs_provider.config import Settings
from ivs_provider.reconcile import preview, represent
from ivs_provider.reconcile.compare import Change, Consequence, Kind, compare, is_ignored, same
from ivs_provider.reconcile.configuration import settings_problems
from ivs_provider.reconcile.desire import Autoname, AutonamingMode, desire
from ivs_provider.resources import registry
from ivs_provider.values import ABSENT, UNKNOWN, Declared, Desired, Observed, Recorded, Secret, Tree

STAGE = registry()["ivs:index:Stage"]
INGEST = registry()["ivs:index:IngestConfiguration"]
ENCODER = registry()["ivs:index:EncoderConfiguration"]
RECORDING = "autoParticipantRecordingConfiguration"
STORAGE = "arn:aws:ivs:eu-west-1:123456789012:storage-configuration/AbCdEf123456"


def test_a_change_says_all_of_itself() -> None:
    changes = compare(ENCODER, Recorded({"name": "a", "tags": {"x": Secret("1")}}), Desired({"name": "b"}))
    assert changes == [
        Change(path=("name",), kind=Kind.UPDATE, old="a", new="b", consequence=Consequence.REPLACE),
        Change(path=("tags", "x"), kind=Kind.REMOVE, old=Secret("1"), new=ABSENT, consequence=Consequence.TAGS_ONLY),
    ]


def test_members_of_a_later_version_are_compared_as_they_are() -> None:
    assert compare(STAGE, Recorded({"later": {"a": 1}}), Desired({"later": {"a": 1}, "name": ""})) == []
    changed = compare(STAGE, Recorded({"later": 1}), Desired({"later": 2}))
    assert [change.path for change in changed] == [("later",)]


@pytest.mark.parametrize(
    ("path", "ignored", "is_so"),
    [
        (("a", "b"), ("a",), True),
        (("a",), ("a", "b"), False),
        (("a", "b"), ("*", "b"), True),
        (("a", "c"), ("*", "b"), False),
        (("a", "c"), ("*",), True),
    ],
)
def test_an_ignored_path_covers_what_lies_below(path: Any, ignored: Any, is_so: bool) -> None:
    assert is_ignored(path, [ignored]) is is_so


@pytest.mark.parametrize(
    ("place", "left", "right", "equal"),
    [
        (("tags",), {}, ABSENT, True),
        (("tags",), {"a": "1"}, {"a": Secret("1")}, True),
        (("tags",), {"a": "1"}, {"b": "1"}, False),
        (("name",), "", ABSENT, True),
        ((RECORDING, "recordParticipantReplicas"), True, ABSENT, True),
        ((RECORDING, "recordParticipantReplicas"), True, 1, False),
        ((RECORDING, "mediaTypes"), [], ABSENT, True),
        ((RECORDING, "mediaTypes"), ["AUDIO_VIDEO"], [], True),
        ((RECORDING, "mediaTypes"), ["NONE"], [], False),
        ((RECORDING,), {"storageConfigurationArn": ""}, ABSENT, True),
        ((RECORDING,), {"later": 1}, {"later": 1, "storageConfigurationArn": ""}, False),
        ((RECORDING, "recordingReconnectWindowSeconds"), 30, 30.0, True),
        ((RECORDING, "recordingReconnectWindowSeconds"), UNKNOWN, UNKNOWN, False),
        (("redundantIngestCredentials",), [Secret("a")], ["a"], True),
        (("redundantIngestCredentials",), ["a", "b"], ["b", "a"], False),
    ],
)
def test_equality_has_the_services_eyes(place: Any, left: Any, right: Any, equal: bool) -> None:
    kind = INGEST if place[0] in INGEST.shape.properties and place[0] not in STAGE.shape.properties else STAGE
    *_, shape = kind.shape.along(place)
    assert same(shape, left, right) is equal
    assert same(shape, right, left) is equal


def test_an_answer_is_stripped_of_what_is_not_the_programs() -> None:
    answer: Tree = {"arn": "a", "later": 1, "name": None, "tags": {"pulumi-ivs:urn": "x", "aws:y": "z", "own": "1"}}
    assert represent.normalised(STAGE, answer) == {"arn": "a", "tags": {"own": "1"}}
    assert represent.normalised(STAGE, {"arn": "a"}) == {"arn": "a"}


def test_a_refresh_speaks_as_the_program_does() -> None:
    recorded = Recorded({"insecureIngest": False, "force": True, "tags": Secret({"a": "1"}), "userId": "u"})
    observed = Observed({"tags": {"a": "2", "b": "3"}, "userId": "v", "name": "n"})
    assert represent.recorded_inputs(INGEST, recorded, observed) == {
        "insecureIngest": False,
        "force": True,
        "tags": Secret({"a": "2"}),
        "userId": "v",
    }
    assert represent.recorded_inputs(STAGE, Recorded({"name": Secret("a")}), Observed({})) == {}


def test_an_import_leaves_out_what_a_check_refuses() -> None:
    """AWS may hold what a program must not say: it is left to AWS."""
    observed = Observed(
        {"name": "has a space", "tags": {"k" * 200: "x", "fine": "y"}, RECORDING: {"mediaTypes": ["X"]}}
    )
    assert represent.importable(STAGE, observed, {}) == {"tags": {"fine": "y"}}
    switched_on = Observed({RECORDING: {"storageConfigurationArn": STORAGE, "mediaTypes": ["AUDIO_VIDEO"]}})
    assert represent.importable(STAGE, switched_on, {}) == {RECORDING: {"storageConfigurationArn": STORAGE}}


def test_one_path_is_taken_out_of_a_tree() -> None:
    tree: Tree = {"a": {"b": 1, "c": 2}, "d": [1]}
    assert represent.without(tree, ("a", "b")) == {"a": {"c": 2}, "d": [1]}
    assert represent.without(tree, ("d", 0)) == {"a": {"b": 1, "c": 2}}
    assert represent.without(tree, ("x", "y")) == tree
    assert represent.without(tree, (0,)) == tree


def test_tags_applied_in_part() -> None:
    """Of those that the program says or said, what is there; as secret as it is there."""
    recorded, desired = Recorded({"tags": {"x": "1", "y": "1"}}), Desired({"name": "n", "tags": {"x": "2", "z": "9"}})
    outputs: Tree = {"tags": {"x": Secret("2"), "y": "1", "foreign": "f"}}
    assert represent.tagged_in_part(desired, recorded, outputs) == {"name": "n", "tags": {"x": Secret("2"), "y": "1"}}
    hidden = represent.tagged_in_part(desired, Recorded({"tags": Secret({"x": "1"})}), {"tags": Secret({"x": "1"})})
    assert hidden == {"name": "n", "tags": Secret({"x": "1"})}
    assert represent.tagged_in_part(desired, Recorded({}), {}) == {"name": "n"}


@pytest.mark.parametrize(
    ("desired", "inputs", "outputs", "known"),
    [
        ({"name": "b"}, {"name": "a"}, {"arn": "x", "name": "a"}, {"arn": "x", "name": "b"}),
        ({}, {"name": "a"}, {"arn": "x", "name": "a"}, {"arn": "x", "name": ""}),
        ({}, {}, {"arn": "x", "activeSessionId": "st-1", "endpointsReadTime": "t"}, {"arn": "x"}),
        ({RECORDING: {"mediaTypes": UNKNOWN}}, {},
         {RECORDING: {"mediaTypes": ["NONE"], "storageConfigurationArn": "s"}},
         {RECORDING: {"mediaTypes": UNKNOWN, "storageConfigurationArn": "s"}}),
        ({RECORDING: {"storageConfigurationArn": "s"}}, {RECORDING: {"storageConfigurationArn": "s", "mediaTypes": []}},
         {RECORDING: {"storageConfigurationArn": "s", "mediaTypes": ["NONE"]}},
         {RECORDING: {"storageConfigurationArn": "s"}}),
        ({RECORDING: Secret({"storageConfigurationArn": "s"})}, {}, {RECORDING: {"mediaTypes": ["NONE"]}},
         {RECORDING: Secret({"mediaTypes": ["NONE"], "storageConfigurationArn": "s"})}),
        ({RECORDING: UNKNOWN}, {}, {RECORDING: {"mediaTypes": ["NONE"]}}, {RECORDING: UNKNOWN}),
        ({}, {"later": 1}, {"later": 1}, {}),
    ],
)  # fmt: skip
def test_a_preview_says_what_is_certain(desired: Any, inputs: Any, outputs: Any, known: Any) -> None:
    assert preview.updated(STAGE, Desired(desired), Recorded(inputs), outputs) == known


def test_a_preview_of_a_create_is_its_inputs() -> None:
    assert preview.created(Desired({"name": UNKNOWN})) == {"name": UNKNOWN}


def test_a_name_is_refused_where_the_stack_forbids_making_one() -> None:
    autoname = Autoname(AutonamingMode.DISABLE, "", exists=False)
    wanted, problems = desire(STAGE, Declared({}), Recorded({}), Settings(), autoname)
    assert (wanted, [problem.path for problem in problems]) == ({}, [("name",)])
    kept, none = desire(STAGE, Declared({}), Recorded({"name": "old"}), Settings(), autoname)
    assert (kept, none) == ({"name": "old"}, [])


def test_settings_name_their_problems_in_secret_maps_too() -> None:
    found = settings_problems({"defaultTags": Secret({"pulumi-ivs:x": "1"}), "rateLimits": {"Nothing": 3}}, {})
    assert [problem.path for problem in found] == [("defaultTags", "pulumi-ivs:x"), ("rateLimits", "Nothing")]


@pytest.mark.parametrize(
    ("mode", "proposed", "recorded", "name"),
    [
        (AutonamingMode.PROPOSE, "the hall", None, "the-hall"),
        (AutonamingMode.PROPOSE, "h" * 200, None, "h" * 128),
        (AutonamingMode.PROPOSE, "new", {"name": "old"}, "old"),
        (AutonamingMode.PROPOSE, "new", {"tags": {}}, None),
        (AutonamingMode.PROPOSE, "new", {}, None),
        (AutonamingMode.ENFORCE, "the hall", None, "the hall"),
    ],
)
def test_a_proposed_name_is_made_to_fit_and_an_enforced_one_is_not(
    mode: AutonamingMode, proposed: str, recorded: Any, name: str | None
) -> None:
    autoname = Autoname(mode, proposed, exists=recorded is not None)
    wanted, problems = desire(STAGE, Declared({}), Recorded(recorded or {}), Settings(), autoname)
    assert wanted.get("name") == name
    assert bool(problems) is (name == "the hall")


def test_default_tags_go_under_the_programs_own() -> None:
    settings = Settings(default_tags={"a": "1", "b": Secret("2")})

    def tags(own: Any) -> Any:
        return desire(STAGE, Declared({"tags": own}), Recorded({}), settings, None)[0]["tags"]

    assert tags({"a": "own"}) == {"a": "own", "b": Secret("2")}
    assert tags(Secret({"a": "own"})) == {"a": Secret("own"), "b": Secret("2")}
    assert tags(UNKNOWN) is UNKNOWN
