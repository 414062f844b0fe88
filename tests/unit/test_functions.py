"""Functions against an account that does as it is told: once, again, after a lost answer, with nothing there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest

from ivs_provider.cloud import Account, Clock, Deadline
from ivs_provider.cloud.account import _may_repeat
from ivs_provider.config import Settings, settings_from
from ivs_provider.errors import AccessDenied, Conflict, IvsError, NotFound, Rejected, TimedOut
from ivs_provider.functions import functions
from ivs_provider.functions.calling import Caller
from ivs_provider.functions.invoking import invoke
from ivs_provider.functions.placeholders import MARK
from ivs_provider.reconcile import compositions
from ivs_provider.tokens import create_key_pair
from ivs_provider.values import UNKNOWN, Secret, reveal

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivs_provider.cloud import Answer
    from ivs_provider.model.resource_type import Call

ARN = "arn:aws:ivs:eu-west-1:123456789012:"
STAGE = f"{ARN}stage/abc"
S3 = {
    "storageConfigurationArn": f"{ARN}storage-configuration/s",
    "encoderConfigurationArns": [f"{ARN}encoder-configuration/e"],
}
START = {"stageArn": STAGE, "name": "archive", "destinations": [{"s3": S3}]}
PAIR = create_key_pair()


@dataclass
class Fake:
    """An account: each operation answers what its function says, or raises."""

    answers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]]
    settings: Settings = field(default_factory=Settings)
    seconds: float = 0.0
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        """Time that passes only while somebody waits."""
        fake = self

        class Standing(Clock):
            def sleep(self, seconds: float, **_: Any) -> None:
                fake.seconds += seconds

        return Standing(now=lambda: self.seconds, wall=lambda: 1_800_000_000 + self.seconds)

    def call(self, operation: str, members: dict[str, Any], *_: Any, **__: Any) -> Answer:
        """Answer a call."""
        self.calls.append((operation, members))
        return self.answers[operation](members)

    def resource(self, call: Call, members: dict[str, Any], *_: Any) -> Answer:
        """Answer the resource of a call."""
        return cast("Answer", self.call(call.operation, members)[call.result])

    def pages(self, call: Call, filters: dict[str, Any], *_: Any) -> Any:
        """One page."""
        yield self.call(call.operation, filters)[call.result], ""

    def sent(self, operation: str) -> list[dict[str, Any]]:
        """What was asked of one operation."""
        return [members for name, members in self.calls if name == operation]


def run(fake: Fake, name: str, arguments: dict[str, Any], *, preview: bool = False, stack: str = "video/dev") -> Any:
    """A function's result, secrets opened; or its problems."""
    caller = Caller(cast("Account", fake), stack)
    invoked = invoke(functions()[name], arguments, caller, preview=preview)
    return [str(problem) for problem in invoked.problems] or reveal(invoked.result)


class Studio(Fake):
    """An account with compositions, as the service keeps them: one for each idempotency token."""

    def __init__(self) -> None:
        self.held: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, str] = {}
        answers = {
            "StartComposition": self.start,
            "ListCompositions": lambda _: {"compositions": list(self.held.values())},
            "GetComposition": self.get,
        }
        super().__init__(answers)

    def start(self, members: dict[str, Any]) -> dict[str, Any]:
        """One for each token, whatever became of it."""
        token = members["idempotencyToken"]
        if token not in self.tokens:
            arn = f"{ARN}composition/{len(self.tokens)}"
            self.tokens[token] = arn
            self.held[arn] = {**members, "arn": arn, "state": "ACTIVE", "layout": {}}
            del self.held[arn]["idempotencyToken"]
        return {"composition": self.held.get(self.tokens[token], {"arn": self.tokens[token], "state": "STOPPED"})}

    def get(self, members: dict[str, Any]) -> dict[str, Any]:
        """One, or none."""
        if members["arn"] not in self.held:
            raise NotFound("gone")
        return {"composition": self.held[members["arn"]]}

    def running(self) -> list[str]:
        """Those that run."""
        return [arn for arn, each in self.held.items() if each["state"] == "ACTIVE"]


# --- startComposition -----------------------------------------------------------------------------------------------


def test_a_composition_that_runs_is_the_answer() -> None:
    """The same stack, name and arguments: no second one, and the whole composition is told."""
    studio = Studio()
    first, second = run(studio, "startComposition", START), run(studio, "startComposition", START)
    assert (first["started"], second["started"]) == (True, False)
    assert first["composition"] == second["composition"]
    assert first["composition"]["arn"] == f"{ARN}composition/0"
    assert len(studio.sent("StartComposition")) == 1


