"""Tokens at the door: issued and self-signed ones let their bearers in, and every flaw is told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA384

from tests.emulator.rooms import Room
from tests.emulator.signing import connection_claims, key_pair, participant_claims, public_pem, signed
from tests.emulator.talking import REGION, Admin, connect, refused

DAY = 86400


@dataclass(frozen=True, slots=True)
class Door:
    """A room, and a public key that signs for it."""

    room: Room
    stage: dict[str, Any]
    kid: str

    def ask(self, token: str, **more: Any) -> tuple[int, str]:
        """Try to join, and answer status and reason (or the participant's id)."""
        status, answer = self.room.admin.ask("POST", "join", {"token": token, **more})
        return status, answer.get("reason") or answer["participant"]["participantId"]

    def token(self, **changes: Any) -> str:
        """Answer a self-signed token that is good but for the changes."""
        return signed(participant_claims(self.stage, **changes), self.kid)


@pytest.fixture
def door(room: Room) -> Door:
    """Answer a room whose account has a public key."""
    kid = room.ivs.import_public_key(publicKeyMaterial=public_pem())["publicKey"]["arn"]
    return Door(room, room.ivs.get_stage(arn=room.arn)["stage"], kid)


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """Answer header, claims and signature."""
    header, claims, signature = (base64.urlsafe_b64decode(part + "==") for part in token.split("."))
    return json.loads(header), json.loads(claims), signature


def test_an_issued_token_is_a_jwt_in_the_form_of_aws_own_sample(room: Room) -> None:
    """Header KMS, a DER signature, and the claims that the guide lists for self-signed ones."""
    issued = room.ivs.create_participant_token(
        stageArn=room.arn, userId="bob", attributes={"a": "b"}, duration=60, capabilities=["SUBSCRIBE"]
    )["participantToken"]
    header, claims, signature = parts(issued["token"])
    assert header == {"alg": "KMS", "typ": "JWT"}
    assert decode_dss_signature(signature)
    stage = room.ivs.get_stage(arn=room.arn)["stage"]
    assert claims == {
        "exp": int(issued["expirationTime"].timestamp()),
        "iat": claims["iat"],
        "jti": issued["participantId"],
        "resource": room.arn,
        "topic": room.arn.rpartition("/")[2],
        "events_url": stage["endpoints"]["events"],
        "whip_url": stage["endpoints"]["whip"],
        "user_id": "bob",
        "attributes": {"a": "b"},
        "capabilities": {"allow_publish": False, "allow_subscribe": True},
        "version": "1.0",
    }
    assert claims["exp"] - claims["iat"] == 3600
    assert {name: issued[name] for name in ("userId", "attributes", "duration", "capabilities")} == {
        "userId": "bob",
        "attributes": {"a": "b"},
        "duration": 60,
        "capabilities": ["SUBSCRIBE"],
    }


def test_a_token_without_wishes_lives_twelve_hours_and_allows_everything(room: Room) -> None:
    """720 minutes, PUBLISH and SUBSCRIBE; two tokens are two participants."""
    first, second = (room.ivs.create_participant_token(stageArn=room.arn)["participantToken"] for _ in range(2))
    assert (first["duration"], first["capabilities"]) == (720, ["PUBLISH", "SUBSCRIBE"])
    assert abs((first["expirationTime"] - datetime.now(UTC)).total_seconds() - 43200) < 5
    assert first["participantId"] != second["participantId"]
    assert "userId" not in first


def test_tokens_of_a_new_stage_let_their_bearers_in(ivs: Any, admin: Admin) -> None:
    """participantTokenConfigurations, each with its own wishes."""
    made = ivs.create_stage(participantTokenConfigurations=[{"userId": "a"}, {"capabilities": ["SUBSCRIBE"]}])
    for issued in made["participantTokens"]:
        joined = admin.do("POST", "join", {"token": issued["token"]})["participant"]
        assert joined["participantId"] == issued["participantId"]
        assert joined["capabilities"] == issued["capabilities"]


def test_bad_wishes_for_a_token_are_refused(room: Room) -> None:
    """Over 14 days, over 1 KB, an unknown stage."""
    create = room.ivs.create_participant_token
    assert refused(create, stageArn=room.arn, duration=20161).kind == "ValidationException"
    assert refused(create, stageArn=room.arn, attributes={"a": "b" * 1024}).kind == "ValidationException"
    assert refused(create, stageArn=room.arn, capabilities=["DANCE"]).kind == "ValidationException"
    assert refused(create, stageArn=room.arn[:-1] + "-").kind == "ResourceNotFoundException"


def test_an_issued_token_expires_and_cannot_be_changed(door: Door) -> None:
    """By the account's clock; a claim changed without a new signature is seen."""
    token = door.room.token(duration=1)
    header, claims, signature = token.split(".")
    changed = json.loads(base64.urlsafe_b64decode(claims + "==")) | {"user_id": "admin"}
    forged = base64.urlsafe_b64encode(json.dumps(changed).encode()).rstrip(b"=").decode()
    assert door.ask(f"{header}.{forged}.{signature}") == (403, "signature")
    assert door.ask(token)[0] == 200
    door.room.pass_time(61)
    assert door.ask(token) == (403, "expired")


def test_a_self_signed_token_lets_its_bearer_in(door: Door) -> None:
    """Verified against the imported key that its kid names; jti is the participant's id."""
    token = door.token(user_id="bob", attributes={"team": "red"}, capabilities={"allow_subscribe": True})
    told = door.room.admin.do("POST", "join", {"token": token})["participant"]
    assert {name: told[name] for name in ("participantId", "userId", "attributes", "capabilities", "stageArn")} == {
        "participantId": "Participant-1_a",
        "userId": "bob",
        "attributes": {"team": "red"},
        "capabilities": ["SUBSCRIBE"],
        "stageArn": door.room.arn,
    }


NOW = int(time.time())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        *(
            ({name: None}, "claims")
            for name in (
                "exp",
                "iat",
                "jti",
                "resource",
                "topic",
                "events_url",
                "whip_url",
                "capabilities",
                "version",
            )
        ),
        ({"exp": str(NOW + 60)}, "claims"),
        ({"exp": NOW + 60.5}, "claims"),
        ({"iat": True}, "claims"),
        ({"exp": NOW - 60, "iat": NOW - 120}, "expired"),
        ({"iat": NOW + DAY, "exp": NOW + 2 * DAY}, "not-yet"),
        ({"iat": NOW - 10, "exp": NOW - 10 + 14 * DAY + 1}, "lifetime"),
        ({"iat": NOW, "exp": NOW}, "lifetime"),
        ({"jti": "x" * 65}, "claims"),
        ({"jti": "a b"}, "claims"),
        ({"jti": 7}, "claims"),
        ({"version": "1.1"}, "version"),
        ({"version": 1.0}, "version"),
        ({"topic": "abcdABCDefgh"}, "stage"),
        ({"resource": "arn:aws:ivs:eu-west-1:123456789012:stage/abcdABCDefgh"}, "stage"),
        ({"events_url": "wss://events.example"}, "endpoints"),
        ({"whip_url": "https://whip.example"}, "endpoints"),
        ({"capabilities": ["PUBLISH"]}, "claims"),
        ({"capabilities": {"allow_publish": "yes"}}, "claims"),
        ({"capabilities": {"allow_everything": True}}, "claims"),
        ({"user_id": "x" * 129}, "claims"),
        ({"user_id": 7}, "claims"),
        ({"attributes": {"a": 1}}, "claims"),
        ({"attributes": ["a"]}, "claims"),
        ({"attributes": {"a": "b" * 1024}}, "attributes"),
    ],
)
def test_every_flaw_of_a_self_signed_token_is_told(door: Door, changes: dict[str, Any], reason: str) -> None:
    """Signed rightly, and still refused; nobody has joined then."""
    assert door.ask(door.token(**changes)) == (403, reason)
    assert "activeSessionId" not in door.room.ivs.get_stage(arn=door.room.arn)["stage"]


