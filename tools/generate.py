#!/usr/bin/env python3
"""Writes what is generated from ``schemas/``, the registry and their like.

tools/generate.py           writes schemas/generated/ and docs/reference/, and removes what is left over there
tools/generate.py --check   changes nothing; names every file that is not as it would be written, and exits 1
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path

from generating import NOTE
from generating.command_line_page import command_line_page
from generating.errors_page import errors_page
from generating.functions_page import functions_index, functions_page
from generating.markdown import page, table
from generating.package_schema import text as package_schema
from generating.resource_page import resource_page
from generating.service_pages import permissions_page, quotas_page
from generating.settings_page import settings_page

from ivs_provider.functions import functions
from ivs_provider.model.resource_type import ResourceType
from ivs_provider.model.schema import FUNCTION_GROUPS
from ivs_provider.resources import registry

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = "docs/reference"
GENERATED = ("schemas/generated", REFERENCE)
"""Where generated files lie; beside them, only files without the note are let be."""


def main(arguments: list[str]) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Generate what is generated.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where a file is stale")
    asked = parser.parse_args(arguments)
    wanted = contents()
    stale = [name for name, text in wanted.items() if _read(ROOT / name) != text]
    left_over = _left_over(wanted)
    if asked.check:
        for name in stale:
            print(f"stale: {name}", file=sys.stderr)
        for name in left_over:
            print(f"left over: {name}", file=sys.stderr)
        if stale or left_over:
            print("Generated files are not what they are generated from: make generate", file=sys.stderr)
        return 1 if stale or left_over else 0
    for name in stale:
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(wanted[name], encoding="utf-8")
        print(f"wrote {name}")
    for name in left_over:
        (ROOT / name).unlink()
        print(f"removed {name}")
    return 0


def contents() -> dict[str, str]:
    """Every generated file by its path from the root."""
    kinds = list(registry().values())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pages = {f"resources/{kind.schema_name}.md": resource_page(kind) for kind in kinds}
    pages |= {f"functions/{group}.md": functions_page(group) for group in FUNCTION_GROUPS}
    pages |= {
        "README.md": _index(kinds),
        "command-line.md": command_line_page(),
        "configuration.md": settings_page(),
        "errors.md": errors_page(),
        "permissions.md": permissions_page(kinds, functions().values()),
        "quotas.md": quotas_page(kinds, ROOT / "provider/ivs_provider/model/limits.json"),
    }
    return {
        "schemas/generated/README.md": _about_the_package_schema(),
        "schemas/generated/package.json": package_schema(kinds, functions().values(), project["version"]),
        **{f"{REFERENCE}/{name}": text for name, text in pages.items()},
    }


def _index(kinds: list[ResourceType]) -> str:
    rows = [
        [f"[{kind.name}](resources/{kind.schema_name}.md)", f"{kind.shape.description.split('. ')[0].rstrip('.')}."]
        for kind in kinds
    ]
    groups = functions_index(FUNCTION_GROUPS)
    others = (
        "- [Command line](command-line.md)\n- [Configuration of the provider](configuration.md)\n"
        "- [IAM permissions](permissions.md)\n"
        "- [Quotas of the service](quotas.md)\n- [Errors](errors.md)"
    )
    return page("Reference", "schemas/", [table(["resource type", "what it is"], rows), groups, others])


def _about_the_package_schema() -> str:
    return page(
        "package.json",
        "schemas/, pyproject.toml (the version) and tools/generating/package_schema.py",
        [
            "The Pulumi package schema: what the plugin answers to GetSchema, and what SDKs are generated from.",
            "JSON has no place for a remark, so it stands here: do not edit it.",
        ],
    )


def _left_over(wanted: dict[str, str]) -> list[str]:
    """Generated files that nothing generates any more, such as the page of a type that went."""
    found = [path for folder in GENERATED for path in (ROOT / folder).rglob("*") if path.is_file()]
    names = [path.relative_to(ROOT).as_posix() for path in sorted(found)]
    return [name for name in names if name not in wanted and (NOTE in _read(ROOT / name) or name.endswith(".json"))]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
