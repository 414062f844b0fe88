"""Channels of the low-latency API, as far as compositions need them: made, read, changed, deleted."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ivs_emulator.call import Call, Implementation
from ivs_emulator.errors import CONFLICT, NOT_FOUND, ServiceError
from ivs_emulator.kinds import CHANNEL, STREAM_KEY
from ivs_emulator.operations.generic import deleter, getter, lister
from ivs_emulator.operations.tagging import reserved_keys
from ivs_emulator.records import Record
from ivs_emulator.rooms import composing
from ivs_emulator.validation import Violation

DEFAULTS: Final[Mapping[str, object]] = MappingProxyType(
    {
        "latencyMode": "LOW",
        "type": "STANDARD",
        "recordingConfigurationArn": "",
        "authorized": False,
        "insecureIngest": False,
        "preset": "",
        "playbackRestrictionPolicyArn": "",
        "containerFormat": "TS",
        "adConfigurationArn": "",
        "failoverSlateConfigurationArn": "",
    },
)
"""What a channel is completed with."""

PRESET_TYPES: Final = ("ADVANCED_SD", "ADVANCED_HD")
"""Types of channels that have a transcode preset."""

DEFAULT_PRESET: Final = "HIGHER_BANDWIDTH_DELIVERY"
"""The preset of those types when none is given."""

FILTERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "filterByName": "name",
        "filterByRecordingConfigurationArn": "recordingConfigurationArn",
        "filterByPlaybackRestrictionPolicyArn": "playbackRestrictionPolicyArn",
        "filterByAdConfigurationArn": "adConfigurationArn",
        "filterByFailoverSlateConfigurationArn": "failoverSlateConfigurationArn",
    },
)
"""Arguments that narrow the list, and the member each one compares."""

_SETTABLE: Final = ("name", "multitrackInputConfiguration", *DEFAULTS)


def _sound_channel(call: Call, arguments: Record) -> Iterator[Violation]:
    known = call.fetch(arguments["arn"]) if "arn" in arguments else None
    wanted: Record = dict(DEFAULTS) | (known or {}) | arguments
    if arguments.get("preset") and wanted["type"] not in PRESET_TYPES:
        yield Violation("/preset", f"Member is selectable only for types {', '.join(PRESET_TYPES)}")
    multitrack = wanted.get("multitrackInputConfiguration") or {}
    if not multitrack.get("enabled"):
        return
    if wanted["type"] != "STANDARD":
        yield Violation("/multitrackInputConfiguration/enabled", "Member can be true only if type is STANDARD")
    if wanted["containerFormat"] != "FRAGMENTED_MP4":
        yield Violation("/containerFormat", "Member must be FRAGMENTED_MP4 when multitrack input is enabled")
    for name in ("policy", "maximumResolution"):
        if name not in multitrack:
            yield Violation(f"/multitrackInputConfiguration/{name}", "Member must not be null")


def _completed(channel: Record) -> Record:
    if channel["type"] in PRESET_TYPES:
        return channel | {"preset": channel["preset"] or DEFAULT_PRESET}
    return channel | {"preset": ""}


def _create(call: Call, arguments: Record) -> Record:
    host = call.ids.host()
    members: Record = dict(DEFAULTS) | {name: arguments[name] for name in (*_SETTABLE, "tags") if name in arguments}
    members |= {
        "live": False,
        "ingestEndpoint": f"{host}.global-contribute.live-video.net",
        "srt": {
            "endpoint": f"{host}.srt.live-video.net",
            "passphrase": "" if members["insecureIngest"] else call.ids.text(40),
        },
    }
    channel = _completed(call.create(CHANNEL, members))
    identifier = channel["arn"].rpartition("/")[2]
    region, account = call.scope.region, call.scope.account
    playback = (
        f"https://{host}.{region}.playback.live-video.net/api/video/v1/{region}.{account}.channel.{identifier}.m3u8"
    )
    channel["playbackUrl"] = playback
    call.store.rewrite(channel)
    key = {
        "channelArn": channel["arn"],
        "value": f"sk_{region}_{call.ids.text(12)}_{call.ids.text(30)}",
        "tags": members.get("tags", {}),
    }
    return {CHANNEL.member: channel, STREAM_KEY.member: call.create(STREAM_KEY, key)}


def _refuse_live(channel: Record) -> None:
    if channel["live"]:
        raise ServiceError(CONFLICT, f"Resource: {channel['arn']} is live")


def _update(call: Call, arguments: Record) -> Record:
    channel = call.lookup(arguments["arn"]).record
    _refuse_live(channel)
    channel = _completed(channel | {name: arguments[name] for name in _SETTABLE if name in arguments})
    call.store.rewrite(channel)
    return {CHANNEL.member: channel}


def _remove(call: Call, channel: Record, _arguments: Record) -> None:
    _refuse_live(channel)
    for key in call.every(STREAM_KEY, {"channelArn": channel["arn"]}):
        call.store.remove(key["arn"])
    composing.lose_channel(call, channel["arn"])


def _get_many(call: Call, arguments: Record) -> Record:
    found = {arn: call.fetch(arn) for arn in arguments["arns"]}
    missing = [
        {"arn": arn, "code": NOT_FOUND, "message": f"Resource: {arn} not found"}
        for arn, channel in found.items()
        if channel is None
    ]
    return {CHANNEL.plural: [channel for channel in found.values() if channel], "errors": missing}


def _one_filter(_call: Call, arguments: Record) -> Iterator[Violation]:
    yield from ()
    if sum(name in arguments for name in FILTERS) > 1:
        raise ServiceError(CONFLICT, "Filters are mutually exclusive and can't be used together")


OPERATIONS: Final[Mapping[str, Implementation]] = MappingProxyType(
    {
        "CreateChannel": Implementation(_create, (reserved_keys, _sound_channel)),
        "GetChannel": Implementation(getter(CHANNEL)),
        "BatchGetChannel": Implementation(_get_many),
        "ListChannels": Implementation(lister(CHANNEL, FILTERS), (_one_filter,)),
        "UpdateChannel": Implementation(_update, (_sound_channel,)),
        "DeleteChannel": Implementation(deleter(_remove)),
    },
)
"""The operations of this module; the tag operations are the same for both APIs."""
