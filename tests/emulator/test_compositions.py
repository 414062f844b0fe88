"""Compositions: their lives, destinations, layouts, quotas, and what they hold on to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.emulator.rooms import Room
from tests.emulator.talking import refused


@dataclass(frozen=True, slots=True)
class Studio:
    """A room with somebody who publishes, and what a composition needs."""

    room: Room
    ivs: Any
    channels: Any
    encoder: str
    storage: str
    publisher: str

    def channel(self) -> dict[str, Any]:
        """Answer a destination on a channel of its own."""
        arn = self.channels.create_channel()["channel"]["arn"]
        return {"channel": {"channelArn": arn, "encoderConfigurationArn": self.encoder}}

    def recording(self, **more: Any) -> dict[str, Any]:
        """Answer a destination on S3."""
        named = {"storageConfigurationArn": self.storage, "encoderConfigurationArns": [self.encoder]}
        return {"s3": named | more}

    def start(self, *destinations: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Start a composition, to S3 if nothing else is said."""
        wanted = list(destinations) or [self.recording()]
        arguments = {"stageArn": self.room.arn, "destinations": wanted} | more
        composition: dict[str, Any] = self.ivs.start_composition(**arguments)["composition"]
        return composition

    def get(self, arn: str) -> dict[str, Any]:
        """Answer a composition."""
        composition: dict[str, Any] = self.ivs.get_composition(arn=arn)["composition"]
        return composition

    def state(self, arn: str) -> str:
        """Answer the state of a composition."""
        return str(self.get(arn)["state"])


@pytest.fixture
def studio(room: Room, ivs: Any, channels: Any) -> Studio:
    """Answer a room with a publisher, an encoder and a storage configuration."""
    encoder = ivs.create_encoder_configuration()["encoderConfiguration"]["arn"]
    storage = ivs.create_storage_configuration(s3={"bucketName": "tape"})["storageConfiguration"]["arn"]
    return Studio(room, ivs, channels, encoder, storage, room.enter(publishing=True))


def test_a_composition_starts_runs_stops_and_is_forgotten_after_five_minutes(studio: Studio) -> None:
    """STARTING for a second, ACTIVE until it is told, STOPPING for a second, known as STOPPED for 300."""
    made = studio.start(studio.channel(), studio.recording(), tags={"a": "b"})
    arn = made["arn"]
    assert (made["state"], made["tags"]) == ("STARTING", {"a": "b"})
    assert [one["state"] for one in made["destinations"]] == ["STARTING", "STARTING"]
    assert "startTime" not in made["destinations"][0]
    studio.room.pass_time(1)
    active = studio.get(arn)
    assert (active["state"], [one["state"] for one in active["destinations"]]) == ("ACTIVE", ["ACTIVE", "ACTIVE"])
    assert active["destinations"][0]["startTime"] - active["startTime"] == timedelta(seconds=1)
    studio.ivs.stop_composition(arn=arn)
    stopping = studio.get(arn)
    assert (stopping["state"], stopping["destinations"][0]["state"]) == ("STOPPING", "STOPPING")
    assert "endTime" not in stopping
    studio.room.pass_time(1)
    stopped = studio.get(arn)
    assert (stopped["state"], [one["state"] for one in stopped["destinations"]]) == ("STOPPED", ["STOPPED", "STOPPED"])
    assert stopped["endTime"] == stopped["destinations"][0]["endTime"]
    studio.room.pass_time(299)
    assert [one["arn"] for one in studio.ivs.list_compositions()["compositions"]] == [arn]
    studio.room.pass_time(1)
    assert studio.ivs.list_compositions()["compositions"] == []
    for call in (studio.ivs.get_composition, studio.ivs.stop_composition):
        assert (refused(call, arn=arn).kind, refused(call, arn=arn).status) == ("ResourceNotFoundException", 404)


def test_stopping_twice_succeeds(studio: Studio) -> None:
    """As long as the composition is known; nothing changes by it."""
    arn = studio.start()["arn"]
    studio.ivs.stop_composition(arn=arn)
    studio.ivs.stop_composition(arn=arn)
    studio.room.pass_time(1)
    ended = studio.get(arn)
    studio.ivs.stop_composition(arn=arn)
    assert studio.get(arn) == ended


def test_it_stops_by_itself_when_nobody_has_published_for_a_minute(studio: Studio) -> None:
    """Counted from the last one's end; whoever publishes within the minute saves it."""
    arn = studio.start()["arn"]
    studio.room.do("unpublish", studio.publisher)
    studio.room.pass_time(59)
    assert studio.state(arn) == "ACTIVE"
    studio.room.do("publish", studio.publisher)
    studio.room.pass_time(100)
    assert studio.state(arn) == "ACTIVE"
    studio.room.do("leave", studio.publisher)
    studio.room.pass_time(60)
    assert studio.state(arn) == "STOPPING"
    studio.room.pass_time(1)
    assert studio.state(arn) == "STOPPED"


