"""The schemas against the newest installed botocore's model of the service.

Whatever AWS adds, changes or takes away shows here first, all at once and by name. What we say otherwise than the
model on purpose stands in the tables below, each with its reason; a line that is no longer needed fails too.
"""

from __future__ import annotations

import copy
import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from ivs_provider.cloud import account
from ivs_provider.resources import registry
from tests.meta.model_comparison import PAGE_SIZE, differences, newest_model, service_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivs_provider.model.resource_type import ResourceType

    Alteration = Callable[[dict[str, Any]], object]

TYPES = list(registry().values())
MODEL = service_model(newest_model())

EVEN = "documented in words: must be even"
THUMBNAILS = "Stage.autoParticipantRecordingConfiguration.thumbnailConfiguration"
ON_PURPOSE = {
    "EncoderConfiguration.video.width: multipleOf is 2, the model says None": EVEN,
    "EncoderConfiguration.video.height: multipleOf is 2, the model says None": EVEN,
    "PublicKey.arn: keyword always, but the model does not promise it": "our id: an answer without it is a BadAnswer",
    f"{THUMBNAILS}.storage: uniqueItems is True, the model says None": "two places: the same one twice is a slip",
    "Stage: CreateStage answers participantTokens, stage, our result is stage": (
        "tokens are answered only for participantTokenConfigurations, which is refused"
    ),
}
"""Differences that are meant, with the reason."""


def plain(kind: ResourceType) -> dict[str, Any]:
    """A copy of a type's schema, free to be altered."""
    return copy.deepcopy(kind.shape.schema)


def found(kind: ResourceType, document: dict[str, Any] | None = None, model: Any = MODEL) -> list[str]:
    """The differences of one type that are not on purpose."""
    return sorted(set(differences(kind, document or kind.shape.schema, model)) - set(ON_PURPOSE))


def named(name: str) -> ResourceType:
    """A type by its name."""
    return registry()[f"ivs:index:{name}"]


def test_schemas_and_model_agree() -> None:
    """Every member, type, limit, enum, secret and role of every type, in one list."""
    assert [line for kind in TYPES for line in found(kind)] == []


def test_every_difference_on_purpose_is_still_one() -> None:
    """A line whose reason went would hide the next real difference of the same words."""
    assert set(ON_PURPOSE) - {line for kind in TYPES for line in differences(kind, kind.shape.schema, MODEL)} == set()


def test_the_service_has_the_errors_that_we_know() -> None:
    """Typed by hand; each has its class in ``errors.py`` and its words in ``cloud/translate.py``."""
    assert {shape.name for name in MODEL.operation_names for shape in MODEL.operation_model(name).error_shapes} == {
        "AccessDeniedException",
        "ConflictException",
        "InternalServerException",
        "PendingVerification",
        "ResourceNotFoundException",
        "ServiceQuotaExceededException",
        "ValidationException",
    }


def test_lists_are_asked_for_the_page_size_that_the_model_allows() -> None:
    """The comparer holds every List of the model to its own figure, this one holds the provider to it."""
    assert account.PAGE_SIZE == PAGE_SIZE == 100


# --- The comparer sees every kind of difference ---------------------------------------------------------------------


def stage(document: dict[str, Any]) -> dict[str, Any]:
    """The recording block of the stage's schema."""
    block: dict[str, Any] = document["properties"]["autoParticipantRecordingConfiguration"]
    return block


CREDENTIALS = "IngestConfiguration.redundantIngestCredentials"
RECORDING = "Stage.autoParticipantRecordingConfiguration"

