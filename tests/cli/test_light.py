"""A command imports what it needs, and nothing heavy besides: each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.projects import COMMAND
from tests.rpc.world import REGION

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.projects import Project
    from tests.rpc.world import World

WATCHED = """
import json, sys
from ivs_provider.cli.main import ivs
try:
    ivs(sys.argv[1:], prog_name="ivs")
except SystemExit as ended:
    sys.stderr.write(json.dumps({"code": ended.code, "loaded": sorted({name.split(".")[0] for name in sys.modules})}))
"""
"""Runs a command and says which packages it loaded."""
HEAVY = {"boto3", "botocore", "cryptography", "deepdiff", "grpc", "jsonschema", "pulumi", "rich", "yaml"}


def loaded(*arguments: str) -> set[str]:
    """Which of the heavy packages a command loads."""
    ended = subprocess.run(
        [sys.executable, "-c", WATCHED, *arguments], capture_output=True, text=True, timeout=60, check=True
    )
    told = json.loads(ended.stderr)
    assert told["code"] == 0, ended
    return HEAVY & set(told["loaded"])


def test_help_loads_nothing() -> None:
    assert loaded("--help") == set()


@pytest.mark.usefixtures("project")
def test_declaring_loads_nothing_that_calls() -> None:
    assert loaded("declare") <= {"jsonschema", "yaml"}


@pytest.mark.usefixtures("project")
def test_planning_loads_neither_a_display_nor_an_engine(world: World, run: Callable[..., object]) -> None:
    del run  # it sets the credentials
    found = loaded("plan", "--region", REGION, "--endpoint", world.url)
    assert found <= {"botocore", "jsonschema", "yaml"}, "boto3 reads every model of every service"


IMPORTED = """
import sys, pulumi
missing = [name for name in ("botocore.client", "botocore.vendored.six", "encodings.idna") if name not in sys.modules]
pulumi.export("missing", missing)
"""
"""A program that says what of the calling half is not imported yet."""


def test_nothing_is_imported_beside_a_python_program(
    project: Project, world: World, run: Callable[..., object]
) -> None:
    """It runs with its own `sys.path`, under which an import of another thread may miss an entry."""
    del run  # it sets the credentials
    project.write("name: shop\nruntime: python\n")
    (project.directory / "__main__.py").write_text(IMPORTED)
    told = subprocess.run(
        [sys.executable, "-c", COMMAND, "plan", "--json", "--region", REGION, "--endpoint", world.url],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(told.stdout)["outputs"] == {"missing": []}
