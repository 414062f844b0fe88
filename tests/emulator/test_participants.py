"""Sessions and participants: they come, publish, receive, fail, are recorded, and go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.emulator.rooms import Room
from tests.emulator.talking import MODEL, Admin, refused

CLIENT = {
    "browserName": "Firefox",
    "browserVersion": "152.0",
    "ispName": "Some Net, Inc.",
    "osName": "Linux",
    "osVersion": "6.18",
    "sdkVersion": "1.30.0",
}


def test_a_session_lasts_from_the_first_to_the_last_participant(room: Room) -> None:
    """Another one comes with the next participant; the newest is listed first."""
    ivs = room.ivs
    assert ivs.list_stage_sessions(stageArn=room.arn)["stageSessions"] == []
    first, second = room.enter(), room.enter()
    session = room.session
    begun = ivs.get_stage_session(stageArn=room.arn, sessionId=session)["stageSession"]
    assert (begun["sessionId"], "endTime" in begun) == (session, False)
    room.do("leave", first)
    assert room.session == session
    room.pass_time(5)
    room.do("leave", second)
    assert "activeSessionId" not in ivs.get_stage(arn=room.arn)["stage"]
    ended = ivs.get_stage_session(stageArn=room.arn, sessionId=session)["stageSession"]
    assert timedelta(seconds=5) <= ended["endTime"] - ended["startTime"] < timedelta(seconds=10)
    room.enter()
    listed = ivs.list_stage_sessions(stageArn=room.arn)["stageSessions"]
    assert [one["sessionId"] for one in listed] == [room.session, session]
    page = ivs.list_stage_sessions(stageArn=room.arn, maxResults=1)
    assert [one["sessionId"] for one in page["stageSessions"]] == [room.session]
    rest = ivs.list_stage_sessions(stageArn=room.arn, nextToken=page["nextToken"])
    assert [one["sessionId"] for one in rest["stageSessions"]] == [session]


def test_a_session_can_linger(room: Room) -> None:
    """As CloudWatch's page has it; whoever comes meanwhile finds the same session."""
    room.admin.settings(lingerSeconds=120)
    name = room.enter()
    session = room.session
    room.do("leave", name)
    room.pass_time(119)
    other = room.enter()
    assert room.session == session
    room.do("leave", other)
    room.pass_time(120)
    assert "activeSessionId" not in room.ivs.get_stage(arn=room.arn)["stage"]


def test_a_participant_shows_what_its_token_and_its_software_say(room: Room) -> None:
    """Client facts are set at the join; everything else has its default."""
    name = room.enter(client=CLIENT, userId="bob", attributes={"team": "red"})
    found = room.participant(name)
    joined = found.pop("firstJoinTime")
    assert joined
    assert found == CLIENT | {
        "participantId": name,
        "userId": "bob",
        "attributes": {"team": "red"},
        "state": "CONNECTED",
        "published": False,
        "protocol": "UNKNOWN",
        "recordingState": "DISABLED",
        "recordingS3BucketName": "",
        "recordingS3Prefix": "",
        "replicationType": "NONE",
        "redundantIngest": False,
    }


def test_client_facts_must_fit_the_model(room: Room) -> None:
    """Unknown names, wrong letters and wrong protocols are refused in words."""
    token = room.token()
    for bad in ({"client": {"browser": "x"}}, {"client": {"osName": "a/b"}}, {"protocol": "SRT"}, {"colour": "red"}):
        status, answer = room.admin.ask("POST", "join", {"token": token, **bad})
        assert (status, bool(answer["error"])) == (400, True)


def test_events_are_told_newest_first_and_published_stays_true(room: Room) -> None:
    """Joined, publishes, is received, stops, leaves."""
    speaker, listener = room.enter(publishing=True), room.enter()
    session = room.session
    room.do("subscribe", listener, to=speaker)
    assert room.participant(speaker)["published"]
    room.do("unpublish", speaker)
    room.do("leave", speaker)
    assert room.history(speaker) == ["JOINED", "PUBLISH_STARTED", "PUBLISH_STOPPED", "LEFT"]
    assert room.history(listener) == ["JOINED", "SUBSCRIBE_STARTED", "SUBSCRIBE_STOPPED"]
    subscribed = room.events(listener)[1]
    assert (subscribed["remoteParticipantId"], subscribed["replica"]) == (speaker, False)
    gone = room.participant(speaker, session)
    assert (gone["state"], gone["published"]) == ("DISCONNECTED", True)
    page = room.ivs.list_participant_events(stageArn=room.arn, sessionId=session, participantId=speaker, maxResults=3)
    assert [one["name"] for one in page["events"]] == ["LEFT", "PUBLISH_STOPPED", "PUBLISH_STARTED"]
    rest = room.ivs.list_participant_events(
        stageArn=room.arn, sessionId=session, participantId=speaker, nextToken=page["nextToken"]
    )
    assert [one["name"] for one in rest["events"]] == ["JOINED"]


