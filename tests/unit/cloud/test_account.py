"""cloud/account.py: who may repeat what, and what a success must hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore import exceptions

from ivs_provider import errors
from ivs_provider.cloud import Account, Clock, Deadline, client
from ivs_provider.config import AssumeRole, Settings
from ivs_provider.model.resource_type import Call
from tests.unit.cloud.test_pace_and_clock import Ticking
from tests.unit.cloud.test_translate import refused

if TYPE_CHECKING:
    from pathlib import Path

GET, CREATE = Call(operation="GetStage", result="stage"), Call(operation="CreateStage", result="stage")
LIST = Call(operation="ListStages", result="stages")
STAGE = {"stage": {"arn": "a"}, "ResponseMetadata": {}}
LOST = exceptions.ReadTimeoutError(endpoint_url="u")
UNSENT = exceptions.EndpointConnectionError(endpoint_url="u")
THROTTLE = refused("ThrottlingException", 429)
BROKEN = refused("InternalServerException", 500)
DENIED = refused("AccessDeniedException", 403)


class Script:
    """A client that answers what it was told, one after another."""

    def __init__(self, *answers: Any) -> None:
        """The answers; exceptions are raised."""
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        """Any operation."""

        def called(**members: Any) -> Any:
            self.asked.append({"operation": name, **members})
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return called


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


def account(script: Script, ticking: Ticking, monkeypatch: pytest.MonkeyPatch) -> Account:
    """An account that is reached by a script."""
    monkeypatch.setattr(client, "connect", lambda *_: script)
    return Account(Settings(), Clock(now=lambda: ticking.time, cancelled=ticking))


@pytest.mark.parametrize(
    ("call", "answers", "kind"),
    [
        (GET, [LOST, BROKEN, UNSENT, STAGE], None),
        (GET, [LOST, LOST, LOST, LOST], errors.TimedOut),
        (GET, [{"stage": {}}, {}, {"stage": None}, STAGE], None),
        (GET, [DENIED], errors.AccessDenied),
        (GET, [THROTTLE] * 39 + [STAGE], None),
        (GET, [THROTTLE] * 40, errors.Throttled),
        (CREATE, [LOST], errors.TimedOut),
        (CREATE, [BROKEN], errors.ServiceFailure),
        (CREATE, [{}], errors.BadAnswer),
        (CREATE, [{"stage": {}}], errors.BadAnswer),
        (CREATE, [UNSENT, THROTTLE, STAGE], None),
        (CREATE, [THROTTLE, LOST], errors.TimedOut),
    ],
)
def test_only_what_may_be_done_twice_is_repeated(
    call: Call, answers: list[Any], kind: Any, ticking: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A create is repeated where it was certainly not performed, and never after an ambiguous answer."""
    script = Script(*answers)
    reached = account(script, ticking, monkeypatch)
    if kind is None:
        assert reached.resource(call, {}) == {"arn": "a"}
    else:
        with pytest.raises(kind):
            reached.resource(call, {})
    assert script.answers == []


