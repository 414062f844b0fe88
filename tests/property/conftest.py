"""One account for all examples: an emulator without limits, and a reconciler that reaches it without waiting."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ivs_emulator.emulator import Emulator
from ivs_provider.cloud import Account, Clock
from ivs_provider.config import Settings
from ivs_provider.reconcile.configuration import _operations
from ivs_provider.reconcile.reconciler import Reconciler
from tests.rpc.world import ACCOUNTS, NUMBERS, REGION, World, write_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """An account without quotas."""
    with Emulator() as emulator:
        world = World(emulator.url, ACCOUNTS[next(NUMBERS)])
        world.settings(quotas=False)
        yield world


@pytest.fixture(scope="session")
def reconciler(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reconciler]:
    """The operations on that account."""
    credentials = tmp_path_factory.mktemp("aws") / "credentials"
    write_credentials(credentials)
    before = os.environ["AWS_SHARED_CREDENTIALS_FILE"]
    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = str(credentials)
    rates = dict.fromkeys(_operations(), 1_000_000.0)
    settings = Settings(region=REGION, profile=world.account, endpoint=world.url, rate_limits=rates)
    yield Reconciler(Account(settings, Clock()), "provider-1", iter(lambda: "nonce", ""))
    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = before


@pytest.fixture(scope="session")
def arns(world: World) -> dict[str, list[str]]:
    """What declarations may refer to."""
    storages = [
        world.call("CreateStorageConfiguration", s3={"bucketName": name})["storageConfiguration"]["arn"]
        for name in ("aaa", "bbb")
    ]
    stages = [world.call("CreateStage")["stage"]["arn"] for _ in range(2)]
    return {"storageConfigurationArn": storages, "stageArn": stages}
