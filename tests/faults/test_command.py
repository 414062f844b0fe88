"""`ivs apply --prune` stopped at every single point, with every lost answer of every write, and really killed.

What the campaign draws, this goes through one by one, for one edit of one program; then the command itself, by
``kill -9``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from ivs_provider.config import Settings
from tests.emulator.talking import Admin
from tests.faults.draw import Case, Run
from tests.faults.front_ends import IVS
from tests.faults.ivs_world import IvsWorld
from tests.faults.keys import KEYS
from tests.faults.killing import until
from tests.faults.mishaps import LOST
from tests.faults.process import Crash, Who
from tests.faults.program import Declaration, Program, Ref, Verb, kind_of
from tests.faults.world import REGION, Lived

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POINTS = 80
"""More than a run of the programs below has: the last ones must strike nothing."""
WRITES = 11
"""Operations that the second of the programs below takes."""
RECORDING = "autoParticipantRecordingConfiguration"


@pytest.fixture(scope="module")
def world() -> Iterator[IvsWorld]:
    """Run one emulator for all cases of the module."""
    with IvsWorld() as running:
        yield running


def declared(bucket: str, role: str, *rest: Declaration, **tags: str) -> tuple[Declaration, ...]:
    """One resource of each type."""
    recording = {"storageConfigurationArn": Ref("archive")}
    ingest = {"ingestProtocol": "RTMPS", "stageArn": Ref("hall"), "attributes": {"role": role}}
    return (
        Declaration("archive", "StorageConfiguration", {"s3": {"bucketName": bucket}}),
        *rest,
        Declaration("key", "PublicKey", {"name": role, "publicKeyMaterial": KEYS[0]}),
        Declaration("hall", "Stage", {"name": role, RECORDING: recording, "tags": tags}),
        Declaration("host", "IngestConfiguration", ingest),
    )


FIRST = declared("films", "host", Declaration("picture", "EncoderConfiguration", {}), a="1", b="1")
SECOND = declared("shows", "guest", Declaration("other", "EncoderConfiguration", {"name": "other"}), b="2", c="2")
"""After `FIRST`: creates, updates, replacements of both orders, tags of every kind, and a delete."""


def case(world: IvsWorld, number: int, crash: Crash | None, faults: tuple[dict[str, Any], ...] = ()) -> Case:
    """The first program made in calm, then the second with a mishap."""
    settings = Settings(endpoint=world.url, region=REGION, rate_limits={})

    def run(resources: tuple[Declaration, ...], crash: Crash | None, faults: tuple[dict[str, Any], ...]) -> Run:
        calm = {"listLag": 0.0, "deny": [], "quotas": False}
        program = Program(resources, settings)
        return Run(0, program, (), crash, faults, calm, 60.0, ("hall",), pending_first=True, verb=Verb.PRUNE)

    return Case(0, number, 1, (run(FIRST, None, ()), run(SECOND, crash, faults)))


def held(world: IvsWorld, mishap: Case) -> Lived:
    """What came of a case; the law holds after it."""
    lived = world.live(mishap)
    verdict = IVS.judge(lived, world.logged)
    assert verdict.breaches == {}, "\n".join(lived.story)
    return lived


@pytest.mark.parametrize("who", [Who.COMMAND, Who.CANCEL], ids=["kill -9", "SIGINT"])
def test_a_stop_at_every_point(world: IvsWorld, who: Who) -> None:
    lives = [held(world, case(world, point, Crash(point, who))) for point in range(1, POINTS)]
    struck = [next(iter(lived.crashes), "") for lived in lives]
    assert struck[-1] == ""
    assert {where.rpartition(" a call")[0].rpartition(" ")[2] for where in struck if where} == {"before", "after"}


@pytest.mark.parametrize("fault", [fault for fault in LOST if fault != "hang"])
def test_every_lost_answer_of_every_write(world: IvsWorld, fault: str) -> None:
    """A hang costs real time: the drawn cases have it."""
    kinds = [kind_of(each.kind) for each in FIRST]
    calls = {call.operation for kind in kinds for call in (kind.create, kind.update, kind.delete) if call}
    status = {"kind": "status", "status": int(fault)} if fault.isdigit() else {"kind": fault}
    hit = 0
    for operation in sorted({*calls, "TagResource", "UntagResource"}):
        mishap = {"operation": operation, "when": "after", "times": 1, "skip": 0, **status}
        hit += held(world, case(world, 0, None, (mishap,))).faults.total()
    assert hit == WRITES


# The real command.

PROGRAM: dict[str, Any] = {
    "archive": ("StorageConfiguration", {"s3": {"bucketName": "films"}}),
    "picture": ("EncoderConfiguration", {}),
    "key": ("PublicKey", {"publicKeyMaterial": KEYS[1]}),
    "hall": ("Stage", {"tags": {"pin": {"fn::secret": "hidden-312244"}}}),
    "host": ("IngestConfiguration", {"ingestProtocol": "RTMPS"}),
}
APPLY = ("-c", "from ivs_provider.cli.main import main; main()", "apply", "--yes", "--prune", "-s", "dev")
NUMBER = "000000000077"


def started(directory: Path, url: str) -> subprocess.Popen[str]:
    """`ivs apply --yes --prune`, as a process."""
    resources = {name: {"type": f"ivs:index:{kind}", "properties": each} for name, (kind, each) in PROGRAM.items()}
    (directory / "Pulumi.yaml").write_text(json.dumps({"name": "video", "runtime": "yaml", "resources": resources}))
    account = {"AWS_ACCESS_KEY_ID": NUMBER, "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": REGION}
    return subprocess.Popen(
        [sys.executable, *APPLY, "--endpoint", url],
        cwd=directory,
        env=dict(os.environ) | account,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("hit", sorted(kind for kind, _ in PROGRAM.values()))
def test_the_real_command_is_killed_in_the_middle_of_a_create(
    world: IvsWorld, tmp_path: Path, hit: str, when: str
) -> None:
    """And run again: everything is there once, and no secret was said."""
    admin = Admin(world.url, NUMBER)
    admin.do("POST", "reset")
    operation = kind_of(hit).create.operation
    admin.fault(operation=operation, when=when, kind="hang")
    told = []
    with started(tmp_path, world.url) as command:
        until(lambda: operation in {call["operation"] for call in admin.calls()})
        command.kill()
        told.append(command.communicate()[0])
    admin.do("DELETE", "faults")
    for _ in range(2):
        with started(tmp_path, world.url) as command:
            told.append(command.communicate()[0])
        assert command.returncode == 0, told
    assert sorted(each["kind"] for each in admin.do("GET", "resources")["resources"]) == sorted(
        kind for kind, _ in PROGRAM.values()
    )
    assert "Nothing to do" in told[-1]
    assert not any("hidden-312244" in text for text in told)
