"""Every member of every operation of botocore's newest model: each one that goes in has an effect, each one comes out.

Effects are measured, not claimed: the same world is made twice from one seed, once a call is made with a member and
once without it, and the answers or everything that is stored must differ.
"""

from __future__ import annotations

import copy
import functools
import json
import random
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest

from ivs_emulator.exchange import Incoming
from ivs_emulator.ids import Ids
from ivs_emulator.operations import OPERATIONS
from ivs_emulator.service import Service, World
from ivs_emulator.service_model import load_model
from ivs_emulator.settings import Settings
from ivs_emulator.simulation import ACTIONS
from ivs_emulator.snapshot import snapshot
from ivs_emulator.store import Store
from tests.emulator.rooms import Room
from tests.emulator.samples import OTHER_P384, P384
from tests.emulator.signing import participant_claims, public_pem, signed
from tests.emulator.talking import MODEL, Admin, connect, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = "123456789012"
SHAPES = MODEL["shapes"]

WITHOUT_EFFECT: dict[str, str] = {}
"""Input members that do nothing, each with its reason; there are none."""

NEVER_ANSWERED: dict[str, str] = {
    "CreateStage.stage.activeSessionId": "a session begins with the first participant, and a new stage has none",
}
"""Output members that no answer has, each with its reason."""


@functools.cache
def model() -> Any:
    """Read the emulator's model once."""
    return load_model()


class Place:
    """A world of its own, made from a seed, on a clock that stands still, without a network."""

    def __init__(self) -> None:
        """Start with nothing."""
        source = random.Random(11)  # noqa: S311  (a test wants the same numbers again)
        world = World(lambda: 1_800_000_000.0, lambda: 0.0, Ids(source))
        self.service = Service(model(), Store(None), Settings(), world)

    def call(self, operation: str, **arguments: Any) -> tuple[int, str | None, Any]:
        """Make a call, and answer status, error type and body."""
        http = MODEL["operations"].get(operation, {"http": {"method": "POST", "requestUri": f"/{operation}"}})["http"]
        body = dict(arguments)
        target = http["requestUri"]
        if "{resourceArn}" in target:
            target = target.replace("{resourceArn}", quote(body.pop("resourceArn", "none"), safe=""))
            if http["method"] == "DELETE" and "tagKeys" in body:
                target += "?" + urlencode({"tagKeys": body.pop("tagKeys")}, doseq=True)
        header = signature(ACCOUNT)["Authorization"]
        incoming = Incoming(http["method"], target, header, json.dumps(body).encode())
        answer = self.service.perform(self.service.admit(incoming))
        return answer.status, answer.error, json.loads(answer.body or b"null")

    def make(self, operation: str, **arguments: Any) -> Any:
        """Make a call that must succeed, and answer its body."""
        status, error, body = self.call(operation, **arguments)
        assert status in {200, 204}, (operation, error, body)
        return body

    def do(self, action: str, **body: Any) -> Any:
        """Let something happen that no call starts."""
        return ACTIONS[action](self.service, None, body)

    def later(self, seconds: float) -> None:
        """Let time pass."""
        self.service.clocks.move(None, self.service.clocks.offset(None) + seconds)
        self.service.settle(None)

    def seen(self) -> str:
        """Answer everything that is stored, without the part of tokens that no seed makes again."""
        return without_signatures(json.dumps(snapshot(self.service, None), sort_keys=True))

    # What calls need.

    def storage(self) -> str:
        """Make a storage configuration."""
        return str(self.make("CreateStorageConfiguration", s3={"bucketName": "tape"})["storageConfiguration"]["arn"])

    def encoder(self) -> str:
        """Make an encoder configuration."""
        return str(self.make("CreateEncoderConfiguration")["encoderConfiguration"]["arn"])

    def stage(self, **arguments: Any) -> str:
        """Make a stage."""
        return str(self.make("CreateStage", **arguments)["stage"]["arn"])

    def ingest(self, **arguments: Any) -> Any:
        """Make an ingest configuration."""
        return self.make("CreateIngestConfiguration", ingestProtocol="RTMPS", **arguments)["ingestConfiguration"]

    def inside(self, stage: str, *, publishing: bool = False, **wanted: Any) -> dict[str, str]:
        """Let somebody join, and answer how to name them."""
        token = self.make("CreateParticipantToken", stageArn=stage, **wanted)["participantToken"]["token"]
        joined = self.do("join", token=token)["participant"]
        if publishing:
            self.do("publish", stageArn=stage, participantId=joined["participantId"])
        return {name: joined[name] for name in ("stageArn", "sessionId", "participantId")}

    def composition(self, stage: str, encoder: str, **more: Any) -> str:
        """Start a composition."""
        wanted = {"storageConfigurationArn": self.storage(), "encoderConfigurationArns": [encoder]}
        started = self.make("StartComposition", stageArn=stage, destinations=[{"s3": wanted}], **more)
        return str(started["composition"]["arn"])


