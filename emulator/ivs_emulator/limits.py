"""Published quotas, as data with their date, because AWS changes them without changing the API.

Source: IVS Real-Time User Guide, "Service quotas", read 2026-08. Rates are calls per second per operation,
account and region, and not adjustable; counts are per account and region. Four operations are missing from
AWS's table; 5 is a guess there (docs/reference/guesses.md).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ivs_emulator.kinds import COMPOSITION, ENCODER, INGEST, PUBLIC_KEY, STAGE, STORAGE

USUAL_RATE: Final = 5.0
"""Calls per second of every operation that is not in `RATES`."""

RATES: Final[Mapping[str, float]] = MappingProxyType(
    {
        "CreateParticipantToken": 50.0,
        "ImportPublicKey": 3.0,
        "GetPublicKey": 3.0,
        "ListPublicKeys": 3.0,
        "DeletePublicKey": 3.0,
        "TagResource": 10.0,
        "UntagResource": 10.0,
        "ListTagsForResource": 10.0,
    },
)
"""Calls per second where they differ from the usual rate."""

COMPOSITIONS_PER_STAGE: Final = "CompositionsPerStage"
PUBLISHERS_PER_STAGE: Final = "PublishersPerStage"
SUBSCRIBERS_PER_STAGE: Final = "SubscribersPerStage"
PUBLISHERS: Final = "Publishers"
SUBSCRIPTIONS: Final = "Subscriptions"
REPLICATIONS: Final = "ReplicationsPerParticipant"

QUOTAS: Final[Mapping[str, int]] = MappingProxyType(
    {
        STAGE.name: 1000,
        STORAGE.name: 5,
        ENCODER.name: 20,
        INGEST.name: 100,
        PUBLIC_KEY.name: 3,
        COMPOSITION.name: 20,
        COMPOSITIONS_PER_STAGE: 5,
        PUBLISHERS_PER_STAGE: 12,
        SUBSCRIBERS_PER_STAGE: 10_000,
        PUBLISHERS: 1000,
        SUBSCRIPTIONS: 20_000,
        REPLICATIONS: 5,
    },
)
"""How many of a kind an account may have in a region; those that are counted otherwise say so in their name."""

DURATION: Final = 24 * 3600.0
"""Seconds that a composition, a publication or a subscription may last."""

TAGS_PER_RESOURCE: Final = 50
"""Counted after a merge, which the model's own limit on one request can't see."""

ATTRIBUTE_BYTES: Final = 1024
"""Largest total of keys and values in an attributes map ("1 KB total" in the API's text)."""
