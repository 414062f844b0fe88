"""A program is planned, applied and destroyed by who may do nothing but what `ivs policy` prints for it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.permitted import permit
from tests.engine.keys import public_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from tests.rpc.world import World

    Run = Callable[..., Result]

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An example with its keys."""
    there = tmp_path / "key-rotation"
    shutil.copytree(EXAMPLES / "key-rotation", there)
    for number, name in enumerate(("old.pub.pem", "new.pub.pem"), start=1):
        (there / name).write_text(public_key(number))
    monkeypatch.chdir(there)
    return there


def done(ended: Result) -> Any:
    """What a command printed that went well."""
    assert ended.exit_code == 0, ended.output
    return json.loads(ended.stdout)


@pytest.mark.usefixtures("program")
def test_the_least_policies_are_enough(world: World, run: Run) -> None:
    """The emulator judges actions; what they are held to is read in the goldens."""
    to_plan, to_apply = (done(run("policy", verb, "-s", "dev", endpoint=False)) for verb in ("plan", "apply"))
    permit(world, to_plan)
    assert {step["action"] for step in done(run("plan", "-s", "dev", "--json"))["steps"]} == {"create"}
    assert run("apply", "-s", "dev", "--yes").exit_code == 1
    assert world.resources() == []
    permit(world, to_apply)
    assert done(run("apply", "-s", "dev", "--yes", "--json"))["complete"] is True
    assert len(world.resources()) == 3
    permit(world, to_plan)
    assert {step["action"] for step in done(run("plan", "-s", "dev", "--json"))["steps"]} == {"keep"}
    permit(world, to_apply)
    assert run("destroy", "-s", "dev", "--yes").exit_code == 0
    assert world.resources() == []