def test_unsubscribing_is_an_event_and_doing_it_twice_is_none(room: Room) -> None:
    """Publishing twice neither."""
    speaker, listener = room.enter(publishing=True), room.enter()
    room.do("publish", speaker)
    room.do("subscribe", listener, to=speaker)
    for _ in range(2):
        room.do("unsubscribe", listener, to=speaker)
    assert room.history(listener) == ["JOINED", "SUBSCRIBE_STARTED", "SUBSCRIBE_STOPPED"]
    assert room.history(speaker) == ["JOINED", "PUBLISH_STARTED"]


def test_whoever_may_not_gets_an_error_event(room: Room) -> None:
    """By the token's capabilities; and nobody can receive somebody who does not publish."""
    listener, speaker = room.enter(capabilities=["SUBSCRIBE"]), room.enter(capabilities=["PUBLISH"])
    assert room.ask("publish", listener) == (
        409,
        {"error": "refused with INSUFFICIENT_CAPABILITIES", "reason": "INSUFFICIENT_CAPABILITIES"},
    )
    assert room.ask("subscribe", speaker, to=listener)[1]["reason"] == "INSUFFICIENT_CAPABILITIES"
    assert room.ask("subscribe", listener, to=speaker)[1]["reason"] == "PUBLISHER_NOT_FOUND"
    assert [(one["name"], one.get("errorCode")) for one in room.events(listener)] == [
        ("JOINED", None),
        ("PUBLISH_ERROR", "INSUFFICIENT_CAPABILITIES"),
        ("SUBSCRIBE_ERROR", "PUBLISHER_NOT_FOUND"),
    ]
    assert room.participant(listener)["published"] is False


def test_twelve_publish_and_the_thirteenth_exceeds_the_quota(room: Room) -> None:
    """Each stage has its own twelve."""
    for _ in range(12):
        room.enter(publishing=True)
    late = room.enter()
    assert room.ask("publish", late)[1]["reason"] == "QUOTA_EXCEEDED"
    assert room.history(late) == ["JOINED", "PUBLISH_ERROR"]


def test_a_full_stage_lets_nobody_in(room: Room) -> None:
    """Counted by the quota of subscribers; the join leaves an event."""
    room.admin.settings(quotas={"SubscribersPerStage": 1, "Subscriptions": 0})
    inside = room.enter(publishing=True)
    status, answer = room.admin.ask("POST", "join", {"token": room.token(userId="late")})
    assert (status, answer["reason"]) == (409, "QUOTA_EXCEEDED")
    late = room.ivs.list_participants(stageArn=room.arn, sessionId=room.session, filterByUserId="late")
    name = late["participants"][0]["participantId"]
    assert room.history(name) == ["JOIN_ERROR"]
    assert room.ask("subscribe", inside, to=inside)[1]["reason"] == "QUOTA_EXCEEDED"


CODES = MODEL["shapes"]["EventErrorCode"]["enum"]


@pytest.mark.parametrize("code", CODES)
def test_every_error_code_can_happen(room: Room, code: str) -> None:
    """To a publisher, whose publishing ends; to a subscriber; and to somebody at the door."""
    speaker, listener = room.enter(publishing=True), room.enter()
    room.do("subscribe", listener, to=speaker)
    room.do("fail", listener, event="SUBSCRIBE_ERROR", errorCode=code, to=speaker)
    room.do("fail", speaker, event="PUBLISH_ERROR", errorCode=code)
    status, answer = room.admin.ask("POST", "join", {"token": room.token(userId="unlucky"), "error": code})
    assert (status, answer["reason"]) == (409, code)
    assert [one.get("errorCode") for one in room.events(speaker) if one["name"] == "PUBLISH_ERROR"] == [code]
    assert room.history(speaker) == ["JOINED", "PUBLISH_STARTED", "PUBLISH_ERROR", "PUBLISH_STOPPED"]
    assert [one.get("errorCode") for one in room.events(listener) if one["name"] == "SUBSCRIBE_ERROR"] == [code]
    listed = room.ivs.list_participants(stageArn=room.arn, sessionId=room.session, filterByUserId="unlucky")
    door = room.events(listed["participants"][0]["participantId"])
    assert [(one["name"], one["errorCode"]) for one in door] == [("JOIN_ERROR", code)]


