"""A program in Python: the engine runs it by the Automation API, `ivs` in its own process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.engine.stack import STACK
from tests.parity.pair import Pair
from tests.parity.proposals import by_engine, by_ivs, differences

if TYPE_CHECKING:
    from tests.parity.proposals import Proposed

AUTOMATION = Path(__file__).with_name("automation_program.py")
IVS = "from ivs_provider.cli.main import main; main()"
PLACES = ("Studio", "Theatre")
PROGRAM = """
import pulumi

BUCKET, TEAM, HOSTS = {bucket!r}, {team!r}, {hosts!r}


class Ivs(pulumi.CustomResource):
    def __init__(self, kind, name, properties, options=None, **answered):
        super().__init__(f"ivs:index:{{kind}}", name, {{**properties, **dict.fromkeys(answered)}}, options)


class Studio(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__(f"video:index:{{name}}", name)
        below = pulumi.ResourceOptions(parent=self)
        self.archive = Ivs("StorageConfiguration", "main", {{"s3": {{"bucketName": BUCKET}}}}, below)
        recording = {{"storageConfigurationArn": self.archive.id, "mediaTypes": ["AUDIO_ONLY"]}}
        tags = {{"team": TEAM, "pin": pulumi.Output.secret("hidden-" + TEAM)}}
        self.stage = Ivs(
            "Stage", "main", {{"name": name, "autoParticipantRecordingConfiguration": recording, "tags": tags}}, below
        )
        self.register_outputs({{}})


for name in {places!r}:
    studio = Studio(name)
    for host in HOSTS:
        Ivs(
            "IngestConfiguration",
            f"{{name}}-{{host}}",
            {{
                "ingestProtocol": "RTMPS",
                "stageArn": studio.stage.id.apply(lambda arn: arn),
                "attributes": {{"host": host}},
            }},
            pulumi.ResourceOptions(parent=studio, ignore_changes=["stageArn"], depends_on=[studio.archive]),
        )
"""


def engine(pair: Pair, command: str) -> dict[str, Proposed]:
    """What the engine proposes, or does."""
    environment = pair.stack.engine.environment | pair.stack.engine.variables(pair.stack.directory)
    return by_engine(_told(pair, [sys.executable, str(AUTOMATION), command, STACK], environment))


def ivs(pair: Pair) -> dict[str, Proposed]:
    """What `ivs plan --prune` proposes."""
    command = ["plan", "--prune", "--format", "json", "-s", STACK]
    return by_ivs(_told(pair, [sys.executable, "-c", IVS, *command], pair.stack.engine.environment))


def _told(pair: Pair, command: list[str], environment: dict[str, str]) -> dict[str, Any]:
    ended = subprocess.run(
        command,
        cwd=pair.stack.directory,
        env=environment | pair.stack.environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-4000:] + ended.stdout[-4000:]
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


def agreed(pair: Pair) -> dict[str, str]:
    """What both propose, by the end of the URN; what stays is left out."""
    proposed, ours = engine(pair, "preview"), ivs(pair)
    apart = differences(proposed, ours)
    assert not apart, "\n".join(map(str, apart))
    return {urn.split("::", 2)[2]: each.action for urn, each in proposed.items() if each.action != "keep"}


def written(pair: Pair, **values: Any) -> None:
    """Write the program with these values."""
    pair.stack.program_text("", runtime="python")
    (pair.stack.directory / "__main__.py").write_text(PROGRAM.format(places=PLACES, **values))


def test_a_python_program(pair: Pair) -> None:
    """Components, secrets, outputs, options: fresh, applied, moved and edited."""
    written(pair, bucket="recordings", team="live", hosts=["ann", "bob"])
    assert set(agreed(pair).values()) == {"create"}
    engine(pair, "up")
    assert agreed(pair) == {}
    for each in pair.account.resources():
        if each["kind"] == "IngestConfiguration":
            pair.account.ivs.update_ingest_configuration(arn=each["arn"], stageArn="")
        else:
            pair.account.ivs.tag_resource(resourceArn=each["arn"], tags={"team": "theirs"})
    written(pair, bucket="others", team="live", hosts=["bob", "eve"])
    assert agreed(pair) == {
        **{f"video:index:{name}$ivs:index:StorageConfiguration::main": "replace" for name in PLACES},
        **{f"video:index:{name}$ivs:index:Stage::main": "update" for name in PLACES},
        **{f"video:index:{name}$ivs:index:IngestConfiguration::{name}-eve": "create" for name in PLACES},
        **{f"ivs:index:IngestConfiguration::{name}-ann": "delete" for name in PLACES},
    }
    engine(pair, "up")
    assert agreed(pair) == {}
