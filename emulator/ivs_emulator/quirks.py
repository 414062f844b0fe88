"""Where the service's model is wrong about the service, and what the emulator does instead.

Kept as data so that a reader sees every departure at one glance and a test can hold each one. One more
is known and needs nothing here: AWS's CLI examples write `--ingest-protocol rtmps` in lower case while
the enum knows `RTMPS` alone. The enum is enforced, because the examples' own output says `RTMPS`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

MENDED_PATTERNS: Final[Mapping[str, str | None]] = MappingProxyType(
    {
        # One character before the slash: as written it matches no ARN that exists.
        "ResourceArn": r"arn:aws:ivs:[a-z0-9-]+:[0-9]+:[a-z-]+/[a-zA-Z0-9-]+",
        # Real prefixes hold slashes and underscores; nothing is known that they may not hold.
        "ParticipantRecordingS3Prefix": None,
    },
)
"""Shape name to the pattern used instead of the model's; `None`: no pattern at all."""


UNICODE_CLASSES: Final[Mapping[str, str]] = MappingProxyType(
    {r"\p{L}\p{Z}\p{N}": r"\w \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"},
)
"""Java's classes of letters, spaces and digits, which the low-latency API's tags use and Python lacks."""


def pattern_of(shape: str, modelled: str | None) -> str | None:
    """Answer the pattern to enforce for a shape, which is the model's unless it is known to be wrong."""
    pattern = MENDED_PATTERNS.get(shape, modelled)
    for there, here in UNICODE_CLASSES.items():
        pattern = pattern and pattern.replace(there, here)
    return pattern
