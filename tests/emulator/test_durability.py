"""Nothing that was answered is lost by `kill -9`, and a hundred clients at once don't get in each other's way."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.emulator.talking import Admin, connect, process, signature

ROUNDS = 200
"""Quick mode; `benchmarks/kills.py --kills 1000` is the long one."""

ACCOUNT = "444444444444"


class Writer:
    """Creates, renames and deletes as fast as it can, and remembers what was answered and what was only asked."""

    def __init__(self, url: str, known: dict[str, str], seed: int) -> None:
        """Go on from what is known to exist."""
        self.known = known
        self.doubtful: set[str] = set()
        self._url = url
        self._random = random.Random(seed)  # noqa: S311  (a test wants the same numbers again)

    def run(self) -> None:
        """Write until the emulator is gone; the call that met its end stays in doubt."""
        connection = http.client.HTTPConnection(urlsplit(self._url).netloc, timeout=5)
        try:
            while True:
                self._step(connection)
        except (OSError, http.client.HTTPException, ValueError):
            return
        finally:
            connection.close()

    def _step(self, connection: http.client.HTTPConnection) -> None:
        choice = self._random.random()
        if choice < 0.5 or not self.known:
            stage = self._call(connection, "CreateStage", {"name": "new"})["stage"]
            self.known[stage["arn"]] = stage["name"]
            return
        arn = self._random.choice(list(self.known))
        self.doubtful.add(arn)
        if choice < 0.9:
            name = f"n{self._random.randrange(10**6)}"
            self._call(connection, "UpdateStage", {"arn": arn, "name": name})
            self.known[arn] = name
        else:
            self._call(connection, "DeleteStage", {"arn": arn})
            del self.known[arn]
        self.doubtful.discard(arn)

    def _call(self, connection: http.client.HTTPConnection, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        connection.request("POST", f"/{operation}", json.dumps(body), signature(ACCOUNT))
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        return answer


def names(url: str) -> dict[str, str]:
    """Answer the name of every stage there is."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
    found: dict[str, str] = {}
    wanted: dict[str, Any] = {"maxResults": 100}
    while True:
        connection.request("POST", "/ListStages", json.dumps(wanted), signature(ACCOUNT))
        page = json.loads(connection.getresponse().read())
        found |= {stage["arn"]: stage["name"] for stage in page["stages"]}
        if "nextToken" not in page:
            connection.close()
            return found
        wanted["nextToken"] = page["nextToken"]


class Nursery:
    """Forks emulators from a process that has everything loaded: a start costs milliseconds and not half a second."""

    def __init__(self, data: Path) -> None:
        """Start the process that is forked from."""
        command = [sys.executable, str(Path(__file__).with_name("nursery.py")), str(data)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self) -> tuple[int, str]:
        """Fork an emulator once the one before is gone, and answer its process id and URL."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("start\n")
        self._process.stdin.flush()
        number, url = self._process.stdout.readline().split()
        return int(number), url

    def close(self) -> None:
        """End it; the last emulator is gone by then."""
        self._process.kill()
        self._process.communicate()


def survive(rounds: int, data: Path) -> int:
    """Kill an emulator so many times while somebody writes, and answer how many answers were found to hold."""
    known: dict[str, str] = {}
    doubtful: set[str] = set()
    answered = 0
    nursery = Nursery(data)
    try:
        for number in range(rounds + 1):
            child, url = nursery.start()
            found = names(url)
            certain = {arn: name for arn, name in known.items() if arn not in doubtful}
            assert {arn: found.get(arn) for arn in certain} == certain
            unknown = set(found) - set(known) - doubtful
            assert len(unknown) <= 1, "only the create that was in flight may be there unanswered"
            answered += len(certain)
            # Emptied now and then, so that a thousand rounds don't list ever more.
            if number % 25 == 24:
                Admin(url).do("POST", "reset")
                found = {}
            writer = Writer(url, dict(found), number)
            thread = threading.Thread(target=writer.run)
            thread.start()
            time.sleep(0.01 + 0.03 * (number % 7) / 7)
            os.kill(child, signal.SIGKILL)
            thread.join()
            known, doubtful = writer.known, writer.doubtful
    finally:
        nursery.close()
    return answered


def test_what_was_answered_survives_two_hundred_kills(tmp_path: Path) -> None:
    """Every answered create, rename and delete holds; at most the one call in flight may be either way."""
    answered = survive(ROUNDS, tmp_path / "ivs.db")
    assert answered > ROUNDS, "the writer wrote too little to prove anything"


def test_a_killed_process_of_the_real_command_loses_nothing_either(tmp_path: Path) -> None:
    """The same few times with `ivs emulator` as it is started by hand."""
    known: dict[str, str] = {}
    for number in range(3):
        with process("--data", str(tmp_path / "ivs.db"), "--no-quotas") as (running, url):
            found = names(url)
            assert {arn: found.get(arn) for arn in known} == known
            client = connect(url, ACCOUNT)
            for turn in range(20):
                stage = client.create_stage(name=f"s{number}-{turn}")["stage"]
                known[stage["arn"]] = stage["name"]
            client.close()
            running.kill()
            running.wait()


def test_a_hundred_clients_at_once(url: str, account: str) -> None:
    """Each one's stage is made, renamed, tagged and found; a thousand calls, no answer mixed up."""

    def work(number: int) -> str:
        client = connect(url, account)
        arn: str = client.create_stage(name=f"c{number}")["stage"]["arn"]
        client.tag_resource(resourceArn=arn, tags={"number": str(number)})
        for turn in range(6):
            stage = client.update_stage(arn=arn, name=f"c{number}-{turn}")["stage"]
            assert stage["name"] == f"c{number}-{turn}"
        stage = client.get_stage(arn=arn)["stage"]
        assert (stage["name"], stage["tags"]) == (f"c{number}-5", {"number": str(number)})
        client.close()
        return arn

    with ThreadPoolExecutor(100) as pool:
        arns = list(pool.map(work, range(100)))
    assert len(set(arns)) == 100


def test_a_quota_holds_against_a_crowd(url: str, account: str) -> None:
    """Twenty at once for five places: five get one."""
    client = connect(url, account)

    def make(_number: int) -> bool:
        try:
            client.create_storage_configuration(s3={"bucketName": "tape"})
        except client.exceptions.ServiceQuotaExceededException:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(make, range(20))) == 5
    client.close()
