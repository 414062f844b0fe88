"""The plugin's process: ``pulumi-resource-ivs [flags] [ENGINE_ADDRESS]``.

The engine starts it two or three times in every run and waits for the port each time. So the port comes first, and
everything heavy is imported behind it; calls that arrive meanwhile wait in the socket.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import grpc

if TYPE_CHECKING:
    from ivs_provider.rpc.servicer import Provider

__all__ = ["main"]

_THREADS: Final = 512
"""Well above what any engine sends at once (4 x cores, or --parallel), so that Cancel always finds a thread. They are
made as they are needed."""
_MESSAGE_LIMIT: Final = 400 * 1024 * 1024
"""The engine's own limit for messages (pulumi/pulumi, sdk/go/common/util/rpcutil)."""
_GRACE: Final = 0.5
_ENDINGS: Final = (signal.SIGINT, signal.SIGTERM)
_PARENT_WATCH: Final = 1.0
_SETTLE_EVERY: Final = 1.0
_LAST_SECONDS: Final = 1.0


def main() -> None:
    """Serve until the engine ends us, or is gone itself."""
    parent = os.getppid()  # asked before the port is told: it may be gone right after
    # Waited for instead of handled: a handler that runs while the main thread holds a lock can stop for ever.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    options = [("grpc.max_receive_message_length", _MESSAGE_LIMIT), ("grpc.max_send_message_length", _MESSAGE_LIMIT)]
    server = grpc.server(ThreadPoolExecutor(_THREADS), options=options)
    port = server.add_insecure_port("127.0.0.1:0")
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    provider = _serve(server)
    from ivs_provider.reconcile.settle import AT_CANCEL

    started_by_engine = any(not argument.startswith("-") for argument in sys.argv[1:])
    threading.Thread(target=_settle_at_leisure, args=(provider,), daemon=True).start()
    while not signal.sigtimedwait(_ENDINGS, _PARENT_WATCH):
        if started_by_engine and os.getppid() != parent:
            os._exit(1)  # killed: what it recorded of our last answers is not known, so nothing is settled
    server.stop(_GRACE).wait()
    last = threading.Thread(target=provider.settle, args=(AT_CANCEL,), daemon=True)
    last.start()
    last.join(_LAST_SECONDS)  # the engine waits for us
    os._exit(0)  # a thread may still wait for AWS: nobody is left to hear its answer


def _settle_at_leisure(provider: Provider) -> None:
    from ivs_provider.reconcile.settle import AT_LEISURE

    never = threading.Event()
    while not never.wait(_SETTLE_EVERY):
        provider.settle(AT_LEISURE)


def _serve(server: grpc.Server) -> Provider:
    """Everything heavy."""
    import uuid

    from ivs_provider.cloud import Clock
    from ivs_provider.rpc.protocol import provider_pb2_grpc
    from ivs_provider.rpc.servicer import Provider

    nonces = iter(lambda: uuid.uuid4().hex[:16], None)  # noqa: TID251 -- the process's own source of ids
    provider = Provider(Clock(), os.environ, nonces)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    server.start()
    return provider


if __name__ == "__main__":
    main()
