"""reconcile/apply.py and reconciler.py: which calls are made, and with what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ivs_provider import errors
from ivs_provider.cloud import Account, Clock, Deadline
from ivs_provider.config import Settings
from ivs_provider.model.ownership import Identity
from ivs_provider.reconcile.apply import Target, Update
from ivs_provider.reconcile.compare import compare
from ivs_provider.reconcile.reconciler import Reconciler
from ivs_provider.resources import registry
from ivs_provider.values import Desired, Recorded, Secret, Tree

if TYPE_CHECKING:
    from collections.abc import Mapping

STAGE = registry()["ivs:index:Stage"]
INGEST = registry()["ivs:index:IngestConfiguration"]
RECORDING = "autoParticipantRecordingConfiguration"
URN = "urn:pulumi:dev::show::ivs:index:Stage::main"
ARN = "arn:aws:ivs:eu-west-1:123456789012:stage/AbCdEf123456"
INGEST_ARN = "arn:aws:ivs:eu-west-1:123456789012:ingest-configuration/AbCdEf123456"
NOON = 1_800_000_000.0  # 2027-01-15T08:00:00Z


class Told(Account):
    """An account that writes down what it is asked, and answers what it was told."""

    def answering(self, answers: Mapping[str, Any]) -> Told:
        """Tell it what to answer."""
        self.answers = answers
        self.asked: list[tuple[str, Tree]] = []
        return self

    def call(self, operation: str, members: Tree, deadline: Deadline | None = None, promised: str = "") -> Any:
        """Answer, or fail, as told."""
        del deadline, promised
        self.asked.append((operation, members))
        answer = self.answers.get(operation, {})
        if isinstance(answer, Exception):
            raise answer
        return answer


def told(answers: Mapping[str, Any], **settings: Any) -> tuple[Reconciler, list[tuple[str, Tree]]]:
    """A reconciler of such an account, and what it asks."""
    account = Told(Settings(region="eu-west-1", **settings), Clock(wall=lambda: NOON)).answering(answers)
    return Reconciler(account, "provider-1", iter(["nonce-1"])), account.asked


def target(kind: Any = STAGE) -> Target:
    return Target(kind, Identity(URN), Deadline())


def updating(old: Tree, new: Tree, outputs: Tree, kind: Any = STAGE) -> Update:
    """What an update is to do."""
    return Update(ARN, Desired(new), compare(kind, Recorded(old), Desired(new), outputs=outputs), outputs)


def test_a_create_carries_our_tags_beside_the_programs() -> None:
    answers = {"ListStages": {"stages": []}, "CreateStage": {"stage": {"arn": ARN, "endpoints": {}}}}
    reconciler, asked = told(answers)
    found = reconciler.create(target(), Desired({"name": Secret("n"), "tags": {"own": Secret("1")}}))
    (listed, _), (operation, members) = asked
    assert listed == "ListStages"  # what an interrupted run may have left, and what there is room for
    assert (operation, members["name"]) == ("CreateStage", "n")
    tags: Any = members["tags"]
    assert tags["own"] == "1"
    assert tags["pulumi-ivs:pending"] == f"provider-1 nonce-1 {int(NOON)}"
    assert len(tags) == 6
    assert found.outputs == {"arn": ARN, "endpoints": {}, "endpointsReadTime": "2027-01-15T08:00:00+00:00"}


@pytest.mark.parametrize(
    ("name", "look_for"),
    [
        ({"name": "hall"}, 'look for a new stage with the name "hall"'),
        ({}, "look for a new stage without a name"),
        ({"name": Secret("hall")}, "look for a new stage before"),
    ],
)
def test_without_our_tags_a_lost_answer_names_none_to_look_for(name: Tree, look_for: str) -> None:
    reconciler, _ = told(
        {"CreateStage": errors.TimedOut("the answer was lost")}, ownership_tags=False, quota_warnings=False
    )
    with pytest.raises(errors.IvsError) as raised:
        reconciler.create(target(), Desired(name))
    assert look_for in raised.value.todo


@pytest.mark.parametrize(
    ("kind", "todo"),
    [
        ("PublicKey", "AWS does not raise this quota (3 public keys): delete some first."),
        ("Stage", "Ask for a higher quota."),
    ],
)
def test_a_quota_that_nobody_raises_is_not_to_be_asked_for(kind: str, todo: str) -> None:
    error = errors.QuotaExceeded("full", "Ask for a higher quota.")
    assert target(registry()[f"ivs:index:{kind}"]).explain(error, "").todo == todo


def test_force_goes_to_the_delete_alone() -> None:
    answers = {"CreateIngestConfiguration": {"ingestConfiguration": {"arn": ARN}}}
    reconciler, asked = told(answers, ownership_tags=False, quota_warnings=False)
    reconciler.create(target(INGEST), Desired({"ingestProtocol": "RTMPS", "force": True}))
    forced = Secret(value=True)
    reconciler.delete(target(INGEST), INGEST_ARN, Recorded({"ingestProtocol": "RTMPS", "force": forced}))
    assert asked == [
        ("CreateIngestConfiguration", {"ingestProtocol": "RTMPS"}),
        ("DeleteIngestConfiguration", {"arn": INGEST_ARN, "force": True}),
    ]


HELD: dict[str, Any] = {
    "storageConfigurationArn": "s",
    "mediaTypes": ["AUDIO_VIDEO"],
    "recordingReconnectWindowSeconds": 9,
    "thumbnailConfiguration": {"recordingMode": "DISABLED", "storage": ["SEQUENTIAL"], "targetIntervalSeconds": 60},
}


@pytest.mark.parametrize(
    ("old", "new", "sent"),
    [
        ({"name": "a"}, {"name": "b"}, {"name": "b"}),
        ({"name": "a"}, {}, {"name": ""}),
        (
            {RECORDING: {"storageConfigurationArn": "s"}},
            {RECORDING: {"storageConfigurationArn": "s", "mediaTypes": ["NONE"]}},
            {RECORDING: {**HELD, "mediaTypes": ["NONE"],
                         "thumbnailConfiguration": {"recordingMode": "DISABLED", "storage": ["SEQUENTIAL"]}}},
        ),
        (
            {RECORDING: {"storageConfigurationArn": "s", "recordingReconnectWindowSeconds": 9}},
            {RECORDING: {"storageConfigurationArn": "s"}},
            {RECORDING: {**HELD, "recordingReconnectWindowSeconds": 0,
                         "thumbnailConfiguration": {"recordingMode": "DISABLED", "storage": ["SEQUENTIAL"]}}},
        ),
        ({RECORDING: {"storageConfigurationArn": "s"}}, {}, {RECORDING: {"storageConfigurationArn": ""}}),
    ],
)  # fmt: skip
def test_an_update_sends_each_member_whole(old: Tree, new: Tree, sent: Tree) -> None:
    """What the account holds, what the program says over that, and the default where it took something back."""
    reconciler, asked = told({"UpdateStage": {"stage": {"arn": ARN}}}, ownership_tags=False)
    outputs: Tree = {"arn": ARN, "name": "a", RECORDING: HELD}
    reconciler.update(target(), updating(old, new, outputs), Recorded(old))
    assert asked == [("UpdateStage", {"arn": ARN, **sent})]


def test_tags_are_changed_by_tag_calls_alone() -> None:
    reconciler, asked = told({}, ownership_tags=False)
    old: Tree = {"tags": {"a": "1", "b": "2", "c": "3"}}
    now = reconciler.update(
        target(),
        updating(old, {"tags": {"a": "9", "d": Secret("4")}}, {"tags": {"a": "1", "b": "2", "c": "3"}}),
        Recorded(old),
    )
    assert asked == [
        ("UntagResource", {"resourceArn": ARN, "tagKeys": ["b", "c"]}),
        ("TagResource", {"resourceArn": ARN, "tags": {"a": "9", "d": "4"}}),
    ]
    assert now.outputs["tags"] == {"a": "9", "d": Secret("4")}


def test_endpoints_are_as_old_as_they_were_read() -> None:
    """Unchanged and young: the time stays. Changed, or a week old: it is now."""
    reconciler, _ = told({"GetStage": {"stage": {"arn": ARN, "endpoints": {"whip": "w"}}}})

    def read_time(before: Tree) -> Any:
        found = reconciler.read(STAGE, ARN, Recorded({}), {"arn": ARN, **before})
        assert found
        return found.outputs["endpointsReadTime"]

    young, old = "2027-01-14T08:00:00+00:00", "2027-01-01T08:00:00+00:00"
    assert read_time({"endpoints": {"whip": "w"}, "endpointsReadTime": young}) == young
    assert read_time({"endpoints": {"whip": "x"}, "endpointsReadTime": young}) == "2027-01-15T08:00:00+00:00"
    assert read_time({"endpoints": {"whip": "w"}, "endpointsReadTime": old}) == "2027-01-15T08:00:00+00:00"
    assert read_time({"endpoints": {"whip": "w"}, "endpointsReadTime": "never"}) == "2027-01-15T08:00:00+00:00"


def test_a_conflict_is_explained_by_the_type() -> None:
    reconciler, _ = told({"DeleteStage": errors.Conflict("AWS refused", "Wait.")})
    with pytest.raises(errors.Conflict) as caught:
        reconciler.delete(target(), ARN, Recorded({}))
    assert str(caught.value).startswith(f'stage "main" ({ARN}): AWS refused. While a recording is active')


def test_what_is_gone_counts_as_deleted() -> None:
    reconciler, _ = told({"DeleteStage": errors.NotFound("it is not there")})
    reconciler.delete(target(), ARN, Recorded({"later": 1}))
