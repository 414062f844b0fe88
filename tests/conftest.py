"""What holds for every test: no account, no network, and the same words for the same markers."""

from __future__ import annotations

import ipaddress
import itertools
import os
import socket
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MARKERS = {
    "engine": "starts the real Pulumi engine (tools/engine.py finds or builds it)",
    "slow": "takes more than some ten seconds",
}

# A person's own settings must neither reach a test nor be reached by one.
FOREIGN = ("AWS_", "PULUMI_", "BOTO_")

# A red run in CI must be red again when it is repeated; at home, new examples are worth more.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.register_profile("home", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "home")

NUMBERS = itertools.count(100_000_000_000)


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    """Run an emulator on a thread for as long as the tests of this worker run."""
    from ivs_emulator.emulator import Emulator  # the doors to the outside are closed first

    with Emulator() as emulator:
        yield emulator.url


@pytest.fixture
def account() -> str:
    """Answer an account that no other test uses."""
    return str(next(NUMBERS))


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, and close the two doors to the outside, before anything is collected."""
    for name, meaning in MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    _blank_environment()
    _refuse_the_network()


def _blank_environment() -> None:
    """Take away credentials, profiles and endpoints; for programs that tests start, too."""
    for name in [name for name in os.environ if name.startswith(FOREIGN)]:
        del os.environ[name]
    os.environ |= {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        # Without it, a client that finds no credentials asks the network, for seconds.
        "AWS_EC2_METADATA_DISABLED": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }


def _refuse_the_network() -> None:
    """Make every socket of this process refuse to leave the machine, and every look-up of a foreign name."""
    for name in ("connect", "connect_ex", "sendto"):
        setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    look_up = socket.getaddrinfo

    def look_up_here(host: Any, *rest: Any, **named: Any) -> Any:
        _check(host)
        return look_up(host, *rest, **named)

    setattr(socket, "getaddrinfo", look_up_here)  # noqa: B010 -- mypy takes no plain assignment to a function


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            _check(arguments[-1][0])
        return method(self, *arguments)

    return guarded


def _check(host: str | bytes | None) -> None:
    """Raise for a host that is not this machine.

    Not an OSError: clients retry those, and report something else.
    """
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"} or str(name).endswith(".localhost"):
        return
    try:
        if ipaddress.ip_address(str(name).partition("%")[0]).is_loopback:
            return
    except ValueError:
        pass  # a name, and not this machine's
    raise RuntimeError(f"a test reaches for {name}: tests talk to this machine only")