def test_a_join_error_of_somebody_inside_puts_them_out(room: Room) -> None:
    """And an unknown code or event is refused in words."""
    name, _ = room.enter(), room.enter()
    assert room.ask("fail", name, errorCode="BAD_LUCK")[0] == 400
    assert room.ask("fail", name, event="LEFT", errorCode="QUOTA_EXCEEDED")[0] == 400
    room.do("fail", name, event="JOIN_ERROR", errorCode="INTERNAL_SERVER_EXCEPTION")
    assert room.participant(name)["state"] == "DISCONNECTED"
    assert room.ask("publish", name)[0] == 404


def test_nobody_publishes_or_receives_longer_than_a_day(room: Room) -> None:
    """24 hours each, then the event says STREAM_DURATION_EXCEEDED; the participant stays."""
    speaker, listener = room.enter(publishing=True), room.enter()
    room.pass_time(3600)
    room.do("subscribe", listener, to=speaker)
    room.pass_time(23 * 3600)
    assert [(one["name"], one.get("errorCode")) for one in room.events(speaker)][-2:] == [
        ("PUBLISH_ERROR", "STREAM_DURATION_EXCEEDED"),
        ("PUBLISH_STOPPED", None),
    ]
    room.do("publish", speaker)
    room.do("subscribe", listener, to=speaker)
    room.pass_time(24 * 3600 - 1)
    room.do("unpublish", speaker)
    assert "SUBSCRIBE_ERROR" not in room.history(listener)
    assert room.participant(speaker)["state"] == "CONNECTED"


def test_a_subscription_ends_after_a_day_when_publishers_take_turns(room: Room) -> None:
    """The subscriber's own clock counts."""
    speaker, listener = room.enter(publishing=True), room.enter()
    room.do("subscribe", listener, to=speaker)
    room.pass_time(24 * 3600)
    codes = [(one["name"], one.get("errorCode")) for one in room.events(listener)]
    assert ("SUBSCRIBE_STOPPED", None) in codes


def test_lists_of_participants_can_be_narrowed_by_one_filter(room: Room) -> None:
    """In order of arrival; two filters at once are refused."""
    first, second = room.enter(userId="a", publishing=True), room.enter(userId="b")
    session = room.session
    room.do("leave", first)
    third = room.enter(userId="b")

    def listed(**filters: Any) -> list[str]:
        found = room.ivs.list_participants(stageArn=room.arn, sessionId=session, **filters)
        return [one["participantId"] for one in found["participants"]]

    assert listed() == [first, second, third]
    assert listed(filterByUserId="b") == [second, third]
    assert listed(filterByPublished=True) == [first]
    assert listed(filterByPublished=False) == [second, third]
    assert listed(filterByState="CONNECTED") == [second, third]
    assert listed(filterByState="DISCONNECTED") == [first]
    assert listed(filterByRecordingState="ACTIVE") == []
    both = {"filterByUserId": "b", "filterByPublished": False}
    refusal = refused(room.ivs.list_participants, stageArn=room.arn, sessionId=session, **both)
    assert refusal.kind == "ValidationException"
    page = room.ivs.list_participants(stageArn=room.arn, sessionId=session, maxResults=2)
    rest = room.ivs.list_participants(stageArn=room.arn, sessionId=session, nextToken=page["nextToken"])
    assert [one["participantId"] for one in rest["participants"]] == [third]


def recorded(ivs: Any, admin: Admin, **more: Any) -> Room:
    """Answer a stage whose participants are recorded to the bucket `tape`."""
    storage = ivs.create_storage_configuration(s3={"bucketName": "tape"})["storageConfiguration"]["arn"]
    return Room.made(ivs, admin, autoParticipantRecordingConfiguration={"storageConfigurationArn": storage} | more)


