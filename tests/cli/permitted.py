"""An account in which a policy is all that there is: every action that it does not name is denied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.session import Session

if TYPE_CHECKING:
    from tests.rpc.world import World


def permit(world: World, policy: dict[str, Any]) -> None:
    """Deny everything in the account but the policy's actions.

    The emulator knows IAM's actions and tag keys; resources and other conditions it does not judge.
    """
    world.settings(deny=[f"ivs:{name}" for name in sorted(_operations() - _allowed(policy))])


def _allowed(policy: dict[str, Any]) -> set[str]:
    return {action.removeprefix("ivs:") for statement in policy["Statement"] for action in statement["Action"]}


def _operations() -> set[str]:
    models = [Session().get_service_model(service) for service in ("ivs-realtime", "ivs")]
    return {name for model in models for name in model.operation_names}
