"""Published quotas, as data with their date, because AWS changes them without changing the API.

Source: IVS Real-Time User Guide, "Service quotas", read 2026-08. Rates are calls per second per operation,
account and region, and not adjustable; counts are per account and region. Four operations are missing from
AWS's table; 5 is a guess there (docs/reference/guesses.md).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ivs_emulator.kinds import ENCODER, INGEST, PUBLIC_KEY, STAGE, STORAGE

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

QUOTAS: Final[Mapping[str, int]] = MappingProxyType(
    {
        STAGE.name: 1000,
        STORAGE.name: 5,
        ENCODER.name: 20,
        INGEST.name: 100,
        PUBLIC_KEY.name: 3,
    },
)
"""How many resources of a kind an account may have in a region."""

TAGS_PER_RESOURCE: Final = 50
"""Counted after a merge, which the model's own limit on one request can't see."""

ATTRIBUTE_BYTES: Final = 1024
"""Largest total of keys and values in an attributes map ("1 KB total" in the API's text)."""
