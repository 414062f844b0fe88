#!/usr/bin/env python3
"""How many calls a second the emulator answers: several clients on keep-alive connections, no latency set.

    PYTHONPATH=.:provider:emulator python benchmarks/emulator.py [--seconds 5] [--clients 8] [--data FILE]

The emulator runs as a process of its own, as `ivs emulator` does; the clients send signed-looking requests without an
SDK, because boto3 takes longer to make a request than the emulator to answer it.
"""

from __future__ import annotations

import argparse
import http
import http.client
import json
import multiprocessing
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.emulator.talking import process, signature

ACCOUNT = "123456789012"
STAGES = 1000


def call(connection: http.client.HTTPConnection, operation: str, body: dict[str, Any]) -> dict[str, Any]:
    """Make one call."""
    connection.request("POST", f"/{operation}", json.dumps(body), signature(ACCOUNT))
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status == http.HTTPStatus.OK, text
    document: dict[str, Any] = json.loads(text)
    return document


def work(url: str, kind: str, arn: str, seconds: float) -> int:
    """Call in a loop for so long, and answer how often."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    bodies: dict[str, dict[str, Any]] = {
        "GetStage": {"arn": arn},
        "UpdateStage": {"arn": arn, "name": "n"},
        "ListStages": {"maxResults": 50},
        "CreateParticipantToken": {"stageArn": arn},
        "CreateStage": {},
    }
    number, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        call(connection, kind, bodies[kind])
        number += 1
    connection.close()
    return number


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Measure the emulator's calls per second.")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--data", help="keep everything in this file, as a long-running emulator does")
    asked = parser.parse_args()
    kept = ["--data", asked.data] if asked.data else []
    with process("--no-quotas", *kept) as (_, url), multiprocessing.Pool(asked.clients) as pool:
        connection = http.client.HTTPConnection(urlsplit(url).netloc)
        arns = [call(connection, "CreateStage", {"name": f"s{number}"})["stage"]["arn"] for number in range(STAGES)]
        connection.close()
        for kind in ("GetStage", "UpdateStage", "ListStages", "CreateParticipantToken", "CreateStage"):
            begun = time.monotonic()
            numbers = pool.starmap(work, [(url, kind, arns[one], asked.seconds) for one in range(asked.clients)])
            print(f"{kind:24} {sum(numbers) / (time.monotonic() - begun):8.0f} calls/s")


if __name__ == "__main__":
    main()
