"""Public keys for tests: one for each name, and some that IVS does not take."""

from __future__ import annotations

from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

__all__ = ["other_curve", "private_key", "public_key", "rsa_key"]


@cache
def public_key(name: str) -> str:
    """A P-384 key; the same for the same name, within a process."""
    return _pem(ec.generate_private_key(ec.SECP384R1()).public_key()) if name else ""


@cache
def other_curve() -> str:
    """A key on a curve that IVS does not take."""
    return _pem(ec.generate_private_key(ec.SECP256R1()).public_key())


@cache
def rsa_key() -> str:
    """A key that is on no curve."""
    return _pem(rsa.generate_private_key(65537, 2048).public_key())


@cache
def private_key() -> str:
    """What nobody should ever hand over."""
    key = ec.generate_private_key(ec.SECP384R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _pem(key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
