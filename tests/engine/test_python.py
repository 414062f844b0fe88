"""Programs in Python, by the Automation API: the same resources as from YAML, and components."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.engine import keys
from tests.engine.account import Account, writes
from tests.engine.stack import STACK, Stack, resource

if TYPE_CHECKING:
    from tests.engine.stack import Engine

PROGRAM = Path(__file__).with_name("program.py")
RECORDING = "autoParticipantRecordingConfiguration"
STUDIO = {
    "archive": resource("StorageConfiguration", {"name": "archive", "s3": {"bucketName": "recordings"}}),
    "hall": resource(
        "Stage",
        {
            "name": "hall",
            RECORDING: {
                "storageConfigurationArn": "${archive.arn}",
                "mediaTypes": ["AUDIO_VIDEO"],
                "recordingReconnectWindowSeconds": 60,
                "thumbnailConfiguration": {"recordingMode": "INTERVAL", "storage": ["LATEST", "SEQUENTIAL"]},
            },
            "tags": {"team": "video"},
        },
    ),
    "portrait": resource("EncoderConfiguration", {"video": {"width": 720, "height": 1280, "framerate": 29.97}}),
    "host": resource(
        "IngestConfiguration",
        {
            "ingestProtocol": "RTMP",
            "insecureIngest": True,
            "stageArn": "${hall.arn}",
            "attributes": {"role": "host"},
        },
    ),
    "key": resource("PublicKey", {"name": "backend", "publicKeyMaterial": keys.public_key("python")}),
}


def run_python(stack: Stack, command: str, document: dict[str, Any]) -> dict[str, int]:
    """Run a Python program on a stack; answers how many resources had which operation."""
    stack.program_text("", runtime="python")
    ended = subprocess.run(
        [sys.executable, PROGRAM, command, STACK],
        cwd=stack.directory,
        env=stack.engine.environment | stack.engine.variables(stack.directory) | stack.environment,
        input=json.dumps(document),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-4000:]
    operations: dict[str, int] = json.loads(ended.stdout)
    return operations


def test_python_and_yaml_make_the_same(
    engine: Engine, url: str, stack: Stack, account: Account, tmp_path: Path
) -> None:
    """Resource for resource, member for member; and either program finds nothing to do after the other."""
    stack.program(STUDIO)
    stack.up()
    assert run_python(stack, "preview", {"resources": STUDIO}) == {"same": len(STUDIO) + 1}
    with Account(url, f"9{account.number[1:]}") as other:
        twin = Stack(engine, tmp_path / "python", other.environment())
        run_python(twin, "up", {"resources": STUDIO})
        assert _by_name(other) == _by_name(account)
        twin.program(STUDIO)
        assert twin.preview() == {}


_OF_ITS_OWN = {"participantId", "streamKey", "endpoints", "pulumi-ivs:applied", "pulumi-ivs:pending"}


def _by_name(account: Account) -> dict[str, Any]:
    """Everything that exists by its logical name, less what no two resources share."""
    found = account.resources()
    names = {each["arn"]: each["tags"]["pulumi-ivs:name"] for each in found}
    assert len(set(names.values())) == len(STUDIO)
    return {names[each["arn"]]: _anonymous({**each, "arn": ""}, names) for each in found}


def _anonymous(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _anonymous(item, names) for key, item in value.items() if key not in _OF_ITS_OWN}
    return names.get(value, value) if isinstance(value, str) else value


def test_two_components_may_each_hold_a_main(stack: Stack, account: Account) -> None:
    """They are told apart by their whole URN, by the engine and by our tags; an alias lets one change its parent."""
    one = {**resource("Stage", {"name": "one"}), "name": "main", "parent": "studio"}
    two = {**resource("Stage", {"name": "two"}), "name": "main", "parent": "theatre"}
    components = {"studio": "video:index:Studio", "theatre": "video:index:Theatre"}
    run_python(stack, "up", {"components": components, "resources": {"one": one, "two": two}})
    tags = [each["tags"] for each in account.resources()]
    assert [each["pulumi-ivs:name"] for each in tags] == ["main", "main"]
    assert len({each["pulumi-ivs:urn"] for each in tags}) == 2
    arns = account.arns()
    moved = {**one, "parent": "", "formerParents": ["studio"]}
    with account.counting() as counts:
        same = run_python(stack, "up", {"components": components, "resources": {"one": moved, "two": two}})
    assert same == {"same": 5}
    assert writes(counts) == {}
    assert account.arns() == arns
