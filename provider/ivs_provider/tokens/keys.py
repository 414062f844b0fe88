"""P-384 keys: made, read from PEM, and told apart.

IVS checks tokens that users sign by ES384, so both halves must lie on P-384 (secp384r1). It keeps public halves only.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Final, TypeAlias

from ivs_provider.tokens.refusal import TokenRefused
from ivs_provider.values import Path, Problem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey

__all__ = ["KeyPair", "Pem", "create_key_pair", "fingerprint", "private_key_from", "public_key_from"]

Pem: TypeAlias = str | bytes | FilePath
"""A key in PEM form: its text, or (as a `pathlib.Path`) the file that holds it."""

CURVE: Final = "secp384r1"
_MAKE_ONE: Final = "make a pair with `ivs key create`"


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A fresh pair.

    Args:
        private_pem: The private half (PKCS #8), for whoever signs; never shown when printed.
        public_pem: The public half (SubjectPublicKeyInfo), for ``publicKeyMaterial`` of an ``ivs:index:PublicKey``.
        fingerprint: As `fingerprint` tells it.
    """

    private_pem: str = field(repr=False)
    public_pem: str
    fingerprint: str


def create_key_pair() -> KeyPair:
    """Make a P-384 pair from the operating system's randomness."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP384R1())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return KeyPair(private, _public_pem(key.public_key()), _fingerprint(key.public_key()))


def fingerprint(key: Pem) -> str:
    """Sixteen bytes that tell keys apart, as ``98:0d:1a:…``: MD5 over the public half (DER, SubjectPublicKeyInfo).

    AWS shows fingerprints of this form and says nowhere how they are made. The recipe is a guess: compare what this
    says of two files, not with what AWS answers (``docs/reference/guesses.md``).

    Args:
        key: Either half, as PEM text or file.

    Raises:
        TokenRefused: It is no P-384 key, or cannot be read.
    """
    problems: list[Problem] = []
    found = public_key_from(key, ("key",), problems)
    if found is None:
        raise TokenRefused(problems)
    return _fingerprint(found)


def private_key_from(pem: Pem, path: Path, problems: list[Problem]) -> EllipticCurvePrivateKey | None:
    """The key that signs; where it is none, a problem more and ``None``."""
    try:
        return _private(_data(pem))
    except _NoKeyError as reason:
        problems.append(Problem(path, str(reason)))
        return None


def public_key_from(pem: Pem, path: Path, problems: list[Problem]) -> EllipticCurvePublicKey | None:
    """The key that checks, from either half; where it is none, a problem more and ``None``."""
    try:
        data = _data(pem)
        return _private(data).public_key() if b"PRIVATE KEY-----" in data else _public(data)
    except _NoKeyError as reason:
        problems.append(Problem(path, str(reason)))
        return None


class _NoKeyError(Exception):
    """Why something is no key that IVS takes."""


def _private(data: bytes) -> EllipticCurvePrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if b"PUBLIC KEY-----" in data:
        raise _NoKeyError("is the public half; give the private one")
    if b"-----BEGIN" not in data:
        raise _NoKeyError("is no key in PEM form; give the text of the file, or its path")
    try:
        key = load_pem_private_key(data, password=None)
    except TypeError as error:
        raise _NoKeyError("is encrypted; give it without a passphrase, from where secrets are kept") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _NoKeyError(f"cannot be read as a private key; {_MAKE_ONE}") from error
    if not isinstance(key, EllipticCurvePrivateKey):
        raise _NoKeyError(f"is no elliptic-curve key, IVS takes P-384 (secp384r1) only; {_MAKE_ONE}")
    _expect_curve(key.curve.name)
    return key


def _public(data: bytes) -> EllipticCurvePublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _NoKeyError("cannot be read as a public key in PEM form") from error
    if not isinstance(key, EllipticCurvePublicKey):
        raise _NoKeyError("is no elliptic-curve key, IVS takes P-384 (secp384r1) only")
    _expect_curve(key.curve.name)
    return key


def _expect_curve(name: str) -> None:
    if name != CURVE:
        raise _NoKeyError(f"is a {name} key, IVS takes P-384 (secp384r1) only; {_MAKE_ONE}")


def _data(pem: Pem) -> bytes:
    if not isinstance(pem, FilePath):
        return pem.encode() if isinstance(pem, str) else pem
    try:
        return pem.read_bytes()
    except OSError as error:
        raise _NoKeyError(f"cannot be read from {pem}: {error.strerror}") from error


def _public_pem(key: EllipticCurvePublicKey) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _fingerprint(key: EllipticCurvePublicKey) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.md5(der, usedforsecurity=False).digest().hex(":")
