"""Channels of the low-latency API: as much of them as compositions need, on the same server."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.talking import Admin, refused, send, signature

DEFAULTS = {
    "name": "",
    "latencyMode": "LOW",
    "type": "STANDARD",
    "recordingConfigurationArn": "",
    "authorized": False,
    "tags": {},
    "insecureIngest": False,
    "preset": "",
    "playbackRestrictionPolicyArn": "",
    "containerFormat": "TS",
    "adConfigurationArn": "",
    "failoverSlateConfigurationArn": "",
}


def test_a_channel_comes_with_a_stream_key(channels: Any) -> None:
    """Defaults as the API describes them; the key carries the channel's tags and is in no other answer."""
    made = channels.create_channel()
    channel, key = made["channel"], made["streamKey"]
    assert {name: channel[name] for name in DEFAULTS} == DEFAULTS
    assert channel["playbackUrl"].startswith("https://")
    assert channel["srt"]["passphrase"]
    assert (key["channelArn"], key["value"][:3]) == (channel["arn"], "sk_")
    found = channels.get_channel(arn=channel["arn"])
    assert (found["channel"], "streamKey" in found) == (channel, False)


def test_a_channel_is_changed_member_by_member(channels: Any) -> None:
    """What an update does not name stays."""
    arn = channels.create_channel(name="a", type="BASIC", tags={"x": "y"})["channel"]["arn"]
    channel = channels.update_channel(arn=arn, name="b", authorized=True)["channel"]
    assert (channel["name"], channel["type"], channel["authorized"]) == ("b", "BASIC", True)
    assert channels.get_channel(arn=arn)["channel"] == channel


def test_presets_and_multitrack_input_have_their_rules(channels: Any) -> None:
    """A preset for advanced types alone; multitrack for STANDARD with fMP4 alone, and complete."""
    advanced = channels.create_channel(type="ADVANCED_HD")["channel"]
    assert advanced["preset"] == "HIGHER_BANDWIDTH_DELIVERY"
    bad: list[dict[str, Any]] = [
        {"type": "BASIC", "preset": "HIGHER_BANDWIDTH_DELIVERY"},
        {"type": "BASIC", "multitrackInputConfiguration": {"enabled": True}},
        {"multitrackInputConfiguration": {"enabled": True, "policy": "ALLOW", "maximumResolution": "HD"}},
        {"tags": {"aws:x": "y"}},
    ]
    for arguments in bad:
        assert refused(channels.create_channel, **arguments).kind == "ValidationException"
    multitrack = {"enabled": True, "policy": "ALLOW", "maximumResolution": "HD"}
    made = channels.create_channel(containerFormat="FRAGMENTED_MP4", multitrackInputConfiguration=multitrack)
    assert made["channel"]["multitrackInputConfiguration"] == multitrack


def test_channels_are_listed_and_narrowed_by_one_filter(channels: Any) -> None:
    """Two filters are a ConflictException, says the API's text."""
    first, second = (channels.create_channel(name=name)["channel"] for name in ("a", "b"))
    assert [one["arn"] for one in channels.list_channels()["channels"]] == [first["arn"], second["arn"]]
    assert [one["arn"] for one in channels.list_channels(filterByName="b")["channels"]] == [second["arn"]]
    page = channels.list_channels(maxResults=1)
    rest = channels.list_channels(nextToken=page["nextToken"])
    assert [one["arn"] for one in rest["channels"]] == [second["arn"]]
    both = {"filterByName": "a", "filterByRecordingConfigurationArn": ""}
    assert refused(channels.list_channels, **both).kind == "ConflictException"


def test_many_are_read_at_once(channels: Any) -> None:
    """What is missing is an error beside what is there."""
    arn = channels.create_channel()["channel"]["arn"]
    answer = channels.batch_get_channel(arns=[arn, arn[:-1] + "-"])
    assert [one["arn"] for one in answer["channels"]] == [arn]
    assert [(one["arn"], one["code"]) for one in answer["errors"]] == [(arn[:-1] + "-", "ResourceNotFoundException")]


def test_a_live_channel_is_neither_changed_nor_deleted(channels: Any, admin: Admin) -> None:
    """409 for both; offline again, it goes, and its stream key with it."""
    made = channels.create_channel()
    arn = made["channel"]["arn"]
    admin.do("POST", "channel", {"arn": arn, "live": True})
    assert refused(channels.delete_channel, arn=arn).status == 409
    assert refused(channels.update_channel, arn=arn, name="x").status == 409
    admin.do("POST", "channel", {"arn": arn, "live": False})
    assert channels.delete_channel(arn=arn)["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert refused(channels.get_channel, arn=arn).kind == "ResourceNotFoundException"
    assert refused(channels.list_tags_for_resource, resourceArn=made["streamKey"]["arn"]).status == 404
    assert admin.ask("POST", "channel", {"arn": arn, "live": True})[0] == 404


def test_both_apis_tag_the_same_resources(channels: Any, ivs: Any) -> None:
    """One table of tags, two clients."""
    arn = channels.create_channel(tags={"a": "b"})["channel"]["arn"]
    ivs.tag_resource(resourceArn=arn, tags={"c": "d"})
    channels.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert channels.list_tags_for_resource(resourceArn=arn)["tags"] == {"c": "d"}
    assert channels.get_channel(arn=arn)["channel"]["tags"] == {"c": "d"}


@pytest.mark.parametrize("tags", [{"a\u0000": "b"}, {"a": "b\n"}, {"": "b"}])
def test_tags_of_a_channel_obey_their_pattern(channels: Any, tags: dict[str, str]) -> None:
    """Letters, digits, spaces and a few signs of any script; the real-time API has no such pattern."""
    assert refused(channels.create_channel, tags=tags).kind == "ValidationException"
    assert channels.create_channel(tags={"größe": "für alle, sagt +@"[:8]})["channel"]["tags"]


def test_a_stream_key_shows_neither_in_the_list_of_resources_nor_in_the_page(
    channels: Any, admin: Admin, url: str, account: str
) -> None:
    """Searched for by value, with the SRT passphrase."""
    made = channels.create_channel()
    secrets = [made["streamKey"]["value"], made["channel"]["srt"]["passphrase"]]
    seen = str(admin.do("GET", "resources"))
    assert made["channel"]["arn"] in seen
    assert not [secret for secret in secrets if secret in seen]
    assert send(url, "POST", "/GetStream", b"{}", signature(account))[0] == 501
