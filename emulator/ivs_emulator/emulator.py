"""Running an emulator: inside a test on a thread of its own, or in the foreground as a command.

with Emulator() as emulator:
    client = boto3.client("ivs-realtime", endpoint_url=emulator.url, region_name="eu-west-1",
                          aws_access_key_id="000000000001", aws_secret_access_key="x")
    client.create_stage(name="hall")
"""

import asyncio
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random, SystemRandom  # noqa: TID251  (the one place where the real one enters)
from types import TracebackType
from typing import Self

from ivs_emulator.ids import Ids
from ivs_emulator.server import listening
from ivs_emulator.service import Service, World
from ivs_emulator.service_model import load_model
from ivs_emulator.settings import Settings
from ivs_emulator.store import Store


@dataclass(frozen=True, slots=True)
class Options:
    """How an emulator runs. Without a data file everything is forgotten at the end."""

    host: str = "127.0.0.1"
    port: int = 0
    data: Path | None = None
    settings: Settings = field(default_factory=Settings)
    clock: Callable[[], float] = time.time  # noqa: TID251  (the one place where the real one enters)
    monotonic: Callable[[], float] = time.monotonic  # noqa: TID251  (as above)
    source: Random = field(default_factory=SystemRandom)


@asynccontextmanager
async def _running(options: Options) -> AsyncIterator[tuple[Service, str]]:
    store = Store(options.data)
    try:
        world = World(options.clock, options.monotonic, Ids(options.source))
        service = Service(load_model(), store, options.settings, world)
        async with listening(service, options.host, options.port) as url:
            yield service, url
    finally:
        store.close()


async def run_until_told(options: Options, announce: Callable[[str], None]) -> None:
    """Run in the foreground until SIGINT or SIGTERM; `announce` gets the URL when it is ready.

    Raises:
        StoreError: if the data file can't be used.
        OSError: if the address can't be listened on.
    """
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    async with _running(options) as (_, url):
        announce(url)
        await told.wait()


class Emulator:
    """An emulator on a thread, for tests and benchmarks in the same process; a context manager."""

    def __init__(self, options: Options | None = None) -> None:
        """Prepare one; nothing runs before `start`."""
        self._options = options or Options()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = asyncio.Event()
        self._is_ready = threading.Event()
        self._failure: BaseException | None = None
        self._url = ""
        self._thread = threading.Thread(target=self._work, name="ivs-emulator", daemon=True)

    @property
    def url(self) -> str:
        """The endpoint's URL; empty until the emulator has started."""
        return self._url

    def start(self) -> Self:
        """Start, and return when requests are answered.

        Raises:
            StoreError: if the data file can't be used.
            OSError: if the address can't be listened on.
        """
        self._thread.start()
        self._is_ready.wait()
        if self._failure:
            raise self._failure
        return self

    def stop(self) -> None:
        """Stop, and return when nothing of it runs any more."""
        if self._loop and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._told.set)
            self._thread.join()

    def _work(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as failure:  # noqa: BLE001  (handed to the thread that called start)
            self._failure = failure
        finally:
            self._is_ready.set()

    async def _serve(self) -> None:
        async with _running(self._options) as (_, url):
            self._url = url
            self._loop = asyncio.get_running_loop()
            self._is_ready.set()
            await self._told.wait()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, whatever happened inside."""
        self.stop()