def without_signatures(text: str) -> str:
    """Leave out the third part of every token: ECDSA makes another one each time."""
    return re.sub(r"(eyJ[\w-]+\.[\w-]+)\.[\w-]+", r"\1", text)


Maker = Callable[[Place], dict[str, Any]]
CASES: dict[str, list[Maker]] = {}


def case(operation: str) -> Callable[[Maker], Maker]:
    """Enter a way to call an operation: the function makes what it needs and answers the arguments."""

    def enter(maker: Maker) -> Maker:
        CASES.setdefault(operation, []).append(maker)
        return maker

    return enter


RECORDING = {
    "mediaTypes": ["AUDIO_ONLY"],
    "thumbnailConfiguration": {"recordingMode": "INTERVAL", "targetIntervalSeconds": 10, "storage": ["LATEST"]},
    "recordingReconnectWindowSeconds": 9,
    "hlsConfiguration": {"targetSegmentDurationSeconds": 9},
    "recordParticipantReplicas": False,
}
TOKEN = {"duration": 9, "userId": "bob", "attributes": {"a": "b"}, "capabilities": ["SUBSCRIBE"]}
NAMED = {"name": "n", "tags": {"a": "b"}}


@case("CreateStage")
def create_stage(at: Place) -> dict[str, Any]:
    recording = {"storageConfigurationArn": at.storage(), **RECORDING}
    return {**NAMED, "autoParticipantRecordingConfiguration": recording, "participantTokenConfigurations": [TOKEN]}


@case("UpdateStage")
def update_stage(at: Place) -> dict[str, Any]:
    recording = {"storageConfigurationArn": at.storage(), **RECORDING}
    return {"arn": at.stage(), "name": "n", "autoParticipantRecordingConfiguration": recording}


@case("GetStage")
def get_stage(at: Place) -> dict[str, Any]:
    return {"arn": at.stage()}


@case("DeleteStage")
def delete_stage(at: Place) -> dict[str, Any]:
    return {"arn": at.stage()}


def pages(at: Place, operation: str, makers: list[Any], **more: Any) -> dict[str, Any]:
    """Make three of something, and ask for the second page of one each."""
    for make in makers:
        make()
    first = at.make(operation, maxResults=1, **more)
    return {"maxResults": 1, "nextToken": first["nextToken"], **more}


@case("ListStages")
def list_stages(at: Place) -> dict[str, Any]:
    return pages(at, "ListStages", [at.stage] * 3)


@case("CreateStorageConfiguration")
def create_storage_configuration(_at: Place) -> dict[str, Any]:
    return {**NAMED, "s3": {"bucketName": "tape"}}


@case("GetStorageConfiguration")
def get_storage_configuration(at: Place) -> dict[str, Any]:
    return {"arn": at.storage()}


@case("DeleteStorageConfiguration")
def delete_storage_configuration(at: Place) -> dict[str, Any]:
    return {"arn": at.storage()}


@case("ListStorageConfigurations")
def list_storage_configurations(at: Place) -> dict[str, Any]:
    return pages(at, "ListStorageConfigurations", [at.storage] * 3)


@case("CreateEncoderConfiguration")
def create_encoder_configuration(_at: Place) -> dict[str, Any]:
    return {**NAMED, "video": {"width": 640, "height": 480, "framerate": 25, "bitrate": 1000}}


