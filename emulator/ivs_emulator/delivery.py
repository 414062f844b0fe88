"""Sending an answer, whole or broken as a fault wants it.

The breaking happens on the real connection: a client library must meet the same closed sockets, resets
and short bodies that a bad network gives it, not an imitation inside the HTTP layer.
"""

import asyncio
import socket
import struct
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from aiohttp import web

from ivs_emulator.errors import THROTTLING, ServiceError
from ivs_emulator.exchange import Answer
from ivs_emulator.faults import Fault
from ivs_emulator.service import Service

SILENT: Final = frozenset({"drop", "reset", "hang"})
"""Faults after which the caller gets no answer at all."""

STANDARD_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "Date,x-amz-apigw-id,x-amzn-ErrorType,x-amzn-RequestId,x-amzn-Trace-Id",
        "Cache-Control": "no-store, no-cache",
        "Content-Security-Policy": "default-src 'self'; upgrade-insecure-requests",
        "Strict-Transport-Security": "max-age:47304000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    },
)
"""The headers that the model names as members of answers and errors; browsers need the first two."""

PREFLIGHT_SECONDS: Final = 600
"""How long a browser may remember that it was let through."""

_HANG_CHECK_SECONDS: Final = 0.05
_UNDONE_BODY: Final = b'{"stage": {"arn": "arn:aws:ivs:'


def as_seen(service: Service, fault: Fault | None, done: Answer | None) -> Answer:
    """Answer what the caller will see of an operation that was done (or not, when `done` is None)."""
    if fault and fault.kind == "status":
        return service.refused(ServiceError(fault.error, "A fault was asked for here"), fault.status)
    if fault and fault.kind == "throttle":
        return service.refused(ServiceError(THROTTLING, "Rate exceeded"))
    if fault and fault.kind == "empty":
        return replace(done or Answer(200, b""), body=b"{}")
    return done or Answer(200, _UNDONE_BODY)


def preflight(wanted: str | None) -> web.Response:
    """Answer a browser that asks whether it may call: it may, with whatever headers its SDK signs."""
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE, OPTIONS",
        "Access-Control-Allow-Headers": wanted or "*",
        "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
    }
    return web.Response(status=204, headers=headers)


async def deliver(request: web.BaseRequest, fault: Fault | None, answer: Answer, request_id: str) -> web.Response:
    """Send an answer, or break the connection in the way that a fault asks for."""
    transport = request.transport
    kind = fault.kind if fault else None
    if transport is None:
        return web.Response()
    if kind == "drop":
        transport.close()
    elif kind == "reset":
        _reset(transport)
    elif kind == "hang":
        await _until_closed(transport)
    elif kind == "cut":
        _cut(transport, answer)
    return web.Response(status=answer.status, body=answer.body, headers=_headers(answer, request_id))


def _headers(answer: Answer, request_id: str) -> dict[str, str]:
    headers = {"Content-Type": answer.media_type, "x-amzn-RequestId": request_id, **STANDARD_HEADERS}
    if answer.error:
        headers["x-amzn-ErrorType"] = answer.error
    return {**headers, **answer.headers}


def _reset(transport: asyncio.Transport) -> None:
    # A linger time of zero makes the kernel send RST in place of a goodbye.
    wire = transport.get_extra_info("socket")
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _cut(transport: asyncio.Transport, answer: Answer) -> None:
    length = max(len(answer.body), 2)
    head = f"HTTP/1.1 {answer.status} Cut\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n"
    head += f"x-amzn-ErrorType: {answer.error}\r\n\r\n" if answer.error else "\r\n"
    transport.write(head.encode() + answer.body[: length // 2])
    transport.close()


async def _until_closed(transport: asyncio.Transport) -> None:
    while not transport.is_closing():  # noqa: ASYNC110  (nobody tells a handler that its client has left)
        await asyncio.sleep(_HANG_CHECK_SECONDS)
