"""A project's program, in whatever language it is written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath

from ivs_provider.planning.declaration import Flaw, Program
from ivs_provider.program.project import Project, configured, open_project, read_document
from ivs_provider.program.providers import default_provider
from ivs_provider.program.running import YamlProgram
from ivs_provider.program.source import Node
from ivs_provider.program.template import read_template
from ivs_provider.values import UNKNOWN

__all__ = ["load"]


def load(directory: FilePath, stack: str = "", *, environment: Mapping[str, str]) -> Program:
    """The program of a project.

    Args:
        directory: Where its Pulumi.yaml is.
        stack: Name of the stack, also as ``ORG/PROJECT/STACK``; empty to take ``PULUMI_STACK``, or the only one.
        environment: The process's environment.

    Raises:
        BadProgram: It cannot be read; what is wrong inside it is told by its run.
    """
    project = open_project(directory, stack, environment)
    if project.runtime == "python":
        from ivs_provider.program.python import PythonProgram

        settled = configured(project, _declared(project.document))
        return PythonProgram(project, settled, default_provider(settled))
    return _yaml_program(project)


def _yaml_program(project: Project) -> YamlProgram:
    document, flaws = _document(project)
    settled = configured(project, _declared(document) | _declared(project.document))
    return YamlProgram(
        project=project.name,
        stack=project.stack,
        provider=default_provider(settled),
        template=read_template(document),
        configured=settled.values,
        open_names=settled.open,
        pulumi={
            "cwd": str(project.directory),
            "organization": project.organization or UNKNOWN,
            "project": project.name,
            "rootDirectory": str(project.root),
            "stack": project.stack,
        },
        directory=project.directory,
        notes=tuple(settled.notes),
        flaws=(*project.flaws, *flaws, *settled.flaws, *_compiled(project.document)),
    )


def _document(project: Project) -> tuple[Node, list[Flaw]]:
    """The program: a Main file of its own, else a Pulumi.yaml where `main` says, else the project's file."""
    elsewhere = project.directory != project.root
    for name in ("Main.json", "Main.yaml", *(["Pulumi.yaml"] if elsewhere else [])):
        path = project.directory / name
        if path.is_file():
            shown = path.relative_to(project.root) if path.is_relative_to(project.root) else path.name
            return read_document(path, str(shown))
    missing = Flaw(project.document.keys.get("main"), "main", (), "there is no Main.yaml; write one, or take main out")
    return project.document, [missing] if elsewhere else []


def _compiled(document: Node) -> list[Flaw]:
    """A program that another one writes is not read here."""
    options = document.members.get("runtime", document).members.get("options", Node({}, document.place))
    reason = "the option compiler is not supported here; use pulumi preview"
    return [Flaw(options.keys["compiler"], "runtime", (), reason)] if "compiler" in options.keys else []


def _declared(document: Node) -> dict[str, Node]:
    """What a document declares of its configuration; `config` wins over its old name."""
    found: dict[str, Node] = {}
    for section in ("configuration", "config"):
        node = document.members.get(section)
        found |= node.members if node else {}
    return found
