"""The documented CLI examples: what each presupposes, how its output is compared, what is left out and why."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.emulator.rooms import Room
from tests.emulator.samples import OTHER_P384, P384

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.emulator.talking import Admin

EXAMPLES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "cli-examples.json").read_text())
TITLES = [f"{number:02}-{example['operation']}" for number, example in enumerate(EXAMPLES)]

EXCEPTIONS: dict[str, dict[str, str]] = {
    "01-create-ingest-configuration": {
        "--ingest-protocol rtmps": "the enum, and the example's own output, know RTMPS alone; sent in upper case"
    },
    "03-create-stage": {"stage.activeSessionId": "nobody has joined a stage that was made this moment"},
    "04-create-stage": {"stage.activeSessionId": "nobody has joined a stage that was made this moment"},
    "13-get-composition": {
        "composition.layout.grid.videoFillMode": 'the enum has no "": the model would not accept the answer',
        "composition.destinations[1].state": "there one destination started later; here both start together",
    },
    "14-get-composition": {
        "composition.destinations[1].state": "there one destination started later; here both start together",
    },
    "26-list-participant-events": {
        "events[2].name": "two events of one second, in no documented order",
        "events[3].name": "two events of one second, in no documented order",
    },
    "32-start-composition": {
        "composition.layout.grid.videoFillMode": 'the enum has no "": the model would not accept the answer',
    },
}
"""Every departure from the examples: of an argument, or of a member of the output."""


@dataclass(slots=True)
class SetUp:
    """An account in which an example is prepared; `names` says what its ARNs and ids are here."""

    ivs: Any
    channels: Any
    admin: Admin
    names: dict[str, str] = field(default_factory=dict)

    def room(self, **arguments: Any) -> Room:
        """Make a stage."""
        return Room.made(self.ivs, self.admin, **arguments)

    def storage(self, bucket: str = "test-bucket-name", name: str = "test-sc") -> str:
        """Make a storage configuration."""
        made = self.ivs.create_storage_configuration(name=name, s3={"bucketName": bucket})
        return str(made["storageConfiguration"]["arn"])

    def encoder(self, name: str = "test-ec") -> str:
        """Make an encoder configuration."""
        video = {"bitrate": 3500000, "framerate": 30.0, "height": 1080, "width": 1920}
        return str(self.ivs.create_encoder_configuration(name=name, video=video)["encoderConfiguration"]["arn"])

    def ingest(self, **arguments: Any) -> str:
        """Make an ingest configuration."""
        made = self.ivs.create_ingest_configuration(ingestProtocol="RTMPS", **arguments)
        return str(made["ingestConfiguration"]["arn"])

    def channel(self) -> str:
        """Make a channel."""
        return str(self.channels.create_channel()["channel"]["arn"])

    def visited(self, **arguments: Any) -> tuple[Room, str, str]:
        """Make a stage where somebody has published and left; answer it, the session and the participant."""
        storage = self.storage("bucket-name")
        recording = {"storageConfigurationArn": storage}
        room = self.room(autoParticipantRecordingConfiguration=recording, **arguments)
        name = room.enter(publishing=True)
        session = room.session
        room.pass_time(5)
        room.do("leave", name)
        room.pass_time(5)
        return room, session, name


FIRST = "arn:aws:ivs:ap-northeast-1:123456789012"
SECOND = "arn:aws:ivs:us-west-2:123456789012"


def _nothing(_at: SetUp) -> None:
    pass


def _stage(at: SetUp) -> None:
    at.names[f"{SECOND}:stage/abcdABCDefgh"] = at.room(name="stage1").arn


def _stage_and_storage(at: SetUp) -> None:
    _stage(at)
    at.names[f"{SECOND}:storage-configuration/abcdABCDefgh"] = at.storage()


def _encoder(at: SetUp) -> None:
    arn = at.encoder()
    at.names |= {f"{FIRST}:encoder-configuration/{one}": arn for one in ("ABabCDcdEFef", "abcdABCDefgh")}


def _storage(at: SetUp) -> None:
    arn = at.storage()
    at.names |= {f"{FIRST}:storage-configuration/{one}": arn for one in ("ABabCDcdEFef", "abcdABCDefgh")}


def _ingest(at: SetUp) -> None:
    at.names[f"{SECOND}:ingest-configuration/AbCdEfGh1234"] = at.ingest(name="ingest1")


def _streaming_ingest(at: SetUp) -> None:
    room = at.room()
    made = at.ivs.create_ingest_configuration(ingestProtocol="RTMPS", stageArn=room.arn)["ingestConfiguration"]
    at.admin.do("POST", "stream", {"streamKey": made["streamKey"]})
    at.names[f"{SECOND}:ingest-configuration/AbCdEfGh1234"] = made["arn"]


def _ingest_and_stage(at: SetUp) -> None:
    _ingest(at)
    _stage(at)


def _key(at: SetUp) -> None:
    key = at.ivs.import_public_key(publicKeyMaterial=P384)["publicKey"]["arn"]
    at.names[f"{SECOND}:public-key/abcdABC1efg2"] = key


def _participant(at: SetUp) -> None:
    room = at.room()
    at.names[f"{SECOND}:stage/abcdABCDefgh"] = room.arn
    at.names["ABCDEfghij01234KLMN5678"] = room.enter()


def _recorded_participant(at: SetUp) -> None:
    recording = {"storageConfigurationArn": at.storage("bucket-name")}
    room = at.room(autoParticipantRecordingConfiguration=recording)
    client = {
        "browserName": "Google Chrome",
        "browserVersion": "116",
        "ispName": "Comcast",
        "osName": "Microsoft Windows 10 Pro",
        "osVersion": "10.0.19044",
    }
    name = room.enter(publishing=True, client=client)
    room.pass_time(1)
    at.names |= {f"{SECOND}:stage/abcdABCDefgh": room.arn, "st-a1b2c3d4e5f6g": room.session, "abCDEf12GHIj": name}


def _visited(at: SetUp) -> None:
    room, session, name = at.visited()
    at.names |= {f"{SECOND}:stage/abcdABCDefgh": room.arn, "st-a1b2c3d4e5f6g": session, "abCDEf12GHIj": name}


def _lively_stage(at: SetUp) -> None:
    recording = {"storageConfigurationArn": at.storage()}
    room = at.room(name="test", autoParticipantRecordingConfiguration=recording)
    room.enter()
    at.names[f"{SECOND}:stage/abcdABCDefgh"] = room.arn


def _composable(at: SetUp) -> None:
    at.names |= {
        f"{FIRST}:stage/defgABCDabcd": at.room().arn,
        f"{FIRST}:channel/abcABCdefDEg": at.channel(),
        f"{FIRST}:encoder-configuration/ABabCDcdEFef": at.encoder(),
        f"{FIRST}:storage-configuration/FefABabCDcdE": at.storage(),
    }


def _destinations(at: SetUp) -> list[dict[str, Any]]:
    encoder = at.names[f"{FIRST}:encoder-configuration/ABabCDcdEFef"]
    return [
        {"channel": {"channelArn": at.names[f"{FIRST}:channel/abcABCdefDEg"], "encoderConfigurationArn": encoder}},
        {
            "s3": {
                "encoderConfigurationArns": [encoder],
                "storageConfigurationArn": at.names[f"{FIRST}:storage-configuration/FefABabCDcdE"],
            }
        },
    ]


def _composition(at: SetUp, **arguments: Any) -> None:
    _composable(at)
    stage = at.names[f"{FIRST}:stage/defgABCDabcd"]
    made = at.ivs.start_composition(stageArn=stage, destinations=_destinations(at), **arguments)["composition"]
    at.admin.do("POST", "clock", {"advance": 1})
    at.names |= {f"{FIRST}:composition/{one}": made["arn"] for one in ("abcdABCDefgh", "wxyzWXYZpqrs")}


def _pip_composition(at: SetUp) -> None:
    _composition(at, layout={"pip": {"featuredParticipantAttribute": "abcdefg"}})


def _two_compositions(at: SetUp) -> None:
    _composition(at)
    at.ivs.stop_composition(arn=at.names[f"{FIRST}:composition/abcdABCDefgh"])
    at.admin.do("POST", "clock", {"advance": 1})
    at.ivs.start_composition(stageArn=at.room().arn, destinations=_destinations(at)[:1])
    at.admin.do("POST", "clock", {"advance": 1})


def _two_encoders(at: SetUp) -> None:
    for name in ("test-ec-1", "test-ec-2"):
        at.encoder(name)


def _two_storages(at: SetUp) -> None:
    for number in (1, 2):
        at.storage(f"test-bucket-{number}-name", f"test-sc-{number}")


def _two_keys(at: SetUp) -> None:
    for pem in (P384, OTHER_P384):
        at.ivs.import_public_key(publicKeyMaterial=pem)


def _attached_ingest(at: SetUp) -> None:
    at.ingest(stageArn=at.room().arn)


def _three_lively_stages(at: SetUp) -> None:
    for name in ("stage1", "stage2", "stage3"):
        at.room(name=name).enter()


SET_UPS: dict[str, Callable[[SetUp], None]] = {
    "02-create-participant-token": _stage,
    "04-create-stage": _stage_and_storage,
    "06-delete-encoder-configuration": _encoder,
    "07-delete-ingest-configuration": _ingest,
    "08-delete-ingest-configuration": _streaming_ingest,
    "09-delete-public-key": _key,
    "10-delete-stage": _stage,
    "11-delete-storage-configuration": _storage,
    "12-disconnect-participant": _participant,
    "13-get-composition": _composition,
    "14-get-composition": _pip_composition,
    "15-get-encoder-configuration": _encoder,
    "16-get-ingest-configuration": _ingest,
    "17-get-participant": _recorded_participant,
    "18-get-public-key": _key,
    "19-get-stage-session": _visited,
    "20-get-stage": _lively_stage,
    "21-get-storage-configuration": _storage,
    "23-list-compositions": _two_compositions,
    "24-list-encoder-configurations": _two_encoders,
    "25-list-ingest-configurations": _attached_ingest,
    "26-list-participant-events": _visited,
    "27-list-participants": _visited,
    "28-list-public-keys": _two_keys,
    "29-list-stage-sessions": _visited,
    "30-list-stages": _three_lively_stages,
    "31-list-storage-configurations": _two_storages,
    "32-start-composition": _composable,
    "33-start-composition": _composable,
    "34-stop-composition": _composition,
    "35-update-ingest-configuration": _ingest_and_stage,
    "36-update-stage": _stage_and_storage,
}
"""What has to be there before an example can run; the others need nothing."""


def prepared(title: str, at: SetUp) -> list[str]:
    """Make an example's set-up, and answer its arguments with the names that things have here."""
    SET_UPS.get(title, _nothing)(at)
    example = EXAMPLES[TITLES.index(title)]
    arguments = [_named(argument, at.names) for argument in example["argv"]]
    return ["RTMPS" if one == "rtmps" else P384 if one == "@PUBLIC_PEM" else one for one in arguments]


