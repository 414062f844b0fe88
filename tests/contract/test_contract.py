"""CloudFormation's contract of resource types, on every type of the registry, under the names of its suite.

The suite (aws-cloudformation/cloudformation-cli, `rpdk/core/contract/suite`) has 15 tests. Two of them it skips where
the identifier is read-only, as every one here is; here they are not skipped, but ask what can be asked. One is answered
otherwise: a second delete succeeds, because Pulumi takes "not found" for deleted. None is skipped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ivs_provider.errors import Conflict, NotFound
from ivs_provider.resources import registry
from tests.contract.handlers import MODELS, Handlers, told
from tests.faults.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

SUITE = {
    "contract_create_create",
    "contract_create_read",
    "contract_create_delete",
    "contract_create_list",
    "contract_create_taggable",
    "contract_update_read",
    "contract_update_list",
    "contract_update_tag_updatable",
    "contract_update_without_create",
    "contract_delete_read",
    "contract_delete_list",
    "contract_delete_update",
    "contract_delete_delete",
    "contract_delete_create",
    "contract_check_asserts_work",
}
LOST: dict[str, dict[str, Any]] = {
    "drop": {"kind": "drop"},
    "reset": {"kind": "reset"},
    "hang": {"kind": "hang"},
    "status": {"kind": "status", "status": 500},
    "cut": {"kind": "cut"},
}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """Run one emulator for the module."""
    with World() as running:
        yield running


@pytest.fixture(params=sorted(each.name for each in registry().values()))
def handlers(world: World, request: pytest.FixtureRequest) -> Handlers:
    """Give the handlers of each type, on an empty account."""
    return Handlers(world, request.param, hasty="fault" in request.fixturenames)


def test_the_suite_is_whole() -> None:
    assert {name.removeprefix("test_") for name in globals() if name.startswith("test_contract")} == SUITE
    assert set(MODELS) == {each.name for each in registry().values()}


def test_contract_create_create(handlers: Handlers) -> None:
    """Skipped by the suite. Names are not unique: a second create makes a second one, and never takes the first."""
    first = handlers.create("main")
    if handlers.kind.unique:
        with pytest.raises(Conflict):
            handlers.create("other")
        return
    second = handlers.create("other")
    assert sorted(handlers.listed()) == sorted([first.arn, second.arn])
    assert first.arn != second.arn


def test_contract_create_read(handlers: Handlers) -> None:
    found = handlers.read(handlers.create().arn)
    assert found
    declared = handlers.model.created
    assert told(found.inputs, declared) == told(declared, declared)
    assert told(found.outputs, declared) == told(declared, declared)


def test_contract_create_delete(handlers: Handlers) -> None:
    created = handlers.create()
    assert told(created.outputs, handlers.model.created) == told(handlers.model.created, handlers.model.created)
    handlers.delete(created.arn)
    assert handlers.real() == []


def test_contract_create_list(handlers: Handlers) -> None:
    arn = handlers.create().arn
    assert handlers.listed() == [arn]
    assert handlers.read(arn)


def test_contract_create_taggable(handlers: Handlers) -> None:
    handlers.create()
    assert _user_tags(handlers) == {"team": "video", "cost": "42"}


def test_contract_update_read(handlers: Handlers) -> None:
    created = handlers.create()
    handlers.update(created.arn, created)
    found = handlers.read(created.arn)
    assert found
    assert told(found.outputs, handlers.model.updated) == told(handlers.model.updated, handlers.model.updated)


def test_contract_update_list(handlers: Handlers) -> None:
    created = handlers.create()
    handlers.update(created.arn, created)
    assert handlers.listed() == [created.arn]


def test_contract_update_tag_updatable(handlers: Handlers) -> None:
    created = handlers.create()
    handlers.update(created.arn, created)
    assert _user_tags(handlers) == {"team": "sound", "new": "1"}


def test_contract_update_without_create(handlers: Handlers) -> None:
    with pytest.raises(NotFound):
        handlers.update(handlers.never)
    assert handlers.real() == []


def test_contract_delete_read(handlers: Handlers) -> None:
    arn = handlers.create().arn
    handlers.delete(arn)
    assert handlers.read(arn) is None


def test_contract_delete_list(handlers: Handlers) -> None:
    arn = handlers.create().arn
    handlers.delete(arn)
    assert handlers.listed() == []


def test_contract_delete_update(handlers: Handlers) -> None:
    created = handlers.create()
    handlers.delete(created.arn)
    with pytest.raises(NotFound):
        handlers.update(created.arn, created)
    assert handlers.real() == []


def test_contract_delete_delete(handlers: Handlers) -> None:
    """The suite wants NotFound; Pulumi wants success, so that a delete whose answer was lost can be asked for again."""
    arn = handlers.create().arn
    handlers.delete(arn)
    handlers.delete(arn)
    assert handlers.real() == []


def test_contract_delete_create(handlers: Handlers) -> None:
    """Skipped by the suite. What was deleted can be created again, under another identifier."""
    first = handlers.create()
    handlers.delete(first.arn)
    second = handlers.create()
    assert second.arn != first.arn
    assert handlers.listed() == [second.arn]


def test_contract_check_asserts_work() -> None:
    with pytest.raises(AssertionError):
        assert not MODELS


@pytest.mark.parametrize("fault", LOST)
def test_a_create_whose_answer_is_lost_makes_one_resource(handlers: Handlers, fault: str) -> None:
    """Ask what the suite lacks: the create is performed, and nobody hears of it."""
    handlers.world.admin.fault(operation=handlers.kind.create.operation, when="after", **LOST[fault])
    created = handlers.create()
    (real,) = handlers.real()
    assert created.arn == real["arn"]
    assert told(created.outputs, handlers.model.created) == told(handlers.model.created, handlers.model.created)
    assert [text.partition(" as ")[0] for text in handlers.notices] == [f"adopted {created.arn}"]


def _user_tags(handlers: Handlers) -> dict[str, str]:
    (real,) = handlers.real()
    return {key: value for key, value in real["tags"].items() if not key.startswith("pulumi-ivs:")}