@pytest.mark.parametrize(
    "change", [{"name": "other"}, {"destinations": [{"s3": S3, "name": "x"}]}, {"stageArn": STAGE + "d"}]
)
def test_another_name_or_argument_is_another_composition(change: dict[str, Any]) -> None:
    """And another stack likewise."""
    studio = Studio()
    run(studio, "startComposition", START)
    assert run(studio, "startComposition", {**START, **change})["started"] is True
    assert len(studio.running()) == 2


def test_another_stack_has_its_own() -> None:
    """Two stacks of one program on one stage know nothing of each other."""
    studio = Studio()
    assert [run(studio, "startComposition", START, stack=f"video/{name}")["started"] for name in ("a", "b")] == [
        True,
        True,
    ]


def test_tags_and_ids_of_the_caller_make_no_other_composition() -> None:
    """They say nothing about what is composed; our own tags are sent beside them and not shown."""
    studio = Studio()
    first = run(studio, "startComposition", {**START, "tags": {"team": "video"}})
    assert first["composition"]["tags"] == {"team": "video"}
    assert set(studio.sent("StartComposition")[0]["tags"]) == {
        "team",
        "pulumi-ivs:stack",
        "pulumi-ivs:urn",
        "pulumi-ivs:name",
        "pulumi-ivs:applied",
    }
    assert run(studio, "startComposition", {**START, "tags": {"team": "sound"}})["started"] is False


def test_the_name_with_other_arguments_is_warned_about() -> None:
    """Perhaps the program was edited while the composition ran: both are there then."""
    studio = Studio()
    run(studio, "startComposition", START)
    warned = run(studio, "startComposition", {**START, "layout": {"pip": {}}})["warnings"]
    assert len(warned) == 1
    assert warned[0].startswith(f"{ARN}composition/0 runs under the same name with other arguments; stop it")


def test_a_list_that_lags_makes_no_second_composition() -> None:
    """AWS itself keeps one of all requests with one token; and the token is the same for the same circumstances."""
    studio = Studio()
    studio.answers["ListCompositions"] = lambda _: {"compositions": []}
    first, second = run(studio, "startComposition", START), run(studio, "startComposition", START)
    assert first["composition"]["arn"] == second["composition"]["arn"]
    assert len({members["idempotencyToken"] for members in studio.sent("StartComposition")}) == 1
    assert studio.running() == [f"{ARN}composition/0"]


@pytest.mark.parametrize("listed", [True, False], ids=["still listed", "forgotten"])
def test_one_that_ended_is_started_anew(listed: bool) -> None:
    """The token of the run before stands for that run: whether AWS still lists it or not, there is a new one."""
    studio = Studio()
    for number in range(3):
        assert run(studio, "startComposition", START)["composition"]["arn"] == f"{ARN}composition/{number}"
        studio.held[f"{ARN}composition/{number}"]["state"] = "STOPPED"
        if not listed:
            studio.held.clear()
    assert run(studio, "startComposition", START)["composition"]["state"] == "ACTIVE"
    assert len(studio.running()) == 1


def test_one_that_ends_between_list_and_get_is_started_anew() -> None:
    """A List may show what is gone."""
    studio = Studio()
    run(studio, "startComposition", START)
    listed = [dict(each) for each in studio.held.values()]
    studio.answers["ListCompositions"] = lambda _: {"compositions": listed}
    studio.held.clear()
    assert run(studio, "startComposition", START)["started"] is True


def test_the_callers_own_token_is_sent_as_it_is() -> None:
    """Every member of the API is the caller's, if wanted."""
    studio = Studio()
    run(studio, "startComposition", {**START, "idempotencyToken": "mine"})
    assert studio.sent("StartComposition")[0]["idempotencyToken"] == "mine"


def test_without_tags_it_says_what_is_lost() -> None:
    """Where a policy refuses our tags."""
    studio = Studio()
    studio.settings = Settings(ownership_tags=False)
    told = run(studio, "startComposition", START)
    assert told["warnings"] == ["ownershipTags is off: a composition that runs already cannot be found again"]
    assert "tags" not in studio.sent("StartComposition")[0]


