"""The declaration table: for each type what a program can say, which edits are made in place and which replace.

`test_table.py` holds it to the schemas: a member that no edit touches fails there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from tests.engine.keys import public_key
from tests.engine.stack import resource

__all__ = ["CASES", "GONE", "Case", "Edit"]

GONE: Final = object()
"""The value of a member that an edit takes out of the program."""


@dataclass(frozen=True)
class Edit:
    """One edit of a program.

    Args:
        changes: New values by path, `GONE` where the member is taken out.
        then: What the account must say instead of those values: defaults, where a member was taken out.
        shown: Paths that a preview shows, by kind, where they are not those of the changes.
    """

    changes: dict[str, Any]
    then: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, str] | None = None

    def applied(self, properties: dict[str, Any]) -> dict[str, Any]:
        """The declaration after the edit."""
        for path, value in self.changes.items():
            properties = _with(properties, path.split("."), value)
        return properties

    def paths(self, properties: dict[str, Any]) -> dict[str, str]:
        """The paths that a preview must show, by kind."""
        if self.shown is not None:
            return self.shown
        return {path: self._kind(properties, path, value) for path, value in self.changes.items()}

    def kept(self) -> dict[str, Any]:
        """What the account must say of what the program still says."""
        return {path: self.then.get(path, value) for path, value in self.changes.items() if value is not GONE}

    def wanted(self) -> dict[str, Any]:
        """What the account must say afterwards, by path."""
        return self.kept() | self.then

    @staticmethod
    def _kind(properties: dict[str, Any], path: str, value: Any) -> str:
        if value is GONE:
            return "delete"
        return "update" if told(properties, path) is not None else "add"


@dataclass(frozen=True)
class Case:
    """One resource type.

    Args:
        minimal: The least that a program must say.
        full: All that it can say.
        in_place: Edits of `full` that keep the resource.
        fixed: Edits of `full` that replace it.
        beside: Other resources that the program needs.
        unique: A member that must differ from resource to resource, and how to make it.
    """

    minimal: dict[str, Any]
    full: dict[str, Any]
    in_place: tuple[Edit, ...] = ()
    fixed: tuple[Edit, ...] = ()
    beside: dict[str, Any] = field(default_factory=dict)
    unique: str = ""

    def declared(self, name: str, *, minimal: bool = False) -> dict[str, Any]:
        """A declaration that no other name has, where the account wants that."""
        base = self.minimal if minimal else self.full
        return {**base, self.unique: public_key(name)} if self.unique else base


def told(tree: Any, path: str) -> Any:
    """What stands at a path; `None` where nothing does."""
    for key in path.split("."):
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def _with(tree: dict[str, Any], path: list[str], value: Any) -> dict[str, Any]:
    head, *rest = path
    if rest:
        return {**tree, head: _with(tree.get(head, {}), rest, value)}
    kept = {key: each for key, each in tree.items() if key != head}
    return kept if value is GONE else {**kept, head: value}


TAGS: Final = {"team": "video", "cost": "42"}
RECORDING: Final = "autoParticipantRecordingConfiguration"
THUMBNAILS: Final = f"{RECORDING}.thumbnailConfiguration"
OFF: Final = {
    f"{RECORDING}.storageConfigurationArn": "",
    f"{RECORDING}.mediaTypes": ["AUDIO_VIDEO"],
    f"{RECORDING}.recordParticipantReplicas": True,
    f"{RECORDING}.recordingReconnectWindowSeconds": 0,
    f"{RECORDING}.hlsConfiguration.targetSegmentDurationSeconds": 6,
    f"{THUMBNAILS}.recordingMode": "DISABLED",
    f"{THUMBNAILS}.storage": ["SEQUENTIAL"],
}

STAGE: Final = Case(
    minimal={},
    full={
        "name": "hall",
        RECORDING: {
            "storageConfigurationArn": "${archive.arn}",
            "mediaTypes": ["AUDIO_ONLY"],
            "recordParticipantReplicas": False,
            "recordingReconnectWindowSeconds": 30,
            "hlsConfiguration": {"targetSegmentDurationSeconds": 4},
            "thumbnailConfiguration": {
                "recordingMode": "INTERVAL",
                "storage": ["SEQUENTIAL", "LATEST"],
                "targetIntervalSeconds": 30,
            },
        },
        "tags": TAGS,
    },
    in_place=(
        Edit({"name": "foyer"}),
        Edit({"name": GONE}, then={"name": ""}),
        Edit({f"{RECORDING}.storageConfigurationArn": "${attic.arn}"}),
        Edit({f"{RECORDING}.mediaTypes": ["NONE"]}),
        Edit({f"{RECORDING}.mediaTypes": GONE}, then={f"{RECORDING}.mediaTypes": ["AUDIO_VIDEO"]}),
        Edit({f"{RECORDING}.recordParticipantReplicas": True}),
        Edit({f"{RECORDING}.recordingReconnectWindowSeconds": 0}),
        Edit({f"{RECORDING}.hlsConfiguration.targetSegmentDurationSeconds": 10}),
        Edit(
            {f"{THUMBNAILS}.recordingMode": "DISABLED", f"{THUMBNAILS}.targetIntervalSeconds": GONE},
        ),
        Edit({f"{THUMBNAILS}.storage": ["LATEST"]}),
        Edit({f"{THUMBNAILS}.targetIntervalSeconds": 86400}),
        Edit({"name": "both", f"{RECORDING}.mediaTypes": ["AUDIO_VIDEO"]}),
        Edit(
            {RECORDING: GONE},
            then=OFF,
            shown=dict.fromkeys([*OFF, f"{THUMBNAILS}.targetIntervalSeconds"], "delete"),
        ),
    ),
    beside={
        "archive": resource("StorageConfiguration", {"s3": {"bucketName": "archive"}}),
        "attic": resource("StorageConfiguration", {"s3": {"bucketName": "attic"}}),
    },
)

STORAGE: Final = Case(
    minimal={"s3": {"bucketName": "recordings"}},
    full={"name": "archive", "s3": {"bucketName": "recordings"}, "tags": TAGS},
    fixed=(
        Edit({"name": "attic"}),
        Edit({"name": GONE}),
        Edit({"s3.bucketName": "others"}),
    ),
)

ENCODER: Final = Case(
    minimal={},
    full={
        "name": "portrait",
        "video": {"width": 720, "height": 1280, "framerate": 25, "bitrate": 2_000_000},
        "tags": TAGS,
    },
    fixed=(
        Edit({"name": "tall"}),
        Edit({"video.width": 640}),
        Edit({"video.height": 1000}),
        Edit({"video.framerate": 59.94}),
        Edit({"video.bitrate": GONE}),
    ),
)

INGEST: Final = Case(
    minimal={"ingestProtocol": "RTMPS"},
    full={
        "name": "host",
        "stageArn": "${hall.arn}",
        "userId": "host-1",
        "attributes": {"role": "host", "seat": "1"},
        "ingestProtocol": "RTMP",
        "insecureIngest": True,
        "redundantIngest": False,
        "tags": TAGS,
    },
    in_place=(
        Edit({"stageArn": "${foyer.arn}"}),
        Edit({"stageArn": ""}),
        Edit({"stageArn": GONE}, then={"stageArn": ""}),
        Edit({"redundantIngest": True}),
    ),
    fixed=(
        Edit({"name": "guest"}),
        Edit({"userId": "host-2"}),
        Edit({"attributes.role": "guest"}),
        Edit({"attributes.seat": GONE}),
        Edit({"ingestProtocol": "RTMPS"}),
        Edit({"ingestProtocol": "RTMPS", "insecureIngest": False}, then={"insecureIngest": None}),
    ),
    beside={"hall": resource("Stage"), "foyer": resource("Stage")},
)

PUBLIC_KEY: Final = Case(
    minimal={},
    full={"name": "backend", "tags": TAGS},
    fixed=(
        Edit({"name": "frontend"}),
        Edit({"publicKeyMaterial": public_key("another")}),
    ),
    unique="publicKeyMaterial",
)

CASES: Final = {
    "EncoderConfiguration": ENCODER,
    "IngestConfiguration": INGEST,
    "PublicKey": PUBLIC_KEY,
    "Stage": STAGE,
    "StorageConfiguration": STORAGE,
}
