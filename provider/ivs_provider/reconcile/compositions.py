"""Compositions as the rest of the house meets them: they hold configurations, and end only after a while.

A composition is a run and no resource. But AWS refuses to delete an encoder or storage configuration that one uses,
and says not which one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, cast

from ivs_provider.cloud import Account, Answer, Deadline
from ivs_provider.errors import AccessDenied, Conflict, NotFound, TimedOut
from ivs_provider.model.resource_type import Call
from ivs_provider.values import Tree

__all__ = ["ENDED", "LIST", "delete_held", "holders", "stop"]

LIST: Final = Call(operation="ListCompositions", result="compositions")
ENDED: Final = ("STOPPED", "FAILED")
"""States in which a composition holds nothing any more; AWS forgets it 5 minutes later."""

_GET: Final = Call(operation="GetComposition", result="composition")
_POLL: Final = 1.0
_LONGEST_STOP: Final = 120.0
"""Seconds that one composition may take to stop where nobody says otherwise."""
_BY_ENCODER: Final = "encoder-configuration"

_REFUSED: Final = (
    "Stop it (`ivs invoke stopComposition arn=ARN`), or let the provider do so with `pulumi config set"
    " ivs:stopCompositions true`, then run again."
)


def delete_held(account: Account, arn: str, deadline: Deadline, delete: Callable[[], object]) -> None:
    """Delete a configuration; where compositions hold it, say which, or stop them first if the settings ask for it.

    Args:
        account: Where.
        arn: The encoder or storage configuration.
        deadline: When everything must have ended.
        delete: The call that deletes it.

    Raises:
        Conflict: Compositions hold it; the text names them.
        IvsError: Anything else failed.
    """
    try:
        delete()
    except Conflict as conflict:
        held_by = _holders_or_none(account, arn)
        if not held_by:
            raise
        names = ", ".join(f"{each['arn']} ({each['state']})" for each in held_by)
        if not account.settings.stop_compositions:
            what = f"{conflict.what}: used by composition{'s'[: len(held_by) != 1]} {names}"
            raise Conflict(what, _REFUSED) from conflict
        for each in held_by:
            stop(account, str(each["arn"]), deadline)
        delete()


def _holders_or_none(account: Account, arn: str) -> list[Answer]:
    """The holders; none where the caller may not look, since the refusal itself tells more than that."""
    try:
        return list(holders(account, arn))
    except AccessDenied:
        return []


def holders(account: Account, arn: str) -> Iterator[Answer]:
    """The compositions that use an encoder or storage configuration and have not ended.

    Lists can be asked by encoder. By storage they cannot: each composition is then read for itself.

    Raises:
        IvsError: A call failed.
    """
    by_encoder = f":{_BY_ENCODER}/" in arn
    filters: Tree = {"filterByEncoderConfigurationArn": arn} if by_encoder else {}
    for page, _ in account.pages(LIST, filters):
        for summary in page:
            if summary.get("state") not in ENDED and (by_encoder or _records_to(account, str(summary["arn"]), arn)):
                yield summary


def stop(account: Account, arn: str, deadline: Deadline | None = None, seconds: float = _LONGEST_STOP) -> str:
    """Stop a composition and wait until it has stopped; one that is gone has.

    Args:
        account: Where.
        arn: The composition.
        deadline: When everything must have ended.
        seconds: How long to wait; 0 does not wait.

    Returns:
        The state that it was last seen in.

    Raises:
        TimedOut: It was asked to stop, and has not stopped in time.
        IvsError: A call failed.
    """
    limit = deadline or Deadline()
    until = min(account.clock.now() + seconds, limit.at)
    try:
        account.call("StopComposition", {"arn": arn}, limit)
    except NotFound:
        return "STOPPED"
    except Conflict:
        pass  # it stops already, or has stopped: what it does is read below
    while (state := _state(account, arn, limit)) not in ENDED and seconds > 0:
        if account.clock.now() + _POLL > until:
            what = f"composition {arn} was asked to stop and is still {state}"
            raise TimedOut(what, "Run again: it stops by itself.")
        account.clock.sleep(_POLL)
    return state


def _state(account: Account, arn: str, deadline: Deadline) -> str:
    try:
        return str(account.resource(_GET, {"arn": arn}, deadline).get("state"))
    except NotFound:
        return "STOPPED"


def _records_to(account: Account, composition: str, storage: str) -> bool:
    try:
        answer = account.resource(_GET, {"arn": composition})
    except NotFound:
        return False
    configurations = [cast("Answer", each.get("configuration", {})) for each in answer.get("destinations", [])]
    return any(each.get("s3", {}).get("storageConfigurationArn") == storage for each in configurations)