def test_only_a_start_with_a_token_may_be_repeated() -> None:
    """A lost answer: AWS starts it once all the same; a create without a token would be made twice."""
    lost = TimedOut("lost")
    assert _may_repeat("StartComposition", {"idempotencyToken": "x"}, lost, 1)
    assert not _may_repeat("StartComposition", {}, lost, 1)
    assert not _may_repeat("StartParticipantReplication", {}, lost, 1)
    assert not _may_repeat("CreateStage", {}, lost, 1)
    assert _may_repeat("StopComposition", {}, lost, 1)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"layout": {"grid": {}, "pip": {}}}, ["layout: has both grid and pip; remove one"]),
        ({"destinations": [{}]}, ["destinations[0]: must have one of channel and s3, not none"]),
        (
            {"destinations": [{"s3": S3}, {"s3": S3}]},
            ["destinations: has two of s3; AWS takes one channel, one s3, or one of each"],
        ),
        ({"tags": {"pulumi-ivs:x": "1"}}, ['tags["pulumi-ivs:x"]: is a tag that others write; choose another key']),
        (
            {"colour": 1},
            ["colour: is not known; known here: destinations, idempotencyToken, layout, name, stageArn, tags"],
        ),
    ],
)
def test_wrong_arguments_call_nothing(change: dict[str, Any], expected: list[str]) -> None:
    """All of them told at once, each with its path."""
    studio = Studio()
    assert run(studio, "startComposition", {**START, **change}) == expected
    assert studio.calls == []


# --- stopComposition, and what holds configurations -----------------------------------------------------------------


def stopping(*states: str) -> Fake:
    """A composition that is in these states one after another, then gone."""
    left = list(states)

    def get(_: dict[str, Any]) -> dict[str, Any]:
        if not left:
            raise NotFound("gone")
        return {"composition": {"arn": ARN, "state": left.pop(0)}}

    return Fake({"StopComposition": lambda _: {}, "GetComposition": get})


@pytest.mark.parametrize(
    ("states", "last"), [(("STOPPING", "STOPPED"), "STOPPED"), (("FAILED",), "FAILED"), ((), "STOPPED")]
)
def test_stop_waits_until_it_has_stopped(states: tuple[str, ...], last: str) -> None:
    """One that is gone has stopped."""
    fake = stopping(*states)
    assert run(fake, "stopComposition", {"arn": f"{ARN}composition/c"}) == {"state": last}
    assert fake.seconds == max(0, len(states) - 1)


def test_stop_waits_no_longer_than_it_may() -> None:
    """Then it says so; the composition goes on stopping."""
    fake = stopping(*["STOPPING"] * 100)
    with pytest.raises(TimedOut, match="was asked to stop and is still STOPPING"):
        run(fake, "stopComposition", {"arn": f"{ARN}composition/c", "timeoutSeconds": 5})
    assert fake.seconds == 5
    assert run(fake, "stopComposition", {"arn": f"{ARN}composition/c", "timeoutSeconds": 0}) == {"state": "STOPPING"}


@pytest.mark.parametrize("error", [NotFound("gone"), Conflict("it stops already")])
def test_stopping_what_stops_or_is_gone_is_no_error(error: IvsError) -> None:
    """A function runs in every ``up``."""

    def refuse(_: dict[str, Any]) -> dict[str, Any]:
        raise error

    fake = stopping("STOPPED")
    fake.answers["StopComposition"] = refuse
    assert run(fake, "stopComposition", {"arn": f"{ARN}composition/c"}) == {"state": "STOPPED"}


def held(*, settings: Settings, may_look: bool = True) -> tuple[Fake, Callable[[], None], list[str]]:
    """A configuration that a composition holds until it is stopped, and what deletes it."""
    arn = f"{ARN}composition/c"
    state = ["ACTIVE"]
    deleted: list[str] = []

    def look(_: dict[str, Any]) -> dict[str, Any]:
        if not may_look:
            raise AccessDenied("no")
        return {"compositions": [{"arn": arn, "state": state[0]}, {"arn": "other", "state": "FAILED"}]}

    def stop(_: dict[str, Any]) -> dict[str, Any]:
        state[0] = "STOPPED"
        return {}

    def delete() -> None:
        if state[0] == "ACTIVE":
            raise Conflict("in use")
        deleted.append("done")

    get = {"composition": {"arn": arn, "state": "ACTIVE", "destinations": [{"configuration": {"s3": S3}}]}}
    answers = {
        "ListCompositions": look,
        "StopComposition": stop,
        "GetComposition": lambda _: {"composition": {**get["composition"], "state": state[0]}},
    }
    return Fake(answers, settings), delete, deleted


