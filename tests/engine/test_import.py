"""Resources that exist already: `pulumi import` by ARN, `.get`, and `pulumi refresh`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.engine.account import writes
from tests.engine.cases import CASES, TAGS
from tests.engine.stack import resource
from tests.engine.steps import Step, created

if TYPE_CHECKING:
    from tests.engine.account import Account
    from tests.engine.stack import Stack


def _made_by_hand(account: Account, *, full: bool) -> dict[str, str]:
    """One resource of each type, made with boto3 as another tool would: token to ARN."""
    ivs, name = account.ivs, "full" if full else "least"
    beside = {
        "archive": ivs.create_storage_configuration(s3={"bucketName": "beside"})["storageConfiguration"]["arn"],
        "hall": ivs.create_stage()["stage"]["arn"],
    }
    made = {}
    for kind, operation, member in (
        ("Stage", ivs.create_stage, "stage"),
        ("StorageConfiguration", ivs.create_storage_configuration, "storageConfiguration"),
        ("EncoderConfiguration", ivs.create_encoder_configuration, "encoderConfiguration"),
        ("IngestConfiguration", ivs.create_ingest_configuration, "ingestConfiguration"),
        ("PublicKey", ivs.import_public_key, "publicKey"),
    ):
        declared = json.dumps(CASES[kind].declared(name, minimal=not full))
        for reference, arn in beside.items():
            declared = declared.replace(f"${{{reference}.arn}}", arn)
        made[kind] = operation(**json.loads(declared))[member]["arn"]
    return made


@pytest.mark.parametrize("full", [False, True], ids=["least", "full"])
def test_what_boto3_made_is_imported_by_its_arn(full: bool, stack: Stack, account: Account, tmp_path: Any) -> None:
    """The generated program, run as it is, changes nothing; the resources are then this stack's to delete."""
    account.settings(quotas=False)
    made = _made_by_hand(account, full=full)
    others = account.arns() - set(made.values())
    stack.configure({"ivs:defaultTags": json.dumps({"team": "video"})} if full else {})
    stack.program({})
    wanted = [{"type": f"ivs:index:{kind}", "name": kind.lower(), "id": arn} for kind, arn in made.items()]
    (tmp_path / "wanted.json").write_text(json.dumps({"resources": wanted}))
    with account.counting() as counts:
        told = stack.run("import", "--file", "wanted.json", "--out", "generated.yaml", "--yes", "--protect=false")
    assert writes(counts) == {}
    assert "warning" not in told.text
    generated = (tmp_path / "generated.yaml").read_text()
    program = yaml.safe_load(generated)["resources"]
    assert stack.ids() == {kind.lower(): arn for kind, arn in made.items()}
    for kind in made:
        expected = {key: value for key, value in TAGS.items() if key != "team"} if full else None
        assert program[kind.lower()].get("properties", {}).get("tags") == expected
    stack.program_text(generated)
    with account.counting() as counts:
        assert stack.preview() == {}
        stack.up("--expect-no-changes")
    assert writes(counts) == {}
    stack.destroy()
    assert account.arns() == others


def test_a_wrong_id_is_refused_with_the_right_form(stack: Stack, account: Account) -> None:
    """Not an ARN, an ARN of another type, one of another region, one that does not exist."""
    stack.program({})
    stage = account.ivs.create_stage()["stage"]["arn"]
    for kind, arn, fragment in (
        ("Stage", "hall", "Give its ARN: arn:aws:ivs:REGION:ACCOUNT:stage/ID"),
        ("PublicKey", stage, "Give its ARN: arn:aws:ivs:REGION:ACCOUNT:public-key/ID"),
        ("Stage", stage.replace("eu-west-1", "us-east-1"), "explicit provider"),
        ("Stage", f"{stage}x", "does not exist"),
    ):
        told = stack.run("import", f"ivs:index:{kind}", "it", arn, "--yes", fails=True).text
        assert fragment in told
        assert "it" not in stack.recorded()


def test_get_reads_what_another_stack_owns(stack: Stack, account: Account) -> None:
    """Outputs are there to be used; nothing is written, and a destroy leaves it alone."""
    stage = account.ivs.create_stage(name="theirs", tags={"owner": "them"})["stage"]
    program = {
        "theirs": {"type": "ivs:index:Stage", "get": {"id": stage["arn"]}},
        "host": resource("IngestConfiguration", {"ingestProtocol": "RTMPS", "stageArn": "${theirs.arn}"}),
    }
    stack.program(program, outputs={"whip": "${theirs.endpoints.whip}", "name": "${theirs.name}"})
    assert stack.preview() == {"host": created()}
    stack.up()
    outputs = json.loads(stack.run("stack", "output", "--json").out)
    assert outputs == {"whip": stage["endpoints"]["whip"], "name": "theirs"}
    assert stack.preview() == {}
    stack.destroy()
    assert account.arns() == {stage["arn"]}
    assert account.tags(stage["arn"]) == {"owner": "them"}


def test_refresh_takes_over_what_changed_and_what_is_gone(stack: Stack, account: Account) -> None:
    """A refresh writes nothing; afterwards the program's wish shows as a change, or as a create."""
    stack.program({"hall": resource("Stage", {"name": "hall", "tags": {"a": "1"}}), "gone": resource("Stage")})
    stack.up()
    ids = stack.ids()
    account.ivs.update_stage(arn=ids["hall"], name="somebody-elses")
    account.ivs.delete_stage(arn=ids["gone"])
    with account.counting() as counts:
        stack.run("refresh", "--preview-only", "--expect-no-changes", fails=True)
        stack.refresh()
    assert writes(counts) == {}
    recorded = stack.recorded()
    assert recorded.keys() == {"hall"}
    assert recorded["hall"]["inputs"]["name"] == "somebody-elses"
    assert stack.preview() == {"hall": Step("update", {"name": "update"}), "gone": created()}
    stack.up()
    stack.refresh("--expect-no-changes")
