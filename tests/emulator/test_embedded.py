"""The emulator inside a test's own process: started, stopped, seeded, with a clock of the test's."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from ivs_emulator.caller import Scope
from ivs_emulator.emulator import Emulator, Options
from ivs_emulator.settings import Settings
from ivs_emulator.store import Store, StoreError
from tests.emulator.talking import Admin, connect, refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_it_stops_and_leaves_nothing_behind() -> None:
    """Stopping twice is no mistake; afterwards nobody answers."""
    emulator = Emulator().start()
    url = emulator.url
    assert Admin(url).do("GET", "health") == {"status": "ok"}
    emulator.stop()
    emulator.stop()
    with pytest.raises(ConnectionRefusedError):
        Admin(url).ask("GET", "health")


def test_two_at_once_know_nothing_of_each_other() -> None:
    """No state is shared by the process."""
    with Emulator() as first, Emulator() as second:
        client = connect(first.url, "123456789012")
        client.create_stage()
        client.close()
        assert Admin(second.url).do("GET", "resources") == {"resources": []}
        assert Admin(second.url).calls() == []


def test_a_seed_makes_the_same_ids_again() -> None:
    """Randomness is an argument, and so is the clock."""

    def first_stage() -> tuple[str, float]:
        source = random.Random(7)  # noqa: S311  (a test wants the same numbers again)
        options = Options(source=source, clock=lambda: 1_000.0, settings=Settings(latency=0.001))
        with Emulator(options) as emulator:
            client = connect(emulator.url, "123456789012")
            arn: str = client.create_stage()["stage"]["arn"]
            client.close()
            return arn, Admin(emulator.url).calls()[0]["time"]

    assert first_stage() == first_stage()
    assert first_stage()[1] == 1_000.0


def test_a_failed_start_raises_where_it_was_asked_for(tmp_path: Path) -> None:
    """Not on a thread that nobody watches."""
    options = Options(data=tmp_path / "ivs.db")
    with Emulator(options), pytest.raises(StoreError):
        Emulator(options).start()


def test_what_fails_half_way_leaves_nothing_in_the_store() -> None:
    """An operation is done completely or not at all."""
    store = Store(None)
    scope = Scope("123456789012", "eu-west-1")

    def fail_half_way() -> None:
        with store.transaction():
            store.insert(scope, "Stage", 0.0, {"arn": "a"})
            raise LookupError

    with pytest.raises(LookupError):
        fail_half_way()
    assert store.count(scope, "Stage") == 0
    with store.transaction():
        store.insert(scope, "Stage", 0.0, {"arn": "a"})
    assert store.count(scope, "Stage") == 1
    store.close()


def test_a_long_rest_saves_up_one_burst_and_no_more() -> None:
    """Rates are counted on a clock of their own, here the test's; a refused call costs nothing."""
    now = [0.0]
    options = Options(monotonic=lambda: now[0], settings=Settings(rates={"ListStages": 4.0}))
    with Emulator(options) as emulator:
        client = connect(emulator.url, "123456789012")

        def admitted() -> int:
            outcomes = [throttled(client.list_stages) for _ in range(10)]
            return outcomes.count(False)

        assert admitted() == 4
        now[0] = 0.5
        assert admitted() == 2
        now[0] = 1000.0
        assert admitted() == 4
        client.close()


class Jammed(random.Random):
    """A source of randomness that makes no ids for resources."""

    def choices(self, *_arguments: Any, **_named: Any) -> Any:
        """Fail as only a programming error does."""
        raise ZeroDivisionError


def test_a_mistake_of_the_emulators_own_is_a_500_and_no_end(caplog: pytest.LogCaptureFixture) -> None:
    """The caller learns that it was not their fault; the trace is for us; the next call is served."""
    with Emulator(Options(source=Jammed())) as emulator:
        client = connect(emulator.url, "123456789012")
        refusal = refused(client.create_storage_configuration, s3={"bucketName": "tape"})
        assert (refusal.kind, refusal.status) == ("InternalServerException", 500)
        assert "ZeroDivisionError" in caplog.text
        assert client.list_storage_configurations()["storageConfigurations"] == []
        client.close()


def test_settings_for_everybody_lie_below_each_accounts_own() -> None:
    """A shared change reaches every account but where it has said otherwise; a reset takes all of it back."""
    with Emulator(Options(settings=Settings(latency=0.001))) as emulator:
        everybody, one = Admin(emulator.url), Admin(emulator.url, "111111111111")
        one.settings(burst=2)
        everybody.settings(latency=0.002, burst=9)
        assert [one.do("GET", "settings")[name] for name in ("latency", "burst")] == [0.002, 2]
        everybody.settings(quotas=True)
        assert one.do("GET", "settings")["quotas"]["Stage"] == 1000
        everybody.do("POST", "reset")
        assert [one.do("GET", "settings")[name] for name in ("latency", "burst")] == [0.001, None]


def throttled(call: Callable[[], object]) -> bool:
    """Call, and answer whether it was throttled."""
    try:
        call()
    except ClientError as refusal:
        return bool(refusal.response["Error"]["Code"] == "ThrottlingException")
    return False
