"""The HTTP side: aiohttp gives every request to the service and waits where the settings say so.

One thread does everything: the work between two waits is a fraction of a millisecond, and so no two calls
are ever performed at once. aiohttp's low-level server is enough; routing is the service model's business.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_parser import RawRequestMessage

from ivs_emulator.admin import PREFIX, answer_admin
from ivs_emulator.delivery import SILENT, as_seen, deliver, preflight
from ivs_emulator.exchange import Incoming, Visit
from ivs_emulator.page import FORMS, answer_form, answer_page
from ivs_emulator.service import Service

IDLE_SECONDS: Final = 3600.0
"""How long a connection may rest: closing one early looks to a client like a lost answer that nobody asked for."""


class Server:
    """Answers requests on behalf of one service."""

    def __init__(self, service: Service) -> None:
        """Take the service to speak for."""
        self._service = service

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, from a client or from the admin interface."""
        body = await request.read()
        # The path as it was sent: a decoded ARN would look like two segments.
        target = request.raw_path
        if request.method == "OPTIONS":
            return preflight(request.headers.get("Access-Control-Request-Headers"))
        request_id = self._service.world.ids.request()
        if target.partition("?")[0] == "/" and request.method == "GET" and "Authorization" not in request.headers:
            return await deliver(request, None, answer_page(self._service, target), request_id)
        if target.startswith(FORMS) and request.method == "POST":
            return await deliver(request, None, answer_form(self._service, target, body), request_id)
        if target.startswith(PREFIX):
            answer = answer_admin(self._service, request.method, target, body)
            return await deliver(request, None, answer, request_id)
        authorization = request.headers.get("Authorization")
        visit = self._service.admit(Incoming(request.method, target, authorization, body))
        return await self._attend(request, visit, request_id)

    async def _attend(self, request: web.BaseRequest, visit: Visit, request_id: str) -> web.StreamResponse:
        fault = visit.fault
        pause = fault.seconds if fault and fault.kind == "delay" else 0.0
        is_late_pause = fault is not None and fault.when == "after"
        await _wait(visit.settings.latency + (0.0 if is_late_pause else pause))
        done = self._service.perform(visit) if fault is None or fault.is_performed_first else None
        answer = as_seen(self._service, fault, done)
        is_sent = fault is None or fault.kind not in SILENT
        # Recorded before the answer goes out: whoever has the answer finds the call in the journal.
        self._service.record(visit, done, answer if is_sent else None)
        await _wait(pause if is_late_pause else 0.0)
        return await deliver(request, fault, answer, request_id)


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: "asyncio.Task[None]",
) -> web.BaseRequest:
    # Of any size: a snapshot of a thousand stages that is restored has more than aiohttp's megabyte.
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=0)


async def _wait(seconds: float) -> None:
    if seconds > 0:
        await asyncio.sleep(seconds)


@asynccontextmanager
async def listening(service: Service, host: str, port: int) -> AsyncIterator[str]:
    """Listen while the context lasts; gives the endpoint's URL (port 0: any free one)."""
    server = web.Server(Server(service).handle, request_factory=_request, keepalive_timeout=IDLE_SECONDS)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, backlog=1024)
        await site.start()
        bound = runner.addresses[0]
        shown = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
        yield f"http://{shown}:{bound[1]}"
    finally:
        await runner.cleanup()