def test_it_stops_after_a_minute_in_an_empty_stage(studio: Studio) -> None:
    """It becomes ACTIVE, and waits for somebody."""
    studio.room.do("leave", studio.publisher)
    arn = studio.start()["arn"]
    studio.room.pass_time(59)
    assert studio.state(arn) == "ACTIVE"
    studio.room.pass_time(2)
    assert studio.state(arn) == "STOPPED"


def test_it_stops_after_a_day(studio: Studio) -> None:
    """The longest duration is 24 hours; a publication may not last longer either, so a second one takes over."""
    arn = studio.start()["arn"]
    studio.room.pass_time(12 * 3600)
    studio.room.enter(publishing=True)
    studio.room.pass_time(12 * 3600 - 1)
    assert studio.state(arn) == "ACTIVE"
    studio.room.pass_time(1)
    assert studio.state(arn) == "STOPPING"


def test_a_jump_of_time_lets_everything_happen_at_its_own_moment(studio: Studio) -> None:
    """Nobody looked for two minutes: it still ended 61 seconds after the publisher left."""
    arn = studio.start()["arn"]
    studio.room.pass_time(10)
    left = datetime.now(UTC) + timedelta(seconds=10)
    studio.room.do("leave", studio.publisher)
    studio.room.pass_time(120)
    ended = studio.get(arn)
    assert ended["state"] == "STOPPED"
    assert abs((ended["endTime"] - left).total_seconds() - 61) < 3


def test_deleting_the_stage_ends_it(studio: Studio) -> None:
    """It finalises itself and stays to be read."""
    arn = studio.start()["arn"]
    studio.ivs.delete_stage(arn=studio.room.arn)
    assert studio.state(arn) == "STOPPING"
    studio.room.pass_time(1)
    assert studio.state(arn) == "STOPPED"


def test_the_same_token_is_the_same_composition_and_other_arguments_are_a_conflict(studio: Studio) -> None:
    """Started once; the second answer is the composition as it is by then."""
    token = {"idempotencyToken": "once"}
    first = studio.start(name_of(studio, "a"), **token)
    studio.room.pass_time(1)
    again = studio.start(name_of(studio, "a"), **token)
    assert (again["arn"], again["state"]) == (first["arn"], "ACTIVE")
    assert len(studio.ivs.list_compositions()["compositions"]) == 1
    refusal = refused(
        studio.ivs.start_composition, stageArn=studio.room.arn, destinations=[name_of(studio, "b")], **token
    )
    assert (refusal.kind, refusal.status) == ("ConflictException", 409)
    assert studio.start(name_of(studio, "a"), idempotencyToken="twice")["arn"] != first["arn"]


def name_of(studio: Studio, name: str) -> dict[str, Any]:
    """Answer a named destination on S3."""
    return studio.recording() | {"name": name}


GRID = {
    "featuredParticipantAttribute": "",
    "gridGap": 2,
    "omitStoppedVideo": False,
    "participantOrderAttribute": "",
    "videoAspectRatio": "VIDEO",
}
PIP = {
    "featuredParticipantAttribute": "",
    "gridGap": 0,
    "omitStoppedVideo": False,
    "participantOrderAttribute": "",
    "pipBehavior": "STATIC",
    "pipOffset": 0,
    "pipParticipantAttribute": "",
    "pipPosition": "BOTTOM_RIGHT",
    "videoFillMode": "COVER",
}


@pytest.mark.parametrize(
    ("given", "answered"),
    [
        (None, {"grid": GRID}),
        ({}, {"grid": GRID}),
        ({"grid": {"gridGap": 9, "videoFillMode": "FILL"}}, {"grid": GRID | {"gridGap": 9, "videoFillMode": "FILL"}}),
        ({"pip": {}}, {"pip": PIP}),
        (
            {"pip": {"pipWidth": 10, "pipPosition": "TOP_LEFT"}},
            {"pip": PIP | {"pipWidth": 10, "pipPosition": "TOP_LEFT"}},
        ),
    ],
)
def test_layouts_are_completed_with_their_defaults(studio: Studio, given: Any, answered: dict[str, Any]) -> None:
    """As the CLI's examples show them; videoFillMode of a grid has no value when unset."""
    assert studio.start(**({} if given is None else {"layout": given}))["layout"] == answered


