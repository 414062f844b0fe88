"""StorageConfiguration: the S3 bucket of recordings. Only its tags change in place."""

from __future__ import annotations

from typing import Final

from ivs_provider.model.resource_type import Call, ResourceType

__all__ = ["TYPE"]

TYPE: Final = ResourceType(
    name="StorageConfiguration",
    schema_name="storage_configuration",
    arn_kind="storage-configuration",
    create=Call(operation="CreateStorageConfiguration", result="storageConfiguration"),
    read=Call(operation="GetStorageConfiguration", result="storageConfiguration"),
    list=Call(operation="ListStorageConfigurations", result="storageConfigurations"),
    delete=Call(operation="DeleteStorageConfiguration"),
    held_by_compositions=True,
    replacement_note="stages and compositions that record must be pointed at the new one",
    deletion_note="nothing can be recorded by it any more, recordings in the bucket stay; refused by AWS while a"
    " composition uses it",
)
