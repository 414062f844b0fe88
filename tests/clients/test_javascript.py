"""A smoke run of the JavaScript SDK, pinned by tests/clients/js/package-lock.json."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.emulator.talking import REGION, Admin

HERE = Path(__file__).parent / "js"


@pytest.fixture(scope="session")
def modules() -> Path:
    """Answer a folder with the SDK installed, made once for each lock file."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node or npm is not installed")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pulumi-ivs"
    digest = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()[:12]
    place = cache / f"js-sdk-{digest}"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / f"js-sdk-{digest}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "complete").exists():
            install(npm, place)
    return place


def install(npm: str, place: Path) -> None:
    """Install what is pinned, or skip where there is no network to get it from."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, place)
    command = [npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
    ended = subprocess.run(command, cwd=place, check=False, capture_output=True, text=True, timeout=100)
    if ended.returncode:
        pytest.skip(f"npm cannot install the SDK: {ended.stderr[-300:]}")
    (place / "complete").touch()


def test_the_lock_file_names_no_registry() -> None:
    """Each user's own registry serves; integrity is pinned."""
    packages = json.loads((HERE / "package-lock.json").read_text())["packages"]
    assert not [name for name, entry in packages.items() if "resolved" in entry]
    assert all("integrity" in entry for name, entry in packages.items() if name)


def test_a_back_end_in_javascript_works(modules: Path, url: str, account: str) -> None:
    """Creates, tags, pages, typed errors: what the SDK parsed is what the emulator answered."""
    script = shutil.copy(HERE / "smoke.mjs", modules)
    environment = os.environ | {
        "AWS_ENDPOINT_URL_IVS_REALTIME": url,
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_REGION": REGION,
    }
    node = shutil.which("node") or "node"
    ended = subprocess.run(
        [node, script], cwd=modules, check=False, capture_output=True, text=True, env=environment, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
    seen = json.loads(ended.stdout)
    assert Admin(url, account).ask("POST", "join", {"token": seen.pop("token")})[1]["reason"] == "stage"
    assert "not found" in seen["refusal"].pop("message")
    assert seen == {
        "stage": "hall",
        "expires": True,
        "attributes": {"a": "b"},
        "tags": {"with space": "ä"},
        "pages": 2,
        "listed": ["hall"],
        "refusal": {"name": "ResourceNotFoundException", "status": 404},
        "invalid": "ValidationException",
    }
