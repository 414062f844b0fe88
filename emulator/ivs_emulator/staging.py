"""What the simulated actions have in common: finding whom they are about, and telling how it went."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from ivs_emulator.call import Call
from ivs_emulator.caller import Scope
from ivs_emulator.kinds import STAGE
from ivs_emulator.records import Record
from ivs_emulator.rooms.conduct import Outcome
from ivs_emulator.rooms.participants import CLIENT_FACTS, present
from ivs_emulator.service import Service
from ivs_emulator.wishes import Wish, WishError

Action = Callable[[Service, str | None, Record], Record]
"""One thing to ask for: the service, the account that it is confined to, and the posted object."""

FORBIDDEN: Final = 403
"""The status of a refused token."""

REFUSED: Final = 409
"""The status of something that the service would answer with an error event."""

_FACT: Final = re.compile(r"[a-zA-Z0-9\-_.,:;\s]{0,128}")

PERSON: Final[Mapping[str, type]] = MappingProxyType({"stageArn": str, "participantId": str})
"""How a participant is named: by its stage and its id."""


def call_for(service: Service, scope: Scope) -> Call:
    """Answer what somebody in a scope sees once everything due has happened."""
    service.settle(scope.account)
    return service.call(scope, "Admin")


def find(service: Service, account: str | None, arn: str, kind: str) -> tuple[Call, Record]:
    """Answer a resource wherever it is, and a call in its scope.

    Raises:
        WishError: if there is none of that kind.
    """
    placed = service.store.find(account, arn)
    if placed is None or placed.row.kind != kind:
        raise WishError(404, f"no {kind} {arn}")
    call = call_for(service, placed.scope)
    record = call.fetch(arn)
    if record is None:
        raise WishError(404, f"no {kind} {arn} any more")
    return call, record


def find_person(service: Service, account: str | None, wish: Wish) -> tuple[Call, Record]:
    """Answer a participant that is connected, and a call in its scope.

    Raises:
        WishError: if there is none.
    """
    call, stage = find(service, account, wish.need("stageArn"), STAGE.name)
    participant = present(call, stage["arn"], wish.need("participantId"))
    if participant is None or participant["state"] != "CONNECTED":
        raise WishError(404, f"participant {wish.need('participantId')} is not connected to {stage['arn']}")
    return call, participant


def shown(service: Service, participant: Record) -> Record:
    """Answer a participant as AWS's GetParticipant does, with where it is and what it does."""
    members = service.model.operations["GetParticipant"].gives.members["participant"].shape.members
    public = {name: participant[name] for name in members if participant.get(name) is not None}
    own = ("stageArn", "sessionId", "capabilities", "publishing")
    return public | {name: participant[name] for name in own} | {"subscribedTo": list(participant["subscriptions"])}


def told(service: Service, call: Call, outcome: Outcome) -> Record:
    """Answer the participant after something went well.

    Raises:
        WishError: with the error code, if it did not.
    """
    if outcome.refused:
        raise WishError(REFUSED, f"refused with {outcome.refused}", outcome.refused)
    return {"participant": shown(service, call.fetch(outcome.participant["arn"]) or outcome.participant)}


def facts_of(wish: Wish) -> dict[str, str]:
    """Answer what the participant's software tells of itself.

    Raises:
        WishError: if it tells what the model does not know.
    """
    facts = wish.get("client", {})
    for name, value in facts.items():
        if name not in CLIENT_FACTS or not isinstance(value, str) or not _FACT.fullmatch(value):
            raise WishError(400, f"client takes texts of letters, digits and -_.,:; for {', '.join(CLIENT_FACTS)}")
    return dict(facts)


def known_code(service: Service, code: str) -> str:
    """Answer an error code that the model knows.

    Raises:
        WishError: if it doesn't.
    """
    known = service.model.shape("EventErrorCode").enum
    if code not in known:
        raise WishError(400, f"an error code is one of {', '.join(known)}")
    return code