def _named(argument: str, names: dict[str, str]) -> str:
    for example, here in names.items():
        argument = argument.replace(example, here)
    return argument


IDENTIFIERS = {"participantId", "token", "sessionId", "activeSessionId", "id"}
OPAQUE = {"events", "rtmp", "rtmps", "whip", "streamKey", "recordingPrefix", "recordingS3Prefix", "publicKeyMaterial"}


def differences(expected: Any, found: Any, exceptions: dict[str, str], path: str = "") -> list[str]:
    """List where an output lacks a documented member, has another type, or another fixed value."""
    key = re.sub(r"\[\d+\]$", "", path).rpartition(".")[2]
    if path in exceptions:
        return []
    if isinstance(expected, dict) and isinstance(found, dict):
        return [
            text
            for name, value in expected.items()
            for text in differences(value, found.get(name), exceptions, f"{path}.{name}".lstrip("."))
        ]
    if isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            return [f"{path}: {len(found)} items instead of {len(expected)}"]
        return [
            text
            for index, pair in enumerate(zip(expected, found, strict=True))
            for text in differences(*pair, exceptions, f"{path}[{index}]")
        ]
    return [] if _fits(key, expected, found) else [f"{path}: {found!r} instead of {expected!r}"]


def _fits(key: str, expected: Any, found: Any) -> bool:
    if key.lower().endswith(("arn", "arns")) and isinstance(found, str):
        kind = str(expected).rpartition(":")[2].partition("/")[0]
        return (
            found == expected == "" or re.fullmatch(rf"arn:aws:ivs:[a-z0-9-]+:\d{{12}}:{kind}/\w+", found) is not None
        )
    if key.endswith("Time"):
        return isinstance(found, str) and datetime.fromisoformat(found).tzinfo is not None
    if key == "fingerprint":
        return isinstance(found, str) and re.fullmatch(r"([0-9a-f]{2}:){15}[0-9a-f]{2}", found) is not None
    if key in IDENTIFIERS | OPAQUE:
        return isinstance(found, str) and bool(found)
    # JSON has one kind of number: 30 and 30.0 are the same.
    is_alike = isinstance(expected, bool) == isinstance(found, bool)
    return is_alike and bool(expected == found)
