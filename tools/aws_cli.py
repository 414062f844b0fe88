#!/usr/bin/env python3
"""Makes an AWS command line of a pinned version, in an environment of its own, once.

    tools/aws_cli.py           makes it if it isn't there, and prints its path on stdout
    tools/aws_cli.py --find    never makes it

It lies in `${XDG_CACHE_HOME:-~/.cache}/pulumi-ivs/aws-cli-<digest of what is pinned>`. What is pinned stands, with
hashes, in tests/clients/aws-cli.txt; this is how that file was made:

    echo awscli==1.46.3 | uv pip compile --generate-hashes --universal --python-version 3.11 --no-annotate -

Exit codes: 0 it is there; 1 it couldn't be made; 3 it isn't there (with `--find`).
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

PINS = Path(__file__).resolve().parent.parent / "tests" / "clients" / "aws-cli.txt"
FAILED = 1
NOT_FOUND = 3


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Make an AWS command line of a pinned version.")
    parser.add_argument("--find", action="store_true", help="never make it")
    asked = parser.parse_args()
    program = find()
    if program is None and asked.find:
        return NOT_FOUND
    try:
        print(program or make())
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"The AWS command line cannot be made: {error}", file=sys.stderr)
        return FAILED
    return 0


def home() -> Path:
    """Return where it lies, or would lie; another pin is another place."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    digest = hashlib.sha256(PINS.read_bytes() + version.encode()).hexdigest()[:12]
    return cache / "pulumi-ivs" / f"aws-cli-{digest}"


def find() -> Path | None:
    """Return the program, if it was made."""
    program = home() / "bin" / "aws"
    return program if program.is_file() else None


def make() -> Path:
    """Make the environment and return the program; of several that try at once, one does."""
    place = home()
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = find()
        if found:
            return found
        _build(place)
    return place / "bin" / "aws"


def _build(place: Path) -> None:
    # A half-made one of an earlier try goes; `aws` appears last, so that what is found is whole.
    shutil.rmtree(place, ignore_errors=True)
    try:
        venv.create(place, with_pip=True)
        install: list[str | Path] = [
            place / "bin" / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        with tempfile.TemporaryDirectory() as nowhere:
            subprocess.run([*install, "--require-hashes", "-r", PINS], check=True, cwd=nowhere, stdout=sys.stderr)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


if __name__ == "__main__":
    sys.exit(main())
