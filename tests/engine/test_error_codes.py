"""Every kind of error over the bare protocol: its status, its text, how often it was tried, what it left."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING, Any

import grpc
import pytest

from tests.engine import keys
from tests.engine.account import Account, writes
from tests.engine.plugin import Failure, Plugin
from tests.engine.wording import NOT_FOR_USERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Code = grpc.StatusCode
INGEST = {"ingestProtocol": "RTMPS"}


@pytest.fixture(scope="module")
def own(url: str) -> Iterator[Account]:
    """One account for all tests of this module, since a running plugin has one."""
    with Account(url, "300000000001") as account:
        yield account


@pytest.fixture(scope="module")
def running(own: Account) -> Iterator[Plugin]:
    with Plugin(own.environment()) as plugin:
        yield plugin


@pytest.fixture
def both(running: Plugin, own: Account) -> tuple[Plugin, Account]:
    """The plugin and its account, empty and calm."""
    own.reset()
    return running, own


def refused(error: str, status: int) -> Callable[[Account], None]:
    """Let creates be refused in AWS's way."""
    return lambda account: account.fault("CreateStage", kind="status", status=status, error=error)


def broken(kind: str, when: str = "after") -> Callable[[Account], None]:
    """Let the answer of creates break."""
    return lambda account: account.fault("CreateStage", kind=kind, when=when, times=None)


def denied(*denials: Any) -> Callable[[Account], None]:
    """Let IAM refuse."""
    return lambda account: account.settings(deny=list(denials))


OUR_TAGS = {"action": "ivs:TagResource", "tagKeys": ["pulumi-ivs:*"]}
LOST = "nobody knows whether stage"

CREATES = {
    "validation": (refused("ValidationException", 400), Code.INVALID_ARGUMENT, "Correct the input that AWS names"),
    "denied": (denied("ivs:CreateStage"), Code.PERMISSION_DENIED, "Grant the caller the action ivs:CreateStage"),
    "tags denied": (denied(OUR_TAGS), Code.PERMISSION_DENIED, "pulumi config set ivs:ownershipTags false"),
    "verification": (refused("PendingVerification", 403), Code.FAILED_PRECONDITION, "pending verification"),
    "quota": (lambda account: account.settings(quotas={"Stage": 0}), Code.RESOURCE_EXHAUSTED, "Service Quotas console"),
    "unheard of": (refused("TeapotException", 418), Code.INVALID_ARGUMENT, "TeapotException"),
}


@pytest.mark.parametrize(("prepare", "code", "todo"), CREATES.values(), ids=CREATES)
def test_a_create_fails_with_its_code_and_what_to_do(
    prepare: Callable[[Account], None], code: Code, todo: str, both: tuple[Plugin, Account]
) -> None:
    """And is made once."""
    plugin, account = both
    prepare(account)
    with account.counting() as counts:
        failure = plugin.create("Stage", {"name": "hall"})
    assert writes(counts) == {"CreateStage": 1}
    _assert_readable(failure, code, 'stage "stage"', todo)


def _assert_readable(failure: Any, code: Code, *fragments: str) -> None:
    assert isinstance(failure, Failure), failure
    assert failure.code is code, failure
    assert all(fragment in failure.text for fragment in fragments), failure.text
    assert not re.search(NOT_FOR_USERS, failure.text), failure.text


@pytest.mark.parametrize("kind", ["drop", "reset", "empty", "cut", "status"])
def test_a_create_whose_answer_is_lost_is_found_again(kind: str, both: tuple[Plugin, Account]) -> None:
    plugin, account = both
    broken(kind)(account)
    with account.counting() as counts:
        arn = plugin.create("Stage", {})
    assert writes(counts) == {"CreateStage": 1}
    assert account.arns() == {arn}


def test_a_create_that_nobody_knows_of_says_so(both: tuple[Plugin, Account]) -> None:
    """It is looked for as long as a List may lag; the program allows less, so that is all that can be said."""
    plugin, account = both
    broken("drop", "before")(account)
    with account.counting() as counts:
        failure = plugin.create("Stage", {}, timeout=2)
    assert writes(counts) == {"CreateStage": 1}
    _assert_readable(failure, Code.DEADLINE_EXCEEDED, LOST, "Run again")


def test_a_throttle_heals_by_itself(both: tuple[Plugin, Account]) -> None:
    """Creates too: a throttled call was not performed."""
    plugin, account = both
    account.fault("CreateStage", kind="throttle", times=3)  # of creates alone: the first one of a process lists, too
    with account.counting() as counts:
        arn = plugin.create("Stage", {})
    assert writes(counts) == {"CreateStage": 4}
    assert account.arns() == {arn}


