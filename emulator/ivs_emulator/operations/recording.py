"""The recording of single participants, a setting of a stage: its defaults and its rules.

Shown in full by every answer once it was given, and not at all before; what AWS does is not documented.
"""

from collections.abc import Iterator
from typing import Final

from ivs_emulator.call import Call
from ivs_emulator.records import Record
from ivs_emulator.rooms.recordings import MEMBER
from ivs_emulator.validation import Violation

DEFAULT_INTERVAL: Final = 60
"""Seconds between thumbnails; may be repeated even where it can't be configured."""


def _merged(given: Record, defaults: Record) -> Record:
    # An empty list says no more than an absent one: there is no recording of no kind of media.
    return defaults | {name: value for name, value in given.items() if value != []}


def completed(given: Record) -> Record:
    """Answer the recording as AWS shows it: defaults filled in, all of them if it is switched off."""
    chosen = given if given["storageConfigurationArn"] else {}
    thumbnails = {"recordingMode": "DISABLED", "storage": ["SEQUENTIAL"], "targetIntervalSeconds": DEFAULT_INTERVAL}
    segments = {"targetSegmentDurationSeconds": 6}
    filled = {
        "storageConfigurationArn": "",
        "mediaTypes": ["AUDIO_VIDEO"],
        "recordingReconnectWindowSeconds": 0,
        "recordParticipantReplicas": True,
    }
    return _merged(chosen, filled) | {
        "thumbnailConfiguration": _merged(chosen.get("thumbnailConfiguration", {}), thumbnails),
        "hlsConfiguration": _merged(chosen.get("hlsConfiguration", {}), segments),
    }


def sound_recording(call: Call, arguments: Record) -> Iterator[Violation]:
    """Refuse a storage configuration that isn't there, and an interval where there are no thumbnails."""
    recording = arguments.get(MEMBER, {})
    arn = recording.get("storageConfigurationArn")
    if arn and not call.has(arn):
        text = "Member must be the ARN of a storage configuration in this account and region"
        yield Violation(f"/{MEMBER}/storageConfigurationArn", text)
    thumbnails = recording.get("thumbnailConfiguration", {})
    interval = thumbnails.get("targetIntervalSeconds", DEFAULT_INTERVAL)
    if interval != DEFAULT_INTERVAL and thumbnails.get("recordingMode") != "INTERVAL":
        text = "Member is configurable only if recordingMode is INTERVAL"
        yield Violation(f"/{MEMBER}/thumbnailConfiguration/targetIntervalSeconds", text)
