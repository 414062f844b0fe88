"""Storage configurations: a name for a bucket."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ivs_emulator.call import Call, Implementation
from ivs_emulator.errors import NOT_FOUND, ServiceError
from ivs_emulator.kinds import STORAGE
from ivs_emulator.operations.generic import deleter, getter, lister, unused_by_compositions
from ivs_emulator.operations.tagging import reserved_keys
from ivs_emulator.records import Record


def _create(call: Call, arguments: Record) -> Record:
    bucket = arguments["s3"]["bucketName"]
    # Every bucket exists unless a test says otherwise: S3 isn't emulated.
    if bucket in call.settings.missing_buckets:
        raise ServiceError(NOT_FOUND, f"Bucket: {bucket} not found")
    members = {"s3": {"bucketName": bucket}}
    members |= {name: arguments[name] for name in ("name", "tags") if name in arguments}
    return {STORAGE.member: call.create(STORAGE, members)}


OPERATIONS: Final[Mapping[str, Implementation]] = MappingProxyType(
    {
        "CreateStorageConfiguration": Implementation(_create, (reserved_keys,)),
        "GetStorageConfiguration": Implementation(getter(STORAGE)),
        "ListStorageConfigurations": Implementation(lister(STORAGE)),
        "DeleteStorageConfiguration": Implementation(deleter(unused_by_compositions("storages"))),
    },
)
"""The operations of this module."""
