"""IngestConfiguration: a stream key for RTMP(S) publishing. Its stage and redundancy change in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ivs_provider.model.resource_type import Call, ResourceType
from ivs_provider.values import UNKNOWN, Problem, Tree, at

__all__ = ["TYPE"]

_MOST_ATTRIBUTE_BYTES: Final = 1024  # "1 KB total" (API reference, CreateIngestConfiguration)


def rtmp_is_insecure(inputs: Tree) -> Iterator[Problem]:
    """``ingestProtocol: RTMP`` requires ``insecureIngest: true`` (API reference)."""
    if at(inputs, ("ingestProtocol",)) == "RTMP" and at(inputs, ("insecureIngest",)) not in (True, UNKNOWN):
        yield Problem(
            ("insecureIngest",),
            "must be true with ingestProtocol RTMP, which is not encrypted; set it, or use RTMPS",
        )


def attributes_fit(inputs: Tree) -> Iterator[Problem]:
    """Keys and values of the attributes share one limit, in bytes."""
    attributes = at(inputs, ("attributes",))
    if isinstance(attributes, dict):
        texts = [text for pair in attributes.items() for text in pair if isinstance(text, str)]
        size = sum(len(text.encode()) for text in texts)
        if size > _MOST_ATTRIBUTE_BYTES:
            yield Problem(
                ("attributes",),
                f"keys and values take {size:,} bytes, AWS allows {_MOST_ATTRIBUTE_BYTES:,}; shorten them",
            )


def insecure_if_rtmp(observed: Tree) -> Tree:
    """AWS never returns ``insecureIngest``, but for RTMP it must be true."""
    return {"insecureIngest": True} if observed.get("ingestProtocol") == "RTMP" else {}


TYPE: Final = ResourceType(
    name="IngestConfiguration",
    schema_name="ingest_configuration",
    arn_kind="ingest-configuration",
    create=Call(operation="CreateIngestConfiguration", result="ingestConfiguration"),
    read=Call(operation="GetIngestConfiguration", result="ingestConfiguration"),
    list=Call(operation="ListIngestConfigurations", result="ingestConfigurations"),
    update=Call(
        operation="UpdateIngestConfiguration", result="ingestConfiguration", members=("stageArn", "redundantIngest")
    ),
    delete=Call(operation="DeleteIngestConfiguration"),
    lists_lack=frozenset({"attributes", "streamKey", "redundantIngestCredentials", "tags"}),
    rules=(rtmp_is_insecure, attributes_fit),
    recovered=insecure_if_rtmp,
    conflict_note="While somebody streams with it, it can be neither changed nor deleted: end the stream, or declare"
    " force: true to let a delete disconnect them, then run again.",
    replacement_note="issues a new stream key: broadcasting software must be given it",
    deletion_note="broadcasting software that uses its stream key can no longer connect",
    update_notes=dict.fromkeys(("stageArn", "redundantIngest"), "refused by AWS while somebody streams with it"),
)