@case("GetEncoderConfiguration")
def get_encoder_configuration(at: Place) -> dict[str, Any]:
    return {"arn": at.encoder()}


@case("DeleteEncoderConfiguration")
def delete_encoder_configuration(at: Place) -> dict[str, Any]:
    return {"arn": at.encoder()}


@case("ListEncoderConfigurations")
def list_encoder_configurations(at: Place) -> dict[str, Any]:
    return pages(at, "ListEncoderConfigurations", [at.encoder] * 3)


@case("CreateIngestConfiguration")
def create_ingest_configuration(at: Place) -> dict[str, Any]:
    wanted = {"ingestProtocol": "RTMP", "insecureIngest": True, "redundantIngest": True, "stageArn": at.stage()}
    return {**NAMED, **wanted, "userId": "bob", "attributes": {"a": "b"}}


@case("UpdateIngestConfiguration")
def update_ingest_configuration(at: Place) -> dict[str, Any]:
    return {"arn": at.ingest()["arn"], "stageArn": at.stage(), "redundantIngest": True}


@case("GetIngestConfiguration")
def get_ingest_configuration(at: Place) -> dict[str, Any]:
    return {"arn": at.ingest()["arn"]}


@case("DeleteIngestConfiguration")
def delete_ingest_configuration(at: Place) -> dict[str, Any]:
    made = at.ingest(stageArn=at.stage())
    at.do("stream", streamKey=made["streamKey"])
    return {"arn": made["arn"], "force": True}


@case("ListIngestConfigurations")
def list_ingest_configurations(at: Place) -> dict[str, Any]:
    at.ingest()
    stage = at.stage()
    attached = functools.partial(at.ingest, stageArn=stage)
    return pages(at, "ListIngestConfigurations", [attached] * 3, filterByStageArn=stage)


@case("ListIngestConfigurations")
def list_ingest_configurations_2(at: Place) -> dict[str, Any]:
    at.ingest()
    return {"filterByState": "ACTIVE"}


@case("ImportPublicKey")
def import_public_key(_at: Place) -> dict[str, Any]:
    return {**NAMED, "publicKeyMaterial": P384}


@case("GetPublicKey")
def get_public_key(at: Place) -> dict[str, Any]:
    return {"arn": at.make("ImportPublicKey", publicKeyMaterial=P384)["publicKey"]["arn"]}


@case("DeletePublicKey")
def delete_public_key(at: Place) -> dict[str, Any]:
    return get_public_key(at)


@case("ListPublicKeys")
def list_public_keys(at: Place) -> dict[str, Any]:
    keys = [
        functools.partial(at.make, "ImportPublicKey", publicKeyMaterial=pem) for pem in (P384, OTHER_P384, public_pem())
    ]
    return pages(at, "ListPublicKeys", keys)


@case("TagResource")
def tag_resource(at: Place) -> dict[str, Any]:
    return {"resourceArn": at.stage(), "tags": {"a": "b"}}


@case("UntagResource")
def untag_resource(at: Place) -> dict[str, Any]:
    return {"resourceArn": at.stage(tags={"a": "b"}), "tagKeys": ["a"]}


@case("ListTagsForResource")
def list_tags_for_resource(at: Place) -> dict[str, Any]:
    return {"resourceArn": at.stage(tags={"a": "b"})}


@case("CreateParticipantToken")
def create_participant_token(at: Place) -> dict[str, Any]:
    return {"stageArn": at.stage(), **TOKEN}


@case("RevokeConnectionToken")
def revoke_connection_token(_at: Place) -> dict[str, Any]:
    return {"tokenId": "connection-1"}


@case("DisconnectParticipant")
def disconnect_participant(at: Place) -> dict[str, Any]:
    who = at.inside(at.stage())
    return {"stageArn": who["stageArn"], "participantId": who["participantId"], "reason": "rude"}


@case("GetParticipant")
def get_participant(at: Place) -> dict[str, Any]:
    return dict(at.inside(at.stage()))


