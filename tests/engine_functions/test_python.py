"""Functions in a Python program, by the Automation API: the story of the YAML example once more."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.stack import STACK
from tests.engine_functions.test_yaml import active, compositions

if TYPE_CHECKING:
    from tests.engine.account import Account
    from tests.engine.stack import Stack
    from tests.engine_functions.conftest import Door

PROGRAM = Path(__file__).with_name("program.py")


def run_python(stack: Stack, command: str) -> dict[str, Any]:
    """Run the program on a stack; answers the stack's outputs."""
    stack.program_text("", runtime="python")
    ended = subprocess.run(
        [sys.executable, PROGRAM, command, STACK],
        cwd=stack.directory,
        env=stack.engine.environment | stack.engine.variables(stack.directory) | stack.environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-4000:]
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


@pytest.mark.usefixtures("pair")
def test_the_story_from_beginning_to_end(stack: Stack, account: Account, door: Door) -> None:
    """Preview, up, join, ACTIVE, up again with no second composition, stop, destroy."""
    run_python(stack, "preview")
    assert account.arns() == set()
    first = run_python(stack, "up")
    assert first["started"]["value"] is True
    assert first["token"]["secret"]
    door.join(first["token"]["value"])
    active(account, first["arn"]["value"])

    second = run_python(stack, "up")
    assert second["started"]["value"] is False
    assert second["state"]["value"] == "ACTIVE"
    assert second["arn"] == first["arn"]
    run_python(stack, "preview")
    assert [each["arn"] for each in compositions(account)] == [first["arn"]["value"]]

    assert run_python(stack, "stop")["stopped"]["value"] == "STOPPED"
    assert compositions(account) == []
    run_python(stack, "destroy")
    assert {arn for arn in account.arns() if ":composition/" not in arn} == set()
