"""Whatever token we sign, the emulator lets in; whatever claim is altered, it refuses: two judges, no shared code."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivs_emulator.emulator import Emulator
from ivs_provider.tokens import create_key_pair, sign_connection_token, sign_participant_token, verify_token
from tests.emulator.talking import Admin, connect

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = "300000000001"
PAIR = create_key_pair()
IDS = (f"p-{number}" for number in itertools.count())


@dataclass(frozen=True)
class Hall:
    """A stage, its key, and the door to it."""

    admin: Admin
    key: str
    stage: str
    endpoints: dict[str, str]

    def sign(self, **chosen: Any) -> str:
        """Sign a token for it."""
        return sign_participant_token(
            private_key=PAIR.private_pem,
            public_key_arn=self.key,
            stage_arn=self.stage,
            endpoints=self.endpoints,
            token_id=next(IDS),
            **chosen,
        ).token

    def join(self, token: str, **others: str) -> tuple[int, Any]:
        """Try to join."""
        return self.admin.ask("POST", "join", {"token": token, **others})


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    """Open a hall for this module."""
    with Emulator() as emulator:
        client = connect(emulator.url, ACCOUNT)
        stage = client.create_stage(name="hall")["stage"]
        key = client.import_public_key(publicKeyMaterial=PAIR.public_pem)["publicKey"]["arn"]
        yield Hall(Admin(emulator.url, ACCOUNT), key, stage["arn"], stage["endpoints"])
        client.close()


arguments = st.fixed_dictionaries(
    {
        "capabilities": st.lists(st.sampled_from(["PUBLISH", "SUBSCRIBE"]), min_size=1, max_size=2, unique=True),
        "duration": st.integers(1, 20_160),
        "user_id": st.text(max_size=128),
        "attributes": st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=5),
    }
)


@settings(max_examples=50)
@given(chosen=arguments)
def test_every_token_is_let_in(hall: Hall, chosen: dict[str, Any]) -> None:
    """And says at the door what it was signed with."""
    status, answer = hall.join(hall.sign(**chosen))
    assert status == 200, answer
    assert answer["participant"]["userId"] == chosen["user_id"]
    assert answer["participant"]["attributes"] == chosen["attributes"]
    assert sorted(answer["participant"]["capabilities"]) == sorted(chosen["capabilities"])


def test_a_connection_token_opens_a_connection(hall: Hall) -> None:
    """Alone, and with a participant token beside it."""
    signed = sign_connection_token(private_key=PAIR.private_pem, public_key_arn=hall.key)
    assert hall.join(signed.token)[1]["connection"]["tokenId"] == signed.token_id
    assert hall.join(hall.sign(), connectionToken=signed.token)[0] == 200


MUTATIONS: dict[str, Any] = {
    "exp": [0, "soon", 4_102_444_800, None],
    "iat": [4_000_000_000, "now", None],
    "jti": ["", "a b", "x" * 65, 1, None],
    "resource": ["arn:aws:ivs:eu-west-1:300000000001:stage/other", "stage", None],
    "topic": ["other", "", None],
    "events_url": ["wss://elsewhere", None],
    "whip_url": ["https://elsewhere", None],
    "capabilities": [[], "all", {"allow_publish": "yes"}, None],
    "version": ["2.0", 1.0, None],
    "attributes": [{"a": "x" * 2000}, "a", {"a": 1}],
    "user_id": ["x" * 129, 1],
}
CASES = [(name, value) for name, values in MUTATIONS.items() for value in values]


@pytest.mark.parametrize(("name", "value"), CASES, ids=lambda each: str(each)[:20])
def test_every_altered_claim_is_refused_by_both_judges(hall: Hall, name: str, value: object) -> None:
    """Signed anew with the right key, so that only the claim can be the reason; None takes it away."""
    claims = jwt.decode(hall.sign(), options={"verify_signature": False})
    altered = {**claims, name: value} if value is not None else {key: claims[key] for key in claims if key != name}
    token = jwt.encode(altered, PAIR.private_pem, algorithm="ES384", headers={"kid": hall.key})
    status, answer = hall.join(token)
    assert status == 403, answer
    ours = verify_token(token, PAIR.public_pem, stage_arn=hall.stage, endpoints=hall.endpoints)
    assert not ours.is_valid
