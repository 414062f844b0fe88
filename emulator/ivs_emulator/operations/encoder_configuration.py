"""Encoder configurations: the picture that a composition is rendered to."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ivs_emulator.call import Call, Implementation
from ivs_emulator.kinds import ENCODER
from ivs_emulator.operations.generic import deleter, getter, lister, unused_by_compositions
from ivs_emulator.operations.tagging import reserved_keys
from ivs_emulator.records import Record
from ivs_emulator.validation import Violation

MOST_PIXELS: Final = 2_073_600
"""1920 x 1080, in either orientation."""

DEFAULTS: Final[Mapping[str, float]] = MappingProxyType(
    {"width": 1280, "height": 720, "framerate": 30, "bitrate": 2_500_000},
)
"""Filled in member by member, as the API's text describes each one."""


def _sound_picture(_call: Call, arguments: Record) -> Iterator[Violation]:
    video = DEFAULTS | arguments.get("video", {})
    for side in ("width", "height"):
        if video[side] % 2:
            yield Violation(f"/video/{side}", "Member must be an even number")
    if video["width"] * video["height"] > MOST_PIXELS:
        yield Violation("/video", f"width times height must be at most {MOST_PIXELS}")


def _create(call: Call, arguments: Record) -> Record:
    given = arguments.get("video", {})
    members: Record = {"video": {name: given.get(name, value) for name, value in DEFAULTS.items()}}
    members |= {name: arguments[name] for name in ("name", "tags") if name in arguments}
    return {ENCODER.member: call.create(ENCODER, members)}


OPERATIONS: Final[Mapping[str, Implementation]] = MappingProxyType(
    {
        "CreateEncoderConfiguration": Implementation(_create, (reserved_keys, _sound_picture)),
        "GetEncoderConfiguration": Implementation(getter(ENCODER)),
        "ListEncoderConfigurations": Implementation(lister(ENCODER)),
        "DeleteEncoderConfiguration": Implementation(deleter(unused_by_compositions("encoders"))),
    },
)
"""The operations of this module."""