def test_a_recording_follows_the_publishing(ivs: Any, admin: Admin) -> None:
    """STARTING, ACTIVE a second later, STOPPING, STOPPED; the bucket and a prefix are told."""
    room = recorded(ivs, admin)
    name = room.enter()
    session = room.session
    assert room.participant(name)["recordingState"] == "DISABLED"
    room.do("publish", name)
    starting = room.participant(name)
    assert (starting["recordingState"], starting["recordingS3BucketName"]) == ("STARTING", "tape")
    stage = room.arn.rpartition("/")[2]
    assert starting["recordingS3Prefix"].startswith(f"{stage}/{session}/{name}/20")
    room.pass_time(1)
    assert room.participant(name)["recordingState"] == "ACTIVE"
    listed = ivs.list_participants(stageArn=room.arn, sessionId=session, filterByRecordingState="ACTIVE")
    assert [one["participantId"] for one in listed["participants"]] == [name]
    refusal = refused(
        ivs.update_stage, arn=room.arn, autoParticipantRecordingConfiguration={"storageConfigurationArn": ""}
    )
    assert (refusal.kind, refusal.status) == ("ConflictException", 409)
    room.do("unpublish", name)
    assert room.participant(name)["recordingState"] == "STOPPING"
    room.pass_time(1)
    assert room.participant(name)["recordingState"] == "STOPPED"
    ivs.update_stage(arn=room.arn, autoParticipantRecordingConfiguration={"storageConfigurationArn": ""})


def test_a_return_within_the_window_goes_on_in_the_same_place(ivs: Any, admin: Admin) -> None:
    """recordingReconnectWindowSeconds; later, or without one, there is a new prefix."""
    room = recorded(ivs, admin, recordingReconnectWindowSeconds=30)
    name = room.enter(publishing=True)
    first = room.participant(name)["recordingS3Prefix"]
    prefixes = []
    for pause in (29, 31):
        room.do("unpublish", name)
        room.pass_time(pause)
        room.do("publish", name)
        prefixes.append(room.participant(name)["recordingS3Prefix"])
    assert (prefixes[0] == first, prefixes[1] == first) == (True, False)


def test_tests_can_let_a_recording_fail(ivs: Any, admin: Admin) -> None:
    """Any state; STARTING begins one where the stage would record."""
    room = recorded(ivs, admin)
    name = room.enter()
    room.do("record", name, state="STARTING")
    assert room.participant(name)["recordingS3BucketName"] == "tape"
    room.do("record", name, state="FAILED")
    assert room.participant(name)["recordingState"] == "FAILED"
    assert room.ask("record", name, state="LOST")[0] == 400


def test_disconnecting_is_for_good(room: Room) -> None:
    """The token lets nobody in again; the reason is kept, and a stranger is not found."""
    token = room.token()
    name = room.admin.do("POST", "join", {"token": token})["participant"]["participantId"]
    session = room.session
    room.ivs.disconnect_participant(stageArn=room.arn, participantId=name, reason="rude")
    assert room.participant(name, session)["state"] == "DISCONNECTED"
    assert room.history(name, session) == ["JOINED", "LEFT"]
    assert room.admin.ask("POST", "join", {"token": token})[1]["reason"] == "disconnected"
    room.ivs.disconnect_participant(stageArn=room.arn, participantId=name)
    refusal = refused(room.ivs.disconnect_participant, stageArn=room.arn, participantId="stranger")
    assert (refusal.kind, refusal.status) == ("ResourceNotFoundException", 404)
    gone = {"stageArn": room.arn[:-1] + "-", "participantId": name}
    assert refused(room.ivs.disconnect_participant, **gone).status == 404


def test_deleting_a_stage_puts_everybody_out_and_forgets_them(room: Room) -> None:
    """Nothing of its sessions can be read any more."""
    name = room.enter(publishing=True)
    session = room.session
    room.ivs.delete_stage(arn=room.arn)
    where = {"stageArn": room.arn, "sessionId": session}
    assert refused(room.ivs.get_stage_session, **where).status == 404
    assert refused(room.ivs.get_participant, **where, participantId=name).status == 404
    assert room.ivs.list_stage_sessions(stageArn=room.arn)["stageSessions"] == []
    assert room.ivs.list_participants(**where)["participants"] == []
    assert room.ivs.list_participant_events(**where, participantId=name)["events"] == []
    assert room.ask("publish", name)[0] == 404


