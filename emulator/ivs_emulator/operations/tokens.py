"""Participant tokens that a stage hands out at its creation, opaque to whoever receives them.

For now they are random text that nothing accepts: joining with a token comes with the operations of
participants, and then they become signed.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from ivs_emulator.call import Call
from ivs_emulator.operations.attributes import too_large
from ivs_emulator.records import Record
from ivs_emulator.validation import Violation

CONFIGURATIONS: Final = "participantTokenConfigurations"
"""The argument of CreateStage that asks for tokens."""

DEFAULT_MINUTES: Final = 720
"""How long a token lives when nobody says."""


def small_token_attributes(_call: Call, arguments: Record) -> Iterator[Violation]:
    """Refuse attributes over the limit, for each token that is asked for."""
    for index, wanted in enumerate(arguments.get(CONFIGURATIONS, [])):
        yield from too_large(wanted.get("attributes", {}), f"/{CONFIGURATIONS}/{index}/attributes")


def issue(call: Call, wanted: Record) -> Record:
    """Answer one new token with what was asked for echoed, defaults filled in."""
    minutes = wanted.get("duration", DEFAULT_MINUTES)
    expires = datetime.fromtimestamp(call.now, UTC) + timedelta(minutes=minutes)
    echoed = {name: wanted[name] for name in ("userId", "attributes") if name in wanted}
    return echoed | {
        "participantId": call.ids.text(24),
        "token": call.ids.text(64),
        "duration": minutes,
        "capabilities": wanted.get("capabilities") or ["PUBLISH", "SUBSCRIBE"],
        "expirationTime": expires.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