@pytest.mark.parametrize("kind", ["encoder-configuration/e", "storage-configuration/s"])
def test_a_refused_delete_names_the_composition(kind: str) -> None:
    """By the filter for encoders; for storage, by reading each."""
    fake, delete, _ = held(settings=Settings())
    with pytest.raises(Conflict, match=rf"in use: used by composition {ARN}composition/c \(ACTIVE\)"):
        compositions.delete_held(cast("Account", fake), f"{ARN}{kind}", Deadline(), delete)
    assert not fake.sent("StopComposition")


@pytest.mark.parametrize("kind", ["encoder-configuration/e", "storage-configuration/s"])
def test_the_setting_stops_it_first(kind: str) -> None:
    """And then deletes."""
    fake, delete, deleted = held(settings=Settings(stop_compositions=True))
    compositions.delete_held(cast("Account", fake), f"{ARN}{kind}", Deadline(), delete)
    assert deleted == ["done"]
    assert len(fake.sent("StopComposition")) == 1


def test_a_composition_that_records_elsewhere_is_let_be() -> None:
    """Storage has no filter: what another composition records to is another configuration."""
    fake, delete, _ = held(settings=Settings(stop_compositions=True))
    with pytest.raises(Conflict, match=r"^in use\.$"):
        compositions.delete_held(cast("Account", fake), f"{ARN}storage-configuration/x", Deadline(), delete)
    assert not fake.sent("StopComposition")


def test_who_may_not_look_gets_awss_own_refusal() -> None:
    """That a caller may not list tells less than why the delete was refused."""
    fake, delete, _ = held(settings=Settings(stop_compositions=True), may_look=False)
    with pytest.raises(Conflict):
        compositions.delete_held(cast("Account", fake), f"{ARN}encoder-configuration/e", Deadline(), delete)


@pytest.mark.parametrize(("said", "meant"), [(True, True), (False, False), (None, False)])
def test_the_setting_is_off_unless_it_is_set(said: bool | None, meant: bool) -> None:
    """Stopping a broadcast by deleting a configuration must be asked for."""
    arguments = {} if said is None else {"stopCompositions": said}
    assert settings_from(cast("Any", arguments), {}).stop_compositions is meant


# --- Participants ---------------------------------------------------------------------------------------------------

REPLICATION = {"sourceStageArn": STAGE, "destinationStageArn": STAGE + "d", "participantId": "p"}


@pytest.mark.parametrize(("state", "started"), [("ACTIVE", False), ("STOPPED", True)])
def test_a_replication_that_goes_on_is_let_be(state: str, started: bool) -> None:
    """A function runs in every ``up``: the second must not fail."""
    replicas = [{"destinationStageArn": STAGE + "d", "replicationState": state}]
    fake = Fake(
        {"ListParticipantReplicas": lambda _: {"replicas": replicas}, "StartParticipantReplication": lambda _: {}}
    )
    assert run(fake, "startParticipantReplication", REPLICATION) == {"started": started}
    assert len(fake.sent("StartParticipantReplication")) == int(started)
    assert fake.sent("ListParticipantReplicas")[0]["maxResults"] == 50


@pytest.mark.parametrize(
    ("name", "operation", "member"),
    [
        ("disconnectParticipant", "DisconnectParticipant", "disconnected"),
        ("stopParticipantReplication", "StopParticipantReplication", "stopped"),
    ],
)
def test_parting_with_who_is_gone_is_no_error(name: str, operation: str, member: str) -> None:
    """Likewise."""

    def gone(_: dict[str, Any]) -> dict[str, Any]:
        raise NotFound("gone")

    arguments = REPLICATION if name.startswith("stop") else {"stageArn": STAGE, "participantId": "p"}
    assert run(Fake({operation: lambda _: {}}), name, arguments) == {member: True}
    assert run(Fake({operation: gone}), name, arguments) == {member: False}


def test_all_pages_are_answered_in_their_order() -> None:
    """And times as texts, nulls and unknown members left out."""
    moment = datetime(2026, 11, 22, 10, tzinfo=UTC)
    pages: dict[str, dict[str, Any]] = {
        "": {"participants": [{"participantId": "a", "firstJoinTime": moment, "new": 1}], "nextToken": "2"},
        "2": {"participants": [{"participantId": "b", "userId": None}]},
    }
    fake = Fake({"ListParticipants": lambda members: pages[members.get("nextToken", "")]})
    arguments = {"stageArn": STAGE, "sessionId": "st-1234567890123", "filterByState": "CONNECTED"}
    assert run(fake, "listParticipants", arguments) == {
        "participants": [{"participantId": "a", "firstJoinTime": "2026-11-22T10:00:00Z"}, {"participantId": "b"}]
    }
    assert [members["filterByState"] for members in fake.sent("ListParticipants")] == ["CONNECTED"] * 2


