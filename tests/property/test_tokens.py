"""Tokens by their properties: what we sign holds for another library too, and whatever is altered is refused.

The vectors below are made, not copied: modelled on Project Wycheproof's ECDSA-P384 and JWS cases, and on RFC 8725.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from hypothesis import assume, given
from hypothesis import strategies as st
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import ECKey

from ivs_provider.tokens import EVENTS_URL, create_key_pair, sign_connection_token, sign_participant_token, verify_token
from ivs_provider.tokens.reading import read

PAIR = create_key_pair()
OTHER = create_key_pair()
NOW = 1_800_000_000
KEY_ARN = "arn:aws:ivs:eu-west-1:123456789012:public-key/01234567-89ab-cdef-0123-456789abcdef"
STAGE_ARN = "arn:aws:ivs:eu-west-1:123456789012:stage/AbCdEf123456"
ENDPOINTS = {"events": EVENTS_URL, "whip": "https://abc.global-bm.whip.live-video.net"}
ORDER = (
    39402006196394479212279040100143613805079739270465446667946905279627659399113263569398956308152294913554433653942643
)
"""Of P-384's group, in decimal (SEC 2): typed from another source than the code's."""


def b64(data: bytes) -> str:
    """Base64url as JWS writes it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def key() -> ec.EllipticCurvePrivateKey:
    """The private half, for signing by hand."""
    loaded = load_pem_private_key(PAIR.private_pem.encode(), None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    return loaded


def raw(signing: ec.EllipticCurvePrivateKey, text: str, size: int = 48, digest: Any = SHA384) -> bytes:
    """A signature as JWS writes it."""
    r, s = decode_dss_signature(signing.sign(text.encode(), ec.ECDSA(digest())))
    return r.to_bytes(size) + s.to_bytes(size)


HEADER = {"alg": "ES384", "typ": "JWT", "kid": KEY_ARN}
PARTICIPANT: dict[str, Any] = {
    "exp": NOW + 3600,
    "iat": NOW,
    "jti": "p-1",
    "version": "1.0",
    "resource": STAGE_ARN,
    "topic": "AbCdEf123456",
    "events_url": ENDPOINTS["events"],
    "whip_url": ENDPOINTS["whip"],
    "capabilities": {"allow_publish": True, "allow_subscribe": True},
    "user_id": "ann",
    "attributes": {"role": "host"},
}
CONNECTION: dict[str, Any] = {
    "exp": NOW + 3600,
    "iat": NOW,
    "jti": "c-1",
    "version": "1.0",
    "account_id": "123456789012",
    "region": "eu-west-1",
    "events_url": EVENTS_URL,
}


def made(claims: object, header: object = HEADER, signature: bytes | None = None) -> str:
    """A token made by hand, signed rightly unless a signature is given."""
    parts = [part if isinstance(part, str) else json.dumps(part) for part in (header, claims)]
    text = ".".join(b64(part.encode()) for part in parts)
    return f"{text}.{b64(raw(key(), text) if signature is None else signature)}"


def problems(token: str, **expected: Any) -> list[str]:
    """What is wrong with a token, held against everything that it should be."""
    verdict = verify_token(token, PAIR.public_pem, now=NOW + 5, public_key_arn=KEY_ARN, **expected)
    return [str(problem) for problem in verdict.problems]


# --- What we sign ---------------------------------------------------------------------------------------------------

identifiers = st.text("abcXYZ019-_", min_size=1, max_size=64)
short = st.text(max_size=20)
arguments = st.fixed_dictionaries(
    {
        "capabilities": st.lists(st.sampled_from(["PUBLISH", "SUBSCRIBE"]), min_size=1, max_size=2, unique=True),
        "duration": st.integers(1, 20_160),
        "user_id": st.text(max_size=128),
        "attributes": st.dictionaries(short, short, max_size=5),
        "token_id": identifiers,
    }
)


@given(arguments)
def test_every_participant_token_holds_for_another_library(chosen: dict[str, Any]) -> None:
    """Joserfc shares no code with PyJWT; the claims are those of AWS's user guide, and no others."""
    signed = sign_participant_token(
        private_key=PAIR.private_pem,
        public_key_arn=KEY_ARN,
        stage_arn=STAGE_ARN,
        endpoints=ENDPOINTS,
        now=NOW + 0.7,
        **chosen,
    )
    found = joserfc_jwt.decode(signed.token, ECKey.import_key(PAIR.public_pem), algorithms=["ES384"])
    assert found.header == {"alg": "ES384", "typ": "JWT", "kid": KEY_ARN}
    optional = {name: chosen[name] for name in ("user_id", "attributes") if chosen[name]}
    assert found.claims == {
        "exp": NOW + chosen["duration"] * 60,
        "iat": NOW,
        "jti": chosen["token_id"],
        "version": "1.0",
        "resource": STAGE_ARN,
        "topic": "AbCdEf123456",
        "events_url": ENDPOINTS["events"],
        "whip_url": ENDPOINTS["whip"],
        "capabilities": {f"allow_{name.lower()}": True for name in chosen["capabilities"]},
        **optional,
    }
    assert problems(signed.token, stage_arn=STAGE_ARN, endpoints=ENDPOINTS) == []


@given(st.integers(1, 40_320), identifiers)
def test_every_connection_token_holds_for_another_library(duration: int, token_id: str) -> None:
    """Account and region are those of the key; there is no stage in it."""
    signed = sign_connection_token(
        private_key=PAIR.private_pem, public_key_arn=KEY_ARN, duration=duration, token_id=token_id, now=NOW
    )
    found = joserfc_jwt.decode(signed.token, ECKey.import_key(PAIR.public_pem), algorithms=["ES384"])
    assert found.claims == {**CONNECTION, "jti": token_id, "exp": NOW + duration * 60}
    assert problems(signed.token) == []


def test_a_token_that_another_library_signs_holds() -> None:
    """The other way round: what joserfc makes of the same claims passes."""
    private = ECKey.import_key(PAIR.private_pem)
    for claims in (PARTICIPANT, CONNECTION):
        assert problems(joserfc_jwt.encode(HEADER, dict(claims), private, algorithms=["ES384"])) == []


# --- Mutations ------------------------------------------------------------------------------------------------------


@given(st.sampled_from([PARTICIPANT, CONNECTION]), st.data())
def test_a_claim_that_is_altered_behind_the_signature_is_refused(claims: dict[str, Any], data: st.DataObject) -> None:
    """Any one claim, to any other value of any type."""
    name = data.draw(st.sampled_from(sorted(claims)))
    value: object = data.draw(st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.just({}))
    assume(json.dumps(value) != json.dumps(claims[name]))
    signature = read(made(claims))[0]
    assert signature is not None
    assert any("signature" in line for line in problems(made({**claims, name: value}, signature=signature.signature)))


@given(st.integers(0, 95), st.integers(1, 255))
def test_a_signature_with_any_other_byte_is_refused(place: int, change: int) -> None:
    """No bit of it is slack."""
    parts = read(made(PARTICIPANT))[0]
    assert parts is not None
    altered = bytearray(parts.signature)
    altered[place] ^= change
    assert problems(made(PARTICIPANT, signature=bytes(altered))) == [
        "signature: is not one that this key made of this header and payload"
    ]


@given(st.text(max_size=200))
def test_whatever_text_is_given_is_answered(text: str) -> None:
    """A token comes from a stranger: no text makes the check fail otherwise than in words."""
    assert problems(text)


REQUIRED = {
    **{name: PARTICIPANT for name in PARTICIPANT if name not in ("user_id", "attributes")},
    "account_id": CONNECTION,
    "region": CONNECTION,
}


@pytest.mark.parametrize("name", REQUIRED)
def test_a_mandatory_claim_that_is_missing_is_named(name: str) -> None:
    """Signed rightly, and still refused: AWS's user guide calls each of them mandatory."""
    claims = {key: value for key, value in REQUIRED[name].items() if key != name}
    assert any(line.startswith(f"{name}: is missing") for line in problems(made(claims)))


WRONG_CLAIMS: dict[str, tuple[dict[str, Any], str]] = {
    "expired": ({"iat": NOW - 7200, "exp": NOW}, "exp: has passed"),
    "issued tomorrow": ({"iat": NOW + 86_400, "exp": NOW + 90_000}, "iat: lies ahead"),
    "15 days": ({"exp": NOW + 15 * 86_400}, "exp: is more than 14 days after iat"),
    "never": ({"exp": NOW}, "exp: is not later than iat"),
    "a fraction of a second": ({"exp": NOW + 0.5}, "exp: must be a whole number"),
    "a time as text": ({"exp": str(NOW + 60)}, "exp: must be a whole number"),
    "a time as true": ({"iat": True}, "iat: must be a whole number"),
    "a huge time": ({"exp": 10**30}, "exp: is more than 14 days"),
    "version as number": ({"version": 1.0}, "version: must be"),
    "no stage": ({"resource": STAGE_ARN.replace("stage", "channel")}, "resource: must be the ARN of a stage"),
    "another topic": ({"topic": "another"}, "topic: must be the id"),
    "a plain endpoint": ({"whip_url": "http://abc"}, "whip_url: must be"),
    "nothing allowed": ({"capabilities": {"allow_publish": False}}, "capabilities: allow nothing"),
    "allowed by text": ({"capabilities": {"allow_publish": "true"}}, "capabilities.allow_publish: must be true"),
    "allowed too much": ({"capabilities": {"allow_all": True}}, "capabilities.allow_all: is not known"),
    "attributes too large": ({"attributes": {"a": "x" * 1024}}, "attributes: keys and values take 1,025 bytes"),
    "an attribute that is a number": ({"attributes": {"a": 1}}, "attributes.a: must be a text"),
    "a user id too long": ({"user_id": "x" * 129}, "user_id: must be"),
    "an id too long": ({"jti": "x" * 65}, "jti: must be"),
    "an id with a blank": ({"jti": "a b"}, "jti: must be"),
    "an id with a line break": ({"jti": "ab\n"}, "jti: must be"),
    "a stage of another account": (
        {"resource": STAGE_ARN.replace("123456789012", "999999999999")},
        "header.kid: names a key of account 123456789012",
    ),
}


@pytest.mark.parametrize("case", WRONG_CLAIMS)
def test_a_claim_that_breaks_its_rule_is_named(case: str) -> None:
    """Signed rightly, and still refused."""
    change, expected = WRONG_CLAIMS[case]
    assert any(line.startswith(expected) for line in problems(made({**PARTICIPANT, **change})))


def test_a_token_for_something_else_is_refused() -> None:
    """RFC 8725, 3.8 to 3.12: another stage, other endpoints, another key, another kind."""
    token = made(PARTICIPANT)
    other = STAGE_ARN.replace("AbC", "XyZ")
    assert problems(token, stage_arn=other) == [f"resource: names another stage than {other}"]
    assert problems(token, endpoints={"whip": "https://other"}) == ["whip_url: is not endpoints.whip of the stage"]
    assert problems(made(CONNECTION), stage_arn=STAGE_ARN) == ["is a connection token: it admits to no stage"]
    elsewhere = KEY_ARN.replace("012345", "999999")
    assert problems(made(PARTICIPANT, {**HEADER, "kid": elsewhere})) == [
        f"header.kid: names another key than {KEY_ARN}"
    ]
    assert problems(made({**CONNECTION, "region": "us-west-2"})) == [
        "region: is not that of the key that the token names, eu-west-1"
    ]


# --- Headers: RFC 8725 and Wycheproof's JWS cases -------------------------------------------------------------------

NOT_ES384 = [
    "none",
    "None",
    "NONE",
    "nOnE",
    "",
    "HS384",
    "HS256",
    "ES256",
    "ES512",
    "ES256K",
    "RS384",
    "PS384",
    "es384",
]


@pytest.mark.parametrize("algorithm", NOT_ES384)
def test_no_other_algorithm_is_believed(algorithm: str) -> None:
    """The header may say what it will: the signature is checked as ES384, and the header is wrong besides."""
    assert "header.alg: must be ES384" in problems(made(PARTICIPANT, {**HEADER, "alg": algorithm}))
    unsigned = problems(made(PARTICIPANT, {**HEADER, "alg": algorithm}, signature=b""))
    assert "signature: must have 96 bytes, not 0" in unsigned


@pytest.mark.parametrize("value", [None, 384, True, ["ES384"], {"alg": "ES384"}])
def test_an_algorithm_that_is_no_text_is_refused(value: object) -> None:
    """RFC 8725, 3.1."""
    assert "header.alg: must be ES384" in problems(made(PARTICIPANT, {**HEADER, "alg": value}))


@pytest.mark.parametrize("secret", ["pem", "der"])
def test_the_public_key_is_no_secret_of_an_hmac(secret: str) -> None:
    """RFC 8725, 2.1: HS384 keyed with the public key, which everybody has."""
    import hashlib
    import hmac

    public = key().public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    text = ".".join(b64(json.dumps(part).encode()) for part in ({**HEADER, "alg": "HS384"}, PARTICIPANT))
    digest = hmac.new(PAIR.public_pem.encode() if secret == "pem" else der, text.encode(), hashlib.sha384).digest()
    found = problems(f"{text}.{b64(digest)}")
    assert "header.alg: must be ES384" in found
    assert "signature: must have 96 bytes, not 48" in found


@pytest.mark.parametrize("member", ["jwk", "jku", "x5u", "x5c", "x5t", "crit", "b64", "zip", "cty", "enc"])
def test_a_header_that_brings_its_own_rules_is_refused(member: str) -> None:
    """RFC 8725, 3.10, RFC 7515, 4.1.11: no key, no extension that the token itself brings."""
    found = problems(made(PARTICIPANT, {**HEADER, member: ["exp"]}))
    assert found == [f"header.{member}: is not a header member of IVS tokens: there are alg, typ and kid"]


@pytest.mark.parametrize("change", [{"typ": "JOSE"}, {"typ": "at+jwt"}, {"kid": "key-1"}, {"kid": None}])
def test_a_header_that_is_not_ivs_own_is_refused(change: dict[str, Any]) -> None:
    """RFC 8725, 3.11: explicit typing; the key by its whole ARN."""
    assert problems(made(PARTICIPANT, {**HEADER, **change}))


TWICE = {
    "alg, ES384 last": '{"alg":"none","typ":"JWT","kid":"%s","alg":"ES384"}',
    "alg, none last": '{"alg":"ES384","typ":"JWT","kid":"%s","alg":"none"}',
    "kid": '{"alg":"ES384","kid":"other","typ":"JWT","kid":"%s"}',
}


@pytest.mark.parametrize("case", TWICE)
def test_a_header_member_that_is_there_twice_is_refused(case: str) -> None:
    """RFC 7515, 4: libraries differ in which of the two they take."""
    assert any("twice" in line for line in problems(made(PARTICIPANT, TWICE[case] % KEY_ARN)))


def test_a_claim_that_is_there_twice_is_refused() -> None:
    """RFC 7519, 4, likewise."""
    twice = json.dumps(PARTICIPANT)[:-1] + ', "exp": 9999999999}'
    assert problems(made(twice)) == ["payload: has the member exp twice"]


def forms() -> dict[str, str]:
    """Spellings of one good token that a forgiving library takes."""
    token = made(PARTICIPANT)
    header, payload, signature = token.split(".")
    return {
        "padding": f"{header}=.{payload}.{signature}",
        "white space": f" {token}",
        "a line break": f"{token}\n",
        "white space inside": f"{header[:4]} {header[4:]}.{payload}.{signature}",
        "plain base64": f"{header}.{payload}.{'+/' + signature[2:]}",
        "a part more": f"{token}.{signature}",
        "a part less": f"{header}.{payload}",
        "no signature": f"{header}.{payload}.",
        "an empty header": f".{payload}.{signature}",
        "a list for a header": f"{b64(b'[]')}.{payload}.{signature}",
        "no JSON": f"{b64(b'{')}.{payload}.{signature}",
        "no UTF-8": f"{b64(bytes([0xC3, 0x28]))}.{payload}.{signature}",
        "not a number": made(json.dumps(PARTICIPANT).replace(str(NOW + 3600), "NaN")),
        "JSON serialisation": json.dumps({"protected": header, "payload": payload, "signature": signature}),
        "a deep nest": f"{b64(b'[' * 5000)}.{payload}.{signature}",
        "far too long": f"{header}.{payload}.{'A' * 20_000}",
        "nothing": "",
    }


@pytest.mark.parametrize("form", forms())
def test_only_the_one_canonical_form_is_a_token(form: str) -> None:
    """Whoever checks must see what the service sees."""
    assert problems(forms()[form])


def test_bits_beyond_the_last_byte_are_refused() -> None:
    """Wycheproof: 96 bytes fill 128 characters, so only header and payload can have slack bits."""
    header, payload, signature = made(PARTICIPANT).split(".")
    part, rest = (header, f"{payload}.{signature}") if len(header) % 4 else (payload, "")
    if len(part) % 4:
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        slack = part[:-1] + alphabet[alphabet.index(part[-1]) + 1]
        token = f"{slack}.{rest}" if rest else f"{header}.{slack}.{signature}"
        assert any("base64url" in line for line in problems(token))


# --- Signatures: Wycheproof's ECDSA P-384 cases in JWS's form -------------------------------------------------------


def halves() -> tuple[int, int]:
    """The two numbers of a good signature."""
    parts = read(made(PARTICIPANT))[0]
    assert parts is not None
    return int.from_bytes(parts.signature[:48]), int.from_bytes(parts.signature[48:])


def pair(r: int, s: int) -> bytes:
    """Both side by side."""
    return r.to_bytes(48) + s.to_bytes(48)


EDGES = [0, 1, 2, ORDER - 1, ORDER, ORDER + 1, 2**384 - 1]


@pytest.mark.parametrize("r", EDGES)
@pytest.mark.parametrize("s", EDGES)
def test_edge_values_are_refused(r: int, s: int) -> None:
    """Zero, the order, and their neighbours: what wrecked implementations of ECDSA (CVE-2022-21449) accept."""
    assert problems(made(PARTICIPANT, signature=pair(r, s))) == [
        "signature: is not one that this key made of this header and payload"
    ]


@pytest.mark.parametrize("edge", EDGES)
def test_one_good_half_is_not_enough(edge: int) -> None:
    """The other at an edge."""
    r, s = halves()
    for signature in (pair(edge, s), pair(r, edge), pair(s, r)):
        assert problems(made(PARTICIPANT, signature=signature))


def test_signatures_of_another_size_are_refused() -> None:
    """DER (as the service's own tokens have it), truncated, extended, of another curve."""
    token = made(PARTICIPANT)
    text = token.rpartition(".")[0]
    r, s = halves()
    der = key().sign(text.encode(), ec.ECDSA(SHA384()))
    assert "looks like DER" in problems(made(PARTICIPANT, signature=der))[0]
    # One signature in 256 of any kind begins with the same byte.
    assert problems(made(PARTICIPANT, signature=b"\x30" + bytes(47))) == ["signature: must have 96 bytes, not 48"]
    assert problems(made(PARTICIPANT, signature=b"\x30")) == ["signature: must have 96 bytes, not 1"]
    longer = (pair(r, s) + b"\0", b"\0" + pair(r, s), r.to_bytes(49) + s.to_bytes(49), r.to_bytes(66) + s.to_bytes(66))
    for signature in (pair(r, s)[:95], pair(r, s)[1:], b"", *longer):
        found = problems(made(PARTICIPANT, signature=signature))
        assert any(line.startswith("signature: must have 96 bytes") for line in found)


def test_another_key_another_curve_and_another_digest_are_refused() -> None:
    """A signature that somebody else made, or that is made otherwise."""
    text = made(PARTICIPANT).rpartition(".")[0]
    stranger = load_pem_private_key(OTHER.private_pem.encode(), None)
    assert isinstance(stranger, ec.EllipticCurvePrivateKey)
    others = {
        "another key": raw(stranger, text),
        "secp256r1, padded": raw(ec.generate_private_key(ec.SECP256R1()), text),
        "brainpoolP384r1": raw(ec.generate_private_key(ec.BrainpoolP384R1()), text),
        "SHA-256": raw(key(), text, digest=SHA256),
        "of another text": raw(key(), text + "."),
    }
    for signature in others.values():
        assert problems(made(PARTICIPANT, signature=signature)) == [
            "signature: is not one that this key made of this header and payload"
        ]


def test_s_and_its_negative_are_both_signatures() -> None:
    """ECDSA's own ambiguity, which JWS does not forbid: a token is known by its jti and not by its bytes."""
    token = made(PARTICIPANT)
    first = read(token)[0]
    assert first is not None
    r, s = int.from_bytes(first.signature[:48]), int.from_bytes(first.signature[48:])
    assert problems(f"{token.rpartition('.')[0]}.{b64(pair(r, ORDER - s))}") == []


@pytest.mark.parametrize("curve", [ec.SECP256R1, ec.SECP521R1, ec.SECP256K1, ec.BrainpoolP384R1])
def test_keys_on_other_curves_are_refused(curve: Any) -> None:
    """Both for signing and for checking, before anything else is looked at."""
    other = ec.generate_private_key(curve())
    private = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(ValueError, match=r"private_key: is a .* key, IVS takes P-384"):
        sign_connection_token(private_key=private, public_key_arn=KEY_ARN)
    with pytest.raises(ValueError, match=r"public_key: is a .* key, IVS takes P-384"):
        verify_token(made(PARTICIPANT), public)
