"""Runs the Python program of a directory on the real engine: `python automation_program.py preview|up STACK`.

A program of its own, since the SDK keeps one stack in module globals. The engine's steps go to stdout, as
`pulumi preview --json` has them.
"""

from __future__ import annotations

import json
import runpy
import sys
from collections.abc import Mapping
from typing import Any

from pulumi import automation

COMMAND, STACK = sys.argv[1:3]


def program() -> None:
    """The program of the directory."""
    runpy.run_path("__main__.py")


def step(metadata: Any) -> dict[str, Any]:
    """One step as the JSON has it."""
    return {
        "op": getattr(metadata.op, "value", metadata.op),
        "urn": metadata.urn,
        "oldState": {"inputs": _inputs(metadata.old)},
        "newState": {"inputs": _inputs(metadata.new)},
        "detailedDiff": {
            path: {"kind": getattr(diff.diff_kind, "value", diff.diff_kind)}
            for path, diff in (metadata.detailed_diff or {}).items()
        },
    }


def _inputs(state: Any) -> Mapping[str, Any]:
    return (state.inputs if state else None) or {}


def main() -> None:
    """Run the command on the stack that is there."""
    steps: list[dict[str, Any]] = []

    def heard(event: automation.EngineEvent) -> None:
        if event.resource_pre_event:
            steps.append(step(event.resource_pre_event.metadata))

    options = automation.LocalWorkspaceOptions(work_dir=".")
    stack = automation.select_stack(STACK, "video", program, opts=options)
    if COMMAND == "preview":
        stack.preview(on_event=heard)
    else:
        stack.up(on_event=heard)
    json.dump({"steps": steps}, sys.stdout)


if __name__ == "__main__":
    main()
