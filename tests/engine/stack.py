"""One stack of the real engine, for one test: a YAML program, the commands, and all that they ever printed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from ivs_provider.resources import registry
from tests.engine.steps import Step, steps_of

__all__ = ["FAST", "PROJECT", "STACK", "Engine", "Run", "Stack", "resource"]

Tree: TypeAlias = dict[str, Any]

PROJECT = "video"
STACK = "dev"
PASSPHRASE = "correct horse"
SHOWN = 4000
PLUGIN_DIRECTORY = Path(sys.executable).parent

OPERATIONS = sorted(
    {
        call.operation
        for kind in registry().values()
        for call in (kind.create, kind.read, kind.list, kind.update, kind.delete)
        if call
    }
    | {"TagResource", "UntagResource", "ListTagsForResource"}
)
FAST = {"ivs:rateLimits": json.dumps(dict.fromkeys(OPERATIONS, 1000))}
"""Stack configuration under which nothing waits for its turn: the emulator enforces no rates."""


def resource(kind: str, properties: Tree | None = None, **options: Any) -> Tree:
    """One resource of a YAML program."""
    declared: Tree = {"type": f"ivs:index:{kind}", "properties": properties or {}}
    return {**declared, "options": options} if options else declared


@dataclass(frozen=True)
class Run:
    """One command of the engine: how it ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """All that it printed."""
        return f"{self.out}\n{self.err}"


@dataclass(frozen=True)
class Engine:
    """The engine's programs, and a stack that is copied for each test: making one takes half a second.

    Args:
        environment: In which it is found, and reaches for nothing outside.
        home: Where the template is.
    """

    environment: dict[str, str]
    home: Path

    def prepare(self) -> None:
        """Make the template."""
        template = self.home / "template"
        template.mkdir()
        (template / "Pulumi.yaml").write_text(yaml.safe_dump({"name": PROJECT, "runtime": "yaml"}))
        self.run(["stack", "init", STACK], template, {})

    def variables(self, directory: Path) -> dict[str, str]:
        """What tells the engine where everything is."""
        return {
            "PULUMI_BACKEND_URL": f"file://{directory}",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_HOME": str(self.home / "pulumi"),
            "PULUMI_STACK": STACK,
        }

    def run(self, arguments: list[str], directory: Path, environment: dict[str, str]) -> Run:
        """Run one command in a project's directory."""
        ended = subprocess.run(
            [
                shutil.which("pulumi", path=self.environment["PATH"]) or "pulumi",
                *arguments,
                "--non-interactive",
                "--color",
                "never",
            ],
            cwd=directory,
            env=self.environment | self.variables(directory) | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        return Run(ended.returncode, ended.stdout, ended.stderr)


@dataclass
class Stack:
    """A project with one stack.

    Args:
        engine: What runs it.
        directory: Where it is.
        environment: How the plugin reaches the account; a test may change it.
    """

    engine: Engine
    directory: Path
    environment: dict[str, str]
    told: list[str] = field(default_factory=list)
    """Everything ever printed, exported or logged, for the search for secrets."""

    def __post_init__(self) -> None:
        """Begin with a copy of the template."""
        shutil.copytree(self.engine.home / "template", self.directory, dirs_exist_ok=True)
        self._salt = yaml.safe_load((self.directory / f"Pulumi.{STACK}.yaml").read_text())["encryptionsalt"]
        self.configure()

    def configure(self, settings: Tree | None = None) -> None:
        """Write the stack's configuration anew; calls are never paced unless a test says so."""
        document = {"encryptionsalt": self._salt, "config": {**FAST, **(settings or {})}}
        (self.directory / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump(document))

    def program(self, resources: Tree, **others: Tree) -> None:
        """Write the program: its resources, and other top-level members (outputs, variables)."""
        # JSON is YAML, and has no aliases, which Pulumi refuses.
        lines = (f"{name}: {json.dumps(member)}" for name, member in {"resources": resources, **others}.items())
        self.program_text("\n".join(lines))

    def program_text(self, text: str, runtime: str = "yaml") -> None:
        """Write the program as text, below the project's own members."""
        plugins = {"providers": [{"name": "ivs", "path": str(PLUGIN_DIRECTORY)}]}
        head = yaml.safe_dump({"name": PROJECT, "runtime": runtime, "plugins": plugins})
        (self.directory / "Pulumi.yaml").write_text(f"{head}{text}\n")

    def run(self, *arguments: str, fails: bool = False, env: Tree | None = None) -> Run:
        """Run a command that must succeed, or must fail."""
        ended = self.engine.run(list(arguments), self.directory, self.environment | (env or {}))
        self.told.append(ended.text)
        said = f"pulumi {' '.join(arguments)} ended with {ended.code}:\n{ended.text[-SHOWN:]}"
        assert (ended.code != 0) is fails, said
        return ended

    def preview(self, *arguments: str, env: Tree | None = None) -> dict[str, Step]:
        """What a preview proposes, by logical name; what stays the same is left out."""
        return steps_of(json.loads(self.run("preview", "--json", *arguments, env=env).out))

    def up(self, *arguments: str, fails: bool = False, env: Tree | None = None) -> Run:
        """Apply, without the preview before it: a test that wants one asks for it."""
        return self.run("up", "--yes", "--skip-preview", *arguments, fails=fails, env=env)

    def refresh(self, *arguments: str, env: Tree | None = None) -> Run:
        """Take over what the account has."""
        return self.run("refresh", "--yes", "--skip-preview", *arguments, env=env)

    def destroy(self, *arguments: str, fails: bool = False, env: Tree | None = None) -> Run:
        """Delete everything."""
        return self.run("destroy", "--yes", "--skip-preview", *arguments, fails=fails, env=env)

    def urn(self, name: str) -> str:
        """The URN of a recorded resource."""
        return str(self.recorded()[name]["urn"])

    def recorded(self) -> dict[str, Tree]:
        """The state of every resource of ours, by logical name."""
        resources = self.export()["deployment"].get("resources", [])
        return {each["urn"].split("::")[-1]: each for each in resources if each["type"].startswith("ivs:")}

    def ids(self) -> dict[str, str]:
        """The ARN of every recorded resource, by logical name."""
        return {name: each["id"] for name, each in self.recorded().items()}

    def export(self) -> Tree:
        """The state, as the backend keeps it: reading its file costs no run of the engine."""
        text = (self.directory / ".pulumi" / "stacks" / PROJECT / f"{STACK}.json").read_text()
        self.told.append(text)
        deployment: Tree = json.loads(text)["checkpoint"]["latest"]
        return {"deployment": deployment or {}}