ALTERATIONS: dict[str, tuple[str, Alteration, list[str]]] = {
    "member removed": (
        "PublicKey",
        lambda node: node["properties"].pop("fingerprint"),
        ["PublicKey.fingerprint: in the model, not in the schema: add it, or refuse it with a reason"],
    ),
    "nested member removed": (
        "Stage",
        lambda node: stage(node)["properties"].pop("hlsConfiguration"),
        [f"{RECORDING}.hlsConfiguration: in the model, not in the schema: add it, or refuse it with a reason"],
    ),
    "member invented": (
        "PublicKey",
        lambda node: node["properties"].update(colour={"type": "string", "readOnly": True}),
        ["PublicKey.colour: not in the model: remove it, or say why the provider has it (keyword provider)"],
    ),
    "nested member invented": (
        "StorageConfiguration",
        lambda node: node["properties"]["s3"]["properties"].update(prefix={"type": "string"}),
        ["StorageConfiguration.s3.prefix: not in the model: remove it"],
    ),
    "no longer refused": (
        "Stage",
        lambda node: node["properties"].pop("participantTokenConfigurations"),
        ["Stage.participantTokenConfigurations: in the model, not in the schema: add it, or refuse it with a reason"],
    ),
    "provider's own member without its reason": (
        "Stage",
        lambda node: node["properties"]["endpointsReadTime"].pop("provider"),
        ["Stage.endpointsReadTime: not in the model: remove it, or say why the provider has it (keyword provider)"],
    ),
    "AWS's member called the provider's own": (
        "PublicKey",
        lambda node: node["properties"]["fingerprint"].update(provider="mine"),
        ["PublicKey.fingerprint: said to be the provider's own, but the model has it"],
    ),
    "type changed": (
        "EncoderConfiguration",
        lambda node: node["properties"]["video"]["properties"]["framerate"].update(type="integer"),
        ["EncoderConfiguration.video.framerate: type is integer, the model says number"],
    ),
    "type of list elements changed": (
        "Stage",
        lambda node: stage(node)["properties"]["mediaTypes"]["items"].update(type="integer"),
        [f"{RECORDING}.mediaTypes[]: type is integer, the model says string"],
    ),
    "type of map values changed": (
        "IngestConfiguration",
        lambda node: node["properties"]["attributes"]["additionalProperties"].update(type="number"),
        ["IngestConfiguration.attributes{value}: type is number, the model says string"],
    ),
    "required dropped": (
        "IngestConfiguration",
        lambda node: node.pop("required"),
        [
            "IngestConfiguration.ingestProtocol: the model says that it is always answered: keyword always is missing",
            "IngestConfiguration: required is nothing, the model says ingestProtocol",
        ],
    ),
    "nested required dropped": (
        "Stage",
        lambda node: stage(node).pop("required"),
        [f"{RECORDING}: required is nothing, the model says storageConfigurationArn"],
    ),
    "required invented": (
        "Stage",
        lambda node: node.update(required=["name"]),
        ["Stage: required is name, the model says nothing"],
    ),
    "always dropped": (
        "IngestConfiguration",
        lambda node: node["properties"]["state"].pop("always"),
        ["IngestConfiguration.state: the model says that it is always answered: keyword always is missing"],
    ),
    "enum value missing": (
        "Stage",
        lambda node: stage(node)["properties"]["mediaTypes"]["items"]["enum"].remove("NONE"),
        [
            f"{RECORDING}.mediaTypes[]: enum is AUDIO_ONLY, AUDIO_VIDEO, the model says AUDIO_ONLY, AUDIO_VIDEO, NONE",
        ],
    ),
    "enum dropped": (
        "IngestConfiguration",
        lambda node: node["properties"]["ingestProtocol"].pop("enum"),
        ["IngestConfiguration.ingestProtocol: enum is None, the model says ['RTMP', 'RTMPS']"],
    ),
    "enum renamed": (
        "IngestConfiguration",
        lambda node: node["properties"]["ingestProtocol"].update(title="Protocol"),
        ["IngestConfiguration.ingestProtocol: title is Protocol, the model says IngestProtocol"],
    ),
    "structure renamed": (
        "EncoderConfiguration",
        lambda node: node["properties"]["video"].update(title="Picture"),
        ["EncoderConfiguration.video: title is Picture, the model says Video"],
    ),
    "maximum changed": (
        "EncoderConfiguration",
        lambda node: node["properties"]["video"]["properties"]["bitrate"].update(maximum=8_500_001),
        ["EncoderConfiguration.video.bitrate: maximum is 8500001, the model says 8500000"],
    ),
    "minimum of zero dropped": (
        "Stage",
        lambda node: stage(node)["properties"]["recordingReconnectWindowSeconds"].pop("minimum"),
        [f"{RECORDING}.recordingReconnectWindowSeconds: minimum is None, the model says 0"],
    ),
    "length changed": (
        "Stage",
        lambda node: node["properties"]["name"].update(maxLength=127),
        ["Stage.name: maxLength is 127, the model says 128"],
    ),
    "list size changed": (
        "Stage",
        lambda node: stage(node)["properties"]["mediaTypes"].update(maxItems=3),
        [f"{RECORDING}.mediaTypes: maxItems is 3, the model says 1"],
    ),
    "number of tags changed": (
        "Stage",
        lambda node: node["properties"]["tags"].update(maxProperties=49),
        ["Stage.tags: maxProperties is 49, the model says 50"],
    ),
    "length of tag keys changed": (
        "Stage",
        lambda node: node["properties"]["tags"]["propertyNames"].pop("minLength"),
        ["Stage.tags{key}: minLength is None, the model says 1"],
    ),
    "length of tag values changed": (
        "Stage",
        lambda node: node["properties"]["tags"]["additionalProperties"].update(maxLength=255),
        ["Stage.tags{value}: maxLength is 255, the model says 256"],
    ),
    "pattern not anchored": (
        "StorageConfiguration",
        lambda node: node["properties"]["s3"]["properties"]["bucketName"].update(pattern="[a-z0-9-.]+"),
        ["StorageConfiguration.s3.bucketName: pattern is [a-z0-9-.]+, the model says ^[a-z0-9-.]+$"],
    ),
    "secret dropped": (
        "IngestConfiguration",
        lambda node: node["properties"]["streamKey"].pop("secret"),
        ["IngestConfiguration.streamKey: sensitive in the model, not secret in the schema"],
    ),
    "nested secret dropped": (
        "IngestConfiguration",
        lambda node: node["properties"]["redundantIngestCredentials"]["items"]["properties"]["streamKey"].pop("secret"),
        [f"{CREDENTIALS}[].streamKey: sensitive in the model, not secret in the schema"],
    ),
    "secret invented": (
        "PublicKey",
        lambda node: node["properties"]["fingerprint"].update(secret=True),
        ["PublicKey.fingerprint: secret in the schema, nothing sensitive in the model"],
    ),
    "createOnly dropped": (
        "EncoderConfiguration",
        lambda node: node["properties"]["name"].pop("createOnly"),
        ["EncoderConfiguration.name: createOnly is not set, by the model's calls it is set"],
    ),
    "createOnly invented": (
        "Stage",
        lambda node: node["properties"]["name"].update(createOnly=True),
        ["Stage.name: createOnly is set, by the model's calls it is not set"],
    ),
    "writeOnly dropped": (
        "IngestConfiguration",
        lambda node: node["properties"]["insecureIngest"].pop("writeOnly"),
        ["IngestConfiguration.insecureIngest: writeOnly is not set, by the model's calls it is set"],
    ),
    "readOnly dropped": (
        "PublicKey",
        lambda node: node["properties"]["fingerprint"].pop("readOnly"),
        ["PublicKey.fingerprint: readOnly is not set, by the model's calls it is set"],
    ),
    "deleteOption dropped": (
        "IngestConfiguration",
        lambda node: node["properties"]["force"].pop("deleteOption"),
        ["IngestConfiguration.force: deleteOption is not set, by the model's calls it is set"],
    ),
    "type renamed": (
        "PublicKey",
        lambda node: node.update(title="Key"),
        [
            "PublicKey: title is Key, the model calls the structure PublicKey",
            "PublicKey: title is Key, the type's name is PublicKey",
        ],
    ),
}
"""What is altered in a copy of which schema, and exactly what the comparer must say."""


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_an_altered_schema_is_found_out(alteration: str) -> None:
    """A comparer that sees nothing would agree to everything."""
    name, alter, expected = ALTERATIONS[alteration]
    document = plain(named(name))
    alter(document)
    assert found(named(name), document) == expected