def test_the_same_token_again_takes_the_place_of_the_first_connection(room: Room) -> None:
    """One participant, whose first join stays the first."""
    token = room.token()
    first = room.admin.do("POST", "join", {"token": token})["participant"]
    room.pass_time(5)
    second = room.admin.do("POST", "join", {"token": token})["participant"]
    assert second["firstJoinTime"] == first["firstJoinTime"]
    assert room.history(first["participantId"]) == ["JOINED", "LEFT", "JOINED"]


class TestReplicas:
    """One publisher in further stages."""

    def test_a_replica_appears_in_the_other_stage_and_goes_when_stopped(self, room: Room) -> None:
        """With its own attributes over the token's; both sides have their events."""
        other = Room.made(room.ivs, room.admin)
        name = room.enter(publishing=True, userId="star", attributes={"a": "token", "b": "token"})
        pair = {"sourceStageArn": room.arn, "destinationStageArn": other.arn, "participantId": name}
        room.ivs.start_participant_replication(**pair, attributes={"a": "replica"})
        shown = other.participant(name)
        assert shown["attributes"] == {"a": "replica", "b": "token"}
        assert {key: shown[key] for key in ("replicationType", "replicationState", "sourceStageArn", "userId")} == {
            "replicationType": "REPLICA",
            "replicationState": "ACTIVE",
            "sourceStageArn": room.arn,
            "userId": "star",
        }
        assert shown["sourceSessionId"] == room.session
        source = room.participant(name)
        assert (source["replicationType"], source["replicationState"]) == ("SOURCE", "ACTIVE")
        assert room.ivs.list_participant_replicas(sourceStageArn=room.arn, participantId=name)["replicas"] == [
            {
                "sourceStageArn": room.arn,
                "participantId": name,
                "sourceSessionId": room.session,
                "destinationStageArn": other.arn,
                "destinationSessionId": other.session,
                "replicationState": "ACTIVE",
            }
        ]
        listener = other.enter()
        other.do("subscribe", listener, to=name)
        assert other.events(listener)[-1]["replica"] is True
        session = other.session
        room.ivs.stop_participant_replication(**pair)
        assert refused(room.ivs.stop_participant_replication, **pair).status == 404
        assert other.history(name, session) == [
            "REPLICATION_STARTED",
            "PUBLISH_STARTED",
            "PUBLISH_STOPPED",
            "REPLICATION_STOPPED",
        ]
        assert all(event["replica"] for event in other.events(name, session))
        stopped = room.events(name)[-1]
        assert (stopped["name"], stopped["destinationStageArn"]) == ("REPLICATION_STOPPED", other.arn)
        assert stopped["destinationSessionId"] == session
        assert room.participant(name)["replicationState"] == "STOPPED"
        assert other.participant(name)["state"] == "DISCONNECTED"

    def test_only_publishers_are_replicated_and_only_to_other_stages(self, room: Room) -> None:
        """404 for somebody silent or absent, 400 for the same stage, 409 for a second time or a replica."""
        other, third = Room.made(room.ivs, room.admin), Room.made(room.ivs, room.admin)
        name = room.enter()
        start = room.ivs.start_participant_replication
        pair = {"sourceStageArn": room.arn, "destinationStageArn": other.arn, "participantId": name}
        assert refused(start, **pair).kind == "ResourceNotFoundException"
        room.do("publish", name)
        assert refused(start, **pair | {"destinationStageArn": room.arn}).kind == "ValidationException"
        assert refused(start, **pair | {"destinationStageArn": room.arn[:-1] + "-"}).status == 404
        assert refused(start, **pair, attributes={"a": "b" * 1024}).kind == "ValidationException"
        start(**pair)
        assert refused(start, **pair).kind == "ConflictException"
        chain = {"sourceStageArn": other.arn, "destinationStageArn": third.arn, "participantId": name}
        assert refused(start, **chain).kind == "ConflictException"

    def test_five_replicas_at_a_time(self, room: Room) -> None:
        """402 for the sixth."""
        name = room.enter(publishing=True)
        arns = [Room.made(room.ivs, room.admin).arn for _ in range(6)]
        start = room.ivs.start_participant_replication
        for arn in arns[:5]:
            start(sourceStageArn=room.arn, destinationStageArn=arn, participantId=name)
        sixth = {"sourceStageArn": room.arn, "destinationStageArn": arns[5], "participantId": name}
        refusal = refused(start, **sixth)
        assert (refusal.kind, refusal.status) == ("ServiceQuotaExceededException", 402)
        listed = room.ivs.list_participant_replicas(sourceStageArn=room.arn, participantId=name, maxResults=3)
        rest = room.ivs.list_participant_replicas(
            sourceStageArn=room.arn, participantId=name, nextToken=listed["nextToken"]
        )
        assert [len(page["replicas"]) for page in (listed, rest)] == [3, 2]

    def test_a_publisher_who_comes_back_within_the_window_keeps_its_replicas(self, room: Room) -> None:
        """Else they end with the window; without one, at once."""
        other, third = Room.made(room.ivs, room.admin), Room.made(room.ivs, room.admin)
        name = room.enter(publishing=True)
        start = room.ivs.start_participant_replication
        start(sourceStageArn=room.arn, destinationStageArn=other.arn, participantId=name, reconnectWindowSeconds=60)
        start(sourceStageArn=room.arn, destinationStageArn=third.arn, participantId=name)
        session = third.session
        room.do("unpublish", name)
        assert third.participant(name, session)["state"] == "DISCONNECTED"
        room.pass_time(59)
        room.do("publish", name)
        room.pass_time(100)
        assert other.participant(name)["state"] == "CONNECTED"
        session = other.session
        room.do("unpublish", name)
        room.pass_time(60)
        assert other.participant(name, session)["replicationState"] == "STOPPED"

    def test_a_replica_can_be_disconnected_where_it_is_shown(self, room: Room) -> None:
        """The source goes on."""
        other = Room.made(room.ivs, room.admin)
        name = room.enter(publishing=True)
        room.admin.do(
            "POST",
            "replicate",
            {"sourceStageArn": room.arn, "destinationStageArn": other.arn, "participantId": name},
        )
        session = other.session
        room.ivs.disconnect_participant(stageArn=other.arn, participantId=name)
        assert other.participant(name, session)["state"] == "DISCONNECTED"
        assert room.participant(name)["replicationState"] == "STOPPED"
        assert room.participant(name)["state"] == "CONNECTED"

    def test_replicas_are_recorded_unless_their_stage_says_otherwise(self, room: Room) -> None:
        """recordParticipantReplicas, true by default."""
        name = room.enter(publishing=True)
        found = []
        for wanted in (True, False):
            other = recorded(room.ivs, room.admin, recordParticipantReplicas=wanted)
            room.ivs.start_participant_replication(
                sourceStageArn=room.arn, destinationStageArn=other.arn, participantId=name
            )
            found.append(other.participant(name)["recordingState"])
        assert found == ["STARTING", "DISABLED"]

    def test_tests_can_ask_for_a_replica_and_hear_why_not(self, room: Room) -> None:
        """The admin interface does as the operation does."""
        other = Room.made(room.ivs, room.admin)
        pair = {"sourceStageArn": room.arn, "destinationStageArn": other.arn, "participantId": "nobody"}
        status, answer = room.admin.ask("POST", "replicate", pair)
        assert (status, answer["reason"]) == (409, "ResourceNotFoundException")
        name = room.enter(publishing=True)
        pair["participantId"] = name
        assert room.admin.do("POST", "replicate", pair)["replica"]["replicationState"] == "ACTIVE"
        room.admin.do("POST", "replicate", pair | {"stop": True})
        assert room.participant(name)["replicationState"] == "STOPPED"


