"""The example of key rotation: from one key to another, and nobody is refused on the way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ivs_provider.tokens import sign_participant_token
from tests.engine_functions.conftest import example, keys

if TYPE_CHECKING:
    from ivs_provider.tokens import KeyPair
    from tests.engine.account import Account
    from tests.engine.stack import Stack
    from tests.engine_functions.conftest import Door

DAY = 24 * 60


def outputs(stack: Stack) -> dict[str, Any]:
    """The stack's outputs."""
    told: dict[str, Any] = json.loads(stack.run("stack", "output", "--json").out)
    return told


def without(parts: dict[str, Any], name: str) -> dict[str, Any]:
    """The program without one of its keys."""
    resources = {key: value for key, value in parts["resources"].items() if key != name}
    told = {key: value for key, value in parts["outputs"].items() if key != f"{name}KeyArn"}
    return {"resources": resources, "outputs": told}


def signed(pair: KeyPair, key_arn: str, told: dict[str, Any], user: str, now: float) -> str:
    """A token for one day, as a back end signs it."""
    return sign_participant_token(
        private_key=pair.private_pem,
        public_key_arn=key_arn,
        stage_arn=told["stageArn"],
        endpoints=told["endpoints"],
        user_id=user,
        duration=DAY,
        now=now,
    ).token


def test_moving_to_a_new_key_refuses_nobody(stack: Stack, account: Account, door: Door) -> None:
    """Old key; both, with back ends that move one by one; when the old tokens have expired, the new key alone."""
    old, new = keys(stack.directory, "old"), keys(stack.directory, "new")
    parts = example("key-rotation")
    joined = 0

    stack.program(**without(parts, "new"))
    stack.up()
    first = outputs(stack)
    early = signed(old, first["oldKeyArn"], first, "early", door.now())
    late = signed(old, first["oldKeyArn"], first, "late", door.now())
    joined += bool(door.join(early))

    stack.program(**parts)
    stack.up()
    both = outputs(stack)
    assert both["oldKeyArn"] == first["oldKeyArn"]
    joined += bool(door.join(late))
    for user, pair, name in (("a", old, "oldKeyArn"), ("b", new, "newKeyArn"), ("c", new, "newKeyArn")):
        joined += bool(door.join(signed(pair, both[name], both, user, door.now())))

    door.advance(DAY * 60 + 1)
    stack.program(**without(parts, "old"))
    stack.up()
    last = outputs(stack)
    assert last["newKeyArn"] == both["newKeyArn"]
    joined += bool(door.join(signed(new, last["newKeyArn"], last, "d", door.now())))
    assert joined == 6
    assert len(account.ivs.list_public_keys()["publicKeys"]) == 1
    # Only what should be refused is: a token of the key that went, though it has not expired.
    assert door.refused(signed(old, first["oldKeyArn"], last, "e", door.now()))
