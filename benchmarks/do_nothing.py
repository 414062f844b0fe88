"""The yardstick: a provider in Python that does nothing, as well made as one can be without tricks.

What it costs is the price of Python and of gRPC. It prints its port before it imports Pulumi's stubs (the usual way,
`pulumi.runtime.proto`), answers from a thread pool and echoes its inputs. Its schema is ours, so that one program runs
on both providers unchanged. `install` writes the executable that `plugins.providers` in a Pulumi.yaml leads to.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import grpc

from benchmarks import ROOT

__all__ = ["EXECUTABLE", "install", "main"]

EXECUTABLE: Final = "pulumi-resource-ivs"
_THREADS: Final = 64
_MESSAGE_LIMIT: Final = 400 * 1024 * 1024

_SCRIPT: Final = """\
#!{python}
import sys
sys.path.insert(0, {root!r})
from benchmarks.do_nothing import main
sys.exit(main())
"""


def install(directory: Path) -> Path:
    """Write the executable into a directory; give the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    script = directory / EXECUTABLE
    script.write_text(_SCRIPT.format(python=sys.executable, root=str(ROOT)))
    script.chmod(0o755)
    return directory


def main() -> None:
    """Serve until the engine ends us."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    options = [("grpc.max_receive_message_length", _MESSAGE_LIMIT), ("grpc.max_send_message_length", _MESSAGE_LIMIT)]
    server = grpc.server(ThreadPoolExecutor(_THREADS), options=options)
    sys.stdout.write(f"{server.add_insecure_port('127.0.0.1:0')}\n")
    sys.stdout.flush()

    from pulumi.runtime.proto import provider_pb2_grpc

    from benchmarks.do_nothing_servicer import DoNothing

    provider_pb2_grpc.add_ResourceProviderServicer_to_server(DoNothing(), server)
    server.start()
    ended.wait()
    server.stop(0.5).wait()
    os._exit(0)
