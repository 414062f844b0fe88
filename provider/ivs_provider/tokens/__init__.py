"""Participant and connection tokens of IVS Real-Time, signed and checked without a call to AWS.

For back ends: importing this loads neither boto3 nor Pulumi nor gRPC. What a token must hold is AWS's
(*Distribute participant tokens*, RealTimeUserGuide/getting-started-distribute-tokens); what is not documented there is
marked as a guess in ``docs/reference/guesses.md``.

>>> from pathlib import Path
>>> from ivs_provider.tokens import sign_participant_token
>>> signed = sign_participant_token(                                       # doctest: +SKIP
...     private_key=Path("private.pem"),
...     public_key_arn="arn:aws:ivs:eu-west-1:123456789012:public-key/…",  # output `arn` of an ivs:index:PublicKey
...     stage_arn="arn:aws:ivs:eu-west-1:123456789012:stage/…",            # output `arn` of an ivs:index:Stage
...     endpoints={"events": "wss://…", "whip": "https://…"},              # its output `endpoints`
...     user_id="ann",
...     capabilities=["SUBSCRIBE"],
...     duration=60,
... )
>>> signed.token                                                           # doctest: +SKIP

Everything that is wrong with the arguments is told at once: `TokenRefused` holds a `Problem` with a path for each.
Nothing here prints a token or a private key, nor keeps one.
"""

from ivs_provider.tokens.checking import Verdict, verify_token
from ivs_provider.tokens.claims import EVENTS_URL, TokenKind
from ivs_provider.tokens.keys import KeyPair, create_key_pair, fingerprint
from ivs_provider.tokens.refusal import TokenRefused
from ivs_provider.tokens.signing import SignedToken, sign_connection_token, sign_participant_token

__all__ = [
    "EVENTS_URL",
    "KeyPair",
    "SignedToken",
    "TokenKind",
    "TokenRefused",
    "Verdict",
    "create_key_pair",
    "fingerprint",
    "sign_connection_token",
    "sign_participant_token",
    "verify_token",
]
