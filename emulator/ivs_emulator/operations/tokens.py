"""Participant tokens that the service issues and signs itself, opaque to whoever receives them.

Real JWTs in the form of AWS's one published sample: `alg` is "KMS", the signature a DER-encoded ECDSA one, by a key
that the account and region has for that alone. Issued tokens aren't stored, as AWS says of its own.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ivs_emulator.call import Call, Implementation
from ivs_emulator.kinds import BARRED, PARTICIPANT, SIGNING_KEY
from ivs_emulator.operations.attributes import too_large
from ivs_emulator.records import Record
from ivs_emulator.rooms import conduct
from ivs_emulator.validation import Violation

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

CONFIGURATIONS: Final = "participantTokenConfigurations"
"""The argument of CreateStage that asks for tokens."""

DEFAULT_MINUTES: Final = 720
"""How long a token lives when nobody says."""

EVERYTHING: Final = ("PUBLISH", "SUBSCRIBE")
"""What a token allows when nobody says."""

ALGORITHM: Final = "KMS"
"""What the header of an issued token says; no registered name."""


def small_token_attributes(_call: Call, arguments: Record) -> Iterator[Violation]:
    """Refuse attributes over the limit, for each token that is asked for."""
    for index, wanted in enumerate(arguments.get(CONFIGURATIONS, [])):
        yield from too_large(wanted.get("attributes", {}), f"/{CONFIGURATIONS}/{index}/attributes")


def _small_attributes(_call: Call, arguments: Record) -> Iterator[Violation]:
    yield from too_large(arguments.get("attributes", {}), "/attributes")


def issue(call: Call, stage: Record, wanted: Record) -> Record:
    """Answer one new token with what was asked for echoed, defaults filled in."""
    minutes = wanted.get("duration", DEFAULT_MINUTES)
    capabilities = wanted.get("capabilities") or list(EVERYTHING)
    participant_id = call.ids.text(24)
    expires = int(call.now) + 60 * minutes
    echoed = {name: wanted[name] for name in ("userId", "attributes") if name in wanted}
    claims = {
        "exp": expires,
        "iat": int(call.now),
        "jti": participant_id,
        "resource": stage["arn"],
        "topic": stage["arn"].rpartition("/")[2],
        "events_url": stage["endpoints"]["events"],
        "whip_url": stage["endpoints"]["whip"],
        "capabilities": {f"allow_{name.lower()}": name in capabilities for name in EVERYTHING},
        "version": "1.0",
        "user_id": wanted.get("userId"),
        "attributes": wanted.get("attributes"),
    }
    return echoed | {
        "participantId": participant_id,
        "token": _signed(call, {name: value for name, value in claims.items() if value is not None}),
        "duration": minutes,
        "capabilities": capabilities,
        "expirationTime": datetime.fromtimestamp(expires, UTC).isoformat().replace("+00:00", "Z"),
    }


def _signed(call: Call, claims: Record) -> str:
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.hashes import SHA384

    header = {"alg": ALGORITHM, "typ": "JWT"}
    content = ".".join(_encoded(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
    return f"{content}.{_encoded(_own_key(call).sign(content.encode(), ECDSA(SHA384())))}"


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _own_key(call: Call) -> "EllipticCurvePrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, derive_private_key

    name = f"signing-key/{call.scope.account}/{call.scope.region}"
    known = call.fetch(name)
    if known is None:
        # From the emulator's own source of randomness, so that a seed makes the same key again.
        known = {"arn": name, "number": str(call.ids.number(380) + 1)}
        call.store.insert(call.scope, SIGNING_KEY, call.now, known, "signing-key")
    return derive_private_key(int(known["number"]), SECP384R1())


def is_own(call: Call, content: bytes, signature: bytes) -> bool:
    """Tell whether a signature was made by the emulator's own key of this account and region."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.hashes import SHA384

    try:
        _own_key(call).public_key().verify(signature, content, ECDSA(SHA384()))
    except InvalidSignature:
        return False
    return True


def _create(call: Call, arguments: Record) -> Record:
    return {"participantToken": issue(call, call.lookup(arguments["stageArn"]).record, arguments)}


def revoked_key(call: Call, token_id: str) -> str:
    """Answer the key of the note that a connection token is revoked."""
    return f"revoked/{call.scope.account}/{call.scope.region}/{token_id}"


def _revoke(call: Call, arguments: Record) -> Record:
    token_id = arguments["tokenId"]
    key = revoked_key(call, token_id)
    if not call.has(key):
        call.store.insert(call.scope, BARRED, call.now, {"arn": key}, "revoked")
    for participant in call.every(PARTICIPANT, {"connection": token_id, "state": "CONNECTED"}):
        conduct.leave(call, participant)
    return {}


OPERATIONS: Final[Mapping[str, Implementation]] = MappingProxyType(
    {
        "CreateParticipantToken": Implementation(_create, (_small_attributes,)),
        "RevokeConnectionToken": Implementation(_revoke),
    },
)
"""The operations of this module."""