# --- Look-ups -------------------------------------------------------------------------------------------------------


def stages(*names: str) -> Fake:
    """Stages of these names, each tagged with its number."""
    held = [
        {"arn": f"{ARN}stage/{number}", "name": name, "tags": {"no": str(number)}} for number, name in enumerate(names)
    ]
    return Fake(
        {
            "ListStages": lambda _: {"stages": held},
            "GetStage": lambda members: {"stage": next(each for each in held if each["arn"] == members["arn"])},
        }
    )


@pytest.mark.parametrize(
    "arguments", [{"name": "b"}, {"tags": {"no": "1"}}, {"name": "b", "tags": {"no": "1"}}, {"arn": f"{ARN}stage/1"}]
)
def test_exactly_one_is_found(arguments: dict[str, Any]) -> None:
    """By name, by tags, by both, by ARN; with the time at which its endpoints were read."""
    found = run(stages("a", "b"), "getStage", arguments)["stage"]
    assert found["arn"] == f"{ARN}stage/1"
    assert found["endpointsReadTime"] == "2027-01-15T08:00:00+00:00"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"name": "c"}, 'no stage of this account and region has the name "c"; there are "a" .*stage/0.*"a" .*stage/1'),
        ({"name": "a"}, r'2 stages have the name "a": "a" \(.*stage/0\), "a" \(.*stage/1\)'),
        ({"name": "a", "tags": {"no": "7"}}, 'has the name "a" and the tags no=7'),
    ],
)
def test_none_and_several_are_errors_that_list_them(arguments: dict[str, Any], words: str) -> None:
    """Taking the first would be another one tomorrow."""
    with pytest.raises(Rejected, match=words):
        run(stages("a", "a"), "getStage", arguments)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({}, "give arn, or name, or tags"),
        ({"name": ""}, "give arn, or name, or tags"),
        ({"arn": f"{ARN}stage/1", "name": "b"}, "name: is not needed beside arn; remove it"),
        ({"arn": f"{ARN}channel/1"}, "arn: must be the ARN of a stage"),
    ],
)
def test_a_look_up_that_means_nothing_is_refused(arguments: dict[str, Any], problem: str) -> None:
    """Before any call."""
    assert run(stages(), "getStage", arguments) == [problem]


def test_tags_that_a_list_lacks_are_asked_for() -> None:
    """Ingest configurations: by ListTagsForResource, for those alone that have the name."""
    held = [{"arn": f"{ARN}ingest-configuration/{number}", "name": name} for number, name in enumerate("aab")]
    fake = Fake(
        {
            "ListIngestConfigurations": lambda _: {"ingestConfigurations": held},
            "ListTagsForResource": lambda members: {"tags": {"no": members["resourceArn"][-1]}},
            "GetIngestConfiguration": lambda members: {"ingestConfiguration": {**members, "streamKey": "rt_secret"}},
        }
    )
    arguments = {"name": "a", "tags": {"no": "1"}}
    assert run(fake, "getIngestConfiguration", arguments)["ingestConfiguration"]["arn"].endswith("/1")
    assert len(fake.sent("ListTagsForResource")) == 2


def test_channels_are_asked_for_by_name() -> None:
    """The other API has a filter; what it answers loosely is held to the name all the same."""
    held = [{"arn": f"{ARN}channel/1", "name": "main"}, {"arn": f"{ARN}channel/2", "name": "main-2"}]
    fake = Fake(
        {
            "ListChannels": lambda _: {"channels": held},
            "GetChannel": lambda members: {"channel": {**members, "srt": {"endpoint": "srt://", "passphrase": "hush"}}},
        }
    )
    caller = Caller(cast("Account", fake))
    found = invoke(functions()["getChannel"], {"name": "main"}, caller).result
    assert fake.sent("ListChannels")[0]["filterByName"] == "main"
    assert cast("Any", found["channel"])["srt"]["passphrase"] == Secret("hush")


# --- Tokens, secrets, previews --------------------------------------------------------------------------------------

KEY = f"{ARN}public-key/k"
ENDPOINTS = {"events": "wss://e", "whip": "https://w"}
SIGN: dict[str, Any] = {
    "publicKeyArn": KEY,
    "stageArn": STAGE,
    "endpoints": ENDPOINTS,
    "privateKey": Secret(PAIR.private_pem),
}


