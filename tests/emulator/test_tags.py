"""The three tag operations, over every kind of resource."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.samples import P384
from tests.emulator.talking import refused

MAKERS: dict[str, tuple[str, dict[str, Any], str]] = {
    "stage": ("create_stage", {}, "get_stage"),
    "storageConfiguration": (
        "create_storage_configuration",
        {"s3": {"bucketName": "tape"}},
        "get_storage_configuration",
    ),
    "encoderConfiguration": ("create_encoder_configuration", {}, "get_encoder_configuration"),
    "ingestConfiguration": (
        "create_ingest_configuration",
        {"ingestProtocol": "RTMPS"},
        "get_ingest_configuration",
    ),
    "publicKey": ("import_public_key", {"publicKeyMaterial": P384}, "get_public_key"),
}


@pytest.mark.parametrize("member", MAKERS)
def test_tags_are_added_changed_and_removed(ivs: Any, member: str) -> None:
    """And every call that shows tags shows the same ones; keys may need every kind of escaping."""
    create, arguments, get = MAKERS[member]
    arn = getattr(ivs, create)(tags={"kept": "1", "changed": "old"}, **arguments)[member]["arn"]
    ivs.tag_resource(resourceArn=arn, tags={"changed": "new", "a b/ü&c=%41+": ""})
    expected = {"kept": "1", "changed": "new", "a b/ü&c=%41+": ""}
    assert ivs.list_tags_for_resource(resourceArn=arn)["tags"] == expected
    assert getattr(ivs, get)(arn=arn)[member]["tags"] == expected
    ivs.untag_resource(resourceArn=arn, tagKeys=["a b/ü&c=%41+", "changed", "never there"])
    assert getattr(ivs, get)(arn=arn)[member]["tags"] == {"kept": "1"}


def test_the_fiftieth_tag_fits_and_the_next_does_not(ivs: Any) -> None:
    """Counted after the merge: replacing a value is no further tag."""
    arn = ivs.create_stage(tags={f"k{n}": "v" for n in range(49)})["stage"]["arn"]
    ivs.tag_resource(resourceArn=arn, tags={"k49": "v"})
    ivs.tag_resource(resourceArn=arn, tags={"k0": "new"})
    refusal = refused(ivs.tag_resource, resourceArn=arn, tags={"k50": "v"})
    assert (refusal.kind, refusal.status) == ("ValidationException", 400)
    assert len(ivs.list_tags_for_resource(resourceArn=arn)["tags"]) == 50


def test_updates_leave_tags_alone(ivs: Any) -> None:
    """Tags change by tag calls only."""
    stage = ivs.create_stage(tags={"a": "b"})["stage"]
    assert ivs.update_stage(arn=stage["arn"], name="x")["stage"]["tags"] == {"a": "b"}


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [("tag_resource", {"tags": {"a": "b"}}), ("untag_resource", {"tagKeys": ["a"]}), ("list_tags_for_resource", {})],
)
def test_what_is_not_there_has_no_tags(ivs: Any, operation: str, arguments: dict[str, Any]) -> None:
    """404, for each of the three."""
    arn = ivs.create_stage()["stage"]["arn"]
    ivs.delete_stage(arn=arn)
    refusal = refused(getattr(ivs, operation), resourceArn=arn, **arguments)
    assert (refusal.kind, refusal.status) == ("ResourceNotFoundException", 404)