def test_a_server_error_heals_where_twice_is_once(both: tuple[Plugin, Account]) -> None:
    """Reads, updates and deletes are repeated."""
    plugin, account = both
    arn = str(plugin.create("Stage", {"name": "a"}))
    with account.counting() as counts:
        for operation in ("UpdateStage", "GetStage", "DeleteStage"):
            account.fault(operation, kind="status", status=500)
        assert plugin.update("Stage", arn, {"name": "a"}, {"name": "b"}) is None
        assert plugin.read("Stage", arn, {"name": "b"}) == arn
        assert plugin.delete("Stage", arn) is None
    assert counts == {"UpdateStage": 2, "TagResource": 1, "GetStage": 2, "DeleteStage": 2}


def test_what_is_gone_is_gone(both: tuple[Plugin, Account]) -> None:
    """A read answers no id, a delete succeeds, an update says that it is not there."""
    plugin, account = both
    arn = str(plugin.create("Stage", {}))
    account.ivs.delete_stage(arn=arn)
    assert plugin.read("Stage", arn, {}) == ""
    assert plugin.read("Stage", arn) == ""
    assert plugin.delete("Stage", arn) is None
    failure = plugin.update("Stage", arn, {}, {"name": "b"})
    _assert_readable(failure, Code.NOT_FOUND, 'stage "stage"', arn, "pulumi refresh")


def test_conflicts_say_what_is_in_use_and_what_to_do(both: tuple[Plugin, Account]) -> None:
    """A recording, a stream, a key that is there already."""
    plugin, account = both
    archive = account.ivs.create_storage_configuration(s3={"bucketName": "abc"})["storageConfiguration"]["arn"]
    recording = {"autoParticipantRecordingConfiguration": {"storageConfigurationArn": archive}}
    stage = str(plugin.create("Stage", recording))
    account.happen(stage, recording=True)
    changed = {"autoParticipantRecordingConfiguration": {"storageConfigurationArn": archive, "mediaTypes": ["NONE"]}}
    failure = plugin.update("Stage", stage, recording, changed)
    _assert_readable(failure, Code.FAILED_PRECONDITION, "While a recording is active")
    host = str(plugin.create("IngestConfiguration", INGEST))
    account.happen(host, active=True)
    failure = plugin.update("IngestConfiguration", host, INGEST, {**INGEST, "redundantIngest": True})
    _assert_readable(
        failure, Code.FAILED_PRECONDITION, 'ingest configuration "ingestconfiguration"', host, "force: true"
    )
    failure = plugin.delete("IngestConfiguration", host, INGEST)
    _assert_readable(failure, Code.FAILED_PRECONDITION, "end the stream")
    assert plugin.delete("IngestConfiguration", host, {**INGEST, "force": True}) is None
    key = {"publicKeyMaterial": keys.public_key("twice")}
    plugin.create("PublicKey", key)
    _assert_readable(plugin.create("PublicKey", key), Code.FAILED_PRECONDITION, "import it by its ARN")


def test_a_time_out_is_obeyed(both: tuple[Plugin, Account]) -> None:
    plugin, account = both
    account.fault("CreateStage", kind="hang", when="before")
    _assert_readable(plugin.create("Stage", {}, timeout=1), Code.DEADLINE_EXCEEDED, LOST)


def test_no_connection(both: tuple[Plugin, Account]) -> None:
    """Nothing was sent, so even a create is tried again; then it says where to look."""
    plugin, _ = both
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        plugin.configure({"endpoint": f"http://127.0.0.1:{closed.getsockname()[1]}"})
        try:
            failure = plugin.create("Stage", {})
        finally:
            plugin.configure({})
    _assert_readable(failure, Code.UNAVAILABLE, 'stage "stage"', "no connection", "Check the network")
    assert isinstance(failure, Failure)
    assert LOST not in failure.text


@pytest.mark.parametrize(
    ("environment", "fragment"),
    [
        ({"AWS_ACCESS_KEY_ID": ""}, "Looked in the provider setting profile"),
        ({"AWS_SECRET_ACCESS_KEY": ""}, "no usable AWS credentials were found"),
    ],
)
def test_no_credentials(environment: dict[str, str], fragment: str, own: Account) -> None:
    """The text says where they were looked for."""
    with Plugin(own.environment() | environment) as plugin:
        _assert_readable(plugin.create("Stage", {}), Code.UNAUTHENTICATED, 'stage "stage"', fragment)


def test_no_region_and_no_such_profile(own: Account) -> None:
    with Plugin(own.environment() | {"AWS_REGION": ""}) as plugin:
        _assert_readable(plugin.create("Stage", {}), Code.INVALID_ARGUMENT, "pulumi config set ivs:region")
    with Plugin(own.environment()) as plugin:
        plugin.configure({"profile": "nobody"})
        _assert_readable(plugin.create("Stage", {}), Code.INVALID_ARGUMENT, "ivs:profile")


def test_a_failing_read_names_the_way_out(both: tuple[Plugin, Account]) -> None:
    plugin, account = both
    arn = str(plugin.create("Stage", {}))
    account.settings(deny=["ivs:Get*"])
    _assert_readable(
        plugin.read("Stage", arn, {}), Code.PERMISSION_DENIED, 'reading stage "stage"', "PULUMI_IVS_DRIFT=off"
    )
