"""Public keys: what self-signed tokens are checked against."""

import hashlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ivs_emulator.call import Call, Implementation
from ivs_emulator.errors import CONFLICT, ServiceError
from ivs_emulator.kinds import PUBLIC_KEY
from ivs_emulator.operations.generic import deleter, getter, lister
from ivs_emulator.operations.tagging import reserved_keys
from ivs_emulator.records import Record
from ivs_emulator.validation import Violation

CURVE: Final = "secp384r1"
"""The only curve that IVS takes (its tokens are ES384)."""


def _encoded(material: str) -> bytes | None:
    """Answer the DER form of a P-384 key, or None if the text isn't one."""
    # Imported here: cryptography costs more than everything else at start-up, and few calls need it.
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        PublicFormat,
        load_pem_public_key,
    )

    try:
        key = load_pem_public_key(material.encode())
    except (ValueError, UnsupportedAlgorithm):
        return None
    if not isinstance(key, EllipticCurvePublicKey) or key.curve.name != CURVE:
        return None
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _fingerprint(encoded: bytes) -> str:
    # AWS's recipe is unknown; this one has the right form (docs/reference/guesses.md).
    return hashlib.md5(encoded, usedforsecurity=False).digest().hex(":")


def _real_key(_call: Call, arguments: Record) -> Iterator[Violation]:
    material = arguments.get("publicKeyMaterial")
    if material is not None and _encoded(material) is None:
        yield Violation("/publicKeyMaterial", f"Member must be a PEM public key on curve {CURVE}")


def _import(call: Call, arguments: Record) -> Record:
    material = arguments["publicKeyMaterial"]
    fingerprint = _fingerprint(_encoded(material) or b"")
    if call.every(PUBLIC_KEY, {"fingerprint": fingerprint}):
        raise ServiceError(CONFLICT, "A public key with the same material exists already")
    members = {"publicKeyMaterial": material, "fingerprint": fingerprint}
    members |= {name: arguments[name] for name in ("name", "tags") if name in arguments}
    return {PUBLIC_KEY.member: call.create(PUBLIC_KEY, members)}


OPERATIONS: Final[Mapping[str, Implementation]] = MappingProxyType(
    {
        "ImportPublicKey": Implementation(_import, (reserved_keys, _real_key)),
        "GetPublicKey": Implementation(getter(PUBLIC_KEY)),
        "ListPublicKeys": Implementation(lister(PUBLIC_KEY)),
        "DeletePublicKey": Implementation(deleter()),
    },
)
"""The operations of this module."""
