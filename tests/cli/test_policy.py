"""`ivs policy`: the least that a program needs, held to its stack; every expected policy was read by a person."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from ivs_provider.cli.main import ivs
from ivs_provider.cli.policy import document_for
from ivs_provider.planning.declaration import BadProgram, Flaw, Place, ProviderArguments
from ivs_provider.planning.permissions import Needs, policy
from ivs_provider.resources import registry
from ivs_provider.values import UNKNOWN, Secret
from tests.cli.documents import document
from tests.cli.permitted import permit
from tests.cli.programs import HandMade
from tests.engine.keys import public_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from tests.rpc.world import World

    Run = Callable[..., Result]

GOLDEN = Path(__file__).with_name("policies")
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
HERE = ProviderArguments("", {"region": "eu-west-1"})
BUCKET = {"s3": {"bucketName": "recordings"}}


def actions(document: dict[str, Any]) -> set[str]:
    return {action for statement in document["Statement"] for action in statement["Action"]}


def statement(document: dict[str, Any], sid: str) -> dict[str, Any]:
    [found] = [each for each in document["Statement"] if each["Sid"] == sid]
    return dict(found)


def made(program: HandMade, *, apply: bool, **known: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(document_for(program, {}, apply=apply, **known))
    return document


@pytest.mark.parametrize("verb", ["plan", "apply"])
@pytest.mark.parametrize("example", sorted(path.parent.name for path in EXAMPLES.glob("*/Pulumi.yaml")))
def test_an_example_needs_exactly_its_golden_policy(example: str, verb: str, tmp_path: Path) -> None:
    program = tmp_path / example
    shutil.copytree(EXAMPLES / example, program)
    for name in ("old.pub.pem", "new.pub.pem", "private.pub.pem"):  # the examples say how to make them
        (program / name).write_text(public_key(1))
    there = ["-C", str(program), "-s", "dev", "--region", "eu-west-1", "--account", "1" * 12]
    ended = CliRunner().invoke(ivs, ["policy", verb, *there])
    assert ended.exit_code == 0, ended.output
    assert json.loads(ended.stdout) == json.loads((GOLDEN / f"{example}.{verb}.json").read_text(encoding="utf-8"))


def test_a_plan_writes_nothing_whatever_the_program_calls() -> None:
    program = HandMade(
        [("Stage", "hall", {}, HERE)], [("createParticipantToken", HERE), ("startComposition", HERE)], provider=HERE
    )
    assert {
        action for action in actions(made(program, apply=False)) if not action.startswith(("ivs:Get", "ivs:List"))
    } == set()


def test_what_the_stack_may_own_is_listed_and_nothing_else_is_read() -> None:
    assert actions(made(HandMade([("PublicKey", "key", {}, HERE)], provider=HERE), apply=False)) == {
        "ivs:GetComposition",
        "ivs:GetPublicKey",
        "ivs:GetStage",
        "ivs:ListCompositions",
        "ivs:ListEncoderConfigurations",
        "ivs:ListIngestConfigurations",
        "ivs:ListParticipants",
        "ivs:ListPublicKeys",
        "ivs:ListStages",
        "ivs:ListStorageConfigurations",
        "ivs:ListTagsForResource",
    }


def test_drift_detection_of_everything_reads_every_type() -> None:
    everything = ProviderArguments("", {"driftDetection": "all"})
    assert "ivs:GetIngestConfiguration" in actions(made(HandMade(provider=everything), apply=False))


def test_writes_are_held_to_the_stacks_tag() -> None:
    document = made(HandMade([("Stage", "hall", {}, HERE)], provider=HERE), apply=True)
    sent, carried = {"aws:RequestTag/pulumi-ivs:stack": "shop/dev"}, {"aws:ResourceTag/pulumi-ivs:stack": "shop/dev"}
    assert statement(document, "Create")["Action"] == ["ivs:CreateStage"]
    assert statement(document, "Create")["Condition"] == {"StringEquals": sent}
    assert statement(document, "Tag")["Condition"] == {"StringEquals": sent, "StringEqualsIfExists": carried}
    assert statement(document, "ChangeOwn")["Condition"] == {"StringEquals": carried}
    unconditional = [each["Action"] for each in document["Statement"] if "Condition" not in each]
    assert {
        action for each in unconditional for action in each if not action.startswith(("ivs:Get", "ivs:List"))
    } == set()


def test_a_program_that_declares_nothing_can_still_be_applied_to_prune() -> None:
    document = made(HandMade(provider=HERE), apply=True)
    assert statement(document, "ChangeOwn")["Action"] == [
        "ivs:DeleteEncoderConfiguration",
        "ivs:DeleteIngestConfiguration",
        "ivs:DeletePublicKey",
        "ivs:DeleteStage",
        "ivs:DeleteStorageConfiguration",
        "ivs:UntagResource",
    ]
    assert {"Create", "Tag"}.isdisjoint(each["Sid"] for each in document["Statement"])


def test_without_our_tags_there_is_nothing_to_hold_writes_to() -> None:
    untagged = ProviderArguments("", {"ownershipTags": False})
    document = made(HandMade([("Stage", "hall", {}, untagged)], provider=untagged), apply=True)
    assert [each["Sid"] for each in document["Statement"] if "Condition" in each] == []
    assert statement(document, "ChangeOwn")["Action"] == ["ivs:DeleteStage", "ivs:UntagResource", "ivs:UpdateStage"]


def test_buckets_are_named_where_they_are_known() -> None:
    known = [("StorageConfiguration", name, {"s3": {"bucketName": f"{name}-bucket"}}, HERE) for name in ("b", "a")]
    document = made(HandMade(known, provider=HERE), apply=True)
    assert statement(document, "EditBucketPolicies")["Resource"] == ["arn:aws:s3:::a-bucket", "arn:aws:s3:::b-bucket"]
    hidden = HandMade([("StorageConfiguration", "a", {"s3": {"bucketName": Secret("vault")}}, HERE)], provider=HERE)
    assert statement(made(hidden, apply=False), "FindBuckets")["Resource"] == ["arn:aws:s3:::vault"]
    for inputs in ({"s3": {"bucketName": UNKNOWN}}, {"s3": UNKNOWN}):
        unknown = HandMade([("StorageConfiguration", "a", inputs, HERE)], provider=HERE)
        assert statement(made(unknown, apply=False), "FindBuckets")["Resource"] == ["arn:aws:s3:::*"]


def test_places_are_those_of_every_provider() -> None:
    role = {"roleArn": "arn:aws:iam::222222222222:role/deploy"}
    far = ProviderArguments("far", {"region": "us-west-2", "assumeRole": role})
    program = HandMade([("PublicKey", "a", {}, HERE), ("PublicKey", "b", {}, far)], provider=HERE)
    document = made(program, apply=False, account="111111111111")
    assert [arn for arn in statement(document, "Look")["Resource"] if "public-key" in arn] == [
        "arn:aws:ivs:eu-west-1:111111111111:public-key/*",
        "arn:aws:ivs:us-west-2:222222222222:public-key/*",
    ]


def test_what_is_said_of_the_region_goes_over_the_default_provider_alone() -> None:
    far = ProviderArguments("far", {"region": "us-west-2"})
    program = HandMade([("PublicKey", "b", {}, far)], provider=HERE)
    document = made(program, apply=False, region="eu-central-1")
    assert [arn for arn in statement(document, "Look")["Resource"] if "public-key" in arn] == [
        "arn:aws:ivs:eu-central-1:*:public-key/*",
        "arn:aws:ivs:us-west-2:*:public-key/*",
    ]


def test_functions_are_granted_their_operations_even_where_they_could_not_be_run() -> None:
    document = made(
        HandMade(provider=HERE, calls=[("startComposition", HERE)], unrun=frozenset({"revokeConnectionToken"})),
        apply=True,
    )
    assert statement(document, "CallFunctionsAnywhere")["Action"] == [
        "ivs:ListCompositions",
        "ivs:RevokeConnectionToken",
    ]
    assert statement(document, "CallFunctions") == {
        "Sid": "CallFunctions",
        "Effect": "Allow",
        "Action": ["ivs:GetComposition", "ivs:StartComposition"],
        "Resource": [
            f"arn:aws:ivs:eu-west-1:*:{kind}/*"
            for kind in ("channel", "composition", "encoder-configuration", "stage", "storage-configuration")
        ],
    }
    assert statement(document, "Tag")["Resource"] == ["arn:aws:ivs:eu-west-1:*:composition/*"]


def test_stopping_compositions_is_granted_where_the_settings_ask_for_it() -> None:
    stopping = ProviderArguments("", {"stopCompositions": True})
    stops = {"ivs:ListCompositions", "ivs:GetComposition", "ivs:StopComposition"}
    assert stops <= actions(made(HandMade(provider=stopping), apply=True))
    assert "ivs:StopComposition" not in actions(made(HandMade(provider=HERE), apply=True))


def test_with_the_policy_to_plan_everything_can_be_seen_and_nothing_written(world: World, run: Run) -> None:
    """The emulator judges actions alone; which resources they are held to is read in the goldens."""
    for operation in ("CreateStage", "CreateEncoderConfiguration"):
        world.call(operation)
    world.call("CreateIngestConfiguration", ingestProtocol="RTMPS")
    permit(world, made(HandMade([("Stage", "hall", {}, HERE)], provider=HERE), apply=False))
    assert run("stacks").exit_code == 0
    refused = run("invoke", "createParticipantToken", "stageArn=arn:aws:ivs:eu-west-1:1:stage/x")
    assert (refused.exit_code, "refused CreateParticipantToken" in refused.stderr) == (1, True)


def test_a_program_with_flaws_has_no_policy() -> None:
    with pytest.raises(BadProgram, match=r"Pulumi\.yaml:3:1: hall: is no stage"):
        document_for(HandMade(flaws=(Flaw(Place("Pulumi.yaml", 3, 1), "hall", (), "is no stage"),)), {}, apply=True)


def test_the_largest_policy_of_one_place_fits_a_managed_policy() -> None:
    """6,144 characters without blanks (IAM quotas)."""
    everything = Needs(
        stack=f"{'p' * 100}/{'s' * 100}",
        kinds=frozenset(registry()),
        reading=frozenset({"GetParticipant", "ListParticipantEvents", "ListStageSessions", "GetChannel"}),
        changing=frozenset({"StartComposition", "CreateParticipantToken", "RevokeConnectionToken", "TagResource"}),
        places=(("ap-northeast-1", "1" * 12),),
        buckets=frozenset({"b" * 63}),
        stops_compositions=True,
    )
    assert len("".join(json.dumps(policy(everything, apply=True)).split())) < 6_144


def test_a_stacks_name_is_written_as_its_tag_is() -> None:
    document = policy(Needs(stack="shop/${dev}*", kinds=frozenset({"ivs:index:Stage"})), apply=True)
    assert statement(document, "Create")["Condition"]["StringEquals"] == {
        "aws:RequestTag/pulumi-ivs:stack": "shop/__dev__"
    }


def test_what_is_wrong_with_the_program_is_told_as_json(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\nresources:\n  a: {type: 'ivs:index:Castle'}\n")
    ended = CliRunner().invoke(ivs, ["policy", "plan", "-C", str(tmp_path), "-s", "dev", "--json"])
    assert ended.exit_code == 1
    [problem] = document("error", ended.stdout)["problems"]
    assert problem["place"] == {"file": "Pulumi.yaml", "line": 4, "column": 13}