@case("GetStageSession")
def get_stage_session(at: Place) -> dict[str, Any]:
    who = at.inside(at.stage())
    return {"stageArn": who["stageArn"], "sessionId": who["sessionId"]}


@case("ListStageSessions")
def list_stage_sessions(at: Place) -> dict[str, Any]:
    stage = at.stage()

    def visit() -> None:
        who = at.inside(stage)
        at.do("leave", stageArn=stage, participantId=who["participantId"])

    return pages(at, "ListStageSessions", [visit] * 3, stageArn=stage)


def listed_participants(at: Place, **filters: Any) -> dict[str, Any]:
    """Answer how to list three participants of whom one is in every respect another one."""
    storage = at.storage()
    stage = at.stage(autoParticipantRecordingConfiguration={"storageConfigurationArn": storage})
    who = at.inside(stage)
    at.inside(stage, publishing=True, userId="bob")
    gone = at.inside(stage)
    at.do("leave", stageArn=stage, participantId=gone["participantId"])
    return {"stageArn": stage, "sessionId": who["sessionId"], **filters}


@case("ListParticipants")
def list_participants(at: Place) -> dict[str, Any]:
    wanted = listed_participants(at)
    return pages(at, "ListParticipants", [], **wanted)


@case("ListParticipants")
def list_participants_2(at: Place) -> dict[str, Any]:
    return listed_participants(at, filterByUserId="bob")


@case("ListParticipants")
def list_participants_3(at: Place) -> dict[str, Any]:
    return listed_participants(at, filterByPublished=True)


@case("ListParticipants")
def list_participants_4(at: Place) -> dict[str, Any]:
    return listed_participants(at, filterByState="DISCONNECTED")


@case("ListParticipants")
def list_participants_5(at: Place) -> dict[str, Any]:
    return listed_participants(at, filterByRecordingState="STARTING")


@case("ListParticipantEvents")
def list_participant_events(at: Place) -> dict[str, Any]:
    who = at.inside(at.stage(), publishing=True)
    at.do("unpublish", stageArn=who["stageArn"], participantId=who["participantId"])
    return pages(at, "ListParticipantEvents", [], **who)


def pair(at: Place) -> dict[str, Any]:
    """Answer a publisher and two stages."""
    who = at.inside(at.stage(), publishing=True)
    wanted = {"sourceStageArn": who["stageArn"], "participantId": who["participantId"]}
    return wanted | {"destinationStageArn": at.stage()}


@case("StartParticipantReplication")
def start_participant_replication(at: Place) -> dict[str, Any]:
    return pair(at) | {"reconnectWindowSeconds": 9, "attributes": {"a": "b"}}


@case("StopParticipantReplication")
def stop_participant_replication(at: Place) -> dict[str, Any]:
    wanted = pair(at)
    at.make("StartParticipantReplication", **wanted)
    return wanted


@case("ListParticipantReplicas")
def list_participant_replicas(at: Place) -> dict[str, Any]:
    wanted = pair(at)
    source = {name: wanted[name] for name in ("sourceStageArn", "participantId")}
    makers = [
        functools.partial(at.make, "StartParticipantReplication", destinationStageArn=at.stage(), **source)
        for _ in range(3)
    ]
    return pages(at, "ListParticipantReplicas", makers, **source)


def composed(at: Place) -> dict[str, Any]:
    """Answer how to start a composition with everything in it but a layout."""
    encoder = at.encoder()
    channel = at.make("CreateChannel")["channel"]["arn"]
    recorded = {
        "storageConfigurationArn": at.storage(),
        "encoderConfigurationArns": [encoder],
        "recordingConfiguration": {"format": "HLS", "hlsConfiguration": {"targetSegmentDurationSeconds": 9}},
        "thumbnailConfigurations": [{"targetIntervalSeconds": 9, "storage": ["LATEST"]}],
    }
    destinations = [
        {"name": "c", "channel": {"channelArn": channel, "encoderConfigurationArn": encoder}},
        {"name": "s", "s3": recorded},
    ]
    return {"stageArn": at.stage(), "destinations": destinations, "tags": {"a": "b"}, "idempotencyToken": "once"}


