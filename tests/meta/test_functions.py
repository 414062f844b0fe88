"""Every function against botocore's newest model, and all 40 operations against what can reach them."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ivs_provider import functions as room
from ivs_provider.cloud.client import service_of
from ivs_provider.functions import functions
from ivs_provider.functions.invoking import _problems
from ivs_provider.functions.placeholders import placeholders
from ivs_provider.model import schema
from ivs_provider.resources import registry
from ivs_provider.values import Secret
from tests.meta.model_comparison import PAGING, function_differences, newest_model, service_model

if TYPE_CHECKING:
    from ivs_provider.model.function_type import FunctionType

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
REAL_TIME = service_model(newest_model())
LOW_LATENCY = service_model(newest_model("ivs"))
FUNCTIONS = list(functions().values())
each_function = pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)

NAMES = [
    *("createParticipantToken", "signParticipantToken", "signConnectionToken", "verifyToken", "revokeConnectionToken"),
    *("startComposition", "stopComposition", "getComposition", "listCompositions"),
    *("disconnectParticipant", "startParticipantReplication", "stopParticipantReplication"),
    *("listParticipantReplicas", "getParticipant", "listParticipants", "listParticipantEvents"),
    *("getStageSession", "listStageSessions"),
    *("getStage", "getEncoderConfiguration", "getStorageConfiguration", "getIngestConfiguration", "getPublicKey"),
    *("listStages", "listEncoderConfigurations", "listStorageConfigurations", "listIngestConfigurations"),
    *("listPublicKeys", "getChannel", "listChannels"),
]
"""Typed by hand: names are what stands in every user's program, so one must never go."""

CHANGING = {
    *("createParticipantToken", "revokeConnectionToken", "startComposition", "stopComposition"),
    *("disconnectParticipant", "startParticipantReplication", "stopParticipantReplication"),
}

WITHOUT_OPERATION = {"signConnectionToken", "signParticipantToken", "verifyToken"}
"""Work without the API, so the model knows nothing of them."""

ALWAYS = "a required input is always answered; our id too"
LOOKED_UP = "any of three ways, of which the API has one"
ON_PURPOSE = {
    "disconnectParticipant.result.disconnected: not in the model": "the API answers nothing",
    "revokeConnectionToken.result.revoked: not in the model": "the API answers nothing",
    "startParticipantReplication.result.started: not in the model": "the API answers headers alone",
    "stopParticipantReplication.result.stopped: not in the model": "the API answers headers alone",
    "stopComposition.result.state: not in the model": "it waits until it has stopped, the API answers nothing",
    "stopComposition.arguments.timeoutSeconds: not in the model": "how long to wait",
    "startComposition.arguments.name: not in the model": "one of several with the same arguments",
    "startComposition.result.started: not in the model": "one that runs already is the answer, too",
    "startComposition.result.warnings: not in the model": "what the stack has running under the name besides",
    "getStage.result.stage.endpointsReadTime: not in the model: remove it": "how old endpoints are; see stage.json",
    "getStage.result.stage.autoParticipantRecordingConfiguration.thumbnailConfiguration.storage:"
    " uniqueItems is True, the model says None": "see test_schemas",
    "getEncoderConfiguration.result.encoderConfiguration.video.height: multipleOf is 2, the model says None": "even",
    "getEncoderConfiguration.result.encoderConfiguration.video.width: multipleOf is 2, the model says None": "even",
    "getPublicKey.result.publicKey: required is arn, publicKeyMaterial, the model says nothing": ALWAYS,
    "getStorageConfiguration.result.storageConfiguration: required is arn, s3, the model says arn": ALWAYS,
    **{
        f"{place}.tags{{key}}: pattern is None, the model says ^([\\p{{L}}\\p{{Z}}\\p{{N}}_.:/=+\\-@]+)$": "an answer's"
        for place in ("getChannel.result.channel", "listChannels.result.channels[]")
    },
    **{
        f"get{kind}.{line}": LOOKED_UP
        for kind in [*(each.name for each in registry().values()), "Channel"]
        for line in (
            "arguments.name: not in the model",
            "arguments.tags: not in the model",
            "arguments: required is nothing, the model says arn",
        )
    },
    **{
        f"get{each.name}.result.{each.read.result}: title is Observed{each.name}, the model says {each.name}": (
            "SDKs have a class of that name: the resource"
        )
        for each in registry().values()
    },
}
"""Differences that are meant, with the reason."""

REACHED_OTHERWISE = {
    "ListTagsForResource": "tags are members of every type; the provider calls it where a List lacks them",
    "TagResource": "tags are inputs of every type",
    "UntagResource": "tags are inputs of every type",
}


