"""The five durable kinds of resource, as data: their words on the wire and their pages."""

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
