"""Functions in YAML programs on the real engine: tokens, compositions, previews, secrets, refused deletes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from ivs_provider.functions.placeholders import MARK
from ivs_provider.tokens import create_key_pair, sign_participant_token
from tests.engine.stack import resource
from tests.engine_functions.conftest import example

if TYPE_CHECKING:
    from ivs_provider.tokens import KeyPair
    from tests.engine.account import Account
    from tests.engine.stack import Stack
    from tests.engine_functions.conftest import Door


def outputs(stack: Stack) -> dict[str, Any]:
    """The stack's outputs, secrets opened; not kept among what was told."""
    arguments = ["stack", "output", "--json", "--show-secrets"]
    ended = stack.engine.run(arguments, stack.directory, stack.environment)
    assert ended.code == 0, ended.text
    told: dict[str, Any] = json.loads(ended.out)
    return told


def invoke(stack: Stack, *arguments: str) -> dict[str, Any]:
    """`ivs invoke … --json` against the same account."""
    ended = subprocess.run(
        [sys.executable, "-c", "from ivs_provider.cli.main import main; main()", "invoke", *arguments, "--json"],
        env=stack.engine.environment | stack.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


def compositions(account: Account) -> list[dict[str, Any]]:
    """Those that run."""
    listed: list[dict[str, Any]] = account.ivs.list_compositions()["compositions"]
    return [each for each in listed if each["state"] in ("STARTING", "ACTIVE")]


def active(account: Account, arn: str) -> None:
    """Wait until a composition is ACTIVE."""
    until = time.monotonic() + 10
    while account.ivs.get_composition(arn=arn)["composition"]["state"] != "ACTIVE":
        assert time.monotonic() < until
        time.sleep(0.1)


def test_the_example_from_beginning_to_end(stack: Stack, account: Account, door: Door, pair: KeyPair) -> None:
    """Stage, token, join, composition, `up` again with the same composition, stop, destroy."""
    stack.program(**example("tokens-and-composition"))
    stack.preview()
    assert account.arns() == set()
    stack.up()
    first = outputs(stack)
    assert first["started"] is True
    assert door.join(first["token"]) == first["participantId"]
    active(account, first["compositionArn"])

    stack.preview()
    stack.up()
    second = outputs(stack)
    assert (second["started"], second["compositionState"]) == (False, "ACTIVE")
    assert second["compositionArn"] == first["compositionArn"]
    assert second["token"] != first["token"]
    assert [each["arn"] for each in compositions(account)] == [first["compositionArn"]]

    assert invoke(stack, "stopComposition", f"arn={first['compositionArn']}") == {"state": "STOPPED"}
    stack.destroy()
    assert {arn for arn in account.arns() if ":composition/" not in arn} == set()
    stack.export()
    everything = "\n".join(stack.told)
    for secret in (first["token"], second["token"], pair.private_pem, pair.private_pem.split("\n")[2]):
        assert secret not in everything


@pytest.mark.usefixtures("pair")
def test_a_preview_starts_nothing(stack: Stack, account: Account) -> None:
    """With everything there but the composition: reads are made, changes are not, and the program goes on."""
    parts = example("tokens-and-composition")
    without = {
        "resources": parts["resources"],
        "outputs": {"stageArn": "${hall.arn}"},
    }
    stack.program(**without)
    stack.up()
    stack.program(**parts)
    with account.counting() as counts:
        stack.preview()
    assert "StartComposition" not in counts
    assert "StopComposition" not in counts
    assert compositions(account) == []


def test_what_a_preview_made_up_is_unknown_to_the_provider(stack: Stack, account: Account) -> None:
    """A placeholder given back to a resource or another function is neither checked nor sent."""
    stack.program({"hall": resource("Stage", {"name": "hall"})}, outputs={"arn": "${hall.arn}"})
    stack.up()
    composed = {
        "fn::invoke": {
            "function": "ivs:index:createParticipantToken",
            "arguments": {"stageArn": outputs(stack)["arn"]},
        }
    }
    session = {
        "fn::invoke": {
            "function": "ivs:index:verifyToken",
            "arguments": {"token": "${made.participantToken.token}"},
        }
    }
    tags = {"participant": "${made.participantToken.participantId}"}
    stack.program(
        {"hall": resource("Stage", {"name": "hall", "tags": tags})},
        variables={"made": composed, "checked": session},
        outputs={"valid": "${checked.valid}"},
    )
    with account.counting() as counts:
        run = stack.run("preview", "--diff")
    assert "CreateParticipantToken" not in counts
    assert MARK not in run.text
    stack.up()
    assert outputs(stack)["valid"] is False  # issued by the service: opaque
    assert account.ivs.list_stages()["stages"][0]["tags"]["participant"]


@pytest.mark.parametrize("how", ["wrong key", "expired", "another stage", "altered"])
def test_tokens_that_are_none_are_refused_at_the_door(stack: Stack, door: Door, pair: KeyPair, how: str) -> None:
    """The emulator says why; what we say of the same token names the same thing."""
    parts = example("tokens-and-composition")
    resources = {name: parts["resources"][name] for name in ("hall", "signing")}
    told = {"stage": "${hall.arn}", "endpoints": "${hall.endpoints}", "key": "${signing.arn}"}
    stack.program(resources, outputs=told)
    stack.up()
    found = outputs(stack)
    arguments: dict[str, Any] = {
        "private_key": pair.private_pem,
        "public_key_arn": found["key"],
        "stage_arn": found["stage"],
        "endpoints": found["endpoints"],
    }
    good = sign_participant_token(**arguments).token
    other = found["stage"][:-3] + "xyz"
    header, payload, signature = good.split(".")
    made = {
        "wrong key": lambda: (
            sign_participant_token(**{**arguments, "private_key": create_key_pair().private_pem}).token
        ),
        "expired": lambda: sign_participant_token(**arguments, duration=1, now=time.time() - 3600).token,
        "another stage": lambda: sign_participant_token(**{**arguments, "stage_arn": other}).token,
        "altered": lambda: f"{header}.{payload}.{signature[4:]}{signature[:4]}",
    }[how]()
    reason = door.refused(made)
    words = {
        "wrong key": "sign",
        "expired": "expired",
        "another stage": "stage",
        "altered": "sign",
    }
    assert words[how] in reason.lower()
    door.join(good)


def test_a_delete_names_the_composition_that_holds_it(stack: Stack, account: Account) -> None:
    """AWS says only that it is in use; and the setting stops it first, and waits."""
    resources = example("tokens-and-composition")["resources"]
    told = {"picture": "${picture.arn}", "archive": "${archive.arn}"}
    stack.program({name: resources[name] for name in ("picture", "archive")}, outputs=told)
    stack.up()
    found = outputs(stack)
    stage = account.ivs.create_stage()["stage"]["arn"]
    s3 = {"storageConfigurationArn": found["archive"], "encoderConfigurationArns": [found["picture"]]}
    started = account.ivs.start_composition(stageArn=stage, destinations=[{"s3": s3}])
    arn = started["composition"]["arn"]
    active(account, arn)
    ended = stack.destroy(fails=True)
    assert ended.text.count(f"used by composition {arn} (ACTIVE)") >= 2
    assert "ivs:stopCompositions true" in ended.text
    assert [each["arn"] for each in compositions(account)] == [arn]
    stack.configure({"ivs:stopCompositions": "true"})
    stack.up()  # destroy goes by the settings in state
    stack.destroy()
    assert compositions(account) == []
    assert {each for each in account.arns() if ":composition/" not in each} == {stage}


def test_look_ups(stack: Stack, account: Account) -> None:
    """By name, by tags, by ARN; none and several are errors that list what there is."""
    for name in ("one", "two", "two"):
        account.ivs.create_stage(name=name, tags={"room": name})

    def found(**arguments: Any) -> dict[str, Any]:
        return {"fn::invoke": {"function": "ivs:index:getStage", "arguments": arguments}}

    every = {"fn::invoke": {"function": "ivs:index:listStages", "arguments": {}}}
    stack.program(
        {},
        variables={"one": found(name="one"), "tagged": found(tags={"room": "one"}), "all": every},
        outputs={"one": "${one.stage.arn}", "tagged": "${tagged.stage.arn}", "third": "${all.stages[2].name}"},
    )
    stack.up()
    told = outputs(stack)
    assert told["one"] == told["tagged"] != ""
    assert told["third"]
    for name, words in {
        "two": '2 stages have the name "two"',
        "none": "no stage of this account and region has",
    }.items():
        stack.program({}, variables={"it": found(name=name)}, outputs={"arn": "${it.stage.arn}"})
        ended = stack.up(fails=True)
        assert words in ended.text
        assert "stage/" in ended.text
    stack.program({}, variables={"it": found()}, outputs={"arn": "${it.stage.arn}"})
    assert "give arn, or name, or tags" in stack.up(fails=True).text
