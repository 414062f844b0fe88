"""A sample with real processes: ``ivs apply`` killed with kill -9 in the middle of a call, and run again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.emulator.talking import Admin
from tests.faults.keys import KEYS
from tests.faults.killing import PATIENCE, until
from tests.rpc.world import ACCOUNTS, NUMBERS, REGION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Tree = dict[str, Any]

IVS = (sys.executable, "-c", "from ivs_provider.cli.main import main; main()")
OWN = "pulumi-ivs:"


def program(height: int, **tags: str) -> Tree:
    """One resource of each type; another height replaces the encoder configuration."""
    recording = {"storageConfigurationArn": "${films.arn}"}
    declared: dict[str, tuple[str, Tree]] = {
        "films": ("StorageConfiguration", {"s3": {"bucketName": "films"}}),
        "hall": ("Stage", {"tags": tags, "autoParticipantRecordingConfiguration": recording}),
        "desk": ("IngestConfiguration", {"ingestProtocol": "RTMPS", "stageArn": "${hall.arn}"}),
        "video": ("EncoderConfiguration", {"video": {"width": 640, "height": height}}),
        "signer": ("PublicKey", {"publicKeyMaterial": KEYS[0]}),
    }
    resources = {name: {"type": f"ivs:{kind}", "properties": inputs} for name, (kind, inputs) in declared.items()}
    return {"name": "video", "runtime": "yaml", "resources": resources}


class Place:
    """A directory with the program, and an account of its own."""

    def __init__(self, directory: Path, url: str) -> None:
        number = ACCOUNTS[next(NUMBERS)]
        self.directory, self.admin = directory, Admin(url, number)
        credentials = {"AWS_ACCESS_KEY_ID": number, "AWS_SECRET_ACCESS_KEY": "x"}
        self.environment = os.environ | credentials | {"AWS_EC2_METADATA_DISABLED": "true"}
        self.command = [*IVS, "apply", "--yes", "--stack", "dev", "--endpoint", url, "--region", REGION]

    def says(self, declared: Tree) -> None:
        """Write the program."""
        (self.directory / "Pulumi.yaml").write_text(yaml.safe_dump(declared), encoding="utf-8")

    def applied(self) -> str:
        """Run the command to its end."""
        ended = subprocess.run(
            self.command, cwd=self.directory, env=self.environment, check=False, capture_output=True, text=True
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run it beside the test, and kill it in the end."""
        quiet = subprocess.DEVNULL
        with subprocess.Popen(
            self.command, cwd=self.directory, env=self.environment, stdout=quiet, stderr=quiet
        ) as one:
            try:
                yield one
            finally:
                one.kill()
                one.wait(PATIENCE)

    def resources(self) -> list[Tree]:
        """Everything that exists."""
        found: list[Tree] = self.admin.do("GET", "resources")["resources"]
        return found


@pytest.fixture
def place(tmp_path: Path, url: str) -> Place:
    """A program that has not been applied."""
    place = Place(tmp_path, url)
    place.says(program(360, team="video", room="one"))
    return place


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("operation", ["CreateStage", "CreateIngestConfiguration", "ImportPublicKey"])
def test_a_kill_in_the_middle_of_a_create(place: Place, operation: str, when: str) -> None:
    killed_at(place, operation, when)
    place.applied()
    check_law(place, 360, {"team": "video", "room": "one"})


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("operation", ["CreateEncoderConfiguration", "DeleteEncoderConfiguration", "UntagResource"])
def test_a_kill_in_the_middle_of_an_edit(place: Place, operation: str, when: str) -> None:
    place.applied()
    place.says(program(480, team="art"))
    killed_at(place, operation, when)
    place.applied()
    check_law(place, 480, {"team": "art"})


def killed_at(place: Place, operation: str, when: str) -> None:
    """Kill the command while it waits for the answer of an operation."""
    place.admin.do("DELETE", "calls")
    place.admin.fault(operation=operation, when=when, kind="hang")
    with place.running():
        until(lambda: operation in {call["operation"] for call in place.admin.calls()})
    place.admin.do("DELETE", "faults")


def check_law(place: Place, height: int, tags: dict[str, str]) -> None:
    """One resource of each type, as declared; and nothing left to do."""
    there = {each["kind"]: each for each in place.resources()}
    assert Counter(each["kind"] for each in place.resources()) == Counter(
        ("StorageConfiguration", "Stage", "IngestConfiguration", "EncoderConfiguration", "PublicKey")
    )
    assert there["EncoderConfiguration"]["attributes"]["video"]["height"] == height
    assert {key: value for key, value in there["Stage"]["tags"].items() if not key.startswith(OWN)} == tags
    assert there["IngestConfiguration"]["attributes"]["stageArn"] == there["Stage"]["arn"]
    assert "Nothing to do" in place.applied()
