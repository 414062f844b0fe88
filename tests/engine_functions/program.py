"""A Pulumi program in Python with functions, run by the Automation API: `python program.py COMMAND`.

A program of its own, since the SDK keeps one stack in module globals. There is no generated SDK yet: resources and
calls are hand-made. What the stack's outputs are goes to stdout as JSON, secrets opened.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pulumi
from pulumi import automation

COMMAND, STACK = sys.argv[1:3]


class Ivs(pulumi.CustomResource):
    """A resource of this provider, until an SDK is generated."""

    def __init__(self, kind: str, name: str, properties: dict[str, Any], *answered: str) -> None:
        """Declare it; what only AWS sets is asked for by name."""
        super().__init__(f"ivs:index:{kind}", name, {**properties, **dict.fromkeys(answered)})


def invoke(function: str, **arguments: Any) -> pulumi.Output[Any]:
    """Call a function once its arguments are known; secret where the answer is (the plain `invoke` forgets that)."""
    return pulumi.runtime.invoke_output(f"ivs:index:{function}", arguments)


def program() -> None:
    """Stage, key, token, composition."""
    material = Path("private.pub.pem").read_text(encoding="ascii")
    stage: Any = Ivs("Stage", "hall", {"name": "hall"}, "endpoints", "endpointsReadTime")
    key = Ivs("PublicKey", "signing", {"publicKeyMaterial": material})
    picture = Ivs("EncoderConfiguration", "picture", {})
    archive = Ivs("StorageConfiguration", "archive", {"s3": {"bucketName": "recordings"}})
    token = invoke(
        "signParticipantToken",
        privateKeyFile="private.pem",
        publicKeyArn=key.id,
        stageArn=stage.id,
        endpoints=stage.endpoints,
        endpointsReadTime=stage.endpointsReadTime,
    )
    s3 = {"storageConfigurationArn": archive.id, "encoderConfigurationArns": [picture.id]}
    recording = invoke("startComposition", stageArn=stage.id, name="recording", destinations=[{"s3": s3}])
    if COMMAND == "stop":
        stopped = invoke("stopComposition", arn=recording["composition"]["arn"])
        pulumi.export("stopped", stopped["state"])
    pulumi.export("token", token["participantToken"]["token"])
    pulumi.export("arn", recording["composition"]["arn"])
    pulumi.export("state", recording["composition"]["state"])
    pulumi.export("started", recording["started"])


def main() -> None:
    """Run the command on the stack that is there."""
    options = automation.LocalWorkspaceOptions(work_dir=".")
    stack = automation.select_stack(STACK, "video", program, opts=options)
    if COMMAND == "preview":
        stack.preview()
    elif COMMAND == "destroy":
        stack.destroy()
    else:
        stack.up()
    told = {name: {"value": output.value, "secret": output.secret} for name, output in stack.outputs().items()}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