COMMON_LAYOUT = {
    "featuredParticipantAttribute": "a",
    "omitStoppedVideo": True,
    "videoFillMode": "FILL",
    "gridGap": 9,
    "participantOrderAttribute": "a",
}


@case("StartComposition")
def start_composition(at: Place) -> dict[str, Any]:
    return composed(at) | {"layout": {"grid": COMMON_LAYOUT | {"videoAspectRatio": "SQUARE"}}}


@case("StartComposition")
def start_composition_2(at: Place) -> dict[str, Any]:
    window = {"pipBehavior": "DYNAMIC", "pipOffset": 9, "pipPosition": "TOP_LEFT", "pipWidth": 9, "pipHeight": 9}
    return composed(at) | {"layout": {"pip": COMMON_LAYOUT | window | {"pipParticipantAttribute": "a"}}}


@case("GetComposition")
def get_composition(at: Place) -> dict[str, Any]:
    return {"arn": at.composition(at.stage(), at.encoder())}


@case("StopComposition")
def stop_composition(at: Place) -> dict[str, Any]:
    return {"arn": at.composition(at.stage(), at.encoder())}


@case("ListCompositions")
def list_compositions(at: Place) -> dict[str, Any]:
    stage, encoder = at.stage(), at.encoder()
    at.composition(at.stage(), encoder)
    at.composition(stage, at.encoder())
    start = functools.partial(at.composition, stage, encoder)
    filters = {"filterByStageArn": stage, "filterByEncoderConfigurationArn": encoder}
    return pages(at, "ListCompositions", [start] * 3, **filters)


@case("ListCompositions")
def list_compositions_2(at: Place) -> dict[str, Any]:
    stage, encoder = at.stage(), at.encoder()
    at.composition(at.stage(), encoder)
    at.composition(stage, at.encoder())
    return {"filterByStageArn": stage, "filterByEncoderConfigurationArn": encoder}


def paths(shape_name: str) -> Iterator[tuple[str, ...]]:
    """Yield the path to every member at any depth; lists are stepped through, maps are one member."""
    shape = SHAPES[shape_name]
    if shape["type"] == "list":
        yield from paths(shape["member"]["shape"])
    if shape["type"] == "structure":
        for name, part in shape["members"].items():
            inner = list(paths(part["shape"]))
            yield (name,)
            yield from ((name, *path) for path in inner)


def inputs(operation: str) -> set[tuple[str, ...]]:
    """Answer every input member of an operation."""
    return set(paths(MODEL["operations"][operation]["input"]["shape"]))


def outputs(operation: str) -> set[tuple[str, ...]]:
    """Answer every output member of an operation."""
    return set(paths(MODEL["operations"][operation]["output"]["shape"]))


def has(value: Any, path: tuple[str, ...]) -> bool:
    """Tell whether a value has a member."""
    if isinstance(value, list):
        return any(has(item, path) for item in value)
    if not path:
        return True
    return isinstance(value, dict) and path[0] in value and has(value[path[0]], path[1:])


def drop(value: Any, path: tuple[str, ...]) -> None:
    """Take a member out of a value, wherever it is."""
    if isinstance(value, list):
        for item in value:
            drop(item, path)
    elif isinstance(value, dict) and len(path) == 1:
        value.pop(path[0], None)
    elif isinstance(value, dict) and path[0] in value:
        drop(value[path[0]], path[1:])


def outcome(operation: str, function: Any, dropped: tuple[str, ...] | None) -> tuple[str, str]:
    """Make a world, make the call in it (perhaps without one member), and answer what came and what is there."""
    at = Place()
    arguments = copy.deepcopy(function(at))
    if dropped:
        drop(arguments, dropped)
    status, error, body = at.call(operation, **arguments)
    if dropped is None:
        assert status == 200, (operation, error, body)
    return without_signatures(json.dumps([status, error, body], sort_keys=True)), at.seen()


def test_every_operation_of_the_model_is_implemented() -> None:
    """All of real-time, and what compositions need of low-latency."""
    assert set(MODEL["operations"]) <= set(OPERATIONS)
    assert set(OPERATIONS) - set(MODEL["operations"]) == {
        *(f"{verb}Channel" for verb in ("Create", "Get", "Update", "Delete", "BatchGet")),
        "ListChannels",
    }
    assert set(CASES) == set(MODEL["operations"])