def test_a_recording_is_completed_and_says_where_it_goes(studio: Studio) -> None:
    """Format HLS; segments and thumbnails only where they were asked for."""
    plain = studio.start()["destinations"][0]
    assert plain["configuration"] == {
        "name": "",
        "s3": {
            "storageConfigurationArn": studio.storage,
            "encoderConfigurationArns": [studio.encoder],
            "recordingConfiguration": {"format": "HLS"},
        },
    }
    full = studio.start(studio.recording(recordingConfiguration={"hlsConfiguration": {}}, thumbnailConfigurations=[{}]))
    recording = full["destinations"][0]["configuration"]["s3"]
    assert recording["recordingConfiguration"] == {
        "format": "HLS",
        "hlsConfiguration": {"targetSegmentDurationSeconds": 2},
    }
    assert recording["thumbnailConfigurations"] == [{"targetIntervalSeconds": 60, "storage": ["SEQUENTIAL"]}]
    stage, composition = studio.room.arn.rpartition("/")[2], full["arn"].rpartition("/")[2]
    destination = full["destinations"][0]
    assert destination["detail"]["s3"]["recordingPrefix"] == f"{stage}/{composition}/{destination['id']}/composite"


def test_impossible_destinations_and_layouts_are_refused(studio: Studio) -> None:
    """One target each; at most one channel and one S3; one layout."""
    both = studio.channel() | studio.recording()
    cases: list[dict[str, Any]] = [
        {"destinations": [{"name": "nowhere"}]},
        {"destinations": [both]},
        {"destinations": [studio.recording(), studio.recording()]},
        {"destinations": [studio.channel(), studio.channel()]},
        {"destinations": [studio.recording()], "layout": {"grid": {}, "pip": {}}},
        {"destinations": [studio.recording()], "tags": {"aws:x": "y"}},
    ]
    for case in cases:
        refusal = refused(studio.ivs.start_composition, stageArn=studio.room.arn, **case)
        assert refusal.kind == "ValidationException"


def test_what_it_names_must_exist(studio: Studio) -> None:
    """404 for the stage, an encoder, a storage configuration and a channel."""
    gone = studio.ivs.create_stage()["stage"]["arn"]
    studio.ivs.delete_stage(arn=gone)
    fake = {name: arn[:-1] + "-" for name, arn in (("encoder", studio.encoder), ("storage", studio.storage))}
    channel = studio.channel()["channel"]["channelArn"]
    cases: list[dict[str, Any]] = [
        {"stageArn": gone, "destinations": [studio.recording()]},
        {"destinations": [studio.recording(encoderConfigurationArns=[fake["encoder"]])]},
        {"destinations": [studio.recording(storageConfigurationArn=fake["storage"])]},
        {"destinations": [{"channel": {"channelArn": channel[:-1] + "-"}}]},
    ]
    for case in cases:
        refusal = refused(studio.ivs.start_composition, **({"stageArn": studio.room.arn} | case))
        assert (refusal.kind, refusal.status) == ("ResourceNotFoundException", 404)


def test_a_channel_must_be_offline_and_cannot_be_shared(studio: Studio) -> None:
    """Free again once the composition is over."""
    destination = studio.channel()
    arn = destination["channel"]["channelArn"]
    studio.room.admin.do("POST", "channel", {"arn": arn, "live": True})
    wanted = {"stageArn": studio.room.arn, "destinations": [destination]}
    assert refused(studio.ivs.start_composition, **wanted).kind == "ConflictException"
    studio.room.admin.do("POST", "channel", {"arn": arn, "live": False})
    composition = studio.start(destination)["arn"]
    assert refused(studio.ivs.start_composition, **wanted).kind == "ConflictException"
    studio.ivs.stop_composition(arn=composition)
    studio.room.pass_time(1)
    assert studio.start(destination)["arn"] != composition


def test_a_lost_channel_means_reconnecting_then_failed(studio: Studio) -> None:
    """With the recording beside it the composition goes on; without anything left it has failed."""
    destination = studio.channel()
    both = studio.start(destination, studio.recording())["arn"]
    alone_destination = studio.channel()
    alone = studio.start(alone_destination)["arn"]
    studio.room.pass_time(1)
    for one in (destination, alone_destination):
        studio.channels.delete_channel(arn=one["channel"]["channelArn"])
    assert [one["state"] for one in studio.get(both)["destinations"]] == ["RECONNECTING", "ACTIVE"]
    studio.room.pass_time(60)
    assert [one["state"] for one in studio.get(both)["destinations"]] == ["FAILED", "ACTIVE"]
    assert studio.state(both) == "ACTIVE"
    failed = studio.get(alone)
    assert (failed["state"], failed["destinations"][0]["state"]) == ("FAILED", "FAILED")
    assert failed["endTime"] >= failed["startTime"]
    studio.room.pass_time(300)
    assert refused(studio.ivs.get_composition, arn=alone).status == 404