def test_the_longest_token_and_the_largest_attributes_are_good(door: Door) -> None:
    """14 days and 1,024 bytes exactly."""
    now = int(time.time())
    assert door.ask(door.token(iat=now, exp=now + 14 * DAY, attributes={"a": "b" * 1023})) == (200, "Participant-1_a")


def test_a_token_for_another_stage_is_refused_by_its_endpoints(door: Door) -> None:
    """The claims must fit together: resource of one, topic and WHIP endpoint of another."""
    other = door.room.ivs.create_stage()["stage"]
    mixed = participant_claims(other) | {"resource": door.room.arn}
    assert door.ask(signed(mixed, door.kid)) == (403, "stage")
    mixed["topic"] = door.room.arn.rpartition("/")[2]
    assert door.ask(signed(mixed, door.kid)) == (403, "endpoints")


def test_the_key_must_be_imported_here_and_still_be_there(door: Door, url: str, account: str) -> None:
    """Another key's signature, an unknown kid, a deleted key, a stage of another region."""
    claims = participant_claims(door.stage)
    assert door.ask(signed(claims, door.kid, number=1)) == (403, "signature")
    assert door.ask(signed(claims, door.kid[:-1] + "-")) == (403, "key")
    assert door.ask(signed(claims, door.room.arn)) == (403, "key")
    assert door.ask(signed(claims, "my-key")) == (403, "key")
    elsewhere = connect(url, account, "us-west-2")
    stage = elsewhere.create_stage()["stage"]
    elsewhere.close()
    assert door.ask(signed(participant_claims(stage), door.kid)) == (403, "stage")
    door.room.ivs.delete_public_key(arn=door.kid)
    assert door.ask(signed(claims, door.kid)) == (403, "key")


