"""Signing and checking tokens as a back end does it: what is refused, in which words, and what is never said."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from ivs_provider.tokens import (
    TokenKind,
    TokenRefused,
    create_key_pair,
    fingerprint,
    sign_connection_token,
    sign_participant_token,
    verify_token,
)

if TYPE_CHECKING:
    from pathlib import Path

PAIR = create_key_pair()
NOW = 1_800_000_000
KEY_ARN = "arn:aws:ivs:eu-west-1:123456789012:public-key/abc"
STAGE_ARN = "arn:aws:ivs:eu-west-1:123456789012:stage/xyz"
GOOD: dict[str, Any] = {
    "private_key": PAIR.private_pem,
    "public_key_arn": KEY_ARN,
    "stage_arn": STAGE_ARN,
    "endpoints": {"events": "wss://e", "whip": "https://w", "rtmp": "rtmp://r"},
    "now": NOW,
}

# A key made once with OpenSSL 3 (`openssl ecparam -name secp384r1 -genkey -noout`, `openssl ec -pubout -outform DER |
# md5sum`), so that the recipe is held to another program's words.
OPENSSL_KEY = """-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAElzBVgdWtJLDImD9y3lIVzK3UgxoyYt2u
BoCQf/dL4pEZXFr+fP2CPTwDRhokvayyOS/rISoABlByTFWvqMFR4L14DEeAfwc+
F6E01+hgiq6BQYrZYA6x1DxWRHriWt+F
-----END PUBLIC KEY-----
"""
OPENSSL_MD5 = "0f:30:84:66:f0:e9:96:16:39:60:92:03:39:5f:be:d3"


def refused(**changes: Any) -> list[str]:
    """What is wrong with arguments that differ from good ones."""
    with pytest.raises(TokenRefused) as caught:
        sign_participant_token(**{**GOOD, **changes})
    return [str(problem) for problem in caught.value.problems]


def test_the_room_is_importable_alone() -> None:
    """A back end that signs tokens loads no SDK of AWS's and nothing of Pulumi's, not even while it signs."""
    program = (
        "import sys; from ivs_provider import tokens as t; k = t.create_key_pair();"
        f"s = t.sign_connection_token(private_key=k.private_pem, public_key_arn={KEY_ARN!r});"
        "assert t.verify_token(s.token, k.public_pem).is_valid;"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'boto3', 'botocore', 'grpc', 'pulumi',"
        " 'google', 'jsonschema', 'click', 'deepdiff'}))"
    )
    ended = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert ended.stdout.strip() == "[]"


def test_everything_wrong_is_told_at_once() -> None:
    """Each problem once, at its argument, with what to do; the key is not among the words."""
    assert refused(
        public_key_arn="key",
        stage_arn="stage",
        endpoints={},
        capabilities=["PUBLISH", "WATCH"],
        duration=20_161,
        user_id="x" * 129,
        attributes={"role": "x" * 1021},
        token_id="a b",
        private_key="secret",
        endpoints_read_time="yesterday",
    ) == [
        "public_key_arn: must be the ARN of an imported public key (arn:aws:ivs:…:public-key/…)",
        "capabilities[1]: must be PUBLISH or SUBSCRIBE, not 'WATCH'",
        "endpoints_read_time: must be a time in ISO 8601, such as 2026-11-22T10:00:00+00:00",
        "private_key: is no key in PEM form; give the text of the file, or its path",
        "duration: must be 1 to 20,160 minutes",
        "token_id: must be 1 to 64 letters, digits, '-' and '_', another one for each token",
        "stage_arn: must be the ARN of a stage",
        "endpoints.events: must be endpoints.events of the stage, exactly as AWS gives it (wss://…)",
        "endpoints.whip: must be endpoints.whip of the stage, exactly as AWS gives it (https://…)",
        "user_id: must be a text of at most 128 characters",
        "attributes: keys and values take 1,025 bytes, IVS allows 1,024; shorten them",
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"duration": 0}, "duration: must be 1 to 20,160 minutes"),
        ({"duration": 1.5}, "duration: must be a whole number of minutes"),
        ({"duration": True}, "duration: must be a whole number of minutes"),
        ({"capabilities": []}, "capabilities: allow nothing; allow to publish, to subscribe or both"),
        ({"capabilities": "PUBLISH"}, "capabilities: must be a list: PUBLISH, SUBSCRIBE or both"),
        ({"token_id": ""}, "token_id: must be 1 to 64 letters, digits, '-' and '_', another one for each token"),
        (
            {"stage_arn": STAGE_ARN.replace("123456789012", "210987654321")},
            "public_key_arn: is a key of account 123456789012, the stage is in 210987654321",
        ),
        ({"attributes": {"a": 1}}, "attributes.a: must be a text"),
        ({"private_key": PAIR.public_pem}, "private_key: is the public half; give the private one"),
    ],
)
def test_one_thing_wrong_is_one_problem(changes: dict[str, Any], expected: str) -> None:
    """Not said twice in other words."""
    assert refused(**changes) == [expected]


def test_the_longest_tokens_are_accepted() -> None:
    """Exactly 14 days, and exactly 4 weeks; one minute more is refused."""
    assert sign_participant_token(**GOOD, duration=20_160).expires_at == datetime(2027, 1, 29, 8, tzinfo=UTC)
    connection: dict[str, Any] = {"private_key": PAIR.private_pem, "public_key_arn": KEY_ARN, "now": NOW}
    assert sign_connection_token(**connection, duration=40_320).expires_at == datetime(2027, 2, 12, 8, tzinfo=UTC)
    with pytest.raises(TokenRefused, match=r"duration: must be 1 to 40,320 minutes"):
        sign_connection_token(**connection, duration=40_321)


def test_attributes_of_exactly_a_kilobyte_are_accepted() -> None:
    """Bytes are counted, not characters: 512 two-byte letters are 1,024."""
    assert sign_participant_token(**GOOD, attributes={"ä": "ä" * 511}).token
    assert refused(attributes={"ä": "ä" * 512}) == [
        "attributes: keys and values take 1,026 bytes, IVS allows 1,024; shorten them"
    ]


@pytest.mark.parametrize(
    ("read", "warned"),
    [
        (datetime.fromtimestamp(NOW - 14 * 86_400, UTC), False),
        (datetime.fromtimestamp(NOW - 15 * 86_400, UTC), True),
        ("2026-12-30T00:00:00Z", True),
        ("2027-01-10T00:00:00+00:00", False),
        (None, False),
        ("", False),
    ],
)
def test_endpoints_older_than_14_days_are_warned_about(read: datetime | str | None, warned: bool) -> None:
    """AWS lets them be cached for so long; the token is signed all the same."""
    signed = sign_participant_token(**GOOD, endpoints_read_time=read)
    assert bool(signed.warnings) is warned
    assert all("read the stage again" in warning for warning in signed.warnings)


def test_ids_differ_where_nobody_chooses_them() -> None:
    """The id is the participant's, and a token's id is used once."""
    ids = {sign_participant_token(**GOOD).token_id for _ in range(20)}
    assert len(ids) == 20
    assert sign_participant_token(**GOOD, token_id="ann").token_id == "ann"


def test_nothing_secret_is_printed() -> None:
    """Neither a token nor a private key in what a log would show of it, nor a token in a verdict."""
    signed = sign_participant_token(**GOOD)
    verdict = verify_token(signed.token, PAIR.public_pem, now=NOW)
    assert signed.token not in f"{signed!r}{verdict!r}{verify_token(signed.token[:-4], PAIR.public_pem)!r}"
    assert PAIR.private_pem not in repr(PAIR)
    assert "BEGIN" not in "".join(refused(private_key=PAIR.private_pem[:-60]))


def test_a_verdict_says_whose_and_until_when() -> None:
    """What its owner may know without reading it."""
    verdict = verify_token(sign_participant_token(**GOOD, token_id="ann").token, PAIR.public_pem, now=NOW)
    assert verdict.is_valid
    assert (verdict.kind, verdict.key_arn, verdict.token_id) == (TokenKind.PARTICIPANT, KEY_ARN, "ann")
    assert verdict.stage_arn == STAGE_ARN
    assert verdict.issued_at == datetime(2027, 1, 15, 8, tzinfo=UTC)
    assert verdict.expires_at == datetime(2027, 1, 15, 20, tzinfo=UTC)


def test_a_token_of_the_service_is_told_from_one_signed_here() -> None:
    """CreateParticipantToken's are opaque: nobody but AWS can check them."""
    token = sign_participant_token(**GOOD).token
    header = "eyJhbGciOiJLTVMiLCJ0eXAiOiJKV1QifQ"  # {"alg":"KMS","typ":"JWT"}, as the sample in AWS's user guide
    verdict = verify_token(f"{header}.{token.split('.', 1)[1]}", PAIR.public_pem, now=NOW)
    assert "header.alg: is KMS: the service itself issued the token" in str(verdict.problems[0])