@pytest.mark.parametrize("call", [GET, Call(operation="ListTagsForResource", result="tags")])
def test_a_cut_answer_is_asked_for_again(call: Call, ticking: Ticking, monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3 reads a body that was cut off as an empty one."""
    script = Script({}, {call.result: {"arn": "a"}})
    answer = account(script, ticking, monkeypatch).call(call.operation, {}, promised=call.result)
    assert answer == {call.result: {"arn": "a"}}


def test_pauses_grow_and_throttles_wait_for_their_turn_alone(ticking: Ticking, monkeypatch: pytest.MonkeyPatch) -> None:
    account(Script(LOST, LOST, LOST, STAGE), ticking, monkeypatch).resource(GET, {})
    assert ticking.time == pytest.approx(1_000 + 0.5 + 1 + 2)
    ticking.time = 0
    account(Script(THROTTLE, THROTTLE, STAGE), ticking, monkeypatch).resource(GET, {})
    assert ticking.time == pytest.approx(0.4 + 0.8)  # at 2.5, then 1.25 calls a second


def test_a_repeat_that_would_come_too_late_is_not_tried(ticking: Ticking, monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script(LOST, LOST, STAGE)
    deadline = Deadline(ticking.time + 1)
    with pytest.raises(errors.TimedOut):
        account(script, ticking, monkeypatch).resource(GET, {}, deadline)
    assert len(script.answers) == 1


def test_a_cancel_ends_the_repeating(ticking: Ticking, monkeypatch: pytest.MonkeyPatch) -> None:
    reached = account(Script(LOST), ticking, monkeypatch)
    monkeypatch.setattr(Ticking, "wait", lambda _, timeout=None: bool(timeout))
    with pytest.raises(errors.Cancelled):
        reached.resource(GET, {})


def test_pages_are_turned_to_the_end(ticking: Ticking, monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script({"stages": [{"arn": "a"}], "nextToken": "t"}, {"stages": []})
    pages = list(account(script, ticking, monkeypatch).pages(LIST, {"filter": "x"}))
    assert pages == [([{"arn": "a"}], "t"), ([], "")]
    assert script.asked == [
        {"operation": "list_stages", "filter": "x", "maxResults": 100},
        {"operation": "list_stages", "filter": "x", "maxResults": 100, "nextToken": "t"},
    ]


def test_a_call_reads_no_longer_than_its_resource_may_take(monkeypatch: pytest.MonkeyPatch, ticking: Ticking) -> None:
    """One client for each whole number of seconds, nearly always the usual one."""
    made: list[int] = []

    def connect(_: Settings, seconds: int, _service: str) -> Script:
        made.append(seconds)
        return Script(STAGE, STAGE)

    monkeypatch.setattr(client, "connect", connect)
    settings = Settings(rate_limits={"GetStage": 100})
    reached = Account(settings, Clock(now=lambda: ticking.time, cancelled=ticking))
    for left in (float("inf"), 100.0, 7.2, 7.9, 0.0):
        reached.resource(GET, {}, Deadline(ticking.time + left))
    assert made == [30, 8, 1]


@pytest.mark.parametrize(
    ("settings", "environment", "kind", "said"),
    [
        (Settings(), {}, errors.Misconfigured, "pulumi config set ivs:region"),
        (Settings(region="eu-west-1", profile="none"), {}, errors.Misconfigured, "Check ivs:profile"),
        (Settings(region="not a region"), {}, errors.Misconfigured, "check ivs:region"),
        (Settings(region="eu-west-1", endpoint="nowhere"), {}, errors.Misconfigured, "check ivs:endpoint"),
        (Settings(region="eu-west-1", assume_role=AssumeRole(role_arn="r")), {}, errors.NoCredentials, "Sign in"),
        (Settings(region="eu-west-1"), {"AWS_CONFIG_FILE": "broken"}, errors.Misconfigured, "~/.aws/config"),
    ],
)
def test_a_client_that_cannot_be_made_says_what_to_set(
    *, settings: Settings, environment: dict[str, str], kind: Any, said: str, tmp_path: Path, monkeypatch: Any
) -> None:
    for name, value in environment.items():
        (tmp_path / value).write_text("no section\n")
        monkeypatch.setenv(name, str(tmp_path / value))
    with pytest.raises(kind) as caught:
        client.connect(settings)
    assert said in caught.value.todo


def test_a_client_never_retries_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3's own retries make several resources of one create whose answer is lost."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    made = client.connect(Settings(), 7)
    assert made.meta.config.retries["total_max_attempts"] == 1
    assert made.meta.config.read_timeout == 7
    assert made.meta.region_name == "eu-central-1"
    assert "pulumi-ivs" in made.meta.config.user_agent
    made.close()


def test_the_region_is_the_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    assert Account(Settings(), Clock()).region() == "eu-central-1"
    assert Account(Settings(region="us-west-2"), Clock()).region() == "us-west-2"


def test_a_role_is_taken_on_at_the_first_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what the settings say, and not before anything is called."""
    from botocore.credentials import AssumeRoleCredentialFetcher

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    asked: list[dict[str, Any]] = []

    def fetch(self: Any) -> dict[str, str]:
        asked.append(self._assume_kwargs)
        return {"access_key": "A", "secret_key": "B", "token": "C", "expiry_time": "2099-01-01T00:00:00Z"}

    monkeypatch.setattr(AssumeRoleCredentialFetcher, "fetch_credentials", fetch)
    role = AssumeRole(role_arn="arn:aws:iam::123456789012:role/deploy", session_name="s", external_id="e")
    made = client.connect(Settings(region="eu-west-1", assume_role=role))
    assert asked == []
    frozen = made._request_signer._credentials.get_frozen_credentials()
    assert (frozen.access_key, frozen.token) == ("A", "C")
    assert asked == [{"RoleArn": role.role_arn, "RoleSessionName": "s", "ExternalId": "e"}]
    made.close()
