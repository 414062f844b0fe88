#!/usr/bin/env python3
"""Records what the real engine and the plugin say to each other, for the releases to come to be held to.

    tools/record_transcripts.py        writes tests/rpc/transcripts/VERSION/*.json

Run it once for each release, and commit what it wrote: tests/rpc/test_transcripts.py replays the recorded requests to
today's plugin for ever after. A program with all five types goes through preview, up, a preview without changes, an
edit (in place and by replacement) with preview and up, and destroy, on the real engine against the emulator, with
PULUMI_DEBUG_GRPC. What is written is reduced to what a plugin answers: no handshakes, no paths of this machine, no
stack traces, and stream keys replaced by one that never was.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import engine
from ivs_emulator.emulator import Emulator, Options
from ivs_provider import __version__

ROOT = Path(__file__).resolve().parents[1]
TRANSCRIPTS = ROOT / "tests" / "rpc" / "transcripts" / __version__
ACCOUNT = "123456789012"
REGION = "eu-west-1"
KEPT = ("CheckConfig", "DiffConfig", "Configure", "Check", "Diff", "Create", "Read", "Update", "Delete")
DROPPED = ("stackTrace", "sourcePosition", "resourceStatusAddress", "resourceStatusToken")
STREAM_KEY = re.compile(r"rt_[0-9]+_[a-z0-9-]+_[A-Za-z0-9-]+_[A-Za-z0-9]+")
NO_KEY = f"rt_{ACCOUNT}_{REGION}_AAAAAAAAAAAA_thiskeyneverwas"
PEM = (
    "-----BEGIN PUBLIC KEY-----\n"
    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEzWvhO7S8vkQ8fGqDUObSLRc9xcFhuL55\n"
    "bxNurmGbNW/TJr6nlR7NI0eGcWhKXmQNzXIal0kGdCOMH+m/RguBDa07pXTu7z9j\n"
    "SPIIrG3xnAfKhXcXbdmo9tk1j61vHVTZ\n"
    "-----END PUBLIC KEY-----\n"
)


def program(*, edited: bool) -> dict[str, Any]:
    """The program, as written first and as edited afterwards."""
    recording = {
        "storageConfigurationArn": "${recordings.arn}",
        "mediaTypes": ["AUDIO_VIDEO"],
        "thumbnailConfiguration": {"recordingMode": "INTERVAL", "storage": ["LATEST", "SEQUENTIAL"]},
        **({"recordingReconnectWindowSeconds": 60} if edited else {}),
    }
    resources = {
        "recordings": ("StorageConfiguration", {"name": "recordings", "s3": {"bucketName": "recordings"}}),
        "stage": (
            "Stage",
            {
                "name": "late-show" if edited else "show",
                "autoParticipantRecordingConfiguration": recording,
                "tags": {"team": "video", "cost": {"fn::secret": "4711"}},
            },
        ),
        "encoder": (
            "EncoderConfiguration",
            {"video": {"width": 720, "height": 1280, **({"framerate": 29.97} if edited else {})}},
        ),
        "host": (
            "IngestConfiguration",
            {
                "stageArn": "${stage.arn}",
                "ingestProtocol": "RTMPS",
                "attributes": {"role": "host"},
                "redundantIngest": edited,
            },
        ),
        "key": ("PublicKey", {"name": "backend", "publicKeyMaterial": PEM}),
    }
    return {
        "name": "transcript",
        "runtime": "yaml",
        "plugins": {"providers": [{"name": "ivs", "path": str(ROOT / ".venv" / "bin")}]},
        "config": {"ivs:region": {"value": REGION}, "ivs:defaultTags": {"value": {"env": "test"}}},
        "resources": {
            name: {"type": f"ivs:index:{kind}", "properties": inputs} for name, (kind, inputs) in resources.items()
        },
    }


# Name of the file, the command, and whether the program is the edited one.
PHASES = (
    ("1-preview", ["preview"], False),
    ("2-up", ["up", "--yes", "--skip-preview"], False),
    ("3-preview-unchanged", ["preview", "--expect-no-changes"], False),
    ("4-preview-edited", ["preview"], True),
    ("5-up-edited", ["up", "--yes", "--skip-preview"], True),
    ("6-destroy", ["destroy", "--yes", "--skip-preview"], True),
)


def main() -> int:
    """Record every phase into a file of its own."""
    shutil.rmtree(TRANSCRIPTS, ignore_errors=True)
    TRANSCRIPTS.mkdir(parents=True)
    source = random.Random(7)  # noqa: S311 -- the same ids each time, so that a new recording differs where it must
    with tempfile.TemporaryDirectory() as scratch, Emulator(Options(source=source)) as emulator:
        directory = Path(scratch)
        environment = _environment(directory, emulator.url)
        _write(directory, edited=False)
        _run(["stack", "init", "dev"], directory, environment)
        for name, command, edited in PHASES:
            _write(directory, edited=edited)
            log = directory / f"{name}.log"
            _run(command, directory, {**environment, "PULUMI_DEBUG_GRPC": str(log)})
            calls = reduced(log.read_text(encoding="utf-8"))
            text = json.dumps(calls, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
            (TRANSCRIPTS / f"{name}.json").write_text(text, encoding="utf-8")
            print(f"{name}: {len(calls)} calls")
    return 0


def reduced(log: str) -> list[dict[str, Any]]:
    """The calls to the provider, with what matters of each."""
    calls = []
    for line in STREAM_KEY.sub(NO_KEY, log).splitlines():
        call = json.loads(line)
        service, _, method = call["method"].rpartition("/")
        if service != "/pulumirpc.ResourceProvider" or method not in KEPT or "response" not in call:
            continue
        request = {key: value for key, value in call["request"].items() if key not in DROPPED}
        calls.append({"method": method, "request": request, "response": call["response"]})
    return calls


def _environment(directory: Path, url: str) -> dict[str, str]:
    home = directory / "pulumi"
    home.mkdir()
    return engine.environment() | {
        "PULUMI_BACKEND_URL": f"file://{directory}",
        "PULUMI_CONFIG_PASSPHRASE": "transcript",
        "PULUMI_HOME": str(home),
        "AWS_ENDPOINT_URL_IVS_REALTIME": url,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "x",
    }


def _write(directory: Path, *, edited: bool) -> None:
    (directory / "Pulumi.yaml").write_text(json.dumps(program(edited=edited)), encoding="utf-8")


def _run(command: list[str], directory: Path, environment: dict[str, str]) -> None:
    pulumi = shutil.which("pulumi", path=environment["PATH"]) or "pulumi"
    ended = subprocess.run(
        [pulumi, *command, "--non-interactive", "--stack", "dev"][: None if "init" not in command else -2],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise SystemExit(f"pulumi {' '.join(command)} failed:\n{ended.stdout}\n{ended.stderr}")


if __name__ == "__main__":
    sys.exit(main())