@pytest.mark.parametrize("operation", sorted(MODEL["operations"]))
def test_every_input_member_has_an_effect(operation: str) -> None:
    """Without it the answer is another one, or the world is."""
    missing = inputs(operation)
    for function in CASES[operation]:
        arguments = function(Place())
        given = {path for path in inputs(operation) if has(arguments, path)}
        whole = outcome(operation, function, None)
        idle = [path for path in given if outcome(operation, function, path) == whole]
        # Two filters of which the second changes nothing by itself are measured by another case.
        missing -= given - set(idle)
    expected = {name.partition(".")[2] for name in WITHOUT_EFFECT if name.startswith(f"{operation}.")}
    assert {".".join(path) for path in missing} == expected


def test_without_the_token_two_calls_are_two_compositions() -> None:
    """What the idempotency token is there for, beside being stored."""
    at = Place()
    wanted = composed(at)
    first, second = (at.make("StartComposition", **wanted)["composition"]["arn"] for _ in range(2))
    assert first == second


class Collector:
    """Remembers every member that parsed answers had."""

    def __init__(self) -> None:
        """Start with none."""
        self.seen: dict[str, set[tuple[str, ...]]] = {}

    def __call__(self, parsed: Any, model: Any, **_named: Any) -> None:
        """Take one answer, as botocore has parsed it."""
        found = {path for path in outputs(model.name) if has(parsed, path)}
        self.seen.setdefault(model.name, set()).update(found)


def test_every_output_member_is_answered(url: str, account: str) -> None:
    """By one tour through everything, with answers held to the model and parsed by botocore."""
    collector = Collector()
    ivs, channels = connect(url, account), connect(url, account, service="ivs")
    ivs.meta.events.register("after-call.ivs-realtime", collector)
    tour(ivs, channels, Admin(url, account))
    for client in (ivs, channels):
        client.close()
    missing = {
        f"{operation}.{'.'.join(path)}"
        for operation in MODEL["operations"]
        for path in outputs(operation) - collector.seen.get(operation, set())
    }
    assert missing == set(NEVER_ANSWERED)


