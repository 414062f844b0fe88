"""Self-signed tokens, made by PyJWT from the description in AWS's guide and not by any code of ours."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@cache
def key_pair(number: int = 0) -> ec.EllipticCurvePrivateKey:
    """Answer one of several key pairs."""
    return ec.derive_private_key(1_000_003 + number, ec.SECP384R1())


def public_pem(number: int = 0) -> str:
    """Answer the public half, as ImportPublicKey takes it."""
    public = key_pair(number).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def participant_claims(stage: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Answer the claims of a good participant token; a change to None leaves a claim out."""
    now = int(time.time())
    claims = {
        "exp": now + 3600,
        "iat": now,
        "jti": "Participant-1_a",
        "resource": stage["arn"],
        "topic": stage["arn"].rpartition("/")[2],
        "events_url": stage["endpoints"]["events"],
        "whip_url": stage["endpoints"]["whip"],
        "capabilities": {"allow_publish": True, "allow_subscribe": True},
        "version": "1.0",
    } | changes
    return {name: value for name, value in claims.items() if value is not None}


def connection_claims(account: str, home: str, **changes: Any) -> dict[str, Any]:
    """Answer the claims of a good connection token."""
    now = int(time.time())
    claims = {
        "exp": now + 3600,
        "iat": now,
        "jti": "connection-1",
        "account_id": account,
        "region": home,
        "events_url": "wss://global.events.live-video.net",
        "version": "1.0",
    } | changes
    return {name: value for name, value in claims.items() if value is not None}


def signed(claims: dict[str, Any], kid: str, number: int = 0, **header: Any) -> str:
    """Sign claims with one of the key pairs."""
    named = {"typ": "JWT", "kid": kid} | header
    return jwt.encode(claims, key_pair(number), algorithm="ES384", headers=named)
