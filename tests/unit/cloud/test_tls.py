"""A TLS connection that breaks after the request was read: the create may have been performed.

A real TLS server, a real client: what botocore makes of it is not ours to imagine.
"""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivs_provider import errors
from ivs_provider.cloud import Account, Clock
from ivs_provider.config import Settings
from ivs_provider.resources import registry

OPENSSL = ("/usr/bin/env", "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1")
NAMES = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")
CREATE = registry()["ivs:index:Stage"].create


class BreakingServer:
    """Reads each request whole, then writes what is no TLS record."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self.requests = 0
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._socket.accept()
            except OSError:
                return
            self._answer(plain)

    def _answer(self, plain: socket.socket) -> None:
        try:
            secure = self._context.wrap_socket(plain, server_side=True)
        except (ssl.SSLError, OSError):
            plain.close()
            return
        if b"CreateStage" in secure.recv(65536):
            self.requests += 1
        raw = secure.detach()
        broken = socket.socket(fileno=raw)
        broken.sendall(b"HTTP/1.1 200 no TLS at all")
        broken.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[BreakingServer]:
    """A server whose certificate is good for the address."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        [*OPENSSL, *NAMES, "-out", certificate, "-keyout", key],
        check=True,
        capture_output=True,
    )
    server = BreakingServer(certificate, key)
    yield server
    server.close()


@pytest.fixture
def account(server: BreakingServer, monkeypatch: pytest.MonkeyPatch) -> Account:
    """An account behind that server."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "123456789012")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    return Account(Settings(region="eu-west-1", endpoint=server.url), Clock())


def test_a_create_whose_answer_broke_is_not_sent_again(
    server: BreakingServer, account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "certificate.pem"))
    with pytest.raises(errors.TimedOut, match="its answer was lost"):
        account.resource(CREATE, {})
    assert server.requests == 1


def test_a_certificate_that_is_refused_ends_before_anything_is_sent(server: BreakingServer, account: Account) -> None:
    with pytest.raises(errors.Unreachable, match="could not be sent"):
        account.resource(CREATE, {})
    assert server.requests == 0
