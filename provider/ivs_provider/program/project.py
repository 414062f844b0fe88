"""The files of a project: which program it has, which stacks, and what the stack's file configures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Final

from ivs_provider.planning.declaration import BadProgram, Flaw, Place, misnamed
from ivs_provider.program import STACK_VARIABLE
from ivs_provider.program.configuration import Settled, settle
from ivs_provider.program.reading import listed
from ivs_provider.program.source import Node, parse

__all__ = ["Project", "configured", "open_project", "read_document"]

_NAMES: Final = ("Pulumi.yaml", "Pulumi.yml")
_RUNTIMES: Final = ("yaml", "python")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project's files, read.

    Args:
        name: Its name.
        runtime: Language of its program: yaml or python.
        stack: The stack, without organisation and project.
        organization: The organisation, where the stack was named with it.
        root: Where the project's file is.
        directory: Where its program is.
        main: What the project's file says under ``main``.
        document: The project's file.
        stack_file: The stack's file; `None` where there is none.
        flaws: What is wrong, and still lets it be read.
    """

    name: str
    runtime: str
    stack: str
    organization: str
    root: FilePath
    directory: FilePath
    main: str
    document: Node
    stack_file: Node | None = None
    flaws: tuple[Flaw, ...] = field(default=())


def open_project(directory: FilePath, stack: str, environment: Mapping[str, str]) -> Project:
    """Read a project's file and its stack's.

    Args:
        directory: Where the project is.
        stack: Name of the stack, also with organisation and project; empty to find it.
        environment: The process's environment, which may name the stack.

    Raises:
        BadProgram: Something that everything else needs is wrong.
    """
    path = next((directory / name for name in _NAMES if (directory / name).is_file()), None)
    if path is None:
        reason = "there is no Pulumi.yaml here; go to the project's directory, or name it: -C DIR (--cwd)"
        raise BadProgram([Flaw(None, "", (), reason)])
    document, flaws = read_document(path, path.name)
    name, runtime = _text(document, "name"), _runtime(document)
    fatal = list(_headless(path.name, document, name, runtime))
    stacks = directory / (_text(document, "stackConfigDir") or _text(document, "config"))
    said = stack or environment.get(STACK_VARIABLE, "")
    chosen = said.rpartition("/")[2] or _only(stacks, path.suffix)
    if said.count("/") and said.split("/")[-2] != name:
        reason = f"{said} is a stack of the project {said.split('/')[-2]}, and this is {name or 'another one'}"
        fatal.append(Flaw(None, "", (), f"{reason}; say --stack {chosen}, or go to that project's directory"))
    if chosen:
        fatal += misnamed("stack", chosen)
    else:
        there = listed(_stacks(stacks, path.suffix))
        fatal.append(Flaw(None, "", (), f"which stack? There are {there}; say --stack NAME, or set {STACK_VARIABLE}"))
    if fatal:
        raise BadProgram([*fatal, *flaws])
    stack_path = stacks / f"Pulumi.{chosen}{path.suffix}"
    stack_file, more = (
        read_document(stack_path, _shown(stack_path, directory), aliases=True) if stack_path.is_file() else (None, [])
    )
    if more:
        raise BadProgram([*flaws, *more])
    main = _text(document, "main")
    return Project(
        name=name,
        runtime=runtime,
        stack=chosen,
        organization=said.split("/")[0] if said.count("/") == 2 else "",  # noqa: PLR2004 - ORG/PROJECT/STACK
        root=directory.absolute(),
        directory=_program_directory(directory.absolute(), main),
        main=main,
        document=document,
        stack_file=stack_file,
        flaws=tuple(flaws),
    )


def configured(project: Project, declared: Mapping[str, Node]) -> Settled:
    """The configuration of the project's stack.

    Args:
        project: The project.
        declared: What it declares of its configuration, by key.
    """
    return settle(project.name, project.stack, declared, project.stack_file)


def read_document(path: FilePath, name: str, *, aliases: bool = False) -> tuple[Node, list[Flaw]]:
    """A file's document, an empty object where it is empty, and what is wrong with it.

    Args:
        path: The file.
        name: How flaws call it.
        aliases: Whether YAML aliases are taken.

    Raises:
        BadProgram: It cannot be read at all.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadProgram(
            [Flaw(Place(name), "", (), "cannot be read; is it a text file in UTF-8, and yours?")]
        ) from None
    document, flaws = parse(text, name, aliases=aliases)
    if document is None and flaws:
        raise BadProgram(flaws)
    if document is not None and not isinstance(document.value, dict):
        raise BadProgram([*flaws, Flaw(document.place, "", (), "must be an object: lines of key: value")])
    return document or Node({}, Place(name, 1, 1)), flaws


def _headless(file: str, document: Node, name: str, runtime: str) -> list[Flaw]:
    """What every project must say."""
    found: list[Flaw] = []
    if name:
        found += misnamed("project", name, document.members["name"].place)
    else:
        found.append(Flaw(Place(file), "", (), "has no name; write name: and the project's"))
    if not runtime:
        found.append(Flaw(Place(file), "", (), "has no runtime; write runtime: yaml"))
    elif runtime not in _RUNTIMES:
        reason = (
            f"programs in {runtime} are not read here, only {listed(_RUNTIMES)}; "
            "use pulumi preview, and ivs comment for its result"
        )
        found.append(Flaw(document.members["runtime"].place, "", (), reason))
    return found


def _runtime(document: Node) -> str:
    runtime = document.members.get("runtime")
    return _text(document, "runtime") or (_text(runtime, "name") if runtime else "")


def _text(node: Node, key: str) -> str:
    """A text below a node; empty where there is none."""
    found = node.members.get(key)
    return found.value if found and isinstance(found.value, str) else ""


def _stacks(directory: FilePath, suffix: str) -> list[str]:
    files = directory.glob(f"Pulumi.*{suffix}") if directory.is_dir() else ()
    return sorted(path.name.removeprefix("Pulumi.").removesuffix(suffix) for path in files)


def _only(directory: FilePath, suffix: str) -> str:
    stacks = _stacks(directory, suffix)
    return stacks[0] if len(stacks) == 1 else ""


def _shown(path: FilePath, directory: FilePath) -> str:
    return str(path.relative_to(directory)) if path.is_relative_to(directory) else path.name


def _program_directory(root: FilePath, main: str) -> FilePath:
    """Where the program is: `main`, or the directory of the file that it names."""
    place = root / main
    return place.parent if place.is_file() else place