class TestIngest:
    """Encoders that stream to an ingest configuration."""

    @staticmethod
    def configuration(room: Room, **more: Any) -> dict[str, Any]:
        """Make an ingest configuration attached to the room."""
        wanted = {"ingestProtocol": "RTMPS", "stageArn": room.arn} | more
        made: dict[str, Any] = room.ivs.create_ingest_configuration(**wanted)["ingestConfiguration"]
        return made

    def test_a_stream_makes_its_configuration_active_and_a_participant(self, room: Room) -> None:
        """With the configuration's participant id, user, attributes and protocol."""
        made = self.configuration(room, userId="desk", attributes={"a": "b"})
        told = room.admin.do("POST", "stream", {"streamKey": made["streamKey"], "client": {"sdkVersion": "OBS 32"}})
        assert told["participant"]["participantId"] == made["participantId"]
        found = room.participant(made["participantId"])
        expected = {
            "userId": "desk",
            "attributes": {"a": "b"},
            "protocol": "RTMPS",
            "published": True,
            "ingestConfigurationArn": made["arn"],
            "redundantIngest": False,
            "sdkVersion": "OBS 32",
        }
        assert {key: found[key] for key in expected} == expected
        get = room.ivs.get_ingest_configuration
        assert get(arn=made["arn"])["ingestConfiguration"]["state"] == "ACTIVE"
        assert refused(room.ivs.update_ingest_configuration, arn=made["arn"], stageArn="").kind == "ConflictException"
        assert refused(room.ivs.delete_ingest_configuration, arn=made["arn"]).kind == "ConflictException"
        room.do("leave", made["participantId"])
        assert get(arn=made["arn"])["ingestConfiguration"]["state"] == "INACTIVE"

    def test_a_second_stream_with_the_same_key_is_refused(self, room: Room) -> None:
        """REUSE_OF_STREAM_KEY; the first goes on. A redundant key is a participant of its own."""
        made = self.configuration(room, redundantIngest=True)
        room.admin.do("POST", "stream", {"streamKey": made["streamKey"]})
        status, answer = room.admin.ask("POST", "stream", {"streamKey": made["streamKey"]})
        assert (status, answer["reason"]) == (409, "REUSE_OF_STREAM_KEY")
        assert room.history(made["participantId"]) == ["JOINED", "PUBLISH_STARTED", "PUBLISH_ERROR"]
        spare = made["redundantIngestCredentials"][0]
        room.admin.do("POST", "stream", {"streamKey": spare["streamKey"]})
        assert room.participant(spare["participantId"])["redundantIngest"] is True

    def test_what_does_not_fit_is_refused(self, room: Room) -> None:
        """A wrong key, RTMP where it must be RTMPS, a configuration without a stage, a fault of the stream."""
        made = self.configuration(room)

        def reason(**body: Any) -> tuple[int, str]:
            status, answer = room.admin.ask("POST", "stream", body)
            return status, answer["reason"]

        key = made["streamKey"]
        assert reason(streamKey=key[:-1] + "_") == (403, "INVALID_STREAM_KEY")
        assert reason(streamKey="live_123") == (403, "INVALID_STREAM_KEY")
        assert reason(streamKey=key, protocol="RTMP") == (409, "INVALID_PROTOCOL")
        assert reason(streamKey=key, error="B_FRAME_PRESENT") == (409, "B_FRAME_PRESENT")
        get = room.ivs.get_ingest_configuration
        assert get(arn=made["arn"])["ingestConfiguration"]["state"] == "INACTIVE"
        room.ivs.update_ingest_configuration(arn=made["arn"], stageArn="")
        assert reason(streamKey=key) == (409, "INVALID_INPUT")

    def test_disconnecting_an_encoder_detaches_its_configuration(self, room: Room) -> None:
        """Documented: stageArn becomes an empty string. Attached again, it may stream again."""
        made = self.configuration(room)
        room.admin.do("POST", "stream", {"streamKey": made["streamKey"]})
        room.ivs.disconnect_participant(stageArn=room.arn, participantId=made["participantId"])
        found = room.ivs.get_ingest_configuration(arn=made["arn"])["ingestConfiguration"]
        assert (found["stageArn"], found["state"]) == ("", "INACTIVE")
        room.ivs.update_ingest_configuration(arn=made["arn"], stageArn=room.arn)
        room.admin.do("POST", "stream", {"streamKey": made["streamKey"]})

    def test_a_forced_delete_disconnects_first(self, room: Room) -> None:
        """The participant leaves, then the configuration is gone."""
        made = self.configuration(room)
        witness = room.enter()
        room.admin.do("POST", "stream", {"streamKey": made["streamKey"]})
        room.ivs.delete_ingest_configuration(arn=made["arn"], force=True)
        assert room.history(made["participantId"])[-1] == "LEFT"
        assert room.participant(witness)["state"] == "CONNECTED"

    def test_a_subscriber_cannot_stream_without_room(self, room: Room) -> None:
        """A full stage refuses an encoder too."""
        room.admin.settings(quotas={"PublishersPerStage": 0})
        made = self.configuration(room)
        assert room.admin.ask("POST", "stream", {"streamKey": made["streamKey"]})[1]["reason"] == "QUOTA_EXCEEDED"
        room.admin.settings(quotas={"SubscribersPerStage": 0})
        assert room.admin.ask("POST", "stream", {"streamKey": made["streamKey"]})[1]["reason"] == "QUOTA_EXCEEDED"
