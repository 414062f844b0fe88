#!/usr/bin/env python3
"""Finds the Pulumi engine, or builds it.

Two programs are the engine here: `pulumi` and `pulumi-language-yaml`. They are looked for

1. on PATH (any version: a team's own engine is the one to test with),
2. in the cache, `${XDG_CACHE_HOME:-~/.cache}/pulumi-ivs/engine-<versions>-<digest of what is pinned>/bin`,
3. and are else built by Go from the modules that `tools/engine/go.mod` pins, into that cache.

    tools/engine.py           finds or builds; silent when there is nothing to do
    tools/engine.py --print   the same, and prints the directory of the two programs on stdout
    tools/engine.py --find    never builds

Everything that is told to a person goes to stderr. Exit codes: 0 the engine is there; 1 the build failed;
3 there is no engine, and no Go to build it with (with `--find`: there is no engine).

The standard library is enough, so that this runs before the environment exists. Tests and the demo import it:
`engine.environment()`.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = ("pulumi", "pulumi-language-yaml")
PINS = Path(__file__).resolve().parent / "engine"
BUILD_FAILED = 1
NOT_FOUND = 3

WAYS_OUT = """\
No Pulumi engine: {missing} not on PATH, none built before, and no Go to build it with. Any one of these helps:
  - install Pulumi as its site or your package manager says (it brings the YAML language host);
  - install Go {go} or newer: the engine is then built from tools/engine/go.mod, once, in about 5 minutes;
  - add the directory that holds {programs} to PATH."""


class EngineError(Exception):
    """There is no engine; the text says what to do, `code` is the exit code that tells why."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Find the Pulumi engine, or build it.")
    parser.add_argument("--print", action="store_true", help="print the directory of the programs on stdout")
    parser.add_argument("--find", action="store_true", help="never build")
    asked = parser.parse_args()
    try:
        directory = locate() if asked.find else provide()
    except EngineError as error:
        print(error, file=sys.stderr)
        return error.code
    except OSError as error:
        print(f"The engine's cache cannot be used: {error}", file=sys.stderr)
        return BUILD_FAILED
    if asked.print:
        print(directory)
    return 0


def provide() -> Path:
    """Return the directory of the engine's programs; build them where there are none."""
    found = find()
    if found is None:
        build()
    return found or locate()


def locate() -> Path:
    """Return the directory of the engine's programs.

    Raises:
        EngineError: There are none yet.
    """
    found = find()
    if found is None:
        raise EngineError(_ways_out(), NOT_FOUND)
    return found


def find() -> Path | None:
    """Look on PATH, then in the cache."""
    on_path = [shutil.which(program) for program in PROGRAMS]
    if all(on_path):
        return Path(str(on_path[0])).parent
    built = cache() / "bin"
    return built if _complete(built) else None


def environment(base: dict[str, str] | None = None) -> dict[str, str]:
    """Return an environment in which the engine is found, and in which it reaches for nothing outside."""
    result = dict(os.environ if base is None else base)
    result["PATH"] = os.pathsep.join([str(locate()), result.get("PATH", os.defpath)])
    result["PULUMI_SKIP_UPDATE_CHECK"] = "true"
    result["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
    return result


def versions() -> tuple[str, str]:
    """Return the pinned versions of the engine and of its YAML host."""
    pins = (PINS / "go.mod").read_text(encoding="utf-8")
    engine = re.search(r"github\.com/pulumi/pulumi/pkg/v3 v(\S+)", pins)
    yaml = re.search(r"github\.com/pulumi/pulumi-yaml v(\S+)", pins)
    if engine is None or yaml is None:
        raise EngineError(f"{PINS / 'go.mod'} pins no engine", BUILD_FAILED)
    return engine[1], yaml[1]


def cache() -> Path:
    """Return where the engine of exactly these pins is kept."""
    digest = hashlib.sha256((PINS / "go.mod").read_bytes() + (PINS / "go.sum").read_bytes()).hexdigest()[:12]
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "pulumi-ivs" / "-".join(["engine", *versions(), digest])


def build() -> None:
    """Build the engine into the cache; a second build at the same time waits for the first, and uses it.

    Raises:
        EngineError: There is no Go, or the build failed.
    """
    go = shutil.which("go")
    if go is None:
        raise EngineError(_ways_out(), NOT_FOUND)
    target = cache()
    target.parent.mkdir(parents=True, exist_ok=True)
    with _locked(target.with_name(f"{target.name}.lock")):
        if _complete(target / "bin"):
            return
        engine, yaml = versions()
        _tell(f"==> building the Pulumi engine {engine} and its YAML host {yaml} with Go, once")
        _tell(f"    (about 5 minutes on 2 cores, and 3 GB of downloads and build cache; kept in {target})")
        # Beside the target, so that the move into place is one rename: the cache holds a whole engine or none.
        with tempfile.TemporaryDirectory(prefix=".building-", dir=target.parent) as scratch:
            _compile(go, Path(scratch) / "bin")
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir()
            (Path(scratch) / "bin").rename(target / "bin")
        _tell("    done")


def _compile(go: str, into: Path) -> None:
    engine, yaml = versions()
    stamps = {
        "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": f"v{engine}",
        "github.com/pulumi/pulumi-yaml/pkg/version.Version": f"v{yaml}",
    }
    into.mkdir()
    # The flags of Pulumi's own releases; without the versions, its Automation API refuses the engine.
    command = [go, "build", "-mod=readonly", "-trimpath", "-tags=osusergo,grpcnotrace"]
    command += ["-ldflags=-s -w " + " ".join(f"-X {name}={value}" for name, value in stamps.items())]
    command += ["-o", f"{into}{os.sep}", "tool"]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd=PINS,
            env=os.environ | {"GOWORK": "off"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            _watch(process)
        finally:
            process.kill()  # an interrupted build leaves nothing running; does nothing to one that has ended
            process.wait()
        if process.returncode != 0:
            output.seek(0)
            told = output.read().decode(errors="replace").splitlines()[-20:]
            raise EngineError("\n".join(["The build of the Pulumi engine failed. Go says:", *told]), BUILD_FAILED)


def _watch(process: subprocess.Popen[bytes]) -> None:
    """Wait for the build; on a terminal, show that time goes by."""
    start = time.monotonic()
    on_terminal = sys.stderr.isatty()
    while True:
        try:
            process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            if on_terminal:
                minutes, seconds = divmod(int(time.monotonic() - start), 60)
                print(f"\r    {minutes}:{seconds:02d} ", end="", file=sys.stderr, flush=True)
        else:
            break
    if on_terminal:
        print("\r", end="", file=sys.stderr)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _complete(directory: Path) -> bool:
    return all(os.access(directory / program, os.X_OK) for program in PROGRAMS)


def _ways_out() -> str:
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    pinned_go = re.search(r"^go (\S+)", (PINS / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)
    return WAYS_OUT.format(
        missing=" and ".join(missing),
        programs=" and ".join(PROGRAMS),
        go=pinned_go[1] if pinned_go else "",
    )


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