def test_keys_can_be_rotated(door: Door) -> None:
    """Two at once: tokens of both are good until the old one is deleted."""
    new = door.room.ivs.import_public_key(publicKeyMaterial=public_pem(1))["publicKey"]["arn"]
    old_token = door.token(jti="old")
    new_token = signed(participant_claims(door.stage, jti="new"), new, number=1)
    assert (door.ask(old_token), door.ask(new_token)) == ((200, "old"), (200, "new"))
    door.room.ivs.delete_public_key(arn=door.kid)
    assert (door.ask(old_token), door.ask(new_token)) == ((403, "key"), (200, "new"))


def encoded(document: Any) -> str:
    """Write a part of a token."""
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


def test_tricks_with_the_header_do_not_work(door: Door) -> None:
    """No signature, the public key as a shared secret, another curve, no typ, critical members."""
    claims = participant_claims(door.stage)
    for name in ("none", "None", "ES256"):
        header = encoded({"alg": name, "typ": "JWT", "kid": door.kid})
        assert door.ask(f"{header}.{encoded(claims)}.AAAA")[0] == 403
    content = ".".join((encoded({"alg": "HS384", "typ": "JWT", "kid": door.kid}), encoded(claims)))
    mac = hmac.digest(public_pem().encode(), content.encode(), hashlib.sha384)
    shared = f"{content}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    assert door.ask(shared)[0] == 403
    small = jwt.encode(claims, ec.derive_private_key(7, ec.SECP256R1()), algorithm="ES256", headers={"kid": door.kid})
    assert door.ask(small)[0] == 403
    assert door.ask(signed(claims, door.kid, typ="at+jwt")) == (403, "header")
    assert door.ask(signed(claims, door.kid, crit=["exp"])) == (403, "header")


def test_a_signature_in_der_or_with_stray_bits_is_refused(door: Door) -> None:
    """ES384 is the two numbers side by side; base64url has one way to write each value."""
    content, _, signature = door.token().rpartition(".")
    raw = base64.urlsafe_b64decode(signature)
    der = encode_dss_signature(int.from_bytes(raw[:48]), int.from_bytes(raw[48:]))
    assert door.ask(f"{content}.{base64.urlsafe_b64encode(der).rstrip(b'=').decode()}") == (403, "signature")
    der_own = key_pair().sign(content.encode(), ec.ECDSA(SHA384()))
    assert door.ask(f"{content}.{base64.urlsafe_b64encode(der_own).rstrip(b'=').decode()}") == (403, "signature")
    assert door.ask(f"{content}.{signature}=") == (403, "malformed")
    assert door.ask(f"{content}.{base64.urlsafe_b64encode(bytes(96)).decode()}")[0] == 403


@pytest.mark.parametrize(
    "token", ["", "a", "a.b", "a.b.c.d", "é.é.é", "..", "W10.W10.AAAA", "bm8.bm8.bm8", "A.A.A", "e30.e30.AAAA"]
)
def test_what_is_no_token_is_refused(door: Door, token: str) -> None:
    """Without a fault of the emulator's own."""
    assert door.ask(token)[0] == 403


def test_members_that_come_twice_are_refused(door: Door) -> None:
    """Two readers could see two different tokens."""
    header = encoded({"alg": "ES384", "typ": "JWT", "kid": door.kid})
    text = json.dumps(participant_claims(door.stage))[:-1] + ', "jti": "other"}'
    payload = base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
    assert door.ask(f"{header}.{payload}.AAAA") == (403, "malformed")