def test_a_signed_token_looks_like_an_issued_one_and_is_secret() -> None:
    """The members of the API's participantToken; no call at all."""
    fake = Fake({})
    caller = Caller(cast("Account", fake))
    result = cast("Any", invoke(functions()["signParticipantToken"], {**SIGN, "userId": "ann"}, caller).result)
    token = result["participantToken"]
    assert isinstance(token["token"], Secret)
    assert {name: value for name, value in token.items() if name not in ("token", "participantId")} == {
        "duration": 720,
        "expirationTime": "2027-01-15T20:00:00Z",
        "userId": "ann",
        "attributes": {},
        "capabilities": ["PUBLISH", "SUBSCRIBE"],
    }
    assert fake.calls == []
    checked = run(fake, "verifyToken", {"token": token["token"], "publicKeyMaterial": PAIR.public_pem})
    assert checked["valid"] is True
    assert checked["expirationTime"] == "2027-01-15T20:00:00Z"


def test_a_token_is_checked_by_the_key_that_it_names() -> None:
    """Where no key is given, AWS is asked for it; the answer never holds the token."""
    fake = Fake({"GetPublicKey": lambda _: {"publicKey": {"publicKeyMaterial": PAIR.public_pem}}})
    token = run(fake, "signParticipantToken", SIGN)["participantToken"]["token"]
    told = run(fake, "verifyToken", {"token": Secret(token), "stageArn": STAGE + "x"})
    assert told["problems"] == [f"resource names another stage than {STAGE}x"]
    assert fake.sent("GetPublicKey") == [{"arn": KEY}]
    assert token not in str(told)
    assert run(fake, "verifyToken", {"token": "a.b"})["valid"] is False


def test_what_signing_refuses_is_told_at_the_arguments_path() -> None:
    """In the program's words, and with no word of the key."""
    wrong = {**SIGN, "privateKey": Secret("-----BEGIN PRIVATE KEY-----\nhush"), "endpointsReadTime": "then"}
    told = run(Fake({}), "signParticipantToken", wrong)
    assert [line.partition(":")[0] for line in told] == ["endpointsReadTime", "privateKey"]
    assert "hush" not in str(told)
    assert run(Fake({}), "signParticipantToken", {**SIGN, "privateKeyFile": "x"}) == [
        "privateKey: give either privateKey (PEM text) or privateKeyFile (a path)"
    ]


@pytest.mark.parametrize("name", [name for name, function in functions().items() if function.changes])
def test_nothing_that_changes_something_runs_in_a_preview(name: str) -> None:
    """Not one call, not even a read; and the answer has every member, secret."""
    fake = Fake({})
    example = functions()[name].declaration["examples"][0]
    result = invoke(functions()[name], example, Caller(cast("Account", fake)), preview=True).result
    assert fake.calls == []
    assert all(isinstance(value, Secret) for value in result.values())
    assert result.keys() == functions()[name].result.properties.keys()


def test_wrong_arguments_are_told_in_a_preview_too() -> None:
    """That is what previews are for."""
    assert run(Fake({}), "stopComposition", {"arn": "x"}, preview=True)[0].startswith("arn: must be the ARN of")


def test_what_is_unknown_yet_is_answered_by_placeholders() -> None:
    """A read of something that the preview has not made cannot be made."""
    told = run(Fake({}), "getComposition", {"arn": UNKNOWN}, preview=True)
    assert told["composition"]["state"].startswith(MARK)
    assert told["composition"]["destinations"][0]["configuration"]["s3"]["storageConfigurationArn"].startswith(MARK)


def test_a_secret_argument_stays_secret_in_the_answer_and_in_errors() -> None:
    """Wherever it comes back: as a tag, in AWS's words."""
    studio = Studio()
    caller = Caller(cast("Account", studio), "video/dev")
    told = invoke(
        functions()["startComposition"], cast("Any", {**START, "tags": {"pin": Secret("1234")}}), caller
    ).result
    assert cast("Any", told["composition"])["tags"]["pin"] == Secret("1234")

    def refuse(_: dict[str, Any]) -> dict[str, Any]:
        raise Rejected("AWS refused 1234")

    studio.answers["ListCompositions"] = refuse
    with pytest.raises(Rejected, match=r"startComposition: AWS refused \[secret\]"):
        invoke(functions()["startComposition"], cast("Any", {**START, "tags": {"pin": Secret("1234")}}), caller)
