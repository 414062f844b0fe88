"""Every kind of thing that is stored, as data: words on the wire, pages, and what AWS calls a resource."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource: its name, its part of an ARN, its members in answers, its page size."""

    name: str
    arn_part: str
    member: str
    plural: str
    page_size: int


STAGE: Final = Kind("Stage", "stage", "stage", "stages", 50)
STORAGE: Final = Kind(
    "StorageConfiguration", "storage-configuration", "storageConfiguration", "storageConfigurations", 100
)
ENCODER: Final = Kind(
    "EncoderConfiguration", "encoder-configuration", "encoderConfiguration", "encoderConfigurations", 100
)
INGEST: Final = Kind("IngestConfiguration", "ingest-configuration", "ingestConfiguration", "ingestConfigurations", 50)
PUBLIC_KEY: Final = Kind("PublicKey", "public-key", "publicKey", "publicKeys", 50)

COMPOSITION: Final = Kind("Composition", "composition", "composition", "compositions", 100)
CHANNEL: Final = Kind("Channel", "channel", "channel", "channels", 100)
STREAM_KEY: Final = Kind("StreamKey", "stream-key", "streamKey", "streamKeys", 50)

# What follows lives inside a stage and has no ARN of its own: its key is made from the stage's.
SESSION: Final = Kind("StageSession", "", "stageSession", "stageSessions", 50)
PARTICIPANT: Final = Kind("Participant", "", "participant", "participants", 50)
EVENT: Final = Kind("Event", "", "event", "events", 50)
REPLICA: Final = Kind("Replica", "", "replica", "replicas", 50)

BARRED: Final = "Barred"
"""The kind of a note that a participant was disconnected and may not come back, or a connection token revoked."""

SIGNING_KEY: Final = "SigningKey"
"""The kind of the private keys that sign the emulator's own participant tokens, one for each account and region."""
