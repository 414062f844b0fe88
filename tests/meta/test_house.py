"""The habits of the house that no ready-made linter checks."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Ceilings, not targets (design 4 says what to stay near): past them, the shape is wrong.
MODULE_LINES = 300
FUNCTION_LINES = 50
RESOURCE_FILE_LINES = 120

# Put together here, so that this file does not hold what it forbids.
MACHINE_PATHS = [f"/{name}/" for name in ("work", "root", "home", "Users", "opt/wheels")]
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("proxy", "golang", "org"),
        ("sum", "golang", "org"),
        ("static", "crates", "io"),
        ("index", "crates", "io"),
        ("repo", "maven", "apache", "org"),
        ("repo1", "maven", "org"),
        ("deb", "debian", "org"),
    )
]

# A suppression names its rule and, behind one of these marks, its reason.
REASON = r" {1,2}(--? |# |\()\S.{5,}"
SUPPRESSIONS = {
    re.compile(r"#\s*noqa\b"): re.compile(r"# noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*" + REASON),
    re.compile(r"#\s*(ruff|flake8): *noqa\b"): re.compile(r"(?!)"),
    re.compile(r"#\s*type:\s*ignore\b"): re.compile(r"# type: ignore\[[a-z-]+(, ?[a-z-]+)*\]" + REASON),
    re.compile(r"#\s*mypy:"): re.compile(r"(?!)"),
    re.compile(r"#\s*pragma:\s*no\s*(cover|branch)\b"): re.compile(r"# pragma: no (cover|branch)" + REASON),
    re.compile(r"pytest\.mark\.(skip|xfail)\b|pytest\.skip\("): re.compile(r"reason=|skip\(.{10,}|skipif\("),
}


def tracked(*patterns: str) -> list[Path]:
    """Return what is in the repository or about to be, as git sees it; generated SDKs are not ours to shape."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    return [ROOT / name for name in listed if name and not name.startswith("sdk/") and (ROOT / name).is_file()]


def place(path: Path, line: int = 0) -> str:
    """Name a place as an editor does."""
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))


def ceiling(path: Path) -> int:
    """Return how long this module may be."""
    return RESOURCE_FILE_LINES if path.parent.name == "resources" else MODULE_LINES


SHIPPED = ("provider/*.py", "emulator/*.py", "tools/*.py", "benchmarks/*.py")


def test_no_module_is_longer_than_its_ceiling() -> None:
    """A module that grew past the ceiling holds two things."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in tracked(*SHIPPED)}
    assert not [f"{place(path)}: {lines} lines" for path, lines in lengths.items() if lines > ceiling(path)]


def test_no_function_is_longer_than_its_ceiling() -> None:
    """A function that grew past the ceiling does two things."""
    too_long = []
    for path in tracked(*SHIPPED):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    too_long.append(f"{place(path, node.lineno)} {node.name}: {lines} lines")
    assert not too_long


def test_every_suppression_names_its_rule_and_its_reason() -> None:
    """A rule is switched off in one place, for a reason that the next reader can weigh."""
    bare = []
    for path in tracked("*.py"):
        if path == Path(__file__):
            continue  # holds the patterns themselves
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for suppression, reasoned in SUPPRESSIONS.items():
                if suppression.search(line) and not reasoned.search(line):
                    bare.append(f"{place(path, number)}: {line.strip()}")
    assert not bare


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ("x  # noqa", False),
        ("x  # noqa: S603", False),
        ("x  # noqa: S603 -- our own program", True),
        ("x  # noqa: S603, S607 -- our own program", True),
        ("x  # type: ignore", False),
        ("x  # type: ignore[attr-defined]", False),
        ("x  # type: ignore[attr-defined]  # the stub lacks it", True),
        ("# ruff: noqa: S101 -- because of everything", False),
        ("x  # pragma: no cover", False),
        ("x  # pragma: no cover -- runs in a fork", True),
    ],
)
def test_the_suppression_patterns_tell_a_reason_from_none(line: str, allowed: bool) -> None:
    """The check above is only worth what its patterns are."""
    refused = [line for found, reasoned in SUPPRESSIONS.items() if found.search(line) and not reasoned.search(line)]
    assert (not refused) is allowed


def test_no_file_holds_a_path_of_one_machine_or_the_address_of_a_registry() -> None:
    """Either would work on one machine only, or tell where it stands."""
    # Behind a letter, a path is a part of a longer one or of a URL, and no place on a machine.
    patterns = [rf"(?<![\w.~}}]){path}" for path in MACHINE_PATHS] + [re.escape(name) for name in REGISTRIES]
    unwanted = re.compile("|".join(patterns))
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # not a text
        lines = enumerate(text.splitlines(), 1)
        found += [f"{place(path, number)}: {line.strip()}" for number, line in lines if unwanted.search(line)]
    assert not found
