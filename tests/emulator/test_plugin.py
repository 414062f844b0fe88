"""The pytest plugin as users have it: their own test files, run by their own pytest."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

TESTS = """
import boto3
import pytest
from ivs_emulator.pytest_plugin import AdminError

ACCOUNTS = []


def test_a_back_end_is_led_to_the_emulator(ivs_emulator):
    made = boto3.client("ivs-realtime").create_stage(name="hall", participantTokenConfigurations=[{"userId": "bob"}])
    assert boto3.client("ivs").list_channels()["channels"] == []
    assert ivs_emulator.admin("GET", "calls")["counts"] == {"CreateStage": 1, "ListChannels": 1}
    somebody = ivs_emulator.join(made["participantTokens"][0]["token"])
    assert ivs_emulator.publish(somebody)["published"]
    client = ivs_emulator.client()
    assert client.get_stage(arn=made["stage"]["arn"])["stage"]["activeSessionId"] == somebody["sessionId"]
    assert ivs_emulator.leave(somebody)["state"] == "DISCONNECTED"
    ACCOUNTS.append(ivs_emulator.account)


def test_every_test_has_an_account_of_its_own(ivs_emulator):
    assert ivs_emulator.account not in ACCOUNTS
    assert ivs_emulator.client().list_stages()["stages"] == []


def test_time_passes_when_it_is_told_to(ivs_emulator):
    client = ivs_emulator.client()
    stage = client.create_stage(participantTokenConfigurations=[{"duration": 1}])
    ivs_emulator.advance(61)
    with pytest.raises(AdminError) as refused:
        ivs_emulator.join(stage["participantTokens"][0]["token"])
    assert (refused.value.status, refused.value.reason) == (403, "expired")
"""

LAST = """
import os


def test_the_environment_is_as_before():
    assert "AWS_ENDPOINT_URL_IVS_REALTIME" not in os.environ
"""


def test_a_users_tests_run_with_it(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """Named by `-p` here; installed, it is found by itself."""
    (tmp_path / "test_back_end.py").write_text(TESTS)
    (tmp_path / "test_then.py").write_text(LAST)
    how_to = (pytestconfig.rootpath / "docs" / "how-to" / "emulator.md").read_text()
    (tmp_path / "test_documented.py").write_text(how_to.partition("```python\n")[2].partition("```")[0])
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly"]
    paths = [str(pytestconfig.rootpath / "emulator"), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    ended = subprocess.run(
        [*command, "."], cwd=tmp_path, check=False, capture_output=True, text=True, env=environment, timeout=60
    )
    assert ended.returncode == 0, ended.stdout
    assert "5 passed" in ended.stdout


def test_loading_it_is_cheap() -> None:
    """Every pytest of the environment loads it: neither the emulator nor boto3 comes with it."""
    script = "import sys, ivs_emulator.pytest_plugin; print(sorted({name.partition('.')[0] for name in sys.modules}))"
    # Measured coverage would bring its own sqlite3.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}
    ended = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, env=environment)
    for name in ("aiohttp", "boto3", "botocore", "jinja2", "cryptography", "sqlite3"):
        assert f"'{name}'" not in ended.stdout
