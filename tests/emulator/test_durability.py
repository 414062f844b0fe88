"""Nothing that was answered is lost by `kill -9`, and a hundred clients at once don't get in each other's way."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.emulator.talking import connect, process, signature

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS = 30
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
    client = connect(url, ACCOUNT)
    found: dict[str, str] = {}
    token: dict[str, str] = {}
    while True:
        page = client.list_stages(maxResults=100, **token)
        found |= {stage["arn"]: stage["name"] for stage in page["stages"]}
        if "nextToken" not in page:
            client.close()
            return found
        token = {"nextToken": page["nextToken"]}


def test_what_was_answered_survives_thirty_kills(tmp_path: Path) -> None:
    """Every answered create, rename and delete holds; at most the one call in flight may be either way."""
    known: dict[str, str] = {}
    doubtful: set[str] = set()
    answered = 0
    for number in range(ROUNDS + 1):
        with process("--data", str(tmp_path / "ivs.db"), "--no-quotas") as (running, url):
            found = names(url)
            certain = {arn: name for arn, name in known.items() if arn not in doubtful}
            assert {arn: found.get(arn) for arn in certain} == certain
            unknown = set(found) - set(known) - doubtful
            assert len(unknown) <= 1, "only the create that was in flight may be there unanswered"
            answered += len(certain)
            writer = Writer(url, dict(found), number)
            thread = threading.Thread(target=writer.run)
            thread.start()
            time.sleep(0.02 + 0.08 * (number % 7) / 7)
            running.kill()
            running.wait()
            thread.join()
            known, doubtful = writer.known, writer.doubtful
    assert answered > ROUNDS, "the writer wrote too little to prove anything"


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