def test_tests_can_let_destinations_reconnect_recover_and_fail(studio: Studio) -> None:
    """By the admin interface; an unknown destination or state is refused in words."""
    made = studio.start(studio.channel(), studio.recording())
    arn, ids = made["arn"], [one["id"] for one in made["destinations"]]
    studio.room.pass_time(1)
    admin = studio.room.admin
    admin.do("POST", "composition", {"arn": arn, "destination": ids[0], "state": "RECONNECTING"})
    studio.room.pass_time(30)
    admin.do("POST", "composition", {"arn": arn, "destination": ids[0], "state": "ACTIVE"})
    studio.room.pass_time(100)
    assert [one["state"] for one in studio.get(arn)["destinations"]] == ["ACTIVE", "ACTIVE"]
    assert admin.ask("POST", "composition", {"arn": arn, "destination": "x", "state": "FAILED"})[0] == 404
    assert admin.ask("POST", "composition", {"arn": arn, "destination": ids[0], "state": "HAPPY"})[0] == 400
    answer = admin.do("POST", "composition", {"arn": arn, "state": "FAILED"})["composition"]
    assert answer["state"] == studio.state(arn) == "FAILED"


def test_lists_show_summaries_newest_first_and_can_be_narrowed(studio: Studio) -> None:
    """By stage, by encoder, or by both; a summary has neither layout nor configuration."""
    other = Room.made(studio.ivs, studio.room.admin)
    encoder = studio.ivs.create_encoder_configuration()["encoderConfiguration"]["arn"]
    first = studio.start()["arn"]
    second = studio.start(studio.recording(encoderConfigurationArns=[encoder]))["arn"]
    third = studio.start(stageArn=other.arn)["arn"]

    def listed(**filters: str) -> list[str]:
        return [one["arn"] for one in studio.ivs.list_compositions(**filters)["compositions"]]

    assert listed() == [third, second, first]
    assert listed(filterByStageArn=studio.room.arn) == [second, first]
    assert listed(filterByEncoderConfigurationArn=studio.encoder) == [third, first]
    assert listed(filterByStageArn=studio.room.arn, filterByEncoderConfigurationArn=encoder) == [second]
    summary = studio.ivs.list_compositions()["compositions"][0]
    assert set(summary) == {"arn", "destinations", "stageArn", "startTime", "state", "tags"}
    assert set(summary["destinations"][0]) == {"id", "state"}
    page = studio.ivs.list_compositions(maxResults=2)
    assert [one["arn"] for one in page["compositions"]] == [third, second]
    rest = studio.ivs.list_compositions(nextToken=page["nextToken"])
    assert [one["arn"] for one in rest["compositions"]] == [first]


def test_five_in_a_stage_and_twenty_in_all(studio: Studio) -> None:
    """402 for one more; a stopped one makes room at once."""
    arns = [studio.start()["arn"] for _ in range(5)]
    wanted = {"destinations": [studio.recording()]}
    assert refused(studio.ivs.start_composition, stageArn=studio.room.arn, **wanted).status == 402
    others = [Room.made(studio.ivs, studio.room.admin).arn for _ in range(4)]
    for arn in others[:3]:
        for _ in range(5):
            studio.start(stageArn=arn)
    assert refused(studio.ivs.start_composition, stageArn=others[3], **wanted).status == 402
    studio.ivs.stop_composition(arn=arns[0])
    studio.room.pass_time(1)
    studio.start(stageArn=others[3])


def test_configurations_in_use_cannot_be_deleted(studio: Studio) -> None:
    """409 until the composition has stopped, also while it is stopping."""
    arn = studio.start()["arn"]
    studio.ivs.stop_composition(arn=arn)
    for call, target in (
        (studio.ivs.delete_encoder_configuration, studio.encoder),
        (studio.ivs.delete_storage_configuration, studio.storage),
    ):
        refusal = refused(call, arn=target)
        assert (refusal.kind, refusal.status) == ("ConflictException", 409)
    studio.room.pass_time(1)
    studio.ivs.delete_encoder_configuration(arn=studio.encoder)
    studio.ivs.delete_storage_configuration(arn=studio.storage)
    assert studio.state(arn) == "STOPPED"


def test_tags_of_a_composition_can_be_changed(studio: Studio) -> None:
    """Like those of every resource."""
    arn = studio.start()["arn"]
    studio.ivs.tag_resource(resourceArn=arn, tags={"a": "1", "b": "2"})
    studio.ivs.untag_resource(resourceArn=arn, tagKeys=["a"])
    assert studio.ivs.list_tags_for_resource(resourceArn=arn)["tags"] == studio.get(arn)["tags"] == {"b": "2"}
