"""What `ivs import` writes is read by the real engine as it is: imported, and then nothing is left to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ivs_provider.cli.main import ivs
from tests.engine.account import writes
from tests.engine.keys import public_key

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engine.account import Account
    from tests.engine.stack import Stack

PLAIN = {"team": "live"}, {"price": "5"}
# Pulumi's own generator writes 0o17 without quotes, so these are for ours alone.
ODD = {"version": "1e3", "octal": "0o17", "when": "12:30:00", "answer": "yes", "1": "+1"}, {"price": "5$$ ${x}"}


def _filled(account: Account, tags: dict[str, str], attributes: dict[str, str]) -> set[str]:
    """One of each type, referring to each other; answer their ARNs."""
    api = account.ivs
    archive = api.create_storage_configuration(s3={"bucketName": "recordings"})["storageConfiguration"]["arn"]
    recording = {"storageConfigurationArn": archive, "recordingReconnectWindowSeconds": 60}
    hall = api.create_stage(name="hall", autoParticipantRecordingConfiguration=recording, tags=tags)["stage"]["arn"]
    feed = api.create_ingest_configuration(
        name="feed", ingestProtocol="RTMP", insecureIngest=True, stageArn=hall, attributes=attributes
    )["ingestConfiguration"]["arn"]
    picture = api.create_encoder_configuration(video={"width": 640, "height": 360})["encoderConfiguration"]["arn"]
    key = api.import_public_key(publicKeyMaterial=public_key(2))["publicKey"]["arn"]
    return {archive, hall, feed, picture, key}


@pytest.mark.parametrize("form", ["yaml", "pulumi"])
def test_what_it_writes_is_imported_and_then_nothing_changes(
    form: str, stack: Stack, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags, attributes = ODD if form == "yaml" else PLAIN
    arns = _filled(account, tags, attributes)
    for name, value in account.environment().items():
        monkeypatch.setenv(name, value)
    out = tmp_path / f"written.{form}"
    ended = CliRunner().invoke(ivs, ["import", "--all", "--format", form, "--out", str(out)])
    assert ended.exit_code == 0, ended.output
    with account.counting() as counts:
        if form == "yaml":
            stack.program_text(out.read_text())
            stack.up()
        else:
            stack.program({})
            stack.run("import", "--file", str(out), "--out", "generated.yaml", "--yes", "--protect=false")
            stack.program_text((tmp_path / "generated.yaml").read_text())
        assert set(stack.ids().values()) == arns
        assert stack.preview() == {}
        stack.up("--expect-no-changes")
    assert writes(counts) == {}
    inputs = {name: each["inputs"] for name, each in stack.recorded().items()}
    assert inputs["hall"]["tags"] == tags
    assert inputs["feed"]["attributes"] == attributes
    assert inputs["feed"]["stageArn"] == stack.ids()["hall"]