def compared(function: FunctionType, declaration: dict[str, Any] | None = None) -> list[str]:
    """The differences of one function."""
    operation = f"{function.name[0].upper()}{function.name[1:]}"
    model = REAL_TIME if service_of(operation) == "ivs-realtime" else LOW_LATENCY
    return function_differences(function.name, declaration or function.declaration, model)


COMPARED = [function for function in FUNCTIONS if function.name not in WITHOUT_OPERATION]


def test_the_registry_holds_every_function() -> None:
    """Found by discovery, each declared once, in the group that its module is named after."""
    assert sorted(functions()) == sorted(NAMES)
    declared = {group: set(schema.load_functions(group)) for group in schema.FUNCTION_GROUPS}
    assert {path.stem for path in SCHEMAS.glob("functions/*.json")} == set(declared)
    assert {name for names in declared.values() for name in names} == set(functions())
    modules = {path.stem for path in Path(str(room.__file__)).parent.glob("*.py")}
    assert modules >= set(declared)


def test_exactly_those_that_change_something_are_kept_out_of_previews() -> None:
    """A preview that starts a composition is no preview."""
    assert {function.name for function in FUNCTIONS if function.changes} == CHANGING


def test_functions_and_model_agree() -> None:
    """Every member in and out, with its type, limits, enum and secrecy."""
    assert sorted({line for function in COMPARED for line in compared(function)} - set(ON_PURPOSE)) == []


def test_every_difference_on_purpose_is_still_one() -> None:
    """A line whose reason went would hide the next real difference of the same words."""
    assert sorted(set(ON_PURPOSE) - {line for function in COMPARED for line in compared(function)}) == []


@pytest.mark.parametrize("side", ["arguments", "result"])
@each_function
def test_a_member_that_goes_is_named(function: FunctionType, side: str) -> None:
    """A comparison that sees nothing would agree to everything."""
    if function not in COMPARED:
        return
    for name in function.declaration[side]["properties"]:
        altered = copy.deepcopy(function.declaration)
        del altered[side]["properties"][name]
        assert set(compared(function, altered)) != set(compared(function))


def test_all_operations_with_every_member_are_reachable() -> None:
    """The forty operations, each as a resource or as a function; what is refused says why in its schema."""
    calls = [
        call
        for kind in registry().values()
        for call in (kind.create, kind.read, kind.list, kind.update, kind.delete)
        if call
    ]
    of_functions = {operation for function in FUNCTIONS for operation in function.operations}
    reached = {call.operation for call in calls} | of_functions | set(REACHED_OTHERWISE)
    assert len(REAL_TIME.operation_names) == 40
    assert sorted(set(REAL_TIME.operation_names) - reached) == []
    # Members of operations that resources use are compared by test_schemas; here those that functions alone use.
    alone = of_functions - {call.operation for call in calls} - set(REACHED_OTHERWISE)
    named = {f"{name[0].upper()}{name[1:]}" for name in functions()}
    assert sorted(alone - named) == []


def test_a_list_is_spared_its_pages_and_nothing_else() -> None:
    """No function takes a page size or a token: all pages are answered."""
    taken = {name for function in FUNCTIONS for name in function.arguments.properties}
    assert not taken & PAGING


@each_function
def test_operations_exist(function: FunctionType) -> None:
    """What a function says that it calls is what its permissions are made from."""
    for operation in function.operations:
        model = REAL_TIME if service_of(operation) == "ivs-realtime" else LOW_LATENCY
        assert operation in model.operation_names


@each_function
def test_examples_pass_the_check(function: FunctionType) -> None:
    """The examples on the reference pages are valid calls."""
    for example in function.declaration["examples"]:
        assert _problems(function, example) == ()


@each_function
def test_placeholders_have_the_shape_of_the_result_and_are_secret(function: FunctionType) -> None:
    """A preview's answer has every member, so that no program fails for want of one; nobody takes it for real."""
    made = placeholders(function.result)
    assert made.keys() == function.result.properties.keys()
    assert all(isinstance(value, Secret) for value in made.values())


@each_function
def test_rules_say_what_they_hold(function: FunctionType) -> None:
    """The first line of a rule's docstring stands on the reference page."""
    for rule in function.rules:
        assert re.match(r"\S.*\.$", (rule.__doc__ or "").strip().split("\n")[0]), rule


@each_function
def test_misspelt_arguments_are_refused(function: FunctionType) -> None:
    """Passed over in silence, a misspelt filter lists everything."""
    assert [str(each) for each in _problems(function, {"colour": "red"}) if each.path == ("colour",)]