def test_an_altered_type_is_found_out() -> None:
    """What stands in ``resources/`` is compared too: what an update takes, what Lists lack, what calls answer."""
    kind = named("Stage")
    assert kind.update is not None
    update = dataclasses.replace(kind.update, members=("name",))
    assert found(dataclasses.replace(kind, update=update)) == [
        "Stage: members of the update call is name, the model says autoParticipantRecordingConfiguration, name"
    ]
    assert found(dataclasses.replace(kind, lists_lack=frozenset({"endpoints"}))) == [
        "Stage: lists_lack is endpoints, the model says autoParticipantRecordingConfiguration, endpoints"
    ]
    assert "Stage: ListStages answers nextToken, stages, our result is stage" in found(
        dataclasses.replace(kind, list=dataclasses.replace(kind.list, result="stage"))
    )
    assert found(dataclasses.replace(kind, read=dataclasses.replace(kind.read, operation="ReadStage"))) == [
        "Stage: the model has no operation ReadStage"
    ]
    without_update = found(dataclasses.replace(kind, update=None))
    assert "Stage.name: createOnly is not set, by the model's calls it is set" in without_update


def test_a_newer_model_is_found_out() -> None:
    """What AWS will add: a member of a create, a member of an answer, an enum value, a trait, a smaller page."""
    newer = copy.deepcopy(newest_model())
    shapes = newer["shapes"]
    shapes["CreateStageRequest"]["members"]["codec"] = {"shape": "String"}
    shapes["PublicKey"]["members"]["expires"] = {"shape": "String"}
    shapes["IngestProtocol"]["enum"].append("SRT")
    shapes["StageEndpoint"]["sensitive"] = True
    shapes["MaxEncoderConfigurationResults"]["max"] = 50
    model = service_model(newer)
    lacking = "fingerprint, publicKeyMaterial"
    assert {kind.name: found(kind, model=model) for kind in TYPES} == {
        "EncoderConfiguration": ["EncoderConfiguration: ListEncoderConfigurations does not answer 100 a page"],
        "IngestConfiguration": [
            "IngestConfiguration.ingestProtocol: enum is RTMP, RTMPS, the model says RTMP, RTMPS, SRT"
        ],
        "PublicKey": [
            "PublicKey.expires: in the model, not in the schema: add it, or refuse it with a reason",
            f"PublicKey: lists_lack is {lacking}, the model says expires, {lacking}",
        ],
        "Stage": [
            "Stage.codec: in the model, not in the schema: add it, or refuse it with a reason",
            *(
                f"Stage.endpoints.{name}: sensitive in the model, not secret in the schema"
                for name in ("events", "rtmp", "rtmps", "whip")
            ),
        ],
        "StorageConfiguration": [],
    }