def tour(ivs: Any, channels: Any, admin: Admin) -> None:
    """Call every operation, with everything there is to be answered."""
    named = {"name": "n", "tags": {"a": "b"}}
    storage = [
        ivs.create_storage_configuration(s3={"bucketName": "tape"}, **named)["storageConfiguration"]["arn"]
        for _ in range(2)
    ]
    encoder = [ivs.create_encoder_configuration(**named)["encoderConfiguration"]["arn"] for _ in range(2)]
    recording = {"storageConfigurationArn": storage[0], **RECORDING}
    token = {"userId": "bob", "attributes": {"a": "b"}}
    made = ivs.create_stage(
        **named, autoParticipantRecordingConfiguration=recording, participantTokenConfigurations=[token]
    )
    room = Room(ivs, admin, made["stage"]["arn"])
    other = Room(ivs, admin, ivs.create_stage(**named)["stage"]["arn"])
    for _ in range(2):
        admin.do("POST", "resource", {"arn": other.arn, "session": True})
        admin.do("POST", "resource", {"arn": other.arn, "session": False})
    client = {"browserName": "a", "browserVersion": "b", "ispName": "c", "osName": "d", "osVersion": "e"}
    name = room.enter(publishing=True, client=client | {"sdkVersion": "f"}, **token)
    session = room.session
    key = ivs.import_public_key(publicKeyMaterial=public_pem(), **named)["publicKey"]["arn"]
    ivs.import_public_key(publicKeyMaterial=P384)
    new = signed(participant_claims(made["stage"], user_id="x", attributes={"a": "c"}), key)
    room.do("exchange", name, token=new)
    ivs.update_stage(arn=other.arn, autoParticipantRecordingConfiguration=recording)
    replicated = {"sourceStageArn": room.arn, "participantId": name}
    third = ivs.create_stage()["stage"]["arn"]
    for arn in (other.arn, third):
        ivs.start_participant_replication(**replicated, destinationStageArn=arn, attributes={"a": "z"})
    listener = other.enter()
    other.do("subscribe", listener, to=name)
    other.do("fail", listener, event="SUBSCRIBE_ERROR", errorCode="QUOTA_EXCEEDED", to=name)
    ingest = ivs.create_ingest_configuration(
        ingestProtocol="RTMPS", stageArn=room.arn, redundantIngest=True, attributes={"a": "b"}, userId="u", **named
    )["ingestConfiguration"]
    ivs.create_ingest_configuration(ingestProtocol="RTMPS")
    ivs.update_ingest_configuration(arn=ingest["arn"], redundantIngest=True)
    admin.do("POST", "stream", {"streamKey": ingest["streamKey"]})
    compose(ivs, channels, room, storage[0], encoder[0])
    ivs.update_stage(arn=other.arn, name="m")
    for page in (1, None):
        read_everything(ivs, {} if page is None else {"maxResults": page})
    for arn in (room.arn, other.arn):
        ivs.get_stage(arn=arn)
    for where, who in ((room, name), (room, ingest["participantId"]), (other, name), (other, listener)):
        at = {"stageArn": where.arn, "sessionId": where.session}
        ivs.get_participant(**at, participantId=who)
        ivs.list_participants(**at, maxResults=1)
        ivs.list_participants(**at)
        ivs.list_participant_events(**at, participantId=who, maxResults=1)
        ivs.list_participant_events(**at, participantId=who)
    ivs.list_participant_replicas(**replicated, maxResults=1)
    ivs.stop_participant_replication(**replicated, destinationStageArn=third)
    for getter, arn in (
        (ivs.get_ingest_configuration, ingest["arn"]),
        (ivs.get_public_key, key),
        (ivs.get_encoder_configuration, encoder[0]),
        (ivs.get_storage_configuration, storage[0]),
    ):
        getter(arn=arn)
        ivs.list_tags_for_resource(resourceArn=arn)
    ivs.create_participant_token(stageArn=room.arn, **token)
    ivs.update_stage(arn=other.arn, name="o")
    admin.do("POST", "leave", {"stageArn": room.arn, "participantId": name})
    admin.do("POST", "leave", {"stageArn": room.arn, "participantId": ingest["participantId"]})
    ivs.get_stage_session(stageArn=room.arn, sessionId=session)
    ivs.list_stage_sessions(stageArn=room.arn)
    ivs.list_stage_sessions(stageArn=other.arn, maxResults=1)


def compose(ivs: Any, channels: Any, room: Room, storage: str, encoder: str) -> None:
    """Start compositions with each layout, and read them in the middle and at the end."""
    for layout in ("grid", "pip"):
        channel = channels.create_channel()["channel"]["arn"]
        window = {"pipWidth": 9, "pipHeight": 9} if layout == "pip" else {}
        destinations = [
            {"name": "c", "channel": {"channelArn": channel, "encoderConfigurationArn": encoder}},
            {
                "s3": {
                    "storageConfigurationArn": storage,
                    "encoderConfigurationArns": [encoder],
                    "recordingConfiguration": {"hlsConfiguration": {}},
                    "thumbnailConfigurations": [{}],
                }
            },
        ]
        wanted = {
            "stageArn": room.arn,
            "destinations": destinations,
            "layout": {layout: {"videoFillMode": "FILL", **window}},
            "tags": {"a": "b"},
            "idempotencyToken": layout,
        }
        arn = ivs.start_composition(**wanted)["composition"]["arn"]
        room.pass_time(2)
        ivs.stop_composition(arn=arn)
        room.pass_time(2)
        ivs.get_composition(arn=arn)
        # The same token still answers the same composition, which has its times by now.
        ivs.start_composition(**wanted)


def read_everything(ivs: Any, size: dict[str, int]) -> None:
    """Call every List that needs no argument."""
    for kind in (
        "stages",
        "storage_configurations",
        "encoder_configurations",
        "ingest_configurations",
        "public_keys",
        "compositions",
    ):
        getattr(ivs, f"list_{kind}")(**size)
