"""A real Chromium, driven by its own driver over the WebDriver protocol; nothing but HTTP is needed for that."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The name that the protocol gives to references."""

PATIENCE_SECONDS = 20

ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,1600"]


@dataclass(frozen=True, slots=True)
class Browser:
    """One window."""

    base: str

    def command(self, method: str, name: str, body: dict[str, Any] | None = None) -> Any:
        """Send one command of the protocol, and answer its value."""
        content = None if body is None else json.dumps(body).encode()
        target = f"{self.base}/{name}".rstrip("/")
        headers = {"Content-Type": "application/json"}
        request = Request(target, content, headers, method=method)  # noqa: S310  (our own loopback URL)
        with urlopen(request, timeout=30) as answer:  # noqa: S310  (as above)
            return json.load(answer)["value"]

    def go(self, url: str) -> None:
        """Open a page."""
        self.command("POST", "url", {"url": url})

    def text(self, selector: str) -> str:
        """Answer the text that a person sees of an element."""
        return str(self.command("GET", f"element/{self._find(selector)}/text"))

    def shows(self, selector: str, word: str) -> bool:
        """Tell whether an element shows a word soon: a click comes back before the next page is there."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            with suppress(HTTPError):
                if word in self.text(selector):
                    return True
            time.sleep(0.05)
        return False

    def click(self, selector: str) -> None:
        """Click on an element."""
        self.command("POST", f"element/{self._find(selector)}/click", {})

    def type(self, selector: str, text: str) -> None:
        """Type into an element."""
        self.command("POST", f"element/{self._find(selector)}/value", {"text": text})

    def script(self, text: str) -> Any:
        """Run a script in the page, and answer what it returns."""
        return self.command("POST", "execute/sync", {"script": text, "args": []})

    def screenshot(self, path: Path) -> None:
        """Take a picture of the window."""
        path.write_bytes(base64.b64decode(self.command("GET", "screenshot")))

    def _find(self, selector: str) -> str:
        return str(self.command("POST", "element", {"using": "css selector", "value": selector})[ELEMENT])


@contextmanager
def browsing() -> Iterator[Browser]:
    """Open a browser; without one the test is skipped, and says so."""
    driver, chromium = shutil.which("chromedriver"), shutil.which("chromium")
    if driver is None or chromium is None:
        pytest.skip("no Chromium here: Debian's packages chromium and chromium-driver bring it")
    with subprocess.Popen(
        [driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        try:
            base = f"http://127.0.0.1:{port_of(running)}"
            options = {"binary": chromium, "args": ARGUMENTS}
            capabilities = {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}
            session = Browser(base).command("POST", "session", {"capabilities": capabilities})["sessionId"]
            browser = Browser(f"{base}/session/{session}")
            try:
                yield browser
            finally:
                browser.command("DELETE", "")
        finally:
            running.kill()


def port_of(driver: subprocess.Popen[str]) -> str:
    """Read the port that the driver has chosen."""
    assert driver.stdout
    for line in driver.stdout:
        if "started successfully on port" in line:
            return line.rstrip().rstrip(".").rpartition(" ")[2]
    raise AssertionError("the driver has not started")