def test_a_token_joins_in_its_own_account_alone(door: Door, url: str) -> None:
    """An admin interface confined to another account does not know the key; one for all does."""
    token = door.token()
    assert Admin(url, "111111111111").ask("POST", "join", {"token": token})[1]["reason"] == "key"
    assert Admin(url).ask("POST", "join", {"token": token})[0] == 200


def test_an_exchange_changes_what_the_participant_may_and_says_so(door: Door) -> None:
    """In the same session, without leaving; publishing ends with the right to."""
    token = door.token(user_id="bob", attributes={"a": "1"})
    name = door.ask(token)[1]
    door.room.do("publish", name)
    new = door.token(jti="other", user_id="robert", attributes={"a": "2"}, capabilities={"allow_subscribe": True})
    told = door.room.do("exchange", name, token=new)
    assert (told["userId"], told["attributes"], told["capabilities"]) == ("robert", {"a": "2"}, ["SUBSCRIBE"])
    assert told["publishing"] is False
    event = next(one for one in door.room.events(name) if one["name"] == "TOKEN_EXCHANGED")
    assert event["previousToken"] | {"expirationTime": None} == {
        "capabilities": ["PUBLISH", "SUBSCRIBE"],
        "attributes": {"a": "1"},
        "userId": "bob",
        "expirationTime": None,
    }
    assert event["newToken"]["userId"] == "robert"
    assert event["newToken"]["expirationTime"] > datetime.now(UTC)
    other = door.room.ivs.create_stage()["stage"]
    elsewhere = signed(participant_claims(other), door.kid)
    assert door.room.ask("exchange", name, token=elsewhere)[1]["reason"] == "stage"
    assert door.room.ask("exchange", name, token=door.token(version="2"))[1]["reason"] == "version"


class TestConnectionTokens:
    """Tokens for a connection, not for a stage."""

    def test_a_good_one_is_told_and_brings_a_participant_in(self, door: Door, account: str) -> None:
        """Alone it opens a connection; with a participant token somebody joins over it."""
        connection = signed(connection_claims(account, REGION), door.kid)
        told = door.room.admin.do("POST", "join", {"token": connection})
        assert told["connection"]["tokenId"] == "connection-1"
        assert door.ask(door.token(), connectionToken=connection) == (200, "Participant-1_a")

    def test_revoking_it_disconnects_and_keeps_out(self, door: Door, account: str) -> None:
        """By its jti, for good; others stay. Revoking what nobody knows succeeds."""
        connection = signed(connection_claims(account, REGION), door.kid)
        door.ask(door.token(), connectionToken=connection)
        other = door.room.enter()
        session = door.room.session
        for token_id in ("connection-1", "connection-1", "unknown"):
            door.room.ivs.revoke_connection_token(tokenId=token_id)
        assert door.room.participant("Participant-1_a", session)["state"] == "DISCONNECTED"
        assert door.room.participant(other, session)["state"] == "CONNECTED"
        assert door.room.admin.ask("POST", "join", {"token": connection})[1]["reason"] == "revoked"
        assert door.ask(door.token(jti="two"), connectionToken=connection) == (403, "revoked")
        assert door.ask(door.token(jti="two"))[0] == 200
        assert refused(door.room.ivs.revoke_connection_token, tokenId="a b").kind == "ValidationException"

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"jti": None}, "claims"),
            ({"region": None}, "claims"),
            ({"version": None}, "claims"),
            ({"events_url": None}, "claims"),
            ({"exp": None}, "claims"),
            ({"iat": None}, "claims"),
            ({"version": "2.0"}, "version"),
            ({"iat": NOW - 10, "exp": NOW - 10 + 28 * DAY + 1}, "lifetime"),
            ({"iat": NOW - 20, "exp": NOW - 10}, "expired"),
            ({"account_id": "123123123123"}, "account"),
            ({"region": "us-east-1"}, "account"),
            ({"events_url": "wss://other.example"}, "endpoints"),
        ],
    )
    def test_every_flaw_is_told(self, door: Door, account: str, changes: dict[str, Any], reason: str) -> None:
        """Four weeks at most, the account and region of the key."""
        token = signed(connection_claims(account, REGION, **changes), door.kid)
        assert door.room.admin.ask("POST", "join", {"token": token})[1]["reason"] == reason

    def test_the_two_kinds_are_not_taken_for_each_other(self, door: Door) -> None:
        """A participant token opens no connection."""
        assert door.ask(door.token(), connectionToken=door.token(jti="two")) == (403, "kind")
