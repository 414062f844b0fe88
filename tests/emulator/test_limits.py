"""Quotas on how many there are, and rates of how fast one may call. Figures: AWS's quota page, read 2026-08."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.samples import OTHER_P384, P384
from tests.emulator.talking import MODEL, Admin, connect, refused

LIMITS = Path(__file__).parents[2] / "provider" / "ivs_provider" / "model" / "limits.json"


@pytest.mark.parametrize(
    ("operation", "arguments", "quota"),
    [
        ("create_storage_configuration", {"s3": {"bucketName": "tape"}}, 5),
        ("create_encoder_configuration", {}, 20),
        ("create_ingest_configuration", {"ingestProtocol": "RTMPS"}, 100),
    ],
)
def test_one_more_than_the_quota_is_refused_with_402(
    ivs: Any, operation: str, arguments: dict[str, Any], quota: int
) -> None:
    """As many as AWS gives an account by default, and not one more."""
    for _ in range(quota):
        getattr(ivs, operation)(**arguments)
    refusal = refused(getattr(ivs, operation), **arguments)
    assert (refusal.kind, refusal.status) == ("ServiceQuotaExceededException", 402)


def test_quotas_are_those_that_the_provider_knows_and_those_of_what_lives_in_a_stage(admin: Admin) -> None:
    """The provider's figures are read as data: two lists of the same quotas, written apart, must agree."""
    published = json.loads(LIMITS.read_text())
    quotas = admin.do("GET", "settings")["quotas"]
    known = {name: entry["limit"] for name, entry in published["counts"].items()}
    assert {name: quotas[name] for name in known} == known
    # Service Quotas page, read 2026-08: what only an emulator must know.
    assert {name: number for name, number in quotas.items() if name not in known} == {
        "Composition": 20,
        "CompositionsPerStage": 5,
        "PublishersPerStage": 12,
        "SubscribersPerStage": 10_000,
        "Publishers": 1000,
        "Subscriptions": 20_000,
        "ReplicationsPerParticipant": 5,
    }


def test_rates_are_those_that_the_provider_knows(admin: Admin) -> None:
    """Of every operation, also of those with the usual rate."""
    published = json.loads(LIMITS.read_text())["rates"]
    admin.settings(rates=True)
    rates = admin.do("GET", "settings")["rates"]
    for operation in MODEL["operations"]:
        assert rates.get(operation, 5) == published["operations"].get(operation, published["default"]), operation


def test_a_quota_can_be_set_and_a_delete_makes_room(ivs: Any, admin: Admin) -> None:
    """Set for this account; the others keep theirs."""
    admin.settings(quotas={"Stage": 1, "PublicKey": 1})
    arn = ivs.create_stage()["stage"]["arn"]
    assert refused(ivs.create_stage).status == 402
    ivs.delete_stage(arn=arn)
    ivs.create_stage()
    ivs.import_public_key(publicKeyMaterial=P384)
    assert refused(ivs.import_public_key, publicKeyMaterial=OTHER_P384).status == 402
    quotas = admin.do("GET", "settings")["quotas"]
    assert (quotas["Stage"], quotas["EncoderConfiguration"]) == (1, 20)


def test_a_quota_counts_one_region_alone(ivs: Any, admin: Admin, url: str, account: str) -> None:
    """Quotas are per account and region."""
    admin.settings(quotas={"Stage": 1})
    ivs.create_stage()
    elsewhere = connect(url, account, "us-west-2")
    elsewhere.create_stage()
    elsewhere.close()


def test_quotas_can_be_switched_off(ivs: Any, admin: Admin) -> None:
    """For tests that need many."""
    admin.settings(quotas=False)
    for _ in range(6):
        ivs.create_storage_configuration(s3={"bucketName": "tape"})


def test_rates_are_off_at_first(ivs: Any) -> None:
    """Whoever wants them says so."""
    for _ in range(12):
        ivs.list_stages()


def burst(call: Any, number: int, **arguments: Any) -> int:
    """Call so often at once, and answer how many calls were let through."""
    outcomes = [outcome(call, arguments) for _ in range(number)]
    assert set(outcomes) <= {"admitted", ("ThrottlingException", 429)}
    return outcomes.count("admitted")


def outcome(call: Any, arguments: dict[str, Any]) -> str | tuple[str, int]:
    """Call once, and answer whether it was let through, or how it was refused."""
    try:
        call(**arguments)
    except ClientError as refusal:
        response = refusal.response
        return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]
    return "admitted"


@pytest.mark.parametrize(("operation", "rate"), [("list_stages", 5), ("list_public_keys", 3)])
def test_published_rates_hold_and_tokens_grow_back(ivs: Any, admin: Admin, operation: str, rate: int) -> None:
    """A burst of one second's calls; then one more for each fraction of a second."""
    admin.settings(rates=True)
    call = getattr(ivs, operation)
    assert burst(call, rate + 4) == rate
    time.sleep(1 / rate + 0.05)
    assert burst(call, 1) == 1


def test_each_operation_has_a_rate_of_its_own(ivs: Any, admin: Admin) -> None:
    """An exhausted List leaves Get and the tag calls (10 a second) alone."""
    arn = ivs.create_stage()["stage"]["arn"]
    admin.settings(rates=True)
    assert burst(ivs.list_stages, 8) == 5
    assert burst(ivs.get_stage, 8, arn=arn) == 5
    assert burst(ivs.list_tags_for_resource, 14, resourceArn=arn) == 10


def test_rates_and_bursts_can_be_set(ivs: Any, admin: Admin) -> None:
    """One operation faster, all of them with a smaller burst; nothing was performed for a throttled call."""
    admin.settings(rates={"CreateStage": 100}, burst=2)
    made = burst(ivs.create_stage, 3)
    assert made >= 2
    admin.settings(rates=False)
    assert len(ivs.list_stages()["stages"]) == made
    admin.settings(rates={"ListStages": 0.001}, burst=2)
    assert burst(ivs.list_stages, 4) == 2
