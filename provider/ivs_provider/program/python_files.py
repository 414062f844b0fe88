"""Where a Python program is run: in its directory, with its own modules, and nothing of it left behind."""

from __future__ import annotations

import contextlib
import io
import os
import runpy
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path as FilePath
from urllib.parse import unquote, urlparse

from ivs_provider.planning.declaration import Flaw, Place
from ivs_provider.program.project import Project

__all__ = ["declared_at", "in_directory", "run_file", "stopped"]


def run_file(project: Project) -> None:
    """Run the program as Python runs a script."""
    runpy.run_path(str(_file_of(project)), run_name="__main__")


def _file_of(project: Project) -> FilePath:
    named = project.root / project.main
    return named if named.is_file() else project.directory / "__main__.py"


@contextlib.contextmanager
def in_directory(project: Project, *, quiet: bool = False) -> Iterator[None]:
    """As the program expects to be run; afterwards all is as before, its own modules forgotten.

    Args:
        project: Whose program it is.
        quiet: Whether what it prints has been seen already.
    """
    before, path, arguments, modules = FilePath.cwd(), list(sys.path), sys.argv, set(sys.modules)
    environment = dict(os.environ)
    try:
        os.chdir(project.directory)
        sys.path.insert(0, str(project.directory))
        sys.argv = [str(_file_of(project))]
        # Standard output is for what a command answers.
        with contextlib.redirect_stdout(io.StringIO() if quiet else sys.stderr):
            yield
    finally:
        os.chdir(before)
        sys.path[:], sys.argv = path, arguments
        _restore(environment)
        for name in _own(project, set(sys.modules) - modules):
            sys.modules.pop(name, None)


def _own(project: Project, names: Iterable[str]) -> Iterator[str]:
    """Which modules are the program's: under its directory, and not installed there (a `.venv` in the project)."""
    installed = [place for place in map(FilePath, sys.path) if project.directory in place.parents]
    for name in names:
        module = sys.modules.get(name)
        # A package without __init__.py has no file, and keeps its modules as attributes.
        places = (getattr(module, "__file__", None) or "", *getattr(module, "__path__", ()))
        if any(
            project.directory in parents and not any(place in parents for place in installed)
            for parents in (FilePath(place).parents for place in places)
        ):
            yield name


def _restore(environment: Mapping[str, str]) -> None:
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    os.environ.update({name: value for name, value in environment.items() if os.environ.get(name) != value})


def stopped(error: Exception, project: Project) -> Flaw:
    """What a program raised, at its own deepest line."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if shown(frame.filename, project)]
    place = Place(shown(frames[-1].filename, project), frames[-1].lineno or 0, 1) if frames else None
    what = str(error)
    if isinstance(error, SyntaxError) and (file := shown(error.filename or "", project)):
        place, what = Place(file, error.lineno or 0, error.offset or 1), error.msg
    if isinstance(error, FileNotFoundError) and not frames:
        return Flaw(None, "", (), "there is no __main__.py; write one, or say main: in the project's file")
    hint = (
        "install it beside ivs: the program runs in the Python of ivs" if isinstance(error, ImportError) else "mend it"
    )
    return Flaw(place, "", (), f"the program stopped with {type(error).__name__}: {what}; {hint}")


def declared_at(positions: Iterable[tuple[str, int, int]], project: Project) -> Place | None:
    """The first of some positions (URI, line, column) that lies in the project."""
    for uri, line, column in positions:
        name = shown(unquote(urlparse(uri).path), project)
        if name and line:
            return Place(name, line, column or 1)
    return None


def shown(file: str, project: Project) -> str:
    """The name of a file of the project; empty for any other."""
    path = FilePath(file)
    return str(path.relative_to(project.root)) if path.is_relative_to(project.root) else ""
