"""PublicKey: checks tokens that users sign themselves. Only its tags change in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ivs_provider.model.resource_type import Call, ResourceType
from ivs_provider.values import Problem, Tree, at

__all__ = ["TYPE"]

_MAKE_ONE: Final = (
    "make a pair with: openssl ecparam -name secp384r1 -genkey -noout -out private.pem"
    " && openssl ec -in private.pem -pubout"
)


def key_is_p384(inputs: Tree) -> Iterator[Problem]:
    """IVS checks tokens by ES384, so the key must be a point on P-384 (user guide, distributing tokens)."""
    material = at(inputs, ("publicKeyMaterial",))
    if not isinstance(material, str):
        return
    if "PRIVATE KEY" in material:
        yield Problem(
            ("publicKeyMaterial",), "holds a private key; give the public half, and keep the private one secret"
        )
        return
    if "BEGIN PUBLIC KEY" not in material:
        return  # the schema says so already
    # Only here, and only for keys: 50 ms that no other type should pay for.
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(material.encode())
    except (ValueError, UnsupportedAlgorithm):
        yield Problem(("publicKeyMaterial",), f"cannot be read as a public key; {_MAKE_ONE}")
        return
    if not isinstance(key, EllipticCurvePublicKey):
        yield Problem(
            ("publicKeyMaterial",), f"is no elliptic-curve key, IVS takes P-384 (secp384r1) only; {_MAKE_ONE}"
        )
    elif key.curve.name != "secp384r1":
        yield Problem(
            ("publicKeyMaterial",), f"is a {key.curve.name} key, IVS takes P-384 (secp384r1) only; {_MAKE_ONE}"
        )


TYPE: Final = ResourceType(
    name="PublicKey",
    schema_name="public_key",
    arn_kind="public-key",
    create=Call(operation="ImportPublicKey", result="publicKey"),
    read=Call(operation="GetPublicKey", result="publicKey"),
    list=Call(operation="ListPublicKeys", result="publicKeys"),
    delete=Call(operation="DeletePublicKey"),
    lists_lack=frozenset({"publicKeyMaterial", "fingerprint"}),
    rules=(key_is_p384,),
    unique="publicKeyMaterial",
    conflict_note="The account may hold this key already: import it by its ARN (`pulumi import`), or delete that one."
    " A replacement that keeps the key (--replace) needs options: {deleteBeforeReplace: true}.",
    replacement_note="tokens signed with the old key stop working; those that AWS issues do not",
    deletion_note="tokens signed with it stop working; those that AWS issues do not",
)
