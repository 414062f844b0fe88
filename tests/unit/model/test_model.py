"""model/: shapes, limits, ownership."""

from __future__ import annotations

import hashlib

import pytest

from ivs_provider.model import limits, ownership, schema
from ivs_provider.model.ownership import Identity
from ivs_provider.resources import registry
from ivs_provider.values import ABSENT, Desired, Secret

URN = "urn:pulumi:dev::show::my:index:Hall$ivs:index:Stage::main"
STAGE = registry()["ivs:index:Stage"]


def test_the_registry_has_every_type_by_its_token() -> None:
    assert list(registry()) == [
        f"ivs:index:{name}"
        for name in ("EncoderConfiguration", "IngestConfiguration", "PublicKey", "Stage", "StorageConfiguration")
    ]
    assert STAGE.noun == "stage"
    assert registry()["ivs:index:PublicKey"].noun == "public key"
    assert registry()["ivs:index:PublicKey"].recovered({}) == {}
    assert registry()["ivs:index:PublicKey"].tidied({"a": 1}) == {"a": 1}


def test_a_shape_says_what_the_schema_says() -> None:
    shape = STAGE.shape
    assert shape.properties["name"].default == ""
    assert shape.properties["arn"].flag("readOnly")
    assert shape.properties["participantTokenConfigurations"].text("refused").startswith("tokens would")
    assert "participantTokenConfigurations" not in shape.inputs()
    assert "arn" not in shape.inputs()
    assert set(shape.outputs()) == {"arn", "activeSessionId", "endpoints", "endpointsReadTime"}
    assert shape.marks("arn", "readOnly")
    assert not shape.marks("name", "readOnly")
    assert not shape.marks("fromTheFuture", "readOnly")


def test_members_are_found_by_key_and_by_index() -> None:
    recording = STAGE.shape.properties["autoParticipantRecordingConfiguration"]
    media = recording.member("mediaTypes")
    assert media
    assert media.items
    assert media.member(0) is media.items
    assert recording.member("nothing") is None
    assert STAGE.shape.properties["tags"].member("any") is STAGE.shape.properties["tags"].values
    assert recording.member(0) is None
    assert [each.type for each in STAGE.shape.along(("tags", "a"))] == ["object", "object", "string"]
    assert [each.type for each in STAGE.shape.along(("nothing", "a"))] == ["object"]
    assert recording.default is ABSENT


def test_secret_members_are_told_highest_first() -> None:
    ingest = registry()["ivs:index:IngestConfiguration"].shape
    assert set(ingest.flagged("secret")) == {("streamKey",), ("redundantIngestCredentials",)}
    assert set(schema.load("provider").flagged("secret")) == {("assumeRole", "externalId")}


@pytest.mark.parametrize(
    ("operation", "rate"),
    [("CreateStage", 5), ("ListPublicKeys", 3), ("TagResource", 10), ("CreateParticipantToken", 50), ("New", 5)],
)
def test_quotas_are_the_published_ones(operation: str, rate: float) -> None:
    assert limits.rate(operation) == rate


def test_an_identity_is_its_urn() -> None:
    identity = Identity(URN)
    assert (identity.name, identity.stack) == ("main", "show/dev")
    assert identity.digest == hashlib.sha256(URN.encode()).hexdigest()[:32]
    assert Identity(URN.replace("my:index:Hall$", "")).digest != identity.digest


def test_names_may_hold_colons_and_an_odd_urn_is_no_failure() -> None:
    assert Identity("urn:pulumi:dev::show::ivs:index:Stage::a::b").name == "a::b"
    assert (Identity("odd").name, Identity("odd").stack) == ("odd", "odd")


def test_the_lasting_tags_are_the_contract_with_every_earlier_version() -> None:
    """The format of docs/design/0001: digests worked out here by hand."""

    def digest(text: str) -> str:
        return hashlib.sha256(f"{URN}\0{text}".encode()).hexdigest()[:8]

    tags = Identity(URN).lasting_tags(Desired({"name": Secret("hall"), "tags": {"b": "1", "a": "2"}}))
    assert tags == {
        "pulumi-ivs:stack": "show/dev",
        "pulumi-ivs:urn": hashlib.sha256(URN.encode()).hexdigest()[:32],
        "pulumi-ivs:name": "main",
        "pulumi-ivs:applied": "name=" + digest('"hall"') + "+ tags=" + digest('{"a": "2", "b": "1"}'),
    }


def test_what_aws_refuses_in_tag_values_is_replaced() -> None:
    tags = Identity("urn:pulumi:dev::show::ivs:index:Stage::h\u00e9ll*" + "x" * 300).lasting_tags(Desired({}))
    assert tags["pulumi-ivs:name"] == "h_ll_" + "x" * 251
    assert tags["pulumi-ivs:applied"] == ""


def test_our_tags_and_those_of_aws_are_told_from_the_programs() -> None:
    assert ownership.is_own("pulumi-ivs:urn")
    assert not ownership.is_own("pulumi:urn")
    tags = {"pulumi-ivs:urn": "x", "aws:cloudformation:stack": "y", "team": "video"}
    assert ownership.without_own(tags) == {"team": "video"}


def test_the_applied_tag_fits_whatever_is_applied() -> None:
    """256 characters are the limit of a tag value."""
    for kind in registry().values():
        everything = Desired(dict.fromkeys(kind.shape.inputs(), Secret("x")))
        assert len(Identity(URN).applied(everything)) <= 256
