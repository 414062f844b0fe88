"""A client that does nothing but cancel, in a process of its own: `python cancelling.py PORT`.

Each line on stdin is a number of Cancels; each line on stdout is how long the slowest of them took, in seconds. In the
test's process, its own threads (and the emulator, and the measuring of coverage) would take part of the time.
"""

from __future__ import annotations

import sys
import time

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2_grpc


def main() -> None:
    """Cancel as often as is asked for."""
    stub = provider_pb2_grpc.ResourceProviderStub(grpc.insecure_channel(f"127.0.0.1:{sys.argv[1]}"))
    for line in sys.stdin:
        slowest = 0.0
        for _ in range(int(line)):
            begun = time.monotonic()
            stub.Cancel(Empty(), timeout=60)
            slowest = max(slowest, time.monotonic() - begun)
        sys.stdout.write(f"{slowest}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
