"""What somebody does in the account behind the program's back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import botocore

from ivs_provider.resources import registry

if TYPE_CHECKING:
    from tests.engine.account import Account

__all__ = ["Drift", "deleted", "happen", "of_every_kind", "tagged", "untagged"]

Tree = dict[str, Any]

RECORDING = "autoParticipantRecordingConfiguration"


@dataclass(frozen=True)
class Drift:
    """One call.

    Args:
        operation: Of the API.
        members: What it says besides the ARN; ``${name.arn}`` stands for another resource of the stack.
        touches: The member of the resource that it changes; empty where the resource is gone.
        shows: Whether a program that declares all that there is sees it.
    """

    operation: str
    members: Tree = field(default_factory=dict)
    touches: str = ""
    shows: bool = True


def tagged(**tags: str) -> Drift:
    """Tags written: others, or others' values."""
    return Drift("TagResource", {"tags": tags}, "tags")


def untagged(*keys: str) -> Drift:
    """Tags taken away."""
    return Drift("UntagResource", {"tagKeys": [*keys]}, "tags")


def deleted(kind: str) -> Drift:
    """Gone."""
    return Drift(registry()[f"ivs:index:{kind}"].delete.operation)


def of_every_kind(kind: str) -> dict[str, Drift]:
    """All that can happen to a resource of the declaration table (`tests.engine.cases`), by a word for it."""
    of_all = {
        "tag-changed": tagged(team="theirs"),
        "tag-removed": untagged("team"),
        "tag-added": Drift("TagResource", {"tags": {"foreign": "theirs"}}, "tags", shows=False),
        "gone": deleted(kind),
    }
    return of_all | _OWN.get(kind, {})


def happen(account: Account, drift: Drift, arn: str, ids: dict[str, str]) -> None:
    """Let it happen to a resource."""
    subject = "resourceArn" if drift.touches == "tags" else "arn"
    call = getattr(account.ivs, botocore.xform_name(drift.operation))
    call(**{subject: arn}, **_resolved(drift.members, ids))


def _resolved(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _resolved(item, ids) for key, item in value.items()}
    if isinstance(value, str) and value.startswith("${"):
        return ids[value[2:].partition(".")[0]]
    return value


def _stage(**members: Any) -> Drift:
    return Drift("UpdateStage", members, next(iter(members)))


def _ingest(**members: Any) -> Drift:
    return Drift("UpdateIngestConfiguration", members, next(iter(members)))


_OWN = {
    "Stage": {
        "renamed": _stage(name="theirs"),
        "unnamed": _stage(name=""),
        "recorded-elsewhere": _stage(**{RECORDING: {"storageConfigurationArn": "${attic.arn}"}}),
        "recorded-otherwise": _stage(
            **{RECORDING: {"storageConfigurationArn": "${archive.arn}", "mediaTypes": ["NONE"]}},
        ),
        "recorded-no-more": _stage(**{RECORDING: {"storageConfigurationArn": ""}}),
    },
    "IngestConfiguration": {
        "disconnected": _ingest(stageArn=""),
        "moved": _ingest(stageArn="${foyer.arn}"),
        "doubled": _ingest(redundantIngest=True),
    },
}