# --- Keys -----------------------------------------------------------------------------------------------------------


def test_keys_are_read_from_text_bytes_and_files(tmp_path: Path) -> None:
    """PKCS #8 as we write it, SEC 1 as `openssl ecparam -genkey` writes it."""
    file = tmp_path / "private.pem"
    file.write_text(PAIR.private_pem)
    loaded = load_pem_private_key(PAIR.private_pem.encode(), None)
    sec1 = loaded.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    assert b"EC PRIVATE KEY" in sec1
    for key in (PAIR.private_pem, PAIR.private_pem.encode(), file, sec1):
        token = sign_participant_token(**{**GOOD, "private_key": key}).token
        assert verify_token(token, PAIR.public_pem, now=NOW).is_valid
        assert fingerprint(key) == PAIR.fingerprint == fingerprint(PAIR.public_pem)


def test_keys_that_are_none_are_refused_in_words(tmp_path: Path) -> None:
    """Each says what it is instead."""
    loaded = load_pem_private_key(PAIR.private_pem.encode(), None)
    locked = loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    other = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    broken = PAIR.private_pem.replace("M", "!", 1)
    make = "make a pair with `ivs key create`"
    expected = {
        locked: "is encrypted; give it without a passphrase, from where secrets are kept",
        other: f"is no elliptic-curve key, IVS takes P-384 (secp384r1) only; {make}",
        broken: f"cannot be read as a private key; {make}",
    }
    for key, words in expected.items():
        assert refused(private_key=key) == [f"private_key: {words}"]
    missing = tmp_path / "none.pem"
    assert refused(private_key=missing) == [f"private_key: cannot be read from {missing}: No such file or directory"]
    with pytest.raises(TokenRefused, match="key: cannot be read as a public key"):
        fingerprint("no key")


def test_the_fingerprint_is_that_of_another_program() -> None:
    """MD5 over the DER of the public key, as OpenSSL writes it. That AWS's are the same is a guess."""
    assert fingerprint(OPENSSL_KEY) == OPENSSL_MD5
